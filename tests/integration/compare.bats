#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Two stored runs: what is told of them, and what makes the exit status 1.
load helpers
load runs
load readers

# compare STATUS [OPTIONS...] A B: its text is in out, nothing is on stderr.
compare() {
	local wanted=$1 got=0
	shift
	timeout 20 "$BIN/forkbench" compare "$@" 3>&- >out 2>err || got=$?
	[[ $got == "$wanted" ]] || {
		echo "compare $*: exit $got, not $wanted"
		cat out err
		return 1
	}
	[[ ! -s err ]]
}

# What was printed, as one line.
flat() {
	tr -s '\n ' ' ' <out
}

# What --fail-on makes of two runs.
exits() { # A B NEVER WORSE DIFFERS
	compare "$3" "$1" "$2"
	compare "$3" --fail-on never "$1" "$2"
	compare "$4" --fail-on worse "$1" "$2"
	compare "$5" --fail-on differs "$1" "$2"
}

# Checks JSON that was printed; the expression sees it as c.
holds() { # FILE EXPRESSION
	"$PYTHON" -c 'import json, sys
c = json.load(open(sys.argv[1]))
if not eval("(" + sys.argv[2] + ")"):
    sys.exit("not so: %s\n%s" % (sys.argv[2], json.dumps(c, indent=1)))' "$@"
}

@test "the same run twice, and another like it, differ in nothing" {
	make_run a
	make_run b --seed 2
	exits a a 0 0 0
	grep -q '^A  VALID  a, begun 2026-01-02T03:04:05Z$' out
	grep -q '^- nothing differs beyond the margins: [1-9]' out
	exits a b 0 0 0
	compare 0 --format json a b
	holds out 'c["sound"] and c["worse"] == c["better"] == 0'
	holds out 'c["differences"] == [] and c["notes"] == []'
}

@test "what is worse fails, what is better differs" {
	make_run a
	make_run b --slower-mode 1.5
	exits a b 0 1 1
	grep -q '^- B is worse: churn, sessions/s of waitpid-loop 0\.6' out
	exits b a 0 0 1
	grep -q '^- B is better: churn, sessions/s of waitpid-loop 1\.5' out
	compare 0 --format json b a
	holds out 'c["better"] > 0 and c["worse"] == 0'
}

@test "what slows every mode alike shows in the baseline itself" {
	make_run a
	make_run b --slower 1.5
	exits a b 0 1 1
	compare 1 --format json --fail-on worse a b
	holds out '{(r["mode"], r["of"]) for r in c["results"]
		if r["verdict"] == "worse" and r["primary"]} ==
		{("sig-ign", "value")}'
	holds out 'all(r["margin"] >= 1.1 for r in c["results"]
		if r["of"] == "value")'
}

@test "leaks that appear are worse, those that go are better" {
	make_run a --no-leak
	make_run b
	exits a b 0 1 1
	grep -q 'waitpid-once leaks in B and not in A$' out
	exits b a 0 0 1
	grep -q 'waitpid-once leaks in A and not in B$' out
	compare 0 --format json a b
	holds out '[z["verdict"] for z in c["zombies"]] ==
		["clean", "clean", "worse"]'
	holds out 'c["zombies"][2]["left_max"]["a"] == 0 and
		c["zombies"][2]["left_max"]["b"] > 0'
}

@test "every figure in the JSON is what the reports say" {
	needs_module jsonschema
	local name
	make_run a --all
	make_run b --all --slower-mode 1.2
	compare 0 --format json a b
	mv out compared.json
	for name in a b; do
		"$BIN/forkbench" report --format json "$name" >"$name.json"
	done
	"$PYTHON" "$ROOT/tests/formats/compared.py" compared.json a.json b.json
}

