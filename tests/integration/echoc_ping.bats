#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# The client as ping: messages on a schedule, and what became of each.
load helpers
load echoc

pings() { # OPTIONS...
	timeout 20 "$BIN/echoc" "$@" 127.0.0.1 "$PORT" >out 2>err
}

# The same in the background, with SIGINT as a terminal has it.
begin() { # OPTIONS...
	spawn env --default-signal=INT "$BIN/echoc" "$@" 127.0.0.1 "$PORT" \
		>out 2>err
	wait_until 5 test -e out
}

# The summary, and in OTHERS what it says beyond.
sums() { # SENT ECHOED LOST WRONG
	cat out
	grep -qxE "127\.0\.0\.1:$PORT: $1 sent, $2 echoed, $3 lost, $4 wrong${5-}" out
}

# A figure of the summary in microseconds, or "-".
figure() { # NAME
	sed -n "s/^round trip:.* $1 \([^,]*\).*/\1/p" out |
		awk '{ f["us"] = 1; f["ms"] = 1e3; f["s"] = 1e6
			print $1 == "-" ? $1 : $1 * f[$2] }'
}

holds() { # EXPRESSION of awk
	echo "$1"
	awk "BEGIN { exit !($1) }"
}

# The daemon is stopped, and what was sent waits in its kernel: 64 bytes each.
queued() { # BYTES
	local hex
	printf -v hex ':%04X 0100007F:.* 01 00000000:%08X' "$PORT" "$1"
	grep -q "$hex" /proc/net/tcp
}

@test "a line for each message in turn, then the summary" {
	start_echod
	pings --count 5 --interval 10ms
	sed -n "s/^64 bytes from 127.0.0.1:$PORT: seq=\(.*\) time=[0-9.]* m\{0,1\}u\{0,1\}s$/\1/p" out |
		cmp - <(seq 5)
	sums 5 5 0 0
	[[ $(wc -l <out) == 8 && ! -s err ]]
	holds "$(figure min) <= $(figure avg) && $(figure avg) <= $(figure max)"
	[[ $(figure p99) == - ]]
	# The first line has one of the times that the summary is of.
	grep -q "seq=.* time=$(sed -n 's/.* min \([^,]*\).*/\1/p' out)\$" out
	grep -q "seq=.* time=$(sed -n 's/.* max \([^,]*\).*/\1/p' out)\$" out
}

@test "messages are sent at the interval, not together" {
	local begun=${EPOCHREALTIME/[.,]/}
	start_echod
	pings --count 5 --interval 100ms
	((${EPOCHREALTIME/[.,]/} - begun >= 400000))
	sums 5 5 0 0
}

@test "held up, it sends nothing in a burst" {
	local begun=${EPOCHREALTIME/[.,]/} most resumed i
	start_echod
	begin --count 100 --interval 10ms
	wait_until 10 grep -q 'seq=3 ' out
	freeze "$SPAWNED"
	# So many were due, of which the others must be left.
	most=$(((${EPOCHREALTIME/[.,]/} - begun) / 10000 + 1))
	for i in 1 2 3; do
		stays state_is "$SPAWNED" T
	done
	resumed=${EPOCHREALTIME/[.,]/}
	kill -CONT "$SPAWNED"
	exits 0 wait "$SPAWNED"
	((${EPOCHREALTIME/[.,]/} - resumed >= (100 - most - 1) * 10000))
	sums 100 100 0 0
}

@test "the 99th percentile only where ten samples lie beyond it" {
	start_echod
	pings --count 999 --interval 1ms
	[[ $(figure p99) == - ]]
	pings --count 1000 --interval 1ms
	holds "$(figure min) <= $(figure p99) && $(figure p99) <= $(figure max)"
	sums 1000 1000 0 0
}

@test "messages of any size" {
	local size
	start_echod
	for size in 8 9 4097 32000000; do
		pings --count 3 --interval 1ms --size "$size"
		sums 3 3 0 0
		grep -q "^$size bytes from .* seq=3 " out
	done
}

@test "the schedule waits for no echo; what is awaited is not lost" {
	start_echod
	freeze "$DAEMON"
	begin --count 5 --interval 10ms
	wait_until 10 queued 320
	kill -INT "$SPAWNED"
	exits 130 wait "$SPAWNED"
	sums 5 0 0 0 ', 5 awaited'
	grep -qx 'round trip: min -, avg -, max -, p99 -' out
	[[ ! -s err ]]
}

@test "no echo in time: lost, and exit 1" {
	start_peer "$PEERS/odd_server" mute
	fails pings --count 3 --interval 10ms --timeout 200ms
	sums 3 0 3 0
	grep 'lost: no echo within 0.2 s' out | cmp - <(
		printf 'seq=%d lost: no echo within 0.2 s\n' 1 2 3)
	one_line_with "127.0.0.1:$PORT did not return every message"
}

