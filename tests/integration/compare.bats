#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Stored runs, invented ones: what compare and list tell of them, and what makes
# compare's exit status 1.
load helpers
load runs

# compare STATUS [OPTIONS...] A B: its text is in out, nothing is on stderr.
compare() {
	local wanted=$1 got=0
	shift
	timeout 20 "$BIN/forkbench" compare "$@" 3>&- >out 2>err || got=$?
	[[ $got == "$wanted" && ! -s err ]] || {
		echo "compare $*: exit $got, not $wanted"
		cat out err
		return 1
	}
}

# list [OPTIONS...]: prints it; nothing is on stderr.
list() {
	timeout 10 "$BIN/forkbench" list "$@" 2>err 3>&- && [[ ! -s err ]]
}

# Each line: how A and B differ from each other, the exit status with --fail-on
# worse and with differs, and what the JSON says, as an expression on d.
@test "what is worse, better, unsound or the same, and the exit status" {
	local a b worse differs expression i=0
	while IFS='|' read -r a b worse differs expression; do
		echo "case $((i += 1)): $a against $b"
		# shellcheck disable=SC2086 # words of a command line
		invent "a$i" $a </dev/null && invent "b$i" seed=2 $b </dev/null
		compare 0 "a$i" "b$i"
		compare 0 --fail-on never "a$i" "b$i"
		compare "$worse" --fail-on worse "a$i" "b$i"
		compare "$differs" --fail-on differs --format json "a$i" "b$i"
		holds out "$expression"
	done <<'END'
|seed=1|0|0|d["sound"] and d["worse"] == d["better"] == 0 and d["same"] > 0
||0|0|d["sound"] and d["worse"] == d["better"] == 0 and d["differences"] == d["notes"] == []
|slow=waitpid-loop:1.13|1|1|d["better"] == 0 and [(c["level"], c["metric"]) for c in d["changes"] if c["verdict"] == "worse"] == [("waitpid-loop", m) for m in ("cpu_us", "sessions_per_s", "fork_p50_us", "first_echo_p50_us")]
slow=waitpid-loop:1.13||0|1|d["worse"] == 0 and d["better"] == 4
leaking=||1|1|[z["level"] for z in d["zombies"] if z["verdict"] == "worse"] == ["waitpid-once"] and d["zombies"][2]["a_max"] == 0 < d["zombies"][2]["b_max"]
|leaking=|0|1|[z["level"] for z in d["zombies"] if z["verdict"] == "better"] == ["waitpid-once"]
|aa=1.3 slow=waitpid-loop:1.5|0|0|{c["verdict"] for c in d["changes"]} == {"withheld"} and "NOISY" in d["notes"][0]
|broken=waitpid-loop|1|1|not d["sound"] and d["b"]["status"] == "INVALID"
|cut=9|1|1|not d["sound"] and d["b"]["status"] == "INCOMPLETE"
profile=smoke|profile=smoke slow=waitpid-loop:3|0|0|{c["verdict"] for c in d["changes"]} == {""} and any(c["b_to_a"]["ratio"] > 2 for c in d["changes"])
profile=smoke leaking=|profile=smoke|1|1|d["worse"] == 1
rounds=3|rounds=3 slow=waitpid-loop:3|0|0|d["worse"] == 0
experiments=churn,hold|experiments=churn|1|1|not d["sound"] and any("hold" in n for n in d["notes"])
experiments=churn|experiments=churn,hold|0|0|d["sound"] and any("hold" in n for n in d["notes"])
modes=sig-ign,none|modes=sig-ign|1|1|not d["sound"]
modes=none,sig-ign|modes=sig-ign,none|1|1|not d["sound"] and d["changes"] == []
END
}

@test "every figure in the comparison is that of the runs' own summaries" {
	invent a experiments=churn,hold
	invent b experiments=churn,hold seed=2 slow=waitpid-loop:1.2
	compare 0 --format json a b
	report a json >a.json
	report b json >b.json
	"$PYTHON" - <<'END'
import json
d, a, b = (json.load(open(f)) for f in ("out", "a.json", "b.json"))

def figures(summary):
    return {(e["name"], r["level"], r["metric"]): r for e in
            summary["experiments"] for r in e["results"] if r["primary"]}

mine, theirs = figures(a), figures(b)
due = {k for k, r in mine.items() if r["verdict"] not in ("", "baseline")}
assert due == {(c["experiment"], c["level"], c["metric"])
               for c in d["changes"]}, due
for c in d["changes"]:
    k = c["experiment"], c["level"], c["metric"]
    for side, own in ("a", mine), ("b", theirs):
        assert abs(c[side]["ratio"] / own[k]["ratio"] - 1) < 1e-4, c
        # One of more comparisons than in the run: never a narrower interval.
        assert c[side]["ci_low"] < c[side]["ratio"] < c[side]["ci_high"], c
    change = c["b_to_a"]
    assert abs(change["ratio"] * c["a"]["ratio"] / c["b"]["ratio"] - 1) < 1e-4
    assert change["ci_low"] < change["ratio"] < change["ci_high"]
    assert (c["verdict"] == "worse") == (c["level"] == "waitpid-loop"), c
END
}

