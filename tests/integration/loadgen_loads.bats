#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154 # each test is a process
# Loads of the generator beyond a steady one: rates that vary, bursts, sessions
# that stand beside; and servers that are not at a numeric address.
load helpers
load loadgen

# In its own network, of which it may set everything; skipped without.
in_own_net() { # COMMAND...
	unshare --net true 2>/dev/null || skip "this machine has no unshare(2) for us"
	run timeout 20 unshare --net bash -c "$1" "$BIN"
	echo "exit $status: $output"
}

@test "--session-rate in stages: as many as the areas beneath them" {
	start_echod --reap none
	generate_on_time --session-rate 100/200ms,0/200ms,100:500/200ms \
		--arrivals uniform
	holds "$(figure requested) >= 78 && $(figure requested) <= 82"
	json_has served "$(figure begun)"
	json_has duration_s 0.6
	refuses 2 'needs a time; give R:R/TIME' \
		"$BIN/loadgen" --session-rate 100:200 127.0.0.1 "$PORT"
	refuses 2 'every stage but the last needs a time' \
		"$BIN/loadgen" --session-rate 100,200 127.0.0.1 "$PORT"
	refuses 2 'nothing would be due' \
		"$BIN/loadgen" --session-rate 0/1s 127.0.0.1 "$PORT"
}

# 3 bursts in 0.6 s, whatever the phase; each is whole, of all workers.
@test "--burst: so many begin at one moment, and none is lost" {
	start_echod --reap none
	generate --session-rate 500 --burst 100 --workers 3 --duration 600ms \
		--arrivals uniform
	json_has requested 300
	json_has served 300
	run ! grep -q '"send lag ' json # to begin a burst takes a while
	refuses 2 '--burst: needs --session-rate' \
		"$BIN/loadgen" --burst 5 127.0.0.1 "$PORT"
}

