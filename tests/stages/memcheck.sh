#!/bin/sh
# Tests, and the MNIST program, under valgrind's memcheck.
# shellcheck disable=SC2046,SC2086 # words are meant to be split
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

# OpenMP and BLAS keep memory of their threads, so only what is definitely lost counts.
# valgrind knows no AVX-512: it hides it, and the library and BLAS choose lesser kernels.
memcheck='valgrind -q --fair-sched=try --error-exitcode=99 --leak-check=full
    --errors-for-leak-kinds=definite'

# Those in float, but for a few that take minutes there and learn nothing from it: what they do is
# numbers. More of that kind, and files that want much memory (the sanitizers see them), wait for
# --deep.
memcheck_tests() {
    meson test -C "$suite/gcc" --list 2>/dev/null | sed 's/.* //' | grep '^test_.*-float$' |
        grep -v -e reproducible -e properties -e gradients -e dlclose |
        if [ -n "${GN_TEST_DEEP-}" ]; then
            cat
        else
            grep -v -e reference_ -e elementary_functions -e greedy -e safetensors_refused -e test_blas \
                -e left_calls
        fi
}

begin "valgrind's memcheck"
needs_gcc_build
command -v valgrind >/dev/null || finish "there is no valgrind here"
meson_tests gcc memcheck --timeout-multiplier 20 --wrapper "$memcheck" $(memcheck_tests)
check "a small data set" make_tiny
check "the MNIST program" $memcheck "$suite/gcc/examples/mnist/mnist" --data "$tiny" \
    --epochs 1 --batch 300 --threads 2 --validation 0.1 --json "$temp/memcheck.json"
finish
