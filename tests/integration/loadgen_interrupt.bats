#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# The load generator interrupted, in each phase of a run: what was measured is
# reported. That no worker is left, every test's teardown sees to.
load helpers
load loadgen

# It ends so, and its report is whole.
# ends_by SIGNAL STATUS [N]: by N of them at once.
ends_by() {
	local i all=()
	for ((i = 0; i < ${3-1}; i++)); do
		all+=("$RUN")
	done
	# The first may have ended it before the last is sent.
	kill -"$1" "${all[@]}" || ((${#all[@]} > 1))
	fails_with "$2" wait "$RUN"
	cat json
	json_has schema_version 1
	json_has status '"invalid"'
	grep -q "\"interrupted by SIG$1\"" json
}

# Ended with no steady phase: nothing was measured, which is not 0.
measured_nothing() {
	json_has sessions_per_s null
	json_has messages_per_s null
	json_has window null
	json_has latency_us.echo null
	json_has steady 0
}

@test "SIGINT while sessions are opened" {
	start_echod
	freeze "$DAEMON"
	begin --messages hold --concurrency 4 --workers 2 --duration 30s
	wait_until 10 grep -q '"phase":"opening","open":4' out
	ends_by INT 130
	measured_nothing
	json_has begun 4
	json_has served 0
	grep -q '"4 of 4 sessions were not yet served;' json
}

@test "SIGINT in the ramp" {
	start_echod
	begin --concurrency 4 --workers 2 --ramp 30s --duration 30s
	wait_until 10 in_phase ramp
	ends_by INT 130
	measured_nothing
}

@test "SIGINT in the warm-up" {
	start_echod
	begin --concurrency 4 --workers 2 --warmup 30s --duration 30s
	wait_until 10 grep -q '"phase":"warm-up".*"served":[1-9]' out
	ends_by INT 130
	measured_nothing
	holds "$(figure echoed) > 0"
}

# Over the 30 s asked for, the rate would be a tenth of this at most: the test
# ends in 3 s, or the machine is stopped for so long that nothing holds.
@test "SIGINT in the steady phase: rates are over the time until then" {
	start_echod
	begin --messages hold --concurrency 10 --message-rate 50 \
		--arrivals uniform --workers 2 --duration 30s
	wait_until 10 awk '/"steady"/ { n++ } END { exit n < 5 }' out
	ends_by INT 130
	holds "$(figure window_s) <= $(figure elapsed_s)"
	holds "$(figure messages_per_s) > 500 / 2"
	holds "$(figure messages_per_s) < 500 * 2"
	json_has served 10
	holds "$(figure echo.count) <= $(figure messages.steady)"
}

@test "SIGINT while answers are awaited after the end" {
	start_peer "$PEERS/odd_server" mute
	begin --session-rate 100 --arrivals uniform --duration 200ms \
		--timeout 30s
	wait_until 10 in_phase drain
	ends_by INT 130
	holds "$(figure window_s) == 0.2"
	json_has sessions_per_s 0.0
	json_has UNFINISHED "$(figure begun)"
}

@test "SIGINT in a search: what is known" {
	start_echod
	spawn env --default-signal=INT "$BIN/loadgen" --duration 30s \
		--search 'echo_p50<1s' 127.0.0.1 "$PORT" >out
	RUN=$SPAWNED
	wait_until 10 serves
	wait_until 10 worker_count_is "$RUN" 1
	kill -INT "$RUN"
	fails_with 130 wait "$RUN"
	grep -q '^interrupted; no session rate met echo_p50<1s$' out
}

@test "five at once lose no report" {
	start_echod
	begin --concurrency 4 --workers 2 --duration 30s
	wait_until 10 in_phase steady
	ends_by INT 130 5
}

@test "SIGHUP ends it, unless under nohup" {
	start_echod
	begin --concurrency 4 --duration 30s
	wait_until 10 in_phase steady
	ends_by HUP 129
	spawn nohup "$BIN/loadgen" --json json --quiet --interval 100ms \
		--messages hold --concurrency 4 --duration 1s \
		127.0.0.1 "$PORT" >out 2>err
	RUN=$SPAWNED
	wait_until 10 in_phase steady
	kill -HUP "$RUN"
	fails_with 0 wait "$RUN"
	json_has completed 4
}
