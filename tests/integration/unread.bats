#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Standard output that takes nothing, or no more: a full disk, a pipe that is
# closed or that nobody reads. What was lost is said, the files are written, and
# a signal ends the program.
load helpers
load loadgen
load runs

# The pipe `full`, without room, which is held open and never read.
fill() {
	mkfifo full
	exec {FULL}<>full
	head -c 65536 /dev/zero >full
}

# SIGTERM ends SPAWNED within 5 s.
term_ends_it() {
	kill -TERM "$SPAWNED"
	wait_until 5 gone "$SPAWNED"
	fails_with 143 wait "$SPAWNED"
}

# It ends by itself, with status 3 and one line; the files are whole.
loses_lines() { # WHY SINK
	local rc=0
	rm -f json hlog
	timeout 20 "$BIN/loadgen" --duration 250ms --interval 100ms --json json \
		--hlog hlog --quiet 127.0.0.1 "$PORT" 3>&- 2>err >&"$2" || rc=$?
	cat err
	[[ $rc == 3 && $(wc -l <err) == 1 ]] || return
	grep -q "^loadgen: cannot write [2-9] interval lines to stdout: $1" err
	json_has schema_version 1
	grep -q '^Tag=echo,' hlog
}

has_workers() { # PID
	count_children "$1"
	((${#CHILDREN[@]}))
}

# Waits for room in a pipe, by the kernel's account of where it sleeps.
writes() { # PID
	grep -q 'pipe_w' "/proc/$1/wchan" 2>/dev/null
}

@test "--interval into a full disk or a closed pipe: said, the rest is written" {
	start_echod
	exec {FULL}>/dev/full {CLOSED}> >(true)
	loses_lines 'No space left on device' "$FULL"
	loses_lines 'Broken pipe' "$CLOSED"
}

@test "--interval into a pipe that nobody reads: the run ends all the same" {
	start_echod
	fill
	loses_lines 'nobody reads it' "$FULL"
	rm json hlog
	spawn "$BIN/loadgen" --duration 60s --interval 100ms --json json \
		--hlog hlog --quiet 127.0.0.1 "$PORT" >full 2>err
	wait_until 10 has_workers "$SPAWNED"
	term_ends_it
	json_has status '"invalid"'
	grep -q '^Tag=echo,' hlog
}

@test "a summary that nobody reads: the files are there, and SIGTERM ends it" {
	local what
	start_echod
	fill
	spawn "$BIN/loadgen" --sessions 5 --json json --hlog hlog \
		127.0.0.1 "$PORT" >full
	wait_until 10 test -s json
	term_ends_it
	json_has served 5
	grep -q '^Tag=echo,' hlog
	for what in --json --hlog; do
		spawn "$BIN/loadgen" --sessions 5 --quiet "$what" full \
			127.0.0.1 "$PORT"
		wait_until 10 writes "$SPAWNED"
		term_ends_it
	done
	spawn "$BIN/loadgen" --search 'echo_max<10s' --duration 50ms \
		127.0.0.1 "$PORT" >full
	wait_until 10 writes "$SPAWNED"
	term_ends_it
}

@test "forkbench into a pipe that nobody reads: SIGTERM ends it" {
	local command
	invent a
	invent b seed=2
	fill
	for command in "report a" "report --format json a" "compare a b" \
		"list ." "doctor"; do
		echo "$command"
		# shellcheck disable=SC2086 # words of a command line
		spawn "$BIN/forkbench" $command >full
		wait_until 20 writes "$SPAWNED"
		term_ends_it
	done
}
