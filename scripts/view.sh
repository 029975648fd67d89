#!/bin/sh
# Opens a run's report in a browser, or says where it is: view.sh RUN
set -eu

run=${1:?usage: view.sh RUN}
[ -r "$run/report.html" ] || {
	printf 'view.sh: %s is missing: make bench makes a run\n' \
		"$run/report.html" >&2
	exit 3
}
page=$(realpath -- "$run/report.html")
if [ -n "${BROWSER:-}" ]; then
	exec "$BROWSER" "$page"
elif [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then
	exec xdg-open "$page"
fi
printf 'There is no display here. The report: %s\n' "$page"
