#!/bin/sh
# The explorer, on the MNIST program's small data.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

# ---- running it ---------------------------------------------------------------------

explore() { # OPTION...: on the small data, unless they name others
    "$suite/gcc/examples/explore/explore" --data "$tiny" "$@"
}

explore_csv() { # OPTION...: what it writes
    explore --quiet --csv "$temp/explore.csv" "$@" >"$temp/explored" && cat "$temp/explore.csv"
}

# All but the times, which are its last two columns.
results() { # OPTION...
    explore_csv "$@" >/dev/null && sed 's/,[^,]*,[^,]*$//' "$temp/explore.csv"
}

# ---- what is checked ------------------------------------------------------------------

# A network for each combination, the last axis fastest.
has_all_combinations() {
    explore_csv --rate 0.01,0.003 --epochs 1 --hidden 8/12,8/none --activation relu,tanh &&
        equal "$(column "$temp/explore.csv" rate | tr ' ' '\n' | uniq -c | tr -s ' \n' ' ')" \
            " 6 0.01 6 0.003 " &&
        equal "$(column "$temp/explore.csv" hidden)" \
            "8 8 12-8 12-8 none none 8 8 12-8 12-8 none none" &&
        equal "$(column "$temp/explore.csv" activation)" \
            "relu tanh relu tanh relu tanh relu tanh relu tanh relu tanh" &&
        equal "$(column "$temp/explore.csv" result | tr ' ' '\n' | sort -u)" trained &&
        equal "$(awk -F , 'NF != 25' "$temp/explore.csv")" "" &&
        equal "$(grep -c ' %  .* %  ' "$temp/explored")" 12
}

takes_activations_of_layers() {
    explore_csv --epochs 1 --hidden 8,8 --activation relu,tanh/sigmoid &&
        equal "$(column "$temp/explore.csv" activation)" "relu-tanh sigmoid"
}

same_with_any_threads() {
    first=$(results --epochs 2 --rate 0.001,0.01,0.1 --batch 16,200 --dropout 0.2 --threads 1) ||
        return 1
    for threads in 1 2 5; do
        equal "$(results --epochs 2 --rate 0.001,0.01,0.1 --batch 16,200 --dropout 0.2 \
            --threads $threads)" "$first" || return 1
    done
    equal "$(echo "$first" | wc -l)" 7
}

# The last row is what the MNIST program trains with the same settings.
has_values_of_mnist() { # KEY...
    for key; do
        awk -v a="$(column "$temp/explore.csv" "$key" | sed 's/.* //')" \
            -v b="$(value "$temp/one.json" "$key")" \
            'BEGIN { print a " and " b; exit !(a != "" && a + 0 == b + 0) }' || return 1
    done
}

agrees_with_mnist() { # OPTION VALUE...: of both
    explore_csv --batch 64,50 --sort none "$@" &&
        mnist --validation 0.1 --batch 50 --json "$temp/one.json" "$@" >"$temp/one" &&
        has_values_of_mnist train_loss train_accuracy validation_loss validation_accuracy \
            parameters seed
}

stops_as_mnist() { # early, by validation
    agrees_with_mnist --epochs 200 --patience 2 --rate 0.1 &&
        equal "$(column "$temp/explore.csv" epochs_done | sed 's/.* //')" \
            "$(value "$temp/one.json" epochs)" && ! at_least "$(value "$temp/one.json" epochs)" 200
}

tests_as_mnist() {
    explore_csv --epochs 1 --rate 0.002 --seed 5 &&
        mnist --validation 0.1 --epochs 1 --rate 0.002 --seed 5 --json "$temp/one.json" \
            >"$temp/one" &&
        has_values_of_mnist test_loss test_accuracy &&
        awk -v x="$(value "$temp/one.json" test_accuracy)" 'BEGIN { printf "%.1f\n", 100 * x }' \
            >"$temp/share" && grep -q "Test accuracy $(cat "$temp/share") %" "$temp/explored"
}

