#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # each test is a process
# report.html as a browser shows it: tests/browser/page.js looks at made-up runs
# of each state. Its pictures are left in build/browser/.
load helpers
load runs

SHOWN=${BIN%/bin}/browser

# look REPORT NAME: what page.js says of it; pictures go to a folder NAME.
look() {
	command -v node >/dev/null || skip "node is not installed"
	command -v "${CHROMIUM:-chromium}" >/dev/null ||
		skip "chromium is not installed: scripts/setup.sh browser installs it"
	mkdir -p "$SHOWN/$2"
	run timeout 35 node "$ROOT/tests/browser/page.js" "$1" "$SHOWN/$2" 3>&-
	echo "exit $status: $output"
}

@test "every experiment, many modes, every state: it shows well" {
	local state all=churn,leak,hold,wall,memory
	invent VALID experiments=$all slow=waitpid-loop:1.13
	invent NOISY aa=1.3 suspect=30 experiments=churn,hold \
		modes=sig-ign,none,waitpid-loop,waitpid-once,signalfd,self-pipe,pidfd,double-fork,reaper-thread,accept-sweep,sigchld-blocked,nocldwait
	invent INVALID broken=waitpid-loop rounds=3
	invent INCOMPLETE cut=30 profile=smoke rounds=9
	for state in VALID NOISY INVALID INCOMPLETE; do
		report "$state" text >told
		[[ -e $state/latency.hlog ]] || : >"$state/latency.hlog"
		grep -q ">$state</span>" "$state/report.html"
		look "$state/report.html" "$state"
		[[ $status == 0 && -z $output ]]
	done
}

@test "the page is valid HTML" {
	invent run rounds=8
	report run text >told
	run tidy -q -e run/report.html
	[[ $status == 0 && -z $output ]]
	sed 's|</main>|</mian>|' run/report.html >page.html
	run ! tidy -q -e page.html
}

@test "what is broken on purpose is noticed" {
	local pattern
	invent run rounds=8
	report run text >told
	sed 's|<meta http-equiv[^>]*>||; s|<main>|&<div style="height:900px;width:3000px">\
wide</div><img alt=far src="http://127.0.0.1:9/x"><p style="color:\#bbb">faint</p>\
<h4>deep</h4><a href="\#nowhere">away</a><table><tr><th>bare</th></tr></table>\
<script>throw new Error("thrown")</script>|' run/report.html >page.html
	printf '<!--%1000000s-->' x >>page.html
	look page.html broken
	[[ $status == 1 ]]
	while read -r pattern; do
		grep -q -- "$pattern" <<<"$output" ||
			{ echo "not noticed: $pattern" && false; }
	done <<'END'
^file: [0-9]* bytes, more than 1000000$
^file: the policy that forbids all loading is not there$
^structure: a heading skips a level$
^structure: a link leads nowhere: #nowhere$
^structure: a table has no caption$
^structure: a th without scope: bare$
^structure: there is a script$
^structure: picture 1 does not show$
^network: it asks for http://127.0.0.1:9/x$
^console: 
^1280 light: the page is [0-9]* px wide
^390 dark: the page is [0-9]* px wide
^1280 light: .answers is not on the first screen
^1280 light: faint: "faint"
END
}
