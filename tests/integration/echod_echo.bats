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
