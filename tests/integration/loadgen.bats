#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# The load generator: what it says is true, and it ends, whatever the server
# does.
load helpers
load loadgen

# From a source address of the test's own: others may have used the port.
time_waits() {
	local hex
	printf -v hex ': %02X%02X0A7F:' "$HIGH" "$LOW"
	grep -F "$hex" /proc/net/tcp | grep -c ":$(printf %04X "$PORT") 06 " || true
}

# Those for which the kernel's table was full.
time_waits_denied() {
	awk '/^TcpExt:/ {
		for (i = 1; i <= NF; i++)
			if ($i == "TCPTimeWaitOverflow") at = i
			else if (at == i) print $i
	}' /proc/net/netstat
}

ended_by_fin() { # N
	(($(time_waits) <= $1 && $(time_waits) + $(time_waits_denied) - DENIED >= $1))
}

@test "as many sessions as asked for, by the daemon's account too" {
	start_echod --reap none
	generate --sessions 30 --concurrency 7 --messages 3
	json_has served 30
	json_has completed 30
	json_has echoed 90
	json_has mismatched 0
	wait_until 5 has "$DAEMON" 30 30
}

@test "as many sessions at once as asked for, and no more" {
	start_echod
	spawn "$BIN/loadgen" --messages hold --concurrency 12 --duration 20s \
		--quiet 127.0.0.1 "$PORT"
	wait_until 10 has "$DAEMON" 12 0
	stays has "$DAEMON" 12 0
	kill -TERM "$SPAWNED"
	fails_with 143 wait "$SPAWNED"
	wait_until 5 has "$DAEMON" 0 0
}

@test "sessions are shared among workers without loss" {
	start_echod --reap none
	generate --sessions 31 --concurrency 10 --workers 3
	json_has served 31
	wait_until 5 has "$DAEMON" 31 31
}

@test "messages of odd sizes are checked whole" {
	local size
	start_echod
	for size in 1 63 65 100000; do
		generate --sessions 4 --concurrency 2 --messages 2 --size "$size"
		json_has echoed 8
	done
}

@test "held sessions send on schedule, and every message is accounted for" {
	start_echod
	generate_on_time --messages hold --concurrency 5 --message-rate 100 \
		--duration 300ms --arrivals uniform
	json_has mismatched 0
	json_has unsent 0
	json_has completed 5
	json_has echoed "$(figure scheduled)"
	echoes_are_the_steady_ones
}

@test "--close rst leaves no TIME_WAIT, fin does" {
	LOW=$((RANDOM % 256)) HIGH=$((RANDOM % 254 + 1))
	start_echod
	generate --sessions 10 --close rst --source "127.10.$LOW.$HIGH"
	# One that is served and ends in the same moment makes room, too.
	generate --sessions 90 --concurrency 3 --opening 2 --close rst
	[[ $(time_waits) == 0 ]]
	DENIED=$(time_waits_denied)
	generate --sessions 10 --close fin --source "127.10.$LOW.$HIGH"
	wait_until 5 ended_by_fin 10
}

@test "results on stdout, nothing on stderr but progress; --quiet nothing" {
	start_echod
	generate --sessions 5
	grep -q '^sessions  *5 requested' out
	generate --sessions 5 --quiet
	[[ ! -s out && ! -s err ]]
}

# A closed loop has no send lag: that file is the earlier run's.
@test "--hgrm and --hlog write what was measured, and nothing old" {
	local name
	start_echod
	mkdir hgrm
	touch hgrm/send_lag.hgrm hgrm/mine
	generate --sessions 5 --hgrm hgrm --hlog hlog
	for name in connect first_echo echo echo_uncorrected close; do
		[[ $(head -n 1 "hgrm/$name.hgrm") == \
			*Value*Percentile*TotalCount* ]]
		grep -q "^Tag=$name," hlog
	done
	[[ $(head -n 1 hlog) == "#[Histogram log format version 1.3]" ]]
	[[ ! -e hgrm/send_lag.hgrm && -e hgrm/mine ]]
	grep -q "Total count *= *5\]" hgrm/echo.hgrm
}

@test "--interval: whole lines, which add up to the results" {
	local name
	start_echod
	generate --concurrency 3 --messages 2 --duration 450ms --workers 2 \
		--interval 100ms
	cat out
	[[ $(wc -l <out) -ge 3 ]]
	[[ $(grep -c '^{.*}$' out) == "$(wc -l <out)" ]]
	for name in begun served completed sent echoed; do
		json_has "$name" "$(awk -F "\"$name\":" \
			'{ n += $2 } END { print n }' out)"
	done
	json_has echo.count "$(sed 's/.*"echo_us"://' out |
		awk -F '"count":' '/^{/ { n += $2 } END { print n }')"
	echoes_are_the_steady_ones
	grep -q '^sessions ' err
}

# 20 samples are enough for the median and too few for p99.
@test "--threshold: 0 if every one is met, else 1; 2 for nonsense" {
	start_echod
	generate --sessions 20 --threshold 'echo_p50<10s'
	grep -q '"met": true' json
	fails_with 1 generate --sessions 20 --threshold 'echo_p50>10s'
	fails_with 1 generate --sessions 20 --threshold 'echo_p99<10s'
	grep -q '"measured": "-"' json
	fails_with 1 generate --sessions 20 --threshold 'send_lag_max<10s'
	generate --sessions 20 --threshold 'echo_p50<10s' \
		--threshold 'sessions_per_s>0.1' --threshold 'close_max<=10s'
	fails_with 1 generate --sessions 20 --threshold 'echo_p50<10s' \
		--threshold 'sessions_per_s<0.1' --threshold 'close_max<=10s'
	[[ $(grep -c '"met": true' json) == 2 ]]
	refuses 2 'unknown figure echo_p42' "$BIN/loadgen" \
		--threshold 'echo_p42<1s' 127.0.0.1 "$PORT"
}

