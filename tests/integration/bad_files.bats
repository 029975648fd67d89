#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a
# process, and statements of Python are written in single quotes
# Folders of runs that are not as they should be, whoever made them: one clear
# line and exit 3, or what is broken is not used. Nothing crashes, and nothing
# waits. A sanitizer that finds something says more than a line.
load helpers
load runs

# Who reads a run must refuse FOLDER, with these words.
refused() { # WORDS FOLDER
	refuses 3 "$1" "$BIN/forkbench" report "$2"
	refuses 3 "$1" "$BIN/forkbench" compare good "$2"
	[[ ! -e $2/summary.json && ! -e $2/report.html ]]
}

# Each line: the words, and how the folder bad becomes so.
@test "what can't be read is refused: no file, cut, too long, newer, no run" {
	local words spoil
	invent good rounds=3
	mkfifo pipe
	touch file
	ln -s loop loop
	while IFS='|' read -r words spoil; do
		rm -rf bad
		cp -r good bad
		echo "case: $spoil"
		(cd bad && eval "$spoil") </dev/null
		refused "$words" bad
		[[ $words != *'run.json: not'* && $words != *newer* ]] ||
			refuses 3 'run.json: ' "$BIN/forkbench" resume bad
	done <<'END'
bad: cannot be read: No such file|cd .. && rm -r bad
bad: holds no run.json|rm *
bad: holds no run.json|cd .. && rm -r bad && ln -s file bad
bad: cannot be read: Too many levels|cd .. && rm -r bad && ln -s bad bad
bad/run.json: not a regular file|rm run.json && mkfifo run.json
bad/run.json: not a regular file|rm run.json && mkdir run.json
bad/run.json: not a regular file|ln -sf /dev/zero run.json
bad/run.json: cannot be read: Too many levels|rm run.json && ln -s run.json run.json
bad/run.json: not whole JSON|: >run.json
bad/run.json: not whole JSON|truncate -s 100 run.json
bad/run.json: not whole JSON|truncate -s +1 run.json
bad/run.json: 17825792 bytes long|truncate -s 17M run.json
bad/run.json: not a JSON object|echo '[]' >run.json
bad/run.json: schema_version is 3, and this program reads up to 2|echo '{"schema_version": 3}' >run.json
bad/run.json: `schema_version` is not|echo '{"schema_version": "2"}' >run.json
bad/run.json: made by an older forkbench|echo '{"schema_version": 1}' >run.json
bad/run.json: `experiments|sed -i 's/"churn"/"fish"/' run.json
bad/run.json: `experiments[0].levels[1]|sed -i 's/"waitpid-loop"/"..\/..\/etc"/' run.json
bad/run.json: `experiments[0].rounds|sed -i 's/"rounds": 3/"rounds": 1e99/' run.json
bad/run.json: `seed|sed -i 's/"seed": 7/"seed": -7/' run.json
bad/env.json: not a regular file|rm env.json && mkfifo env.json
bad/env.json: not whole JSON|truncate -s 20 env.json
bad/env.json: schema_version is 3|sed -i 's/_version": 2/_version": 3/' env.json
bad/cells.tsv: not a regular file|rm cells.tsv && mkfifo cells.tsv
bad/cells.tsv: not a regular file|rm cells.tsv && mkdir cells.tsv
bad/cells.tsv: cannot be read: Too many levels|rm cells.tsv && ln -s cells.tsv cells.tsv
bad/cells.tsv: byte |truncate -s +5 cells.tsv && echo >>cells.tsv
bad/cells.tsv: line 4 has |sed -i '4s/\t//' cells.tsv
bad/cells.tsv: no column is named `level`|sed -i '1s/level/lever/' cells.tsv
bad/cells.tsv: two columns are named `level`|sed -i '1s/series/level/' cells.tsv
bad/cells.tsv: 300000000 bytes long|truncate -s 300000000 cells.tsv
END
	refused 'file: holds no run.json' file
	refused 'pipe: holds no run.json' pipe
	refused 'loop: cannot be read: Too many' loop
}

