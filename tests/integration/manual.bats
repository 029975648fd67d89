#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a process
# The manual pages say what --help says.
load helpers

DOCS=$BATS_TEST_DIRNAME/../../docs

# "--name ARGUMENT" for each option, sorted.
of_help() { # PROGRAM
	"$BIN/$1" --help | sed -n 's/^  \(--[a-z0-9-]*\( [A-Z]*\)\{0,1\}\).*/\1/p' |
		sed 's/ *$//' | sort
}

of_manual() { # PROGRAM
	sed -n 's/^\.It Fl -\([a-z0-9-]*\)\( Ar \([A-Z]*\)\)\{0,1\}$/--\1 \3/p' \
		"$DOCS/$1".[18] | sed 's/ *$//' | sort
}

same_options() { # PROGRAM
	of_help "$1" >help
	of_manual "$1" >manual
	[[ -s help ]]
	diff help manual
}

same_synopsis() { # PROGRAM
	run "$BIN/$1" --help
	[[ ${lines[0]} == "usage: $1 [options] ADDRESS PORT" ]]
	run sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$DOCS/$1".[18]
	[[ ${lines[*]} == *".Nm $1 .Op options .Ar ADDRESS PORT"* ]]
}

@test "echod.8 has the options and the synopsis of --help" {
	same_options echod
	same_synopsis echod
}

@test "echoc.1 has the options and the synopsis of --help" {
	same_options echoc
	same_synopsis echoc
}

# Without what differs from run to run.
shape() {
	sed -e 's/\([ =]\)[0-9.]* [mu]\{0,1\}s\>/\1TIME/g' -e 's/:[0-9]*:/:PORT:/'
}

@test "echoc.1 shows pings as they are printed" {
	start_echod
	"$BIN/echoc" --count 3 --interval 1ms 127.0.0.1 "$PORT" |
		shape >printed
	sed -n '/^\$ echoc --count 3 /,/^\.Ed$/p' "$DOCS/echoc.1" |
		sed -e '1d' -e '$d' | shape >shown
	[[ $(grep -c TIME shown) == 4 ]]
	diff printed shown
}

@test "loadgen.1 has the options and the synopsis of --help" {
	same_options loadgen
	same_synopsis loadgen
}

# The names of keys in a subsection: what stands behind Va.
keys_of_manual() { # TITLE
	sed -n "/^\.Ss $1\$/,/^\.S[hs]/s/^\.\(It \)\{0,1\}Va //p" \
		"$DOCS/loadgen.1" | grep -o '[A-Za-z0-9_]*' | sort -u
}

keys_of_json() { # FILE...
	cat "$@" | grep -o '"[A-Za-z0-9_]*":' | tr -d '":' | sort -u
}

# A run of a little time, in which messages are due by construction. Whether
# it is valid is for the machine to say.
short_run() { # OPTIONS...
	run timeout 20 "$BIN/loadgen" --quiet --arrivals uniform \
		--duration 300ms "$@" 127.0.0.1 "$PORT"
	[[ $status -le 1 ]]
}

@test "loadgen.1 names every key of --json and --interval, and no other" {
	start_echod
	short_run --messages hold --concurrency 4 --message-rate 100 \
		--json held --interval 100ms
	printf '%s\n' "$output" >lines
	short_run --session-rate 100 --source 127.0.0.1 \
		--threshold 'echo_p50<1s' --json open
	run "$BIN/loadgen" merge --quiet --json merged held open
	[[ $status -le 1 ]]
	keys_of_json held open merged >json
	keys_of_manual "Results as JSON" >manual
	diff json manual
	keys_of_json lines >json
	keys_of_manual "Interval lines" >manual
	diff json manual
}

@test "loadgen.1 has the synopsis and the options of loadgen merge --help" {
	run "$BIN/loadgen" merge --help
	[[ ${lines[0]} == "usage: loadgen merge [options] FILE FILE..." ]]
	printf '%s\n' "${lines[@]}" | sed -n 's/^  --\([a-z-]*\).*/\1/p' >help
	sed -n '/^\.Ss Merging$/,/^\.S[hs]/s/^\.Fl -\([a-z-]*\)\( ,\)*$/\1/p' \
		"$DOCS/loadgen.1" | awk '!seen[$0]++' >manual
	[[ -s help ]]
	diff help manual
	run sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$DOCS/loadgen.1"
	[[ ${lines[*]} == *".Nm loadgen .Cm merge .Op options .Ar FILE FILE ..."* ]]
}

