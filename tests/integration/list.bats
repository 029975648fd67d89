#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# The list of stored runs.
load helpers
load readers

# stored NAME STATUS BEGUN: a run in results/.
stored() {
	make_run "results/$1" --rounds 1
	set_key "results/$1/run.json" status "\"$2\""
	set_key "results/$1/run.json" started_utc "\"$3\""
}

# list [OPTIONS...]: prints it; nothing is on stderr.
list() {
	timeout 10 "$BIN/forkbench" list "$@" 2>err 3>&- && [[ ! -s err ]]
}

# The names of the runs of a list in JSON, in a line.
names() { # FILE
	"$PYTHON" -c 'import json, sys
print(*(run["run"] for run in json.load(open(sys.argv[1]))))' "$1"
}

@test "stored runs are listed, newest first, a link not again" {
	stored one VALID 2026-01-02T00:00:00Z
	stored two NOISY 2026-03-01T00:00:00Z
	stored three.partial RUNNING 2026-02-01T00:00:00Z
	stored four INVALID 2025-12-31T23:59:59Z
	ln -s two results/latest
	mkdir results/notes results/.hidden
	cp results/one/run.json results/.hidden
	touch results/README.md
	list >out
	awk 'NF { print $1, $2, $3 }' out >short
	diff - short <<'END'
run status begun
two NOISY 2026-03-01T00:00:00Z
three.partial unfinished 2026-02-01T00:00:00Z
one VALID 2026-01-02T00:00:00Z
four INVALID 2025-12-31T23:59:59Z
END
	grep -q 'sig-ign,waitpid-loop,waitpid-once$' out
	list results | diff out -
	(cd results && "$BIN/forkbench" list .) | diff out -
	list --format json >json
	[[ $(names json) == 'two three.partial one four' ]]
	[[ $(key json 1.partial) == True && $(key json 1.status) == RUNNING ]]
	[[ $(key json 0.partial) == False && $(key json 0.status) == NOISY ]]
	[[ $(key json 2.elapsed_s) == 181.5 && $(key json 2.rounds) == 1 ]]
	[[ $(key json 2.modes) == "['sig-ign', 'waitpid-loop', 'waitpid-once']" ]]
	[[ $(key json 2.finished) == True && $(key json 2.profile) == quick ]]
}

@test "runs that can't be read come last, with why" {
	stored good VALID 2020-01-01T00:00:00Z
	mkdir -p results/{begun.partial,cut,loop,folder/run.json,newer,pipe}
	head -c 100 results/good/run.json >results/cut/run.json
	ln -s run.json results/loop/run.json
	mkfifo results/pipe/run.json
	echo '{"schema_version": 2}' >results/newer/run.json
	state_of results >before
	list >out
	[[ $(awk 'NR > 1 && NF { print $1 }' out | head -n 7 | tr '\n' ' ') == \
		'good pipe newer loop folder cut begun.partial ' ]]
	[[ $(grep -c ' unreadable ' out) == 6 ]]
	tr -s '\n ' ' ' <out >flat
	grep -q -- '- results/cut/run.json: not whole JSON' flat
	grep -q -- '- results/pipe/run.json: not a regular file' flat
	grep -q -- '- results/folder/run.json: not a regular file' flat
	grep -q -- '- results/loop/run.json: cannot be read: Too many' flat
	grep -q -- '- results/newer/run.json: schema_version is 2' flat
	grep -q -- '- results/begun.partial/run.json: cannot be read: No' flat
	list --format json >json
	[[ $(names json) == 'good pipe newer loop folder cut begun.partial' ]]
	[[ $(key json 6.unreadable) == *'No such file'* ]]
	[[ $(key json 6.partial) == True ]]
	state_of results | diff before -
}

@test "an empty folder has none; one that is not there is an error" {
	mkdir results
	[[ $(list) == 'no stored runs; make bench makes one' ]]
	[[ $(list --format json) == '[]' ]]
	touch file
	mkfifo pipe
	ln -s loop loop
	refuses 3 'DIR none: cannot be read: No such file' \
		"$BIN/forkbench" list none
	refuses 3 'DIR file: cannot be read: Not a dir' \
		"$BIN/forkbench" list file
	refuses 3 'DIR pipe: cannot be read: Not a dir' \
		"$BIN/forkbench" list pipe
	refuses 3 'DIR loop: cannot be read: Too many' \
		"$BIN/forkbench" list loop
	rmdir results
	refuses 3 'DIR results: cannot be read' "$BIN/forkbench" list
	run sh -c "exec '$BIN/forkbench' list . >/dev/full"
	[[ $status == 3 && $output == *'cannot write to stdout'* ]]
}

@test "names are shown without what a terminal obeys" {
	stored $'a\e[31m\nb' VALID 2026-01-02T00:00:00Z
	set_key results/*/run.json profile '"\u001b[2J"'
	list >out
	grep -q '^  a?\[31m?b ' out
	grep -q ' ?\[2J ' out
	[[ $(<out) != *$'\e'* ]]
	list --format json >json
	[[ $(names json) == 'a?[31m?b' ]]
}
