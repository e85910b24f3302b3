# Models and checkpoints of the MNIST program, on the small data of run_mnist.sh. Sourced by
# run.sh. KILLS=100: how often a training is killed.

mnist_test() { # OPTION...
    "$suite/gcc/examples/mnist/mnist" test --data "$tiny" "$@"
}

last_line() {
    tail -n 1 "$1"
}

model_is_tested() { # as the run that made it was
    mnist --model "$models/a.safetensors" >"$models/train.txt" &&
        mnist_test --model "$models/a.safetensors" >"$models/test.txt" &&
        grep -q 'precision' "$models/test.txt" &&
        equal "$(last_line "$models/test.txt")" "$(last_line "$models/train.txt")"
}

models_are_the_same() { # run after run
    mnist --quiet --model "$models/b.safetensors" && cmp "$models/a.safetensors" "$models/b.safetensors"
}

starts_afresh() { # where there is no checkpoint; and a complete training trains no more
    rm -f "$models/new.ckpt"
    for words in 'starts afresh' 'is complete'; do
        mnist --checkpoint "$models/new.ckpt" --resume --model "$models/c.safetensors" \
            >"$models/resumed.txt" && grep -q "$words" "$models/resumed.txt" &&
            cmp "$models/a.safetensors" "$models/c.safetensors" || return 1
    done
}

long="--quiet --epochs 300 --validation 0.2 --patience 250 --dropout 0.1 --checkpoint-every 37"

long_training() { # OPTION...
    "$suite/gcc/examples/mnist/mnist" --data "$tiny" $long "$@"
}

# Each run goes on where the one before was killed, with another number of threads.
survives_kills() {
    long_training --checkpoint "$models/whole.ckpt" --model "$models/whole.safetensors" || return 1
    rm -f "$models/killed.ckpt"
    kills=0
    while [ $kills -lt "${KILLS:-20}" ]; do
        hundredths=$(awk -v seed="$kills" 'BEGIN { srand(seed); print 3 + int(rand() * 20) }')
        timeout -s KILL "$(printf '0.%02d' "$hundredths")" "$suite/gcc/examples/mnist/mnist" \
            --data "$tiny" $long --threads $((kills % 3 + 1)) \
            --checkpoint "$models/killed.ckpt" --resume --model "$models/killed.safetensors"
        kill_code=$?
        [ $kill_code -eq 0 ] && break # it was at its end before
        [ $kill_code -eq 137 ] || return 1
        kills=$((kills + 1))
    done
    echo "killed $kills times"
    long_training --checkpoint "$models/killed.ckpt" --resume --model "$models/killed.safetensors" &&
        cmp "$models/whole.safetensors" "$models/killed.safetensors"
}

saves_on_interrupt() {
    timeout --preserve-status --signal INT 1 "$suite/gcc/examples/mnist/mnist" --data "$tiny" \
        --epochs 1000000 --model "$models/half.safetensors" --checkpoint "$models/half.ckpt" \
        >"$models/half.txt"
    equal $? 130 && grep -q 'half.safetensors: the network, as far' "$models/half.txt" &&
        [ -s "$models/half.ckpt" ] && mnist_test --model "$models/half.safetensors"
}

refuses_damaged() { # and leaves what was there
    head -c 20000 "$models/new.ckpt" >"$models/cut.ckpt"
    cp "$models/a.safetensors" "$models/kept.safetensors"
    ! mnist --quiet --checkpoint "$models/cut.ckpt" --resume --model "$models/kept.safetensors" &&
        cmp "$models/a.safetensors" "$models/kept.safetensors" &&
        equal "$(wc -c <"$models/cut.ckpt")" 20000
}

mnist_export() { # NAME...
    "$suite/gcc/examples/mnist/mnist" export "$@"
}

test_models() {
    stage "models and checkpoints"
    make_tiny
    models="$temp/models"
    mkdir -p "$models"
    check "a saved model is as good as it was" model_is_tested
    check "the same model, run after run" models_are_the_same
    check "--resume" starts_afresh
    check "killed and resumed, the same model" survives_kills
    check "Ctrl-C leaves the model so far" saves_on_interrupt
    check "a damaged checkpoint changes nothing" refuses_damaged
    check_refused "the option batch is" \
        mnist --batch 20 --checkpoint "$models/new.ckpt" --resume
    check_refused "bytes" mnist_test --model "$models/cut.ckpt"
    check_refused "No such file" mnist_test --model "$models/none.safetensors"
    check_refused "wants --checkpoint" mnist --resume
    check_refused "wants two names" mnist_export one.safetensors
    check_refused "ends neither in .onnx nor in .c" \
        mnist_export "$models/a.safetensors" "$models/a.txt"
    [ ! -e /dev/full ] || check_refused "No space left" mnist --epochs 1 --model /dev/full
}
