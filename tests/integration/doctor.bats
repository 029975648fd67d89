#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Whether this machine has what a run needs. The load is kept small, so that
# any machine that can run the tests has.
load helpers
load runs
load readers

# doctor [OPTIONS...]: for a small run; sets status and output.
doctor() {
	run --separate-stderr timeout 20 env PATH="${TOOLS:-$PATH}" \
		"$BIN/forkbench" doctor --profile smoke --experiments churn \
		--modes sig-ign --concurrency 4 "$@" 3>&-
	printf 'exit %s\n%s\n' "$status" "$output$stderr"
	[[ -z $stderr ]]
}

# Of the finding of a check, in JSON that was printed: a key's value.
found() { # FILE CHECK KEY
	"$PYTHON" -c 'import json, sys
print(*(f[sys.argv[3]] for f in json.load(open(sys.argv[1]))
        if f["check"] == sys.argv[2]))' "$@"
}

@test "a machine that will do: exit 0, and nothing is changed" {
	needs_plots
	mkdir -p box/results
	cd box
	touch results/kept
	state_of . >../before
	doctor
	[[ $status == 0 && ${lines[0]} == *check*value*needed* ]]
	[[ $output != *FAIL* ]]
	doctor --json
	[[ $status == 0 ]]
	doctor --out results/new
	[[ $status == 0 && $output == *'results: can be written'* ]]
	state_of . | diff ../before -
}

@test "its JSON has every check, with what is read and needed" {
	needs_plots
	doctor --json
	[[ $status == 0 ]]
	printf '%s\n' "$output" >json
	"$PYTHON" -c 'import json, sys
findings = json.load(open("json"))
assert len(findings) >= 20
assert len({f["check"] for f in findings}) == len(findings)
for f in findings:
    assert list(f) == ["check", "reads", "level", "value", "need", "fix"], f
    assert f["level"] in ("ok", "warn", "FAIL"), f
    assert f["level"] == "ok" or f["fix"], f
    assert all(type(text) is str for text in f.values()), f'
	[[ $(found json hyperfine value) == 'not needed without wall' ]]
	[[ $(found json open-files need) == *' for 4 sessions at once' ]]
	doctor
	# The table has the same checks.
	[[ $output == *open-files*clock*unfinished* ]]
}

@test "OUT that can't be made: exit 3, and the command that mends it" {
	needs_plots
	local fix
	doctor --json --out there/too/run
	[[ $status == 3 ]]
	printf '%s\n' "$output" >json
	[[ $(found json results level) == FAIL ]]
	[[ $(found json results value) == *'there/too: No such file'* ]]
	fix=$(found json results fix)
	[[ $fix == "mkdir -p 'there/too'" ]]
	doctor --out there/too/run
	[[ $status == 3 && $output == *"$fix"* && ! -e there ]]
	# The run itself says the same, and makes nothing.
	refuses 3 "$fix" "$BIN/forkbench" run --profile smoke \
		--experiments churn --out there/too/run
	[[ ! -e there ]]
	sh -c "$fix"
	doctor --out there/too/run
	[[ $status == 0 ]]
}

@test "OUT within a file, or where we may not write: exit 3" {
	needs_plots
	local as=()
	touch file
	doctor --json --out file/run
	[[ $status == 3 ]]
	printf '%s\n' "$output" >json
	[[ $(found json results value) == 'file: Not a directory' ]]
	[[ $(found json results fix) == *OUT* ]]
	if [[ $(id -u) == 0 ]]; then
		as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
		"${as[@]}" test -x "$BIN/forkbench" -a -x . ||
			skip "somebody else has no way to our programs"
	fi
	mkdir closed
	chmod 555 closed
	run --separate-stderr "${as[@]}" "$BIN/forkbench" doctor --json \
		--profile smoke --experiments churn --concurrency 4 \
		--out closed/run 3>&-
	[[ $status == 3 && -z $stderr ]]
	printf '%s\n' "$output" >json
	[[ $(found json results value) == 'closed: Permission denied' ]]
	[[ $(found json results fix) == *OUT* ]]
}

@test "what a run needs follows from its options" {
	needs_plots
	mkdir only
	ln -s "$(command -v gnuplot)" only/
	TOOLS=$T/only doctor --json
	[[ $status == 0 ]]
	TOOLS=$T/only doctor --json --experiments wall
	[[ $status == 3 ]]
	printf '%s\n' "$output" >json
	[[ $(found json hyperfine fix) == 'apt-get install hyperfine' ]]
	doctor --json --concurrency 100000
	printf '%s\n' "$output" >json
	[[ $(found json open-files need) == *' for 100000 sessions at once' ]]
	mkdir -p results/{one,two}.partial
	doctor --json
	printf '%s\n' "$output" >json
	[[ $(found json unfinished value) == 2 ]]
	[[ $(found json unfinished fix) == \
		'forkbench resume results/'???'.partial' ]]
}

@test "what is printed must arrive" {
	local option
	for option in '' --json; do
		run sh -c "exec '$BIN/forkbench' doctor $option >/dev/full"
		[[ $status == 3 && $output == *'cannot write to stdout'* ]]
	done
}
