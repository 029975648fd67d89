#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# Misuse of every program: one line that has the value, the right exit status.
load helpers

# Each line of standard input: the words that the message must have, then the
# arguments.
refuse_each() { # PROGRAM
	local words arguments
	mkdir "$T/empty"
	cd "$T/empty" || return
	while IFS='|' read -r words arguments; do
		# shellcheck disable=SC2086 # arguments are words
		refuses 2 "$words" "$BIN/$1" $arguments
		[[ $stderr == "$1: "* ]]
	done
	[[ -z $(ls -A) ]] # and no file was made
}

@test "echod refuses misuse" {
	refuse_each echod <<'END'
--no-such|--no-such 127.0.0.1 0
-x|-x 127.0.0.1 0
--ba is ambiguous|--ba 7 127.0.0.1 0
--foreground takes no value|--foreground=yes 127.0.0.1 0
--reap|127.0.0.1 0 --reap
ADDRESS|
ADDRESS|127.0.0.1
too many|127.0.0.1 0 1
70000|127.0.0.1 70000
-1|127.0.0.1 -1
12abc|127.0.0.1 12abc
1e99|127.0.0.1 1e99
300.1.1.1|300.1.1.1 0
localhost|localhost 0
1::g|1::g 0
sig-ign, waitpid-once, waitpid-loop|--reap bogus 127.0.0.1 0
bogus|--reap bogus 127.0.0.1 0
--backlog 0|--backlog 0 127.0.0.1 0
--backlog -1|--backlog -1 127.0.0.1 0
--backlog 1e99|--backlog 1e99 127.0.0.1 0
--backlog 12abc|--backlog 12abc 127.0.0.1 0
99999999999999999999|--backlog 99999999999999999999 127.0.0.1 0
--max-children 0|--max-children 0 127.0.0.1 0
--idle-timeout 5|--idle-timeout 5 127.0.0.1 0
--idle-timeout 0s|--idle-timeout 0s 127.0.0.1 0
--idle-timeout nans|--idle-timeout nans 127.0.0.1 0
--drain-timeout 5|--drain-timeout 5 127.0.0.1 0
--drain-timeout -1s|--drain-timeout -1s 127.0.0.1 0
--drain-timeout 25h|--drain-timeout 25h 127.0.0.1 0
--user nosuchuser|--user nosuchuser 127.0.0.1 0
--user root|--user root 127.0.0.1 0
--user 1:nosuchgroup|--user 1:nosuchgroup 127.0.0.1 0
--max-per-address 0|--max-per-address 0 127.0.0.1 0
--keepalive 10h|--keepalive 10h 127.0.0.1 0
--stats|--stats file 127.0.0.1 0
fe80::1%nosuch|fe80::1%nosuch 0
--user 0|--user 0 127.0.0.1 0
--user 1:0|--user 1:0 127.0.0.1 0
--user 1:|--user 1: 127.0.0.1 0
--user :1|--user :1 127.0.0.1 0
--user 1:2:3|--user 1:2:3 127.0.0.1 0
--user -1|--user -1 127.0.0.1 0
--user 4294967295|--user 4294967295 127.0.0.1 0
--user 0000000000001234|--user 0000000000001234 127.0.0.1 0
--user 000000000001234junk|--user 000000000001234junk 127.0.0.1 0
--ballast 12X|--ballast 12X 127.0.0.1 0
--ballast -5|--ballast -5 127.0.0.1 0
--ready-fd 77|--ready-fd 77 127.0.0.1 0
--ready-fd x|--ready-fd x 127.0.0.1 0
--lifeline 77|--lifeline 77 127.0.0.1 0
END
}

