#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a
# process, and fakes are written in single quotes
# A run that was broken off goes on where it stopped, or says why it can't.
load helpers
load runs

# The order of the cells, as the progress tells it.
order() { # FILES...
	cat "$@" | sed -n 's|^\[ *\([0-9]*\)/[0-9]*\] \(round.*\)  *[0-9.]* s.*|\1 \2|p' |
		awk '{ print $1, $3, $4, $5 }' | sort -n
}

@test "a run that is interrupted goes on at its next cell, in the same order" {
	local n
	needs_tools
	start_run --experiments wall,churn --rounds 2
	wait_until 20 has_cells 1
	kill -TERM "$SPAWNED"
	wait "$SPAWNED" && return 1 || [[ $? == 143 ]]
	nothing_runs
	grep -q 'forkbench resume run.partial$' err
	n=$(cells | wc -l)
	grep -q "after $n of 8 cells" err
	cp err err.before
	find run.partial/cells -name metrics.json -exec md5sum {} + |
		sed 's/\.partial//' >sums
	resume
	whole wall,churn 2
	md5sum --quiet -c sums
	order err.before err >parts
	[[ $(number run/run.json at_cell) == $((n + 1)) ]]
	[[ $(grep -c '"at_cell"' run/run.json) == 1 ]]
	grep -q '"interrupted_by": "SIGTERM"' run/run.json
	grep -q '"interrupted_by": null' run/run.json
	grep -q "^- resumed 1 time, before cell $((n + 1)) of 8" out
	grep -q "resumed 1 time" run/report.html
	# What an unbroken run of this seed does.
	rm -r run
	start_run --experiments wall,churn --rounds 2
	wait "$SPAWNED" || [[ $? == 1 ]]
	order err >unbroken
	[[ $(wc -l <unbroken) == 8 ]]
	diff unbroken parts
}

@test "daemons after a break have addresses that none had before" {
	needs_tools
	start_run --experiments wall --rounds 2
	wait_until 20 has_cells 2
	kill -KILL "$SPAWNED"
	wait_until 5 nothing_runs
	resume
	whole wall 2
	grep -ho -- '--number [0-9]*' run/cells/wall/*.json | sort >numbers
	[[ $(wc -l <numbers) == 4 && $(sort -u numbers | wc -l) == 4 ]]
}

@test "a cell that awaits its second try gets it after a break" {
	local aside
	needs_plots
	fake_programs loadgen
	fake bin/loadgen <<'END'
echo >>"$FORKBENCH_TEST/calls"
case $(wc -l <"$FORKBENCH_TEST/calls") in
1) exit 1 ;;
3) exec sleep 60 ;;
esac
exec "${0%/*}/real-loadgen" "$@"
END
	start_run --experiments churn --rounds 1
	three() { [[ -e calls && $(wc -l <calls) == 3 ]]; }
	wait_until 20 three
	kill -KILL "$SPAWNED"
	wait_until 5 nothing_runs
	aside=$(echo run.partial/cells/churn/1-*.excluded)
	[[ -s $aside/metrics.json && ! -e ${aside%.excluded}/metrics.json ]]
	resume
	[[ $(wc -l <calls) -ge 4 ]]
	whole churn 1
	aside=run/${aside#*/}
	[[ $(number "$aside/metrics.json" attempt) == 1 ]]
	[[ $(number "${aside%.excluded}/metrics.json" attempt) == 2 ]]
	[[ $(grep -l '"attempt": 2' run/cells/churn/*/metrics.json | wc -l) \
		-ge 1 ]]
}

@test "a round of wall that was broken off is measured again as a whole" {
	needs_tools
	fake_programs loadgen
	fake bin/loadgen <<'END'
echo >>"$FORKBENCH_TEST/calls"
[[ $(wc -l <"$FORKBENCH_TEST/calls") != 4 ]] || exec sleep 60
exec "${0%/*}/real-loadgen" "$@"
END
	start_run --experiments wall --rounds 2
	four() { [[ -e calls && $(wc -l <calls) == 4 ]]; }
	wait_until 20 four
	kill -KILL "$SPAWNED"
	wait_until 5 nothing_runs
	[[ $(cells | wc -l) == 2 && -e run.partial/cells/wall/1-hyperfine.json ]]
	[[ ! -e run.partial/cells/wall/2-hyperfine.json ]]
	resume
	whole wall 2
	[[ $(number run/run.json at_cell) == 3 ]]
	[[ $(wc -l <calls) == 6 ]]
	[[ $(grep -c '"mean"' run/cells/wall/2-hyperfine.json) == 2 ]]
}

@test "only one forkbench works in a folder, and a dead one keeps none out" {
	local n
	needs_plots
	start_run --experiments churn --rounds 1
	wait_until 20 test -e run.partial/run.json
	refuses 3 'another forkbench is at work' "$BIN/forkbench" resume run
	kill -KILL "$SPAWNED"
	wait_until 5 nothing_runs
	n=$(cells | wc -l)
	resume
	whole churn 1
	# Nothing is left to do.
	run timeout 10 "$BIN/forkbench" resume run 3>&-
	[[ $status == 0 && $output == *'finished already'* ]]
	[[ $(number run/run.json at_cell) == $((n + 1)) ]]
}

# Replaces a text in a file of the run for one refusal.
refuses_changed() { # FILE SED WORDS
	cp "run.partial/$1" kept
	sed -i "$2" "run.partial/$1"
	refuses 3 "$3" "$BIN/forkbench" resume run || return
	[[ ! -e run ]]
	cp kept "run.partial/$1"
}

@test "what cannot go on is refused, with what to do" {
	needs_plots
	start_run --experiments churn --rounds 1
	wait_until 20 has_cells 1
	kill -KILL "$SPAWNED"
	wait_until 5 nothing_runs
	refuses_changed env.json 's/"kernel": "/&9/' 'the kernel was "9'
	refuses_changed env.json 's/"cpus": /&9/' 'the number of CPUs was 9'
	refuses_changed env.json 's/"commit": "/&x/' 'the commit was "x'
	refuses_changed env.json 's/"flags": "/&-O7 /' 'flags was "-O7'
	refuses_changed env.json 's/"commit": "/&x/' 'with: make bench PROFILE'
	refuses_changed run.json 's/"schema_version": 1/&9/' 'newer forkbench'
	refuses_changed run.json '3,$d' 'not whole JSON'
	refuses_changed run.json 's/"seed".*/"seed": "x",/' 'cannot go on'
	mv run.partial/run.json kept
	refuses 3 "rm -r '$T/run.partial'" "$BIN/forkbench" resume run
	ln -s run.json run.partial/run.json
	refuses 3 'run.json' "$BIN/forkbench" resume run
	mv kept run.partial/run.json
	ln -s loop loop
	refuses 3 'symbolic links' "$BIN/forkbench" resume loop
	refuses 3 'no such run' "$BIN/forkbench" resume "$T/none"
	refuses 2 'RUN is missing' "$BIN/forkbench" resume
	refuses 2 'too many operands' "$BIN/forkbench" resume run run
	resume
	whole churn 1
}
