#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a
# process, and fakes are written in single quotes
# However a run ends, what it measured is kept and whole, nothing is left
# running, and it can be resumed.
load helpers
load runs

# So often a run is killed at random moments; FORKBENCH_SEED repeats them.
KILLS=${FORKBENCH_KILLS:-5}
BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:+$((40 + 5 * KILLS))}

# The run that was broken off can be read, and what it is told to be.
reported() {
	nothing_runs || return
	[[ ! -e run ]] || return
	timeout 20 "$BIN/forkbench" report run.partial >told 3>&- ||
		[[ $? == 1 ]]
}

# A busy machine may make a cell invalid twice over, which is worse still.
is_incomplete() {
	local status=INCOMPLETE summary=run.partial/summary.json
	reported || return
	! grep -q 'is invalid twice over' "$summary" || status=INVALID
	grep -q "^$status " told && grep -q "\"status\": \"$status\"" "$summary" &&
		grep -qE '^ *"(not finished|stopped by)' "$summary"
}

# Each file that has its final name is whole: JSON ends, tables have a header.
files_are_whole() {
	local file
	while read -r file; do
		case $file in
		*.json) [[ $(tail -c 2 "$file") == '}' ]] ;;
		*.tsv) [[ -s $file && $(tail -c 1 "$file" | wc -l) == 1 ]] ;;
		*) true ;;
		esac || {
			echo "half-written: $file"
			return 1
		}
	done < <(find run run.partial -type f ! -name '*.tmp' 2>/dev/null)
}

@test "killed at random moments, each time resumed: every cell, once" {
	local seed=${FORKBENCH_SEED:-$((RANDOM + 1))} i n delay
	needs_tools
	RANDOM=$seed
	start_run --experiments churn,wall --rounds 2
	for ((i = 1; i <= KILLS; i++)); do
		n=$(($(cells | wc -l) + RANDOM % 3))
		delay=0.$((RANDOM % 10))
		moved_on() { has_cells "$n" || gone "$SPAWNED"; }
		wait_until 20 moved_on
		read -rt "$delay" -u "$CLOCK" || true
		echo "seed $seed: kill $i, $(cells | wc -l) cells, $delay s"
		end -KILL "$SPAWNED" || true # it may have finished
		wait_until 5 nothing_runs
		files_are_whole
		if [[ -e run.partial/run.json ]]; then
			# With all cells there, only the report is wanting.
			if has_cells 8; then reported; else is_incomplete; fi
			spawn "$BIN/forkbench" resume run >out 2>err
		else
			[[ ! -e run ]] || whole churn,wall 2
			rm -rf run run.partial
			start_run --experiments churn,wall --rounds 2
		fi
	done
	wait "$SPAWNED" || [[ $? == 1 ]]
	nothing_runs
	files_are_whole
	whole churn,wall 2
}

@test "killed while the report is drawn: resume only draws" {
	needs_tools
	mkdir tools
	fake tools/gnuplot <<'END'
[[ $1 != --version ]] || { echo gnuplot 5.4; exit; }
echo >"$FORKBENCH_TEST/draws"
exec sleep 60
END
	PATH=$T/tools:$PATH start_run --experiments wall --rounds 1
	wait_until 40 test -e draws
	kill -KILL "$SPAWNED"
	wait_until 5 nothing_runs
	grep -q '"status": "RUNNING"' run.partial/run.json
	find run.partial/cells -type f -exec md5sum {} + |
		sed 's/\.partial//' >sums
	resume
	whole wall 1
	md5sum --quiet -c sums
	grep -q '"resumed": \[\]' run/run.json
}

@test "SIGTERM and SIGHUP: kept, marked, and the signal's exit status" {
	local signal
	needs_plots
	for signal in TERM:143 HUP:129; do
		start_run --experiments churn --rounds 50
		wait_until 20 has_cells 1
		kill -"${signal%:*}" "$SPAWNED"
		wait "$SPAWNED" && return 1 || [[ $? == "${signal#*:}" ]]
		grep -q '"status": "INCOMPLETE"' run.partial/run.json
		grep -q "\"interrupted_by\": \"SIG${signal%:*}\"" \
			run.partial/run.json
		is_incomplete
		files_are_whole
		rm -r run.partial
	done
}

@test "a terminal that is closed: nothing runs on, what there is stays" {
	needs_plots
	spawn "$PEERS/on_pty" setsid --ctty bash -c 'exec "$@" 2>&1' - \
		"$BIN/forkbench" run --profile smoke --experiments churn \
		--modes sig-ign,none --concurrency 8 --rounds 50 --out run \
		</dev/null >out
	wait_until 20 has_cells 1
	end -KILL "$SPAWNED"
	wait_until 20 nothing_runs
	grep -q '"interrupted_by": "SIGHUP"' run.partial/run.json
	is_incomplete
}

