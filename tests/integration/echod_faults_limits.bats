#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# When descriptors, processes, memory or the disk run short, that is told, costs
# nobody else anything, and passes.
load helpers
load faults

@test "out of descriptors: told, waited for without spinning, served in the end" {
	local first waiting ticks before elapsed more
	start_echod --stats-fd 5 5<>"$T/stats"
	open_session
	prlimit --pid "$DAEMON" --nofile=3:
	# An accept that waits already has its descriptor.
	spawn "$PEERS/exchange" "$PORT" <<<first >first
	first=$SPAWNED
	wait_until 5 grep -q 'Too many open files' "$LOG"
	spawn "$PEERS/exchange" "$PORT" <<<late >served
	waiting=$SPAWNED
	before=$(counter accept_failures) elapsed=-$(microseconds)
	ticks=$(cpu_ticks "$DAEMON")
	stays test ! -s served
	ticks=$(($(cpu_ticks "$DAEMON") - ticks))
	more=$(($(counter accept_failures) - before))
	elapsed=$((elapsed + $(microseconds)))
	echo "$more failures and $ticks ticks in $elapsed us"
	((more >= 1 && more <= elapsed / 100000 + 1 && ticks <= 10))
	prlimit --pid "$DAEMON" --nofile=256:
	wait "$first" "$waiting"
	[[ $(<first) == first ]]
	[[ $(<served) == late ]]
	unharmed
	(($(wc -l <"$LOG") < 10))
}

# Root has no limit on processes, so the daemon becomes somebody else then.
start_limitable() { # OPTIONS...
	local user=()
	LIMIT=(prlimit)
	if [[ $EUID == 0 ]]; then
		user=(--user "$NOBODY")
		LIMIT=(setpriv --reuid "$NOBODY" --regid "$NOBODY"
			--clear-groups prlimit)
	fi
	start_echod --stats-fd 5 "${user[@]}" "$@" 5<>"$T/stats"
	USUAL=$("${LIMIT[@]}" --pid "$DAEMON" --nproc --output SOFT \
		--noheadings --raw)
}

limit_processes() { # N
	"${LIMIT[@]}" --pid "$DAEMON" --nproc="$1:"
}

@test "fork fails: that connection is dropped, the daemon goes on" {
	start_limitable
	open_session
	limit_processes 1
	run ! serves
	wait_until 5 grep -q 'cannot fork' "$LOG"
	counted fork_failures 1
	asks # who was there before still is
	limit_processes "$USUAL"
	unharmed
}

@test "fork fails again and again: no place is lost, the log stays short" {
	local i fourth
	start_limitable --max-children 3
	open_session
	limit_processes 1
	for ((i = 0; i < 50; i++)); do
		if serves; then false; fi
	done
	counted fork_failures 50
	counted forked 1
	asks
	(($(grep -c 'cannot fork' "$LOG") < 25))
	limit_processes "$USUAL"
	hold 2
	has "$DAEMON" 3 0
	spawn "$PEERS/exchange" "$PORT" <<<fourth >fourth
	fourth=$SPAWNED
	wait_until 5 backlog_is "$PORT" 1 # and none too many was gained
	stays test ! -s fourth
	end "$HOLDER"
	wait "$fourth"
	[[ $(<fourth) == fourth ]]
	unharmed
}

@test "no memory to be had: sessions and new clients are served" {
	local waiting
	needs_a_limit_of_memory
	start_echod --max-children 2
	open_session
	prlimit --pid "$DAEMON" --as=4096: --data=4096:
	stays serves
	unharmed
	# Full, it cannot even list its children; that passes too.
	hold 1
	spawn "$PEERS/exchange" "$PORT" <<<late >served
	waiting=$SPAWNED
	wait_until 5 backlog_is "$PORT" 1
	count_children "$DAEMON"
	kill -KILL "${CHILDREN[1]}"
	asks
	prlimit --pid "$DAEMON" --as=unlimited: --data=unlimited:
	wait "$waiting"
	[[ $(<served) == late ]]
	unharmed
}

# Makes the daemon have something to log, and have it over with.
have_it_log() {
	local first
	prlimit --pid "$DAEMON" --nofile=3:
	spawn "$PEERS/exchange" "$PORT" <<<logged >first
	first=$SPAWNED
	spawn "$PEERS/exchange" "$PORT" <<<logged >second
	wait_until 5 more_accept_failures "$(counter accept_failures)"
	prlimit --pid "$DAEMON" --nofile=256:
	wait "$first" "$SPAWNED"
	[[ $(<first) == logged && $(<second) == logged ]]
}

more_accept_failures() { # THAN
	(($(counter accept_failures) > $1))
}

@test "a log that is always full: the daemon goes on" {
	start_echod --stats-fd 5 --log /dev/full 5<>"$T/stats"
	open_session
	have_it_log
	unharmed
}

