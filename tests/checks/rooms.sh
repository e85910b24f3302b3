#!/bin/sh
# usage: rooms.sh LIB OBJECTS
# A room of lib/ knows only those that lib/README.md lets it know: by what it includes, and by what
# its compiled files (of a build's folder OBJECTS) call.
set -eu
lib=$1
objects=$2
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

# Lines of two words: a room, and one that it may know, itself included.
sed -n 's/^| \[`\([a-z]*\)`\].*|\([^|]*\)|$/\1 \1 \2/p' "$lib/README.md" | tr -d '`' |
    awk '{ for (i = 2; i <= NF; i++) print $1, $i }' | sort >"$temp/allowed"

# room known file
(cd "$lib" && grep -r '^ *# *include "[a-z]*/' --include='*.[ch]' .) |
    sed 's|^\./\(\([a-z]*\)[^:]*\):.*"\([a-z]*\)/.*|\2 \3 \1|' >"$temp/includes"

# name room: who defines it. name room file: who calls it. (An object of room/file.c is called
# room_file.c.o.)
nm -A --defined-only "$objects"/*.o |
    awk 'NF == 3 { sub(/.*\//, "", $1); sub(/_.*/, "", $1); print $3, $1 }' | sort >"$temp/defined"
nm -A --undefined-only "$objects"/*.o | awk '{ sub(/.*\//, "", $1); sub(/:$/, "", $1); room = $1
    sub(/_.*/, "", room); print $3, room, $1 }' | sort >"$temp/called"
join "$temp/defined" "$temp/called" | awk '{ print $3, $2, $4 " (" $1 ")" }' >"$temp/calls"

rooms=$(cut -d' ' -f1 "$temp/allowed" | uniq | wc -l)
folders=$(find "$lib" -mindepth 1 -maxdepth 1 -type d | wc -l)
[ "$rooms" -eq "$folders" ] || {
    echo "lib/README.md has $rooms rooms, lib/ has $folders"
    exit 1
}
[ -s "$temp/includes" ] && [ -s "$temp/calls" ] || {
    echo "no includes in $lib, or no calls in $objects"
    exit 1
}
awk 'NR == FNR { allowed[$1, $2] = 1; next }
     !(($1, $2) in allowed) { print $1 " must not know " $2 ": " $3, $4; bad = 1 }
     END { exit bad }' "$temp/allowed" "$temp/includes" "$temp/calls"
echo "$(wc -l <"$temp/includes") includes and $(wc -l <"$temp/calls") calls," \
    "each to a room that may be known"