# Of the run's processes; the workers of the load generator are its children.
child_named() { # NAME
	local pid pids=()
	# The list has no newline, so that read fails at its end.
	read -ra pids 2>/dev/null <"/proc/$SPAWNED/task/$SPAWNED/children" ||
		true
	for pid in "${pids[@]}"; do
		if [[ $(cat "/proc/$pid/comm") == "$1" ]]; then
			CHILD=$pid
			return
		fi
	done 2>/dev/null
	return 1
}

@test "a load generator that is killed: its cell is run again, the run goes on" {
	needs_plots
	start_run --experiments churn --rounds 1
	wait_until 20 child_named loadgen
	kill -KILL "$CHILD"
	wait "$SPAWNED" || [[ $? == 1 ]]
	nothing_runs
	whole churn 1
	find_aside churn metrics.json \
		'load generator was killed by signal 9, SIGKILL'
	grep -q '"status": "invalid"' "$ASIDE/metrics.json"
	[[ $(number "${ASIDE%.excluded}/metrics.json" attempt) == 2 ]]
	grep -q SIGKILL run/report.html
}

@test "a daemon that is killed: its cell is run again, the run goes on" {
	needs_plots
	start_run --experiments churn --rounds 1
	wait_until 20 child_named loadgen
	kill -KILL "$(cat run.partial/cells/churn/*/echod.pid)"
	wait "$SPAWNED" || [[ $? == 1 ]]
	nothing_runs
	whole churn 1
	find_aside churn metrics.json 'daemon was killed by signal 9, SIGKILL'
	[[ $(number "${ASIDE%.excluded}/metrics.json" attempt) == 2 ]]
}

@test "a load generator that is killed within wall is named, too" {
	needs_tools
	fake_programs loadgen
	fake bin/loadgen <<'END'
mkdir "$FORKBENCH_TEST/killed" 2>/dev/null && kill -KILL $$
exec "${0%/*}/real-loadgen" "$@"
END
	start_run --experiments wall --rounds 1
	wait "$SPAWNED" || [[ $? == 1 ]]
	whole wall 1
	find_aside wall once.log 'killed by signal 9, SIGKILL'
	grep -q 'see once.log' "$ASIDE/metrics.json"
}

# In a mount namespace of its own: the disk goes with the last process.
@test "a full disk: told, what was measured is kept, and it can be resumed" {
	local unshare=(unshare --mount)
	needs_plots
	((EUID == 0)) || unshare+=(--map-root-user)
	"${unshare[@]}" mount -t tmpfs none /mnt ||
		skip "no file system can be mounted here"
	mkdir disk kept
	cat >on_disk <<'END'
set -eu
mount -t tmpfs -o size=64m none disk
has_metrics() { compgen -G 'disk/run.partial/cells/churn/*/metrics.json'; }
"$1" run --profile smoke --experiments churn --modes sig-ign,none --rounds 1 \
	--concurrency 8 --seed 7 --out disk/run >out 2>err &
for ((i = 0; i < 1000; i++)); do
	! has_metrics || break
	read -rt 0.01 <>clock || true
done
cat /dev/zero >disk/filler || true
rc=0
wait $! || rc=$?
echo $rc >status
cp -r disk/run.partial kept/
rm disk/filler
"$1" resume disk/run >resumed
cp -r disk/run .
END
	timeout 35 "${unshare[@]}" bash on_disk "$BIN/forkbench" \
		3>&- || [[ $? == 1 ]]
	nothing_runs
	cat err
	[[ $(<status) == 3 ]]
	grep -q 'disk/run.partial.*: No space left on device' err
	[[ $(find kept -name metrics.json | wc -l) == 1 ]]
	[[ -z $(find kept -name '*.tmp') ]]
	mv kept/run.partial .
	files_are_whole
	rm -r run.partial
	grep -q 'resumed 1 time' resumed
	whole churn 1
}

@test "a limit on file sizes: an error, and no death by SIGXFSZ" {
	needs_plots
	run --separate-stderr timeout 35 bash -c 'ulimit -f 1 && exec "$@"' - \
		"$BIN/forkbench" run --profile smoke --experiments churn \
		--modes sig-ign --concurrency 8 --out run 3>&-
	[[ $status == 3 && $stderr == *'File too large'* ]]
	nothing_runs
	[[ -z $(find run.partial -name '*.tmp' 2>/dev/null) ]]
}
