#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# loadgen merge: what several runs came to, as one; and nothing from files that
# are not whole.
load helpers

# One stored run each: a.json, b.json ...
store() { # FILE OPTIONS...
	timeout 20 "$BIN/loadgen" --quiet --json "$@" 127.0.0.1 "$PORT" 3>&-
}

merge() { # ARGUMENTS...
	timeout 20 "$BIN/loadgen" merge "$@" 3>&- >out 2>err
}

# A number in a file, by its key: the first of that name.
has_number() { # FILE KEY VALUE
	local value
	value=$(sed -n "s/^ *\"$2\": \([^,]*\),\{0,1\}\$/\1/p" "$1" | head -n 1)
	echo "$1: $2 is $value"
	[[ $value == "$3" ]]
}

# The encoded histograms of that name in results, a line each.
histograms() { # NAME FILES...
	local name=$1
	shift
	sed -n "/\"histograms\": {/,\$ { /\"$name\": {/,/}/ s/.*\"hdr\": \"\(.*\)\".*/\1/p }" \
		"$@"
}

# Samples in a file that --hgrm wrote.
samples_are() { # FILE N
	grep -q "Total count *= *$2\]" "$1"
}

# merge fails so, with one line that has the words, and writes nothing.
merge_refuses() { # STATUS WORDS ARGUMENTS...
	local status_wanted=$1 words=$2
	shift 2
	refuses "$status_wanted" "$words" "$BIN/loadgen" merge --json out.json \
		--hgrm percentiles "$@"
	[[ $stderr == "loadgen: merge: "* && ! -e out.json && ! -e percentiles ]]
}

@test "counts and histograms of three runs add up" {
	start_echod
	store a.json --sessions 30 --concurrency 5 --messages 2
	store b.json --sessions 20 --concurrency 5 --messages 2
	store c.json --sessions 7 --concurrency 5 --messages 2
	merge --json ab.json --hgrm ab a.json b.json
	has_number ab.json served 50
	has_number ab.json completed 50
	has_number ab.json echoed 100
	has_number ab.json schema_version 1
	samples_are ab/echo.hgrm 100
	merge --json abc.json --hgrm abc --quiet c.json a.json b.json
	[[ ! -s out && ! -s err ]]
	has_number abc.json served 57
	has_number abc.json echoed 114
	samples_are abc/echo.hgrm 114
	samples_are abc/connect.hgrm 57
	# The same, line by line, as adding up the stored histograms.
	histograms echo [abc].json >texts
	[[ $(grep -c ^HISTFAAA texts) == 3 ]]
	"$PEERS/hist_dump" distribution <texts >wanted
	histograms echo abc.json | "$PEERS/hist_dump" distribution |
		diff wanted -
}

@test "the summary says what was merged" {
	start_echod
	store a.json --sessions 30 --concurrency 5
	store b.json --sessions 30 --concurrency 5 --size 128
	merge a.json b.json
	cat out
	grep -q '^2 runs merged$' out
	grep -q 'runs differ in size_bytes: 64 and 128; ' out
	[[ ! -s err ]]
}

@test "the worst verdict stands, with its file's name" {
	start_echod
	store good.json --sessions 5 --concurrency 5
	end "$DAEMON"
	wait_until 5 gone "$DAEMON"
	run store bad.json --sessions 5 --concurrency 5 --timeout 200ms
	[[ $status == 1 ]]
	run merge --json both.json good.json bad.json
	[[ $status == 1 ]]
	has_number both.json served 5
	has_number both.json ECONNREFUSED 5
	grep -q '"status": "invalid"' both.json
	grep -q '"bad.json: ' both.json
}

@test "a file that is not a whole result is refused, and nothing written" {
	start_echod
	store a.json --sessions 5 --concurrency 5
	head -c 500 a.json >cut.json
	merge_refuses 3 'cut.json: not whole JSON' a.json cut.json
	merge_refuses 3 'cut.json: not whole JSON' cut.json a.json
	merge_refuses 3 'none.json: cannot be read: No such file' a.json none.json
	sed 's/"schema_version": 1/"schema_version": 2/' a.json >newer.json
	merge_refuses 3 'newer.json: schema_version is 2' a.json newer.json
	echo '[]' >list.json
	merge_refuses 3 'list.json: not a JSON object' a.json list.json
	sed 's/"hdr": "HISTF.../&A/' a.json >hist.json
	merge_refuses 3 'is not a whole histogram' a.json hist.json
	sed 's/"served": 5/"served": -5/' a.json >less.json
	merge_refuses 3 'sessions.served' a.json less.json
	mkdir folder
	merge_refuses 3 'folder: cannot be read' a.json folder
}

@test "a merged file is not merged again" {
	start_echod
	store a.json --sessions 5 --concurrency 5
	store b.json --sessions 5 --concurrency 5
	merge --json ab.json --quiet a.json b.json
	merge_refuses 3 'ab.json: merged already' ab.json a.json
}

@test "misuse is refused" {
	touch a b
	ln -s a link
	merge_refuses 2 'no files; give two' --quiet
	merge_refuses 2 'one file alone; give two' a
	merge_refuses 2 'a: given twice' a b a
	merge_refuses 2 './a: given twice' a ./a
	merge_refuses 2 'link: given twice' a link
	merge_refuses 2 '--no-such' --no-such a b
	merge_refuses 2 '--hgrm' a b --hgrm
	refuses 2 '--json b: one of the files' "$BIN/loadgen" merge --json b a b
	[[ ! -s b ]]
}

@test "what cannot be written is said" {
	start_echod
	store a.json --sessions 5 --concurrency 5
	store b.json --sessions 5 --concurrency 5
	refuses 3 'no/out.json' "$BIN/loadgen" merge --quiet \
		--json no/out.json a.json b.json
	refuses 3 'a.json' "$BIN/loadgen" merge --quiet --hgrm a.json/x \
		a.json b.json
	run onto /dev/full "$BIN/loadgen" merge a.json b.json
	[[ $status == 3 ]]
}

@test "merge --help says how" {
	run --separate-stderr "$BIN/loadgen" merge --help
	[[ $status == 0 && -z $stderr ]]
	[[ ${lines[0]} == "usage: loadgen merge [options] FILE FILE..." ]]
	run onto /dev/full "$BIN/loadgen" merge --help
	[[ $status == 3 ]]
}

@test "the files that were merged are all named, whatever their names" {
	local odd=$'b\xff\nx.json'
	start_echod
	store a.json --sessions 5 --concurrency 5
	cp a.json "$odd"
	merge --json ab.json --quiet a.json "$odd"
	grep -qF '"b\\xff\nx.json"' ab.json
	ln a.json hard.json
	merge_refuses 2 'hard.json: given twice' a.json hard.json
	echo '{' >"$odd"
	merge_refuses 3 'not whole JSON' a.json "$odd"
}
