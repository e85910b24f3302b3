#!/bin/sh
# The whole test suite:  sh tests/run.sh [--quick]
# Installs what is missing, builds in build/suite/, and ends with one line: N passed, N failed.
# --quick: one build and its tests. CI=true: warnings are errors.
set -u

tests=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$tests/.." && pwd)
suite=$root/build/suite
quick=false
case ${1-} in
--quick) quick=true ;;
'') ;;
*)
    echo "usage: sh tests/run.sh [--quick]" >&2
    exit 2
    ;;
esac

# shellcheck source=tests/run_count.sh
. "$tests/run_count.sh"
for part in builds install scripts fetch mnist models table bench; do
    . "$tests/run_$part.sh"
done

sh "$root/examples/setup.sh" build test || {
    echo "0 passed, 1 failed"
    exit 1
}
mkdir -p "$suite/logs"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM HUP

test_scripts
test_fetch
test_gcc_build
if ! $quick; then
    test_clang_build
    test_other_blas
    test_sanitizers
    test_memcheck
fi
test_install
test_mnist
test_models
test_table
test_real_mnist
test_bench
$quick || test_one_command
totals