@test "echoc refuses misuse" {
	refuse_each echoc <<'END'
--no-such|--no-such 127.0.0.1 7000
--ipv4 and --ipv6|-46 127.0.0.1 7000
--raw takes no value|--raw=1 127.0.0.1 7000
ADDRESS|
PORT|127.0.0.1
extra|127.0.0.1 7000 extra
PORT 70000|127.0.0.1 70000
PORT 0|127.0.0.1 0
-1|127.0.0.1 -1
PORT 12abc|127.0.0.1 12abc
PORT 1e99|127.0.0.1 1e99
ADDRESS 300.1.1.1|300.1.1.1 7000
ADDRESS 1::g|1::g 7000
--timeout|127.0.0.1 7000 --timeout
--timeout 5|--timeout 5 127.0.0.1 7000
--timeout 0s|--timeout 0s 127.0.0.1 7000
--timeout 2h|--timeout 2h 127.0.0.1 7000
--count 0|--count 0 127.0.0.1 7000
--count -1|--count -1 127.0.0.1 7000
--count 12abc|--count 12abc 127.0.0.1 7000
--interval 1|--interval 1 127.0.0.1 7000
--interval 999us|--interval 999us 127.0.0.1 7000
--size 7|--count 1 --size 7 127.0.0.1 7000
--size 65M|--count 1 --size 65M 127.0.0.1 7000
--size needs --count or --interval|--size 64 127.0.0.1 7000
--size needs --count or --interval|--raw --size 64 127.0.0.1 7000
--raw with --count|--raw --count 1 127.0.0.1 7000
--raw with --count or --interval|--interval 1s --raw 127.0.0.1 7000
END
}

@test "loadgen refuses misuse" {
	refuse_each loadgen <<'END'
--no-such|--no-such 127.0.0.1 7000
--se is ambiguous|--se 5 127.0.0.1 7000
--sessions|127.0.0.1 7000 --sessions
ADDRESS|
ADDRESS|127.0.0.1
too many|127.0.0.1 7000 extra
70000|127.0.0.1 70000
PORT 0|127.0.0.1 0
12abc|127.0.0.1 12abc
300.1.1.1|300.1.1.1 7000
--sessions 0|--sessions 0 127.0.0.1 7000
--sessions -1|--sessions -1 127.0.0.1 7000
--sessions 1e99|--sessions 1e99 127.0.0.1 7000
--sessions 12abc|--sessions 12abc 127.0.0.1 7000
--concurrency 0|--concurrency 0 127.0.0.1 7000
--workers 0|--workers 0 127.0.0.1 7000
--size 0|--size 0 127.0.0.1 7000
--duration 5|--duration 5 127.0.0.1 7000
--start-at 0|--start-at 0 127.0.0.1 7000
--timeout 0s|--timeout 0s 127.0.0.1 7000
--messages 0|--messages 0 127.0.0.1 7000
or hold|--messages some 127.0.0.1 7000
fin or rst|--close half 127.0.0.1 7000
--message-rate 1e99|--messages hold --message-rate 1e99 127.0.0.1 7000
--message-rate 5|--message-rate 5 127.0.0.1 7000
END
}

@test "forkbench refuses misuse" {
	refuse_each forkbench <<'END'
bogus: no such command|bogus
--no-such: no such command|--no-such
--no-such|run --no-such
-x|run -x
extra: an operand too many|run extra
smoke, quick or full|run --profile bogus
--profile needs a value|run --profile
--modes bogus: unknown; give all, or a list of sig-ign|run --modes sig-ign,bogus
--modes: the list is empty|run --modes ,
--experiments bogus: unknown; give all, or a list of churn|run --experiments churn,bogus
--with bogus: unknown|run --with echod,bogus
--rounds 0|run --rounds 0
--rounds 1e9|run --rounds 1e9
--seed -1|run --seed -1
--sessions 12abc|run --sessions 12abc
--concurrency 0|run --concurrency 0
--concurrency 301: a cell of churn has |run --experiments churn --concurrency 301
--concurrency 9: hold has all|run --experiments hold --concurrency 9
--warm -1|run --warm -1
--close half: unknown; give fin or rst|run --close half
--levels 5x: no size|run --levels 0,5x
--levels 0: twice|run --levels 0,0
--levels 1: one makes no curve|run --levels 1
--server x: no command|run --server x
--server a=b: the command lacks {address}|run --server a=b
the name none is taken|run --server none={address}{port}
the name is no good|run --server -a={address}{port}
--server a: the name was given before|run --server a={address}{port} --server a={address}{port}
none, split or shared|run --placement bogus
--budget -5|run --budget -5
--budget 5: |run --budget 5
--budget 5x|run --budget 5x
--budget 1e9|run --budget 1e9
--json|run --json
--no-such|doctor --no-such
extra: an operand too many|doctor extra
smoke, quick or full|doctor --profile bogus
--format|doctor --format json
an operand is missing|resume
b: an operand too many|resume a b
--no-such|resume --no-such a
an operand is missing|report
an operand is missing|report --format json
b: an operand too many|report a b
text, markdown, json or tsv|report --format bogus a
--format needs a value|report a --format
an operand is missing|compare a
c: an operand too many|compare a b c
worse, differs or never|compare --fail-on bogus a b
text or json|compare --format tsv a b
b: an operand too many|list a b
text or json|list --format tsv
an operand is missing|watch
b: an operand too many|watch a b
--for 5|watch --for 5 1
--for 0s|watch --for 0s 1
--for: under three times --interval|watch --for 2s 1
--interval 1|watch --interval 1 1
--interval 99ms|watch --interval 99ms 1
--no-such|watch --no-such 1
END
}

