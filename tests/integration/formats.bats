#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# What is printed and stored of a run, read by programs that know nothing of
# ours: a schema's validator, a scraper's parser.
load helpers
load runs
load readers

SCHEMA=$ROOT/docs/summary.schema.json

summary() { # WHAT FILES...
	"$PYTHON" "$ROOT/tests/formats/summary.py" "$SCHEMA" "$@"
}

# report FOLDER FORMAT: on stdout; a run may be INVALID.
report() {
	timeout 30 "$BIN/forkbench" report --format "$2" "$1" 3>&- ||
		[[ $? == 1 ]]
}

in_readme() { # NAME; between backquotes, alone or among others
	grep -Eq "\`([^\`]*[^\`a-z0-9_-])?$1([^\`a-z0-9_-][^\`]*)?\`" \
		"$ROOT/results/README.md" && return
	echo "results/README.md does not name $1"
	return 1
}

# Every key of these files stands in results/README.md.
explained() { # FILES...
	local name
	while read -r name; do
		in_readme "$name" || return
	done < <("$PYTHON" "$ROOT/tests/formats/keys.py" "$@")
}

@test "the schema has forkbench's own lists, and explains every key" {
	needs_module jsonschema
	"$PEERS/told_names" | summary names
}

@test "the summary of a run that was measured fits the schema" {
	needs_module jsonschema
	needs_plots
	start_run --experiments churn --rounds 1
	# A busy machine may make cells invalid.
	wait "$SPAWNED" || [[ $? == 1 ]]
	summary strict run/summary.json
	[[ $(key run/summary.json run) == run ]]
	explained run/run.json run/cells/churn/1-none/metrics.json
	# Of env.json the groups alone, and the doctor's keys.
	set_key run/env.json host null
	for group in vm limits sysctl mitigations build tools; do
		set_key run/env.json "$group" null
	done
	explained run/env.json
}

# What results/README.md says of names that few runs have.
@test "results/README.md names every metric, rule and verdict" {
	local list name
	while IFS=$'\t' read -r list name _; do
		case $list in
		metric | rule | verdict) in_readme "$name" ;;
		esac
	done < <("$PEERS/told_names")
}

@test "results/README.md names every key that compare and list print" {
	make_run runs/a --rounds 1
	make_run runs/b --rounds 2
	mkdir runs/c.partial
	"$BIN/forkbench" compare --format json runs/a runs/b >compared
	"$BIN/forkbench" list --format json runs >listed
	explained compared listed
}

@test "summaries of every kind of run fit the schema" {
	needs_module jsonschema
	make_run valid --all
	make_run no-aa --no-aa
	make_run few --rounds 3
	make_run silent --no-verdicts
	make_run stopped --run 2
	make_run invalid --invalid --no-leak
	make_run noisy --noisy
	make_run faster --slower-mode 0.5
	make_run lost
	rm -r lost/cells/churn/03-sig-ign-aa
	local run
	for run in valid no-aa few silent stopped invalid noisy faster lost; do
		report "$run" json >"$run.json"
	done
	summary strict ./*.json
	[[ $(key valid.json status) == VALID ]]
	[[ $(key stopped.json status) == INCOMPLETE ]]
	[[ $(key invalid.json status) == INVALID ]]
	[[ $(key noisy.json status) == NOISY ]]
	# And every verdict was among them.
	sed -n 's/.*"verdict": "\(.*\)".*/\1/p' ./*.json | sort -u >verdicts
	"$PEERS/told_names" | sed -n 's/^verdict\t//p' | sort |
		diff - verdicts
}

@test "a summary that is spoilt is refused, one with new keys is not" {
	needs_module jsonschema
	make_run run --all
	report run json >summary.json
	summary broken summary.json
}

@test "OpenMetrics: a scraper's parser reads what the summary says" {
	needs_module prometheus_client
	local run
	make_run valid --all
	make_run few --rounds 3 --no-aa
	make_run invalid --invalid --no-verdicts
	for run in valid few invalid; do
		report "$run" openmetrics >text
		report "$run" json >json
		"$PYTHON" "$ROOT/tests/formats/openmetrics.py" text json \
			"$run/run.json"
	done
}

@test "OpenMetrics: a run may have any name" {
	needs_module prometheus_client
	local name
	make_run run --rounds 1
	for name in 'a "b"' 'a\b\n' $'ends in \\' $'a\nb' '{run="x"} 1' '# EOF' \
		$'\xc3\xa9\xff'; do
		mv run "$name"
		report "$name" openmetrics >text
		report "$name" json >json
		mv "$name" run
		"$PYTHON" "$ROOT/tests/formats/openmetrics.py" text json \
			run/run.json
	done
	set_key run/run.json profile '"\"\\n"'
	report run openmetrics >text
	report run json >json
	"$PYTHON" "$ROOT/tests/formats/openmetrics.py" text json run/run.json
}

@test "--format prints, writes no file, and its JSON is summary.json" {
	needs_plots
	make_run run
	state_of run >before
	report run json >json
	report run openmetrics >text
	state_of run | diff before -
	[[ -s json && -s text ]]
	report run text >told
	[[ $(<told) == VALID* ]]
	cmp json run/summary.json
}

@test "--format says that it can't print" {
	local format
	make_run run --rounds 1
	for format in json openmetrics; do
		run sh -c "exec '$BIN/forkbench' report --format $format run >/dev/full"
		[[ $status == 3 && $output == *'No space left'* ]]
	done
}

@test "a run told twice is told the same, picture by picture" {
	needs_plots
	make_run run --all
	report run text >told
	state_of run | grep -v '^[fdl] ' >before
	grep -q 'plots/.*\.png$' before
	grep -q 'plots/.*\.svg$' before
	grep -q 'report.html$' before
	report run text | diff told -
	state_of run | grep -v '^[fdl] ' | diff before -
	# Wherever it lies, and with nothing of its report there.
	mkdir elsewhere
	mv run elsewhere
	cd elsewhere
	rm -r run/plots run/report.* run/summary.*
	report run text | diff ../told -
	state_of run | grep -v '^[fdl] ' | diff ../before -
}
