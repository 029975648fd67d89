#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Folders of runs that are not as they should be: one clear line and exit 3,
# whatever reads them. A sanitizer that finds something says more than a line.
load helpers
load readers

CELL=cells/churn/01-sig-ign

# A good run to compare with, and one to spoil.
runs() {
	make_run good --rounds 1 --no-aa
	cp -r good bad
}

# Every command that reads cells must refuse it with these words.
refused() { # WORDS [FOLDER]
	local folder=${2-bad} format
	for format in text json openmetrics; do
		refuses 3 "$1" "$BIN/forkbench" report --format "$format" \
			"$folder"
	done
	refuses 3 "$1" "$BIN/forkbench" compare "$folder" good
	refuses 3 "$1" "$BIN/forkbench" compare --format json good "$folder"
	[[ ! -e $folder/summary.json && ! -e $folder/report.html ]]
}

# The same of resume.
not_resumed() { # WORDS [FOLDER]
	refuses 3 "$1" "$BIN/forkbench" resume "${2-bad}"
}

# The same of a file in the run that is each thing but a file.
refused_as_no_file() { # FILE
	rm "bad/$1"
	mkfifo "bad/$1"
	refused "bad/$1: not a regular file"
	rm "bad/$1"
	mkdir "bad/$1"
	refused "bad/$1: not a regular file"
	rmdir "bad/$1"
	ln -s "${1##*/}" "bad/$1"
	refused "bad/$1: cannot be read: Too many levels"
	rm "bad/$1"
	ln -s /dev/zero "bad/$1"
	refused "bad/$1: not a regular file"
	rm "bad/$1"
	cp "good/$1" "bad/$1"
}

@test "folders that are none, or hold no run" {
	runs
	mkdir empty
	touch file
	mkfifo pipe
	ln -s loop loop
	refused 'none: cannot be read: No such file' none
	refused 'empty/run.json: cannot be read: No such file' empty
	refused 'file/run.json: cannot be read: Not a dir' file
	refused 'pipe/run.json: cannot be read: Not a dir' pipe
	refused 'loop: cannot be read: Too many levels' loop
	not_resumed 'no such run' none
	not_resumed 'holds no run.json' empty
	not_resumed 'holds no run.json' file
	not_resumed 'holds no run.json' pipe
	not_resumed 'no such run: Too many levels' loop
}

# Only what a run of ours has left behind is to be removed.
@test "resume bids nobody to remove what is no run" {
	mkdir empty
	not_resumed 'give the folder of one' empty
	[[ $stderr != *'rm '* && $stderr != *remove* ]]
	mkdir killed.partial
	not_resumed "rm -r '$T/killed.partial'" killed
	mkdir "it's.partial"
	not_resumed 'holds no run.json' "it's"
	[[ $stderr != *'rm '* ]]
}

@test "run.json and env.json that are no files" {
	runs
	refused_as_no_file run.json
	refused_as_no_file env.json
	rm bad/run.json
	mkfifo bad/run.json
	not_resumed 'bad/run.json: not a regular file'
	rm bad/run.json
	mkdir bad/run.json
	not_resumed 'bad/run.json: not a regular file'
	rmdir bad/run.json
	ln -s run.json bad/run.json
	not_resumed run.json
	rm bad/run.json
	cp good/run.json bad
	set_key bad/run.json finished false
	for kind in mkfifo mkdir; do
		rm -r bad/env.json
		$kind bad/env.json
		not_resumed "$T/bad/env.json: "
	done
	rmdir bad/env.json
	ln -s env.json bad/env.json
	not_resumed "$T/bad/env.json: cannot be written: Too many levels"
}

@test "run.json and env.json that are cut short, or newer than we" {
	local file length words
	runs
	for file in run.json env.json; do
		for length in 0 1 20 100; do
			head -c "$length" "good/$file" >"bad/$file"
			refused "bad/$file: not whole JSON"
			[[ $file != run.json ]] ||
				not_resumed "bad/$file: not whole JSON"
		done
		cp "good/$file" "bad/$file"
		set_key "bad/$file" schema_version 2
		words='schema_version is 2, and this program reads up to 1'
		refused "bad/$file: $words"
		[[ $file != run.json ]] || not_resumed "bad/$file: $words"
		cp "good/$file" "bad/$file"
	done
	set_key bad/run.json finished false
	set_key bad/env.json schema_version 2
	not_resumed 'bad/env.json: schema_version is 2'
}

