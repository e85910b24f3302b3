#!/bin/sh
# Fuzzes:  sh tests/fuzz/run.sh MINUTES [TARGET...]
# Each target (default: all) for so many minutes, by clang's libFuzzer with its sanitizers, in
# build/fuzz/ (BUILD=DIR: in DIR/fuzz/). What is learned is kept there for the next run; a finding
# is a file in build/fuzz/findings/, belongs into corpus/TARGET/, and makes this fail.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
. "$root/examples/common/build_folder.sh"
build=$build/fuzz
minutes=${1-}
case $minutes in
'' | *[!0-9.]*)
    echo "usage: sh tests/fuzz/run.sh MINUTES [TARGET...]" >&2
    exit 2
    ;;
esac
shift
seconds=$(awk "BEGIN { print int($minutes * 60 + 0.5) }")
if [ $# -eq 0 ]; then
    for file in "$here"/fuzz_*.c; do
        name=${file##*/fuzz_}
        set -- "$@" "${name%.c}"
    done
fi

sh "$root/examples/setup.sh" build test
[ -f "$build/build.ninja" ] || CC=clang CXX=clang++ meson setup "$build" "$root" -Dfuzz=true \
    -Dprecision=float,double -Dtests=enabled -Dbench=false -Dmnist=disabled \
    --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false \
    -Dc_args=-fno-sanitize-recover=all -Db_ndebug=false
meson compile -C "$build" fuzzers

OMP_NUM_THREADS=1
OPENBLAS_NUM_THREADS=1
export OMP_NUM_THREADS OPENBLAS_NUM_THREADS

fuzz() { # TARGET
    log=$build/$1.log
    kept=$build/corpus/$1
    mkdir -p "$kept" "$build/findings"
    dictionary=$here/$1.dict
    [ -f "$dictionary" ] || dictionary=
    "$build/tests/fuzz/fuzz_$1-float" "-max_total_time=$seconds" -print_final_stats=1 -timeout=10 \
        -rss_limit_mb=1024 -malloc_limit_mb=256 "-artifact_prefix=$build/findings/$1-" \
        ${dictionary:+"-dict=$dictionary"} "$kept" "$here/corpus/$1" >"$log" 2>&1 || {
        tail -n 60 "$log"
        echo "$1: a finding, after $(stat_of number_of_executed_units) executions: see $log"
        return 1
    }
    echo "$1: $(stat_of number_of_executed_units) executions in $minutes minutes, no finding," \
        "$(find "$kept" -type f | wc -l) inputs kept"
}

stat_of() { # NAME
    sed -n "s/^stat::$1: *//p" "$log"
}

status=0
for target; do
    fuzz "$target" || status=1
done
exit $status
