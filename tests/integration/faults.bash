# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what is set here is used by the suites
#
# What the suites share that do something to a daemon: a session that must not
# notice, and what must be true afterwards. Also the means to be somebody else.

# Nobody: a user and a group that no account has.
NOBODY=54321

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

# The session of before goes on, the next client is served, and nothing is
# left of the others.
unharmed() {
	asks && serves && wait_until 10 children_are 1
}

# As rude.c says; returns when it is in that state. It runs on as RUDE.
rudely() { # WAY [N]
	rm -f rude
	spawn "$PEERS/rude" "$PORT" "$@" >rude
	RUDE=$SPAWNED
	wait_until 30 test -s rude
}

# The daemon, with --stats-fd 5 open on $T/stats, counts so many.
counter() { # NAME
	"$PEERS/counters" "$T/stats" | sed -n "s/^$1 //p"
}

counted() { # NAME N
	[[ $(counter "$1") == "$2" ]]
}

# Every reap mode that there is.
modes() {
	"$BIN/echod" --help |
		sed -n '/^  --reap/,/^  --foreground/{/^  --/d;s/,/ /g;p;}'
}

cpu_ticks() { # PID
	stat_of "$1"
	echo $((STAT[11] + STAT[12]))
}

microseconds() {
	echo "${EPOCHREALTIME/[.,]/}"
}
