#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Interval logs and percentile distributions, as hdr-histogram-js has them: an
# implementation that knows nothing of ours.
load helpers

LIBRARY=${BIN%/bin}/node/node_modules

theirs() { # ARGUMENTS...
	command -v node >/dev/null || skip "node is not installed"
	[[ -d $LIBRARY/hdr-histogram-js ]] ||
		skip "hdr-histogram-js is not installed: npm could not fetch it"
	NODE_PATH=$LIBRARY timeout 30 node \
		"$BATS_TEST_DIRNAME/../hlog/hlog.js" "$@"
}

@test "a log begins as version 1.3 does" {
	TZ=XST-9 "$PEERS/hist_dump" log >log
	diff - <(head -n 3 log) <<'END'
#[Histogram log format version 1.3]
#[StartTime: 1700000000.250 (seconds since epoch), Tue Nov 14 22:13:20 UTC 2023]
"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"
END
	[[ $(sed -n 4p log) =~ ^Tag=uniform,0.000,0.500,0.090,HISTFAAA[A-Za-z0-9+/]+=*$ ]]
	[[ $(sed -n 6p log) == Tag=beyond,2.000,0.500,400000.000,HISTFAAA* ]]
	[[ $(wc -l <log) == 7 ]]
}

@test "a log's intervals: when and what" {
	"$PEERS/hist_dump" log >log
	theirs times log >their_times
	diff - their_times <<'END'
1700000000250 1700000000750 uniform
1700000001250 1700000001750 wide
1700000002250 1700000002750 beyond
1700000003250 1700000003750 same
END
}

@test "counts, percentiles, largest value and every bucket are the same" {
	"$PEERS/hist_dump" log >log
	"$PEERS/hist_dump" figures >our_figures
	theirs figures log >their_figures
	[[ $(grep -c '^[a-z]* 4000 ' our_figures) == 4 ]]
	[[ $(wc -l <our_figures) -gt 2000 ]]
	diff our_figures their_figures
}

@test "their text is read, and gives the distribution that they print" {
	local tag
	"$PEERS/hist_dump" log >log
	for tag in uniform wide beyond same; do
		theirs text log "$tag" >text
		[[ $(<text) == HISTFAAA* ]]
		"$PEERS/hist_dump" distribution <text >our_distribution
		theirs distribution log "$tag" >their_distribution
		diff our_distribution their_distribution
		grep -q 'Total count    =         4000]' our_distribution
	done
}
