#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # each test is a process
# docs/METHODOLOGY.md says what the program does.
load helpers

DOCS=$BATS_TEST_DIRNAME/../../docs

@test "the rules of validity are those that cells are judged by" {
	"$PEERS/rules_table" >wanted
	sed -n '/^<!-- rules: /,/^<!-- end of rules -->$/p' \
		"$DOCS/METHODOLOGY.md" | grep '^|' >documented
	[[ $(wc -l <wanted) -gt 20 ]]
	diff documented wanted
}
