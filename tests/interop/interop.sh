#!/bin/sh
# Our files in other programs, and theirs in ours. run.sh runs it where CI=true or --interop
# asks for it, since what it needs is large.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

interop=$tests/interop
interop_count=200

interop_torch() { # float|double
    interop_folder=$temp/torch-$1
    interop_program=$suite/gcc/tests/interop/interop_networks-$1
    mkdir -p "$interop_folder" &&
        "$interop_program" write "$interop_folder" $interop_count &&
        python_with torch "$interop/torch_models.py" ours "$interop_folder" $interop_count "$1" &&
        "$interop_program" weights "$interop_folder" $interop_count &&
        python_with torch "$interop/torch_models.py" theirs "$interop_folder" $interop_count "$1"
}

same_bytes_on_every_run() { # (hash tables are seeded at random)
    for interop_run in 1 2; do
        mkdir -p "$temp/bytes-$interop_run" &&
            "$suite/gcc/tests/interop/interop_networks-float" write "$temp/bytes-$interop_run" 30 ||
            return 1
    done
    diff -r "$temp/bytes-1" "$temp/bytes-2"
}

begin "other programs"
needs_gcc_build
check "networks have the same bytes on every run" same_bytes_on_every_run
needs_interop
check "what it needs is there" sh "$root/examples/setup.sh" interop
for interop_precision in float double; do
    check "$interop_count networks to NumPy and PyTorch and back, $interop_precision" \
        interop_torch $interop_precision
    tell 'max|a-b|'
done
finish
