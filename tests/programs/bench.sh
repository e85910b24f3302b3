#!/bin/sh
# The benchmark, briefly: that it runs, that its numbers agree with one another, and that it
# refuses nonsense. Nothing here depends on time.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

# ---- running it ---------------------------------------------------------------------

throughput() { # OPTION...: a small network and little time, unless they name others
    "$suite/gcc/bench/throughput" --layers 20-8-5 --seconds 0.01 "$@"
}

roofline() { # OPTION...
    "$suite/gcc/bench/roofline" --layers 20-8-5 --seconds 0.001 "$@"
}

bench_csv() { # OPTION...: what it writes
    throughput --csv "$temp/bench.csv" "$@" && cat "$temp/bench.csv"
}

# ---- what is checked ------------------------------------------------------------------

columns=layers,mode,batch,threads,samples_per_second,spread,gflops
columns=$columns,peak_fraction,overhead_ns,floor_ratio,tile

# A point for each mode, number of threads and batch size, in this order.
has_all_points() {
    bench_csv --batch 1,7,300 --threads 1,2 &&
        equal "$(sed -n 1p "$temp/bench.csv")" "$columns" &&
        equal "$(column "$temp/bench.csv" batch)" "1 7 300 1 7 300 1 7 300 1 7 300" &&
        equal "$(column "$temp/bench.csv" threads)" "1 1 1 2 2 2 1 1 1 2 2 2" &&
        equal "$(column "$temp/bench.csv" mode | tr ' ' '\n' | uniq -c | tr -s ' \n' ' ')" \
            " 6 train 6 infer " &&
        equal "$(awk -F , 'NF != 11 || ($1 != "layers" && $1 != "20-8-5")' "$temp/bench.csv")" ""
}

# gflops = flops x samples/s; one peak for all; overhead from the others; possible values.
agrees_with_itself() { # FILE
    [ "$(wc -l <"$1")" -gt 1 ] && awk -F , '
        function flops(layers, mode,  n, width, i, product, sum) {
            n = split(layers, width, "-")
            for (i = 2; i <= n; i++) {
                product = 2 * width[i - 1] * width[i]
                sum += mode == "infer" ? product : i == 2 ? 2 * product : 3 * product
            }
            return sum
        }
        function near(what, a, b) {
            if (a < b * (1 - 1e-4) - 1e-9 || a > b * (1 + 1e-4) + 1e-9) {
                print "line " NR ": " what " is " a ", not " b
                bad = 1
            }
        }
        function within(what, x, low, high) {
            if (!(x > low && x < high)) {
                print "line " NR ": " what " is " x
                bad = 1
            }
        }
        NR == 1 { next }
        {
            within("samples_per_second", $5, 0, 1e12)
            within("spread", $6 + 1e-9, 0, 100)
            within("peak_fraction", $8, 0, 16) # (1, were the machine always as busy as at the peak)
            within("floor_ratio", $10, 0, 1e9)
            within("tile", $11, 0, $3 + 1)
            near("gflops", $7, 1e-9 * $5 * flops($1, $2))
            peak = $7 / ($4 * $8)
            if (NR == 2) first_peak = peak
            near("the peak", peak, first_peak)
            near("overhead_ns", $9, 1e9 * (1 - $8) / $5 * $4)
        }
        END { exit bad }' "$1"
}

is_consistent() {
    bench_csv --batch 1,64 --threads 1,2 && agrees_with_itself "$temp/bench.csv" &&
        bench_csv --layers 20-5 --batch 30 && agrees_with_itself "$temp/bench.csv" &&
        bench_csv --layers 9-8-7-6-5-4 --batch 30 && agrees_with_itself "$temp/bench.csv"
}

reads_mnist() { # whose 1,000 images bound the batch
    bench_csv --mode infer --layers 784-5-10 --data "$tiny" &&
        equal "$(column "$temp/bench.csv" batch)" "1 2 4 8 16 32 64 128 256 512" &&
        bench_csv --mode train --layers 784-5-10 --data "$tiny" --batch 1000 &&
        equal "$(column "$temp/bench.csv" mode)" train
}

takes_tile() {
    bench_csv --batch 100 --tile 30 && equal "$(column "$temp/bench.csv" tile)" "30 30"
}

runs_with_all() { # OPTION VALUE...
    all_option=$1
    shift
    for all_value; do
        throughput --mode train --batch 16 "$all_option" "$all_value" || return 1
    done
}

tells_what_holds_back() {
    OPENBLAS_CORETYPE=Haswell throughput --mode train --batch 8 >"$temp/bench" &&
        grep -q 'HELD BACK.*OPENBLAS_CORETYPE=Haswell' "$temp/bench" &&
        GEMMNET_KERNELS=baseline throughput --mode train --batch 8 >"$temp/bench" &&
        grep -q 'HELD BACK.*GEMMNET_KERNELS=baseline' "$temp/bench" &&
        grep -q '^built .*; kernels baseline$' "$temp/bench"
}

writes_bench_csv_to_pipe() {
    throughput --mode infer --batch 4 --csv /dev/stdout | cat >"$temp/piped" &&
        grep -q '^20-8-5,infer,4,1,' "$temp/piped"
}

draws_plot() {
    throughput --batch 1,8 --threads 1,2 --plot "$temp/it's a plot.svg" &&
        grep -q '<svg' "$temp/it's a plot.svg" && equal "$(find "$temp" -name '*.part')" ""
}

