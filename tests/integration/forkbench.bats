#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Whole runs, short ones: what is stored, told and left behind.
load helpers

# A run of a few seconds at most; what it prints is in out and err.
short_run() { # OPTIONS...
	timeout 35 "$BIN/forkbench" run --profile smoke --rounds 1 \
		--experiments churn --concurrency 8 "$@" 3>&- >out 2>err
}

# A whole number by its key, from a JSON file with a key a line.
number() { # FILE KEY
	sed -n "s/^ *\"$2\": \([^,]*\),\{0,1\}\$/\1/p" "$1" |
		head -n 1 | cut -d. -f1
}

needs_plots() {
	command -v gnuplot >/dev/null || skip "no gnuplot here"
}

@test "a run is stored whole, judged, and leaves no process behind" {
	local cell
	needs_plots
	short_run --modes sig-ign,none --out run
	nothing_runs
	[[ ! -e run.partial && -s run/report.html && -s run/summary.tsv ]]
	grep -q '"status": "VALID"' run/run.json
	grep -q '^VALID' out
	cell=run/cells/churn/1-none/metrics.json
	[[ $(number "$cell" zombies_left) -gt 0 ]]
	[[ $(number "$cell" zombies_left) == "$(number "$cell" forks)" ]]
	cell=run/cells/churn/1-sig-ign/metrics.json
	[[ $(number "$cell" zombies_left) == 0 ]]
	[[ -z $(find run -name '*.tmp') ]]
}

@test "a stored run is judged again, the same, wherever it lies" {
	needs_plots
	short_run --modes sig-ign,none --out run
	mkdir elsewhere
	mv run elsewhere/moved
	cp elsewhere/moved/summary.tsv before
	rm elsewhere/moved/summary.* elsewhere/moved/report.*
	run timeout 20 "$BIN/forkbench" report elsewhere/moved 3>&-
	[[ $status == 0 && $output == *VALID* ]]
	cmp before elsewhere/moved/summary.tsv
	[[ -s elsewhere/moved/report.html ]]
}

@test "interrupted: marked, kept, exit 130, nothing left" {
	needs_plots
	spawn env --default-signal=INT "$BIN/forkbench" run --profile smoke \
		--experiments churn --modes sig-ign,none --rounds 50 \
		--concurrency 4 --out run >out 2>err
	wait_until 20 grep -q sessions/s err
	kill -INT "$SPAWNED"
	wait "$SPAWNED" && return 1 || [[ $? == 130 ]]
	nothing_runs
	grep -rqs INCOMPLETE run/run.json run.partial/run.json
}

@test "killed: its daemons and load generators go too" {
	spawn "$BIN/forkbench" run --profile smoke --experiments churn \
		--modes sig-ign,none --rounds 50 --concurrency 4 --out run \
		>out 2>err
	wait_until 20 grep -q sessions/s err
	kill -KILL "$SPAWNED"
	wait_until 5 nothing_runs
}

@test "it runs under an ignored or blocked SIGCHLD" {
	needs_plots
	env --ignore-signal=CHLD --block-signal=CHLD timeout 35 \
		"$BIN/forkbench" run --profile smoke --experiments churn \
		--modes sig-ign,waitpid-loop --rounds 1 --concurrency 8 \
		--out run 3>&- >out 2>err
	grep -q '^VALID' out
}

@test "misuse is refused" {
	local words arguments
	while IFS='|' read -r words arguments; do
		# shellcheck disable=SC2086 # arguments are words
		refuses 2 "$words" "$BIN/forkbench" $arguments
	done <<'END'
waitpid-loop|run --modes bogus
bogus|run --modes sig-ign,bogus
quick or smoke|run --profile bogus
churn, hold|run --experiments bogus
--rounds 0|run --rounds 0
--rounds -1|run --rounds -1
--rounds 1e9|run --rounds 1e9
--sessions 12abc|run --sessions 12abc
--concurrency 0|run --concurrency 0
--no-such|run --no-such
extra|run extra
bogus|bogus
RUN|report
END
	[[ ! -e results ]]
}

@test "folders that do not fit are refused" {
	mkdir there
	echo mine >there/file
	refuses 3 there "$BIN/forkbench" run --profile smoke --out there
	[[ $(<there/file) == mine ]]
	refuses 3 none "$BIN/forkbench" run --profile smoke --out "$T/none/run"
	refuses 3 none "$BIN/forkbench" report "$T/none"
	refuses 3 there "$BIN/forkbench" report there
	echo '{"schema_version": 99}' >there/run.json
	refuses 3 99 "$BIN/forkbench" report there
	echo 'no json' >there/run.json
	refuses 3 there/run.json "$BIN/forkbench" report there
}
