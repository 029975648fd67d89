#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # bats sets status; names are data
# What shows a stored run: scripts/view.sh and scripts/readme.sh.
load helpers

SCRIPTS=$(cd "$BATS_TEST_DIRNAME/../../scripts" && pwd)

# A run's report, in a folder with a hostile name.
a_run() {
	RUN='a run $(touch hacked); "b" \n'
	mkdir -p "$RUN/plots"
	echo page >"$RUN/report.html"
	printf '%s\n' '# name' '' '**VALID** quick' '' '| a |' \
		'<img src="plots/verdicts.svg">' '' '## Churn' 'more' \
		>"$RUN/report.md"
	echo light >"$RUN/plots/verdicts.svg"
}

@test "view: a browser gets the page; without a display it is named" {
	a_run
	printf '#!/bin/sh\ncat "$1" >opened\n' >browser
	chmod +x browser
	BROWSER=./browser "$SCRIPTS/view.sh" "$RUN"
	[[ $(<opened) == page ]]
	run env -u BROWSER -u DISPLAY -u WAYLAND_DISPLAY \
		"$SCRIPTS/view.sh" "$RUN"
	[[ $status == 0 && $output == *"$PWD/$RUN/report.html" ]]
	refuses 3 'nothing/report.html is missing' "$SCRIPTS/view.sh" nothing
	[[ ! -e hacked ]]
}

@test "readme: the first screen and its picture go between the marks" {
	a_run
	mkdir scripts
	cp "$SCRIPTS/readme.sh" scripts/
	printf '%s\n' before '<!-- answer -->' old '<!-- end of answer -->' \
		after >README.md
	scripts/readme.sh "$RUN"
	scripts/readme.sh "$RUN"
	diff README.md - <<-'END'
		before
		<!-- answer -->
		**VALID** quick

		| a |
		<img src="docs/pictures/verdicts.svg">

		<!-- end of answer -->
		after
	END
	[[ $(<docs/pictures/verdicts.svg) == light ]]
	rm "$RUN/report.md"
	refuses 3 'report.md is missing' scripts/readme.sh "$RUN"
	[[ ! -e hacked ]]
}
