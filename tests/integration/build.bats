#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# The Makefile rebuilds what its flags concern; tests/run.sh can be interrupted.
load helpers

TREE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)

# Makes echoc, which needs libc only, in a folder of the test's own. COMPILED
# is how many objects that took.
make_client() { # VARIABLES...
	run env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -C "$TREE" -j2 V= \
		SANITIZE= BUILD="$T/build" "$@" client "$T/build/build_info.h"
	echo "$output"
	COMPILED=$(grep -c '^  CC ' <<<"$output") || true
	return "$status"
}

@test "make compiles again what was compiled with other flags" {
	local all
	make_client CFLAGS=-O0
	all=$COMPILED
	((all > 5))
	make_client CFLAGS=-O0
	[[ $COMPILED == 0 && $output != *LINK* ]]
	make_client CFLAGS=-O0 CPPFLAGS="-DQUOTED='\"a b\"'"
	[[ $COMPILED == "$all" && $output == *LINK* ]]
	make_client CFLAGS=-O0 CPPFLAGS="-DQUOTED='\"a b\"'"
	[[ $COMPILED == 0 && $output != *LINK* ]]
}

@test "make records the compiler and the flags it builds with" {
	make_client CFLAGS="-O0 -DTEXT='\"a\\\\b\"'" LDFLAGS=-Wl,-O1
	grep -qF "$("${CC:-cc}" --version | head -n 1)" "$T/build/build_info.h"
	printf '#include <stdio.h>\n#include "build_info.h"\n%s\n' \
		'int main(void) { return puts(BUILD_FLAGS) < 0; }' >tell.c
	"${CC:-cc}" -I"$T/build" -o tell tell.c
	[[ $(./tell) == *" -O0 -DTEXT='\"a\\\\b\"' -Wl,-O1 "* ]]
}

@test "a build folder that make cannot name is refused in a line" {
	run make -C "$TREE" BUILD='a b' server
	[[ $status == 2 && $output == *"BUILD='a b': make takes no blank"* ]]
}

@test "server and client need no zlib" {
	make_client CFLAGS=-O0 CPPFLAGS=-DZLIB_H server
	[[ -x build/bin/echod && -x build/bin/echoc ]]
}

# Debian's musl-gcc sees no headers of the kernel: they are linked to.
@test "server and client are built with musl, and serve" {
	mkdir kernel
	ln -s /usr/include/{linux,asm-generic} \
		"/usr/include/$(gcc -print-multiarch)/asm" kernel
	make_client CC=musl-gcc CI=1 CPPFLAGS="-idirafter $T/kernel" server
	BIN=$T/build/bin start_echod
	[[ $(timeout 10 build/bin/echoc 127.0.0.1 "$PORT" <<<hello) == hello ]]
}

@test "clang has no warning" {
	command -v clang >/dev/null || skip "clang is not installed"
	cd "$TREE"
	clang -std=c11 -D_GNU_SOURCE -DVERSION='""' -I. -I"${BIN%/bin}" -Wall \
		-Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
		-Wpointer-arith -Wvla -Werror -fsyntax-only \
		{lib,server,server/reap,client,loadgen,bench,bench/*}/*.c
}

# A run of one test, which waits until it is ended, and so does a process of
# another session that it has started.
start_suite() {
	local unit=tree/build/tests/unit/test_it
	mkdir -p tree/tests "${unit%/*}" tmp
	cp "$TREE/tests/run.sh" tree/tests/
	printf '#!/bin/sh\nsetsid sleep 60 &\n%s\n' \
		": >'$T/begun'; sleep 60; echo ok" >"$unit"
	chmod +x "$unit"
	spawn env --default-signal=INT BUILD="$T/tree/build" TMPDIR="$T/tmp" \
		sh tree/tests/run.sh
	wait_until 10 test -e begun
}

@test "run.sh ends all that it started, and tidies up, when interrupted" {
	local signal rc
	for signal in INT:130 TERM:143; do
		start_suite
		kill -s "${signal%:*}" "$SPAWNED"
		rc=0
		wait "$SPAWNED" || rc=$?
		[[ $rc == "${signal#*:}" ]]
		nothing_runs
		[[ -z $(ls tmp) ]]
		rm begun
	done
}
