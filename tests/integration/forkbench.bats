#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a
# process, and fakes are written in single quotes
# Whole runs, short ones: what is stored, told and left behind.
load helpers
load runs

# A run of a few seconds at most; what it prints is in out and err.
short_run() { # OPTIONS...
	timeout 35 "$BIN/forkbench" run --profile smoke --rounds 1 \
		--experiments churn --concurrency 8 "$@" 3>&- >out 2>err
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

@test "hold and wall: what they count, and nothing of theirs left" {
	local cell
	needs_tools
	# An invalid cell is no failure of this: the machine may be busy.
	short_run --experiments hold,wall --sessions 60 \
		--modes sig-ign,waitpid-loop,none --out run || [[ $? == 1 ]]
	nothing_runs
	cell=run/cells/hold/1-none/metrics.json
	[[ $(number "$cell" zombies_left) == 60 ]]
	[[ $(number "$cell" forks) == 60 ]]
	cell=run/cells/hold/1-waitpid-loop/metrics.json
	[[ $(number "$cell" zombies_left) == 0 ]]
	[[ $(number "$cell" reaped) == 60 ]]
	[[ $(grep -c '"mean"' run/cells/wall/1-hyperfine.json) == 3 ]]
	[[ $(find run/cells/wall -name metrics.json | wc -l) == 3 ]]
	[[ -z $(find run/cells/wall ! -type d ! -name '*.json' \
		! -name echod.log) ]]
	# A loopback address for every daemon of the run.
	[[ $(grep -ho -- '--number [0-9]*' run/cells/wall/1-hyperfine.json |
		sort -u | wc -l) == 3 ]]
}

@test "a cell of wall that fails is run again; why, and both files, stay" {
	needs_tools
	fake_programs loadgen
	fake bin/loadgen <<'END'
if mkdir "$FORKBENCH_TEST/failed" 2>/dev/null; then
	echo 'a word from loadgen' >&2
	exit 1
fi
exec "${0%/*}/real-loadgen" "$@"
END
	short_run --experiments wall --sessions 20 --modes sig-ign,none \
		--out run
	find_aside wall metrics.json 'status 1; see once.log'
	grep -q 'not every one of 20 sessions.*see loadgen.log' \
		"$ASIDE/once.log"
	grep -q 'a word from loadgen' "$ASIDE/loadgen.log"
	[[ $(grep -c '"mean"' run/cells/wall/1-hyperfine.json) == 2 ]]
	[[ $(grep -c '"mean"' run/cells/wall/1-hyperfine-again.json) == 1 ]]
	grep -q '^VALID' out
}

@test "a tool that fails keeps its words; those missing are named first" {
	needs_tools
	mkdir tools only
	fake tools/hyperfine <<<'echo a word from hyperfine; exit 9'
	run env PATH="$T/only" "$BIN/forkbench" run 3>&-
	[[ $status == 3 && ${#lines[@]} == 2 ]]
	[[ ${lines[0]} == 'forkbench: gnuplot: cannot be run: No such file'* ]]
	[[ ${lines[1]} == *'fix: apt-get install hyperfine' ]]
	ln -s "$(command -v gnuplot)" only/
	refuses 3 hyperfine env PATH="$T/only" "$BIN/forkbench" run
	[[ ! -e results ]]
	PATH=$T/tools:$PATH short_run --experiments wall --out run &&
		return 1 || [[ $? == 3 ]]
	grep -q 'hyperfine failed; see run.partial/cells/wall/1-' err
	grep -q 'a word from hyperfine' run.partial/cells/wall/1-hyperfine.log
}

@test "a gnuplot that hangs ends with forkbench" {
	needs_plots
	short_run --modes sig-ign,none --out run
	mkdir tools
	fake tools/gnuplot <<<'echo >"$FORKBENCH_TEST/draws"; exec sleep 60'
	PATH=$T/tools:$PATH spawn "$BIN/forkbench" report run >out 2>err
	wait_until 10 test -e draws
	kill -TERM "$SPAWNED"
	wait "$SPAWNED" && return 1 || [[ $? == 143 ]]
	nothing_runs
	grep -q 'interrupted while drawing' err
	[[ -z $(find run -name '*.tmp') ]]
}

@test "interrupted while a daemon starts: that, and no other reason" {
	needs_plots
	fake_programs echod
	fake bin/echod <<<'echo >"$FORKBENCH_TEST/starts"; exec sleep 60'
	spawn env --default-signal=INT "$BIN/forkbench" run --profile smoke \
		--experiments churn --out run >out 2>err
	wait_until 10 test -e starts
	kill -INT "$SPAWNED"
	wait "$SPAWNED" && return 1 || [[ $? == 130 ]]
	nothing_runs
	grep -q 'interrupted after 0 of 4 cells' err
	[[ $(<err) != *'not ready'* ]]
}

# The load leaves a session open, so the daemon is not quiet for seconds.
@test "interrupted while a daemon settles: the cell is not stored" {
	needs_plots
	fake_programs loadgen
	fake bin/loadgen <<'END'
"${0%/*}/real-loadgen" "$@"
exec 9<>"/dev/tcp/${*: -2:1}/${*: -1}"
sleep 60 &
echo >"$FORKBENCH_TEST/loaded"
END
	spawn env --default-signal=INT "$BIN/forkbench" run --profile smoke \
		--experiments churn --modes sig-ign --concurrency 4 \
		--out run >out 2>err
	wait_until 10 test -e loaded
	kill -INT "$SPAWNED"
	wait "$SPAWNED" && return 1 || [[ $? == 130 ]]
	nothing_runs
	grep -q 'interrupted after 0 of 1 cells' err
	[[ -z $(find run.partial -name metrics.json) ]]
}

@test "wall interrupted or killed: what runs ends in order" {
	local signal
	needs_tools
	fake_programs loadgen
	fake bin/loadgen <<<'echo >"$FORKBENCH_TEST/loads"; exec sleep 60'
	for signal in INT KILL; do
		rm -f loads
		spawn env --default-signal=INT "$BIN/forkbench" run \
			--profile smoke --experiments wall --out "$signal" \
			>out 2>err
		wait_until 10 test -e loads
		end "-$signal" "$SPAWNED"
		wait_until 5 nothing_runs
		[[ -z $(find "$signal.partial/cells/wall" -type f \
			! -name echod.log ! -name '*-hyperfine.json.tmp' \
			! -name '*-hyperfine.log') ]]
		[[ $signal == KILL || -z $(find INT.partial -name '*.tmp') ]]
	done
}

@test "a child that was there before is left alone" {
	local child
	needs_plots
	timeout 35 bash -c 'sleep 60 & echo $! >child; exec "$@"' - \
		"$BIN/forkbench" run --profile smoke --experiments churn \
		--modes sig-ign --concurrency 4 --out run 3>&- >out 2>err
	child=$(<child)
	STARTED+=("$child")
	only "$child"
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
	grep -q '"status": "INCOMPLETE"' run.partial/run.json
	grep -q '^INCOMPLETE' out
	grep -Eq 'interrupted after [1-9][0-9]* of 100 cells' err
	[[ -s run.partial/report.html && ! -e run ]]
}

@test "killed: its daemons and load generators go too" {
	needs_plots
	spawn "$BIN/forkbench" run --profile smoke --experiments churn \
		--modes sig-ign,none --rounds 50 --concurrency 4 --out run \
		>out 2>err
	wait_until 20 grep -q sessions/s err
	kill -KILL "$SPAWNED"
	wait_until 5 nothing_runs
}

@test "a budget that the run does not fit is refused, with what would" {
	needs_tools
	refuses 2 'BUDGET 11s: 12 cells' "$BIN/forkbench" run --profile smoke \
		--budget 11s
	refuses 2 'give BUDGET=' "$BIN/forkbench" run --budget 60
	refuses 2 'lower ROUNDS to 4 (below 6' "$BIN/forkbench" run \
		--budget 60s --experiments churn
	refuses 2 '--budget 5x' "$BIN/forkbench" run --budget 5x
	[[ ! -e results ]]
}

@test "a budget that is spent ends the run, in the midst of a cell" {
	needs_plots
	fake_programs loadgen
	fake bin/loadgen <<<'exec sleep 60'
	short_run --modes sig-ign --budget 12s --out run &&
		return 1 || [[ $? == 1 ]]
	nothing_runs
	grep -q 'stopped by BUDGET after 0 of 1 cells' err
	grep -q '"interrupted_by": "BUDGET"' run.partial/run.json
	grep -q '"budget_s": 12' run.partial/run.json
	grep -q '^INCOMPLETE' out
}

@test "a null experiment: a mode is compared with itself, thrice if need be" {
	needs_plots
	short_run --modes sig-ign,sig-ign,sig-ign --out run
	[[ -s run/cells/churn/1-sig-ign/metrics.json ]]
	[[ -s run/cells/churn/1-sig-ign-2/metrics.json ]]
	[[ -s run/cells/churn/1-sig-ign-3/metrics.json ]]
	grep -q '^churn	sig-ign-2	sessions_per_s' run/summary.tsv
	grep -q '^churn	sig-ign-3	sessions_per_s' run/summary.tsv
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
	needs_tools
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
