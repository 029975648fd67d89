#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# The load generator's schedules: of sessions, of messages, and of the phases
# of a run. Whatever the machine does, none is lost and none counted twice.
load helpers
load loadgen

# Addresses that a port's established sessions come from, each with their
# number, by the kernel's account.
sources_are() { # PORT "N ADDRESS"...
	local hex
	printf -v hex '0100007F:%04X' "$1"
	shift
	diff <(printf '%s\n' "$@") <(awk -v to="$hex" '
		$3 == to && $4 == "01" { n[substr($2, 1, 8)]++ }
		END { for (from in n) print n[from], from }' /proc/net/tcp |
		sort)
}

@test "each session that is due begins and is served, by the daemon's account" {
	start_echod --reap none
	generate_on_time --session-rate 200 --sessions 60 --duration 15s
	json_has requested 60
	json_has begun 60
	json_has served 60
	json_has completed 60
	echoes_are_the_steady_ones
	wait_until 5 has "$DAEMON" 60 60
}

# One that is due in the last moment may not begin in time: it is requested.
@test "uniform arrivals are rate times time, to one a worker" {
	local requested begun
	start_echod --reap none
	generate --session-rate 200 --duration 500ms --arrivals uniform \
		--workers 2 || [[ $? == 1 ]]
	requested=$(figure requested) begun=$(figure begun)
	holds "$requested >= 98 && $requested <= 102"
	holds "0 < $begun && $begun <= $requested"
	json_has served "$begun"
	json_has send_lag.count "$requested"
	wait_until 5 has "$DAEMON" "$begun" "$begun"
}

# No second session fits until the first has timed out.
@test "sessions for which there is never room are told as unserved" {
	local requested
	start_peer "$PEERS/odd_server" mute
	fails_with 1 generate --session-rate 100 --duration 300ms \
		--arrivals uniform --concurrency 1 --timeout 200ms
	requested=$(figure requested)
	holds "$requested >= 29 && $requested <= 31"
	holds "$(figure begun) == 1 || $(figure begun) == 2"
	json_has served 0
	json_has unserved "$(figure begun)"
	grep -q "\"$((requested - $(figure begun))) of $requested sessions never began" json
	grep -q "\"$(figure begun) of $requested sessions were never served" json
}

# The schedule takes 0.31 s, so all of it came due that long after the stop
# began at the latest; however few may be open at once.
@test "a stopped server is felt by all that were due meanwhile" {
	local concurrency stop_us
	for concurrency in 1 1000; do
		start_echod
		freeze "$DAEMON"
		begin --session-rate 100 --arrivals uniform --sessions 30 \
			--duration 15s --concurrency "$concurrency"
		wait_until 5 grep -q '"begun":[1-9]' out
		stop_us=${EPOCHREALTIME/[.,]/}
		read -rt 0.7 -u "$CLOCK" || true
		stop_us=$((${EPOCHREALTIME/[.,]/} - stop_us))
		kill -CONT "$DAEMON"
		wait "$RUN" || [[ $? == 1 ]]
		json_has requested 30
		json_has begun 30
		json_has served 30
		json_has first_echo.count 30
		holds "$(figure first_echo.max) >= $stop_us"
		holds "$(figure first_echo.mean) >= $stop_us - 310000"
		end "$DAEMON"
	done
}

# Nothing happens for far longer than --timeout, and nothing is wrong.
@test "a schedule with long gaps is waited for" {
	start_echod
	generate_on_time --session-rate 1 --sessions 2 --arrivals uniform \
		--timeout 100ms
	json_has begun 2
	json_has completed 2
	generate --messages hold --concurrency 2 --ramp 2s --duration 100ms \
		--timeout 100ms
	json_has served 2
}

@test "--message-rate: each session echoes as many as asked for" {
	start_echod
	generate_on_time --sessions 12 --concurrency 4 --messages 5 \
		--message-rate 200
	json_has completed 12
	json_has scheduled 60
	json_has echoed 60
	json_has unsent 0
	echoes_are_the_steady_ones
}

# 200 a second for 0.5 s, to one a session, and the first that opens it.
@test "--warmup: what is due before the steady phase is in no figure" {
	start_echod
	generate_on_time --messages hold --concurrency 3 --message-rate 200 \
		--arrivals uniform --warmup 200ms --duration 300ms
	holds "$(figure scheduled) >= 300 && $(figure scheduled) <= 306"
	holds "$(figure steady) >= 177 && $(figure steady) <= 183"
	json_has echoed "$(figure scheduled)"
	echoes_are_the_steady_ones
}

@test "--warmup: a closed loop echoes meanwhile, too" {
	start_echod
	generate --concurrency 2 --messages 3 --warmup 300ms --duration 300ms
	holds "0 < $(figure steady) && $(figure steady) < $(figure scheduled)"
	echoes_are_the_steady_ones
}

# The clock is read after the count, so there may be fewer, never more.
@test "--ramp: sessions open one after the other, in the end all" {
	local -i start_us now_us
	start_echod
	start_us=${EPOCHREALTIME/[.,]/}
	begin --messages hold --concurrency 20 --ramp 1s --duration 300ms
	until has "$DAEMON" 20 0; do
		now_us=${EPOCHREALTIME/[.,]/}
		holds "${#CHILDREN[@]} <= 20 * ($now_us - $start_us) / 1e6 + 1"
		((now_us < start_us + 15000000))
	done
	wait "$RUN"
	json_has served 20
	json_has completed 20
	holds "$(figure open_s) >= 0.95"
}

