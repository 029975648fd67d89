#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# What each reap mode leaves behind, counted from /proc.
load helpers

# How many zombies a mode leaves of N children that died at once, until the
# next session comes. Every mode has its row.
leaves() { # MODE N
	case $1 in
	sig-ign | nocldwait | double-fork) echo 0 ;;
	waitpid-loop | sigchld-blocked | signalfd | self-pipe) echo 0 ;;
	pidfd | reaper-thread) echo 0 ;;
	waitpid-once) echo $(($2 - 1)) ;;
	none | accept-sweep) echo "$2" ;;
	*) return 1 ;;
	esac
}

# The same while the daemon is stopped: only the kernel collects then.
leaves_stopped() { # MODE N
	case $1 in
	sig-ign | nocldwait | double-fork) echo 0 ;;
	*) echo "$2" ;;
	esac
}

zombies_are() { # N
	has "$DAEMON" "$1" "$1"
}

# What a mode leaves of N children of which each died by itself, a session
# after the other. accept-sweep leaves the last one, unless that was over
# before the parent came to sweep.
are_left_in_turn() { # MODE N
	case $1 in
	none) zombies_are "$2" ;;
	accept-sweep) zombies_are 1 || zombies_are 0 ;;
	*) zombies_are 0 ;;
	esac
}

# N sessions at once. With the daemon stopped they all end; their deaths then
# stand behind one pending SIGCHLD when it goes on.
die_at_once() { # MODE N
	hold "$2"
	wait_until 5 sessions_are "$2"
	freeze "$DAEMON"
	end "$HOLDER"
	wait_until 5 sessions_are 0
	wait_until 5 zombies_are "$(leaves_stopped "$1" "$2")"
	kill -CONT "$DAEMON"
	wait_until 5 zombies_are "$(leaves "$1" "$2")"
}

# Runs a command for every mode, with its daemon started.
each_mode() { # COMMAND...
	local mode
	read_modes
	for mode in "${MODES[@]}"; do
		echo "mode $mode"
		start_echod --reap "$mode"
		"$@" "$mode"
	done
}

@test "the default is sig-ign" {
	start_echod
	grep -q 'reap mode sig-ign' "$LOG"
}

in_turn() { # MODE
	local -i i
	for ((i = 1; i <= 3; i++)); do
		serves
		wait_until 5 sessions_are 0
		wait_until 5 are_left_in_turn "$1" "$i"
	done
}

@test "in each mode: what sessions leave that end one after the other" {
	each_mode in_turn
}

at_once() { # MODE
	die_at_once "$1" 20
	stays zombies_are "$(leaves "$1" 20)"
}

@test "in each mode: what 20 sessions leave that end at once" {
	each_mode at_once
}

# In waitpid-once, one more death is one more call: no more are left, and no
# fewer. In accept-sweep the next session sweeps, and may leave itself.
then_one() { # MODE
	die_at_once "$1" 8
	serves
	wait_until 5 sessions_are 0
	case $1 in
	accept-sweep) wait_until 5 are_left_in_turn "$1" 1 ;;
	none) wait_until 5 zombies_are 9 ;;
	*) wait_until 5 zombies_are "$(leaves "$1" 8)" ;;
	esac
}

@test "in each mode: what one more session leaves of those before" {
	each_mode then_one
}

@test "zombies go when the daemon ends" {
	start_echod --reap none
	for _ in 1 2 3 4 5; do serves; done
	wait_until 5 zombies_are 5
	count_children "$DAEMON"
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	[[ ${#CHILDREN[@]} == 5 ]]
	for pid in "${CHILDREN[@]}"; do wait_until 5 not_child_of_ours "$pid"; done
}

not_child_of_ours() { # PID
	! stat_of "$1" || [[ ${STAT[1]} != "$DAEMON" ]]
}

eight_at_once() { # MODE
	die_at_once "$1" 8
}

@test "each mode keeps its word if its starter ignored SIGCHLD" {
	WRAPPER=(env --ignore-signal=CHLD)
	each_mode eight_at_once
}

@test "each mode keeps its word if its starter blocked SIGCHLD" {
	WRAPPER=(env --block-signal=CHLD)
	each_mode eight_at_once
}

# Nobody accepts meanwhile, so that accept-sweep leaves them, as none does.
kill_each() { # MODE
	local -i i left=0
	hold 3
	wait_until 5 sessions_are 3
	for ((i = 1; i <= 3; i++)); do
		kill -KILL "${ALIVE[0]}"
		wait_until 5 sessions_are $((3 - i))
		[[ $1 != none && $1 != accept-sweep ]] || left=$i
		wait_until 5 has "$DAEMON" "$((left + $(listed "$1")))" "$left"
	done
	end "$HOLDER"
}

# How many living sessions are the daemon's children.
listed() { # MODE
	[[ $1 == double-fork ]] && echo 0 || echo "${#ALIVE[@]}"
}

@test "children that are killed leave what those that exit leave" {
	each_mode kill_each
}

# Signals that stand for no death, and many of them.
storm() { # MODE
	local -i i
	hold 5
	spawn bash -c "while kill -CHLD $DAEMON; do :; done"
	for ((i = 0; i < 5; i++)); do serves; done
	end "$HOLDER"
	wait_until 5 sessions_are 0
	end "$SPAWNED"
	serves
	case $1 in
	waitpid-once) return ;; # a signal too many collects one too many
	esac
	wait_until 5 sessions_are 0
	wait_until 5 are_left_in_turn "$1" 11
}

@test "in each mode: a storm of SIGCHLD disturbs nobody" {
	each_mode storm
}

die_and_serve() {
	hold 5
	end "$HOLDER"
	stays serves
}

@test "in each mode: accept is not ended by the children's deaths" {
	each_mode die_and_serve
}

keep_descriptors() { # MODE
	local before
	before=$(descriptors "$DAEMON")
	in_turn "$1"
	hold 20
	end -KILL "$HOLDER"
	wait_until 5 sessions_are 0
	wait_until 5 same_descriptors "$before"
}

same_descriptors() { # BEFORE
	[[ $(descriptors "$DAEMON") == "$1" ]]
}

@test "in each mode: the daemon has the descriptors it began with" {
	each_mode keep_descriptors
}

# The signals of a process that are blocked, ignored and handled. Signals 32
# and 33 are libc's own, for its threads.
signals_of() { # PID
	local name mask
	grep -E '^Sig(Blk|Ign|Cgt):' "/proc/$1/status" |
		while read -r name mask; do
			printf '%s %x\n' "$name" $((0x$mask & ~0x180000000))
		done
}

# Those of a child of sig-ign are those of all, but that after a double fork
# the two of a terminal, 1 and 2, are ignored: nobody can tell whose they are.
signals_wanted() { # MODE
	local name mask
	while read -r name mask; do
		case $1:$name in
		double-fork:SigIgn:) mask=$((0x$mask | 3)) ;;
		double-fork:SigCgt:) mask=$((0x$mask & ~3)) ;;
		*) mask=$((0x$mask)) ;;
		esac
		printf '%s %x\n' "$name" "$mask"
	done <signals.sig-ign
}

