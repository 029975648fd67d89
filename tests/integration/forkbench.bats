#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Whole runs, short ones, of real servers with real zombies: what is stored and
# told of them, and that others' programs read the same in it. Three of them
# are made once, in $RUNS; what is due in every run, tests/formats/run.py knows.
load helpers
load runs

RUNS=$BATS_FILE_TMPDIR
LIBRARY=${BIN%/bin}/node/node_modules
SCHEMA=$ROOT/docs/summary.schema.json

# A user and a group that no account has.
NOBODY=54321

setup_file() {
	cd "$RUNS" || return
	printf '%s\n' 'import socketserver, sys' \
		'class Echo(socketserver.StreamRequestHandler):' \
		'    def handle(self):' \
		'        while data := self.request.recv(4096):' \
		'            self.request.sendall(data)' \
		'class Server(socketserver.ForkingTCPServer):' \
		'    request_queue_size = 128' \
		'Server((sys.argv[1], int(sys.argv[2])), Echo).serve_forever()' \
		>"it's a server.py"
	local -x FORKBENCH_TEST=$RUNS
	measure whole --experiments churn,hold,wall,memory --levels '0 16MiB' \
		--sessions 60 --rounds 2 --seed 3
	measure leak --experiments leak --sessions 500 --rounds 1
	measure servers --experiments servers --with echod,least,floor,socat \
		--server "py=$PYTHON \"it's a server.py\" {address} {port}" \
		--sessions 40 --concurrency 4 --rounds 1
}

teardown_file() {
	[[ ! -e $RUNS/open ]] || rm -r "$(<"$RUNS/open")"
}

@test "what runs stored adds up: cells, counts, zombies, CPU time" {
	local run
	for run in whole leak servers; do
		py run "$RUNS/$run"
	done
}

