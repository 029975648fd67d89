# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what is set here is used by the suites
#
# What the integration tests share. Every process that a test starts carries
# the test's own mark in its environment; teardown ends those the test has
# registered, and fails the test if any other is left. Ports come from the
# kernel; waiting means polling with a deadline.

bats_require_minimum_version 1.5.0

# Bats ends a test that hangs by means of one of these.
if command -v pkill >/dev/null || command -v ps >/dev/null; then
	BATS_TEST_TIMEOUT=40
fi

BIN=$(cd "${BUILD:-$BATS_TEST_DIRNAME/../../build}" && pwd)/bin
PEERS=${BIN%/bin}/tests/peers

setup() {
	T=$BATS_TEST_TMPDIR
	export FORKBENCH_TEST=$T
	STARTED=()
	WRAPPER=()
	mkfifo "$T/clock"
	exec {CLOCK}<>"$T/clock"
	cd "$T" || return
}

teardown() {
	local pid
	for pid in $(processes); do
		if [[ " ${STARTED[*]} " == *" $pid "* ]]; then
			# In this order: LeakSanitizer looks at a process as it
			# ends, and a SIGCONT then takes away the SIGSTOP that
			# it attaches by and waits for (ptrace(2), BUGS).
			kill -CONT "$pid" && kill -TERM "$pid"
		fi 2>/dev/null
	done
	wait_until 5 nothing_runs && return
	for pid in $(processes); do
		echo "left behind: $pid $(tr '\0' ' ' <"/proc/$pid/cmdline")"
		kill -KILL "$pid"
	done 2>/dev/null
	return 1
}

# The processes that carry a mark, which is this test's unless another is given.
# Zombies have no environment.
processes() { # [NAME=VALUE]
	local pid
	# The search itself must not carry the mark.
	while IFS=/ read -r _ _ pid _; do
		echo "$pid"
	done < <(env -u FORKBENCH_TEST grep -lszxF \
		"${1:-FORKBENCH_TEST=$FORKBENCH_TEST}" /proc/[0-9]*/environ)
}

nothing_runs() { # [NAME=VALUE]
	[[ -z $(processes "$@") ]]
}

# only PIDS: these run, as processes() gave them, and no others.
only() {
	[[ $(processes) == "$1" ]]
}

# Bats traces every command, at ten times the cost of the command itself. What
# is polled is not traced: "local -; set +T" is for the calls of a function.

# wait_until SECONDS COMMAND...: polls until the command succeeds.
wait_until() {
	local -
	set +T
	local -i deadline=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
	shift
	until "$@"; do
		if ((${EPOCHREALTIME/[.,]/} > deadline)); then
			echo "waited in vain for: $*"
			return 1
		fi
		read -rt 0.005 -u "$CLOCK" || true
	done
}

# stays COMMAND...: it succeeds now and for the next 0.2 s.
stays() {
	local - i
	set +T
	for ((i = 0; i < 10; i++)); do
		"$@" || return
		read -rt 0.02 -u "$CLOCK" || true
	done
}

# freeze PID: stopped when this returns. kill(1) alone returns before.
freeze() {
	kill -STOP "$1"
	wait_until 5 state_is "$1" T
}

# spawn COMMAND...: in the background, registered; its PID is in SPAWNED. Without
# "<&0" its input would be /dev/null.
spawn() {
	"$@" <&0 3>&- &
	SPAWNED=$!
	STARTED+=("$SPAWNED")
}

# Ends a spawned process and collects it. end [-SIGNAL] PID
end() {
	kill "$@"
	wait "${!#}" || true
} 2>/dev/null

# Starts a server that prints its port when it listens; sets PORT.
start_peer() { # COMMAND...
	rm -f port
	spawn "$@" >port
	wait_until 10 test -s port
	PORT=$(<port)
}

