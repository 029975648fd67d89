#!/bin/sh
# Puts a stored run's answer and its first picture into README.md: readme.sh RUN
set -eu

run=${1:?usage: readme.sh RUN}
case $run in /*) ;; *) run=./$run ;; esac
cd "$(dirname "$0")/.."
for file in report.md plots/verdicts.svg; do
	[ -r "$run/$file" ] || {
		printf 'readme.sh: %s is missing: make report RUN=DIR makes it\n' \
			"$run/$file" >&2
		exit 3
	}
done
mkdir -p docs/pictures
cp "$run/plots/verdicts.svg" docs/pictures/
REPORT=$run/report.md awk '
	/^<!-- end of answer -->$/ { inside = 0 }
	!inside
	/^<!-- answer -->$/ {
		inside = 1
		while ((getline line <ENVIRON["REPORT"]) > 0 && line !~ /^## /)
			if (line !~ /^# / && (line != "" || printed)) {
				gsub(/"plots\//, "\"docs/pictures/", line)
				print line
				printed = 1
			}
	}' README.md >README.md.new
mv README.md.new README.md