@test "echod.8 names every reap mode and no other" {
	"$BIN/echod" --help |
		awk '/^  --/ { on = /--reap/; next } on' |
		tr -d ' \n' | tr , '\n' | awk 1 | sort >help
	sed -n '/^\.It Fl -reap/,/^\.It Fl/s/^\.It Cm //p' "$DOCS/echod.8" |
		sort >manual
	[[ $(wc -l <help) -ge 12 ]]
	diff help manual
}

@test "the pages format without warnings" {
	command -v mandoc >/dev/null || command -v groff >/dev/null ||
		skip "neither mandoc nor groff is here"
	local page
	for page in "$DOCS"/*.[18]; do
		if command -v mandoc >/dev/null; then
			run mandoc -T lint -W warning "$page"
		else
			run sh -c 'groff -mdoc -Tascii -ww "$0" 2>&1 >/dev/null' "$page"
		fi
		[[ -z $output ]]
	done
}

# Those of a command of forkbench; --help, which all have, is left out.
of_command() { # COMMAND
	"$BIN/forkbench" "$1" --help |
		sed -n 's/^  \(--[a-z-]*\( [A-Z=]*\)\{0,1\}\).*/\1/p' |
		sed 's/ *$//' | grep -v '^--help$' | sort
}

# A part of forkbench.1, by its title.
part() { # TITLE
	sed -n "/^\.Ss $1\$/,/^\.S[hs]/p" "$DOCS/forkbench.1" | sed '$d'
}

of_part() { # TITLE
	part "$1" |
		sed -n 's/^\.It Fl -\([a-z-]*\)\( Ar \([A-Z=]*\)\)\{0,1\}$/--\1 \3/p' |
		sed 's/ *$//' | sort
}

@test "forkbench.1 has the options of every command's --help" {
	local command
	for command in run doctor resume report compare list watch; do
		of_command "$command" >help
		of_part "$command" >manual
		# It takes those of run, too.
		[[ $command != doctor ]] || of_part run | sort manual - -o manual
		diff help manual
	done
	[[ $(of_part run | wc -l) -ge 10 ]]
	[[ $(of_part compare) == *--fail-on\ WHAT* ]]
	of_part 'All commands' | diff - <(printf '%s\n' --help --version)
}

# What an option may be stands in the help in a line after one that ends in a
# colon, and in the manual behind Cm.
@test "forkbench.1 names every choice that --help does" {
	local command word
	for command in run report compare list; do
		"$BIN/forkbench" "$command" --help |
			awk 'after { print } { after = /:$/ }' |
			tr -d ' ' | tr , '\n' >choices
		[[ -s choices ]]
		part "$command" >part
		while read -r word; do
			grep -Eq "^\.(It )?Cm $word( |\$)" part ||
				{ echo "$command: $word" && false; }
		done <choices
	done
}

@test "forkbench.1 has the synopsis of every command, and no other" {
	local usage
	run "$BIN/forkbench" --help
	printf '%s\n' "${lines[@]}" |
		sed -n 's/^\(usage:\|      \) forkbench //p' >help
	[[ $(wc -l <help) == 8 ]]
	# .Nm, then a line each for the command, its options and operands.
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$DOCS/forkbench.1" |
		sed -e '/^\.Sh/d' -e 's/^\.Nm forkbench$/@/' \
			-e 's/^\.Cm //' -e 's/^\.Fl -/--/' \
			-e 's/^\.Op options$/[options]/' \
			-e 's/^\.Op Ar \(.*\)$/[\1]/' -e 's/^\.Ar //' |
		tr '\n' ' ' | tr @ '\n' | sed -e 's/^ //' -e 's/ $//' |
		awk NF >manual
	diff help manual
	# And each command says the same.
	while read -r usage; do
		[[ $usage == --* ]] && continue
		run "$BIN/forkbench" "${usage%% *}" --help
		[[ ${lines[0]} == "usage: forkbench $usage" ]]
	done <help
}
