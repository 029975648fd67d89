# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what is set here is used by the suites
#
# What the suites that make whole runs share.

# A whole number by its key, from a JSON file with a key a line.
number() { # FILE KEY
	sed -n "s/^ *\"$2\": \([^,]*\),\{0,1\}\$/\1/p" "$1" |
		head -n 1 | cut -d. -f1
}

needs_plots() {
	command -v gnuplot >/dev/null || skip "no gnuplot here"
}

needs_tools() {
	needs_plots
	command -v hyperfine >/dev/null || skip "no hyperfine here"
}

# Programs of the test's own, with those that a fake replaces as real-NAME.
fake_programs() { # NAMES...; the scripts go to bin/NAME
	local name
	mkdir bin
	cp "$BIN/forkbench" "$BIN/echod" "$BIN/loadgen" bin/
	for name; do mv "bin/$name" "bin/real-$name"; done
	BIN=$T/bin
}

# fake PATH: an executable script, from standard input.
fake() {
	{
		echo '#!/bin/bash'
		cat
	} >"$1"
	chmod +x "$1"
}

# Begins a small run in the background, in folder run: its PID is SPAWNED.
start_run() { # OPTIONS...
	spawn env --default-signal=INT "$BIN/forkbench" run --profile smoke \
		--modes sig-ign,none --concurrency 8 --sessions 20 --seed 7 \
		--out run "$@" >out 2>err
}

# Goes on with it, to its end. A busy machine may make cells invalid.
resume() {
	local rc=0
	timeout 35 "$BIN/forkbench" resume run 3>&- >out 2>err || rc=$?
	((rc <= 1)) && [[ -d run && ! -e run.partial ]]
}

# The cells that count, as EXPERIMENT/ROUND-SLOT; those of a run under way or of
# a finished one.
cells() {
	find run run.partial -path '*/cells/*' -name metrics.json \
		! -path '*.excluded/*' 2>/dev/null |
		sed 's|.*/cells/\(.*\)/metrics.json|\1|' | sort
}

# There are at least so many of them.
has_cells() { # N
	[[ $(cells | wc -l) -ge $1 ]]
}

# Sets ASIDE to the folder of the one cell set aside of whose FILE a line has
# the words. A busy machine may have others set aside.
find_aside() { # EXPERIMENT FILE WORDS
	ASIDE=$(grep -ls "$3" "run/cells/$1"/1-*.excluded/"$2" || true)
	[[ $ASIDE == */"$2" && $ASIDE != *$'\n'* ]] && ASIDE=${ASIDE%/*}
}

# Every planned cell is there, once: EXPERIMENTS, then the rounds.
whole() { # LIST ROUNDS
	local experiment round slot
	for experiment in ${1//,/ }; do
		for ((round = 1; round <= $2; round++)); do
			for slot in sig-ign none; do
				echo "$experiment/$round-$slot"
			done
		done
	done | sort | diff - <(cells) &&
		[[ -z $(find run -name '*.tmp') ]] &&
		grep -q '"finished": true' run/run.json
}
