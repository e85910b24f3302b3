#!/bin/sh
# The tests under clang's sanitizers.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

begin "address and undefined behaviour sanitizers"
build_target=meson-test-prereq
check "builds with sanitizers" build sanitizers clang clang++ -Doptimization=1 -Ddebug=false \
    -Dprecision=float,double -Db_sanitize=address,undefined -Db_lundef=false \
    "-Dc_args=-fno-sanitize-recover=all -gline-tables-only"
meson_tests sanitizers sanitizers --timeout-multiplier 10
finish
