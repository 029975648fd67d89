#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Whatever a client does, it does to itself.
load helpers
load faults

# So many clients that say nothing; fewer of them for a sanitized daemon, whose
# children are large.
CROWD=5000
[[ $BIN != *-address* ]] || CROWD=500
BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:+$((40 + CROWD / 25))}

crowd_is() { # N
	local children
	read -ra children <"/proc/$DAEMON/task/$DAEMON/children" || true
	[[ ${#children[@]} == "$1" ]]
}

# Each needs a process, a descriptor of the test's, and some memory.
room_for_the_crowd() {
	local pids descriptors available_kb
	descriptors=$(ulimit -Hn)
	[[ $descriptors == unlimited ]] || ((descriptors > CROWD + 100)) ||
		skip "$CROWD clients: only $descriptors descriptors"
	pids=$(ulimit -Hu)
	[[ $EUID == 0 || $pids == unlimited ]] || ((pids > CROWD + 500)) ||
		skip "$CROWD clients: only $pids processes"
	pids=$(cat /sys/fs/cgroup/pids.max 2>/dev/null) || pids=max
	[[ $pids == max ]] || ((pids > CROWD + 500)) ||
		skip "$CROWD clients: only $pids processes in this container"
	available_kb=$(sed -n 's/^MemAvailable: *\([0-9]*\).*/\1/p' /proc/meminfo)
	((available_kb > CROWD * 250)) ||
		skip "$CROWD clients: only $available_kb kB of memory"
}

# What the daemon itself holds: memory it has asked for, and descriptors.
holdings() {
	grep -E '^(VmSize|VmData|VmStk)' "/proc/$DAEMON/status"
	ls "/proc/$DAEMON/fd"
}

@test "a crowd that says nothing: the others are served, the daemon grows by nothing" {
	local before
	room_for_the_crowd
	start_echod
	open_session
	before=$(holdings)
	rudely silent "$CROWD"
	wait_until 60 crowd_is $((CROWD + 1))
	diff <(holdings) - <<<"$before"
	asks
	stays serves
	end "$RUDE"
	wait_until 60 crowd_is 1
	diff <(holdings) - <<<"$before"
	unharmed
}

@test "a crowd at a full house: --idle-timeout lets the next ones in" {
	start_echod --max-children 8 --idle-timeout 300ms
	rudely silent 40
	wait_until 20 serves
	wait_until 20 crowd_is 0
}

@test "a client that never reads holds up nobody else" {
	start_echod
	open_session
	rudely deaf 5
	children_are 6
	asks
	stays serves
	end "$RUDE"
	unharmed
}

@test "a client that never reads is ended by --idle-timeout" {
	start_echod --idle-timeout 300ms
	rudely deaf
	wait_until 5 children_are 0
}

@test "a reset right after connecting ends that session alone" {
	start_echod
	open_session
	rudely rst-new 50
	unharmed
}

@test "a reset after sending ends that session alone" {
	start_echod
	open_session
	rudely rst-sent 50
	unharmed
}

@test "a reset with an unread echo ends that session alone" {
	start_echod
	open_session
	rudely rst-echo 50
	unharmed
}

@test "a reset in the midst of an echo ends that session alone" {
	start_echod
	open_session
	rudely rst-amid 50
	unharmed
}

@test "a reset while the server writes ends that session alone" {
	start_echod
	open_session
	rudely rst-full 5
	unharmed
}

@test "a connection reset in the backlog is no harm" {
	start_echod
	open_session
	freeze "$DAEMON"
	rudely rst-new 20
	rudely rst-sent 20
	kill -CONT "$DAEMON"
	unharmed
}

@test "half-closed with all its echo still to come: all of it comes" {
	start_echod
	open_session
	timeout 30 "$PEERS/stream" "$PORT" 1000000000 65536 late
	unharmed
}

@test "one byte at a time comes back whole" {
	start_echod
	open_session
	timeout 30 "$PEERS/stream" "$PORT" 50000 1
	timeout 30 "$PEERS/stream" "$PORT" 5000 1 lockstep
	unharmed
}

@test "100 MiB through one session come back byte by byte" {
	start_echod
	open_session
	timeout 35 "$PEERS/stream" "$PORT" 104857600 65536
	unharmed
}
