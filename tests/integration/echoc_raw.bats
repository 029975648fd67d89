#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# The client as a pipe: bytes in, bytes out.
load helpers
load echoc

raw() {
	timeout 20 "$BIN/echoc" --raw 127.0.0.1 "$PORT" 2>err
}

# Where SPAWNED has read its input to.
position() {
	sed -n 's/^pos:[^0-9]*//p' "/proc/$SPAWNED/fdinfo/0"
}

stands() {
	[[ $(position) == "$AT" ]]
}

# It has read some of its input, and reads no more for some fifths of a second.
stalls() { # FIFTHS
	local -i i
	AT=$(position)
	((AT > 0)) || return
	for ((i = 0; i < $1; i++)); do
		stays stands || return
	done
}

@test "20 MiB of random bytes come back as they were, from a file" {
	start_echod
	head -c 20M /dev/urandom >sent
	raw <sent >came
	cmp sent came
	[[ ! -s err ]]
}

@test "20 MiB of random bytes come back as they were, through pipes" {
	start_echod
	head -c 20M /dev/urandom >sent
	# shellcheck disable=SC2002 # a pipe it must be
	cat sent | raw | cat >came
	cmp sent came
	[[ ! -s err ]]
}

@test "what the kernel takes in part is sent in whole" {
	start_peer "$PEERS/odd_server" narrow
	head -c 1M /dev/urandom >sent
	raw <sent >came
	cmp sent came
}

@test "no byte is special, and none is added" {
	local i
	start_echod
	printf 'quit\n\0quit\nclient > \r\n\n' >sent
	for ((i = 0; i < 256; i++)); do
		# shellcheck disable=SC2059 # it is an escape
		printf "\\x$(printf %x $i)"
	done >>sent
	raw <sent >came
	cmp sent came
	raw </dev/null >came
	[[ ! -s came && ! -s err ]]
}

@test "on a terminal: no prompts, lines as the terminal edits them, ^D ends" {
	start_echod
	printf 'quit\nhellp\177o\n' |
		timeout 20 "$PEERS/on_pty" "$BIN/echoc" --raw 127.0.0.1 "$PORT" >shown
	cmp shown - <<<$'quit\nhello'
}

@test "an echo is shown while input goes on" {
	local i
	mkfifo keys
	start_echod
	exec {KEYS}<>keys
	spawn "$BIN/echoc" --raw 127.0.0.1 "$PORT" <keys >came 2>err
	for i in 1 2 3; do
		echo "line $i" >&"$KEYS"
		wait_until 5 grep -q "line $i" came
	done
	# It has inherited the writing end, so that only the server can end it.
	kill -TERM "$DAEMON"
	fails wait "$SPAWNED"
	one_line_with "lost 127.0.0.1:$PORT"
}

no_answer_for() { # INPUT
	fails timeout 20 "$BIN/echoc" --raw --timeout 300ms \
		127.0.0.1 "$PORT" <"$1" >came 2>err
	one_line_with "no answer from 127.0.0.1:$PORT within 0.3 s"
	[[ ! -s came ]]
}

@test "a server that never reads, never ends or never answers: exit 1" {
	start_peer "$PEERS/odd_server" deaf
	head -c 20M /dev/zero >sent
	no_answer_for sent
	no_answer_for /dev/null
	start_peer "$PEERS/odd_server" mute
	mkfifo keys
	exec {KEYS}<>keys
	head -c 64 sent >&"$KEYS"
	no_answer_for keys
	exec {KEYS}>&-
}

# Both ends are full then: much is read, and none of it can be printed.
@test "a reader that takes its time is no fault of the server" {
	start_echod
	head -c 20M /dev/urandom >sent
	mkfifo shown
	exec {HELD}<>shown
	spawn "$BIN/echoc" --raw --timeout 1s 127.0.0.1 "$PORT" \
		<sent >shown 2>err
	exec {SHOWN}<shown {HELD}>&-
	wait_until 20 stalls 7
	cat <&"$SHOWN" >came
	wait "$SPAWNED"
	cmp sent came
}

@test "input goes on while nobody reads the output" {
	mkfifo keys shown
	start_echod
	exec {KEYS}<>keys {SHOWN}<>shown
	spawn "$BIN/echoc" --raw 127.0.0.1 "$PORT" <keys >shown 2>err
	# A page is free in the pipe that shows: less than comes at once.
	head -c 61440 /dev/zero >&"$SHOWN"
	head -c 80000 /dev/zero >&"$KEYS"
	wait_until 10 stays state_is "$SPAWNED" S
	# And this is more than waits in the other pipe.
	spawn head -c 100000 /dev/zero >&"$KEYS"
	wait_until 10 gone "$SPAWNED"
	[[ ! -s err ]]
}

@test "what came before the server closed or reset is printed, and exit 1" {
	printf '%064d' 7 >record
	start_peer "$PEERS/odd_server" once
	fails raw < <(cat record record record) >came
	one_line_with "lost 127.0.0.1:$PORT"
	cmp came record
	start_peer "$PEERS/odd_server" resets
	fails raw <record
	one_line_with "lost 127.0.0.1:$PORT: Connection reset"
	yes | fails raw
	one_line_with "lost 127.0.0.1:$PORT: "
}

@test "a server that closes while input is awaited is told of at once" {
	mkfifo keys
	exec {KEYS}<>keys
	printf '%064d' 7 >&"$KEYS"
	start_peer "$PEERS/odd_server" once
	fails raw <keys >came
	one_line_with "the server closed the connection"
	[[ $(wc -c <came) == 64 ]]
	exec {KEYS}>&-
}

@test "fewer bytes than were sent, or more, are told, and exit 1" {
	printf '%064d' 7 >record
	start_peer "$PEERS/odd_server" halves
	fails raw <record >came
	one_line_with "returned 32 bytes for 64"
	cmp came <(head -c 32 record)
	start_peer "$PEERS/old_server"
	printf hi | fails raw >came
	one_line_with "returned 64 bytes for 2"
	# Of records, the simplest servers return what was sent.
	raw <record >came
	cmp came record
}

@test "output that cannot be written: told, exit 1" {
	start_echod
	fails raw <<<hello >/dev/full
	one_line_with "No space left"
	fails raw <<<hello >&-
	one_line_with "standard output"
	yes | { raw || echo $? >status; } | head -n 1
	[[ $(<status) == 1 ]]
	one_line_with "Broken pipe"
}

@test "input that cannot be read: told, exit 1" {
	start_echod
	fails raw <.
	one_line_with "standard input: Is a directory"
}

@test "over IPv6" {
	need_ipv6
	ADDRESS=::1 start_echod
	head -c 100000 /dev/urandom >sent
	timeout 20 "$BIN/echoc" --raw ::1 "$PORT" <sent | cmp - sent
}
