#!/bin/sh
# Models and checkpoints of the MNIST program, on small data. KILLS=100 kills training that often.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

# ---- models -----------------------------------------------------------------------------

same_scores() { # KEY...: of training and test
    for key; do
        equal "$(value "$models/test.json" "$key")" "$(value "$models/train.json" "$key")" ||
            return 1
    done
}

tests_what_it_trained() {
    # shellcheck disable=SC2086 # words are meant to be split
    mnist $poor --model "$models/poor.safetensors" --json "$models/train.json" \
        >"$models/train.txt" && says 'poor.safetensors has the network' "$models/train.txt" &&
        test_model --model "$models/poor.safetensors" --json "$models/test.json" \
            >"$models/test.txt" && json_is_valid "$models/test.json" &&
        same_scores test_accuracy test_loss parameters weights_checksum &&
        ! at_least "$(value "$models/test.json" test_accuracy)" 0.99 &&
        equal "$(tail -n 1 "$models/test.txt")" "$(grep '^test accuracy' "$models/train.txt")"
}

# Each once more, from the matrix of confusion: a row is what an image is.
figures_agree() {
    value "$models/test.json" confusion | tr -d '[]' | tr ',' ' ' | awk '
        { for (i = 0; i < 100; i++) { is[int(i / 10)] += $(i + 1); took[i % 10] += $(i + 1) }
          for (i = 0; i < 10; i++) { right += $(11 * i + 1)
              recall = recall sep (is[i] ? sprintf("%.6f", $(11 * i + 1) / is[i]) : "null")
              precision = precision sep \
                  (took[i] ? sprintf("%.6f", $(11 * i + 1) / took[i]) : "null")
              sep = " " } }
        END { print precision; print recall; printf "%.6f\n", right / 200 }' >"$models/expected"
    for key in class_precision class_recall test_accuracy; do
        value "$models/test.json" $key | tr -d '[],' |
            awk '{ for (i = 1; i <= NF; i++) printf i < NF ? "%s " : "%s\n",
                   $i == "null" ? $i : sprintf("%.6f", $i) }'
    done >"$models/figures"
    cmp "$models/expected" "$models/figures"
}

needs_test_images_alone() {
    mkdir -p "$models/t10k" && cp "$tiny"/t10k* "$models/t10k" &&
        verb test --quiet --data "$models/t10k" --model "$models/poor.safetensors"
}

knows_its_images() { # what it was trained on is the default
    mnist --quiet --dataset fashion --model "$models/fashion.safetensors" &&
        test_model --model "$models/fashion.safetensors" --json "$models/fashion.json" &&
        equal "$(value "$models/fashion.json" dataset)" '"fashion"'
}

copies_by_export() {
    verb export --quiet "$models/poor.safetensors" "$models/copy.safetensors" &&
        cmp "$models/poor.safetensors" "$models/copy.safetensors"
}

exports_c() {
    verb export "$models/poor.safetensors" "$models/digits.c" >"$models/export.txt" &&
        says "$models/digits.c has the network" "$models/export.txt" &&
        "${CC:-cc}" -std=c99 -Wall -Werror -c -o "$models/digits.o" "$models/digits.c" &&
        [ -s "$models/digits.h" ]
}

# The name of an ONNX file may be any: its bytes tell.
exports_onnx() {
    verb export "$models/poor.safetensors" "$models/digits.onnx" &&
        mv "$models/digits.onnx" "$models/digits.any" &&
        test_model --model "$models/digits.any" --json "$models/test.json" &&
        same_scores test_accuracy parameters
}

has() { # KIND: the library can write these
    ! verb export "$models/poor.safetensors" "$models/$1" 2>&1 |
        grep -q -e 'built without' -e 'not written yet'
}

# ---- stops ------------------------------------------------------------------------------

endless() { # OPTION...: a training that only a signal ends; exec, so that $! is it
    exec "$suite/gcc/examples/mnist/mnist" --data "$tiny" --epochs 1000000 \
        --checkpoint "$models/endless.ckpt" --checkpoint-every 20 "$@"
}

trains() { # PROCESS: wait until it does
    while [ ! -s "$models/endless.ckpt" ]; do
        kill -0 "$1" 2>/dev/null || return 1
        sleep 0.02
    done
}

# Model and checkpoint are of the same step.
saves_on() { # SIGNAL CODE
    rm -f "$models/endless."*
    endless --model "$models/endless.safetensors" >"$models/endless.txt" &
    trains $! && kill -"$1" $!
    wait $!
    equal $? "$2" && says 'stopped in epoch' "$models/endless.txt" &&
        says 'endless.safetensors has the network as it was then' "$models/endless.txt" &&
        says '--resume goes on with it' "$models/endless.txt" &&
        test_model --quiet --model "$models/endless.safetensors" --json "$models/train.json" &&
        test_model --quiet --model "$models/endless.ckpt" --json "$models/test.json" &&
        same_scores weights_checksum
}

