#!/bin/sh
# The whole test suite:  sh tests/run.sh [--quick] [--interop]
# Installs what is missing, builds in build/suite/ (BUILD=DIR: in DIR/suite/), and ends with one line:
# N passed, N failed.
# --quick: one build and its tests. --interop: also with other programs (PyTorch, ONNX Runtime, a browser),
# which are large to install. CI=true: with them, and warnings are errors.
set -u

tests=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$tests/.." && pwd)
# shellcheck source=examples/build_folder.sh
. "$root/examples/build_folder.sh"
suite=$build/suite
unset BUILD # of what is tested
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
for part in builds install scripts fetch mnist models screen report table guide bench explore docs interop \
    onnx browser
do
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
test_screen
test_report
test_table
test_guide
test_real_mnist
test_bench
test_explore
test_docs
test_interop
test_onnx_interop
test_browser
$quick || test_one_command
totals