# Sorted by validation accuracy; one row is best, and of it alone the test accuracy is told.
chooses_by_validation() {
    explore_csv --epochs 2 --rate 0.0001,0.01,0.001 && cat "$temp/explored" &&
        equal "$(grep -c '^\* *[0-9]' "$temp/explored")" 1 &&
        equal "$(sed -n '2,4s/^[*~ ] *\([0-9.]*\) .*/\1/p' "$temp/explored" | tr '\n' ' ')" \
            "0.01 0.001 0.0001 " &&
        equal "$(column "$temp/explore.csv" best)" "0 1 0" &&
        equal "$(column "$temp/explore.csv" test_accuracy | wc -w)" 1
}

sorts() { # NAME COLUMN: the rates in the table are those of the CSV, sorted by that column
    explore_csv --epochs 1 --rate 0.01,0.0001,0.001 --hidden 8 --sort "$1" || return 1
    column "$temp/explore.csv" rate | tr ' ' '\n' >"$temp/rates"
    column "$temp/explore.csv" "$2" | tr ' ' '\n' | paste -d ' ' - "$temp/rates" >"$temp/keys"
    { if [ "$1" = none ]; then cat "$temp/keys"; else sort -g "$temp/keys"; fi; } |
        sed 's/.* //' >"$temp/wanted"
    equal "$(sed -n '2,4s/^[*~ ] *\([0-9.]*\) .*/\1/p' "$temp/explored")" "$(cat "$temp/wanted")"
}

sorts_by_all() {
    sorts loss train_loss && sorts seconds cpu_seconds && sorts none rate
}

# Mean and deviation over the seeds are those of the lines of the CSV.
sums_up_seeds() {
    explore_csv --epochs 2 --rate 0.001,0.0001 --seeds 3 --seed 7 --sort none &&
        equal "$(column "$temp/explore.csv" seed)" "7 8 9 7 8 9" &&
        column "$temp/explore.csv" validation_accuracy | tr ' ' '\n' | awk '
            { sum += $1; squares += $1 * $1 }
            NR % 3 == 0 {
                spread = sqrt((squares - sum * sum / 3) / 2)
                printf "%.1f %% +- %.1f %%\n", 100 * sum / 3, 100 * spread
                sum = squares = 0
            }' >"$temp/means" &&
        equal "$(sed -n '2,3s/.*  *\([0-9.]* % +- *[0-9.]* %\).*/\1/p' "$temp/explored" |
            tr -s ' ')" "$(cat "$temp/means")"
}

trains_each_seed() { # as if it were alone
    several=$(results --epochs 2 --rate 0.001,0.01 --seeds 3 --seed 7 | cut -d , -f 6,13-20) &&
        alone=$(results --epochs 2 --rate 0.001,0.01 --seed 8 | cut -d , -f 6,13-20) &&
        equal "$(echo "$several" | grep '^[0-9.]*,8,')" "$(echo "$alone" | sed 1d)"
}

crowns_no_seed() { # where seeds are all that varies
    explore_csv --epochs 2 --seeds 4 --seed 2 && equal "$(column "$temp/explore.csv" seed)" \
        "2 3 4 5" && equal "$(column "$temp/explore.csv" best)" "0 0 0 0" &&
        equal "$(column "$temp/explore.csv" test_accuracy | wc -w)" 4 &&
        ! grep -q '^[*~]' "$temp/explored" && grep -q '^4 seeds: validation' "$temp/explored"
}

survives_divergence() { # a row that says so, last in the table, and the others as ever
    explore_csv --epochs 3 --optimizer momentum --activation identity --rate 1e6,0.01 &&
        cat "$temp/explored" && equal "$(column "$temp/explore.csv" result)" "diverged trained" &&
        equal "$(sed -n '2s/^\* *0.01 .*/best/p' "$temp/explored")" best &&
        sed -n 3p "$temp/explored" | grep -q '1e6 .* diverged in epoch 1'
}

is_plain_ascii() { # where output is no terminal
    explore --epochs 1 --rate 0.01,0.001 --seeds 2 >"$temp/explored" &&
        equal "$(LC_ALL=C tr -d '\n -~' <"$temp/explored" | wc -c)" 0 &&
        grep -q '^4 networks (2 settings, 2 seeds each).*, about' "$temp/explored" &&
        grep -q '^rate 0.001  *#' "$temp/explored"
}