# Starts a daemon on a port of the kernel's choice, or $WANTED; sets PORT,
# DAEMON, PIDFILE and LOG. The words of WRAPPER come before its command.
start_echod() { # OPTIONS...
	PIDFILE=$T/echod.${#STARTED[@]}.pid
	LOG=$T/echod.${#STARTED[@]}.log
	"${WRAPPER[@]}" "$BIN/echod" --pidfile "$PIDFILE" --log "$LOG" \
		--ready-fd 4 "$@" "${ADDRESS:-127.0.0.1}" "${WANTED:-0}" \
		4>port 3>&-
	PORT=$(<port)
	DAEMON=$(<"$PIDFILE")
	STARTED+=("$DAEMON")
}

# The same in the foreground: on a terminal's behalf, SIGHUP ends it then.
start_foreground() { # OPTIONS...
	PIDFILE=$T/echod.${#STARTED[@]}.pid
	LOG=$T/echod.${#STARTED[@]}.log
	rm -f port
	spawn "${WRAPPER[@]}" "$BIN/echod" --foreground --pidfile "$PIDFILE" \
		--log "$LOG" --ready-fd 4 "$@" 127.0.0.1 0 4>port
	wait_until 10 test -s port
	PORT=$(<port)
	DAEMON=$(<"$PIDFILE")
}

# hold N [rst]: N sessions, each served, kept open by process HOLDER.
hold() {
	rm -f held
	spawn "$PEERS/hold" "$PORT" "$@" >held
	HOLDER=$SPAWNED
	wait_until 10 test -s held
}

# A whole session: is one byte echoed, and nothing more?
serves() {
	[[ $(printf x | timeout 10 "$PEERS/exchange" "$PORT") == x ]]
}

# Fields of /proc/PID/stat, from the state on: state, parent, group, session,
# terminal. Fails if there is no such process.
stat_of() { # PID
	local line
	read -r line 2>/dev/null <"/proc/$1/stat" || return
	read -ra STAT <<<"${line##*) }"
}

state_is() { # PID STATE
	stat_of "$1" && [[ ${STAT[0]} == "$2" ]]
}

gone() { # PID...
	local pid
	for pid; do
		stat_of "$pid" && [[ ${STAT[0]} != [ZX] ]] && return 1
	done
	return 0
}

# Sets CHILDREN, and ZOMBIES to the number of those in state Z: the kernel's
# own account.
count_children() { # PID
	local - pid
	set +T
	CHILDREN=() ZOMBIES=0
	read -ra CHILDREN <"/proc/$1/task/$1/children" || true
	for pid in "${CHILDREN[@]}"; do
		if state_is "$pid" Z; then ZOMBIES=$((ZOMBIES + 1)); fi
	done
}

# has PID CHILDREN ZOMBIES: exactly as many of each.
has() {
	count_children "$1"
	[[ ${#CHILDREN[@]} == "$2" && $ZOMBIES == "$3" ]]
}

# Sets MODES: every reap mode, by the program's own list.
read_modes() {
	local list
	list=$("$BIN/echod" --help |
		awk '/^  --/ { on = /--reap/; next } on' | tr -d '\n')
	read -ra MODES <<<"${list//,/}"
	[[ ${#MODES[@]} -ge 12 ]]
}

# Sets ALIVE to the sessions of DAEMON that are alive: whoever else is in
# its process group, as after a double fork they are not its children.
read_sessions() {
	local line group
	stat_of "$DAEMON" || return
	group=${STAT[2]} ALIVE=()
	while read -r line; do
		[[ $line =~ ^([0-9]+)\ \(echod[^\)]*\)\ ([^ZX])\ [0-9]+\ $group\  ]] || continue
		[[ ${BASH_REMATCH[1]} == "$DAEMON" ]] ||
			ALIVE+=("${BASH_REMATCH[1]}")
	done < <(grep -hsF '(echod' /proc/[0-9]*/stat)
}

sessions_are() { # N
	read_sessions
	[[ ${#ALIVE[@]} == "$1" ]]
}

# The descriptors of a process: "FD TARGET" a line.
descriptors() { # PID
	find "/proc/$1/fd" -mindepth 1 -printf '%f %l\n' | sort -n
}

# A limit that a program can live with.
needs_a_limit_of_memory() {
	[[ $BIN != *-address* ]] ||
		skip "AddressSanitizer itself needs more memory than the limit"
}

# listener WORDS: a line of /proc/net/tcp has them. Listeners stand first there;
# behind them may stand 100,000 connections in TIME_WAIT.
listener() {
	awk -v words="$1" 'NR > 1 && $4 != "0A" { exit }
		index($0, words) { found = 1; exit }
		END { exit !found }' /proc/net/tcp
}

# Connections that wait in a listener's backlog are its receive queue.
backlog_is() { # PORT N
	local hex
	printf -v hex ':%04X 00000000:0000 0A 00000000:%08X' "$1" "$2"
	listener "$hex"
}

listens() { # PORT
	local hex
	printf -v hex ':%04X 00000000:0000 0A' "$1"
	listener "$hex"
}

# onto FILE COMMAND...: with its output there; /dev/full takes none. &-: closed.
onto() {
	if [[ $1 == '&-' ]]; then "${@:2}" >&-; else "${@:2}" >"$1"; fi
}

# refuses STATUS WORDS COMMAND...: ends so, with one line on stderr that has
# the words, nothing on stdout, and leaves no process behind.
refuses() {
	local status_wanted=$1 words=$2
	shift 2
	# A mark of its own: what else the test runs may come and go meanwhile.
	REFUSED=$T run --separate-stderr timeout -k 1 10 "$@" 3>&-
	printf '%s\n' "$*: exit $status, stdout '$output', stderr '$stderr'"
	[[ $status == "$status_wanted" && -z $output ]] || return
	[[ ${#stderr_lines[@]} == 1 && $stderr == *"$words"* ]] || return
	wait_until 2 nothing_runs "REFUSED=$T"
}
