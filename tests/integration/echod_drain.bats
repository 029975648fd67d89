#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Being told to stop: who is let finish, and for how long.
load helpers
load faults

# Told to stop, it has stopped accepting, and goes on otherwise.
drains() {
	wait_until 5 not_listening
	run ! serves
	asks
	[[ $(<"$PIDFILE") == "$DAEMON" ]]
}

not_listening() {
	! listens "$PORT"
}

has_ended() {
	wait_until 5 gone "$DAEMON" && [[ ! -e $PIDFILE ]]
}

@test "--drain-timeout: sessions finish, nobody new is served, the last one ends it" {
	start_echod --drain-timeout 1h
	open_session
	hold 3
	kill -TERM "$DAEMON"
	drains
	wait_until 5 grep -q 'draining: 4 sessions' "$LOG"
	end "$HOLDER"
	wait_until 5 children_are 1
	asks
	exec {SESSION}>&-
	has_ended
	grep -q ' drained$' "$LOG"
}

@test "--drain-timeout: nobody there, nothing to wait for" {
	start_echod --drain-timeout 1h
	serves
	kill -TERM "$DAEMON"
	has_ended
	run ! grep -q drain "$LOG"
}

@test "--drain-timeout: when it is over, the sessions are ended" {
	local elapsed
	start_echod --drain-timeout 400ms
	open_session
	elapsed=-$(microseconds)
	kill -TERM "$DAEMON"
	asks
	has_ended
	elapsed=$((elapsed + $(microseconds)))
	((elapsed >= 400000))
	ended
	grep -q 'not drained: 1 sessions' "$LOG"
}

@test "--drain-timeout: told to stop once more, it ends them at once" {
	local signal
	WRAPPER=(env "--default-signal=INT,HUP") # bash may have ignored them
	for signal in TERM INT HUP; do
		start_foreground --drain-timeout 1h
		open_session
		kill "-$signal" "$DAEMON"
		drains
		kill "-$signal" "$DAEMON"
		has_ended
		ended
		exec {SESSION}>&-
	done
}

@test "--drain-timeout: a child killed meanwhile, or before, is not waited for" {
	start_echod --drain-timeout 1h
	hold 2
	count_children "$DAEMON"
	kill -KILL "${CHILDREN[0]}"
	wait_until 5 children_are 1
	open_session
	kill -TERM "$DAEMON"
	drains
	wait_until 5 grep -q 'draining: 2 sessions' "$LOG"
	kill -KILL "${CHILDREN[0]}" # the other one that was held
	stays asks
	exec {SESSION}>&-
	has_ended
}

@test "the dead are collected during the draining as the mode does" {
	local mode
	for mode in sig-ign:0 nocldwait:0 waitpid-loop:0 sigchld-blocked:0 \
		self-pipe:0 signalfd:0 pidfd:0 reaper-thread:0 accept-sweep:5 \
		none:5; do
		start_echod --drain-timeout 1h --reap "${mode%:*}"
		open_session
		hold 5
		kill -TERM "$DAEMON"
		drains
		end "$HOLDER"
		wait_until 5 has "$DAEMON" $((1 + ${mode#*:})) "${mode#*:}"
		exec {SESSION}>&-
		has_ended
	done
}

@test "a starter that says SIGTERM and goes: sessions finish even so" {
	local line
	mkfifo line
	exec {line}<>line
	start_echod --drain-timeout 1h --lifeline 5 5<line
	open_session
	kill -TERM "$DAEMON"
	drains
	exec {line}>&-
	stays asks
	exec {SESSION}>&-
	has_ended
}

@test "a starter that goes without a word: sessions finish" {
	local line
	mkfifo line
	exec {line}<>line
	start_echod --drain-timeout 1h --lifeline 5 5<line
	open_session
	exec {line}>&-
	drains
	exec {SESSION}>&-
	has_ended
}

# Its sessions are nobody's children, and in the terminal's group.
@test "double-fork: a terminal's ^C is the daemon's to decide on" {
	local signal
	WRAPPER=(env "--default-signal=INT,HUP") # bash may have ignored them
	for signal in INT HUP; do
		start_foreground --reap double-fork --drain-timeout 1h
		open_session
		kill "-$signal" -- "-$DAEMON"
		drains
		stays asks
		exec {SESSION}>&-
		has_ended
	done
}

@test "without --drain-timeout sessions end at once" {
	start_echod
	open_session
	kill -TERM "$DAEMON"
	has_ended
	ended
	run ! grep -q drain "$LOG"
}

@test "restarted on the same port while the old one drains: both serve theirs" {
	local old new
	start_echod --drain-timeout 1h
	old=$DAEMON
	open_session
	kill -TERM "$DAEMON"
	drains
	WANTED=$PORT start_echod
	new=$DAEMON
	serves
	asks
	exec {SESSION}>&-
	wait_until 5 gone "$old"
	open_session
	unharmed
	[[ $(<"$PIDFILE") == "$new" ]]
}

@test "the old one leaves a pidfile alone that has become the new one's" {
	local old
	start_echod --drain-timeout 1h
	old=$DAEMON
	open_session
	kill -TERM "$DAEMON"
	drains
	refuses 3 "$PIDFILE" "$BIN/echod" --pidfile "$PIDFILE" 127.0.0.1 0
	rm "$PIDFILE"
	"$BIN/echod" --pidfile "$PIDFILE" --log log 127.0.0.1 0 3>&-
	STARTED+=("$(<"$PIDFILE")")
	exec {SESSION}>&-
	wait_until 5 gone "$old"
	[[ $(<"$PIDFILE") == "${STARTED[-1]}" ]]
}

@test "the signals of a terminal leave a child to its parent; SIGTERM ends it" {
	start_echod
	open_session
	count_children "$DAEMON"
	kill -INT "${CHILDREN[0]}"
	kill -HUP "${CHILDREN[0]}"
	stays asks
	hold 1
	kill -TERM "${CHILDREN[0]}"
	ended
	wait_until 5 children_are 1
	kill -KILL "$DAEMON"
	wait_until 5 gone "$DAEMON"
	kill -INT "${CHILDREN[0]}" # nobody else will end it now
	wait_until 5 gone "${CHILDREN[0]}"
}

@test "SIGHUP with --foreground ends the daemon in good order, unless its starter ignored it" {
	WRAPPER=(env --default-signal=HUP)
	start_foreground
	open_session
	kill -HUP "$DAEMON"
	has_ended
	ended
	exec {SESSION}>&-
	WRAPPER=(env --ignore-signal=HUP)
	start_foreground
	kill -HUP "$DAEMON"
	stays serves
}

@test "SIGHUP opens the log of a daemon anew, and nothing else" {
	start_echod --drain-timeout 1h
	open_session
	mv "$LOG" old
	kill -HUP "$DAEMON"
	wait_until 5 test -e "$LOG"
	unharmed
	kill -TERM "$DAEMON"
	wait_until 5 grep -q draining "$LOG"
	run ! grep -q draining old
	exec {SESSION}>&-
	has_ended
}

@test "SIGHUP when the log cannot be opened anew: the old one stays, and says so" {
	start_echod --drain-timeout 1h
	open_session
	mv "$LOG" old
	mkdir "$LOG"
	kill -HUP "$DAEMON"
	stays asks
	kill -TERM "$DAEMON"
	wait_until 5 grep -q draining old
	grep -q 'the log cannot be opened anew: Is a directory' old
	exec {SESSION}>&-
	has_ended
}
