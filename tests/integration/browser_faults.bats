#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # each test is a process
# What is broken on purpose, tests/browser/page.js notices.
load helpers
load runs
load browser

# Every line of standard input is a pattern of one of the faults told.
told() {
	local pattern
	[[ $status == 1 ]]
	while read -r pattern; do
		grep -q -- "$pattern" <<<"$output" || {
			echo "not told: $pattern"
			return 1
		}
	done
}

@test "a page that asks for more than its file" {
	needs_browser
	make_report smoke
	look shown
	[[ $status == 0 ]]
	sed 's|<main>|&<img alt=far src="http://127.0.0.1:9/x">|' \
		run/report.html >blocked.html
	look shown blocked.html
	told <<'END'
^pictures: picture 1 does not show$
^console: .*127.0.0.1:9/x
END
	sed 's|<meta http-equiv[^>]*>||' blocked.html >open.html
	look shown open.html
	told <<'END'
^file: the policy that forbids all loading is not there$
^network: it asks for http://127.0.0.1:9/x$
END
}

@test "a page that scripts have a hand in" {
	needs_browser
	make_report smoke
	sed 's|<meta http-equiv[^>]*>||; s|<main>|&<script>\
document.body.style.background = "red"; console.log("here");\
throw new Error("thrown");</script>|' run/report.html >page.html
	look shown page.html
	told <<'END'
^script: Error: thrown
^console: here$
^no script: it looks different without script$
END
}

@test "a page with everything in it that must not be" {
	needs_browser
	make_report smoke
	sed 's|<main>|&<div style="height:900px;width:3000px">wide</div>\
<img src="data:image/png;base64,AAAA"><p style="color:#bbb">faint</p>\
<h4>deep</h4><a href="#nowhere">away</a><table><tr><th>bare</th></tr></table>\
<table><caption>c</caption><tr><td>one<br>two<br>three</td></tr></table>\
<details><summary>s</summary><p>folded</p></details><style>@media print{\
details::details-content{content-visibility:hidden!important}}</style>|' \
		run/report.html >page.html
	printf '<!--%2000000s-->' x >>page.html
	look shown page.html
	told <<'END'
^file: [0-9]* bytes, more than 2000000$
^structure: a heading skips a level$
^structure: a link leads nowhere: #nowhere$
^structure: a table has no caption$
^structure: a th without scope: bare$
^pictures: picture 1 does not show$
^pictures: picture 1 has no words in its place$
^1280 light: the page is [0-9]* px wide
^390 dark: the page is [0-9]* px wide
^1280 light: contrast [0-9.]* of "faint"
^1280 light: .answers is not on the first screen
^390 light: .status is not on the first screen
^print: folded on paper: folded$
^copying: a row is not copied cell by cell
END
}