@test "a threshold is not met beside failed sessions" {
	start_peer "$PEERS/odd_server" alters
	fails_with 1 generate --sessions 3 --concurrency 1 \
		--threshold 'connect_max<10s'
	grep -q 'NOT MET: 3 sessions failed, measured: ' out
	grep -q '"met": false' json
}

@test "--json and --hlog: - is stdout, and one file for both is refused" {
	start_echod
	timeout 20 "$BIN/loadgen" --sessions 5 --json - 127.0.0.1 "$PORT" \
		3>&- >json 2>err
	json_has served 5
	grep -q '^sessions  *5 requested' err
	[[ ! -e - ]]
	touch x
	ln x y
	local other
	for other in x ./x y; do
		refuses 2 "--hlog $other: the file of --json" "$BIN/loadgen" \
			--json x --hlog "$other" 127.0.0.1 "$PORT"
	done
	refuses 2 '--interval: its lines go to stdout' "$BIN/loadgen" \
		--interval 1s --json - 127.0.0.1 "$PORT"
}

@test "a refused connection, and many: exit 1" {
	start_echod
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	fails_with 1 generate --sessions 1
	json_has served 0
	grep -q ECONNREFUSED json
	run ! grep -q 'raise --duration' json # that is not why
	fails_with 1 generate --sessions 40
	json_has served 0
	fails_with 1 generate --duration 100ms
	fails_with 1 generate --messages hold --concurrency 3 --duration 100ms
}

@test "a server that answers something else: exit 1, counted" {
	start_peer "$PEERS/odd_server" alters
	fails_with 1 generate --sessions 3 --concurrency 1
	json_has mismatched 3
}

# In the closed model the run is given up after as long as a session is.
@test "a server that never answers: exit 1 after --timeout" {
	start_peer "$PEERS/odd_server" mute
	fails_with 1 generate --sessions 2 --timeout 200ms
	json_has served 0
	json_has unserved 2
	fails_with 1 generate --sessions 2 --session-rate 100 --timeout 200ms
	json_has served 0
	json_has ETIMEDOUT 2
}

@test "a server that closes, resets or answers by half: exit 1" {
	local way
	for way in closes resets halves; do
		start_peer "$PEERS/odd_server" "$way"
		fails_with 1 generate --sessions 3 --concurrency 1
		json_has served 0
	done
}

@test "a server killed in mid-run: exit 1, what was measured is kept" {
	start_echod
	spawn "$BIN/loadgen" --json json --messages hold --concurrency 4 \
		--message-rate 50 --duration 1s --timeout 1s --quiet \
		127.0.0.1 "$PORT"
	wait_until 5 has "$DAEMON" 4 0
	count_children "$DAEMON"
	kill -KILL "$DAEMON" "${CHILDREN[@]}"
	fails_with 1 wait "$SPAWNED"
	json_has connected 4
}

@test "a worker that is killed fails the run" {
	start_echod
	spawn "$BIN/loadgen" --workers 2 --messages hold --concurrency 4 \
		--duration 1s --quiet 127.0.0.1 "$PORT"
	wait_until 10 worker_count_is "$SPAWNED" 2
	wait_until 10 has "$DAEMON" 4 0
	count_children "$SPAWNED"
	kill -KILL "${CHILDREN[0]}"
	fails_with 1 wait "$SPAWNED"
}

@test "workers do not outlive their parent" {
	start_echod
	spawn "$BIN/loadgen" --workers 2 --messages hold --concurrency 4 \
		--duration 30s --quiet 127.0.0.1 "$PORT"
	wait_until 10 worker_count_is "$SPAWNED" 2
	count_children "$SPAWNED"
	kill -KILL "$SPAWNED"
	wait_until 5 gone "${CHILDREN[@]}"
}

@test "more sessions than descriptors: told, exit 3, or shared out" {
	local rc=0
	start_echod
	(
		ulimit -n 40
		generate --concurrency 100 --sessions 100
	) || rc=$?
	[[ $rc == 0 || $rc == 3 ]]
	if [[ $rc == 0 ]]; then
		json_has served 100
	else
		[[ $(wc -l <err) == 1 ]]
	fi
}

@test "results that cannot be written: told before the run, exit 3" {
	start_echod --reap none
	mkdir folder
	fails_with 3 generate --sessions 2 --quiet --json "$T/none/json"
	[[ $(wc -l <err) == 1 && $(<err) == *"$T/none/json"* ]]
	fails_with 3 generate --sessions 2 --quiet --hgrm "$T/none/hgrm"
	[[ $(wc -l <err) == 1 && $(<err) == *"$T/none/hgrm"* ]]
	fails_with 3 generate --sessions 2 --quiet --json folder
	[[ $(wc -l <err) == 1 && $(<err) == *"--json folder: is a folder"* ]]
	has "$DAEMON" 0 0
	fails_with 3 onto /dev/full "$BIN/loadgen" --sessions 2 127.0.0.1 "$PORT"
	[[ -z $(find . -name "*.tmp") ]]
}

@test "it runs under an ignored SIGCHLD" {
	start_echod
	run env --ignore-signal=CHLD timeout 20 "$BIN/loadgen" --sessions 5 \
		--quiet 127.0.0.1 "$PORT"
	[[ $status == 0 ]]
}

@test "the simplest servers are understood" {
	start_peer "$PEERS/old_server"
	generate --sessions 20 --concurrency 5 --messages 4
	json_has echoed 80
	json_has mismatched 0
}