@test "a stderr that nobody reads: the daemon goes on" {
	local full
	mkfifo full
	exec {full}<>full
	# To its last byte, else a short line would still fit.
	dd if=/dev/zero of=full bs=4096 oflag=nonblock 2>told || true
	dd if=/dev/zero of=full bs=1 oflag=nonblock 2>told || true
	spawn "$BIN/echod" --foreground --pidfile pid --stats-fd 5 \
		--ready-fd 4 127.0.0.1 0 4>port 2>full 5<>"$T/stats"
	DAEMON=$SPAWNED
	wait_until 5 test -s port
	PORT=$(<port)
	open_session
	have_it_log
	unharmed
}

# The daemon gets a /dev of its own, whose syslog daemon is SYSLOG; what that has
# read is in the file "messages".
start_with_syslog() {
	spawn socat -u "UNIX-RECV:$T/syslog" "CREATE:$T/messages"
	SYSLOG=$SPAWNED
	wait_until 5 test -S syslog
	mkdir dev
	WRAPPER=(unshare --mount sh -c "mount -t tmpfs none '$T/dev' &&
		: >'$T/dev/null' && mount --bind /dev/null '$T/dev/null' &&
		ln -s '$T/syslog' '$T/dev/log' && mount --rbind '$T/dev' /dev &&
		exec \"\$@\"" sh)
	"${WRAPPER[@]}" true || skip "no file system can be mounted"
	start_echod --stats-fd 5 --log syslog 5<>"$T/stats"
}

has_message() { # PATTERN
	grep -aqE "$1" messages
}

@test "a syslog that reads nothing: the daemon goes on, and tells how much was lost" {
	local stamp='<29>[A-Z][a-z]{2} [ 1-3][0-9] ..:..:.. '
	start_with_syslog
	wait_until 5 has_message "${stamp}echod\[$DAEMON\]: listening on "
	open_session
	freeze "$SYSLOG"
	timeout 1 socat -u -b 10 OPEN:/dev/zero "UNIX-SENDTO:$T/syslog" || true
	have_it_log
	unharmed
	kill -CONT "$SYSLOG"
	tells() {
		have_it_log && has_message 'echod\[[0-9]+\]: [1-9][0-9]* lines lost'
	}
	wait_until 10 tells # it may be silent for a second
	freeze "$SYSLOG"
	timeout 1 socat -u -b 10 OPEN:/dev/zero "UNIX-SENDTO:$T/syslog" || true
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
}

@test "a syslog that is started again: the daemon logs to it" {
	start_with_syslog
	end "$SYSLOG"
	rm -f syslog messages
	have_it_log
	spawn socat -u "UNIX-RECV:$T/syslog" "CREATE:$T/messages"
	wait_until 5 test -S syslog
	kill -TERM "$DAEMON"
	wait_until 5 has_message 'lines lost'
	wait_until 5 has_message ': stopped: '
}

@test "the disk full under the log: the daemon goes on, and logs when it can" {
	local disk
	mkdir disk
	WRAPPER=(unshare --mount sh -c
		"mount -t tmpfs -o size=16k none '$T/disk' && exec \"\$@\"" sh)
	"${WRAPPER[@]}" true || skip "no file system can be mounted"
	start_echod --stats-fd 5 --log "$T/disk/log" 5<>"$T/stats"
	open_session
	disk=/proc/$DAEMON/root$T/disk
	dd if=/dev/zero of="$disk/filler" 2>told || grep -q 'No space' told
	dd if=/dev/zero bs=1 of="$disk/log" oflag=append conv=notrunc 2>told ||
		grep -q 'No space' told
	have_it_log
	run ! grep -q 'Too many open files' "$disk/log"
	unharmed
	rm "$disk/filler"
	logs_again() {
		have_it_log && grep -q 'Too many open files' "$disk/log"
	}
	wait_until 10 logs_again # it may be silent for a second
	unharmed
}

@test "a log at its limit of size: the daemon goes on" {
	start_echod --stats-fd 5 5<>"$T/stats"
	open_session
	prlimit --pid "$DAEMON" --fsize=0:
	have_it_log
	unharmed
}

@test "the disk full at the start: told, exit 3, nothing left" {
	local script="mount -t tmpfs -o size=4k none '$T/disk' &&
		head -c 4096 /dev/zero >'$T/disk/filler' || exit 9
		'$BIN/echod' \"\$@\" 127.0.0.1 0 5<>'$T/disk/stats'
		rc=\$?; ls '$T/disk' | grep -vxE 'filler|stats' && exit 9; exit \$rc"
	mkdir disk
	unshare --mount mount -t tmpfs none "$T/disk" ||
		skip "no file system can be mounted"
	refuses 3 "$T/disk/pid" unshare --mount sh -c "$script" sh \
		--pidfile "$T/disk/pid"
	[[ $stderr == *"No space"* ]]
	refuses 3 "--stats-fd 5" unshare --mount sh -c "$script" sh \
		--stats-fd 5
	[[ $stderr == *"No space"* ]]
}