# Whatever the mode does with signals is the parent's affair. Each daemon holds
# others meanwhile, whose descriptors the child must not keep.
look_at_child() { # MODE
	hold 4
	wait_until 5 sessions_are 4
	signals_of "${ALIVE[-1]}" >"signals.$1"
	grep '^Max open files' "/proc/${ALIVE[-1]}/limits" >"limit.$1"
	diff <(signals_wanted "$1") "signals.$1"
	diff limit.sig-ign "limit.$1"
	run descriptors "${ALIVE[-1]}"
	[[ ${#lines[@]} == 4 && ${lines[3]} == *socket:* ]]
	[[ $(printf '%s\n' "${lines[@]}" | grep -c '^[012] ') == 3 ]]
}

# Bit 16 is SIGCHLD's.
@test "in each mode: a child has a clean mask, dispositions and descriptors" {
	local name mask
	WRAPPER=(prlimit --nofile=100:1000)
	each_mode look_at_child
	while read -r name mask; do
		((!(0x$mask & 0x10000)))
		[[ $name != SigBlk: || $mask == 0 ]]
	done <signals.sig-ign
	grep -q ' 100 ' limit.sig-ign
}

end_all() { # MODE
	hold 3
	wait_until 5 sessions_are 3
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON" "${ALIVE[@]}"
	only "$HOLDER"
	grep -q 'stopped: 3 accepted, 3 forked, 0 fork failures' "$LOG"
	end "$HOLDER"
}

@test "in each mode: SIGTERM ends the daemon and every session" {
	each_mode end_all
}

# As a script runs it, in the script's process group. Sets DAEMON and PORT.
in_foreground() { # MODE
	rm -f port
	spawn "$BIN/echod" --foreground --reap "$1" --ready-fd 4 \
		127.0.0.1 0 4>port 2>log
	DAEMON=$SPAWNED
	wait_until 10 test -s port
	PORT=$(<port)
}

@test "double-fork: in the foreground, too, it ends its own sessions alone" {
	local first others
	in_foreground double-fork
	hold 2
	first=$DAEMON
	sessions_are 2
	others=("${ALIVE[@]}")
	in_foreground double-fork
	hold 3
	sessions_are 3
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON" "${ALIVE[@]}"
	DAEMON=$first
	sessions_are 2
	[[ ${ALIVE[*]} == "${others[*]}" ]]
}

@test "double-fork: sessions are not the daemon's children" {
	start_echod --reap double-fork
	hold 3
	sessions_are 3
	has "$DAEMON" 0 0
}

# SIGINT, SIGTERM and SIGCHLD are for the thread that serves.
@test "reaper-thread: the thread that waits takes no signals" {
	local task name mask
	local -i blocked=0
	start_echod --reap reaper-thread
	for task in "/proc/$DAEMON/task"/*; do
		[[ ${task##*/} != "$DAEMON" ]] || continue
		read -r name mask < <(grep '^SigBlk:' "$task/status")
		(((0x$mask & 0x14002) == 0x14002))
		blocked+=1
	done
	((blocked == 1))
	read -r name mask < <(grep '^SigBlk:' "/proc/$DAEMON/status")
	((0x$mask == 0))
}

@test "pidfd: children beyond the limit of descriptors are collected, too" {
	local before
	start_echod --reap pidfd
	before=$(descriptors "$DAEMON")
	prlimit --pid "$DAEMON" --nofile=16:
	hold 40
	sessions_are 40
	[[ $(descriptors "$DAEMON" | wc -l) -le 16 ]]
	serves
	read_sessions
	kill -KILL "${ALIVE[0]}" "${ALIVE[39]}"
	wait_until 5 has "$DAEMON" 38 0
	end "$HOLDER"
	wait_until 5 has "$DAEMON" 0 0
	same_descriptors "$before"
	serves
}
