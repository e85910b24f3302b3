#!/bin/sh
# The MNIST program on the real MNIST, where it has been fetched.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

accuracy() { # OPTION...: on the test images
    "$suite/gcc/examples/mnist/mnist" --data "$real" --quiet --json "$temp/real.json" "$@" &&
        value "$temp/real.json" test_accuracy
}

default_recipe_is_good() { # median and worst of five seeds
    for seed in 1 2 3 4 5; do
        accuracy --seed $seed || return 1
    done | sort -n >"$temp/accuracies"
    at_least "$(sed -n 3p "$temp/accuracies")" 0.96 &&
        at_least "$(sed -n 1p "$temp/accuracies")" 0.955
}

other_activations_are_good() {
    for activation in sigmoid tanh; do
        at_least "$(accuracy --activation $activation)" 0.95 || return 1
    done
}

needs_little_memory() {
    cc -o "$temp/peak_memory" "$tests/programs/peak_memory.c" &&
        "$temp/peak_memory" 120 "$suite/gcc/examples/mnist/mnist" --data "$real" --epochs 1
}

begin "the real MNIST"
needs_gcc_build
has_real_mnist || finish "is not in $real: sh examples/fetch_mnist.sh brings it"
check "96 % by default" default_recipe_is_good
check "95 % with sigmoid and tanh" other_activations_are_good
check "less than 120 MiB" needs_little_memory
finish
