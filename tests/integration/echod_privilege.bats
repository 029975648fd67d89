#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# What the daemon and its children may do, by the kernel's account.
load helpers
load faults

# The folder of a test is root's alone; this one can be anybody's.
setup_file() {
	# In /tmp, as TMPDIR may be closed to others.
	OPEN=$(mktemp -d /tmp/echod_privilege.XXXXXX)
	export OPEN
	chmod 755 "$OPEN"
}

teardown_file() {
	rm -rf "$OPEN"
}

as_root() {
	[[ $EUID == 0 ]] || skip "only root can become another user"
}

# A line of /proc/PID/status, its fields parted by single blanks.
status_of() { # PID NAME
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" | tr -s '\t ' ' ' |
		sed 's/ $//'
}

# The daemon and its one child are this user, in this group alone, and nothing
# more can be had.
are() { # UID GID
	local pid
	count_children "$DAEMON"
	[[ ${#CHILDREN[@]} == 1 ]] || return
	for pid in "$DAEMON" "${CHILDREN[0]}"; do
		[[ $(status_of "$pid" Uid) == "$1 $1 $1 $1" ]] || return
		[[ $(status_of "$pid" Gid) == "$2 $2 $2 $2" ]] || return
		[[ $(status_of "$pid" Groups) == "" ]] || return
		for set in CapInh CapPrm CapEff CapAmb; do
			[[ $(status_of "$pid" "$set") =~ ^0+$ ]] || return
		done
		[[ $(status_of "$pid" NoNewPrivs) == 1 ]] || return
	done
}

@test "NoNewPrivs is set, also without --user" {
	start_echod
	open_session
	count_children "$DAEMON"
	[[ $(status_of "$DAEMON" NoNewPrivs) == 1 ]]
	[[ $(status_of "${CHILDREN[0]}" NoNewPrivs) == 1 ]]
}

@test "a child holds 0 to 2 and its connection, and nothing else" {
	local fd
	start_echod --stats-fd 5 5<>"$T/stats"
	open_session
	hold 1 # while another connection is open
	count_children "$DAEMON"
	for pid in "${CHILDREN[@]}"; do
		for fd in 0 1 2; do
			[[ $(readlink "/proc/$pid/fd/$fd") == /dev/null ]]
		done
		run ls "/proc/$pid/fd"
		[[ ${#lines[@]} == 4 ]]
		[[ $(readlink "/proc/$pid/fd/${lines[3]}") == socket:* ]]
	done
}

@test "--user: daemon and children are that user, and serve" {
	as_root
	WRAPPER=(setpriv "--groups=1,2,3")
	start_echod --user "$NOBODY:54322" --stats-fd 5 5<>"$T/stats"
	open_session
	are "$NOBODY" 54322
	unharmed
	counted forked 2
}

@test "--user without a group: the group of the same number" {
	as_root
	start_echod --user "$NOBODY"
	open_session
	are "$NOBODY" "$NOBODY"
}

@test "--user: full and killed, children are still seen, ended and collected" {
	as_root
	start_echod --user "$NOBODY" --max-children 2 --reap waitpid-loop
	open_session
	hold 1
	count_children "$DAEMON"
	kill -KILL "${CHILDREN[1]}"
	wait_until 5 serves
	unharmed
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON" "${CHILDREN[0]}"
}

@test "--user: pidfile and log are root's, and a low port is bound before" {
	local file
	as_root
	WRAPPER=(unshare --net)
	"${WRAPPER[@]}" true || skip "no network namespace can be made"
	ADDRESS=0.0.0.0 WANTED=7 start_echod --user "$NOBODY"
	[[ $PORT == 7 ]]
	for file in "$PIDFILE" "$LOG"; do
		[[ $(stat -c '%u %a' "$file") == "0 644" ]]
	done
}

@test "--user: a pidfile that it cannot remove is left empty, and taken over" {
	as_root
	start_echod --user "$NOBODY"
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	[[ -e $PIDFILE && ! -s $PIDFILE ]]
	grep -qF "$PIDFILE is left, and empty" "$LOG"
	"$BIN/echod" --pidfile "$PIDFILE" --log log 127.0.0.1 0 3>&-
	STARTED+=("$(<"$PIDFILE")")
	[[ -n ${STARTED[-1]} ]]
}

@test "--user: a pidfile in a folder of that user is removed" {
	as_root
	mkdir "$OPEN/own"
	chown "$NOBODY" "$OPEN/own"
	"$BIN/echod" --user "$NOBODY" --pidfile "$OPEN/own/pid" --log log \
		127.0.0.1 0 3>&-
	DAEMON=$(<"$OPEN/own/pid")
	STARTED+=("$DAEMON")
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	[[ ! -e $OPEN/own/pid ]]
	run ! grep -q pidfile log
}

@test "--user when not root: told, exit 3, nothing left" {
	local other=()
	if [[ $EUID == 0 ]]; then
		other=(setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups)
		"${other[@]}" test -x "$BIN/echod" ||
			skip "user $NOBODY cannot run $BIN/echod"
		chown "$NOBODY" "$OPEN"
	fi
	refuses 3 "--user 54322: only root" "${other[@]}" "$BIN/echod" \
		--user 54322 --pidfile "$OPEN/pid" 127.0.0.1 0
	[[ ! -e $OPEN/pid ]]
}

@test "--user with a way back to root: told, exit 3" {
	local bits=(setpriv --securebits +no_setuid_fixup)
	as_root
	"${bits[@]}" true || skip "secure bits cannot be set"
	refuses 3 "could become root again" "${bits[@]}" "$BIN/echod" \
		--user "$NOBODY" --pidfile pid 127.0.0.1 0
	[[ ! -e pid ]]
}

@test "strangers can reach it: warned once, on the terminal and in the log" {
	local net=(unshare --net)
	[[ $EUID == 0 ]] || net=(unshare --map-root-user --net)
	"${net[@]}" true || skip "no network namespace can be made"
	run --separate-stderr "${net[@]}" "$BIN/echod" --pidfile pid --log log \
		0.0.0.0 0 3>&-
	STARTED+=("$(<pid)")
	[[ $status == 0 && ${#stderr_lines[@]} == 1 && -z $output ]]
	[[ $stderr == "echod: warning: strangers may reach 0.0.0.0:"* ]]
	[[ $(grep -c 'warning: strangers' log) == 1 ]]
	"${net[@]}" "$BIN/echod" --foreground --pidfile own 0.0.0.0 0 2>err &
	wait_until 5 grep -q listening err
	wait_until 5 grep -q warning err
	kill -TERM "$(<own)"
	wait $!
	[[ $(grep -c 'warning: strangers' err) == 1 ]]
}

@test "at a loopback address there is no warning" {
	run --separate-stderr "$BIN/echod" --pidfile pid --log log 127.0.0.1 0 3>&-
	STARTED+=("$(<pid)")
	[[ $status == 0 && -z $stderr && -z $output ]]
	run ! grep -q warning log
}