draws_on_terminal() {
    TERM=xterm LC_ALL=C.UTF-8 script -qec "'$suite/gcc/examples/explore/explore' --data '$tiny' \
        --epochs 20 --rate 0.01,0.001 --seeds 2" /dev/null >"$temp/explored" &&
        grep -q 'of 4 networks' "$temp/explored" && grep -q '█' "$temp/explored" &&
        grep -q ' % ± ' "$temp/explored"
}

# One picture for each way to lay it out; gnuplot has nothing to warn of.
draws() { # WORDS OPTION...: which the picture has
    drawn="$temp/it's a picture.svg"
    words=$1
    shift
    rm -f "$drawn"
    explore --quiet --epochs 2 --plot "$drawn" "$@" >/dev/null 2>"$temp/complaints" &&
        equal "$(cat "$temp/complaints")" "" && grep -q '<svg' "$drawn" &&
        equal "$(find "$temp" -name '*.part')" "" || return 1
    for word in $words; do
        grep -q ">$(echo "$word" | tr _ ' ')<" "$drawn" || {
            echo "there is no $word"
            return 1
        }
    done
}

draws_all() {
    draws "rate epoch rate_0.001 validation_accuracy" --rate 0.001,0.01,0.1 &&
        draws "rate schedule_cosine schedule_constant" --rate 0.01,0.02 \
            --schedule cosine,constant --seeds 2 &&
        draws "weight-decay 0 0.001" --weight-decay 0,0.001,0.1 &&
        draws "batch rate_0.1" --batch 20,40,80 --rate 0.001,0.1 &&
        draws "units_of_each_hidden_layer 8 12 hidden_12,12" --hidden 8,8/12,12 &&
        draws "units_of_each_hidden_layer 1_hidden_layer 2_hidden_layers" --hidden 8/8,8/12 &&
        draws "parameters 8,8 12,8 none 0_hidden_layers" --hidden 8,8/12,8/none &&
        draws "activation relu tanh" --activation relu,tanh &&
        draws "seed 3" --seeds 4 &&
        draws "epoch while_it_learned" &&
        draws "diverged" --optimizer momentum --activation identity --rate 1e6,0.01 &&
        draws "diverged" --optimizer momentum --activation identity --rate 1e5,1e6
}

# The ending says which.
draws_png_and_pdf() {
    for kind in PNG PDF; do
        explore --quiet --epochs 1 --hidden 8 --plot "$temp/drawn.$kind" >/dev/null &&
            head -c 4 "$temp/drawn.$kind" | grep -q "$kind" || return 1
    done
}

stopped_after_one() { # FILE
    grep -q '^stopped: 1 of 2 networks' "$1"
}

tells_what_is_done_on() { # SIGNAL CODE
    interrupted_when "$1" "$2" stopped_after_one "$temp/explored" "$suite/gcc/examples/explore/explore" \
        --data "$tiny" --epochs 1,1000000 --threads 2 --csv "$temp/cut.csv" &&
        cat "$temp/explored" && equal "$(column "$temp/cut.csv" epochs)" 1 &&
        grep -q 'test accuracy, .* [0-9.]* %' "$temp/explored"
}

# ---- chapter 5 of the guide, whose tables took minutes ------------------------------------

chapter_has_its_form() {
    python3 "$root/docs/guide/experiments.py" "$suite/gcc" "$tiny" --check
}

# The network of its table of rates that is best; other processors round in other ways.
chapter_has_its_figures() {
    "$suite/gcc/examples/explore/explore" --data "$real" --quiet --rate 0.01 --seeds 3 \
        >"$temp/explored" && cat "$temp/explored" || return 1
    fresh=$(sed -n 's/^3 seeds: validation accuracy \([0-9.]*\) .*/\1/p' "$temp/explored")
    kept=$(sed -n '/^\$ explore --rate/,/^```/s/^[*~ ] *0\.01 .* \([0-9.]*\) % +- .*/\1/p' \
        "$root/docs/guide/5-experiments.md")
    echo "$fresh, in the chapter $kept"
    at_least "$fresh" "$(echo "$kept" | awk '{ print $1 - 0.3 }')" &&
        at_least "$kept" "$(echo "$fresh" | awk '{ print $1 - 0.3 }')"
}

