#!/bin/sh
# usage: rooms_fail.sh LIB OBJECTS
# rooms.sh sees an include, and a call, of a room that must not be known. CC: the compiler.
set -eu
checks=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

must_fail() { # WORDS LIB OBJECTS
    if sh "$checks/rooms.sh" "$2" "$3" >"$temp/words" || ! grep -q "$1" "$temp/words"; then
        echo "not seen: $1"
        cat "$temp/words"
        exit 1
    fi
}

cp -R "$1" "$temp/lib"
echo '#include "train/train.h"' >>"$temp/lib/base/range.c"
must_fail 'base must not know train: base/range.c' "$temp/lib" "$2"

mkdir "$temp/objects"
cp "$2"/*.o "$temp/objects"
echo 'void *gni_step(void), *spy(void); void *spy(void) { return gni_step(); }' >"$temp/spy.c"
${CC:-cc} -c "$temp/spy.c" -o "$temp/objects/run_spy.c.o"
must_fail 'run must not know train: run_spy.c.o (gni_step)' "$1" "$temp/objects"
echo "an include and a call that must not be are seen"
