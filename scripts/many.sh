#!/bin/sh
# Loads one server from many hosts at once, by GNU parallel over ssh, and merges
# what they measured: many.sh A,B,C|@FILE [LOADGEN-OPTIONS] ADDRESS PORT
#
# FILE has a host a line. Each host's loadgen is used, or ours is copied there
# for the run. All begin at one time by their clocks, which are compared first;
# no latency spans two clocks. A host that fails, hangs or dies is named, and
# the merged result is then invalid (exit 1). From the environment:
#   OUT    folder for results (default: a new one under /tmp)
#   LIMIT  seconds until a host counts as hanging (default 600)
#   SSH    the command, with options (default ssh)
#   WATCH  HOST:PID|NAME: zombies.json there is what forkbench watch sees there
set -eu

say() {
	printf 'many.sh: %s\n' "$*" >&2
}

[ $# -ge 3 ] || {
	say "usage: many.sh A,B,C|@FILE [LOADGEN-OPTIONS] ADDRESS PORT"
	exit 2
}
case $1 in
@*) hosts=$(grep -v '^ *\(#\|$\)' "${1#@}") ;;
*) hosts=$(printf '%s' "$1" | tr -s ', ' '\n') ;;
esac
shift
LOADGEN=${0%/*}/../${BUILD:-build}/bin/loadgen
case ${BUILD-} in /*) LOADGEN=$BUILD/bin/loadgen ;; esac
[ -x "$LOADGEN" ] || LOADGEN=$(command -v loadgen)
OUT=${OUT:-$(mktemp -d)}
SSH="${SSH:-ssh} -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=3 -o ServerAliveCountMax=3"
parallel --version 2>/dev/null | grep -q '^GNU parallel' || {
	say "GNU parallel is missing: apt-get install parallel"
	exit 3
}
mkdir -p "$OUT"

# each SECONDS COMMAND: for each host {}; *.rc has the status, none: it hung.
each() {
	rm -f "$OUT"/*.rc
	for host in $hosts; do
		echo "$host"
	done | sort -u | parallel --will-cite -j0 --timeout "$1" \
		"$2; echo \$? >\"\$OUT\"/{}.rc" 2>/dev/null || true
}

# Takes hosts that have failed out of $hosts, by name and with their words.
lost=
drop_failed() { # HIGHEST-GOOD-STATUS
	left=
	for host in $hosts; do
		rc=$(cat "$OUT/$host.rc" 2>/dev/null) || rc=hung
		if [ "$rc" = hung ] || [ "$rc" -gt "$1" ]; then
			say "$host: exit $rc: $(tail -n 1 "$OUT/$host.err" 2>/dev/null)"
			lost="$lost $host"
		else
			left="$left $host"
		fi
	done
	hosts=$left
}

# The host's own loadgen, or ours from standard input; then its clock.
CHECK=$(
	cat <<'END'
at=$(command -v loadgen) || { d=$(mktemp -d "${TMPDIR:-/tmp}/forkbench.XXXXXX") &&
	cat >"$d/loadgen" && chmod 700 "$d/loadgen" && at=$d/loadgen; }
"$at" --version >/dev/null && echo "$at $(date +%s)"
END
)
export CHECK LOADGEN OUT SSH
before=$(date +%s)
# shellcheck disable=SC2016 # for parallel's shell
each 60 '$SSH -- {} "$CHECK" <"$LOADGEN" >"$OUT"/{}.at 2>"$OUT"/{}.err'
after=$(date +%s)
for host in $hosts; do
	read -r at clock <"$OUT/$host.at" || continue
	if [ "$clock" -lt $((before - 1)) ] || [ "$clock" -gt $((after + 1)) ]; then
		echo "its clock is $((clock - after)) s off; set it" >"$OUT/$host.err"
		echo 3 >"$OUT/$host.rc"
	fi
done
drop_failed 0

quoted=
for word; do
	quoted="$quoted '$(printf %s "$word" | sed "s/'/'\\\\''/g")'"
done
# The way there takes about as long as before.
start=$(($(date +%s) + 2 + after - before))
for host in $hosts; do
	read -r at clock <"$OUT/$host.at"
	echo "$at --quiet --json - --start-at $start $quoted; rc=\$?
		case $at in */forkbench.??????/loadgen) rm -r ${at%/*} ;; esac; exit \$rc" >"$OUT/$host.sh"
done
watcher=
if [ -n "${WATCH-}" ]; then
	# shellcheck disable=SC2086 # SSH is words
	$SSH -- "${WATCH%%:*}" forkbench watch --json "'${WATCH#*:}'" >"$OUT/zombies.json" </dev/null &
	watcher=$!
fi
# shellcheck disable=SC2016 # for parallel's shell
each "${LIMIT:-600}" '$SSH -- {} sh -s <"$OUT"/{}.sh >"$OUT"/{}.json 2>"$OUT"/{}.err'
[ -z "$watcher" ] || kill "$watcher" || true
drop_failed 1

set --
for host in $hosts; do
	set -- "$@" "$OUT/$host.json"
done
for host in $lost; do
	set -- "$@" --lost "$host"
done
say "results in $OUT"
[ -n "$hosts" ] || {
	say "no host has a result"
	exit 1
}
exec "$LOADGEN" merge --json "$OUT/merged.json" "$@"
