#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# What comes back is what was sent, byte by byte, and no more.
load helpers

echoes() { # BYTES
	head -c "$1" /dev/urandom >sent
	timeout 20 "$PEERS/exchange" "$PORT" <sent >came
	cmp sent came
}

@test "odd sizes come back exactly, after the client's half-close" {
	local size
	start_echod
	for size in 1 63 64 65 127 4095 4097 16385; do echoes $size; done
}

@test "nothing sent, nothing back" {
	start_echod
	echoes 0
}

@test "a megabyte and more comes back exactly" {
	start_echod
	echoes 1048576
	echoes 3000001
}

@test "NUL bytes and all others come back" {
	local i
	start_echod
	for ((i = 0; i < 256; i++)); do printf %b "\\x$(printf %02x "$i")"; done >sent
	timeout 10 "$PEERS/exchange" "$PORT" <sent >came
	[[ $(wc -c <came) == 256 ]]
	cmp sent came
}

@test "what an earlier, longer message held is never echoed again" {
	local connection
	start_echod
	exec {connection}<>"/dev/tcp/127.0.0.1/$PORT"
	printf '%064d' 1 >&"$connection"
	[[ $(timeout 10 head -c 64 <&"$connection") == $(printf '%064d' 1) ]]
	printf b >&"$connection"
	[[ $(timeout 10 head -c 1 <&"$connection") == b ]]
	printf cd >&"$connection"
	[[ $(timeout 10 head -c 2 <&"$connection") == cd ]]
	run read -rt 0.2 -N 1 -u "$connection" rest
	[[ $status -gt 128 ]] # nothing more came
	exec {connection}>&-
}

# What the simplest servers get wrong: an answer is as long as the request,
# and holds nothing of an earlier one, its own or another client's.
answers_exactly() {
	local length
	for length in 64 1 63 2 5; do
		head -c "$length" /dev/urandom >sent
		timeout 10 "$PEERS/exchange" "$PORT" <sent >came
		cmp sent came || return
	done
	timeout 20 "$PEERS/stream" "$PORT" 20000 200 lockstep
}

@test "N bytes get N bytes, never those of an earlier message or another client" {
	local i streams=()
	start_echod
	answers_exactly
	for i in 1 2 3 4 5 6 7 8; do
		spawn timeout 20 "$PEERS/stream" "$PORT" 100000 100 lockstep
		streams+=("$SPAWNED")
	done
	answers_exactly
	for i in "${streams[@]}"; do wait "$i"; done
}

@test "a server that answers with its whole buffer fails that test" {
	start_peer "$PEERS/old_server"
	run ! answers_exactly
	run ! timeout 20 "$PEERS/stream" "$PORT" 20000 200 lockstep
	[[ $output == *"came"* ]]
}

@test "sessions do not mix" {
	local i
	start_echod
	for i in 1 2 3 4 5 6; do
		head -c 200000 /dev/urandom >"sent.$i"
		spawn "$PEERS/exchange" "$PORT" <"sent.$i" >"came.$i"
	done
	for i in 1 2 3 4 5 6; do
		wait "${STARTED[i]}"
		cmp "sent.$i" "came.$i"
	done
}

@test "the simplest clients are served" {
	start_echod
	run timeout 10 "$PEERS/old_client" "$PORT" <<<$'hello\nworld\nquit'
	[[ $status == 0 ]]
	[[ $output == $'recv from server : hello\nrecv from server : world' ]]
}
