#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# The daemon's start and end.
load helpers

@test "the launcher returns when the daemon listens" {
	local i
	for i in 1 2 3; do
		start_echod
		listens "$PORT"
		serves
	done
}

@test "the daemon lets go of session, terminal, directory and descriptors" {
	"$PEERS/on_pty" "$BIN/echod" --pidfile pid --log "$T/log" \
		--ready-fd 4 127.0.0.1 0 4>port 3>&- </dev/null
	PORT=$(<port) DAEMON=$(<pid)
	STARTED+=("$DAEMON")
	stat_of "$DAEMON"
	[[ ${STAT[3]} != "$DAEMON" ]] # not the leader of its session,
	gone "${STAT[3]}"             # which is its own: the leader has gone
	[[ ${STAT[4]} == 0 ]]         # no terminal
	[[ $(readlink "/proc/$DAEMON/cwd") == / ]]
	[[ $(descriptors "$DAEMON" | grep -c '^[012] /dev/null$') == 3 ]]
	serves
}

@test "descriptors of the starter do not leak, neither to the daemon nor to its children" {
	local fd
	for fd in 5 6 11 60 200; do eval "exec $fd<>'$T/leak'"; done
	start_echod
	run descriptors "$DAEMON"
	[[ ${output,,} != *leak* && $output != *port* ]]
	# The listener, the log, the pidfile, and what takes the place of the first.
	[[ $(grep -vc '^[012] ' <<<"$output") == 4 ]]
	hold 1
	count_children "$DAEMON"
	run descriptors "${CHILDREN[0]}"
	[[ ${#lines[@]} == 4 && $output == *socket:* ]]
}

@test "it starts with descriptors 0 to 2 closed" {
	start_echod <&- >&- 2>&-
	[[ $(descriptors "$DAEMON" | grep -c '^[012] /dev/null$') == 3 ]]
	serves
}

@test "--foreground stays, and SIGINT ends it with 0" {
	# Bash ignores SIGINT for what it puts into the background.
	WRAPPER=(env --default-signal=INT)
	start_foreground
	[[ $DAEMON == "$SPAWNED" ]]
	serves
	kill -INT "$SPAWNED"
	wait "$SPAWNED"
	[[ ! -e $PIDFILE ]]
}

@test "SIGINT and SIGHUP that its starter ignored stay ignored" {
	local signal
	WRAPPER=(env "--ignore-signal=INT,HUP")
	start_echod
	for signal in INT HUP; do
		kill "-$signal" "$DAEMON"
		serves
	done
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	[[ ! -e $PIDFILE ]]
}

@test "relative paths are relative to where it was started" {
	"$BIN/echod" --pidfile pid --log log --ready-fd 4 \
		127.0.0.1 0 4>port 3>&-
	STARTED+=("$(<"$T/pid")")
	[[ -e $T/log ]]
}

@test "the log says where it listens and how it reaps" {
	start_echod --reap waitpid-loop
	wait_until 5 grep -qF "127.0.0.1:$PORT" "$LOG"
	grep -q waitpid-loop "$LOG"
}

@test "--ready-fd 1: the port on standard output, which then ends" {
	PORT=$("$BIN/echod" --pidfile pid --log log --ready-fd 1 127.0.0.1 0 3>&-)
	STARTED+=("$(<pid)")
	serves
}

@test "NOTIFY_SOCKET: a service manager is told that it is ready, and its ID" {
	local name
	for name in "UNIX-RECV:$T/notify" "ABSTRACT-RECV:echod$$"; do
		spawn timeout 20 socat -u "$name" CREATE:told
		wait_until 5 grep -q "${name#*:}" /proc/net/unix
		WRAPPER=(env "NOTIFY_SOCKET=${name/*-RECV:echod/@echod}")
		WRAPPER=("${WRAPPER[@]/UNIX-RECV:/}")
		start_echod
		wait_until 5 grep -qx "MAINPID=$DAEMON" told
		grep -qx READY=1 told
		end "$SPAWNED"
	done
	WRAPPER=(env "NOTIFY_SOCKET=$T/none")
	start_echod
	serves
	grep -qF "cannot tell NOTIFY_SOCKET $T/none: No such file" "$LOG"
}

@test "it listens on IPv6" {
	[[ -e /proc/net/if_inet6 ]] || skip "no IPv6 here"
	grep -q '^0\{31\}1 ' /proc/net/if_inet6 || skip "no ::1 here"
	ADDRESS=::1 start_echod
	[[ $(echo hello | "$BIN/echoc" ::1 "$PORT") == hello ]]
}

@test "SIGTERM ends the daemon and its children, and removes the pidfile" {
	start_echod
	hold 3
	count_children "$DAEMON"
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON" "${CHILDREN[@]}"
	[[ ! -e $PIDFILE ]]
	run ! listens "$PORT"
}

@test "SIGTERM ends it also when signals were blocked or ignored by its starter" {
	WRAPPER=(env --block-signal=TERM)
	start_echod
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	WRAPPER=(env --ignore-signal=TERM)
	start_echod
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
}

@test "--lifeline: it ends when the other end closes" {
	local line
	mkfifo line
	exec {line}<>line
	start_echod --lifeline 5 5<line
	hold 2
	count_children "$DAEMON"
	stays serves
	exec {line}>&-
	end "$HOLDER" # it holds the other end too
	wait_until 5 gone "$DAEMON" "${CHILDREN[@]}"
	[[ ! -e $PIDFILE ]]
}

@test "--lifeline: bytes do not end it" {
	local line
	mkfifo line
	exec {line}<>line
	start_echod --lifeline 5 5<line
	printf x >&"$line"
	stays serves
	exec {line}>&-
	wait_until 5 gone "$DAEMON"
}

@test "--lifeline: what tells of no end is refused" {
	exec 6> >(cat)
	refuses 3 '--lifeline 6: cannot be watched; give the read end' \
		"$BIN/echod" --pidfile pid --lifeline 6 127.0.0.1 0
	exec 6</dev/null
	refuses 3 '--lifeline 6: cannot be watched; give the read end' \
		"$BIN/echod" --pidfile pid --lifeline 6 127.0.0.1 0
	exec 6>&-
	[[ ! -e pid ]]
}

@test "--lifeline: it ends if the other end has closed already" {
	run timeout 10 "$BIN/echod" --foreground --pidfile pid --lifeline 5 \
		127.0.0.1 0 5< <(:) 3>&-
	[[ $status == 0 && ! -e pid ]]
}

@test "--stats-fd: it counts into the open file, whatever is in it" {
	yes | head -c 1000000 >counts
	start_echod --stats-fd 5 5<>counts
	serves
	"$PEERS/counters" counts | grep -qx "forked 1"
	run ! grep -q counts <(descriptors "$DAEMON")
}

@test "--stats-fd: a file that cannot be used is told" {
	: >counts
	refuses 3 "--stats-fd 5" "$BIN/echod" --pidfile pid --stats-fd 5 \
		127.0.0.1 0 5<counts
	[[ ! -e pid ]]
	refuses 2 "--stats-fd 77" "$BIN/echod" --stats-fd 77 127.0.0.1 0
}

@test "port in use: told, exit 3, nothing left" {
	start_echod
	refuses 3 "127.0.0.1:$PORT" "$BIN/echod" --pidfile other \
		127.0.0.1 "$PORT"
	[[ $stderr == *"in use"* && ! -e other ]]
	serves
}

@test "pidfile of a running daemon: told, exit 3, the daemon unharmed" {
	start_echod
	refuses 3 "$PIDFILE" "$BIN/echod" --pidfile "$PIDFILE" 127.0.0.1 0
	[[ $stderr == *"$DAEMON"* && $(<"$PIDFILE") == "$DAEMON" ]]
	serves
}

@test "pidfile of a daemon that was killed: taken over" {
	start_echod
	kill -KILL "$DAEMON"
	wait_until 5 gone "$DAEMON"
	"$BIN/echod" --pidfile "$PIDFILE" --log log 127.0.0.1 0 3>&-
	[[ $(<"$PIDFILE") != "$DAEMON" ]]
	STARTED+=("$(<"$PIDFILE")")
}

@test "unwritable pidfile or log: told, exit 3, nothing left" {
	local bad=$T/none/file
	refuses 3 "$bad" "$BIN/echod" --pidfile "$bad" 127.0.0.1 0
	refuses 3 "$bad" "$BIN/echod" --pidfile pid --log "$bad" 127.0.0.1 0
	[[ ! -e pid ]]
}

@test "symbolic links are not followed, be it for the pidfile or the log" {
	local option
	echo precious >victim
	ln -s victim link
	for option in --pidfile --log; do
		refuses 3 "$T/link: cannot be" "$BIN/echod" "$option" link \
			--foreground 127.0.0.1 0
		[[ $stderr == *"symbolic links are not followed"* ]]
		[[ $(<victim) == precious && -L link ]]
	done
}

@test "unwritable --ready-fd: told, exit 3, nothing left" {
	local mode
	for mode in "--pidfile pid" --foreground; do
		# shellcheck disable=SC2086 # two words
		refuses 3 "--ready-fd 4" "$BIN/echod" $mode --ready-fd 4 \
			--log log 127.0.0.1 0 4</dev/null
		[[ ! -e pid ]]
	done
}

@test "--log: a pipe that nobody reads is refused, not waited for" {
	mkfifo pipe
	refuses 3 "$T/pipe" "$BIN/echod" --foreground --log pipe 127.0.0.1 0
	[[ $stderr == *"nobody reads"* ]]
}

@test "--log: a full pipe loses lines, and holds up nobody" {
	local full
	mkfifo pipe
	exec {full}<>pipe
	timeout 5 dd if=/dev/zero of=pipe bs=4096 oflag=nonblock 2>told || true
	grep -q unavailable told
	start_echod --log pipe
	serves
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
}

@test "it ends if its launcher has gone before it listens" {
	local full port
	mkfifo port
	exec {full}<>port
	timeout 5 dd if=/dev/zero of=port bs=4096 oflag=nonblock 2>told || true
	grep -q unavailable told
	# Telling the port waits for room in the pipe.
	spawn "$BIN/echod" --pidfile pid --log log --ready-fd 4 127.0.0.1 0 4>port
	wait_until 5 test -s pid
	STARTED+=("$(<pid)")
	end -KILL "$SPAWNED"
	wait_until 5 only "$(<pid)"
	timeout 5 dd if=port of=/dev/null bs=65536 count=1 2>told
	wait_until 5 nothing_runs
	[[ ! -e pid ]]
	grep -q "cannot tell the terminal" log
}

@test "too much ballast: told, exit 3, nothing left" {
	needs_a_limit_of_memory
	refuses 3 ballast prlimit --as=1000000000 "$BIN/echod" --pidfile pid \
		--ballast 2G 127.0.0.1 0
	[[ ! -e pid ]]
}

@test "an address that is not ours: told, exit 3" {
	grep -q 0 /proc/sys/net/ipv4/ip_nonlocal_bind || skip "ip_nonlocal_bind"
	refuses 3 192.0.2.1:7000 "$BIN/echod" --pidfile pid 192.0.2.1 7000
	[[ ! -e pid ]]
}

@test "the same errors in the foreground" {
	start_echod
	refuses 3 "127.0.0.1:$PORT" "$BIN/echod" --foreground 127.0.0.1 "$PORT"
	refuses 3 "$T/none/x" "$BIN/echod" --foreground --pidfile pid \
		--log "$T/none/x" 127.0.0.1 0
	[[ ! -e pid ]]
}
