#!/bin/sh
# The whole test suite:  sh tests/run.sh [--quick] [--interop] [--deep] [STAGE...]
# Installs what is missing, builds in build/suite/ (BUILD=DIR: in DIR/suite/), and ends with one
# line: N passed, N failed.
# --quick: one build and its tests. --interop: also with other programs (PyTorch, ONNX Runtime, a
# browser), which are large to install. --deep: all cases where the default takes a sample.
# STAGE...: only these. CI=true: with other programs, and warnings are errors. JOBS=N: so many
# stages at a time.
# shellcheck disable=SC2046,SC2086 # names of stages are words, meant to be split

# Each is a program by itself, tests/STAGE.sh, and is called by its last word.
all='stages/scripts programs/fetch stages/gcc stages/clang stages/blas stages/openblas_builds
    stages/sanitizers stages/memcheck stages/install stages/subprojects programs/mnist
    programs/models programs/screen programs/report programs/table programs/guide
    programs/real_mnist programs/bench programs/explore stages/docs interop/interop interop/onnx browser/browser programs/one_command'
slow=' clang blas openblas_builds sanitizers memcheck one_command ' # --quick leaves them out

tests=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
unset GN_TEST_SHARED
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/stages/jobs.sh
. "$tests/stages/jobs.sh"

usage() {
    echo "usage: sh tests/run.sh [--quick] [--interop] [--deep] [STAGE...], stages:" \
        $(echo "$all" | sed 's|[a-z]*/||g') >&2
    exit 2
}

named() { # NAME: the stage of that name
    for stage in $all; do
        [ "${stage##*/}" != "$1" ] || echo "$stage"
    done
}

quick() {
    for stage in $all; do
        case $slow in
        *" ${stage##*/} "*) ;;
        *) echo "$stage" ;;
        esac
    done
}

stages=$all
chosen=
GN_TEST_INTEROP=false
[ "${CI-}" != true ] || GN_TEST_INTEROP=true
for option; do
    case $option in
    --quick) stages=$(quick) ;;
    --interop) GN_TEST_INTEROP=true ;;
    --deep) GN_TEST_DEEP=1 && export GN_TEST_DEEP ;;
    *)
        stage=$(named "$option")
        [ -n "$stage" ] || usage
        chosen="$chosen $stage"
        ;;
    esac
done
stages=${chosen:-$stages}

sh "$root/examples/setup.sh" build test plot || sh "$root/examples/setup.sh" build test || {
    echo "0 passed, 1 failed"
    exit 1
}
GN_TEST_SHARED=$shared
export GN_TEST_INTEROP GN_TEST_SHARED
trap 'end_jobs; rm -rf "$temp"' EXIT

# In one call of apt-get while gcc compiles; their stages ask again, and say what went wrong.
if $GN_TEST_INTEROP && [ -z "$chosen" ]; then
    sh "$root/examples/setup.sh" interop npm browser $([ "${CI-}" != true ] || echo docs) \
        >"$suite/logs/setup.txt" 2>&1 </dev/null &
    workers=$!
fi
run_alone stages/build
wait
run_side_by_side $stages
finish
