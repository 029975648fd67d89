#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# scripts/many.sh: three hosts, which are network namespaces with an sshd each,
# load one daemon in a fourth.
load helpers

BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:+90}

MANY=$(cd "$BATS_TEST_DIRNAME/../../scripts" && pwd)/many.sh
SSHD=/usr/sbin/sshd
N=forkbench$$ # their names begin so

in_ns() { # NUMBER COMMAND...; 0 is the server's
	ip netns exec "$N-$1" "${@:2}"
}

# Why there can be no hosts, or nothing.
lacking() {
	[[ $(id -u) == 0 ]] || { echo "namespaces need root" && return; }
	[[ -x $SSHD ]] || { echo "openssh-server is not installed" && return; }
	parallel --version 2>/dev/null | grep -q '^GNU parallel' ||
		{ echo "GNU parallel is not installed" && return; }
	command -v ip >/dev/null || echo "iproute2 is not installed"
}

# Host I is 10.211.I.2; the daemon's 10.211.0.1 is behind every host's cable.
make_hosts() {
	local i path=$PATH
	mkdir -p /run/sshd copies
	ssh-keygen -q -t ed25519 -N '' -f key
	ssh-keygen -q -t ed25519 -N '' -f host_key
	printf '%s\n' "IdentityFile $PWD/key" 'UserKnownHostsFile /dev/null' \
		'StrictHostKeyChecking no' 'LogLevel ERROR' >ssh_config
	ip netns add "$N-0" 2>/dev/null || return
	in_ns 0 ip link set lo up
	in_ns 0 ip addr add 10.211.0.1/32 dev lo
	for i in 1 2 3; do
		ip netns add "$N-$i"
		ip -n "$N-$i" link add name eth type veth peer name "to$i" netns "$N-0"
		in_ns 0 ip addr add "10.211.$i.1/24" dev "to$i"
		in_ns 0 ip link set "to$i" up
		ip -n "$N-$i" addr add "10.211.$i.2/24" dev eth
		ip -n "$N-$i" link set eth up
		ip -n "$N-$i" link set lo up
		ip -n "$N-$i" route add default via "10.211.$i.1"
		# The first has a loadgen of its own. HOME: no shell's start-up files.
		[[ $i == 1 ]] && path=$BIN:$PATH || path=/usr/bin:/bin
		printf '%s\n' "ListenAddress 10.211.$i.2" "HostKey $PWD/host_key" \
			"AuthorizedKeysFile $PWD/key.pub" 'StrictModes no' \
			'UsePAM no' 'PermitRootLogin yes' 'PidFile none' \
			"SetEnv FORKBENCH_TEST=$T TMPDIR=$T/copies HOME=$T/copies PATH=$path" >"sshd$i"
		spawn in_ns "$i" "$SSHD" -D -e -f "$PWD/sshd$i" 2>>sshd.log
	done
	for i in 1 2 3; do
		wait_until 10 reaches "$i"
	done
	# A delay where the kernel has it.
	in_ns 2 tc qdisc add dev eth root netem delay 5ms 2>/dev/null ||
		echo "no netem here: no delay" >&3
}

reaches() { # HOST
	read -rt 0.2 -u "$CLOCK" || true
	in_ns 0 ssh -F ssh_config -o ConnectTimeout=2 "10.211.$1.2" true 2>/dev/null
}

teardown() {
	local i rc=0
	for i in 0 1 2 3; do
		ip netns pids "$N-$i" | xargs -r kill -KILL
		ip netns delete "$N-$i"
	done 2>/dev/null
	wait_until 5 nothing_runs
}

serve_there() {
	: >stats
	in_ns 0 "$BIN/echod" --foreground --stats-fd 5 --ready-fd 4 \
		10.211.0.1 7000 4>port 5<>stats 3>&- &
	STARTED+=("$!")
	wait_until 10 test -s port
}

many() { # OPTIONS...
	BUILD=${BIN%/bin} OUT=$T/out SSH="ssh -F $T/ssh_config" \
		timeout 60 ip netns exec "$N-0" "$MANY" \
		10.211.1.2,10.211.2.2,10.211.3.2 "$@" 10.211.0.1 7000 \
		>summary 2>words 3>&-
}

histograms() { # NAME FILES...
	sed -n "/\"histograms\": {/,\$ { /\"$1\": {/,/}/ s/.*\"hdr\": \"\(.*\)\".*/\1/p }" \
		"${@:2}"
}

served() { # FILE
	sed -n 's/^ *"served": \([0-9]*\),/\1/p' "$1"
}

@test "three hosts: sessions and percentiles add up; one that dies is named" {
	local why name rc=0
	why=$(lacking)
	[[ -z $why ]] || skip "$why"
	make_hosts || skip "no network namespace can be made"
	serve_there
	many --session-rate 50 --sessions 50 || rc=$?
	cat words summary
	[[ $rc == 0 && $(served out/merged.json) == 150 ]]
	"$PEERS/counters" stats | grep -qx 'accepted 150'
	for name in connect first_echo echo; do
		histograms "$name" out/10.*.json >texts
		[[ $(grep -c ^HISTFAAA texts) == 3 ]]
		"$PEERS/hist_dump" distribution <texts >wanted
		histograms "$name" out/merged.json |
			"$PEERS/hist_dump" distribution | diff wanted -
	done
	[[ -z $(ls copies) ]]

	# In the middle of the next run one host dies.
	rm -r out
	spawn many --messages hold --concurrency 30 --duration 3s
	wait_until 30 loading "$(ip netns pids "$N-3" | head -n 1)" || { cat words && false; }
	ip netns pids "$N-3" | xargs kill -KILL
	rc=0
	wait "$SPAWNED" || rc=$?
	cat words summary
	[[ $rc == 1 ]]
	grep -q '^many.sh: 10.211.3.2: exit 255: ' words
	[[ -e out/10.211.3.2.json ]] # it had begun
	grep -q '10.211.3.2: its result was lost' summary
	grep -q '"10.211.3.2: its result was lost"' out/merged.json
	[[ $(served out/merged.json) == 60 ]]
}

# Whether a process's host has a connection to the daemon.
loading() { # PID
	read -rt 0.1 -u "$CLOCK" || true
	grep -q ' 0100D30A:1B58 01 ' "/proc/$1/net/tcp"
}

@test "many.sh refuses misuse, and says what is missing" {
	refuses 2 'usage: many.sh A,B,C' "$MANY" a 127.0.0.1
	mkdir bin
	ln -s "$(command -v sh)" "$(command -v grep)" "$(command -v tr)" \
		"$(command -v mktemp)" bin
	run env PATH="$T/bin" BUILD="${BIN%/bin}" sh "$MANY" a 127.0.0.1 7000
	[[ $status == 3 && $output == *'GNU parallel is missing'* ]]
}
