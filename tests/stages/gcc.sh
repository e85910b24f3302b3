#!/bin/sh
# The tests, built by gcc in float and double.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

begin "tests"
needs_gcc_build
meson_tests gcc gcc
finish
