#!/bin/sh
# usage: names.sh INCLUDE LIBRARY PREFIX [-DGN_DOUBLE]
# The names that the headers declare with GN_API, all of which must begin with PREFIX_, are
# those that LIBRARY.so exports; what LIBRARY.a defines for other files has names of its own.
set -eu
include=$1 library=$2 prefix=$3
shift 3

# One declaration per line, comments and macros gone; then the names in it.
declared() {
    for header in gemmnet layer idx files table; do
        echo "#include <gemmnet/$header.h>"
    done | ${CC:-cc} -std=c11 -E -P -I "$include" "$@" -x c - | tr '\n' ' ' | tr ';' '\n' |
        sed -n 's/.*__attribute__((visibility("default")))//p' |
        awk '/^ *extern/ { sub(/^ *extern const [a-z_]* /, ""); gsub(/,/, " ")
                           for (i = 1; i <= NF; i++) print $i; next }
             match($0, /[a-z_0-9]+\(/) { print substr($0, RSTART, RLENGTH - 1) }' | sort -u
}

defined() { # sanitizers and linkers add names that begin with _
    nm "$@" | awk 'NF == 3 && $2 ~ /[A-Z]/ && $3 !~ /^_/ { print $3 }' | sort -u
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
declared "$@" >"$folder/declared"
defined -D --defined-only "$library.so" >"$folder/exported"
defined -g --defined-only "$library.a" >"$folder/global"

status=0
complain() {
    if [ -s "$folder/bad" ]; then
        echo "$1:"
        cat "$folder/bad"
        status=1
    fi
}
[ "$(wc -l <"$folder/declared")" -gt 60 ] || { echo "the headers cannot be read"; exit 1; }
grep -v "^${prefix}_" "$folder/declared" >"$folder/bad" || true
complain "declared, but not ${prefix}_ (missing in names.h)"
comm -23 "$folder/declared" "$folder/exported" >"$folder/bad"
complain "declared, but not exported by $library.so"
comm -13 "$folder/declared" "$folder/exported" >"$folder/bad"
complain "exported by $library.so, but not declared"
internal=$(echo "$prefix" | sed 's/^gn/gni/')
grep -Ev "^(${prefix}|${internal})_" "$folder/global" >"$folder/bad" || true
complain "in $library.a, but neither ${prefix}_ nor ${internal}_ (missing in internal_names.h)"
exit $status
