#!/bin/sh
# The whole test suite:  sh tests/run.sh [--quick] [--interop]
# Installs what is missing, builds in build/suite/, and ends with one line: N passed, N failed.
# --quick: one build and its tests. --interop: also with other programs (PyTorch, ONNX Runtime), which
# are large to install. CI=true: with them, and warnings are errors.
set -u

tests=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$tests/.." && pwd)
suite=$root/build/suite
quick=false
wants_interop=false
[ "${CI-}" != true ] || wants_interop=true
for option; do
    case $option in
    --quick) quick=true ;;
    --interop) wants_interop=true ;;
    *)
        echo "usage: sh tests/run.sh [--quick] [--interop]" >&2
        exit 2
        ;;
    esac
done

# shellcheck source=tests/run_count.sh
. "$tests/run_count.sh"
for part in builds install scripts fetch mnist models table bench explore interop onnx; do
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
test_explore
test_interop
test_onnx_interop
$quick || test_one_command
totals
