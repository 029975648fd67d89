#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a
# process, and names are data
# Names are data: whatever a user may call a folder, for gnuplot, the shell,
# make and every form of a report.
load helpers
load runs

NAMES=(
	'proof; touch hacked;' '|touch hacked;' '<touch hacked' '$x' '$(touch hacked)'
	'`touch hacked`' 'a  b ' "it's" '"q"' $'new\nline' '-x' '--help' '%s%n' '#'
	'a:b' '*' '\x' '&amp;<b>' '|a|' $'\xff\xfe' "é ' \" \$x"
)

not_hacked() {
	[[ -z $(find "$T" -name 'hacked*') ]]
}

@test "a run of any name is reported, compared, listed and named as it is" {
	local name kind
	mkdir runs
	cd runs
	for name in "${NAMES[@]}"; do
		invent "./$name" rounds=3
		timeout 20 "$BIN/forkbench" report -- "$name" >../told 2>../err
		[[ ! -s ../err ]]
		[[ -s ./$name/plots/verdicts.png && -z $(find "./$name" -name '.d*') ]]
		run ! grep -q '<b>' "./$name/report.html"
		"$PYTHON" -c 'import json, sys; json.load(open(sys.argv[1]))' \
			"./$name/summary.json"
		"$BIN/forkbench" compare -- "$name" "./$name" >../told
		rm -r "./$name/plots"
	done
	"$BIN/forkbench" list --format json . >../listed
	holds ../listed "len(d) == ${#NAMES[@]}"
	"$BIN/forkbench" list . >../listed
	[[ $(grep -c VALID ../listed) == "${#NAMES[@]}" ]]
	not_hacked
}

@test "advice has a name as the shell needs it" {
	local name
	for name in "${NAMES[@]}"; do
		run --separate-stderr "$BIN/forkbench" run --profile smoke \
			--out "no/$name/run" 3>&-
		[[ $status == 3 && $stderr == *'fix: mkdir -p '* ]]
		eval "${stderr##*fix: }"
		[[ -d no/$name ]]
		rm -r no
		mkdir -p results/"$name.partial"
		"$BIN/forkbench" doctor >told || [[ $? == 3 ]]
		name=$(sed -n '/^ok *unfinished/{n;s/ *forkbench resume //p}' told)
		eval "rm -r $name"
		rmdir results
	done
	not_hacked
}

@test "an error shows a name as plain text" {
	local name=$'a\e[31m\nb'
	mkdir "$name"
	touch "$name/file"
	# What doctor doubts comes before.
	run "$BIN/forkbench" run --experiments churn --modes sig-ign \
		--concurrency 4 --out "$name" 3>&-
	[[ $status == 3 && ${lines[-1]} == *'OUT a?[31m?b: exists already'* ]]
	refuses 3 'a?[31m?b: run.json' "$BIN/forkbench" resume "$name"
	refuses 3 'a?[31m?b: holds no' "$BIN/forkbench" report "$name"
	refuses 2 'a?[31m?b: no such command' "$BIN/forkbench" "$name"
	refuses 2 '--a?[31m?b' "$BIN/forkbench" run "--$name"
	refuses 2 'a?[31m?b: an operand' "$BIN/forkbench" report x "$name"
}

@test "a checkout may stand in any folder, and be moved when it is built" {
	local name="it's a \"test\" \$x; touch hacked #%" run
	checkout first
	mv first "$name"
	cd "$name"
	rm build/build_info.h
	makes >../made
	mv "../$name" "../-$name"
	cd "../-$name"
	for run in 'a $x  `touch hacked`' $'b\n<b>;|'; do
		invent "$run" rounds=3
		makes report RUN="$run" >../told
		[[ -s $run/plots/verdicts.png ]]
	done
	makes compare A='a $x  `touch hacked`' B="$run" >../told
	(unset BROWSER DISPLAY WAYLAND_DISPLAY && makes view RUN="$run" >../told)
	[[ $(<../told) == *"$T/-$name/$run/report.html" ]]
	run ! makes doctor OUT='no/$(shell touch hacked)`touch hacked`/x'
	grep -qF "mkdir -p 'no/\$(shell touch hacked)\`touch hacked\`'" <<<"$output"
	not_hacked
}