# Poisson, so that another seed is another number of arrivals.
@test "the same --seed is the same schedule" {
	local seed steady=()
	start_echod
	for seed in 1 1 2; do
		generate_on_time --messages hold --concurrency 8 --workers 2 \
			--message-rate 200 --warmup 100ms --duration 300ms \
			--seed "$seed"
		steady+=("$(figure scheduled) $(figure steady)")
	done
	printf '%s\n' "${steady[@]}"
	[[ ${steady[0]} == "${steady[1]}" ]]
	[[ ${steady[0]} != "${steady[2]}" ]]
	for seed in 1 1 2; do
		generate --session-rate 400 --workers 2 --duration 300ms \
			--seed "$seed" || [[ $? == 1 ]]
		steady+=("$(figure requested)")
	done
	printf '%s\n' "${steady[@]:3}"
	[[ ${steady[3]} == "${steady[4]}" ]]
	[[ ${steady[3]} != "${steady[5]}" ]]
}

# That it polls is told by CPU time: a worker that sleeps uses next to none.
@test "--spin: the same counts, for more CPU" {
	local asleep_s
	start_echod --reap none
	generate_on_time --spin --session-rate 200 --sessions 40 --duration 15s
	json_has served 40
	json_has send_lag.count 40
	wait_until 5 has "$DAEMON" 40 40
	generate_on_time --messages hold --concurrency 4 --message-rate 20 \
		--arrivals uniform --duration 300ms
	asleep_s=$(figure cpu_s)
	generate_on_time --spin --messages hold --concurrency 4 \
		--message-rate 20 --arrivals uniform --duration 300ms
	holds "$(figure cpu_s) > $asleep_s"
	# In the closed model, too.
	generate --messages hold --concurrency 2 --duration 300ms
	asleep_s=$(figure cpu_s)
	generate --spin --messages hold --concurrency 2 --duration 300ms
	holds "$(figure cpu_s) > 2 * $asleep_s"
	generate_on_time --spin --messages hold --concurrency 4 \
		--message-rate 20 --arrivals uniform --duration 300ms
	json_has unsent 0
	json_has echoed "$(figure scheduled)"
	echoes_are_the_steady_ones
}

@test "--source: sessions come from each address in turn" {
	local workers
	start_echod
	for workers in 1 3; do
		begin --source 127.5.0.1-127.5.0.4 --messages hold \
			--concurrency 8 --workers "$workers" --duration 20s
		wait_until 10 has "$DAEMON" 8 0
		sources_are "$PORT" "2 0100057F" "2 0200057F" "2 0300057F" \
			"2 0400057F"
		end "$RUN"
		wait_until 10 has "$DAEMON" 0 0
	done
	refuses 2 'of another family than ADDRESS' "$BIN/loadgen" \
		--source ::1 127.0.0.1 "$PORT"
	refuses 3 '192.0.2.1 is no address of this machine' "$BIN/loadgen" \
		--source 192.0.2.1 127.0.0.1 "$PORT"
}

# Whether a rate is confirmed within so short runs is the machine's luck.
@test "--search ends, with one end below the other" {
	local rc=0 low high
	start_echod
	timeout 30 "$BIN/loadgen" --search 'first_echo_max<10s' --close rst \
		--concurrency 50 --duration 100ms 127.0.0.1 "$PORT" \
		3>&- >out 2>err || rc=$?
	cat out err
	[[ $rc == 0 || $rc == 1 ]]
	if ((rc)); then grep -q '^not confirmed in ' out; fi
	read -r low high < <(sed -nE \
		's/.* is met at ([0-9.]+) .* missed at ([0-9.]+)$/\1 \2/p
		 s/.* is met at ([0-9.]+) .* above, the generator .*/\1 1e9/p
		 s/^not confirmed .* is met at ([0-9.]+) sessions.s$/\1 1e9/p
		 s/^not confirmed .* was met at ([0-9.]+) .* later run$/\1 1e9/p' \
		out)
	holds "0 < $low && $low < $high"
	[[ $(grep -cE '^ +[0-9]+ .* (met|missed|unusable) ' out) -ge 4 ]]
}

@test "--search: no rate is met where nothing listens, nor at a hard goal" {
	start_echod
	fails_with 1 timeout 20 "$BIN/loadgen" --search 'echo_p50<1ns' \
		--duration 5ms 127.0.0.1 "$PORT" 3>&- >out
	grep -q 'no session rate met echo_p50<1ns' out
	end "$DAEMON"
	wait_until 5 gone "$DAEMON"
	fails_with 1 timeout 20 "$BIN/loadgen" --search 'echo_p50<1s' \
		--duration 5ms 127.0.0.1 "$PORT" 3>&- >out
	grep -q 'no session rate met echo_p50<1s' out
}

# At 200 a second, 1 ms has no session, and the median takes 20.
@test "--search: too few samples are no miss" {
	local rc=0
	start_echod
	timeout 30 "$BIN/loadgen" --search 'first_echo_p50<10s' --close rst \
		--duration 1ms 127.0.0.1 "$PORT" 3>&- >out 2>err || rc=$?
	cat out
	[[ $rc == 0 || $rc == 1 ]]
	grep -q ' too few ' out
	run ! grep -q 'no session rate met' out
}
