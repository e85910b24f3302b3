# Our files in other programs, and theirs in ours. Sourced by run.sh; runs where CI=true or --interop
# asks for it, since what it needs is large.

interop=$tests/interop
interop_count=200

# The Python that packages belong to, or the first on the PATH.
interop_python() { # SCRIPT...
    for python in /usr/bin/python3 python3; do
        ! "$python" -c 'import torch' 2>/dev/null || break
    done
    "$python" "$@"
}

interop_torch() { # float|double
    interop_folder=$temp/torch-$1
    interop_program=$suite/gcc/tests/interop/interop_networks-$1
    mkdir -p "$interop_folder" &&
        "$interop_program" write "$interop_folder" $interop_count &&
        interop_python "$interop/torch_models.py" ours "$interop_folder" $interop_count "$1" &&
        "$interop_program" weights "$interop_folder" $interop_count &&
        interop_python "$interop/torch_models.py" theirs "$interop_folder" $interop_count "$1"
}

same_bytes_on_every_run() { # (hash tables are seeded at random)
    for interop_run in 1 2; do
        mkdir -p "$temp/bytes-$interop_run" &&
            "$suite/gcc/tests/interop/interop_networks-float" write "$temp/bytes-$interop_run" 30 || return 1
    done
    diff -r "$temp/bytes-1" "$temp/bytes-2"
}

test_interop() {
    stage "other programs"
    check "networks have the same bytes on every run" same_bytes_on_every_run
    $wants_interop || {
        echo "  not asked for (--interop)"
        return
    }
    check "what it needs is there" sh "$root/examples/setup.sh" interop
    for interop_precision in float double; do
        check "$interop_count networks to NumPy and PyTorch and back, $interop_precision" \
            interop_torch $interop_precision
        grep 'max|a-b|' "$temp/check.log" | sed 's/^/        /'
    done
}