# ---- bad input ------------------------------------------------------------------------

refuses_explore_options() {
    check_refused "--rate 0.1,,2: wants different values" explore --rate 0.1,,2
    check_refused "--rate 0.1,0.1: wants different values" explore --rate 0.1,0.1
    check_refused "--rate nan: wants a number" explore --rate 0.1,nan
    check_refused "--batch 0: wants a whole number" explore --batch 64,0
    check_refused "--hidden 0: wants units" explore --hidden 16/0
    check_refused "no activation 'rely'" explore --activation relu,rely
    check_refused "2 activations for 3 hidden layers" explore --hidden 8,8/8,8,8 \
        --activation relu,tanh/relu
    check_refused "--optimizer newton" explore --optimizer adam,newton
    check_refused "--decay goes with" explore --schedule cosine --decay 0.9,0.8
    check_refused "--dropout 1: wants" explore --dropout 0,1
    check_refused "--seed -1: wants" explore --seed -1 --seeds 3
    check_refused "--seeds 0: wants" explore --seeds 0
    check_refused "--threads 0: wants" explore --threads 0
    check_refused "--validation 0: the networks are compared" explore --validation 0
    check_refused "--validation 1e-06 of 1000 images are none" explore --validation 0.000001
    check_refused "--sort best" explore --sort best
    check_refused "more than 100000 networks" explore --seeds 1000 --rate 1,2,3,4,5,6,7,8,9,10,11 \
        --batch 1,2,3,4,5,6,7,8,9,10
    check_refused "no memory for" explore --hidden 1000000000
    check_refused "unknown option --no-such" explore --no-such 3
    check_refused "unexpected argument 'train'" explore train
    check_refused "cannot write $temp/no-such/x.csv" explore --csv "$temp/no-such/x.csv"
    check_refused "cannot write $temp/no-such/x.svg" explore --plot "$temp/no-such/x.svg"
    check_refused "promises JPEG, and what is written there is SVG, PNG or PDF" explore --plot x.jpg
    check_refused "promises ONNX, and what is written there is CSV" explore --csv x.onnx
    check_refused "--data $temp/no-such: No such file" explore --data "$temp/no-such"
    check_refused "gnuplot-nox" env PATH="$temp/no-such" "$suite/gcc/examples/explore/explore" \
        --data "$tiny" --plot "$temp/x.svg"
}

# ---- the stage -------------------------------------------------------------------------

begin "the explorer"
needs_gcc_build
make_tiny
check "--help fits a screen" help_fits explore 24 hidden activation epochs batch optimizer rate \
    schedule decay warmup dropout weight-decay patience seed seeds validation threads sort csv \
    plot dataset data quiet
check "--version" explore --version
check "a network for each combination" has_all_combinations
check "activations of each layer" takes_activations_of_layers
check "the same networks with 1, 2 and 5 threads" same_with_any_threads
check "what the MNIST program trains" agrees_with_mnist --epochs 3 --hidden 12,8 --seed 9
check "what it trains with patience" stops_as_mnist
check "what it measures on the test images" tests_as_mnist
check "chooses by validation, tests one" chooses_by_validation
check "--sort" sorts_by_all
check "--seeds: mean and deviation" sums_up_seeds
check "--seeds: each as if it were alone" trains_each_seed
check "no seed is best" crowns_no_seed
check "a network that diverges is a row" survives_divergence
check "plain ASCII without a terminal" is_plain_ascii
has_terminal && check "draws on a terminal" draws_on_terminal
command -v gnuplot >/dev/null && check "--plot" draws_all
command -v gnuplot >/dev/null && check "--plot .png and .pdf" draws_png_and_pdf
command -v timeout >/dev/null && check "Ctrl-C leaves what is done" \
    tells_what_is_done_on INT 130
command -v timeout >/dev/null && check "SIGTERM leaves what is done" \
    tells_what_is_done_on TERM 143
command -v gnuplot >/dev/null && check "chapter 5 of the guide: its form" chapter_has_its_form
! has_real_mnist ||
    check "chapter 5 of the guide: its figures" chapter_has_its_figures
refuses_explore_options
finish