@test "an echo that comes too late is told, and its message stays lost" {
	start_echod
	freeze "$DAEMON"
	begin --interval 1h --timeout 100ms
	wait_until 10 grep -q '^seq=1 lost' out
	kill -CONT "$DAEMON"
	wait_until 10 grep -q '^seq=1 late' out
	kill -INT "$SPAWNED"
	fails wait "$SPAWNED"
	sums 1 0 1 0
}

@test "an echo that never comes is lost when the next has come" {
	start_peer "$PEERS/odd_server" drops
	fails pings --count 4 --interval 1ms
	sums 4 2 2 0
	grep -v bytes out | head -n 2 | cmp - <(
		echo 'seq=1 lost: seq=2 came before it'
		echo 'seq=3 lost: seq=4 came before it')
}

@test "every byte is compared, and no message is like another" {
	start_peer "$PEERS/odd_server" alters
	fails pings --count 3 --interval 1ms
	sums 3 0 0 3
	grep -qx 'seq=1 wrong: byte 1 of 64 differs' out
	start_peer "$PEERS/odd_server" pads
	fails pings --count 3 --interval 1ms
	sums 3 0 0 3
	grep -qx 'seq=3 wrong: byte 64 of 64 differs' out
	start_peer "$PEERS/odd_server" repeats
	fails pings --count 3 --interval 1ms
	sums 3 1 0 2
	one_line_with "did not return every message as it was sent"
}

@test "more than was sent is told, and exit 1" {
	start_peer "$PEERS/odd_server" adds
	fails pings --count 1
	sums 1 1 0 0
	one_line_with "not asked for"
	# As many bytes as were sent, but the first of them had no echo.
	start_peer "$PEERS/odd_server" doubles
	fails pings --count 2 --interval 1ms
	sums 2 1 1 0
	one_line_with "not asked for"
	start_peer "$PEERS/odd_server" babbles
	fails pings --count 1
	sums 1 0 0 1
	one_line_with "not asked for"
}

@test "echoes that come by the byte are put together" {
	start_peer "$PEERS/odd_server" dribbles
	pings --count 3 --interval 1ms
	sums 3 3 0 0
}

@test "a server that closes, resets or answers by half: summary, exit 1" {
	local way
	for way in closes resets halves; do
		start_peer "$PEERS/odd_server" "$way"
		fails pings --count 2 --interval 1h
		sums 1 0 1 0
		one_line_with "lost 127.0.0.1:$PORT"
	done
	start_peer "$PEERS/odd_server" once
	fails pings --count 2 --interval 1h
	sums 1 1 0 0
	one_line_with "lost 127.0.0.1:$PORT"
}

@test "a server that never reads: given up, and exit 1" {
	start_peer "$PEERS/odd_server" deaf
	fails pings --count 3 --interval 1ms --size 48M --timeout 300ms
	sums 1 0 1 0
	one_line_with "no answer from 127.0.0.1:$PORT within 0.3 s"
}

@test "SIGINT or SIGTERM ends it with the summary" {
	local signal
	start_echod
	for signal in INT:0 TERM:0 INT:130 TERM:143; do
		if ((${signal#*:})); then
			begin --interval 10ms --count 1000000
		else
			begin --interval 10ms
		fi
		wait_until 10 grep -q 'seq=3 ' out
		kill -"${signal%:*}" "$SPAWNED"
		exits "${signal#*:}" wait "$SPAWNED"
		# Some may be on their way.
		sums '[0-9]*' '[0-9]*' 0 0 '(, [0-9]* awaited)?'
		holds "$(figure min) <= $(figure max)"
		[[ ! -s err ]]
	done
}

@test "SIGINT that is ignored from the start stays so" {
	start_echod
	spawn "$BIN/echoc" --interval 10ms 127.0.0.1 "$PORT" >out 2>err
	wait_until 10 grep -q 'seq=3 ' out
	kill -INT "$SPAWNED"
	stays grep -qv wrong out
	kill -TERM "$SPAWNED"
	exits 0 wait "$SPAWNED"
}

@test "output that cannot be written: told, exit 1" {
	start_echod
	fails timeout 20 "$BIN/echoc" --count 2 127.0.0.1 "$PORT" >/dev/full 2>err
	one_line_with "No space left"
	{ timeout 20 "$BIN/echoc" --interval 1ms 127.0.0.1 "$PORT" 2>err ||
		echo $? >status; } | head -n 1
	[[ $(<status) == 1 ]]
	one_line_with "Broken pipe"
}

@test "the simplest servers echo records, and are found out with others" {
	start_peer "$PEERS/old_server"
	pings --count 3 --interval 1ms
	sums 3 3 0 0
	fails pings --count 1 --size 32
	one_line_with "not asked for"
}

@test "over IPv6" {
	need_ipv6
	ADDRESS=::1 start_echod
	timeout 20 "$BIN/echoc" --count 2 --interval 1ms ::1 "$PORT" >out
	grep -q "^64 bytes from \[::1\]:$PORT: seq=2 " out
}
