#!/bin/sh
# The MNIST program, on a small data set of our own.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

# ---- running it ---------------------------------------------------------------------

checksum() { # OPTION...
    mnist --quiet --json "$temp/checksum.json" "$@" && value "$temp/checksum.json" weights_checksum
}

# ---- what is checked ------------------------------------------------------------------

writes_json() {
    json="$temp/a result.json"
    mnist --hidden 12,8 --batch 20 --seed 7 --json "$json" && json_is_valid "$json" || return 1
    for key in test_accuracy test_loss train_seconds samples_per_second epochs parameters seed \
        threads batch layers weights_checksum
    do
        [ -n "$(value "$json" $key)" ] || {
            echo "there is no $key"
            return 1
        }
    done
    equal "$(value "$json" layers)" "[784, 12, 8, 10]" && equal "$(value "$json" epochs)" 5 &&
        equal "$(value "$json" parameters)" 9614 && equal "$(value "$json" seed)" 7 &&
        equal "$(value "$json" batch)" 20 && at_least "$(value "$json" test_accuracy)" 0.9
}

writes_history() {
    mnist --validation 0.2 --history "$temp/history.csv" &&
        equal "$(wc -l <"$temp/history.csv")" 6 &&
        equal "$(awk -F , 'NR > 1 && NF == 8 && $6 > 0 && $7 > 0' "$temp/history.csv" | wc -l)" 5
}

leaves_old_file() { # when a run fails
    echo old >"$temp/old.json"
    ! mnist --json "$temp/old.json" --data "$temp/no-such" && equal "$(cat "$temp/old.json")" old &&
        equal "$(find "$temp" -name 'old.json.*')" ""
}

writes_to_pipe() {
    mnist --quiet --json /dev/stdout | cat >"$temp/piped.json" &&
        [ -s "$temp/piped.json" ] && json_is_valid "$temp/piped.json"
}

is_quiet() {
    equal "$(mnist --quiet 2>&1)" ""
}

same_weights() { # with any number of threads, run after run, from plain and from packed files
    first=$(checksum --dropout 0.2 --threads 1) && equal "${#first}" 18 || return 1
    for threads in 1 2 3; do
        equal "$(checksum --dropout 0.2 --threads $threads)" "$first" || return 1
    done
    equal "$(checksum --dropout 0.2 --data "$tiny_gz")" "$first" &&
        ! equal "$(checksum --dropout 0.2 --seed 2)" "$first"
}

learns() { # OPTION...
    mnist --quiet --epochs 30 --json "$temp/learns.json" "$@" &&
        at_least "$(value "$temp/learns.json" test_accuracy)" 0.9
}

learns_with_all() { # OPTION VALUE...
    all_option=$1
    shift
    for all_value; do
        learns "$all_option" "$all_value" || {
            echo "with $all_option $all_value"
            return 1
        }
    done
}

stops_early() {
    mnist --epochs 500 --patience 2 --rate 0.1 --json "$temp/early.json" &&
        ! at_least "$(value "$temp/early.json" epochs)" 500
}

finds_data() { # by MNIST_DIR, or in the cache folder
    (
        mkdir -p "$temp/cache/gemmnet" && cp -R "$tiny" "$temp/cache/gemmnet/mnist" || exit 1
        program=$suite/gcc/examples/mnist/mnist
        MNIST_DIR=$tiny "$program" --quiet --epochs 1 &&
            MNIST_DIR="" XDG_CACHE_HOME=$temp/cache "$program" --quiet --epochs 1
    )
}

without_data() {
    MNIST_DIR="" XDG_CACHE_HOME=$temp/empty "$suite/gcc/examples/mnist/mnist"
}

tells_accuracy() { # FILE
    grep -q 'test accuracy' "$1"
}

ends_on() { # SIGNAL CODE
    interrupted_when "$1" "$2" tells_accuracy "$temp/interrupted" \
        "$suite/gcc/examples/mnist/mnist" --data "$tiny" --epochs 1000000
}

# Even where the program is stuck: here in a call that goes on after a signal.
ends_when_stuck() {
    cat >"$temp/stuck.c" <<'END'
#include "interrupt.h"
#include <unistd.h>
int main(void)
{
    int ends[2];
    char byte;
    interrupt_catch();
    return pipe(ends) != 0 || read(ends[0], &byte, 1) >= 0;
}
END
    cc -D_POSIX_C_SOURCE=200809L -DINTERRUPT_SECONDS=1 -I "$root/include" \
        -I "$root/examples/common" -o "$temp/stuck" "$temp/stuck.c" \
        "$root/examples/common/interrupt.c" || return 1
    timeout --preserve-status --kill-after 60 --signal TERM 1 "$temp/stuck"
    equal $? 143
}

# ---- bad input ------------------------------------------------------------------------

# A copy of the small data in which one file is another.
spoiled() { # FILE COMMAND...: what writes it
    spoiled_file=$1
    shift
    rm -rf "$temp/spoiled" && cp -R "$tiny" "$temp/spoiled" &&
        "$@" >"$temp/spoiled/$spoiled_file" && echo "$temp/spoiled"
}