# A line for each product with its FLOP, its bytes, and what follows from them.
has_roofline() {
    roofline --rows 10 >"$temp/roofline" && awk '
        function near(what, a, b, tolerance) {
            if (a < b - tolerance || a > b + tolerance) {
                print $0 ": " what " is " a ", not " b
                bad = 1
            }
        }
        /^[0-9]+-[0-9]+ / {
            split($1, width, "-")
            near("kFLOP", $6, 2 * 10 * width[1] * width[2] / 1e3, 0.1)
            near("FLOP/byte", $8, $6 * 1e3 / ($7 * 1024), 0.1 * $8)
            if (!($9 > 0 && $11 > 0 && $12 > 0)) { print; bad = 1 }
            products = products $1 $2 " "
        }
        END {
            if (products != "20-8Y 20-8dW 8-5Y 8-5dW 8-5dX ") { print products; bad = 1 }
            exit bad
        }' "$temp/roofline" && [ "$(grep -c 'KiB' "$temp/roofline")" -ge 2 ] &&
        roofline --rows 1 >/dev/null && roofline --help >"$temp/help" &&
        equal "$(awk 'length > 80' "$temp/help")" ""
}

# With the peers that need nothing, or the ones that are there already.
compares() { # PEERS
    sh "$root/bench/compare.sh" --no-install --build "$suite/gcc" --data "$tiny" --peers "$1" \
        --batch 1,20 --threads 1 --seconds 0.01 --repetitions 2 --out "$temp/a comparison" &&
        awk -F , 'NF != 7 || (NR > 1 && $1 == "gemmnet" && !($5 > 0 && $7 == 2)) { exit 1 }
            END { if (NR < 3) exit 1 }' "$temp/a comparison/compare.csv"
}

# ---- bad input ------------------------------------------------------------------------

refuses_bench_options() {
    check_refused "--batch 0" throughput --batch 0
    check_refused "--batch 1,,2" throughput --batch 1,,2
    check_refused "--batch 8,-1" throughput --batch 8,-1
    check_refused "--batch 70000: there are 60000 rows" throughput --batch 70000
    check_refused "--layers 784: wants" throughput --layers 784
    check_refused "--layers 784-: wants" throughput --layers 784-
    check_refused "--layers 10-0-5" throughput --layers 10-0-5
    check_refused "--layers 10-99999999999999999999" throughput --layers 10-99999999999999999999
    check_refused "too many" throughput --layers 10-2147483647-2147483647-5
    check_refused "--threads 0" throughput --threads 0
    check_refused "--seconds 0" throughput --seconds 0
    check_refused "--seconds nan" throughput --seconds nan
    check_refused "--tile 0" throughput --tile 0
    check_refused "--mode test" throughput --mode test
    check_refused "--activation rely" throughput --activation rely
    check_refused "--optimizer newton" throughput --optimizer newton
    check_refused "unknown option --no-such" throughput --no-such 3
    check_refused "unexpected argument 'train'" throughput train
    check_refused "cannot write $temp/no-such/x.csv" throughput --csv "$temp/no-such/x.csv"
    check_refused "there is no $temp/no-such/train-images" throughput --data "$temp/no-such"
    check_refused "has 784" throughput --layers 100-10 --data "$tiny"
    check_refused "there are 5 classes" throughput --layers 784-5 --data "$tiny"
    check_refused "gnuplot-nox" env PATH="$temp/no-such" "$suite/gcc/bench/throughput" \
        --plot "$temp/x.svg"
    check_refused "--rows 0" roofline --rows 0
    check_refused "--seconds 0" roofline --seconds 0
    check_refused "--layers 784: wants" roofline --layers 784
    check_refused "too many" roofline --layers 10-2147483647-2147483647-5
    check_refused "unknown option --no-such" roofline --no-such 3
    check_refused "--batch 0" sh "$root/bench/compare.sh" --no-install --batch 0
    check_refused "--peers kann" sh "$root/bench/compare.sh" --no-install --peers kann
    check_refused "unknown option --no-such" sh "$root/bench/compare.sh" --no-such 3
    check_refused "there is no $temp/no-such/train-images" sh "$root/bench/compare.sh" \
        --no-install --build "$suite/gcc" --data "$temp/no-such"
}

# ---- the stage -------------------------------------------------------------------------

begin "the benchmark"
needs_gcc_build
make_tiny
check "--help fits a screen" help_fits throughput 24 layers mode batch threads activation \
    optimizer seconds tile data csv plot
check "a line for each point" has_all_points
check "its numbers agree" is_consistent
check "--data" reads_mnist
check "--tile" takes_tile
check "--csv to a pipe" writes_bench_csv_to_pipe
check "every activation" runs_with_all --activation identity sigmoid tanh relu leaky_relu elu \
    gelu silu softplus
check "every optimizer" runs_with_all --optimizer sgd momentum nesterov adagrad rmsprop adam \
    adamw rprop
check "tells what holds BLAS back" tells_what_holds_back
check "roofline" has_roofline
command -v gnuplot >/dev/null && check "--plot" draws_plot
check "bench/compare.sh, alone" compares gemmnet
check "bench/compare.sh, with who is there" compares gemmnet,torch,numpy,sklearn,fann
refuses_bench_options
finish
