#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a
# process, and the script of another shell is written in single quotes
# Processes are stopped, signals pour in, the clock is odd: nothing is lost.
load helpers
load faults

# Thousands of SIGCHLD, until there is a file "calm"; how many is in "signals".
# In a shell of its own: bats traces every command of this one.
start_storm() {
	rm -f calm
	spawn bash -c 'for ((i = 0; i < 2000000; i++)); do
			[[ ! -e calm ]] || break
			kill -CHLD "$1" || exit
		done
		echo "$i"' storm "$DAEMON" >signals
	STORM=$SPAWNED
}

end_storm() {
	touch calm
	wait "$STORM"
}

@test "a child stopped and continued in the midst of a stream loses no byte" {
	local stream
	start_echod --idle-timeout 1h # with it, stopping interrupts system calls
	open_session
	spawn "$PEERS/stream" "$PORT" 30000000 5000
	stream=$SPAWNED
	wait_until 5 children_are 2
	freeze "${CHILDREN[1]}"
	asks
	stays serves
	kill -CONT "${CHILDREN[1]}"
	wait "$stream"
	unharmed
}

@test "the daemon stopped: sessions go on, new ones are served when it goes on" {
	local waiting
	start_echod
	open_session
	freeze "$DAEMON"
	spawn "$PEERS/exchange" "$PORT" <<<late >served
	waiting=$SPAWNED
	wait_until 5 backlog_is "$PORT" 1
	asks
	kill -CONT "$DAEMON"
	wait "$waiting"
	[[ $(<served) == late ]]
	unharmed
}

@test "a storm of SIGCHLD costs no session and no connection, in every mode" {
	local mode i
	for mode in $(modes); do
		start_echod --reap "$mode"
		open_session
		start_storm
		for ((i = 0; i < 10; i++)); do serves && asks; done
		end_storm
		echo "$mode: $(<signals) signals"
		(($(<signals) >= 1000))
		serves
		asks
		exec {SESSION}>&-
	done
}

@test "a storm of SIGCHLD does not shorten the wait for descriptors" {
	local before elapsed more
	start_echod --reap waitpid-loop --stats-fd 5 5<>"$T/stats"
	prlimit --pid "$DAEMON" --nofile=3:
	start_storm
	spawn "$PEERS/rude" "$PORT" silent 2 # the first is let in
	wait_until 5 grep -q 'Too many open files' "$LOG"
	before=$(counter accept_failures) elapsed=-$(microseconds)
	stays test ! -e calm
	more=$(($(counter accept_failures) - before))
	elapsed=$((elapsed + $(microseconds)))
	end_storm
	echo "$more failures in $elapsed us, $(<signals) signals"
	((more <= elapsed / 100000 + 1))
	prlimit --pid "$DAEMON" --nofile=256:
	wait_until 5 serves
}

# CLOCK_MONOTONIC of the daemon alone; the machine's clock is not the test's to
# set. What a step of it does to waits is tested in tests/unit/test_drain.c.
@test "a clock that is 30 years ahead: waits last as long as ever" {
	local elapsed
	WRAPPER=(unshare --time --fork --monotonic 1000000000)
	"${WRAPPER[@]}" true || skip "no time namespace can be made"
	start_echod --idle-timeout 300ms
	open_session
	ended
	exec {SESSION}>&-
	start_echod --drain-timeout 300ms
	open_session
	elapsed=-$(microseconds)
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	elapsed=$((elapsed + $(microseconds)))
	((elapsed >= 300000))
	ended
}
