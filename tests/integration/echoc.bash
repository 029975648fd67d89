# shellcheck shell=bash
# shellcheck disable=SC2154 # BIN is from helpers.bash
#
# What the suites of the client share. Its stderr goes to the file err.

# Exit status 1, and no other.
fails() { # COMMAND...
	exits 1 "$@"
}

exits() { # STATUS COMMAND...
	local rc=0
	"${@:2}" || rc=$?
	[[ $rc == "$1" ]] || {
		echo "exit $rc instead of $1: ${*:2}"
		return 1
	}
}

one_line_with() { # WORDS
	cat err
	[[ $(wc -l <err) == 1 && $(<err) == "echoc: "*"$1"* ]]
}

need_ipv6() {
	grep -q '^0\{31\}1 ' /proc/net/if_inet6 || skip "there is no ::1 here"
}
