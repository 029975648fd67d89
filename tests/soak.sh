#!/bin/sh
# soak.sh [MODE [SESSIONS]]: has one daemon serve many sessions, and compares
# its memory and descriptors after the first hundredth with those at the end.
# Exit 1 if they differ, or if a zombie is left in a mode that promises none.
set -eu
: "${BUILD:=$(dirname "$0")/../build}"
mode=${1:-waitpid-loop} sessions=${2:-1000000}
folder=$(mktemp -d)
mkfifo "$folder/port"
exec 4<>"$folder/port" # open here, too: what comes is not lost
"$BUILD/bin/echod" --foreground --reap "$mode" --ready-fd 3 --log "$folder/log" \
	127.0.0.1 0 3>&4 4>&- &
daemon=$!
trap 'kill $daemon 2>/dev/null || true; wait $daemon 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
port=$(timeout 10 head -n 1 <&4)

serve() { # SESSIONS; RST, as a million ports would be in TIME_WAIT
	"$BUILD/bin/loadgen" --quiet --sessions "$1" --close rst \
		--json "$folder/loadgen.json" 127.0.0.1 "$port"
}

# Anonymous memory, address space, page tables: KiB; descriptors; zombies.
state() {
	sed -n 's/^\(RssAnon\|VmSize\|VmPTE\):[^0-9]*\([0-9]*\).*/\1=\2/p' \
		"/proc/$daemon/status"
	echo "descriptors=$(find "/proc/$daemon/fd" -mindepth 1 | wc -l)"
	zombies=0
	for child in $(tr -d "\n" <"/proc/$daemon/task/$daemon/children"); do
		case $(sed 's/.*) //' "/proc/$child/stat" 2>/dev/null) in
		Z*) zombies=$((zombies + 1)) ;;
		esac
	done
	echo "zombies=$zombies"
}

serve $((sessions / 100))
sleep 1
state >"$folder/early"
serve $((sessions - sessions / 100))
sleep 1
state >"$folder/late"
echo "$mode, after $((sessions / 100)) sessions: $(tr '\n' ' ' <"$folder/early")"
echo "$mode, after $sessions sessions: $(tr '\n' ' ' <"$folder/late")"
case $mode in
none | waitpid-once | accept-sweep) ;;
*) grep -qx zombies=0 "$folder/late" ;;
esac
sed -i /zombies/d "$folder/early" "$folder/late"
cmp -s "$folder/early" "$folder/late"