@test "what differs beside the figures comes first; neither run is changed" {
	invent a
	invent b
	alter b/env.json 'd["build"]["commit"] = "2b3c4d5"; d["host"]["cpus"] = 4
d["sysctl"] = {"net/core/somaxconn": "128"}'
	alter b/run.json 'd["profile"] = "full"'
	state_of a b >before
	compare 0 a b
	[[ $(head -n 1 out) == 'VALID  A: a, started 2026-01-02T03:04:05Z' ]]
	awk '$1 ~ /^(profile|build.commit|host.cpus|sysctl.net)/ { print $1 }' \
		out | diff - <(printf '%s\n' profile build.commit host.cpus \
			sysctl.net/core/somaxconn)
	compare 0 --format json a b
	holds out '[x["key"] for x in d["differences"]] == ["profile",
		"build.commit", "host.cpus", "sysctl.net/core/somaxconn"]'
	state_of a b | diff before -
}

@test "list: newest first, unreadable ones last, with why; links not followed" {
	local name
	invent results/one
	invent results/two aa=1.3
	invent results/three.partial cut=3
	invent $'results/a\e[31m\nb'
	alter results/two/run.json 'd["started_utc"] = "2026-03-01T00:00:00Z"'
	alter results/three.partial/run.json \
		'd["started_utc"] = "2026-02-01T00:00:00Z"'
	alter results/a*/run.json 'd["started_utc"] = "2025-01-01T00:00:00Z"'
	ln -s two results/latest
	mkdir -p results/{.hidden,notes,begun.partial,cut,newer}
	cp results/one/run.json results/.hidden
	touch results/README.md
	head -c 100 results/one/run.json >results/cut/run.json
	echo '{"schema_version": 3}' >results/newer/run.json
	state_of results >before
	list >out
	awk '/^$/ { exit } { print $1, $2 }' out | diff - <(printf '%s\n' \
		'run status' 'two NOISY' 'three.partial INCOMPLETE' \
		'one VALID' 'a?[31m?b VALID' 'newer unreadable' \
		'cut unreadable' 'begun.partial unreadable')
	[[ $(<out) != *$'\e'* && $(grep -c '^- ' out) == 3 ]]
	(cd results && "$BIN/forkbench" list .) | sed '/^$/,$d' | diff <(sed '/^$/,$d' out) -
	list --format json >json
	holds json '[r["run"] for r in d] == ["two", "three", "one", "a?[31m?b",
		"newer", "cut", "begun"]'
	holds json '[r.get("status") for r in d] == ["NOISY", "INCOMPLETE",
		"VALID", "VALID", None, None, None]'
	holds json 'd[1]["partial"] and "No such file" in d[6]["unreadable"] or
		"holds no run.json" in d[6]["unreadable"]'
	state_of results | diff before -
	rm -r results
	for name in results none; do
		refuses 3 "$name: cannot be read" "$BIN/forkbench" list "$name"
	done
	mkdir results
	[[ $(list) == 'No stored runs; forkbench run makes one.' ]]
	[[ $(list --format json) == '[]' ]]
}

@test "what is printed must arrive" {
	local command
	invent a
	for command in 'report a' 'report --format markdown a' \
		'report --format json a' 'report --format tsv a' \
		'compare a a' 'compare --format json a a' 'list .' \
		'list --format json .' doctor 'doctor --json' \
		--help --version; do
		# shellcheck disable=SC2086 # options are words
		run onto /dev/full "$BIN/forkbench" $command
		[[ $status == 3 && ${#lines[@]} == 1 ]]
		[[ $output == *'to stdout: No space left on device' ]]
		# shellcheck disable=SC2086
		run onto '&-' "$BIN/forkbench" $command
		[[ $status == 3 && $output == *'to stdout: Bad file descriptor' ]]
	done
}
