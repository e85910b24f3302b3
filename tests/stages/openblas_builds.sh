#!/bin/sh
# Debian's three builds of OpenBLAS, which the program's start chooses: each decides in its own way
# how many threads make a product. The tests of what may depend on that, and on nothing else.
# shellcheck disable=SC2086 # words are meant to be split
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

openblas_tests='test_blas-float test_left_calls-float test_reproducible-float
    test_process_state-float test_training-float test_later_fits-float test_dropout-float
    test_gradients-float test_updates-float'

# From the least address space in which the program starts: it trains and tests, or says that memory
# is short. (OpenBLAS by itself tries for ever.) In steps of so many KB; `sh -c` so that only the
# program is limited.
ends_with_little_memory() { # STEP
    command -v timeout >/dev/null || return 0
    make_tiny || return 1
    little_program=$suite/gcc/examples/mnist/mnist
    little_runs=0
    "$little_program" --data "$tiny" --epochs 1 --quiet --model "$temp/little.safetensors" ||
        return 1
    for little in $(seq 100000 "$1" 400000); do
        sh -c "ulimit -v $little && exec timeout 10 '$little_program' --help" >/dev/null 2>&1 || continue
        little_runs=$((little_runs + 1))
        ends_within "--data '$tiny' --hidden 512,512 --batch 1024 --epochs 1 --quiet" &&
            ends_within "test --data '$tiny' --model '$temp/little.safetensors'" || return 1
    done
    [ $little_runs -gt 0 ]
}

# With $little KB.
ends_within() { # ARGUMENTS
    sh -c "ulimit -v $little && exec timeout 60 '$little_program' $1" >"$temp/little" 2>&1
    little_code=$?
    case $little_code in
    0) return ;;
    1) grep -q 'no memory\|Thread creation failed' "$temp/little" && return ;;
    esac
    echo "with $little KB: status $little_code: $(cat "$temp/little")"
    return 1
}

begin "OpenBLAS's builds"
needs_gcc_build
for openblas_build in pthread serial openmp; do
    openblas_folder=$(dirname "$(gcc -print-file-name="openblas-$openblas_build/libopenblas.so.0")")
    [ -d "$openblas_folder" ] && [ "$openblas_folder" != . ] || {
        echo "  there is no openblas-$openblas_build here"
        continue
    }
    export LD_LIBRARY_PATH="$openblas_folder"
    check "a program gets the $openblas_build build" sh -c "ldd '$suite/gcc/tests/test_blas-float' |
        grep -F 'openblas-$openblas_build/'"
    meson_tests gcc "openblas-$openblas_build" $openblas_tests
    check "mnist with little memory" ends_with_little_memory 40000
    unset LD_LIBRARY_PATH
done
finish