refuses_options() {
    check_refused "--batch 0" mnist --batch 0
    check_refused "--batch -3" mnist --batch -3
    check_refused "--batch 1e3" mnist --batch 1e3
    check_refused "--epochs 99999999999999999999999" mnist --epochs 99999999999999999999999
    check_refused "--rate nan" mnist --rate nan
    check_refused "--rate inf" mnist --rate=inf
    check_refused "--rate 0" mnist --rate 0
    check_refused "--rate 0.1x" mnist --rate 0.1x
    check_refused "--dropout 1" mnist --dropout 1
    check_refused "--validation 1" mnist --validation 1
    check_refused "--weight-decay -1" mnist --weight-decay -1
    check_refused "--hidden 0" mnist --hidden 0
    check_refused "--hidden 16,,16" mnist --hidden 16,,16
    check_refused "--hidden 16,x" mnist --hidden 16,x
    check_refused "no activation 'rely'" mnist --activation relu,rely
    check_refused "3 activations for 2 hidden layers" mnist --activation relu,tanh,relu
    check_refused "--optimizer newton" mnist --optimizer newton
    check_refused "--schedule linear" mnist --schedule linear
    check_refused "--decay goes with" mnist --schedule cosine --decay 0.9
    check_refused "--patience wants validation" mnist --patience 3 --validation 0
    check_refused "--seed -1" mnist --seed -1
    check_refused "--threads 0" mnist --threads 0
    check_refused "unknown option --no-such" mnist --no-such 3
    check_refused "unknown option -b" mnist -b
    check_refused "unexpected argument 'train'" mnist train
    check_refused "unknown verb 'trian'" "$suite/gcc/examples/mnist/mnist" trian
    check_refused "--batch wants a value" mnist --batch
    check_refused "--batch wants a value" mnist --batch --quiet
    check_refused "--quiet takes no value" mnist --quiet=yes
}

refuses_files() {
    images=$tiny/train-images-idx3-ubyte
    labels=$tiny/train-labels-idx1-ubyte
    check_refused "--data $temp/no-such: No such file" mnist --data "$temp/no-such"
    check_refused "fetch_mnist.sh" without_data
    check_refused "cannot write $temp/no-such/x.json" mnist --json "$temp/no-such/x.json"
    check_refused "cannot write $temp: Is a directory" mnist --history "$temp"
    check_refused "train-images-idx3-ubyte" mnist --data \
        "$(spoiled train-images-idx3-ubyte head -c 5000 "$images")"
    check_refused "train-labels-idx1-ubyte" mnist --data \
        "$(spoiled train-labels-idx1-ubyte printf '\0\0\10\1\0\0\3')"
    check_refused "has 1000 labels for 200 images" mnist --data \
        "$(spoiled t10k-labels-idx1-ubyte cat "$labels")"
    check_refused "train-images-idx3-ubyte" mnist --data "$(spoiled train-images-idx3-ubyte \
        printf '\0\0\10\3\377\377\377\377\377\377\377\377\0\0\0\34')"
    check_refused "label" mnist --data "$(spoiled train-labels-idx1-ubyte \
        sh -c 'head -c 1007 "$1"; printf "\12"' sh "$labels")"
    rm -rf "$temp/spoiled" && cp -R "$tiny_gz" "$temp/spoiled"
    head -c 20000 "$tiny_gz/train-images-idx3-ubyte.gz" >"$temp/spoiled/train-images-idx3-ubyte.gz"
    check_refused "train-images-idx3-ubyte.gz ends too early" mnist --data "$temp/spoiled"
}

# ---- the stage -------------------------------------------------------------------------

begin "the MNIST program"
needs_gcc_build
check "a small data set" make_tiny
check "--help fits a screen" help_fits mnist 24 hidden activation epochs batch optimizer rate \
    schedule decay dropout weight-decay patience validation seed threads dataset data history \
    json model checkpoint checkpoint-every resume quiet report
check "--version" mnist --version
check "--json" writes_json
check "--json to a pipe" writes_to_pipe
check "--history" writes_history
check "a failed run leaves the old file" leaves_old_file
check "--quiet" is_quiet
check "the same weights with 1, 2 and 3 threads" same_weights
check "finds its data" finds_data
check "--patience stops early" stops_early
check "every activation learns" learns_with_all --activation identity sigmoid tanh relu \
    leaky_relu elu gelu silu softplus relu,tanh
check "every optimizer learns" learns_with_all --optimizer sgd momentum nesterov adagrad \
    rmsprop adam adamw
check "rprop learns" learns --optimizer rprop --epochs 100
check "every schedule learns" learns_with_all --schedule constant exponential step cosine
check "any depth learns" learns_with_all --hidden none 5 20,20,20,20
check "--weight-decay and --dropout" learns --hidden 50 --weight-decay 0.01 --dropout 0.2
check_refused "the loss is" \
    mnist --optimizer momentum --rate 1e6 --activation identity --epochs 100
command -v timeout >/dev/null && check "ends well on Ctrl-C" ends_on INT 130
command -v timeout >/dev/null && check "ends well on SIGTERM" ends_on TERM 143
command -v timeout >/dev/null && check "one SIGTERM is enough" ends_when_stuck
refuses_options
refuses_files
finish