@test "loadgen does not begin at a time that is past" {
	refuses 3 'ago by this machine' "$BIN/loadgen" --start-at 1 127.0.0.1 7000
}

@test "forkbench alone tells what there is, as misuse" {
	run --separate-stderr "$BIN/forkbench"
	[[ $status == 2 && -z $output && $stderr == "usage: forkbench run "* ]]
}

@test "empty values are refused" {
	local option
	refuses 2 'an operand is missing' "$BIN/forkbench" report ''
	refuses 2 'an operand is missing' "$BIN/forkbench" resume ''
	refuses 2 'an operand is missing' "$BIN/forkbench" compare a ''
	refuses 2 'DIR is empty' "$BIN/forkbench" list ''
	for option in --out --modes --experiments --levels --with --server \
		--seed --budget; do
		refuses 2 "$option" "$BIN/forkbench" run "$option" ''
	done
	refuses 2 --pidfile "$BIN/echod" --pidfile '' 127.0.0.1 0
	refuses 2 ADDRESS "$BIN/echod" '' 0
	refuses 2 PORT "$BIN/echod" 127.0.0.1 ''
	refuses 2 ADDRESS "$BIN/echoc" '' 7000
	refuses 2 PORT "$BIN/echoc" 127.0.0.1 ''
	refuses 2 --json "$BIN/loadgen" --json '' 127.0.0.1 7000
	refuses 2 ' 1' "$BIN/loadgen" --sessions ' 1' 127.0.0.1 7000
}

@test "--help and --version go to stdout and exit 0" {
	local program
	for program in echod echoc loadgen forkbench; do
		run --separate-stderr "$BIN/$program" --help
		[[ $status == 0 && -z $stderr && $output == "usage: $program "* ]]
		run --separate-stderr "$BIN/$program" --version
		[[ $status == 0 && -z $stderr ]]
		[[ $output =~ ^$program\ [0-9]+\.[0-9]+ ]]
	done
}

@test "-h and -V are --help and --version" {
	local program
	for program in echod echoc; do
		cmp <("$BIN/$program" -h) <("$BIN/$program" --help)
		cmp <("$BIN/$program" -V) <("$BIN/$program" --version)
	done
}

@test "every command of forkbench has a --help" {
	local command
	for command in run doctor resume report compare list watch; do
		run --separate-stderr "$BIN/forkbench" "$command" --help
		[[ $status == 0 && -z $stderr ]]
		[[ ${lines[0]} == "usage: forkbench $command"* ]]
		run --separate-stderr "$BIN/forkbench" --help
		[[ $output == *"forkbench $command "* ]]
		run onto /dev/full "$BIN/forkbench" $command --help
		[[ $status == 3 && $output == *'cannot write to stdout'* ]]
	done
}

@test "--help and --version that cannot be written fail" {
	local program
	for program in echod echoc loadgen forkbench; do
		run onto /dev/full "$BIN/$program" --help
		[[ $status != 0 ]]
		run onto /dev/full "$BIN/$program" --version
		[[ $status != 0 ]]
	done
}