@test "few files, nothing half-written, no process left" {
	local run
	for run in whole leak servers; do
		cd "$RUNS/$run"
		[[ ! -e logs ]] || grep -q '	invalid	' cells.tsv
		find . -type f ! -path './plots/*' ! -path './logs/*' | sort |
			diff - <(printf './%s\n' cells.tsv env.json \
				latency.hlog report.html report.md run.json \
				summary.json summary.tsv zombies.tsv)
		[[ -n $(ls plots/*.svg plots/*.png) ]]
	done
	nothing_runs "FORKBENCH_TEST=$RUNS"
}

@test "the documents have every column, rule and key, and what they mean" {
	sed -n 's/^\tX([A-Z0-9_]*, "\([a-z0-9_]*\)",.*/\1/p' \
		"$ROOT/bench/study/metric.h" >names
	head -n 1 "$RUNS/whole/cells.tsv" | tr '\t' '\n' | tail -n +10 |
		diff - names
	"$BIN/forkbench" compare --format json "$RUNS"/{whole,leak} >compared
	"$BIN/forkbench" list --format json "$RUNS" >listed
	py documents "$ROOT" "$RUNS"/{whole,leak,servers}/{run,summary}.json \
		"$T"/{compared,listed}
}

@test "awk and Python find the medians that the summary has" {
	local run
	for run in whole leak servers; do
		py cells "$RUNS/$run" >cells # and in the summary, too
		awk '$2 !~ /-aa$/' cells | sort >by_python
		# Of the last attempts that count, in the order of their CPU time.
		awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
			{ cell[$1 FS $3 FS $4] = $c["validity"] FS $c["cpu_us"] }
			END { for (k in cell) print k FS cell[k] }' \
			OFS='\t' "$RUNS/$run/cells.tsv" |
			awk -F '\t' '$3 > 0 && $4 != "invalid" && $5 != ""' |
			sort -t '	' -k 1,1 -k 2,2 -k 5,5g | awk -F '\t' '
			{ k = $1 FS $2; v[k, ++n[k]] = $5 }
			END { for (k in n) {
				low = v[k, int((n[k] + 1) / 2)]
				high = v[k, int(n[k] / 2) + 1]
				printf "%s\t%.6g\n", k, (low + high) / 2
			} }' |
			awk '$2 !~ /-aa$/' | sort >by_awk
		[[ -s by_awk || $(<"$RUNS/$run/run.json") == *'"cpu_source": null'* ]]
		diff by_python by_awk
	done
}

@test "an independent reader finds the cells' percentiles in latency.hlog" {
	command -v node >/dev/null || skip "node is not installed"
	[[ -d $LIBRARY/hdr-histogram-js ]] ||
		skip "hdr-histogram-js is not installed: npm could not fetch it"
	NODE_PATH=$LIBRARY timeout 30 node "$ROOT/tests/hlog/hlog.js" figures \
		"$RUNS/whole/latency.hlog" | awk '/^[a-z]+:/ && NF == 6' >figures
	"$PYTHON" - "$RUNS/whole/cells.tsv" figures <<'END'
import csv, sys

theirs = {line.split()[0]: line.split()[1:] for line in open(sys.argv[2])}
compared = 0
for cell in csv.DictReader(open(sys.argv[1], newline=""), delimiter="\t"):
    place = ":".join(cell[c] for c in ("experiment", "level", "round", "attempt"))
    for kind in ("fork", "child_start", "connect", "first_echo", "close"):
        ours = cell.get(kind + "_p50_us")
        if not ours or cell["validity"] == "invalid":
            continue
        count, p50, *_ = theirs[place + ":" + kind]
        assert count == cell["sessions"], (place, kind, count)
        # 1/128, and the other reader gives a bucket's upper edge.
        assert abs(float(p50) / 1e3 / float(ours) - 1) < 1 / 64, (place, kind)
        compared += 1
assert compared > 50, compared
END
}

@test "their summaries fit the schema, and the schema refuses what is spoilt" {
	local run
	py summary "$SCHEMA" strict "$RUNS"/{whole,leak,servers}/summary.json
	for run in aa=1.3 broken=waitpid-loop cut=5 suspect=90 profile=smoke \
		slow=waitpid-loop:1.2 slow=waitpid-loop:.8 \
		slow=waitpid-loop:1.02; do
		invent "$run" "$run" rounds=20 experiments=churn,leak,memory
		report "$run" json >"$run.json"
	done
	py summary "$SCHEMA" strict ./*.json
	# All states and all verdicts were among them.
	cat ./*.json | sed -n 's/^  "status": "\(.*\)",/\1/p' | sort -u |
		diff - <(printf '%s\n' INCOMPLETE INVALID NOISY VALID)
	cat ./*.json | sed -n 's/.*"verdict": "\(.\+\)".*/\1/p' | sort -u |
		diff - <(printf '%s\n' baseline better same unclear withheld worse)
	py summary "$SCHEMA" broken slow=waitpid-loop:1.2.json
}

@test "told twice it is the same, wherever, whenever and in whatever language" {
	mkdir elsewhere
	cp -r "$RUNS/whole" .
	cp -r whole elsewhere
	(
		cd elsewhere
		rm -r whole/{plots,report.html,report.md,summary.json,summary.tsv}
		TZ=Pacific/Auckland LC_ALL=C.UTF-8 LANG=de_DE.UTF-8 \
			LANGUAGE=de report whole text >../told
	)
	LC_ALL=C.UTF-8 report whole text | cmp told -
	grep -q ● told
	LC_ALL=C report whole text >plain
	diff <(sed 's/ \{4\}.*//' told) <(sed 's/ \{4\}.*//' plain)
	[[ $(<plain) != *●* ]]
	diff -rq whole "$RUNS/whole" # as the run itself wrote it
	diff -rq whole elsewhere/whole
	state_of whole >before
	report whole json | diff - whole/summary.json
	report whole tsv | cmp - whole/summary.tsv
	report whole markdown >markdown
	grep -q '^# ' markdown
	state_of whole | diff before -
}

@test "one seed, one order; lists have commas or blanks; any name of a folder" {
	local n=0 name modes seed
	while IFS='|' read -r modes seed name; do
		printf -v name '%b' "$name"
		measure "$name" --experiments churn --sessions 20 --rounds 3 \
			--modes "$modes" --seed "$seed"
		py run "$name"
		((n += 1))
		cut -f 3,4 "$name/cells.tsv" >"order$n"
		[[ $(tr -dc PNG <"$name/plots/verdicts.png") == PNG* ]]
		run ! grep -q $'\e\|^line' "$name.out" "$name.err"
		run ! grep -q '<ls>' "$name/report.html"
		"$BIN/forkbench" compare "$name" "$name" >compared
		run ! grep -q $'\e\|^line' compared
	done <<'END'
none sig-ign|7|a "b" $x;`c` *
 none,  sig-ign ,|7|<ls> it's é%
none,sig-ign|8|new\nline\e[31m
END
	[[ $(wc -l <order1) == 13 ]] # levels: none, sig-ign, none-aa
	cmp order1 order2
	run ! cmp -s order1 order3
	holds a*/run.json 'd["seed"] == 7 and "--modes none,sig-ign" in d["rerun"]'
	[[ ! -e c && ! -e x ]]
}

@test "every reap mode of the daemon, and one twice" {
	local mode MODES
	read_modes
	measure all --experiments churn --sessions 20 --rounds 1 --modes all
	py run all
	for mode in "${MODES[@]}"; do
		grep -q "^churn		$mode	1	" all/cells.tsv
	done
	holds all/run.json 'd["experiments"][0]["baseline"] == "sig-ign"'
	measure twice --experiments churn --sessions 20 --rounds 1 \
		--modes none,none
	grep -q '^churn		none-2	1	' twice/cells.tsv
}

@test "OUT that is there, or can't be made, is refused and left alone" {
	local name
	mkdir there
	echo mine >there/file
	for name in there there/file there/file/run none/run; do
		run --separate-stderr "$BIN/forkbench" run --out "$name" 3>&-
		[[ $status == 3 && -z $output ]]
		# Above it may stand what disturbs this machine now.
		[[ ${stderr_lines[-1]} == *"${name%/run}"*[:\;]* ]]
	done
	[[ $(<there/file) == mine && $(ls there) == file && ! -e none ]]
}

# Where no control group can be written: perf_event, or nothing and advice.
without_groups() { # COMMAND...
	timeout 30 "$@" run --experiments churn --modes sig-ign,none \
		--sessions 30 --rounds 1 --out run 3>&- >out 2>err || {
		local rc=$?
		cat err
		return "$rc"
	}
	py run run
	holds run/run.json 'd["cpu_source"] in (None, "perf_event")'
	if grep -q '"cpu_source": null' run/run.json; then
		grep -q 'no control group' run/run.json
		grep -q 'parent.s CPU' out
	else
		grep -q 'perf_event' out
	fi
}

@test "root, but control groups can't be written" {
	unshare -m true 2>/dev/null || skip "this machine has no unshare(2) for us"
	fake read_only <<'END'
while read -r _ place kind _; do
	[[ $kind != cgroup* ]] || mount -o remount,bind,ro "$place" || exit
done </proc/mounts
exec "$@"
END
	without_groups unshare -m ./read_only "$BIN/forkbench"
}

@test "not root" {
	local open as=(setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups)
	[[ $(id -u) == 0 ]] || as=()
	# Those above the test's own folder are closed to others.
	open=$(mktemp -d /tmp/forkbench.XXXXXX)
	echo "$open" >"$RUNS/open"
	chmod 755 "$open"
	cp "$BIN"/{forkbench,echod,loadgen,least} "$open"
	mkdir "$open/work"
	chmod 777 "$open/work"
	"${as[@]}" test -x "$open/forkbench" -a -x "$open/echod" ||
		skip "user $NOBODY cannot run what was built here"
	cd "$open/work"
	without_groups "${as[@]}" "$open/forkbench"
}

@test "what it inherits does no harm: SIGCHLD ignored or blocked, a child" {
	local child
	timeout 20 bash -c 'sleep 60 & echo $! >child
		exec env --ignore-signal=CHLD --block-signal=CHLD "$@"' - \
		"$BIN/forkbench" run --experiments churn --sessions 20 \
		--modes sig-ign,waitpid-loop --rounds 1 --out run \
		3>&- >out 2>err || [[ $? == 1 ]]
	py run run
	child=$(<child)
	STARTED+=("$child")
	only "$child"
}
