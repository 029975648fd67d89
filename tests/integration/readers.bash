# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what is set here is used by the suites
#
# What the suites share that read stored runs.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
# The Python that has Debian's modules, as scripts/setup.sh knows it.
PYTHON=${PYTHON3:-/usr/bin/python3}

needs_module() { # NAME
	"$PYTHON" -c "import $1" 2>/dev/null ||
		skip "$PYTHON has no module $1"
}

# make_run FOLDER [OPTIONS...]: an invented run; tests/peers/make_run.c has the
# options.
make_run() {
	"$PEERS/make_run" "${@:2}" -- "$1"
}

# set_key FILE KEY VALUE...: of a JSON file; keys of objects within are parted
# by dots. VALUE is JSON; without it, the key goes. Alters the file in place.
set_key() {
	"$PYTHON" - "$@" <<'END'
import json
import sys

path, keys, *value = sys.argv[1:]
root = json.load(open(path))
*above, last = keys.split(".")
part = root
for key in above:
    part = part[int(key)] if isinstance(part, list) else part[key]
if value:
    part[last] = json.loads(value[0])
else:
    del part[last]
json.dump(root, open(path, "w"), indent=1)
END
}

# key FILE KEY: its value, as Python prints it.
key() {
	"$PYTHON" - "$@" <<'END'
import json
import sys

part = json.load(open(sys.argv[1]))
for key in sys.argv[2].split("."):
    part = part[int(key)] if isinstance(part, list) else part[key]
print(part)
END
}

# All that a folder holds: kinds, names, sizes, times, links and contents.
state_of() { # FOLDER...
	find "$@" -printf '%y %p %s %T@ %l\n' | sort
	find "$@" -type f -exec md5sum {} + | sort -k2
}
