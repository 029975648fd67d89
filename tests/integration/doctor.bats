#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Whether this machine has what a run needs. The load is kept small, so that
# any machine that can run the tests has.
load helpers
load runs

SMALL=(--profile smoke --experiments churn --modes sig-ign --concurrency 4)

# doctor STATUS OPTIONS...: JSON to the file json; nothing on stderr.
doctor() {
	local rc=0
	timeout 20 "$BIN/forkbench" doctor --json "${@:2}" 3>&- >json 2>err ||
		rc=$?
	cat err
	[[ $rc == "$1" && ! -s err ]]
}

# finds CHECK EXPRESSION: of Python, on the finding f of that check.
finds() {
	"$PYTHON" -c 'import json, sys
f = next(f for f in json.load(open("json")) if f["check"] == sys.argv[1])
if not eval("(" + sys.argv[2] + ")"):
    sys.exit("not %s: %s" % (sys.argv[2], f))' "$@"
}

@test "a machine that will do: exit 0, a table or JSON, and nothing is changed" {
	mkdir -p box/results
	(
		cd box
		state_of . >../before
		"$BIN/forkbench" doctor "${SMALL[@]}" >../table
		"$BIN/forkbench" doctor --json "${SMALL[@]}" \
			--out results/new >../json
		state_of . | diff ../before -
	)
	[[ $(head -n 1 table) == *check*value*needed* ]]
	run ! grep -q FAIL table
	"$PYTHON" -c 'import json
findings = json.load(open("json"))
table = open("table").read()
assert len(findings) >= 25
assert len({f["check"] for f in findings}) == len(findings)
for f in findings:
    assert list(f) == ["check", "reads", "level", "value", "need", "fix"], f
    assert f["level"] in ("ok", "warn"), f
    assert f["level"] == "ok" or f["fix"], f
    assert all(type(text) is str for text in f.values()), f
    assert " %s " % f["check"] in table, f'
	finds hyperfine 'f["value"] == "not needed without wall"'
	finds open-files 'f["need"].endswith(" for 4 sessions at once")'
	finds results 'f["value"] == "results: can be written"'
	finds cpu-source 'f["value"] in ("cgroup v2", "cgroup v1 (cpuacct)",
		"perf_event", "none")'
}

# Each line: the check, an expression on its finding, the exit status, options.
@test "what can't go well fails, with what is found, needed, and the fix" {
	local check expression status options
	mkdir -p results/one.partial closed
	touch file
	while IFS='|' read -r check expression status options; do
		# shellcheck disable=SC2086 # options are words
		doctor "$status" $options </dev/null
		finds "$check" "$expression"
		[[ $status == 0 ]] || finds "$check" 'f["level"] == "FAIL"'
		[[ $status == 0 ]] || finds "$check" 'f["need"] and f["fix"]'
	done <<'END'
pid-max|"900000 sessions" in f["need"] and "pid_max" in f["fix"]|3|--experiments hold --sessions 900000 --modes none,sig-ign
memory|"lower SESSIONS" in f["fix"]|3|--experiments hold --sessions 1000000 --modes sig-ign
memory|f["fix"] == "LEVELS=0,16MiB"|3|--experiments memory --levels 0,16MiB,512GiB
results|f["fix"] == "mkdir -p there/too"|3|--profile smoke --out there/too/run
results|"file: Not a directory" in f["value"]|3|--profile smoke --out file/run
subjects|f["level"] == "ok" and f["value"] == "all there"|0|--experiments servers --with echod,least
unfinished|f["value"] == "1" and f["fix"] == "forkbench resume results/one.partial"|0|--profile smoke
time-wait|f["level"] == "ok" or "CLOSE=rst" in f["fix"]|0|--profile full --experiments churn
END
	# A run says the same, and makes nothing.
	refuses 3 "mkdir -p there/too" "$BIN/forkbench" run --profile smoke \
		--out there/too/run
	[[ ! -e there ]]
}

@test "a server that is not installed is named with its package" {
	local name package status
	for name in inetd:openbsd-inetd xinetd:xinetd socat:socat; do
		package=${name#*:} name=${name%:*}
		[[ ! -x /usr/sbin/$name && ! -x /usr/bin/$name ]] || continue
		doctor 0 --experiments servers --with "least,$name"
		finds subjects "f['level'] == 'warn' and '$name' in f['value'] and
			f['fix'] == 'apt-get install $package'"
		doctor 3 --experiments servers --with "$name,least"
		finds subjects "f['level'] == 'FAIL' and
			f['fix'] == 'apt-get install $package'"
		return
	done
	skip "all of them are installed here"
}

@test "limits that are too low fail with what would do" {
	(
		ulimit -n 100
		doctor 3 --experiments hold --sessions 50000 --modes sig-ign
	)
	finds open-files 'f["level"] == "FAIL" and "ulimit -n" in f["fix"]'
	(
		ulimit -n 100
		doctor 0 "${SMALL[@]}"
	)
	[[ $(id -u) != 0 ]] || return 0
	(
		ulimit -u 60
		doctor 3 --experiments leak --modes none
	)
}
