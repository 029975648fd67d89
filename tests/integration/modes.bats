#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# forkbench with every reap mode.
load helpers
load runs

metric() { # MODE NAME
	number "run/cells/churn/1-$1/metrics.json" "$2"
}

@test "--modes all runs every mode of the daemon, sig-ign first" {
	local mode
	needs_plots
	read_modes
	timeout 38 "$BIN/forkbench" run --profile smoke --experiments churn \
		--modes all --concurrency 4 --seed 7 --out run 3>&- || [[ $? == 1 ]]
	for mode in "${MODES[@]}"; do
		echo "mode $mode"
		(($(metric "$mode" forks) > 0))
		case $mode in
		signalfd | self-pipe | pidfd) (($(metric "$mode" wakeups) > 0)) ;;
		*) (($(metric "$mode" wakeups) == 0)) ;;
		esac
		case $mode in
		waitpid-once | none | accept-sweep) ;;
		*) (($(metric "$mode" zombies_left) == 0)) ;;
		esac
	done
	(($(find run/cells/churn -name '1-*' ! -name '*.excluded' -prune | wc -l) == ${#MODES[@]}))
	grep -q '"baseline": "sig-ign"' run/run.json
	grep -q 'MODES=all' run/run.json
}
