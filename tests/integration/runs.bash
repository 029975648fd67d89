# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what is set here is used by the suites
#
# What the suites of forkbench share: short runs, invented runs, readers.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
FORMATS=$ROOT/tests/formats
# The Python that has Debian's modules, as scripts/setup.sh knows it.
PYTHON=${PYTHON3:-/usr/bin/python3}

# py SCRIPT ARGUMENTS...: one of tests/formats.
py() {
	"$PYTHON" "$FORMATS/$1.py" "${@:2}"
}

# measure FOLDER OPTIONS...: a run of a few seconds; what it prints is in
# FOLDER.out and FOLDER.err. On a busy machine cells may be invalid: exit 1.
measure() {
	local rc=0
	timeout 60 "$BIN/forkbench" run --out "$@" 3>&- \
		>"$1.out" 2>"$1.err" || rc=$?
	if ((rc <= 1)) && [[ -d $1 && ! -e $1.partial ]]; then return; fi
	echo "exit $rc: run --out $*"
	cat "$1.err"
	return 1
}

# invent FOLDER KEY=VALUE...: a run that nobody measured.
invent() {
	py make_run "$@"
}

# report FOLDER FORMAT: on stdout; a run may be INVALID.
report() {
	timeout 30 "$BIN/forkbench" report --format "$2" "$1" 3>&- ||
		[[ $? == 1 ]]
}

# holds FILE EXPRESSION: of Python; the JSON in the file is d.
holds() {
	"$PYTHON" -c 'import json, sys
d = json.load(open(sys.argv[1]))
if not eval("(" + sys.argv[2] + ")"):
    sys.exit("not so: " + sys.argv[2])' "$@"
}

# alter FILE STATEMENT: of Python; the JSON in the file is d.
alter() {
	"$PYTHON" -c 'import json, sys
d = json.load(open(sys.argv[1]))
exec(sys.argv[2])
json.dump(d, open(sys.argv[1], "w"), indent=1)' "$@"
}

# All that a folder holds: kinds, names, sizes, times, links and contents.
state_of() { # FOLDER...
	find "$@" -printf '%y %p %s %T@ %l\n' | sort
	find "$@" -type f -exec md5sum {} + | sort -k2
}

# Programs of the test's own, with those that a fake replaces as real-NAME.
fake_programs() { # NAMES...; the scripts go to bin/NAME
	local name
	mkdir bin
	cp "$BIN"/{forkbench,echod,loadgen,least} bin/
	for name; do mv "bin/$name" "bin/real-$name"; done
	BIN=$T/bin
}

# fake PATH: an executable script, from standard input.
fake() {
	{
		echo '#!/bin/bash'
		cat
	} >"$1"
	chmod +x "$1"
}

# A checkout as it is now, built as this one is.
checkout() { # FOLDER
	mkdir "$1"
	(cd "$ROOT" && tar cf - --exclude='./build*' --exclude='./results/*' \
		--exclude=./.git .) | tar xf - -C "$1"
	tar cf - -C "${BIN%/*}" --exclude=./tests --exclude=./node . |
		(mkdir "$1/build" && tar xf - -C "$1/build")
}

# make, by itself, in the folder it was built for.
makes() { # ARGUMENTS...
	local build=${BIN%/*}
	build=${build##*/build}
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -j2 BUILD=build \
		SANITIZE="$(tr - , <<<"${build#-}")" "$@" 3>&-
}
