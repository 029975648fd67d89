#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2094 # backquotes of Markdown; a file after it is
# written
# What docs/FAULTS.md says is shown by a test is shown by one.
load helpers

TESTS=$BATS_TEST_DIRNAME

# The last column, the quotes taken off.
named() {
	sed -n 's/^| .* | `\(.*\)` |$/\1/p' "$TESTS/../../docs/FAULTS.md"
}

there_are() {
	sed -n 's/^@test "\(.*\)" {$/\1/p' "$TESTS"/echod_*.bats
	sed -n 's/^\t\tTEST(\(.*\)),$/\1/p' "$TESTS"/../unit/test_drain.c
}

# Lines of the first that are not in the second.
missing() {
	comm -23 <(sort -u "$1") <(sort -u "$2")
}

@test "every test that FAULTS.md names exists" {
	named >named
	there_are >there
	run -0 missing named there
	[[ -s named && -z $output ]]
	run -0 grep -c '^| [^D]' "$TESTS/../../docs/FAULTS.md"
	[[ $output == "$(wc -l <named)" ]] # each row has one
}

@test "every test of the fault suites has its row in FAULTS.md" {
	named >named
	sed -n 's/^@test "\(.*\)" {$/\1/p' "$TESTS"/echod_faults_*.bats >suites
	run -0 missing suites named
	[[ -s suites && -z $output ]]
}
