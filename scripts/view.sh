#!/bin/sh
# Opens a run's report in a browser, or says where it is: view.sh RUN
set -eu

run=${1:?usage: view.sh RUN}
[ -r "$run/report.html" ] || {
	echo "view.sh: $run/report.html is missing: make bench makes a run," \
		"make report RUN=DIR its report" >&2
	exit 3
}
page=$(cd "$run" && pwd -P)/report.html
if [ -n "${BROWSER:-}" ]; then
	exec "$BROWSER" "$page"
elif [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then
	exec xdg-open "$page"
fi
echo "There is no display here. The report: $page"
