#!/usr/bin/env bats
# shellcheck disable=SC2154 # helpers set PORT
# The load generator against echo servers that others wrote, each of which
# forks a child a connection: all of them are counted alike.
load helpers

PATH=$PATH:/usr/sbin # inetd's

need() { # PROGRAM PACKAGE
	command -v "$1" >/dev/null || skip "$2 is not installed"
}

# A port that was free a moment ago, for servers that take no port 0.
find_port() {
	start_peer "$PEERS/odd_server" mute
	end "$SPAWNED"
}

listens_or_is_gone() {
	listens "$PORT" || gone "$SPAWNED"
}

# Starts a server on a port that it is given, once more if another was faster.
start_on_port() { # FUNCTION, which spawns it on $PORT
	local try
	for try in 1 2 3; do
		find_port
		"$1"
		wait_until 10 listens_or_is_gone
		gone "$SPAWNED" || return 0
		echo "try $try: not on port $PORT"
	done
	return 1
}

# Has loadgen's results, and says how they differ.
counts() { # SERVED ECHOED OPTIONS...
	local rc=0 key
	timeout 30 "$BIN/loadgen" --quiet --json json "${@:3}" \
		"${ADDRESS:-127.0.0.1}" "$PORT" 3>&- || rc=$?
	echo "loadgen ${*:3}: exit $rc"
	grep -A 13 '"sessions": {' json
	# On a busy machine the generator may fall behind, and says so.
	[[ $rc == 0 ]] || grep -q '"send lag' json
	for key in requested connected served completed; do
		grep -qE "^ *\"$key\": $1,?\$" json
	done
	grep -qE "^ *\"echoed\": $2,?\$" json
	grep -qE '^ *"mismatched": 0,?$' json
}

# Ten messages each in the steady phase, after the first.
serves_all() { # OPTIONS...
	counts 200 200 --sessions 200 --concurrency 20 "$@"
	counts 20 220 --messages hold --concurrency 20 --message-rate 20 \
		--duration 500ms --arrivals uniform "$@"
}

socat_echo() {
	spawn socat "TCP4-LISTEN:$PORT,reuseaddr,fork,backlog=4096,bind=127.0.0.1" PIPE
}

@test "socat" {
	need socat socat
	start_on_port socat_echo
	serves_all
}

ncat_cat() {
	spawn ncat -k -e /bin/cat -l 127.0.0.1 "$PORT"
}

# Its backlog is 10, and what overflows it waits for seconds: so fewer at once.
@test "ncat with cat, whose backlog is spared" {
	need ncat ncat
	start_on_port ncat_cat
	serves_all --opening 5
}

# -E: its children keep the environment, by which teardown finds them.
inetd_with() { # SERVICE...
	need inetd openbsd-inetd
	printf '%s\n' "$*" >inetd.conf
	spawn inetd -i -E -R 100000 inetd.conf
}

inetd_cat() {
	inetd_with "127.0.0.1:$PORT" stream tcp nowait "$(id -un)" /bin/cat cat
}

@test "inetd with cat" {
	start_on_port inetd_cat
	serves_all
}

# It has the name of its service and so port 7, here on an address of its own.
@test "inetd's own echo" {
	[[ $(id -u) == 0 ]] || skip "port 7 needs root"
	ADDRESS=127.$((RANDOM % 200 + 50)).$((RANDOM % 256)).7 PORT=7
	inetd_with "$ADDRESS:echo" stream tcp nowait root internal
	wait_until 10 listens_or_is_gone
	serves_all
}
