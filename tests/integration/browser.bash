# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what is set here is used by the suites
#
# What the suites share that look at a report with a browser.

needs_browser() {
	needs_plots
	command -v node >/dev/null || skip "node is not installed"
	command -v "${CHROMIUM:-chromium}" >/dev/null ||
		skip "chromium is not installed: scripts/setup.sh browser installs it"
}

# A made-up run and its report, in folder run; an invalid one's exit is 1.
make_report() { # KIND
	local rc=0
	"$PEERS/fixture_run_main" "$1" run
	"$BIN/forkbench" report run >/dev/null || rc=$?
	((rc <= 1))
}

# What page.js says of a report.
look() { # FOLDER-FOR-PICTURES [REPORT]
	mkdir -p "$1"
	run timeout 35 node "$BATS_TEST_DIRNAME/../browser/page.js" \
		"${2:-run/report.html}" "$1" 3>&-
	echo "exit $status: $output"
}
