#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a
# process, and the script of another shell is written in single quotes
# What the daemon is to a service manager and to who looks after it: sockets that
# are passed, its unit, a line per session, limits per address, keepalive.
load helpers
load faults

DOCS=$BATS_TEST_DIRNAME/../../docs

# A daemon in the foreground that gets its socket by LISTEN_FDS.
start_passed() { # OPTIONS...
	PIDFILE=$T/passed.${#STARTED[@]}.pid
	rm -f port
	spawn "$PEERS/pass_socket" tcp "$BIN/echod" --foreground \
		--pidfile "$PIDFILE" --log log --ready-fd 4 "$@" 4>port
	wait_until 10 test -s port
	PORT=$(<port) DAEMON=$SPAWNED
}

@test "LISTEN_FDS: it serves on the socket that is passed, in every mode" {
	local mode
	for mode in $(modes); do
		start_passed --reap "$mode"
		open_session
		serves
		count_children "$DAEMON"
		[[ $mode == double-fork ]] ||
			[[ $(descriptors "${CHILDREN[0]}" | grep -c socket) == 1 ]]
		exec {SESSION}>&-
		end "$DAEMON"
		[[ ! -e $PIDFILE ]]
	done
}

@test "LISTEN_FDS: as a daemon, too, which takes the socket along" {
	"$PEERS/pass_socket" tcp "$BIN/echod" --pidfile pid --log log \
		--ready-fd 4 4>port
	PORT=$(<port) DAEMON=$(<pid)
	STARTED+=("$DAEMON")
	open_session
	unharmed
}

# The manager still has it, and starts the next daemon with it.
@test "LISTEN_FDS: the socket outlives the daemon that is stopped" {
	local line
	exec {line}<>"/dev/null"
	spawn "$PEERS/pass_socket" tcp "$(command -v bash)" -c '
		for name in one two; do
			(LISTEN_PID=$BASHPID exec "$0" --foreground --log log \
				--pidfile $name --ready-fd 4 4>port.$name) &
			wait $!
		done' "$BIN/echod"
	wait_until 10 test -s port.one
	PORT=$(<port.one)
	serves
	end "$(<one)"
	wait_until 10 test -s port.two
	[[ $(<port.two) == "$PORT" ]]
	serves
	end "$(<two)"
}

@test "LISTEN_FDS: what cannot be served is refused" {
	local kind
	for kind in idle udp; do
		refuses 3 'LISTEN_FDS 1: descriptor 3 cannot be used' \
			"$PEERS/pass_socket" "$kind" "$BIN/echod" --foreground
	done
	refuses 3 'LISTEN_FDS 2: one socket is served' \
		"$PEERS/pass_socket" two "$BIN/echod" --foreground
	refuses 2 'leave ADDRESS and PORT out' "$PEERS/pass_socket" tcp \
		"$BIN/echod" --foreground 127.0.0.1 0
	refuses 2 'an operand is missing' "$PEERS/pass_socket" other \
		"$BIN/echod" --foreground
}

@test "under systemd-socket-activate it serves" {
	command -v systemd-socket-activate >/dev/null ||
		skip "systemd-socket-activate is not installed"
	# It takes no port 0: one that a daemon has just had.
	start_echod
	end "$DAEMON"
	wait_until 5 gone "$DAEMON"
	spawn systemd-socket-activate -l "127.0.0.1:$PORT" "$BIN/echod" \
		--foreground --pidfile pid
	wait_until 5 listens "$PORT"
	serves
	[[ $(<pid) == "$SPAWNED" ]]
	end "$SPAWNED"
}

@test "the unit is one that systemd understands" {
	command -v systemd-analyze >/dev/null ||
		skip "systemd-analyze is not installed"
	mkdir units
	sed "s#@bin@#$BIN#" "$DOCS/echod.service" >units/echod.service
	cp "$DOCS/echod.socket" units
	run systemd-analyze verify --man=no "$T/units/echod.service" \
		"$T/units/echod.socket"
	echo "$output"
	run ! grep "$T/units" <<<"$output"
	# Its options are those of the program.
	sed -n 's/^ExecStart=[^ ]* //p' units/echod.service >options
	# shellcheck disable=SC2046 # words
	start_passed $(sed 's/--foreground//' options)
	serves
}

@test "--log-sessions: a line for each session that ends, in every mode" {
	local mode
	for mode in $(modes); do
		rm -f log
		start_echod --reap "$mode" --log-sessions --drain-timeout 5s
		serves
		open_session
		asks
		kill -TERM "$DAEMON"
		exec {SESSION}>&-
		wait_until 5 gone "$DAEMON"
		[[ $(grep -cE 'session of 127\.0\.0\.1:[0-9]+: [0-9]+\.[0-9]{3} s, [12] bytes$' "$LOG") == 2 ]]
		grep -q ', 2 bytes' "$LOG"
	done
}

@test "--log-sessions: a session that is ended by SIGTERM has its line, too" {
	start_echod --log-sessions
	open_session
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	grep -q ' s, 1 bytes$' "$LOG"
}

# Of the child nothing is left open but 0 to 2, its connection and the log.
@test "--log-sessions: a child holds its connection and the log" {
	start_echod --log-sessions
	open_session
	count_children "$DAEMON"
	run descriptors "${CHILDREN[0]}"
	[[ ${#lines[@]} == 5 && $output == *"$LOG"* && $output == *socket:* ]]
}

from() { # ADDRESS
	[[ $(printf x | timeout 10 socat -t 5 - \
		"TCP:127.0.0.1:$PORT,bind=$1") == x ]]
}

@test "--max-per-address: more are closed at once, of others none, in every mode" {
	local mode
	for mode in $(modes); do
		start_echod --reap "$mode" --max-per-address 2 --stats-fd 5 \
			5<>"$T/stats"
		open_session
		hold 1
		run ! serves
		run ! serves
		counted refused 2
		asks
		from 127.0.0.2
		end "$HOLDER"
		wait_until 5 serves
		grep -q '127.0.0.1:[0-9]* has its 2 sessions; connection closed' "$LOG"
		exec {SESSION}>&-
		end "$DAEMON"
		wait_until 5 gone "$DAEMON"
		rm stats
	done
}

@test "--max-per-address: a killed session makes room, in every mode" {
	local mode
	for mode in $(modes); do
		start_echod --reap "$mode" --max-per-address 1
		open_session
		run ! serves
		read_sessions
		kill -KILL "${ALIVE[0]}"
		wait_until 5 serves
		open_session
		run ! serves
		end "$DAEMON"
		wait_until 5 gone "$DAEMON"
	done
}

# Two namespaces that a link joins; what is done to it is done in the client's.
@test "a client whose machine vanishes is found by --keepalive" {
	local net=(unshare --net) child
	"${net[@]}" ip link add one type veth peer name two 2>told ||
		skip "no network of two machines can be made"
	spawn "${net[@]}" sleep 60
	CLIENT=$SPAWNED
	WRAPPER=("${net[@]}" sh -c '
		ip link add one type veth peer name two &&
		ip link set two netns "$0" && ip addr add 10.9.8.1/24 dev one &&
		ip link set one up && exec "$@"' "$CLIENT")
	ADDRESS=10.9.8.1 start_echod --keepalive 1s
	nsenter -t "$CLIENT" -n sh -c \
		'ip addr add 10.9.8.2/24 dev two && ip link set two up'
	mkfifo never
	exec {NEVER}<>never
	for child in silent other; do
		spawn nsenter -t "$CLIENT" -n socat - "TCP:10.9.8.1:$PORT" <never
	done
	wait_until 5 has "$DAEMON" 2 0
	stays has "$DAEMON" 2 0
	nsenter -t "$CLIENT" -n ip link set two down
	wait_until 10 has "$DAEMON" 0 0
}

@test "a silent client that answers is left alone by --keepalive" {
	start_echod --keepalive 1s
	open_session
	read -rt 3 -u "$CLOCK" || true # three probes
	unharmed
}

@test "link-local addresses have an interface, for echod and echoc" {
	local net=(unshare --net)
	"${net[@]}" ip link add one type veth peer name two 2>told ||
		skip "no network can be made"
	WRAPPER=("${net[@]}" sh -c 'ip link set lo up &&
		ip addr add fe80::1/64 dev lo nodad && exec "$@"' sh)
	"${WRAPPER[@]}" true || skip "no IPv6 here"
	ADDRESS=fe80::1%lo start_echod
	grep -qF "listening on [fe80::1%lo]:$PORT" "$LOG"
	[[ $(echo hello | nsenter -t "$DAEMON" -n "$BIN/echoc" fe80::1%lo \
		"$PORT") == hello ]]
}
