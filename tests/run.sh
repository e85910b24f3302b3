#!/bin/sh
# The whole test suite:  sh tests/run.sh [--quick] [--interop] [--deep] [STAGE...]
# Installs what is missing, builds in build/suite/ (BUILD=DIR: in DIR/suite/), and ends with one line:
# N passed, N failed.
# --quick: one build and its tests. --interop: also with other programs (PyTorch, ONNX Runtime, a browser),
# which are large to install. --deep: all cases where the default takes a sample. STAGE...: only these.
# CI=true: with other programs, and warnings are errors. JOBS=N: so many stages at a time.
# shellcheck disable=SC2046,SC2086,SC2116 # names of stages are words, meant to be split
set -u

tests=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$tests/.." && pwd)
# shellcheck source=examples/common/build_folder.sh
. "$root/examples/common/build_folder.sh"
suite=$build/suite
unset BUILD # of what is tested
quick_stages='scripts fetch gcc install subprojects mnist models screen report table guide
    real_mnist bench explore docs interop onnx browser'
stages='scripts fetch gcc clang blas openblas_builds sanitizers memcheck install subprojects
    mnist models screen report table guide real_mnist bench explore docs interop onnx browser one_command'

# shellcheck source=tests/run_count.sh
. "$tests/run_count.sh"
# shellcheck source=tests/run_jobs.sh
. "$tests/run_jobs.sh"
for part in builds install subprojects scripts fetch mnist models screen report table guide bench \
    explore docs interop onnx browser
do
    . "$tests/run_$part.sh"
done

usage() {
    echo "usage: sh tests/run.sh [--quick] [--interop] [--deep] [STAGE...], stages: $(echo $stages)" >&2
    exit 2
}

wants_interop=false
[ "${CI-}" != true ] || wants_interop=true
chosen=
for option; do
    case $option in
    --quick) stages=$quick_stages ;;
    --interop) wants_interop=true ;;
    --deep) GN_TEST_DEEP=1 && export GN_TEST_DEEP ;;
    -*) usage ;;
    *)
        case " $(echo $stages) " in
        *" $option "*) chosen="$chosen $option" ;;
        *) usage ;;
        esac
        ;;
    esac
done
stages=${chosen:-$stages}

sh "$root/examples/setup.sh" build test plot || sh "$root/examples/setup.sh" build test || {
    echo "0 passed, 1 failed"
    exit 1
}
mkdir -p "$suite/logs"
shared=$(mktemp -d)
temp=$shared
tiny="$shared/tiny data" # MNIST's formats, small: make_tiny
tiny_gz=$shared/gz
trap 'end_jobs; rm -rf "$shared"' EXIT
trap 'exit 130' INT TERM HUP

# In one call of apt-get while gcc compiles; their stages ask again, and say what went wrong.
if $wants_interop && [ -z "$chosen" ]; then
    sh "$root/examples/setup.sh" interop npm browser $([ "${CI-}" != true ] || echo docs) \
        >"$suite/logs/setup.txt" 2>&1 </dev/null &
    workers=$!
fi
run_alone build
wait
run_side_by_side $stages
totals
