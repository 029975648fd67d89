#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# When something dies or runs short, the others go on.
load helpers
load faults

@test "a client killed in mid-session ends its child alone" {
	start_echod
	open_session
	hold 2
	children_are 3
	end -KILL "$HOLDER"
	wait_until 5 children_are 1
	unharmed
}

@test "a client that resets ends its child alone" {
	start_echod
	open_session
	hold 2 rst
	end "$HOLDER"
	wait_until 5 children_are 1
	unharmed
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
	local mode third
	read_modes
	for mode in "${MODES[@]}"; do
		echo "mode $mode"
		start_echod --max-children 2 --reap "$mode"
		hold 2
		spawn "$PEERS/exchange" "$PORT" <<<third >third
		third=$SPAWNED
		wait_until 5 backlog_is "$PORT" 1
		stays sessions_are 2
		[[ ! -s third ]]
		end "$HOLDER"
		wait "$third"
		[[ $(<third) == third ]]
	done
}

@test "--max-children: a killed child makes room too, in every mode" {
	local mode waiting
	read_modes
	for mode in "${MODES[@]}"; do
		echo "mode $mode"
		start_echod --max-children 1 --reap "$mode"
		hold 1
		read_sessions
		spawn "$PEERS/exchange" "$PORT" <<<"$mode" >served
		waiting=$SPAWNED
		wait_until 5 backlog_is "$PORT" 1
		kill -KILL "${ALIVE[0]}"
		wait "$waiting"
		[[ $(<served) == "$mode" ]]
		serves
	done
}

# The places that are left change hands all the time: no wait is a long one.
@test "--max-children: a killed child makes room under load, too" {
	local pid
	start_echod --max-children 3 --stats-fd 5 5<>"$T/stats"
	hold 2
	read_sessions
	for pid in "${ALIVE[@]}"; do kill -KILL "$pid"; done
	timeout 20 "$BIN/loadgen" --quiet --concurrency 8 --duration 1s \
		127.0.0.1 "$PORT"
	counted children_killed 2
	counted live_max 3
}

@test "--max-children: SIGTERM is heard while full, in every mode" {
	local mode
	read_modes
	for mode in "${MODES[@]}"; do
		echo "mode $mode"
		start_echod --max-children 1 --reap "$mode"
		hold 1
		kill -TERM "$DAEMON"
		wait_until 5 gone "$DAEMON"
	done
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
