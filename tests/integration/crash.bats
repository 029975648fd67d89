#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a
# process, and fakes are written in single quotes
# However a run ends, what it measured is kept and can be read, nothing of it
# runs on, and it can be resumed.
load helpers
load runs

# So often a run is killed at random moments; FORKBENCH_SEED repeats them.
KILLS=${FORKBENCH_KILLS:-3}
BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:+$((40 + 8 * KILLS))}

# Begins a run in folder run, in the background: its PID is SPAWNED.
start_run() { # OPTIONS...
	spawn env --default-signal=INT,HUP "$BIN/forkbench" run --out run \
		--modes sig-ign,none --seed 7 "$@" >out 2>err
}

# Its end; a busy machine may have made cells invalid.
finished() {
	wait "$SPAWNED" || [[ $? == 1 ]] || {
		cat err
		return 1
	}
	[[ ! -e run.partial ]] && py run run && nothing_runs
}

# Goes on with it, to its end.
resume() {
	spawn "$BIN/forkbench" resume run >out 2>err
	finished
}

# Lines of a cell each.
cells() {
	awk 'NR > 1' run.partial/cells.tsv 2>/dev/null | wc -l
}

has_cells() { # N
	[[ $(cells) -ge $1 ]]
}

# Ends it by a signal, and its exit status is so.
stop_run() { # SIGNAL STATUS
	local rc=0
	kill -s "$1" "$SPAWNED"
	wait "$SPAWNED" || rc=$?
	echo "exit $rc"
	[[ $rc == "$2" ]]
}

is_incomplete() {
	report run.partial json >summary &&
		holds summary 'd["status"] in ("INCOMPLETE", "INVALID")'
}

@test "killed at random moments, each time resumed: every cell, no group left" {
	local seed=${FORKBENCH_SEED:-$((RANDOM + 1))} i delay killed=()
	RANDOM=$seed
	start_run --experiments churn,hold,wall,memory --levels 0,16MiB \
		--sessions 40 --rounds 4
	for ((i = 1; i <= KILLS; i++)); do
		delay=$((RANDOM % 2)).$((RANDOM % 10))
		read -rt "$delay" -u "$CLOCK" || true
		echo "seed $seed: kill $i after $delay s"
		# One that has ended before has finished.
		end -KILL "$SPAWNED" || [[ -e run ]]
		killed+=("$SPAWNED")
		wait_until 5 nothing_runs
		if [[ -e run ]]; then
			py run run
			rm -r run
		fi
		# It may not have begun, or have finished.
		if [[ -e run.partial/run.json ]]; then
			grep -q '"finished": true' run.partial/run.json ||
				is_incomplete
			spawn "$BIN/forkbench" resume run >out 2>err
		else
			rm -rf run.partial
			start_run --experiments churn,hold --rounds 3 \
				--sessions 40
		fi
	done
	finished
	for i in "${killed[@]}"; do
		[[ -z $(find /sys/fs/cgroup -name "forkbench.$i" 2>/dev/null) ]]
	done
}

@test "SIGINT, SIGTERM, SIGHUP: kept, reported, marked, then resumed" {
	local signal
	for signal in INT:130 TERM:143 HUP:129; do
		rm -rf run.partial
		start_run --experiments churn,wall --sessions 20 --rounds 9
		wait_until 20 has_cells 6
		stop_run "${signal%:*}" "${signal#*:}"
		nothing_runs
		[[ -s run.partial/report.html && ! -e run ]]
		grep -q '^INCOMPLETE' out
		grep -q "^- SIG${signal%:*} stopped it after [1-9]" out
		[[ $(tail -n 1 err) == *'forkbench resume run.partial' ]]
		is_incomplete
		alter run.partial/run.json \
			'for e in d["experiments"]: e["rounds"] = 3'
	done
	# One that was broken off has the cells of an unbroken one.
	resume
	grep -q '^VALID\|^NOISY\|^INVALID' out
	holds run/run.json 'len(d["resumed"]) == 1 and not d["interrupted_by"]'
}

# What a kill in the midst of a write leaves.
@test "a last line that is cut is ignored, then cut off and measured again" {
	local name n
	start_run --experiments hold --sessions 20 --rounds 30
	wait_until 20 has_cells 5
	end -KILL "$SPAWNED"
	report run.partial json >before
	for name in cells.tsv zombies.tsv latency.hlog; do
		tail -n 1 "run.partial/$name" | head -c 40 >>"run.partial/$name"
	done
	report run.partial json | diff before -
	alter run.partial/run.json 'd["experiments"][0]["rounds"] = 2'
	# Killed in its warm-up, and resumed once more.
	n=$(cells)
	spawn "$BIN/forkbench" resume run >out 2>err
	wait_until 20 has_cells $((n + 1))
	end -KILL "$SPAWNED"
	resume
	awk -F '\t' 'NF != n && NR > 1 { exit 1 } { n = NF }' run/cells.tsv
	# All but the header are whole lines.
	[[ $(grep -vcE '^Tag=[^,]*(,[0-9.]+){3},HISTF[A-Za-z0-9+/]*=*$' \
		run/latency.hlog) == 3 ]]
}

# The words of cells that went wrong.
reason_of() { # ATTEMPT
	awk -F '\t' -v attempt="$1" '$5 == attempt && $8 == "invalid" {
		print $9 }' run/cells.tsv
}

