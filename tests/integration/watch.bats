#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# forkbench watch: who leaks, of daemons under load and of planted leaks.
load helpers

watch() { # ARGUMENTS...
	timeout 20 "$BIN/forkbench" watch "$@" 3>&-
}

# judge PID FILE: watches it for 3 s, in the background; sets JUDGE.
judge() {
	spawn watch --once --for 3s --interval 100ms "$1"
	JUDGE=$SPAWNED
} >"$2"

# load_for_seconds: 100 sessions a second to $PORT, in the background.
load_it() {
	spawn timeout 20 "$BIN/loadgen" --quiet --session-rate 100 \
		--duration 3s 127.0.0.1 "$PORT"
}

@test "daemons under load: those that leave zombies are found, no other" {
	local mode wanted rc
	local -A judge
	while read -r mode wanted; do
		start_echod --reap "$mode"
		load_it
		judge "$DAEMON" "$mode"
		judge[$mode]=$JUDGE
	done <<'END'
none 1
waitpid-loop 0
sig-ign 0
END
	if command -v socat >/dev/null; then
		start_peer "$PEERS/odd_server" mute
		end "$SPAWNED"
		spawn socat "TCP4-LISTEN:$PORT,reuseaddr,fork,bind=127.0.0.1" PIPE
		wait_until 10 listens "$PORT"
		load_it
		judge "${STARTED[-2]}" socat
		judge[socat]=$JUDGE
	fi
	for mode in "${!judge[@]}"; do
		rc=0
		wait "${judge[$mode]}" || rc=$?
		cat "$mode"
		wanted=0
		[[ $mode != none ]] || wanted=1
		[[ $rc == "$wanted" ]]
		[[ $wanted == 0 ]] || grep -q 'LEAK: zombies only grow' "$mode"
	done
}

# A shell that starts processes and becomes one that collects none: a zombie
# every half a second.
LEAKY='for n in 1 2 3 4 5 6 7 8 9; do sleep $(($n / 2)).$(($n % 2 * 5)) & done; exec sleep 60'

@test "a planted leak in a child is found by --tree, and who has it" {
	spawn sh -c 'sh -c "$0" & echo $! >leaky; wait' "$LEAKY"
	wait_until 5 test -s leaky
	STARTED+=("$(<leaky)")
	spawn watch --tree --interval 100ms --for 10s "${STARTED[0]}" >out
	wait_until 10 grep -q "most of PID $(<leaky) .*LEAK" out
	cat out
	# Its own children alone are none that leaks.
	watch --once --for 300ms --interval 100ms "${STARTED[0]}" | grep -v LEAK
	# The end of who is watched ends the watch; what it last said stands.
	kill "${STARTED[0]}"
	wait_until 5 gone "$SPAWNED"
	end "$(<leaky)"
}

@test "the end of the process is told" {
	local rc=0
	spawn sleep 60
	spawn watch --interval 100ms "${STARTED[0]}" >out 2>err
	wait_until 5 test -s out
	spawn watch --once --for 30s "${STARTED[0]}" >once 2>once_err
	wait_until 5 test -s once
	end "${STARTED[0]}"
	wait "${STARTED[1]}"
	grep -q "^forkbench: sleep (PID ${STARTED[0]}) has ended$" err
	wait "${STARTED[2]}" || rc=$?
	[[ $rc == 3 ]]
	grep -q 'has ended before the time was up$' once_err
}

@test "who cannot be watched is told in one line" {
	local pid
	cp "$(command -v sleep)" twice
	spawn ./twice 60
	spawn ./twice 60
	refuses 2 "give one of ${STARTED[0]}, ${STARTED[1]}" "$BIN/forkbench" watch twice
	refuses 3 'no process has that name' "$BIN/forkbench" watch no-such-name
	refuses 3 'no process has PID 2147483647' "$BIN/forkbench" watch 2147483647
	spawn sh -c 'sleep 0.01 & echo $! >pid; exec sleep 60'
	wait_until 5 test -s pid
	pid=$(<pid)
	wait_until 5 state_is "$pid" Z
	refuses 3 'it is itself a zombie, which its parent' "$BIN/forkbench" watch "$pid"
}

@test "a name stands for the server, not for its children" {
	cp "$BIN/echod" only_one
	STARTED=()
	./only_one --pidfile pid --ready-fd 4 127.0.0.1 0 4>port 3>&-
	PORT=$(<port)
	STARTED+=("$(<pid)")
	hold 3
	run watch --once --for 300ms --interval 100ms --json only_one
	[[ $status == 0 ]]
	[[ $output == *"\"pid\": $(<pid), \"name\": \"only_one\", \"children\": 3, \"zombies\": 0,"* ]]
}

@test "a line of JSON for each look, with the keys of the manual" {
	spawn sleep 60
	spawn watch --json --interval 100ms "$SPAWNED" >out
	wait_until 5 grep -c . out
	wait_until 5 awk 'END { exit NR < 3 }' out
	head -n 1 out | grep -o '"[a-z_]*":' | tr -d '":' | sort >json
	sed -n '/^\.Ss watch$/,/^\.S[hs]/s/^\.It Va //p' \
		"$BATS_TEST_DIRNAME/../../docs/forkbench.1" |
		grep -o '[a-z_]*' | sort | diff json -
}

@test "a terminal's line is redrawn, but not of a dumb one" {
	spawn sleep 60
	TERM=xterm run timeout 20 "$PEERS/on_pty" timeout 1 "$BIN/forkbench" \
		watch --interval 100ms "$SPAWNED" </dev/null
	[[ $output == *$'\r\033[K     0 s  0 children, 0 zombies'* ]]
	TERM=dumb run timeout 20 "$PEERS/on_pty" timeout 1 "$BIN/forkbench" \
		watch --interval 100ms "$SPAWNED" </dev/null
	[[ $output != *$'\033'* && ${#lines[@]} == 2 ]]
}

@test "another PID namespace, and a /proc of another" {
	unshare --pid --fork true 2>/dev/null || skip "no PID namespace can be made"
	spawn unshare --pid --fork --kill-child sleep 60
	wait_until 5 has "$SPAWNED" 1 0
	run --separate-stderr watch --once --for 300ms --interval 100ms "${CHILDREN[0]}"
	# Init there: no other signal ends it.
	kill -KILL "${CHILDREN[0]}"
	[[ $stderr == *"(PID ${CHILDREN[0]}) is PID 1 in a PID namespace of its own"* ]]
	[[ $status == 0 && $output == *" (PID ${CHILDREN[0]})"* ]]
	run unshare --pid --fork "$BIN/forkbench" watch 1
	[[ $status == 3 && $output == *'/proc is missing, or of another PID namespace'* ]]
}

@test "a hidden process is told" {
	local nobody
	unshare --mount mount -t proc -o hidepid=2 proc /proc 2>/dev/null ||
		skip "no /proc can be mounted"
	command -v setpriv >/dev/null || skip "setpriv is not here"
	spawn sleep 60
	cp "$BIN/forkbench" "$T"
	chmod 755 "$T" forkbench
	nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
	# Its own folder may be closed to others.
	run unshare --mount sh -c "mount -t proc -o hidepid=2 proc /proc &&
		mount -t tmpfs tmpfs /mnt && cp forkbench /mnt &&
		exec $nobody /mnt/forkbench watch $SPAWNED"
	[[ $status == 3 && $output == *'is hidden: /proc is mounted with hidepid'* ]]
}
