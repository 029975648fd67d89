# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what is set here is used by the suites
#
# What the suites of the load generator share.

# Ends by itself within 20 s, or the status is 124.
generate() { # OPTIONS...
	timeout 20 "$BIN/loadgen" --json json "$@" 127.0.0.1 "$PORT" 3>&- \
		2>err >out
}

# The same on a schedule. A busy machine may keep it from that, which is told
# and makes the run invalid, but loses nothing.
generate_on_time() { # OPTIONS...
	local rc=0
	generate "$@" || rc=$?
	if ((rc == 1)) && grep -q '"send lag ' json; then rc=0; fi
	return "$rc"
}

# A value in the file json, by its key or the end of its path there, as
# echo.count: the first that has it.
figure() { # PATH
	awk -F '"' -v want=".$1" '
		match($0, /^ *"/) {
			depth = (RLENGTH - 1) / 2
			key[depth] = $2
			path = ""
			for (i = 1; i <= depth; i++)
				path = path "." key[i]
			at = length(path) - length(want) + 1
			if (at > 0 && substr(path, at) == want) {
				sub(/^[^:]*: /, "")
				sub(/,$/, "")
				print
				exit
			}
		}' json
}

json_has() { # PATH VALUE
	local value
	value=$(figure "$1")
	echo "$1 is $value"
	[[ $value == "$2" ]]
}

# holds EXPRESSION: an awk condition on numbers.
holds() {
	echo "$1"
	awk "BEGIN { exit !($1) }"
}

# Every message of the steady phase has a sample in the histogram of echoes,
# and nothing else has.
echoes_are_the_steady_ones() {
	json_has echo.count "$(figure messages.steady)"
	# Without those sent while another echo was outstanding.
	holds "$(figure echo_uncorrected.count) <= $(figure echo.count)"
	holds "$(figure echo_uncorrected.count) > 0"
}

fails_with() { # STATUS COMMAND...
	local rc=0 want=$1
	shift
	"$@" || rc=$?
	echo "exit $rc"
	cat out err 2>/dev/null || true
	[[ $rc == "$want" ]]
}

worker_count_is() { # PID N
	count_children "$1"
	[[ ${#CHILDREN[@]} == "$2" ]]
}

# Starts a run that heeds every signal; sets RUN. Its intervals go to out.
begin() { # OPTIONS...
	spawn env --default-signal=INT,HUP "$BIN/loadgen" --json json --quiet \
		--interval 100ms "$@" 127.0.0.1 "$PORT" >out
	RUN=$SPAWNED
}

# A phase of which an interval was told.
in_phase() { # NAME
	grep -q "\"phase\":\"$1\"" out
}