@test "metrics.json that is no file, cut short, newer, or without a key" {
	runs
	refused_as_no_file "$CELL/metrics.json"
	head -c 90 "good/$CELL/metrics.json" >"bad/$CELL/metrics.json"
	refused "$CELL/metrics.json: not whole JSON"
	cp "good/$CELL/metrics.json" "bad/$CELL"
	set_key "bad/$CELL/metrics.json" schema_version 7
	refused "$CELL/metrics.json: schema_version is 7"
	cp "good/$CELL/metrics.json" "bad/$CELL"
	set_key "bad/$CELL/metrics.json" metrics.fork_p50_us -3
	refused "$CELL/metrics.json: \`fork_p50_us\` is -3"
	cp "good/$CELL/metrics.json" "bad/$CELL"
	set_key "bad/$CELL/metrics.json" validity
	refused "$CELL/metrics.json: \`validity\` is missing"
}

@test "histograms that are no files, count below 0, or are cut short" {
	local hist=$CELL/fork.hist.tsv
	runs
	refused_as_no_file "$hist"
	sed '5s/[0-9]*$/-3/' "good/$hist" >"bad/$hist"
	refused "bad/$hist: line 5 is not that of a histogram"
	sed '2s/count=[0-9]*/count=-1/' "good/$hist" >"bad/$hist"
	refused "bad/$hist: line 2 is not"
	sed '3s/.*/lower_ns\tcount/; 4,$s/\t[0-9]*//' "good/$hist" >"bad/$hist"
	refused "bad/$hist: line 3 is not"
	sed '$d' "good/$hist" >"bad/$hist"
	refused "bad/$hist: line $(wc -l <"good/$hist") is not"
	: >"bad/$hist"
	refused "bad/$hist: line 1 is not"
}

@test "time lines that are no files, or lack a column" {
	local line=$CELL/timeline.tsv
	runs
	refused_as_no_file "$line"
	cut -f 1,2,4- "good/$line" >"bad/$line"
	refused "bad/$line: line 1 is not that of a time line"
	sed '3s/\t[^\t]*$//' "good/$line" >"bad/$line"
	refused "bad/$line: line 3 is not that of a time line"
	head -c 200 "good/$line" >"bad/$line"
	refused "bad/$line: line"
}

@test "cells that are no folders" {
	runs
	rm -r bad/cells/churn
	mkfifo bad/cells/churn
	refused 'bad/cells/churn: cannot be read: Not a dir'
	rm bad/cells/churn
	ln -s churn bad/cells/churn
	refused 'bad/cells/churn: cannot be read: Too many levels'
	rm -r bad/cells
	touch bad/cells
	refused 'bad/cells: cannot be read: Not a dir'
	rm bad/cells
	ln -s cells bad/cells
	refused 'bad/cells: cannot be read: Too many levels'
}

@test "a file too long to be one of a run is not read" {
	runs
	truncate -s 17M "bad/$CELL/timeline.tsv" bad/env.json
	refused 'bad/env.json: 17825792 bytes long'
	cp good/env.json bad
	refused "bad/$CELL/timeline.tsv: 17825792 bytes long"
}

# What a report can't be written to is found when it is.
@test "a report that can't be written says so in a line" {
	command -v gnuplot >/dev/null || skip "no gnuplot here"
	runs
	mkdir bad/report.md
	run --separate-stderr timeout 20 "$BIN/forkbench" report bad 3>&-
	[[ $status == 3 && ${#stderr_lines[@]} == 1 ]]
	[[ $stderr == *'cannot write bad/report.md: Is a directory' ]]
	rmdir bad/report.md
	rm -rf bad/plots
	touch bad/plots
	run --separate-stderr timeout 20 "$BIN/forkbench" report bad 3>&-
	[[ $status == 3 && ${#stderr_lines[@]} == 1 && $stderr == *bad/plots* ]]
}
