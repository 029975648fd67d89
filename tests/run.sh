#!/bin/sh
# Runs every test against $BUILD and prints one closing line. Each program
# speaks TAP; what failed is shown whole. Two lanes run side by side: those that
# load the machine, one after the other, and those that hardly do.
set -eu
cd "$(dirname "$0")/.."
BUILD=$(cd "${BUILD:-build}" && pwd)
export BUILD CMOCKA_MESSAGE_OUTPUT=TAP
TMPDIR=$(mktemp -d)
[ $# -gt 0 ] || FORKBENCH_RUN=$TMPDIR
export TMPDIR FORKBENCH_RUN
log=$TMPDIR/log
trap 'rm -rf "$TMPDIR"' EXIT
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM
passed=0 failed=0 skipped=0

count() { grep -cE "$1" "$log" || true; }

# Ends what was started here, wherever it has gone: all of it has our mark in
# its environment. It has 5 s to tidy up, and 5 s more to die.
stop() { # EXIT-STATUS
	trap '' HUP INT TERM
	mark=FORKBENCH_RUN=$FORKBENCH_RUN
	unset FORKBENCH_RUN
	for try in $(seq 99); do
		left=$(grep -lszxF "$mark" /proc/[0-9]*/environ || true)
		[ -n "$left" ] || break
		case $try in
		1) signal=TERM ;;
		[5-9]?) signal=KILL ;;
		*) signal=0 ;;
		esac
		for pid in $left; do
			pid=${pid#/proc/}
			kill -s "$signal" "${pid%/environ}" 2>/dev/null || true
		done
		sleep 0.1
	done
	exit "$1"
}

# $1: what is run, for people. The rest: the command, which has $limit seconds.
# It runs in the background, so that a signal to us is heard meanwhile.
run() {
	name=$1 rc=0 began=$(date +%s)
	shift
	env --default-signal=INT,QUIT timeout -k 5 "$limit" "$@" >"$log" 2>&1 &
	wait $! || rc=$?
	not_ok=$(count '^not ok ')
	skips=$(count '^ok .*# (skip|SKIP)')
	ok=$(($(count '^ok ') - skips))
	# A crash, a time-out or an empty suite fails, whatever was counted.
	if [ "$rc" -ne 0 ] || [ $((ok + skips)) -eq 0 ]; then
		[ "$not_ok" -gt 0 ] || not_ok=1
		echo "--- $name: exit $rc"
		cat "$log"
	fi
	grep -E '^ok .*# (skip|SKIP)' "$log" || true
	passed=$((passed + ok)) failed=$((failed + not_ok))
	skipped=$((skipped + skips))
	printf '%-44s %3d passed %2d failed %3d s\n' "$name" "$ok" "$not_ok" \
		$(($(date +%s) - began))
}

run_quiet() {
	limit=60
	for unit in "$BUILD"/tests/unit/test_*; do
		case $unit in *.[do]) continue ;; esac
		run "unit ${unit##*/test_}" "$unit"
	done
}

run_loading() {
	limit=150
	run "honesty of loadgen" "$BUILD/tests/honesty/honesty" "$BUILD"
}

# The suites of a lane, by their names.
run_suites() { # quiet|loading
	limit=150
	for suite in tests/integration/*.bats; do
		case ${suite##*/} in
		bad_files* | browser* | build* | compare* | echoc* | \
			echod_[depsu]* | hlog* | install* | many* | *_merge* | \
			manual* | names* | setup* | show* | usage*)
			lane=quiet ;;
		*) lane=loading ;;
		esac
		[ "$lane" != "$1" ] || run "$suite" bats --tap "$suite"
	done
}

# A lane is this script again, so that it bears our mark.
if [ $# -gt 0 ]; then
	"run_$1"
	run_suites "$1"
	echo "$passed $failed $skipped" >"$TMPDIR/../$1"
	exit
fi
sh tests/run.sh quiet &
sh tests/run.sh loading &
wait
for lane in quiet loading; do
	read -r ok not_ok skips <"$TMPDIR/$lane"
	passed=$((passed + ok)) failed=$((failed + not_ok))
	skipped=$((skipped + skips))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
