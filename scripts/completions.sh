#!/bin/sh
# Prints the completions of a program for a shell, made of what its --help says:
# completions.sh bash|zsh|fish PROGRAM
set -eu

shell=$1 program=$2 name=${2##*/}
commands=$("$program" --help |
	sed -n "s/^\(usage:\|      \) $name \([a-z][a-z]*\)\( .*\)\{0,1\}\$/\2/p")

# Each option but --help and --version, which all have: command, option, argument, choices, description. Choices stand in
# the lines after one that ends in a colon.
options() {
	for command in '' $commands; do
		# shellcheck disable=SC2086 # no command is no word
		"$program" $command --help | awk -v OFS='\t' -v command="$command" '
			function put() {
				if (option && option !~ /^--(help|version)$/)
					print command, option, argument, choices, text
				option = choices = listed = ""
			}
			/^  --/ {
				put()
				match($0, /^  --[a-z-]+/)
				option = substr($0, 3, RLENGTH - 2)
				argument = substr($0, RLENGTH + 1) ~ /^ [^ ]/ ? $2 : ""
				text = substr($0, 27)
				sub(/[:;(].*/, "", text)
				gsub(/[^A-Za-z0-9 ,.=_-]/, "", text)
			}
			option && listed && /^ +[a-z, -]+$/ {
				gsub(/[ ,]+/, " ")
				choices = choices " " $0
			}
			/:$/ { listed = 1 }
			END { put() }'
	done
}

options | awk -F '\t' -v shell="$shell" -v name="$name" -v all="$commands" '
	BEGIN { gsub(/\n/, " ", all) }
	{
		gsub(/ +/, " ", $4)
		sub(/^ /, "", $4)
		gsub(/^ +|[ ,]+$/, "", $5)
	}
	shell == "bash" {
		words[$1] = words[$1] " " $2
		if ($4)
			values = values sprintf("\t\047%s %s\047) words=\047%s\047 ;;\n", $1, $2, $4)
	}
	shell == "zsh" {
		words[$1] = words[$1] sprintf(" \\\n\t\t\047%s%s[%s]%s\047", $2,
			$3 ? "=" : "", $5,
			$3 ? ":" $3 ":" ($4 ? "(" $4 ")" : "_files") : "")
	}
	shell == "fish" {
		when = $1 || all ? "__fish_seen_subcommand_from " ($1 ? $1 : all) : "true"
		if (!$1 && all)
			when = "not " when
		printf "complete -c %s -n \047%s\047 -l %s%s -d \047%s\047\n", name, when,
			substr($2, 3), $4 ? " -x -a \047" $4 "\047" : $3 ? " -r" : "", $5
	}
	END {
		n = split("- " all, command, " ")
		command[1] = ""
		if (shell == "fish" && all)
			printf "complete -c %s -n __fish_use_subcommand -a \047%s\047\n", name, all
		if (shell == "bash") {
			printf "_%s() {\n\tlocal command= words= options=\n", name
			printf "\tcase \" %s \" in\n\t*\" ${COMP_WORDS[1]} \"*) command=${COMP_WORDS[1]} ;;\n\tesac\n", all
			print "\tcase $command in"
			for (i = 1; i <= n; i++)
				printf "\t\047%s\047) options=\047%s\047 ;;\n", command[i], words[command[i]]
			printf "\tesac\n\t((COMP_CWORD > 1)) || words=\047%s\047\n", all
			printf "\tcase \"$command $3\" in\n%s\tesac\n", values
			print "\t[[ $2 != -* ]] || words=$options"
			print "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$2\")\n}"
			printf "complete -o default -F _%s %s\n", name, name
		}
		if (shell == "zsh") {
			printf "#compdef %s\nlocal -a commands=(%s)\nlocal command=\n", name, all
			print "if ((CURRENT == 2)); then compadd -a commands; fi"
			print "if ((CURRENT > 2 && $commands[(Ie)$words[2]])); then"
			print "\tcommand=$words[2]\n\tshift words\n\t((CURRENT--))\nfi"
			print "case $command in"
			for (i = 1; i <= n; i++)
				printf "\047%s\047)\n\t_arguments%s \\\n\t\t\047*:file:_files\047 ;;\n", command[i], words[command[i]]
			print "esac"
		}
	}'
