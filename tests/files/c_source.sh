#!/bin/sh
# usage: c_source.sh PROGRAM
# C source of random networks (70, or 200 with GN_TEST_DEEP): a compiler in its strictest mood takes
# it as C99, C++ too, all of it in one file; it keeps no state; and compiled it computes what the
# library does.
# PROGRAM is c_networks; CC and CXX (may be empty) are the compilers.
set -eu
program=$1
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
status=0

complain() {
    echo "$*"
    status=1
}

strict='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion -Werror'

# shellcheck disable=SC2086 # words are meant to be split
compile() { # COMPILER C-STANDARD [OPTION...]
    compiler=$1 standard=$2
    shift 2
    $compiler -std="$standard" $strict "$@"
}

include() { # FILE...
    for file; do
        echo "#include \"c/${file##*/}\""
    done
}

computes_the_same() { # COMPILER compare|tenth FILE
    if compile "$1" c99 -Wmissing-prototypes -O1 -fPIC -shared -o "$temp/all.so" "$3" -lm; then
        "$program" "$2" "$temp/all.so" || complain "not the same, compiled by $1"
    else
        complain "not C99 to $1"
    fi
}

mkdir "$temp/c" "$temp/named"
"$program" write "$temp/c"
include "$temp"/c/*.c >"$temp/all.c"
include "$temp"/c/edge_*.c "$temp"/c/net_*0.c >"$temp/tenth.c"
[ "$(wc -l <"$temp/all.c")" -gt 100 ] || complain "too few networks"

computes_the_same "$CC" compare "$temp/all.c"
case $CC in
*clang*) ;;
*)
    if command -v clang >/dev/null; then
        compile clang c99 -fsyntax-only "$temp/all.c" || complain "not C99 to clang"
        computes_the_same clang tenth "$temp/tenth.c"
    fi
    ;;
esac
if [ -n "${CXX-}" ]; then
    compile "$CXX" c++11 -x c++ -fsyntax-only "$temp/all.c" || complain "not C++ to $CXX"
fi

# By itself, as most are: nothing that can be written to, nothing but <math.h> called.
compile "$CC" c99 -O1 -c -o "$temp/dense.o" "$temp/c/dense.c" || complain "dense.c does not compile"
nm "$temp/dense.o" >"$temp/symbols"
[ "$(grep -c ' T ' "$temp/symbols")" -eq 1 ] ||
    complain "more names than one: $(cat "$temp/symbols")"
! grep ' [BbCDdGgSs] ' "$temp/symbols" || complain "these can be written to"
! grep ' U ' "$temp/symbols" |
    grep -v -e ' _*\(exp\|expm1\|log1p\|tanh\|erfc\)f*$' -e ' _GLOBAL_OFFSET_TABLE_$' ||
    complain "these are called"
[ "$(grep -h '^#include' "$temp"/c/net_*.c | sort -u | grep -c '<')" -eq 1 ] ||
    complain "more headers than one"

# Each name that this C library declares, and each macro that its <math.h> has, is refused.
for header in assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp \
    signal stdalign stdarg stdbool stddef stdint stdio stdlib stdnoreturn string time uchar wchar \
    wctype
do
    echo "#include <$header.h>"
done >"$temp/headers.c"
echo '#include <math.h>' >"$temp/math.c"
{
    $CC -std=c11 -E -P "$temp/headers.c" | tr '\n' ' ' | sed 's/{[^}]*}//g' |
        grep -o '[A-Za-z0-9_]* *(' | tr -d ' ('
    $CC -E -P "$temp/math.c" | grep -o '[A-Za-z0-9_]* *(' | tr -d ' ('
    $CC -std=c11 -dM -E "$temp/headers.c" | sed -n 's/^#define \([a-z][A-Za-z0-9_]*\).*/\1/p'
    $CC -dM -E "$temp/math.c" | sed -n 's/^#define \([A-Za-z][A-Za-z0-9_]*\).*/\1/p'
} | grep '^[A-Za-z]' | sort -u >"$temp/names"
[ "$(wc -l <"$temp/names")" -gt 400 ] || complain "the headers cannot be read"
"$program" names "$temp/named" <"$temp/names" >"$temp/log" 2>&1 ||
    complain "$(cat "$temp/log")"
for file in "$temp/named"/*.c; do
    [ ! -e "$file" ] || complain "${file##*/} is not refused, but the C library has its name"
done
exit $status
