#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154,SC2016 # each test is a process
# scripts/setup.sh on machines that lack something: a PATH of the test's own,
# where id, sudo and apt-get are actors that write down what they are told.
load helpers

SETUP=$(cd "$BATS_TEST_DIRNAME/../../scripts" && pwd)/setup.sh

# A machine that has everything; the test takes away what it wants missing.
machine() { # USER-ID
	local command
	mkdir bin
	for command in sh cat cp rm touch mkdir mktemp grep timeout; do
		ln -s "$(command -v "$command")" bin/
	done
	actor id "echo $1"
	actor apt-get 'echo "apt-get $*" >>told; . ./apt_does'
	actor dpkg-query 'exit 1'
	actor pkg-config 'for name; do [ ! -e "no-$name" ] || exit 1; done'
	# Its arguments are a program and the module asked for.
	actor python3 'for name; do [ ! -e "no-$name" ] || exit 1; done'
	for command in gnuplot hyperfine bats shellcheck socat ncat tidy strace musl-gcc; do
		actor "$command" :
	done
	echo : >apt_does
}

actor() { # NAME WHAT-IT-DOES
	printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
	chmod +x "bin/$1"
}

set_up() { # GROUP
	run --separate-stderr env PATH="$T/bin" BUILD="$T/build" \
		OS_RELEASE="$T/os-release" \
		PYTHON3="$T/bin/python3" \
		sh "$SETUP" "$@" </dev/null
	echo "exit $status: $output$stderr"
}

@test "silent if nothing is missing" {
	machine 0
	set_up test
	[[ $status == 0 && -z $output$stderr && ! -e told ]]
}

@test "bench does not ask for what only the tests need" {
	machine 0
	rm bin/bats bin/shellcheck bin/socat bin/ncat bin/python3
	touch no-cmocka
	set_up bench
	[[ $status == 0 && ! -e told ]]
}

