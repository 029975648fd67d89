#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a
# process, and scripts are in single quotes
# Small and strange machines: doctor finds what is amiss before the run, and
# then the run goes all the same, or one line says why not.
load helpers
load runs

# A run of a second; what it prints is in out and err.
brief() { # WRAPPER...
	STATUS=0
	timeout 30 "$@" "$BIN/forkbench" run --experiments churn --modes \
		sig-ign,none --sessions 20 --rounds 1 --out run 3>&- >out 2>err ||
		STATUS=$?
	cat err
}

goes() { # WRAPPER...
	rm -rf run
	brief "$@"
	[[ $STATUS -le 1 && -s run/report.html ]]
	py run run
}

# It fails before it begins, with one line that has the words.
stops() { # WORDS WRAPPER...
	brief "${@:2}"
	[[ $STATUS == 3 && ! -s out && $(wc -l <err) == 1 && $(<err) == *"$1"* ]]
	[[ ! -e run && ! -e run.partial ]]
}

# A namespace in which a script comes first: unshare's options, the script.
in_a_world() { # OPTIONS SCRIPT
	# shellcheck disable=SC2086 # options are words
	unshare $1 sh -c "$2" 2>/dev/null ||
		skip "this machine has no unshare $1 for us, or not this: $2"
	# shellcheck disable=SC2206
	WORLD=(unshare $1 sh -c "$2 && exec \"\$@\"" sh)
}

@test "lo has 127.0.0.1 alone: doctor warns, all servers have that address" {
	in_a_world --net 'ip link set lo up && ip addr flush dev lo &&
		ip addr add 127.0.0.1/32 dev lo'
	goes "${WORLD[@]}"
	grep -q 'loopback: one address.*fix: ip addr add 127.0.0.1/8' err
}

@test "lo is down" {
	in_a_world --net true
	stops 'fix: ip link set lo up; ip addr add' "${WORLD[@]}"
}

@test "no IPv6" {
	in_a_world --net 'ip link set lo up &&
		echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
	goes "${WORLD[@]}"
}

@test "/proc shows processes alone, or those of others not" {
	in_a_world '--mount --pid --fork' 'mount -t proc -o subset=pid proc /proc'
	goes "${WORLD[@]}"
	grep -q 'proc: processes alone (subset)' err
	in_a_world '--mount --pid --fork' 'mount -t proc -o hidepid=2 proc /proc'
	goes "${WORLD[@]}"
}

@test "no /proc" {
	in_a_world '--mount --pid --fork' 'umount -l /proc'
	stops 'mount -t proc proc /proc' "${WORLD[@]}"
}

@test "control groups that cannot be written: CPU is measured by perf_event" {
	in_a_world --mount 'for folder in $(awk "\$3 ~ /cgroup/ { print \$2 }" \
		/proc/mounts); do mount -o remount,bind,ro $folder || exit; done'
	[[ $(</proc/sys/kernel/perf_event_paranoid) -le 2 ]] ||
		skip "perf_event_open() is refused here"
	goes "${WORLD[@]}"
	grep -q '^CPU per session was measured by perf_event' out
}

@test "files may not grow: ulimit -f" {
	stops 'file-size: 0.0156 MiB' bash -c 'ulimit -f 16; exec "$@"' bash
	stops 'file-size: 1 MiB; needed: ' bash -c 'ulimit -f 1024; exec "$@"' bash
}

@test "a checkout that cannot be written" {
	in_a_world --mount "mount --bind '$T' '$T' && mount -o remount,bind,ro '$T'"
	run --separate-stderr "${WORLD[@]}" sh -c 'cd "$0" && exec "$@"' "$T" \
		"$BIN/forkbench" run --profile smoke 3>&-
	[[ $status == 3 && -z $output && ${#stderr_lines[@]} == 1 ]]
	[[ $stderr == *'Read-only file system; needed: a folder that can be'* ]]
}

# The test's own group below ours, with a file set; v1 or v2.
in_a_group() { # CONTROLLER FILE VALUE...
	local root=/sys/fs/cgroup group
	[[ -d $root/$1 ]] && root+=/$1
	group=$root/forkbench-test.$$
	mkdir -p "$group/inner" 2>/dev/null ||
		skip "control groups cannot be made here"
	GROUP=$group
	echo "$3" >"$group/$2" || {
		leave_group
		skip "control groups have no $2 here"
	}
	WORLD=(sh -c 'echo $$ >"$0/inner/cgroup.procs" && exec "$@"' "$group")
}

leave_group() {
	rmdir "$GROUP/inner" "$GROUP"
}

@test "pids.max of a group above ours is too low" {
	in_a_group pids pids.max 90
	brief "${WORLD[@]}"
	leave_group
	[[ $STATUS == 3 && $(<err) == *"cgroup-processes: 90; needed: "*"fix: echo "*">$GROUP/pids.max" ]]
}

@test "a CPU quota of a group above ours" {
	local file=cpu.max value='50000 100000'
	[[ ! -e /sys/fs/cgroup/cpu/cpu.cfs_quota_us ]] ||
		file=cpu.cfs_quota_us value=50000
	in_a_group cpu "$file" "$value"
	brief "${WORLD[@]}"
	leave_group
	[[ $STATUS -le 1 ]]
	grep -q "cpu-quota: 0.50 CPUs; .*raise the quota in $GROUP/" err
}

# As seccomp does; strace gives the kernel's answer here.
@test "a sandbox refuses close_range and perf_event_open" {
	local refused=(strace -f --seccomp-bpf -qq -o /dev/null -e "trace=close_range,perf_event_open"
		-e inject=close_range:error=EPERM
		-e inject=perf_event_open:error=EPERM)
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	goes "${refused[@]}"
}

@test "HOME unset, a dumb terminal of 40 columns, a comma for a point, umask 077" {
	umask 077
	goes env -u HOME -u XDG_STATE_HOME TERM=dumb COLUMNS=40 \
		LC_ALL=de_DE.UTF-8
	run ! grep -qE '[0-9],[0-9]{1,2}([^0-9]|$)' run/cells.tsv
	COLUMNS=40 TERM=dumb "$BIN/forkbench" report run >told || [[ $? == 1 ]]
	run ! grep -q $'\e' told
}