@test "profiles that judge nothing: leaks alone can fail" {
	make_run a --no-verdicts --no-leak
	make_run b --no-verdicts --no-leak --slower-mode 3
	exits a b 0 0 0
	[[ $(flat) == *'- no figure could be judged: 0 same'*' judges nothing'* ]]
	[[ $(<out) != *'nothing differs'* ]]
	make_run c --no-verdicts
	exits a c 0 1 1
	# Figures are shown all the same.
	compare 0 --format json a b
	holds out 'any(r["b_to_a"] > 2 and r["verdict"] == "-"
		for r in c["results"])'
}

@test "two runs that were measured, of a profile that judges nothing" {
	needs_plots
	local name try
	for name in a b; do
		# A busy machine may make cells invalid: not for ever.
		for try in 1 2 3; do
			rm -rf "$name"
			timeout 35 "$BIN/forkbench" run --profile smoke \
				--rounds 1 --modes sig-ign,none \
				--experiments churn --concurrency 8 \
				--out "$name" 3>&- >told 2>&1 && break
			[[ $? == 1 && $try -lt 3 ]]
		done
	done
	compare 0 a b
	grep -q 'none .*leaks$' out
	grep -q '^- no figure could be judged' out
	compare 0 --format json a b
	holds out '{r["verdict"] for r in c["results"]} == {"-"}'
	holds out '{z["mode"]: z["verdict"] for z in c["zombies"]} ==
		{"sig-ign": "clean", "none": "leaks"}'
}

@test "with too few rounds there is no verdict" {
	make_run a --no-aa --rounds 3
	make_run b --no-aa --rounds 3 --slower-mode 3
	exits a b 0 0 0
	grep -q 'no CI$' out
	make_run c --no-aa --rounds 4
	make_run d --no-aa --rounds 4 --slower-mode 3
	exits c d 0 1 1
	# The noise is known only from enough A/A rounds.
	make_run e --rounds 4
	exits e d 0 0 0
	grep -q 'no A/A CI$' out
}

@test "runs that are broken, or have nothing in common, fail when asked" {
	make_run a
	make_run b --invalid --no-leak
	exits a b 0 1 1
	[[ $(flat) == *' before you rely on this '* ]]
	make_run c --run 5
	exits a c 0 1 1
	[[ $(flat) == *' before you rely on this '* ]]
	make_run d
	set_key d/run.json experiments.0.concurrency 65
	exits a d 0 1 1
	grep -q '^- nothing could be compared$' out
	[[ $(flat) == *'- churn is not compared, as its load differs: 64 at once'* ]]
	compare 1 --fail-on worse --format json a d
	holds out 'c["sound"] is False and c["results"] == c["zombies"] == []'
	holds out 'len(c["notes"]) == 1'
}

@test "what differs beside the figures comes first, the commit at its head" {
	make_run a
	make_run b
	set_key b/env.json build.commit '"2b3c4d5"'
	set_key b/env.json host.cpus 4
	set_key b/env.json vm
	set_key b/env.json sysctl '{"net/core/somaxconn": "128"}'
	set_key b/run.json profile '"full"'
	compare 0 a b
	awk '$1 ~ /^(profile|build.commit|host.cpus|sysctl.net)/ { print $1 }' \
		out >order
	printf '%s\n' profile build.commit host.cpus \
		sysctl.net/core/somaxconn | diff - order
	compare 0 --format json a b
	holds out '[d["key"] for d in c["differences"]] == ["profile",
		"build.commit", "host.cpus", "sysctl.net/core/somaxconn"]'
	holds out 'c["differences"][2] == {"key": "host.cpus", "a": 2, "b": 4}'
	holds out 'c["differences"][3]["a"] is None'
}

@test "it changes neither run, and says what can't be printed" {
	make_run a --rounds 1
	make_run b --rounds 1
	state_of a b >before
	compare 0 a b
	compare 0 --format json a b
	state_of a b | diff before -
	run sh -c "exec '$BIN/forkbench' compare a b >/dev/full"
	[[ $status == 3 && $output == *'cannot write to stdout'* ]]
}
