#!/usr/bin/env bats
# Curves, a burst, and a limit of processes: small runs of real servers.
load helpers
load runs

# small EXPERIMENT CHECK OPTION...: one round, and what every cell must be: CHECK
# is Python, of the cell `c`, its level `l` of run.json, and all cells `cells`.
small() {
	local experiment=$1 check=$2
	shift 2
	measure run --profile smoke --experiments "$experiment" --rounds 1 "$@"
	"$PYTHON" - "$experiment" "$check" <<'END'
import csv, json, sys
experiment, check = sys.argv[1:]
run = json.load(open("run/run.json"))
arm, = [a for a in run["experiments"] if a["name"] == experiment]
levels = {l["name"]: l for l in arm["levels"]}
cells = {c["level"]: {k: float(v) if k not in ("series", "level", "validity",
         "reasons", "experiment") and v else v for k, v in c.items()}
         for c in csv.DictReader(open("run/cells.tsv"), delimiter="\t")}
assert cells.keys() == levels.keys(), cells.keys()
for name, c in cells.items():
    l = levels[name]
    assert c["series"] == l["series"] and c["validity"] != "invalid", c
    assert eval("(" + check + ")"), (check, c)
END
	grep -q "^# " run/report.md
	[[ -s run/plots/$experiment.png && -s run/plots/$experiment.svg ]]
}

@test "capacity: rates are parts of what churn reached, and the knee is named" {
	small capacity 'c["sessions"] == 100 and abs(c["offered_per_s"] * 100 -
		l["value"] * arm["load"]["reference_per_s"]) < 1' \
		--modes sig-ign,none --levels 20%,120 --sessions 100
	grep -q 'Sessions are served as offered up to .* by sig-ign' run/report.md
}

@test "storm: all are held, and all that none leaves are counted" {
	small storm 'c["sessions"] == l["value"] == c["zombies_peak"] ==
		c["zombies_left"] and c["storm_ms"] > 0 and c["pss_kib"] > 0' \
		--modes none --levels 40,160
}

@test "backlog: a short one overflows, a long one does not" {
	small backlog '(c["listen_overflows"] > 0) == (l["value"] < 100) and
		c["offered_per_s"] == 1000' --levels 20,4096 --sessions 200
}

@test "exhaust: who collects nothing cannot fork, who does never fails" {
	"$BIN/forkbench" run --profile smoke --experiments exhaust --modes \
		sig-ign --sessions 1 --rounds 1 --out there 3>&- 2>&1 |
		grep -q 'is left out' && skip "no pids controller"
	small exhaust 'c["fork_failures"] == c["failed"] == (101 if
		l["subject"] == "none" else 0) and c["served_after"] ==
		(0 if l["subject"] == "none" else 20)' \
		--modes sig-ign,none --sessions 600
	grep -q 'none cannot fork after 499 sessions; sig-ign never fails' \
		run/report.md
}
