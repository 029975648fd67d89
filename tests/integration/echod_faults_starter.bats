#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a
# process, and the script of another shell is written in single quotes
# Started beside other children, without /proc, or as PID 1: its own sessions
# are its own, all of them, and nobody else.
load helpers
load faults

# Sets OWN to the living sessions of DAEMON alone: its children but for OTHER,
# and those that are named after it.
read_own() {
	local stat pid rest
	OWN=()
	for stat in /proc/[0-9]*/stat; do
		read -r pid rest 2>/dev/null <"$stat" || continue
		[[ $rest == "(echod $DAEMON) "[^ZX]* ||
			$rest == *") "[^ZX]" $DAEMON "* ]] || continue
		[[ $pid == "${OTHER:-}" ]] || OWN+=("$pid")
	done
}

own_are() { # N
	local -
	set +T
	read_own
	[[ ${#OWN[@]} == "$1" ]]
}

# In the foreground, from a shell that has OTHER as its child, and becomes the
# daemon by exec. Sets OTHER, DAEMON and PORT.
start_beside() { # COMMAND OPTIONS...
	local command=$1
	shift
	rm -f port other
	spawn setsid sh -c "$command"' & echo $! >other; exec "$@"' sh \
		"$BIN/echod" --foreground --log log --ready-fd 4 "$@" \
		127.0.0.1 0 4>port
	DAEMON=$SPAWNED
	wait_until 10 test -s port
	PORT=$(<port) OTHER=$(<other)
	STARTED+=("$OTHER")
}

makes_room() {
	hold 1
	own_are 1
	kill -KILL "${OWN[0]}"
	wait_until 5 serves
	end "$HOLDER"
}

@test "a daemon that is its child by exec: it takes no place, and is not ended" {
	local mode
	for mode in $(modes); do
		echo "mode $mode"
		rm -f other.port
		start_beside "'$BIN/echod' --foreground --log other.log \
			--ready-fd 5 127.0.0.1 0 5>other.port 4>&-" \
			--max-children 1 --reap "$mode"
		wait_until 10 test -s other.port
		PORT=$(<other.port) open_session
		makes_room
		kill -TERM "$DAEMON"
		wait_until 5 gone "$DAEMON"
		grep -q stopped log
		asks
		end "$OTHER"
		exec {SESSION}>&-
	done
}

@test "a child by exec that ends meanwhile: reaper-thread leaves no zombie" {
	start_beside 'sleep 100' --reap reaper-thread
	STARTED+=("$DAEMON")
	serves
	kill -TERM "$OTHER"
	wait_until 5 gone "$OTHER"
	serves
	wait_until 5 has "$DAEMON" 0 0
	serves
	wait_until 5 has "$DAEMON" 0 0
}

# Under --max-children a killed child is found, and SIGTERM ends all at once.
works() {
	local elapsed
	makes_room
	hold 1
	own_are 1
	elapsed=-$(microseconds)
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON" "${OWN[@]}"
	elapsed=$((elapsed + $(microseconds)))
	end "$HOLDER"
	((elapsed < 1500000))
}

# In every mode but double-fork, which is refused.
works_in_namespace() { # OPTIONS...
	local mode
	"${WRAPPER[@]}" true || skip "/proc cannot be mounted"
	for mode in $(modes); do
		echo "mode $mode"
		[[ $mode != double-fork ]] || continue
		start_echod --max-children 1 --reap "$mode" "$@"
		works
	done
	refuses 3 '/proc, where it would find its sessions, is not mounted or hides' \
		"${WRAPPER[@]}" "$BIN/echod" --reap double-fork "$@" 127.0.0.1 0
}

@test "without /proc: killed children are found, and all are ended" {
	[[ $BIN != *-address* ]] || skip "AddressSanitizer itself needs /proc"
	WRAPPER=(unshare --mount sh -c
		'mount -t tmpfs none /proc && exec "$@"' sh)
	works_in_namespace
}

@test "with hidepid and --user: killed children are found, and all are ended" {
	[[ $EUID == 0 ]] || skip "only root can become another user"
	WRAPPER=(unshare --mount sh -c
		'mount -t proc -o hidepid=2 none /proc && exec "$@"' sh)
	works_in_namespace --user "$NOBODY"
}

as_init() {
	WRAPPER=(unshare --pid --fork --kill-child --mount-proc)
	"${WRAPPER[@]}" true || skip "no PID namespace can be made"
}

@test "as PID 1: modes that would leave the orphans of others are refused" {
	local mode
	as_init
	for mode in double-fork pidfd reaper-thread; do
		refuses 3 'as PID 1 it would leave the orphans of others' \
			"${WRAPPER[@]}" "$BIN/echod" --foreground \
			--reap "$mode" 127.0.0.1 0
	done
}

# Nanoseconds of CPU time.
cpu_ns() { # PID
	local used rest
	read -r used rest <"/proc/$1/schedstat"
	echo "$used"
}

@test "a full house: no CPU time for the clients that wait, in every mode" {
	local mode used
	[[ -r /proc/self/schedstat ]] || skip "the kernel does not tell CPU time"
	for mode in $(modes); do
		start_echod --max-children 50 --reap "$mode"
		hold 50
		spawn "$PEERS/exchange" "$PORT" <<<late >served
		wait_until 5 backlog_is "$PORT" 1
		used=-$(cpu_ns "$DAEMON")
		read -rt 0.5 -u "$CLOCK" || true
		used=$((used + $(cpu_ns "$DAEMON")))
		echo "$mode: $((used / 1000)) us of CPU time in 0.5 s"
		((used < 6000000))
		end "$HOLDER"
		wait "$SPAWNED"
		[[ $(<served) == late ]]
	done
}
