#!/bin/sh
# Runs every test against $BUILD and prints one closing line. Each program
# speaks TAP; what failed is shown whole.
set -eu
cd "$(dirname "$0")/.."
: "${BUILD:=$PWD/build}"
export BUILD CMOCKA_MESSAGE_OUTPUT=TAP
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0

count() { grep -cE "$1" "$log" || true; }

# $1: what is run, for people. The rest: the command, which has $limit seconds.
run() {
	name=$1 rc=0
	shift
	timeout -k 5 "$limit" "$@" >"$log" 2>&1 || rc=$?
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
	printf '%-44s %3d passed %2d failed\n' "$name" "$ok" "$not_ok"
}

limit=60
for unit in "$BUILD"/tests/unit/test_*; do
	case $unit in *.[do]) continue ;; esac
	run "unit ${unit##*/test_}" "$unit"
done
limit=150
for suite in tests/integration/*.bats; do
	run "$suite" bats --tap "$suite"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