# A pipe that nobody reads holds the first one up where the model is to be saved.
second_ends_at_once() {
    rm -f "$models/endless."* && mkfifo "$models/endless.pipe" || return 1
    endless --model "$models/endless.pipe" >"$models/endless.txt" &
    trains $! || return 1
    for try in $(seq 600); do
        kill -INT $! 2>/dev/null || break
        sleep 0.1
    done
    ! kill -KILL $! 2>/dev/null || echo "it is still there after Ctrl-C number $try"
    wait $!
    equal $? 130 && ! grep -q 'test accuracy' "$models/endless.txt"
}

# ---- kills ------------------------------------------------------------------------------

# A number below $1 from a sequence that is the same each time.
draw() {
    drawn=$(((${drawn:-1} * 1103515245 + 12345) % 2147483648))
    below=$((drawn / 65536 % $1))
}

whole_files_agree() { # with those of the run that nobody stopped, but for the time it took
    for kind in whole killed; do
        sed 's/,[^,]*$//' "$models/$kind.csv" >"$models/$kind.history"
        grep -v -e seconds -e samples_per_second -e '"threads"' "$models/$kind.json" \
            >"$models/$kind.record"
    done
    cmp "$models/whole.safetensors" "$models/killed.safetensors" &&
        cmp "$models/whole.history" "$models/killed.history" &&
        cmp "$models/whole.record" "$models/killed.record"
}

start_killing() {
    rm -f "$models/killed."*
    : >"$models/before"
}

# Each run goes on where the one before was killed, with another number of threads. Only those
# kills count that hit a run which had saved something new: the time that they wait for follows
# the machine, and what comes out does not depend on it.
survives_kills() { # HOW-MANY OPTION...
    many=$1
    shift
    verb train --data "$tiny" "$@" --threads 1 --checkpoint "$models/whole.ckpt" \
        --model "$models/whole.safetensors" --history "$models/whole.csv" \
        --json "$models/whole.json" >"$models/whole.txt" || return 1
    start_killing
    kills=0 runs=0 longest=200 # milliseconds
    while [ $kills -lt "$many" ]; do
        runs=$((runs + 1))
        [ $runs -le $((100 * many)) ] || {
            echo "$kills kills in $runs runs"
            return 1
        }
        draw $longest
        timeout --foreground -s KILL "$(printf '%d.%03d' $((below / 1000)) $((below % 1000 + 1)))" \
            "$suite/gcc/examples/mnist/mnist" --data "$tiny" --quiet "$@" \
            --threads $((runs % 3 + 1)) --checkpoint "$models/killed.ckpt" --resume \
            --model "$models/killed.safetensors" --history "$models/killed.csv" \
            --json "$models/killed.json"
        code=$?
        case $code in
        0 | 124) # 124: it came to its end while it was being killed
            whole_files_agree || return 1
            start_killing
            longest=$((longest * 3 / 4 + 1))
            ;;
        137)
            if [ ! -f "$models/killed.ckpt" ] || cmp -s "$models/before" "$models/killed.ckpt"; then
                longest=$((longest * 5 / 4))
            else
                kills=$((kills + 1))
                cp "$models/killed.ckpt" "$models/before"
            fi
            ;;
        *)
            echo "run $runs ended with $code"
            return 1
            ;;
        esac
    done
    echo "$kills kills in $runs runs"
    verb train --data "$tiny" --quiet "$@" --checkpoint "$models/killed.ckpt" --resume \
        --model "$models/killed.safetensors" --history "$models/killed.csv" \
        --json "$models/killed.json" && whole_files_agree
}

# ---- checkpoints --------------------------------------------------------------------------

starts_afresh() { # where there is none, and says so; and goes no further than the end
    rm -f "$models/fresh."*
    mnist --quiet --model "$models/plain.safetensors" || return 1
    for words in 'there is no' 'this training is complete, after 5 of 5 epochs'; do
        mnist --model "$models/fresh.safetensors" --checkpoint "$models/fresh.ckpt" --resume \
            >"$models/fresh.txt" && says "$words" "$models/fresh.txt" &&
            says 'test accuracy' "$models/fresh.txt" &&
            cmp "$models/plain.safetensors" "$models/fresh.safetensors" || return 1
    done
    cp "$models/fresh.ckpt" "$models/kept.ckpt"
    mnist --checkpoint "$models/fresh.ckpt" >"$models/fresh.txt" &&
        says 'will be replaced' "$models/fresh.txt"
}

# The checkpoint of the last epoch was written before the fit took its best weights.
keeps_best() {
    rm -f "$models/fresh."*
    for model in best again; do
        mnist --patience 3 --rate 0.1 --epochs 500 --checkpoint "$models/fresh.ckpt" --resume \
            --model "$models/$model.safetensors" --json "$models/$model.json" || return 1
    done
    ! equal "$(value "$models/best.json" epochs)" 500 &&
        cmp "$models/best.safetensors" "$models/again.safetensors"
}