@test "--beside: sessions that only stand there, for as long as the run" {
	local kind
	start_echod --reap sig-ign
	for kind in held silent half unread; do
		begin --beside "$kind:12" --workers 2 --concurrency 2 \
			--duration 20s
		wait_until 10 in_phase steady
		wait_until 10 grep -q '"served":[1-9]' out
		count_children "$DAEMON"
		((${#CHILDREN[@]} >= 12))
		kill -TERM "$RUN"
		wait "$RUN" || [[ $? == 143 ]]
		json_has beside_up 12
		json_has beside_lost 0
		holds "$(figure served) > 0"
		wait_until 5 has_children "$DAEMON" 0
	done
	refuses 2 'unknown; give held, silent, half or unread' \
		"$BIN/loadgen" --beside rude:3 127.0.0.1 "$PORT"
	refuses 2 '--beside held: not a whole number' \
		"$BIN/loadgen" --beside held 127.0.0.1 "$PORT"
}

has_children() { # PID N
	count_children "$1"
	[[ ${#CHILDREN[@]} == "$2" ]]
}

# They are never there, so the load never begins; or the server ends them.
@test "--beside: a server that refuses them, or drops them" {
	start_peer "$PEERS/odd_server" mute
	fails_with 1 generate --beside held:2 --session-rate 10 --duration 1s \
		--timeout 200ms
	grep -q 'nothing was served for 0.2 s' json
	start_peer "$PEERS/odd_server" closes
	fails_with 1 generate --beside held:2 --duration 200ms
	json_has beside_lost 2
	grep -q '2 sessions beside the load could not begin, or ended early' json
}

@test "a host by its name, and a UNIX domain socket" {
	start_echod
	timeout 20 "$BIN/loadgen" --sessions 3 localhost "$PORT" >out
	grep -q '3 served' out
	spawn socat "UNIX-LISTEN:$T/echo,fork" EXEC:cat
	wait_until 5 test -S echo
	timeout 20 "$BIN/loadgen" --json json --sessions 8 --concurrency 1 \
		./echo >out
	json_has served 8
	json_has address '"./echo"'
	json_has latency_us.receive_lag null # there are no stamps
	refuses 2 'give an address or a host' "$BIN/loadgen" no.host.invalid 7
	refuses 2 'too long; give at most 107 bytes' \
		"$BIN/loadgen" "/$(printf '%0200d' 0)"
}

# Whether a rate is confirmed within so short runs is the machine's luck.
@test "--search with hold finds a message rate" {
	local rc=0
	start_echod
	timeout 60 "$BIN/loadgen" --search 'echo_p50<10s' --messages hold \
		--concurrency 10 --duration 50ms 127.0.0.1 "$PORT" \
		3>&- >out 2>err || rc=$?
	cat out err
	[[ $rc == 0 || $rc == 1 ]]
	grep -qE '(is|was) met at [0-9.]+ messages/s' out
	refuses 2 '--message-rate of hold' "$BIN/loadgen" \
		--search 'echo_p50<1s' --messages hold --message-rate 5 \
		127.0.0.1 "$PORT"
}

# Of two ports the kernel picks the one that it is connecting to soon enough.
@test "a socket that is connected to itself serves nobody" {
	local to
	for to in 127.0.0.1 0.0.0.0; do
		in_own_net 'ip link set lo up
			echo 40000 40001 >/proc/sys/net/ipv4/ip_local_port_range
			"$0/loadgen" --sessions 40 --concurrency 2 --close rst '$to' 40000'
		[[ $status == 1 && $output == *" 0 served"* ]]
	done
}

@test "lo has 127.0.0.1 alone: no pool of addresses is needed" {
	in_own_net 'ip link set lo up && ip address flush dev lo &&
		ip address add 127.0.0.1/32 dev lo
		"$0/echod" --foreground 127.0.0.1 7000 2>/dev/null & echod=$!
		"$0/loadgen" --beside silent:1 --concurrency 4 --duration 1s \
			127.0.0.1 7000 2>&1
		rc=$?; kill $echod; exit $rc'
	[[ $status == 0 && $output != *" 4 sources"* ]]
}

# Makes a control group with a quota of 10 ms per 100 ms; sets GROUP.
make_quota() {
	local cpu=/sys/fs/cgroup/cpu
	GROUP=
	if [[ -w $cpu/cgroup.procs ]]; then
		GROUP=$cpu/forkbench-test.$$
		mkdir "$GROUP"
		echo 100000 >"$GROUP/cpu.cfs_period_us"
		echo 10000 >"$GROUP/cpu.cfs_quota_us"
	elif [[ -w /sys/fs/cgroup/cgroup.procs ]] && grep -qw cpu \
		/sys/fs/cgroup/cgroup.subtree_control; then
		GROUP=/sys/fs/cgroup/forkbench-test.$$
		mkdir "$GROUP"
		echo '10000 100000' >"$GROUP/cpu.max"
	fi
	[[ $GROUP ]] || skip "no control group with a CPU quota can be made here"
}

# Two workers that poll use up so little, however busy the machine is.
@test "a CPU quota that throttles is named" {
	make_quota
	start_echod
	run sh -c "echo \$\$ >$GROUP/cgroup.procs && exec timeout 20 \
		$BIN/loadgen --spin --workers 2 --duration 500ms \
		--json json 127.0.0.1 $PORT"
	rmdir "$GROUP"
	[[ $status == 0 || $status == 1 ]]
	cat json
	grep -q 'a CPU quota throttled the generator' json
	[[ $(figure status) != '"valid"' ]]
	holds "$(figure throttled_s) > 0"
}

# strace makes the kernel's answer to some calls.
@test "a failure of the event loop is told by its own cause" {
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	start_echod
	fails_with 1 timeout 20 strace -f -o /dev/null \
		-e inject=epoll_ctl:error=ENOSPC:when=3+ "$BIN/loadgen" \
		--json json --quiet --sessions 20 --concurrency 4 \
		--timeout 300ms --beside held:3 127.0.0.1 "$PORT" 2>err
	holds "$(figure ENOSPC) > 0"
	json_has beside_lost 3
	[[ ! -s err ]]
	grep -q 'fs.epoll.max_user_watches' json
	fails_with 1 timeout 20 strace -f -o /dev/null \
		-e inject=timerfd_create:error=EMFILE "$BIN/loadgen" \
		--json json --quiet --session-rate 100 --sessions 2 \
		127.0.0.1 "$PORT" 2>err
	grep -q '1 worker could not go on: Too many open files' json
}

# All of the schedule was due, whoever was there to be served.
@test "what was offered to sessions that died is not more for that" {
	start_echod
	begin --messages hold --concurrency 4 --message-rate 50 \
		--arrivals uniform --duration 2s
	wait_until 10 in_phase steady
	count_children "$DAEMON"
	kill -KILL "$DAEMON" "${CHILDREN[@]}"
	fails_with 1 wait "$RUN"
	holds "$(figure offered_per_s) > 150 && $(figure offered_per_s) < 250"
}
