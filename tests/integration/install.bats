#!/usr/bin/env bats
# shellcheck disable=SC1091,SC2016,SC2030,SC2031,SC2034,SC2094,SC2154 # each test is a
# process, and names are data
# make install, uninstall and dist; which commit a build says it is of.
load helpers
load runs

installs() { # TARGET: into a place with a hostile name, under PREFIX
	local build=${BIN%/bin}
	(cd "$ROOT" && makes "$1" DESTDIR="$T/it's \$x" PREFIX=/opt/f \
		BUILD="${build##*/}")
}

@test "what is installed may be moved, keeps its runs in the user's folder, and goes" {
	umask 077
	installs install
	[[ $(find "it's \$x" -type f ! -perm -444) == '' ]]
	mv "it's \$x/opt/f" there
	invent state/forkbench/one.partial rounds=3
	mkdir empty
	cd empty
	export XDG_STATE_HOME=$T/state
	"$T/there/bin/forkbench" list >../told
	grep -q "one.partial" ../told
	"$T/there/bin/forkbench" doctor >../told || [[ $? == 3 ]]
	grep -q "forkbench resume $T/state/forkbench/one.partial" ../told
	grep -q "^ok *programs *built" ../told
	"$T/there/bin/forkbench" report ../state/forkbench/one.partial >../told
	[[ -s ../state/forkbench/one.partial/plots/verdicts.svg ]]
	XDG_STATE_HOME=relative HOME=$T/home timeout 60 "$T/there/bin/forkbench" \
		run --experiments churn --modes sig-ign,none --sessions 20 \
		--rounds 1 3>&- >../told || [[ $? == 1 ]]
	[[ -s $T/home/.local/state/forkbench/latest/report.html ]]
	[[ -z $(ls -A) ]]
	env -u HOME -u XDG_STATE_HOME "$T/there/bin/forkbench" doctor >../told ||
		[[ $? == 3 ]]
	grep -q "^ok *results *\.: can be written" ../told
	cd "$T"
	mv there "it's \$x/opt/f"
	installs uninstall
	[[ -z $(find "it's \$x" ! -type d) ]]
}

@test "bash, zsh and fish complete commands, options and choices" {
	local file at="it's \$x/opt/f/share"
	installs install
	. "$at/bash-completion/completions/forkbench"
	COMP_WORDS=(forkbench r) COMP_CWORD=1
	_forkbench forkbench r forkbench
	[[ ${COMPREPLY[*]} == 'run resume report' ]]
	COMP_WORDS=(forkbench run --wi) COMP_CWORD=2
	_forkbench forkbench --wi run
	[[ ${COMPREPLY[*]} == --with ]]
	COMP_WORDS=(forkbench run --profile '') COMP_CWORD=3
	_forkbench forkbench '' --profile
	[[ ${COMPREPLY[*]} == 'smoke quick full' ]]
	. "$at/bash-completion/completions/echod"
	COMP_WORDS=(echod --reap pid) COMP_CWORD=2
	_echod echod pid --reap
	[[ ${COMPREPLY[*]} == pidfd ]]
	for file in "$at"/zsh/site-functions/*; do
		! command -v zsh >/dev/null || zsh -n "$file"
	done
	command -v fish >/dev/null || skip "fish is not installed"
	for file in "$at"/fish/vendor_completions.d/*; do fish -n "$file"; done
	HOME=$T fish -c 'source $argv[1]; complete -C "forkbench run --profile "' \
		"$at/fish/vendor_completions.d/forkbench.fish" | cut -f 1 |
		sort | diff - <(printf '%s\n' full quick smoke)
}

# A repository with all that the folder has.
committed() { # FOLDER
	git -C "$1" init -q
	git -C "$1" add -A
	git -C "$1" -c user.name=a -c user.email=a@b.c commit -q -m all
}

recorded() { # FOLDER
	(cd "$1" && makes build/build_info.h >/dev/null &&
		sed -n 's/.*BUILD_COMMIT "\(.*\)"/\1/p; s/.*BUILD_DIRTY //p' \
			build/build_info.h | paste -sd' ')
}

@test "a build records its own commit, never that of a repository around it" {
	local commit
	command -v git >/dev/null || skip "git is not installed"
	checkout ours
	printf '/build/\n' >ours/.gitignore
	committed ours
	commit=$(git -C ours rev-parse --short HEAD)
	[[ $(recorded ours) == "$commit 0" ]]
	echo >>ours/README.md
	[[ $(recorded ours) == "$commit 1" ]]
	(cd ours && makes dist)
	mkdir other
	echo >other/file
	committed other
	tar xf ours/build/forkbench-*.tar.gz -C other
	[[ $(recorded other/forkbench-*) == "$commit 0" ]]
	cp -r ours other/copy
	rm -rf other/copy/.git
	[[ $(recorded other/copy) == "unknown 0" ]]
	[[ $(GIT_DIR=$T/other/.git recorded other/copy) == "unknown 0" ]]
	rm -rf ours/.git
	[[ $(recorded ours) == "unknown 0" ]]
}