# Cut anywhere, or with a byte of its header changed: refused, and all stays as it was.
refuses_damage() {
    cp "$models/plain.safetensors" "$models/old.safetensors"
    size=$(wc -c <"$models/kept.ckpt")
    for bytes in 0 7 8 100 1000 $((size / 2)) $((size - 1)); do
        head -c $bytes "$models/kept.ckpt" >"$models/cut.ckpt"
        stays_as_it_was || return 1
    done
    for byte in 3 8 20 300; do
        { head -c $byte "$models/kept.ckpt" && printf '\377' &&
            tail -c +$((byte + 2)) "$models/kept.ckpt"; } >"$models/cut.ckpt"
        stays_as_it_was || return 1
    done
}

stays_as_it_was() {
    cp "$models/cut.ckpt" "$models/cut.copy"
    mnist --checkpoint "$models/cut.ckpt" --resume --model "$models/old.safetensors" \
        >/dev/null 2>"$models/words"
    equal $? 1 && says "cut.ckpt: " "$models/words" && cmp "$models/cut.ckpt" "$models/cut.copy" &&
        cmp "$models/plain.safetensors" "$models/old.safetensors"
}

# What came out is told even where it cannot be saved.
reports_full_disk() {
    mnist --model /dev/full >"$models/full.txt" 2>"$models/words"
    equal $? 1 && says 'No space left on device' "$models/words" &&
        says 'test accuracy' "$models/full.txt" || return 1
    mnist --checkpoint /dev/full >"$models/full.txt" 2>"$models/words"
    equal $? 1 && says 'No space left on device' "$models/words" &&
        equal "$(wc -l <"$models/words")" 1 && says 'test accuracy' "$models/full.txt"
}

refuses_models() {
    check_refused "--resume wants --checkpoint" mnist --resume
    check_refused "--checkpoint-every wants --checkpoint" mnist --checkpoint-every 3
    check_refused "--checkpoint ./x.ckpt would be written over --model x.ckpt" \
        mnist --model x.ckpt --checkpoint ./x.ckpt
    check_refused "--json x.txt would be written over --history x.txt" mnist --history x.txt \
        --json x.txt
    check_refused "promises ONNX, and what is written there is safetensors; 'mnist export' makes" \
        mnist --model "$models/x.onnx"
    check_refused "promises HDF5" mnist --model "$models/x.H5"
    check_refused "promises PyTorch" mnist --checkpoint "$models/x.pt"
    check_refused "promises JSON, and what is written there is CSV" mnist --history "$models/x.json"
    check_refused "promises CSV" mnist --json "$models/x.csv"
    check_refused "promises PDF, and what is written there is HTML" mnist --report "$models/x.pdf"
    check_refused "cannot write $models/no/x: No such file" mnist --model "$models/no/x"
    check_refused "cannot write $models: Is a directory" mnist --checkpoint "$models"
    check_refused "the option batch is" mnist --checkpoint "$models/kept.ckpt" --resume --batch 50
    check_refused "test wants --model" test_model
    check_refused "unknown option --epochs" test_model --epochs 3
    check_refused "no-such: No such file" test_model --model "$models/no-such"
    check_refused "tiny data/t10k-labels-idx1-ubyte" \
        test_model --model "$tiny/t10k-labels-idx1-ubyte"
    check_refused "export wants two names" verb export "$models/plain.safetensors"
    check_refused "unexpected argument 'c'" verb export a b.c c
    check_refused "export knows what ends in" verb export "$models/plain.safetensors" x.h5
}

# ---- the stage -------------------------------------------------------------------------

begin "models and checkpoints"
needs_gcc_build
models=$temp/models
mkdir -p "$models"
check "a small data set" make_tiny
check "mnist test tells what training told" tests_what_it_trained
check "precision and recall" figures_agree
check "mnist test wants its own images alone" needs_test_images_alone
check "a model knows its images" knows_its_images
check "mnist export copies" copies_by_export
has x.c && check "mnist export to C" exports_c
has x.onnx && check "mnist export to ONNX and back" exports_onnx
check "--resume" starts_afresh
check "a complete training has its best weights" keeps_best
check "a damaged checkpoint changes nothing" refuses_damage
[ ! -c /dev/full ] || check "a full disk" reports_full_disk
check "Ctrl-C saves" saves_on INT 130
check "SIGTERM saves" saves_on TERM 143
check "a second Ctrl-C ends it" second_ends_at_once
if command -v timeout >/dev/null; then
    kills=${KILLS:-${GN_TEST_DEEP:+100}}
    half=$(((${kills:-20} + 1) / 2))
    check "$half kills within epochs" survives_kills $half --hidden 24 --dropout 0.5 \
        --validation 0.2 --patience 6 --batch 200 --epochs 60 --checkpoint-every 3
    check "$half kills, a checkpoint an epoch" survives_kills $half --batch 150 --epochs 40 \
        --optimizer momentum --schedule step --hidden 20,10
fi
refuses_models
finish
