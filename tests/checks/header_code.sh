#!/bin/sh
# usage: header_code.sh ROOT
# Every @code block in a public header's comments compiles as it stands, once gemmnet.h is there.
set -eu
cd "$1"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
status=0
count=0
for header in include/gemmnet/*.h; do
    awk -v out="$temp/${header##*/}" '
        /^ \* @endcode/ { inside = 0; close(file); next }
        /^ \* @code/ {
            inside = 1
            file = out "-" NR ".c"
            print "#include <gemmnet/gemmnet.h>" > file
            next
        }
        inside { sub(/^ \* ?/, ""); print > file }' "$header"
done
for block in "$temp"/*.c; do
    [ -e "$block" ] || break
    count=$((count + 1))
    ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Iinclude -fsyntax-only "$block" || {
        echo "${block##*/}: does not compile"
        status=1
    }
done
echo "$count blocks"
[ "$count" -gt 0 ] || status=1
exit $status
