#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # each test is a process
# report.html as a browser shows it: tests/browser/page.js looks at a real run
# and at made-up ones. Its pictures are left in build/browser/.
load helpers
load runs
load browser

SHOWN=${BIN%/bin}/browser

shows_well() { # KIND
	needs_browser
	make_report "$1"
	look "$SHOWN/$1"
	[[ $status == 0 && -z $output ]]
}

@test "a real run, however short" {
	local rc=0
	needs_tools
	needs_browser
	timeout 30 "$BIN/forkbench" run --profile smoke --concurrency 8 \
		--sessions 20 --out run >out 2>err 3>&- || rc=$?
	((rc <= 1))
	look "$SHOWN/real"
	[[ $status == 0 && -z $output ]]
	[[ -s $SHOWN/real/390-dark.png && -s $SHOWN/real/print.pdf ]]
}

@test "a valid run" {
	shows_well valid
	grep -q '>VALID</span>' run/report.html
}

@test "a noisy run" {
	shows_well noisy
	grep -q '>NOISY</span>' run/report.html
}

@test "an incomplete run" {
	shows_well incomplete
	grep -q '>INCOMPLETE</span>' run/report.html
}

@test "an invalid run" {
	shows_well invalid
	grep -q '>INVALID</span>' run/report.html
}

@test "a run too short for verdicts" {
	shows_well smoke
}

@test "thirteen modes and long reasons" {
	shows_well crowded
}

@test "a null experiment: nothing is said to be like itself" {
	shows_well null
	grep -q 'SIG_IGN against itself' run/report.html
	run ! grep -q '.SIG_IGN. \(is\|are\|the\)' run/report.html
}
