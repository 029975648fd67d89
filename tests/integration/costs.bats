#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# What a session costs, and why: what echod can be loaded with, and a short run
# of each experiment about it.
load helpers
load runs

mappings_of() {
	wc -l <"/proc/$1/maps"
}

# kib_of PID KEY: of smaps_rollup.
kib_of() {
	awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/smaps_rollup"
}

@test "echod holds the memory, the descriptors and the mappings that it is told to" {
	local kind before
	start_echod
	before=$(mappings_of "$DAEMON")
	for kind in small shared dirty; do
		start_echod --ballast 8M --ballast-pages "$kind"
		(($(kib_of "$DAEMON" Rss) >= 8192))
		(($(kib_of "$DAEMON" AnonHugePages) == 0))
		[[ $kind != shared ]] || (($(kib_of "$DAEMON" Private_Dirty) < 8192 + 2048))
		serves
		serves
	done
	start_echod --descriptors 100 --mappings 500
	(($(descriptors "$DAEMON" | grep -c ' /dev/null$') >= 103))
	(($(mappings_of "$DAEMON") - before >= 500))
	serves
}

@test "echod's huge pages are huge, and refused where the kernel has none" {
	local thp=/sys/kernel/mm/transparent_hugepage/enabled
	if [[ ! -e $thp ]] || grep -q '\[never\]' $thp; then
		refuses 3 "--ballast-pages huge: this kernel gives none" \
			"$BIN/echod" --ballast 8M --ballast-pages huge 127.0.0.1 0
		return
	fi
	start_echod --ballast 8M --ballast-pages huge
	(($(kib_of "$DAEMON" AnonHugePages) > 0))
	serves
}

@test "more than a limit allows: the option, its value, the limit, what to do" {
	refuses 3 "--descriptors 150: the limit of open files (RLIMIT_NOFILE) is 200; ulimit -n 214, or give less" \
		prlimit --nofile=200:200 "$BIN/echod" --descriptors 150 127.0.0.1 0
	refuses 3 "; sysctl vm.max_map_count=1001024, or give less" \
		"$BIN/echod" --mappings 1000000 127.0.0.1 0
}

@test "a run measures the floor, counts, pages, descriptors and mappings" {
	measure run --profile smoke --rounds 1 \
		--experiments floor,counts,descriptors,mappings
	measure pages --profile smoke --rounds 1 --experiments pages \
		--levels 0,16MiB --sessions 24 --concurrency 4
	py run run
	py run pages
	"$PYTHON" - <<-'END'
		import csv
		cells = [c for run in ("run", "pages") for c in csv.DictReader(open(run + "/cells.tsv"), delimiter="\t")]
		def of(experiment, metric):
		    return {c["level"]: float(c[metric]) for c in cells if c["experiment"] == experiment and c[metric]}
		floor = of("floor", "op_us")
		assert len(floor) == 9 and floor["vfork"] < floor["fork"], floor
		fork = of("mappings", "fork_p50_us")
		assert fork["10000"] > 3 * fork["10"], fork
		pages = {k + "@" + l for k in ("small", "huge", "shared", "dirty") for l in ("0", "16MiB")}
		assert set(of("pages", "fork_p50_us")) == pages
		assert len(of("descriptors", "fork_p50_us")) == 4
		calls = of("counts", "parent_calls")
		if calls:  # else perf_event_open() is refused here
		    assert 5 <= calls["sig-ign"] < 5.5 < calls["waitpid-loop"], calls
	END
	[[ -e pages/plots/pages.svg && -e run/plots/floor.svg && -e run/plots/descriptors.svg ]]
}