# Each line: how the folder becomes so, and what its summary says.
@test "what is broken in part is not used, and the rest is" {
	local spoil expression rc
	invent good rounds=12
	report good json >good.json
	holds good.json 'd["status"] == "VALID"'
	while IFS='|' read -r spoil expression; do
		rm -rf bad
		cp -r good bad
		echo "case: $spoil"
		(cd bad && eval "$spoil") </dev/null
		rc=0
		timeout 20 "$BIN/forkbench" report bad </dev/null >told 2>err ||
			rc=$?
		[[ ! -s err ]]
		holds bad/summary.json "$expression"
		holds bad/summary.json "(d['status'] == 'INVALID') == ($rc == 1)"
	done <<'END'
rm cells.tsv zombies.tsv env.json|d["experiments"][0]["cells"] == 0
: >cells.tsv|d["experiments"][0]["cells"] == 0
head -n 1 cells.tsv >c; mv c cells.tsv|d["experiments"][0]["cells"] == 0
truncate -s -1 cells.tsv|d["experiments"][0]["cells"] == 47
sed -i 's/$/\r/' cells.tsv|d["status"] == "VALID" and d["experiments"][0]["cells"] == 48
sed -i '1s/$/\tnew/; 2,$s/$/\t\x1b[31m/' cells.tsv|d["status"] == "VALID" and d["experiments"][0]["cells"] == 48
sed -i 's/\tvalid\t/\tgreat\t/' cells.tsv|d["status"] == "INVALID" and d["experiments"][0]["used"] == 0
sed -i 's/\tvalid\t\t/\tinvalid\t<b>\x1b[31m; no-such-rule\t/' cells.tsv|d["status"] == "INVALID"
sed -i '6s/^churn/fish/' cells.tsv|d["experiments"][0]["cells"] == 47
awk -F '\t' -v OFS='\t' 'NR > 1 { $10 = NR % 2 ? "nan" : "-1e400" } 1' cells.tsv >c; mv c cells.tsv|all(r["metric"] != "cpu_us" for r in d["experiments"][0]["results"])
awk -F '\t' -v OFS='\t' 'NR > 1 { $10 = 0 } 1' cells.tsv >c; mv c cells.tsv|all(r["ratio"] is None for r in d["experiments"][0]["results"] if r["metric"] == "cpu_us")
awk -F '\t' -v OFS='\t' 'NR > 1 { $4 = 999999; $5 = NR } 1' cells.tsv >c; mv c cells.tsv|d["status"] == "INVALID" or d["experiments"][0]["rounds"] == 1
tail -n 20 cells.tsv >c; cat c >>cells.tsv; rm c|d["status"] == "VALID" and d["experiments"][0]["cells"] == 48
echo 'no log' >latency.hlog; echo 'no table' >zombies.tsv|d["status"] == "VALID"
head -c 3000 /dev/urandom >latency.hlog; rm zombies.tsv; mkfifo zombies.tsv|d["status"] == "VALID"
echo 'Tag=churn:sig-ign:1:1:fork,0,1,1,HISTFAAAAA' >latency.hlog|d["status"] == "VALID"
END
}

@test "a report that can't be written says so in a line, and the rest is made" {
	invent run rounds=3
	mkdir run/report.md
	run --separate-stderr timeout 20 "$BIN/forkbench" report run 3>&-
	[[ $status == 3 && ${#stderr_lines[@]} == 1 ]]
	[[ $stderr == *'cannot write run/report.md: Is a directory' ]]
	[[ -s run/report.html && -s run/summary.json ]]
	rmdir run/report.md
	rm -r run/plots
	touch run/plots
	run --separate-stderr timeout 20 "$BIN/forkbench" report run 3>&-
	[[ $status == 3 && ${#stderr_lines[@]} == 1 && $stderr == *plots* ]]
}

@test "what a run says of itself is shown as text, never as marks" {
	invent run rounds=8
	alter run/env.json 'd["host"]["cpu"] = "<script>alert(1)</script>\u001b[31m"
d["build"]["flags"] = "a|b `c` $(d) \u202e"
d["doctor"] = [{"check": "<img src=x>", "reads": "", "level": "warn",
	"value": "`|\n# x", "need": "", "fix": "$(touch pwned)"}]'
	alter run/run.json 'd["rerun"] = "make bench OUT=\u0027</pre><b>\u0027"
d["interrupted_by"] = "<b>"; d["finished"] = False'
	report run text >told
	run ! grep -q $'\e' told run/report.md run/report.html run/summary.json
	run ! grep -q '<script\|<img src=x\|</pre><b>' run/report.html
	run ! grep -q '^# x' run/report.md
	[[ ! -e pwned && ! -e run/pwned ]]
}

@test "loadgen: a file that reaches the limit of size is told, and none is left" {
	start_echod
	# By a pipe, as the limit is that of any file.
	{ timeout 20 prlimit --fsize=0 "$BIN/loadgen" --quiet --sessions 1 \
		--json out.json 127.0.0.1 "$PORT" 2>&1 || echo "exit $?"; } |
		cat >told
	diff told - <<-'END'
		loadgen: cannot write out.json: File too large
		exit 3
	END
	[[ -z $(find . -name 'out*') ]]
}
