#!/bin/sh
# The tests, built by clang.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

begin "clang, release"
check "builds with clang" build clang clang clang++ --buildtype=release -Dprecision=float,double
meson_tests clang clang
check_guide clang
finish
