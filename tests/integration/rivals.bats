#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031 # each test is a process, and fakes
# are written in single quotes
# echod beside other servers: forkbench rivals.
load helpers
load runs

rivals() { # OPTIONS...
	timeout 35 "$BIN/forkbench" rivals --rounds 1 --duration 100ms "$@" \
		3>&- >out 2>err
}

# Exits with a status, one line to stderr, which has the words, and no table.
refuses() { # STATUS WORDS OPTIONS...
	local rc=0
	rivals "${@:3}" || rc=$?
	cat err
	[[ $rc == "$1" && ! -s out && $(wc -l <err) == 1 ]]
	grep -qF -- "$2" err
}

a_server_runs() {
	local pid
	for pid in $(processes); do
		case $(cat "/proc/$pid/comm" 2>/dev/null) in
		least | echod) return 0 ;;
		esac
	done
	return 1
}

@test "echod and the least are measured in turn, and leave nothing" {
	export TMPDIR=$T/tmp
	mkdir tmp
	rivals --with least --concurrency 2,5 --seed 7
	cat out err
	nothing_runs
	[[ -z $(ls tmp) ]]
	grep -q '^servers: 2, levels of concurrency: 2, rounds: 1 .* seed 7$' err
	# A round and its warm-up, two servers, two levels.
	[[ $(grep -c '^round [01]/1 .* sessions/s$' err) == 8 ]]
	[[ $(grep -c '^[25] at once$' out) == 2 ]]
	# Below six rounds there is no interval, and the table says so.
	[[ $(grep -cE '^ *least +1 +[0-9,]+/s +0 +[0-9.]+$' out) == 2 ]]
	[[ $(grep -cE '^ *echod +1 +[0-9,]+/s +0 +-$' out) == 2 ]]
}

@test "the same seed gives the same order" {
	local i
	for i in 1 2; do
		rivals --with least --concurrency 2 --rounds 3 --seed 11
		awk '/^round/ { print $2, $3 }' err >"order$i"
	done
	[[ $(wc -l <order1) == 8 ]]
	diff order1 order2
}

# xinetd would ask a name server about any other.
@test "every client has the one address that /etc/hosts knows" {
	fake_programs loadgen
	cp "${PEERS%/tests/peers}/bin/least" bin/
	fake bin/loadgen <<'END'
echo "$*" >>"$FORKBENCH_TEST/loads"
exec "${0%/*}/real-loadgen" "$@"
END
	rivals --with least --concurrency 2
	[[ $(wc -l <loads) == 4 ]]
	[[ $(grep -c -- '--source 127\.0\.0\.1 ' loads) == 4 ]]
}

@test "servers that are not installed are named and left out" {
	local name
	rivals --concurrency 2 --duration 100ms
	cat out err
	for name in socat inetd xinetd; do
		if grep -q "^forkbench: $name is left out; it needs " err; then
			! grep -q "^ *$name " out
		else
			grep -q "^ *$name " out
		fi
	done
	grep -q '^ *least ' out
}

@test "an interrupt ends the server that runs, and all is gone" {
	export TMPDIR=$T/tmp
	mkdir tmp
	spawn "$BIN/forkbench" rivals --with least --duration 30s 2>err
	wait_until 10 grep -q '^servers: 2' err
	wait_until 10 a_server_runs
	kill -TERM "$SPAWNED"
	wait "$SPAWNED" && return 1 || [[ $? == 143 ]]
	wait_until 5 nothing_runs
	[[ -z $(ls tmp) ]]
}

@test "misuse is told in one line, before anything runs" {
	refuses 2 "--with inet" --with inet
	refuses 2 "--concurrency 0" --concurrency 0
	refuses 2 "--concurrency x" --concurrency 1,x
	refuses 2 "one too many" --concurrency 1,2,3,4,5,6,7,8,9
	refuses 2 "--rounds" --rounds 0
	refuses 2 "--duration" --duration 1ms
	refuses 2 "operand" operand
	TMPDIR=$T/none refuses 3 "$T/none/forkbench." --with least
}
