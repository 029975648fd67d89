#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# The client in conversation, on a terminal and in a pipe.
load helpers
load echoc

# What echoc prints for an input, on stdout.
client() {
	timeout 10 "$BIN/echoc" 127.0.0.1 "$PORT" 2>err
}

# The same on a terminal.
on_terminal() {
	timeout 10 "$PEERS/on_pty" "$BIN/echoc" 127.0.0.1 "$PORT" 2>err
}

@test "on a terminal: prompt, echo, quit" {
	start_echod
	run on_terminal <<<$'hello\nwhole world\nquit'
	[[ $status == 0 && ! -s err ]]
	printf '%s' 'client > recv from server : hello
client > recv from server : whole world
client > ' >want
	printf '%s' "$output" | cmp - want
}

@test "on a terminal: the end of input ends it, on a line of its own" {
	start_echod
	on_terminal <<<hello >shown
	[[ ! -s err ]]
	printf '%s\n' 'client > recv from server : hello' 'client > ' >want
	cmp shown want
}

@test "on a terminal: the line is edited by the terminal" {
	start_echod
	# ^U erases the line, DEL a letter.
	on_terminal <<<$'wrong\025hellp\177o\nquit' >shown
	printf '%s' $'client > recv from server : hello\nclient > ' |
		cmp - shown
}

@test "on a terminal: no control character of the server reaches it" {
	local typed=$'\e[31mred \xc2\x9b1m \x9b1m\b \xc3\x89\xe2\x80\x94\tx'
	local shown=$'?[31mred \xc2?1m ?1m? \xc3\x89\xe2\x80\x94\tx'
	start_echod
	on_terminal <<<"$typed"$'\nquit' >came
	printf '%s' "client > recv from server : $shown"$'\nclient > ' |
		cmp - came
	timeout 10 "$PEERS/on_pty" "$BIN/echoc" --raw 127.0.0.1 "$PORT" \
		<<<"$typed" 2>err >came
	cmp came - <<<"$shown"
	client <<<"$typed" >came # a pipe gets every byte
	cmp came - <<<"$typed"
}

@test "-4 and -6: only addresses of that kind" {
	start_echod
	[[ $("$BIN/echoc" -4 localhost "$PORT" <<<hello) == hello ]]
	[[ $("$BIN/echoc" --ipv4 127.0.0.1 "$PORT" <<<hello) == hello ]]
	refuses 3 "cannot resolve 127.0.0.1" "$BIN/echoc" -6 127.0.0.1 "$PORT"
	refuses 3 "cannot resolve ::1" "$BIN/echoc" -4 ::1 "$PORT"
}

@test "an output that reaches the limit of size is told" {
	start_echod
	{ timeout 10 prlimit --fsize=0 "$BIN/echoc" 127.0.0.1 "$PORT" \
		<<<hello 2>&1 >came || echo "exit $?"; } | cat >told
	diff told - <<-'END'
		echoc: cannot write standard output: File too large
		exit 1
	END
}

@test "in a pipe: the echo and nothing else" {
	start_echod
	client <<<$'one\n\ntwo words\nthree' >came
	cmp came - <<<$'one\n\ntwo words\nthree'
	[[ ! -s err ]]
}

@test "a last line without a newline is sent" {
	start_echod
	printf 'one\nlast' | client >came
	printf 'one\nlast' | cmp - came
}

@test "no input at all" {
	start_echod
	client </dev/null >came
	[[ ! -s came && ! -s err ]]
}

@test "quit ends it on a line of its own only" {
	start_echod
	client <<<$'quitter\n quit\nquit\nnever' >came
	cmp came - <<<$'quitter\n quit'
	# "quit" at the end of a line of more than one record is text.
	{
		printf '%063dquit\n' 0
		echo more
	} | client >came
	[[ $(wc -l <came) == 2 ]]
	printf quit | client >came
	[[ ! -s came ]]
}

@test "lines of every length come back whole" {
	local n
	start_echod
	for n in 61 62 63 64 65 125 126 127 128 5000; do
		printf "%0${n}d\n" 7
	done >sent
	client <sent >came
	cmp sent came
}

@test "a record is 64 bytes, the text at most 63, the rest NUL" {
	printf '%062d\n' 1 | head -c 62 >text
	start_peer "$PEERS/odd_server" pads
	run client <text
	one_line_with "differs"
	# With 63 bytes the peer has no more room than the last NUL either.
	start_echod
	{ cat text && echo xy; } | client >came
	{ cat text && echo xy; } | cmp - came
}

@test "replies that come a byte at a time are put together" {
	start_peer "$PEERS/odd_server" dribbles
	client <<<$'hello\nworld' >came
	cmp came - <<<$'hello\nworld'
}

@test "an answer that differs is shown as it came, told, and exit 1" {
	start_peer "$PEERS/odd_server" alters
	run client <<<hello
	[[ $status == 1 && $output == iello ]]
	one_line_with "127.0.0.1:$PORT"
}

