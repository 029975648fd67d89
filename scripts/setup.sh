#!/bin/sh
# Installs the Debian packages that forkbench needs and this machine lacks; and
# into $BUILD (default build/) what a test reads our interval logs with. Group
# `browser` is what the tests look at report.html with: some 300 MB. Group
# `servers` is the servers of others that `echod` is compared with; xinetd, which
# cannot be installed beside openbsd-inetd, is left out.
set -eu

usage='usage: setup.sh bench|test|browser|servers'
bench_commands='pkg-config:pkg-config gnuplot:gnuplot-nox hyperfine:hyperfine'
bench_libraries='libevent:libevent-dev jansson:libjansson-dev zlib:zlib1g-dev'
test_commands='bats:bats shellcheck:shellcheck socat:socat ncat:ncat tidy:tidy strace:strace musl-gcc:musl-tools'
test_libraries='cmocka:libcmocka-dev'
browser_commands='chromium:chromium node:nodejs'
servers_commands='socat:socat inetd:openbsd-inetd ncat:ncat tcpserver:ucspi-tcp tcpsvd:ipsvd
	mini-inetd:tcputils systemd-socket-activate:systemd /usr/share/perl5/Net/Server/Fork.pm:libnet-server-perl'
test_modules='jsonschema:python3-jsonschema'
# The Python that has Debian's modules; the first in PATH may be another.
python=${PYTHON3:-/usr/bin/python3}
release=${OS_RELEASE:-/etc/os-release}
# Debian 12 and 13 and Ubuntu since 22.04 (untried) differ in this alone.
! grep -q '^ID=ubuntu' "$release" 2>/dev/null ||
	browser_commands='chromium:chromium-browser node:nodejs'

say() {
	printf 'setup.sh: %s\n' "$*" >&2
}

fail() {
	say "$*"
	exit 3
}

has_library() { # NAME PACKAGE; without pkg-config, dpkg's word is taken
	if command -v pkg-config >/dev/null; then
		pkg-config --exists "$1"
	else
		dpkg-query -W -f '${Status}' "$2" 2>/dev/null | grep -q ' installed$'
	fi
}

has_module() { # NAME; finds it without reading it
	"$python" -c 'import sys
from importlib.util import find_spec
sys.exit(not find_spec(sys.argv[1]))' "$1" 2>/dev/null
}

# Sets `missing` to the packages that are. When all is well this costs a process
# for each module and one for the libraries; only otherwise is each asked for.
find_missing() {
	missing=
	for pair in $commands; do
		command -v "${pair%%:*}" >/dev/null || [ -e "${pair%%:*}" ] || missing="$missing ${pair#*:}"
	done
	for pair in $modules; do
		has_module "${pair%%:*}" || missing="$missing ${pair#*:}"
	done
	names=
	for pair in $libraries; do
		names="$names ${pair%%:*}"
	done
	[ -n "$names" ] || return 0
	# shellcheck disable=SC2086 # names without blanks, to be split
	if command -v pkg-config >/dev/null && pkg-config --exists $names; then
		return
	fi
	for pair in $libraries; do
		has_library "${pair%%:*}" "${pair#*:}" || missing="$missing ${pair#*:}"
	done
}

apt() {
	DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y -o DPkg::Lock::Timeout=60 "$@" </dev/null >>"$log" 2>&1
}

install_missing() {
	log=$(mktemp)
	trap 'rm -f "$log"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	say "installing$missing, a minute or two"
	# Package lists that are absent or old make the first try fail.
	# shellcheck disable=SC2086 # names without blanks, to be split
	if ! apt install --no-install-recommends $missing &&
		! { apt update && apt install --no-install-recommends $missing; }; then
		cat "$log" >&2
		fail "cannot install$missing: see apt-get's words above"
	fi
	wanted=$missing
	find_missing
	[ -z "$missing" ] || fail "installed$wanted, but$missing cannot be found; check PATH, PKG_CONFIG_PATH and PYTHON3"
}

# The packages that are missing, as dnf, pacman or apk calls them.
name_elsewhere() { # MANAGER
	for package in $missing; do
		name=$package
		# shellcheck disable=SC2034 # read by eval
		while read -r debian dnf pacman apk; do
			[ "$debian" != "$package" ] || eval "name=\$$1"
		done <<-END
			pkg-config pkgconf-pkg-config pkgconf pkgconf
			gnuplot-nox gnuplot gnuplot gnuplot
			libevent-dev libevent-devel libevent libevent-dev
			libjansson-dev jansson-devel jansson jansson-dev
			zlib1g-dev zlib-devel zlib zlib-dev
			shellcheck ShellCheck shellcheck shellcheck
			ncat nmap-ncat nmap nmap-ncat
			tidy tidy tidy tidyhtml
			musl-tools musl-gcc musl musl-dev
			libcmocka-dev libcmocka-devel cmocka cmocka-dev
			python3-jsonschema python3-jsonschema python-jsonschema py3-jsonschema
		END
		printf ' %s' "$name"
	done
}

# An independent reader of histogram logs, where there is node to run it. Tests
# do without if it cannot be had.
fetch_reader() {
	folder=${BUILD:-${0%/*}/../build}/node
	command -v node >/dev/null && command -v npm >/dev/null || return 0
	# npm writes this file last.
	[ ! -e "$folder/node_modules/.package-lock.json" ] || return 0
	timeout 60 npm install --no-save --ignore-scripts --no-audit \
		--fetch-retries=0 --prefix "$folder" hdr-histogram-js@3.0.1 \
		</dev/null >/dev/null 2>&1 ||
		say "npm cannot install hdr-histogram-js; tests that need it are skipped"
}

case "${1-}" in
bench) commands=$bench_commands libraries=$bench_libraries modules= ;;
test)
	commands="$bench_commands $test_commands"
	libraries="$bench_libraries $test_libraries"
	modules=$test_modules
	;;
browser) commands=$browser_commands libraries='' modules= ;;
servers) commands=$servers_commands libraries='' modules= ;;
*)
	say "group '${1-}': unknown; $usage"
	exit 2
	;;
esac
[ "$1" != test ] || fetch_reader
find_missing
[ -n "$missing" ] || exit 0

command='apt-get install --no-install-recommends'
for other in 'dnf install' 'pacman -S --needed' 'apk add'; do
	if ! command -v apt-get >/dev/null && command -v "${other%% *}" >/dev/null; then
		fail "packages are missing; run as root (untried, this is made for Debian): $other$(name_elsewhere "${other%% *}")"
	fi
done
command -v apt-get >/dev/null || fail "these Debian packages are missing, and there is no apt-get to install them:$missing"
if [ "$(id -u)" = 0 ]; then
	install_missing
elif [ -t 0 ] && [ -t 2 ] && command -v sudo >/dev/null; then
	printf 'setup.sh: missing:%s. Install with sudo? [y/N] ' "$missing" >&2
	read -r answer || answer=
	case "$answer" in
	[yY] | [yY][eE][sS]) exec sudo sh "$0" "$1" ;;
	*) fail "not installed; run: sudo $command$missing" ;;
	esac
else
	fail "packages are missing; run as root: $command$missing"
fi
