#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# What each reap mode leaves behind, counted from /proc.
load helpers

# N sessions, one after the other; returns when the daemon has dealt with all.
sessions() { # N
	local i
	for ((i = 0; i < $1; i++)); do serves; done
}

# N sessions at once. With the daemon stopped they all end; their deaths then
# stand behind one pending SIGCHLD when it goes on.
die_at_once() { # N ZOMBIES-WHILE-STOPPED
	hold "$1"
	wait_until 5 has "$DAEMON" "$1" 0
	kill -STOP "$DAEMON"
	wait_until 5 state_is "$DAEMON" T
	end "$HOLDER"
	wait_until 5 has "$DAEMON" "$2" "$2"
	kill -CONT "$DAEMON"
}

@test "sig-ign, the default: no zombies" {
	start_echod
	sessions 15
	wait_until 5 has "$DAEMON" 0 0
	die_at_once 20 0
	stays has "$DAEMON" 0 0
}

@test "waitpid-loop: no zombies, however many die at once" {
	start_echod --reap waitpid-loop
	sessions 15
	wait_until 5 has "$DAEMON" 0 0
	die_at_once 20 20
	wait_until 5 has "$DAEMON" 0 0
	serves
}

@test "none: every child stays a zombie" {
	start_echod --reap none
	sessions 15
	wait_until 5 has "$DAEMON" 15 15
	hold 5
	wait_until 5 has "$DAEMON" 20 15
	end "$HOLDER"
	wait_until 5 has "$DAEMON" 20 20
	stays has "$DAEMON" 20 20
}

@test "waitpid-once: none if they die one by one" {
	local i
	start_echod --reap waitpid-once
	for ((i = 0; i < 10; i++)); do
		serves
		wait_until 5 has "$DAEMON" 0 0
	done
}

@test "waitpid-once: of 20 that die at once, 19 stay" {
	start_echod --reap waitpid-once
	die_at_once 20 20
	wait_until 5 has "$DAEMON" 19 19
	stays has "$DAEMON" 19 19
	# One more death, one more call: no more are left, and no fewer.
	serves
	wait_until 5 has "$DAEMON" 19 19
}

@test "zombies go when the daemon ends" {
	start_echod --reap none
	sessions 5
	wait_until 5 has "$DAEMON" 5 5
	count_children "$DAEMON"
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	[[ ${#CHILDREN[@]} == 5 ]]
	for pid in "${CHILDREN[@]}"; do wait_until 5 not_child_of_ours "$pid"; done
}

not_child_of_ours() { # PID
	! stat_of "$1" || [[ ${STAT[1]} != "$DAEMON" ]]
}

@test "each mode keeps its word if its starter ignored SIGCHLD" {
	WRAPPER=(env --ignore-signal=CHLD)
	start_echod --reap none
	sessions 4
	wait_until 5 has "$DAEMON" 4 4
	start_echod --reap waitpid-once
	die_at_once 8 8
	wait_until 5 has "$DAEMON" 7 7
	start_echod --reap waitpid-loop
	die_at_once 8 8
	wait_until 5 has "$DAEMON" 0 0
	start_echod --reap sig-ign
	sessions 4
	wait_until 5 has "$DAEMON" 0 0
}

@test "each mode keeps its word if its starter blocked SIGCHLD" {
	WRAPPER=(env --block-signal=CHLD)
	start_echod --reap none
	sessions 4
	wait_until 5 has "$DAEMON" 4 4
	start_echod --reap waitpid-once
	die_at_once 8 8
	wait_until 5 has "$DAEMON" 7 7
	start_echod --reap waitpid-loop
	die_at_once 8 8
	wait_until 5 has "$DAEMON" 0 0
	start_echod --reap sig-ign
	sessions 4
	wait_until 5 has "$DAEMON" 0 0
}

@test "children that are killed leave what those that exit leave" {
	local mode i left
	for mode in sig-ign:0 waitpid-loop:0 waitpid-once:0 none:1; do
		start_echod --reap "${mode%:*}"
		hold 3
		wait_until 5 has "$DAEMON" 3 0
		for ((i = 0; i < 3; i++)); do
			kill -KILL "$(living_child)"
			left=$(((i + 1) * ${mode#*:}))
			wait_until 5 has "$DAEMON" $((2 - i + left)) "$left"
		done
		end "$HOLDER"
	done
}

living_child() {
	local pid
	count_children "$DAEMON"
	for pid in "${CHILDREN[@]}"; do
		gone "$pid" || echo "$pid"
	done | head -n 1
}

@test "in every mode accept is not ended by the children's deaths" {
	local mode
	for mode in sig-ign waitpid-loop waitpid-once none; do
		start_echod --reap "$mode"
		hold 5
		end "$HOLDER"
		stays serves
	done
}