@test "a server that speaks unasked is told of, and exit 1" {
	mkfifo keys
	exec {KEYS}<>keys
	start_peer "$PEERS/odd_server" babbles
	run on_terminal <keys
	exec {KEYS}>&-
	[[ $status == 1 ]]
	one_line_with "not asked for"
}

@test "a server that closes, resets or answers by half: told, exit 1" {
	local way
	for way in closes resets halves; do
		start_peer "$PEERS/odd_server" "$way"
		run client <<<hello
		[[ $status == 1 && -z $output ]]
		one_line_with "lost 127.0.0.1:$PORT"
	done
}

@test "a server lost while the prompt waits is told of at once" {
	mkfifo keys
	exec {KEYS}<>keys
	start_peer "$PEERS/odd_server" once
	echo hello >&"$KEYS"
	# Input stays open: only the server's end can end it.
	run on_terminal <keys
	[[ $status == 1 ]]
	[[ $output == $'client > recv from server : hello\nclient > ' ]]
	one_line_with "lost 127.0.0.1:$PORT"
	exec {KEYS}>&-
}

@test "a server lost while a pipe waits is told of at once" {
	mkfifo keys
	exec {KEYS}<>keys
	start_echod
	spawn "$BIN/echoc" 127.0.0.1 "$PORT" <keys >came 2>err
	echo hello >&"$KEYS"
	wait_until 5 grep -q hello came
	kill -TERM "$DAEMON"
	fails wait "$SPAWNED"
	one_line_with "lost 127.0.0.1:$PORT"
	exec {KEYS}>&-
}

@test "an answer that does not come in time: told, exit 1" {
	local way
	for way in deaf mute; do
		start_peer "$PEERS/odd_server" "$way"
		fails timeout 10 "$BIN/echoc" --timeout 300ms \
			127.0.0.1 "$PORT" <<<$'hello\nworld' >came 2>err
		one_line_with "no answer from 127.0.0.1:$PORT within 0.3 s"
		[[ ! -s came ]]
	done
}

@test "who types may take any time" {
	mkfifo keys
	exec {KEYS}<>keys
	start_echod
	spawn "$BIN/echoc" --timeout 100ms 127.0.0.1 "$PORT" <keys 2>err
	wait_until 5 has "$DAEMON" 1 0
	stays has "$DAEMON" 1 0
	echo quit >&"$KEYS"
	wait "$SPAWNED"
	exec {KEYS}>&-
}

@test "a connection that is not made in time: told, exit 3" {
	start_echod --backlog 1
	freeze "$DAEMON"
	# One more than the backlog is queued; further ones get no answer.
	exec {ONE}<>"/dev/tcp/127.0.0.1/$PORT" {TWO}<>"/dev/tcp/127.0.0.1/$PORT"
	wait_until 5 backlog_is "$PORT" 2
	refuses 3 "connect to 127.0.0.1:$PORT: no answer within 0.3 s" \
		"$BIN/echoc" --timeout 300ms 127.0.0.1 "$PORT"
	exec {ONE}>&- {TWO}>&-
}

@test "a name is resolved" {
	start_echod
	run timeout 10 "$BIN/echoc" localhost "$PORT" <<<hello
	[[ $status == 0 && $output == hello ]]
}

@test "over IPv6" {
	need_ipv6
	ADDRESS=::1 start_echod
	run timeout 10 "$BIN/echoc" ::1 "$PORT" <<<hello
	[[ $status == 0 && $output == hello ]]
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	refuses 3 "[::1]:$PORT: Connection refused" "$BIN/echoc" ::1 "$PORT"
}

@test "refused or unknown: told, exit 3" {
	start_echod
	kill -TERM "$DAEMON"
	wait_until 5 gone "$DAEMON"
	refuses 3 "127.0.0.1:$PORT: Connection refused" \
		"$BIN/echoc" 127.0.0.1 "$PORT"
	refuses 3 no..such "$BIN/echoc" no..such 7000
}

@test "output that cannot be written: told, exit 1" {
	start_echod
	fails client <<<hello >/dev/full
	one_line_with "No space left"
	fails client <<<hello >&-
	one_line_with "standard output"
}

@test "a reader that has gone does not kill it by SIGPIPE" {
	start_echod
	yes | { client || echo $? >status; } | head -n 1
	[[ $(<status) == 1 ]]
	one_line_with "Broken pipe"
}

@test "it starts with descriptors 0 to 2 closed" {
	start_echod
	timeout 10 "$BIN/echoc" 127.0.0.1 "$PORT" <&- >&- 2>&-
}

@test "the simplest servers are understood" {
	start_peer "$PEERS/old_server"
	run on_terminal <<<$'hello\nworld\nquit'
	[[ $status == 0 ]]
	[[ $output == $'client > recv from server : hello\n'* ]]
	client <<<$'a longer one\nb' >came
	cmp came - <<<$'a longer one\nb'
}
