#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# When something dies or runs short, the others go on.
load helpers

children_are() { # N
	count_children "$DAEMON"
	[[ ${#CHILDREN[@]} == "$1" ]]
}

# A session whose echoes the test can ask for: open_session, then asks.
open_session() {
	exec {SESSION}<>"/dev/tcp/127.0.0.1/$PORT"
	asks
}

asks() {
	printf x >&"$SESSION"
	[[ $(timeout 10 head -c 1 <&"$SESSION") == x ]]
}

# The other end has closed: reading finds the end, or a reset.
ended() {
	run timeout 10 head -c 1 <&"$SESSION"
	[[ $status != 124 && -z $output ]]
}

@test "a client killed in mid-session ends its child alone" {
	start_echod
	open_session
	hold 2
	children_are 3
	end -KILL "$HOLDER"
	wait_until 5 children_are 1
	asks
	serves
}

@test "a client that resets ends its child alone" {
	start_echod
	open_session
	hold 2 rst
	end "$HOLDER"
	wait_until 5 children_are 1
	asks
	serves
}

@test "a child killed in mid-session loses its client alone" {
	start_echod
	open_session
	children_are 1
	kill -KILL "${CHILDREN[0]}"
	ended
	exec {SESSION}>&-
	open_session
	hold 2
	count_children "$DAEMON"
	kill -KILL "${CHILDREN[1]}"
	wait_until 5 children_are 2
	asks
	serves
}

@test "the daemon killed: sessions go on, the port is free at once" {
	start_echod
	open_session
	count_children "$DAEMON"
	kill -KILL "$DAEMON"
	wait_until 5 gone "$DAEMON"
	asks
	WANTED=$PORT start_echod
	serves
	asks
	exec {SESSION}>&-
	wait_until 5 gone "${CHILDREN[@]}"
}

@test "the daemon ended with sessions open: the port is free at once" {
	start_echod
	open_session
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	ended
	WANTED=$PORT start_echod
	serves
}

@test "--max-children: the backlog holds the rest until a child ends" {
	local third
	start_echod --max-children 2
	hold 2
	spawn "$PEERS/exchange" "$PORT" <<<third >third
	third=$SPAWNED
	wait_until 5 backlog_is "$PORT" 1
	stays has "$DAEMON" 2 0
	[[ ! -s third ]]
	end "$HOLDER"
	wait "$third"
	[[ $(<third) == third ]]
}

@test "--max-children: a killed child makes room too, in every mode" {
	local mode waiting
	for mode in sig-ign waitpid-loop waitpid-once none; do
		start_echod --max-children 1 --reap "$mode"
		hold 1
		count_children "$DAEMON"
		spawn "$PEERS/exchange" "$PORT" <<<"$mode" >served
		waiting=$SPAWNED
		wait_until 5 backlog_is "$PORT" 1
		kill -KILL "${CHILDREN[0]}"
		wait "$waiting"
		[[ $(<served) == "$mode" ]]
		serves
	done
}

@test "--max-children: SIGTERM is heard while full" {
	start_echod --max-children 1
	hold 1
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
}

@test "--idle-timeout ends an idle session, and only that option does" {
	start_echod --idle-timeout 300ms
	open_session
	ended
	exec {SESSION}>&-
	wait_until 5 children_are 0
	start_echod
	hold 1
	stays children_are 1
}

@test "out of descriptors: told, survived, served when there are some" {
	local before after first waiting
	start_echod
	prlimit --pid "$DAEMON" --nofile=3:
	# An accept that waits already has its descriptor.
	spawn "$PEERS/exchange" "$PORT" <<<first >first
	first=$SPAWNED
	wait_until 5 grep -q 'Too many open files' "$LOG"
	spawn "$PEERS/exchange" "$PORT" <<<late >served
	waiting=$SPAWNED
	stat_of "$DAEMON" && before=$((STAT[11] + STAT[12]))
	stays test ! -s served
	stat_of "$DAEMON" && after=$((STAT[11] + STAT[12]))
	((after - before <= 10)) # 100 ms of CPU: it does not spin
	prlimit --pid "$DAEMON" --nofile=256:
	wait "$first" "$waiting"
	[[ $(<first) == first ]]
	[[ $(<served) == late ]]
	(($(wc -l <"$LOG") < 10))
}

# Root has no limit on processes, so the daemon runs as somebody else then.
start_limitable() {
	local user=54321
	if [[ $EUID == 0 ]]; then
		WRAPPER=(setpriv --reuid "$user" --regid "$user" --clear-groups)
		"${WRAPPER[@]}" test -x "$BIN/echod" ||
			skip "user $user cannot run $BIN/echod"
	fi
	spawn "${WRAPPER[@]}" "$BIN/echod" --foreground --ready-fd 4 \
		--log stderr 127.0.0.1 0 4>port 2>log
	DAEMON=$SPAWNED
	wait_until 10 test -s port
	PORT=$(<port)
}

limit() { # PRLIMIT-OPTIONS...
	"${WRAPPER[@]}" prlimit --pid "$DAEMON" "$@"
}

@test "fork fails: that connection is dropped, the daemon goes on" {
	local usual
	start_limitable
	open_session
	usual=$(limit --nproc --output SOFT --noheadings --raw)
	limit --nproc=1:
	run ! serves
	wait_until 5 grep -q 'cannot fork' log
	asks # who was there before still is
	limit --nproc="$usual:"
	wait_until 5 serves
}

@test "a client that never reads holds up nobody else" {
	local deaf
	start_echod
	exec {deaf}<>"/dev/tcp/127.0.0.1/$PORT"
	spawn dd if=/dev/zero bs=65536 count=400 status=none >&"$deaf"
	open_session
	stays serves
	asks
	exec {deaf}>&-
}
