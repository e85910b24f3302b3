#!/bin/sh
# Our ONNX files in ONNX Runtime, and those of other exporters in ours. run.sh runs it where
# CI=true or --interop asks for it, since what it needs is large.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

onnx_count=200

# The package carries its library: no script of its needs to run.
has_onnx_runtime() {
    onnx_runtime=$suite/npm-onnx/node_modules/onnxruntime-node
    [ -f "$onnx_runtime/package.json" ] || {
        mkdir -p "$suite/npm-onnx" && (cd "$suite/npm-onnx" &&
            npm install --ignore-scripts --no-audit --no-fund --loglevel=error onnxruntime-node@1)
    }
}

onnx_run() { # FOLDER float|double [LEVEL]
    onnx_tolerance=1e-5
    [ "$2" = float ] || onnx_tolerance=1e-12
    node "$tests/interop/onnx_run.js" "$onnx_runtime" $onnx_tolerance "$1" ${3-}
}

onnx_models() { # float|double COMMAND...
    onnx_program=$suite/gcc/tests/interop/onnx_models-$1
    shift
    "$onnx_program" "$@"
}

onnx_out() { # float|double: valid, and the same in ONNX Runtime and back
    onnx_folder=$temp/onnx-$1
    mkdir -p "$onnx_folder" && onnx_models "$1" write "$onnx_folder" $onnx_count &&
        python_with onnx "$tests/interop/onnx_check.py" "$onnx_folder" &&
        onnx_run "$onnx_folder" "$1" && onnx_models "$1" read "$onnx_folder"
}

onnx_from_torch() { # float|double
    onnx_folder=$temp/onnx-torch-$1
    mkdir -p "$onnx_folder" &&
        python_with onnx "$tests/interop/onnx_torch.py" "$onnx_folder" "$1" $onnx_count &&
        onnx_models "$1" read "$onnx_folder"
}

onnx_from_others() { # float|double
    onnx_folder=$temp/onnx-built-$1
    mkdir -p "$onnx_folder" &&
        python_with onnx "$tests/interop/onnx_built.py" "$onnx_folder" "$1" &&
        onnx_run "$onnx_folder/run" "$1" basic && onnx_models "$1" read "$onnx_folder/run" &&
        onnx_models "$1" read "$onnx_folder/tails"
}

begin "ONNX and other programs"
needs_interop
needs_gcc_build
check "what it needs is there" sh "$root/examples/setup.sh" interop npm
check "ONNX Runtime is there" has_onnx_runtime
for onnx_precision in float double; do
    check "$onnx_count networks to ONNX Runtime, $onnx_precision" onnx_out $onnx_precision
    tell 'agree'
    check "$onnx_count of PyTorch's exports, $onnx_precision" onnx_from_torch $onnx_precision
    check "chains built like those of other exporters, $onnx_precision" \
        onnx_from_others $onnx_precision
done
finish