@test "root: what is missing is installed, and nothing else" {
	machine 0
	rm bin/hyperfine bin/bats bin/ncat
	touch no-cmocka no-zlib no-jsonschema
	echo "cp bin/gnuplot bin/hyperfine; cp bin/gnuplot bin/bats
cp bin/gnuplot bin/ncat; rm -f no-cmocka no-zlib no-jsonschema" >apt_does
	set_up test
	[[ $status == 0 && -z $output && ${#stderr_lines[@]} == 1 ]]
	[[ $(wc -l <told) == 1 ]]
	[[ $(<told) == *" install --no-install-recommends hyperfine bats ncat python3-jsonschema zlib1g-dev libcmocka-dev" ]]
}

@test "root: old package lists are updated once, then tried again" {
	machine 0
	rm bin/hyperfine
	echo 'case $* in
*update*) touch lists ;;
*) [ -e lists ] && cp bin/gnuplot bin/hyperfine ;;
esac' >apt_does
	set_up bench
	[[ $status == 0 && $(wc -l <told) == 3 ]]
}

@test "root: apt-get's words are shown if it fails" {
	machine 0
	rm bin/hyperfine
	echo 'echo no network; exit 100' >apt_does
	set_up bench
	[[ $status == 3 && $stderr == *"no network"*hyperfine* ]]
}

@test "root: what is not there after all is told" {
	machine 0
	rm bin/hyperfine
	set_up bench
	[[ $status == 3 && $stderr == *"hyperfine cannot be found"* ]]
}

@test "not root, no terminal: the command to run, exit 3" {
	machine 1000
	rm bin/hyperfine
	touch no-libevent
	set_up bench
	[[ $status == 3 && ! -e told && ${#stderr_lines[@]} == 1 ]]
	[[ $stderr == *"apt-get install --no-install-recommends hyperfine libevent-dev" ]]
}

@test "not root, on a terminal with sudo: it asks first" {
	machine 1000
	rm bin/hyperfine
	actor sudo 'echo "sudo $*" >>told'
	run env PATH="$T/bin" "$PEERS/on_pty" sh -c 'sh "$0" bench 2>&1' "$SETUP" <<<n
	[[ $status == 3 && ! -e told && $output == *hyperfine*sudo* ]]
	run env PATH="$T/bin" "$PEERS/on_pty" sh -c 'sh "$0" bench 2>&1' "$SETUP" <<<y
	[[ $status == 0 && $(<told) == "sudo sh $SETUP bench" ]]
}

@test "no apt-get: what is missing, exit 3" {
	machine 0
	rm bin/hyperfine bin/apt-get
	set_up bench
	[[ $status == 3 && $stderr == *hyperfine* ]]
}

@test "no apt-get, but dnf, pacman or apk: the command in their words, exit 3" {
	local manager group
	machine 0
	rm bin/{apt-get,pkg-config,gnuplot,hyperfine,bats,shellcheck,socat,ncat,tidy,strace,musl-gcc,python3}
	for manager in dnf pacman apk; do
		actor "$manager" 'echo "$0 $*" >>told'
		for group in test browser; do
			set_up "$group"
			[[ $status == 3 && ${#stderr_lines[@]} == 1 && ! -e told ]]
			printf '%s\n' "${stderr##*: }" >>commands
		done
		rm "bin/$manager"
	done
	diff commands - <<-'END'
		dnf install pkgconf-pkg-config gnuplot hyperfine bats ShellCheck socat nmap-ncat tidy strace musl-gcc python3-jsonschema libevent-devel jansson-devel zlib-devel libcmocka-devel
		dnf install chromium nodejs
		pacman -S --needed pkgconf gnuplot hyperfine bats shellcheck socat nmap tidy strace musl python-jsonschema libevent jansson zlib cmocka
		pacman -S --needed chromium nodejs
		apk add pkgconf gnuplot hyperfine bats shellcheck socat nmap-ncat tidyhtml strace musl-dev py3-jsonschema libevent-dev jansson-dev zlib-dev cmocka-dev
		apk add chromium nodejs
	END
}

@test "Ubuntu's chromium has another name" {
	machine 1000
	actor node :
	echo ID=ubuntu >os-release
	set_up browser
	[[ $status == 3 && $stderr == *"--no-install-recommends chromium-browser" ]]
}

@test "no pkg-config: it is missing itself, libraries are asked of dpkg" {
	machine 1000
	rm bin/pkg-config
	set_up bench
	[[ $stderr == *" pkg-config libevent-dev libjansson-dev zlib1g-dev" ]]
	actor dpkg-query 'echo install ok installed'
	set_up bench
	[[ $stderr == *" pkg-config" ]]
}

@test "a browser is a group of its own, which needs no library" {
	machine 0
	set_up test
	[[ $status == 0 && ! -e told ]]
	rm bin/pkg-config
	echo 'cp bin/gnuplot bin/chromium; cp bin/gnuplot bin/node' >apt_does
	set_up browser
	[[ $status == 0 && -z $output && ${#stderr_lines[@]} == 1 ]]
	[[ $(<told) == *" install --no-install-recommends chromium nodejs" ]]
	set_up browser
	[[ $status == 0 && -z $output$stderr ]]
}

@test "the servers of others are a group of their own" {
	machine 1000
	set_up servers
	[[ $status == 3 && ! -e told && ${#stderr_lines[@]} == 1 ]]
	[[ $stderr == *" openbsd-inetd ucspi-tcp ipsvd tcputils systemd"* ]]
}

@test "no Python: its module is missing, and brings it" {
	machine 1000
	rm bin/python3
	set_up test
	[[ $status == 3 && ! -e told && ${#stderr_lines[@]} == 1 ]]
	[[ $stderr == *" python3-jsonschema" ]]
}

@test "a Python module is found, or not, by a Python" {
	machine 1000
	/usr/bin/python3 -c pass || skip "no python3 here"
	actor python3 'exec /usr/bin/python3 "$1" "$2" json'
	set_up test
	[[ $status == 0 ]]
	actor python3 'exec /usr/bin/python3 "$1" "$2" no_such_module'
	set_up test
	[[ $status == 3 && $stderr == *" python3-jsonschema" ]]
}

@test "an unknown group is refused" {
	machine 0
	set_up some
	[[ $status == 2 && $stderr == *some* && ${#stderr_lines[@]} == 1 ]]
}

# npm is told to install into build/node, and does what the test says.
node_and_npm() { # WHAT-NPM-DOES
	actor node :
	actor npm "echo \"npm \$*\" >>npm_told
$1"
}

@test "where node is, its reader of logs is fetched into the build folder, once" {
	machine 1000
	node_and_npm 'mkdir -p build/node/node_modules
touch build/node/node_modules/.package-lock.json'
	set_up bench
	[[ $status == 0 && -z $stderr && ! -e npm_told ]]
	set_up test
	[[ $status == 0 && -z $output$stderr ]]
	[[ $(<npm_told) == "npm install "*" --prefix $T/build/node hdr-histogram-js@3.0.1" ]]
	set_up test
	[[ $status == 0 && $(wc -l <npm_told) == 1 ]]
}

@test "what npm cannot fetch is told in a line, and set-up goes on" {
	machine 0
	node_and_npm 'echo no network; echo no network >&2; exit 1'
	rm bin/bats
	echo 'cp bin/gnuplot bin/bats' >apt_does
	set_up test
	[[ $status == 0 && -z $output && ${#stderr_lines[@]} == 2 ]]
	[[ ${stderr_lines[0]} == *npm*hdr-histogram-js*skipped ]]
	[[ $(<told) == *" install --no-install-recommends bats" ]]
}