@test "a generator or a server that is killed: its cell is measured again" {
	fake_programs loadgen
	fake bin/loadgen <<'END'
echo >>"$FORKBENCH_TEST/calls"
case $(wc -l <"$FORKBENCH_TEST/calls") in
2) kill -KILL $$ ;;
5) for pid in $(<"/proc/$PPID/task/$PPID/children"); do
	[[ $(<"/proc/$pid/comm") != echod ]] || kill -KILL "$pid"
done ;;
8) echo a word from loadgen >&2 && exit 1 ;;
esac
exec "${0%/*}/real-loadgen" "$@"
END
	start_run --experiments churn --sessions 20 --rounds 3 --profile smoke
	finished
	reason_of 1 >reasons
	cat reasons
	grep -q '^generator-killed: SIGKILL' reasons
	grep -q 'server-killed: SIGKILL' reasons
	grep -q '^generator-invalid' reasons
	# Every such cell was measured again, once.
	awk -F '\t' '$5 == 2 { again++ } $5 == 1 && $8 == "invalid" { bad++ }
		END { exit again != bad }' run/cells.tsv
	grep -q 'a word from loadgen' run/logs/*-load.log
	grep -q '^- .*SIGKILL\|generator-killed\|server-killed' out
}

@test "a server that never works: INVALID, exit 1; one that can't start, exit 3" {
	local rc=0
	fake_programs loadgen
	fake bin/loadgen <<<'echo no >&2; exit 1'
	start_run --experiments churn --sessions 20 --rounds 2
	wait "$SPAWNED" || rc=$?
	[[ $rc == 1 ]]
	grep -q '^INVALID' out
	holds run/summary.json 'd["status"] == "INVALID"'
	fake bin/echod <<<'echo a word from echod >&2; exit 1'
	run --separate-stderr timeout 20 bin/forkbench run --out other \
		--experiments churn --modes sig-ign --rounds 1 3>&-
	[[ $status == 3 && ! -e other.partial && $stderr == *'echod'* ]]
	run --separate-stderr timeout 20 bin/forkbench run --out other \
		--experiments servers --with least --rounds 1 \
		--server 'mine=exit 7 # {address} {port}' 3>&-
	[[ $status == 3 && $stderr == *mine* ]]
}

@test "a tool that hangs, fails or is missing" {
	mkdir tools only
	invent stored
	# A gnuplot that hangs ends with forkbench.
	fake tools/gnuplot <<<'echo >"$FORKBENCH_TEST/draws"; exec sleep 60'
	PATH=$T/tools:$PATH spawn "$BIN/forkbench" report stored >out 2>err
	wait_until 10 test -e draws
	stop_run TERM 143
	nothing_runs
	[[ -z $(find stored -name '*.tmp') ]]
	rm tools/gnuplot
	fake tools/hyperfine <<<'echo a word from hyperfine; exit 9'
	run --separate-stderr env PATH="$T/tools:$PATH" "$BIN/forkbench" run \
		--experiments wall --rounds 1 --out run 3>&-
	[[ $status == 3 && ! -e run.partial ]]
	[[ $stderr == *'hyperfine failed: a word from hyperfine'* ]]
	run --separate-stderr env PATH="$T/only" "$BIN/forkbench" run 3>&-
	[[ $status == 3 && ${#stderr_lines[@]} == 2 && ! -e results ]]
	[[ ${stderr_lines[0]} == 'forkbench: gnuplot: cannot be run'*'fix: apt-get install gnuplot-nox' ]]
	[[ ${stderr_lines[1]} == *'fix: apt-get install hyperfine' ]]
}

@test "a budget that is spent ends the run, in the midst of a cell" {
	fake_programs loadgen
	fake bin/loadgen <<<'exec sleep 60'
	start_run --experiments churn --budget 20s
	wait "$SPAWNED" && return 1 || [[ $? == 1 ]]
	nothing_runs
	grep -q 'stopped by BUDGET' err
	holds run.partial/run.json \
		'd["interrupted_by"] == "BUDGET" and d["budget_s"] == 20'
	grep -q '^INCOMPLETE' out
}

# refuses_changed FILE STATEMENT WORDS: resume does, while a JSON file is so.
refuses_changed() {
	cp "run.partial/$1" kept
	alter "run.partial/$1" "$2"
	refuses 3 "$3" "$BIN/forkbench" resume run
	cp kept "run.partial/$1"
}

@test "what can't be resumed is refused: at work, elsewhere, finished, changed" {
	start_run --experiments churn --sessions 20 --rounds 400
	wait_until 20 has_cells 10
	refuses 3 'another forkbench is at work' "$BIN/forkbench" resume run
	run --separate-stderr "$BIN/forkbench" run --out run 3>&-
	[[ $status == 3 && ${stderr_lines[-1]} == *'run.partial'*resume* ]]
	end -KILL "$SPAWNED"
	wait_until 5 nothing_runs
	refuses_changed env.json 'd["host"]["kernel"] += "x"' kernel
	refuses_changed env.json 'd["host"]["cpus"] += 1' CPUs
	refuses_changed env.json 'd["build"]["commit"] = "x"' commit
	refuses_changed env.json 'd["build"]["flags"] += "x"' flags
	refuses_changed run.json 'd["schema_version"] = 3' 'newer forkbench'
	refuses_changed run.json 'd["seed"] = "x"' seed
	refuses 3 'no such run' "$BIN/forkbench" resume none
	alter run.partial/run.json 'd["experiments"][0]["rounds"] = 4'
	resume
	run timeout 10 "$BIN/forkbench" resume run 3>&-
	[[ $status == 0 && $output == *'finished already'* ]]
}
