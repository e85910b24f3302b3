#!/bin/sh
# The table program, on tables of our own.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

# ---- running it ---------------------------------------------------------------------

table() { # VERB WORD... [OPTION...]
    "$suite/gcc/examples/table/table" "$@"
}

# 600 points (a, b) of a lattice that fills the square, and of each: an identifier, a smooth
# number, another one, a class of three by that number, and a rare class.
make_tables() {
    tables="$temp/some tables"
    mkdir -p "$tables" && awk 'BEGIN {
        print "id,a,b,price,size,kind,rare"
        for (i = 1; i <= 600; i++) {
            a = 2 * (i * 0.7548776662466927 % 1) - 1
            b = 2 * (i * 0.5698402909980532 % 1) - 1
            price = 100 + 20 * a - 10 * b + 15 * a * b
            kind = price < 90 ? "cheap" : price < 110 ? "fair" : "dear, \"very\""
            gsub(/"/, "\"\"", kind)
            printf "n%d,%.6f,%.6f,%.4f,%.4f,\"%s\",%d\n", i, a, b, price, a - 3 * b, kind, \
                (a > 0.8 && b > 0.3)
        }
    }' >"$tables/all.csv" && sed 1d "$tables/all.csv" >"$tables/bare.csv" &&
        cut -d, -f 2-4 "$tables/all.csv" | tr .,n ,\;n | sed 's/$/\r/' >"$tables/comma.csv"
}

learn() { # TARGET [OPTION...]: what it prints goes to $temp/figures
    target=$1
    shift
    table train "$tables/all.csv" --target "$target" --ignore "$(
        echo id,price,size,kind,rare | sed "s/,$target//"
    )" --model "$temp/$target.safetensors" --seed 3 "$@" >"$temp/figures"
}

# ---- what is checked ------------------------------------------------------------------

learns_number() {
    learn price && cat "$temp/figures" &&
        at_least "$(awk '$2 == "test" { print $NF }' "$temp/figures")" 0.98
}

learns_two_numbers() {
    learn price,size --rate 0.003 && cat "$temp/figures" &&
        equal "$(awk '$2 == "test" { print $1 }' "$temp/figures" | tr '\n' ' ')" "price size " &&
        at_least "$(awk '$2 == "test" { print $NF }' "$temp/figures" | sort -g | head -n 1)" 0.98
}

learns_classes() { # and the confusion's rows add up
    learn kind && cat "$temp/figures" &&
        at_least "$(awk '$1 == "test" { print $3 }' "$temp/figures" | head -n 1)" 90 &&
        awk '/^cheap/ { if ($2 != $(NF - 2) + $(NF - 1) + $NF) exit 1; n++ } END { exit n != 1 }' \
            "$temp/figures"
}

# The recall of a class of one row in thirty, which lies where a line can cut it off but roughly.
recall_of_rare() { # OPTION...
    learn rare --hidden none --rate 0.03 --epochs 100 --test "$tables/all.csv" "$@" &&
        awk '$1 == "1" { print $5 }' "$temp/figures"
}

weights_find_rare_class() {
    plain=$(recall_of_rare) && weighted=$(recall_of_rare --class-weights balanced) &&
        echo "$plain $weighted" && at_least "$weighted" 95 && ! at_least "$plain" 90
}

# The rows as they came, two columns more, and the numbers near to the truth.
predicts_numbers() {
    learn price && table predict "$temp/price.safetensors" "$tables/all.csv" >"$temp/out.csv" &&
        equal "$(sed 's/,[^,]*,[^,]*$//' "$temp/out.csv" | cksum)" "$(cksum <"$tables/all.csv")" &&
        equal "$(sed -n '1s/.*rare,//p' "$temp/out.csv")" predicted,outside &&
        cut -d, -f 4 "$tables/all.csv" >"$temp/truth" &&
        sed 's/.*,\([^,]*\),\([01]\)$/\1 \2/' "$temp/out.csv" | paste -d ' ' "$temp/truth" - | awk '
            NR > 1 { error = $1 - $2; sum += error * error; n++; outside += $3 }
            END { print sum / n, outside; exit !(n == 600 && sum / n < 5 && outside < 40) }'
}

predicts_classes() { # whose names have quotes and commas
    learn kind && table predict "$temp/kind.safetensors" "$tables/all.csv" >"$temp/out.csv" &&
        awk '/,"dear, ""very""",[01],"dear, ""very""",[01]$/ { n++ }
            END { print n; exit !(n > 100) }' "$temp/out.csv"
}

tells_what_is_outside() { # the columns in another order, without the target
    learn price && printf 'b,more,a\n0,x,0\n0,y,7\n-8,,0' >"$temp/new.csv" &&
        table predict "$temp/price.safetensors" "$temp/new.csv" >"$temp/out.csv" 2>"$temp/words" &&
        equal "$(sed 's/.*,//' "$temp/out.csv" | tr '\n' ' ')" "outside 0 1 1 " &&
        grep -q '2 of 3 rows .*: a (1), b (1)' "$temp/words"
}

reads_without_header() { # by place, with all columns or the inputs alone
    table train "$tables/bare.csv" --target 4 --ignore 1,5,6,7 --model "$temp/bare.safetensors" \
        >"$temp/figures" && at_least "$(awk '$2 == "test" { print $NF }' "$temp/figures")" 0.98 &&
        table predict "$temp/bare.safetensors" "$tables/bare.csv" | sed 's/.*,\(.*\),[01]$/\1/' \
            >"$temp/all" && cut -d, -f 2,3 "$tables/bare.csv" >"$temp/inputs.csv" &&
        table predict "$temp/bare.safetensors" "$temp/inputs.csv" | sed 's/.*,\(.*\),[01]$/\1/' \
            >"$temp/some" && equal "$(wc -l <"$temp/all")" 600 && cmp "$temp/all" "$temp/some"
}

reads_decimal_commas() { # and ends its lines as the file does
    table train "$tables/comma.csv" --target price --decimal , --model "$temp/comma.safetensors" \
        >"$temp/figures" && at_least "$(awk '$2 == "test" { print $NF }' "$temp/figures")" 0.98 &&
        table predict "$temp/comma.safetensors" "$tables/comma.csv" --decimal , >"$temp/out.csv" &&
        equal "$(grep -c ';[0-9]*,[0-9]*;[01].$' "$temp/out.csv")" 600 &&
        equal "$(tr -dc '\r' <"$temp/out.csv" | wc -c)" 601
}

exports_table_c() { # that says the same of every row
    learn price && table export "$temp/price.safetensors" "$temp/price.c" >"$temp/words" 2>&1 &&
        equal "$(cat "$temp/words")" "$(printf 'inputs: a, b\noutputs: price')" &&
        printf '%s\n' '#include <stdio.h>' '#include "price.h"' 'int main(void) { float x[2], y;' \
            'while (scanf("%f,%f", &x[0], &x[1]) == 2) { price(x, &y); printf("%.7g\n", y); }' \
            'return 0; }' >"$temp/main.c" &&
        cc -o "$temp/c program" "$temp/main.c" "$temp/price.c" -lm &&
        cut -d, -f 2,3 "$tables/bare.csv" | "$temp/c program" >"$temp/from_c" &&
        table predict "$temp/price.safetensors" "$tables/bare.csv" | sed 's/.*,\(.*\),[01]$/\1/' |
        paste -d ' ' - "$temp/from_c" | awk '
            { d = $1 - $2; if (d > 1e-3 || d < -1e-3) print; else n++ }
            END { print n; exit n != 600 }'
}

in_tables() { # COMMAND...: there
    (cd "$tables" && "$@")
}

# 400 seconds in a row are 4 floats; counted from the first they are as good as any others.
learns_from_unix_times() {
    awk 'BEGIN { for (from = 0; from <= 1700000000; from += 1700000000) {
        file = from ? "unix.csv" : "small.csv"
        print "time,value" >file
        for (i = 0; i < 400; i++) printf "%d,%.5f\n", from + i, sin(i / 20) >file
    } }' || return 1
    table train unix.csv --target value --model times.safetensors >unix.figures 2>unix.words &&
        table train small.csv --target value --model small.safetensors \
            >small.figures 2>small.words &&
        tail -n 1 unix.figures && tail -n 1 small.figures &&
        at_least "$(r2_of unix.figures)" 0.85 &&
        equal "$(r2_of unix.figures)" "$(r2_of small.figures)" &&
        equal "$(sed -n 3p unix.words)" \
            "time: counted from 1700000000, since a float has 7 digits" &&
        ! grep counted small.words &&
        table predict small.safetensors small.csv | cut -d, -f 3 >small.out &&
        table predict times.safetensors unix.csv | cut -d, -f 3 >unix.out && cmp unix.out small.out
}

r2_of() { # FILE: of the test rows
    awk '$2 == "test" { print $NF }' "$1"
}

tells_which_unix_times_are_outside() {
    printf 'time\n1699999999\n1700000000\n1700000399\n1700000400\n' >new.csv &&
        equal "$(table predict times.safetensors new.csv 2>/dev/null | sed 's/.*,//' |
            tr '\n' ' ')" "outside 1 0 0 1 "
}

is_judged_by_unix_times() { # of a file of its own
    for name in unix small; do
        table train $name.csv --target value --test $name.csv --quiet >$name.figures || return 1
    done
    equal "$(r2_of unix.figures)" "$(r2_of small.figures)"
}

predicts_unix_times() { # to the second
    awk 'BEGIN {
        print "x,when"
        for (i = 0; i < 400; i++) printf "%.4f,%d\n", i / 400, 1700000000 + i * 3 / 4
    }' >when.csv && table train when.csv --target when --model when.safetensors >figures 2>words &&
        equal "$(sed -n 3p words)" "when: counted from 1700000000, since a float has 7 digits" &&
        table predict when.safetensors when.csv | awk -F, 'NR > 1 {
            d = $2 - $3; if (d > 5 || d < -5) print; else n++; fractions += $3 ~ /\./
        } END { print n, fractions; exit !(n == 400 && fractions > 300) }'
}

exports_unix_times() { # whose words say what the network's numbers are
    equal "$(table export times.safetensors times.c 2>&1)" "$(printf 'inputs: time - 1700000000\noutputs: value')" &&
        equal "$(table export when.safetensors counted.c 2>&1)" "$(printf 'inputs: x\noutputs: when - 1700000000')" &&
        for file in times.c times.h counted.c counted.h; do
            grep -q '^ \* .*puts: .* - 1700000000$' $file && grep -q '^ \* (Subtract as double' $file || return 1
        done && cc -Wall -Wextra -Werror -c times.c && table export times.safetensors times.onnx --quiet &&
        grep -q 'time - 1700000000$' times.onnx
}

is_judged_by_file() {
    head -n 201 "$tables/all.csv" >"$temp/test.csv" && learn kind --test "$temp/test.csv" &&
        equal "$(awk '$1 == "test" { print $2 }' "$temp/figures" | head -n 1)" 200
}

same_model() { # from the same seed, with any number of threads
    learn price --threads 1 && first=$(cksum <"$temp/price.safetensors") &&
        learn price --threads 2 && equal "$(cksum <"$temp/price.safetensors")" "$first" &&
        learn price --seed 4 && ! equal "$(cksum <"$temp/price.safetensors")" "$first"
}

leaves_old_model() { # where the table is refused
    echo old >"$temp/old.safetensors"
    ! table train "$tables/all.csv" --target price --model "$temp/old.safetensors" &&
        equal "$(cat "$temp/old.safetensors")" old
}

tells_test_of_price() { # FILE
    grep -q '^price  *test' "$1"
}

saves_on_signal() { # SIGNAL CODE
    rm -f "$temp/price.safetensors"
    interrupted_when "$1" "$2" tells_test_of_price "$temp/figures" "$suite/gcc/examples/table/table" train \
        "$tables/all.csv" --target price --ignore id,size,kind,rare --epochs 1000000 \
        --patience 1000000 --model "$temp/price.safetensors" && [ -s "$temp/price.safetensors" ]
}

# Neighbours among codes of eight digits and more are one float. All of them come back, and are judged.
keeps_codes_apart() {
    for code in 1000000 20240100 12345678900; do
        awk -v code=$code 'BEGIN { print "a,b,code"; for (i = 1; i <= 600; i++) {
            a = 2 * (i * 0.7548776662466927 % 1) - 1; b = 2 * (i * 0.5698402909980532 % 1) - 1
            printf "%.4f,%.4f,%.0f\n", a, b, code + (a > 0) + 2 * (b > 0) } }' >codes.csv &&
            table train codes.csv --target code --task classification --model codes.safetensors --test codes.csv \
                --epochs 100 >figures 2>words || return 1
        classes="$code, $((code + 1)), $((code + 2)), $((code + 3))"
        grep -q "of 4 classes: $classes\$" words || { cat words; return 1; }
        at_least "$(awk '$1 == "test" { print $3 }' figures | head -n 1)" 95 || return 1
        equal "$(table predict codes.safetensors codes.csv | cut -d, -f 4 | sort -u | tr '\n' ' ')" \
            "$(echo "$classes predicted " | tr -d ,)" || return 1
    done
}

# What a terminal would obey is not shown, though it stands in the file.
shows_plain_names() {
    esc=$(printf '\033[31m')
    awk -v e="$esc" 'BEGIN { printf "\"%sa\nb\",x,kind\n", e; for (i = 0; i < 40; i++) printf "%d,%d,%s\n", \
        i, i * i % 7, i % 2 ? "c" e : "d" }' >plain.csv &&
        table train plain.csv --target kind --model plain.safetensors --epochs 2 >figures 2>words &&
        { table train plain.csv --target no 2>>words || true; } &&
        { sed "s/0,0,d/0,z,d/" plain.csv >text.csv && table train text.csv --target kind 2>>words || true; } &&
        printf '"%sa\nb",x\n1e9,1e9\n' "$esc" >far.csv &&
        table predict plain.safetensors far.csv 2>>words >out.csv &&
        table export plain.safetensors plain.onnx 2>>words && cat words figures >shown &&
        equal "$(tr -d '\n' <shown | tr -d '[:print:]' | wc -c)" 0 &&
        equal "$(grep -c '?\[31ma?b' shown)" 4 && grep -q '^c?\[31m ' figures
}

# ---- bad input ------------------------------------------------------------------------

refuses_table_options() {
    check_refused "--target is missing" table train "$tables/all.csv"
    check_refused "usage: table train" table train --target price
    check_refused "usage: table predict" table predict "$temp/price.safetensors"
    check_refused "usage: table export" table export
    check_refused "unknown verb 'learn'" table learn
    check_refused "unexpected argument" table train "$tables/all.csv" more --target price
    check_refused "--target cost: there is no such column" \
        table train "$tables/all.csv" --target cost
    check_refused "--ignore x: there is no such column" learn price --ignore id,x
    check_refused "'price' is named twice" learn price --ignore id,size,kind,rare,price
    check_refused "--hidden 3,,3" learn price --hidden 3,,3
    check_refused "no activation 'rely'" learn price --activation rely
    check_refused "3 activations for 2 hidden layers" learn price --activation relu,tanh,relu
    check_refused "--epochs 0" learn price --epochs 0
    check_refused "--rate nan" learn price --rate nan
    check_refused "--validation 1" learn price --validation 1
    printf 'a,y\n1,5\n2,5\n3,5\n4,5\n' >"$temp/same.csv"
    check_refused "all rows of column 'y' are 5" table train "$temp/same.csv" --target y
    check_refused "leave nothing to train on" learn price --validation 0.5 --test 0.5
    check_refused "--test 1.5" learn price --test 1.5
    check_refused "$temp/no-such.csv: No such file" learn price --test "$temp/no-such.csv"
    check_refused "--task guess" learn price --task guess
    check_refused "--class-weights: column 'price' is a number" learn price --class-weights balanced
    check_refused "column 'kind' holds text" learn kind --task regression
    check_refused "600 different numbers" learn price --task classification
    check_refused "wants one target" learn price,size --task classification
    check_refused "--separator ab" learn price --separator ab
    check_refused "--decimal x" learn price --decimal x
    check_refused "--model $temp/no-such/x: No such file" learn price --model "$temp/no-such/x"
    check_refused "--model $temp: Is a directory" learn price --model "$temp"
}

# Not what is read, by whatever name.
refuses_to_overwrite() {
    cp "$tables/all.csv" "$temp/own.csv" && cp "$temp/price.safetensors" "$temp/own.onnx" &&
        ln -s own.csv "$temp/link.csv" && ln "$temp/own.csv" "$temp/hard.csv"
    for name in own.csv link.csv hard.csv; do
        check_refused "$name would be written over the table" table train "$temp/own.csv" \
            --target price --ignore id,kind --model "$temp/$name"
    done
    check_refused "own.csv would be written over --test" table train "$tables/all.csv" \
        --target price --ignore id,kind --test "$temp/own.csv" --model "$temp/own.csv"
    check_refused "own.onnx would be written over the model" table export "$temp/own.onnx" \
        "$temp/own.onnx"
    check_refused "would be written over the table" predict_onto "$temp/own.csv"
    check "the table is as it was" cmp "$tables/all.csv" "$temp/own.csv"
    check "the model is as it was" cmp "$temp/price.safetensors" "$temp/own.onnx"
}

predict_onto() {
    table predict "$temp/price.safetensors" "$1" >>"$1"
}

refuses_tables() {
    check "a number once more" learn price
    check_refused "inputs are numbers, but column 'id' holds text (in line 2)" table train \
        "$tables/all.csv" --target price
    check_refused " --ignore id,kind" table train "$tables/all.csv" --target price
    sed '7s/,[^,]*,/,,/' "$tables/all.csv" >"$temp/bad.csv"
    check_refused "line 7, column 2 (a): the value is missing" table train "$temp/bad.csv" \
        --target price --ignore id
    check_refused "line 7, column 2 (a): the value is missing" table predict \
        "$temp/price.safetensors" "$temp/bad.csv"
    sed '9s/$/,1/' "$tables/all.csv" >"$temp/bad.csv"
    check_refused "line 9 has 8 fields" table train "$temp/bad.csv" --target price
    cut -d, -f 1,2 "$tables/all.csv" >"$temp/bad.csv"
    check_refused "no column is called 'b'" table predict "$temp/price.safetensors" "$temp/bad.csv"
    check_refused "has no header and 7 columns: the model wants 2 inputs" \
        table predict "$temp/comma.safetensors" "$tables/bare.csv"
    sed 's/cheap/free/' "$tables/all.csv" >"$temp/bad.csv"
    check_refused "free is none of the classes" learn kind --test "$temp/bad.csv"
    sed '3,$s/"[^"]*"*.*"/cheap/; 2s/"[^"]*"*.*"/cheap/' "$tables/all.csv" >"$temp/bad.csv"
    check_refused "'cheap': there is nothing to learn" table train "$temp/bad.csv" --target kind \
        --ignore id,price,size,rare
    check_refused "no safetensors but text" table predict "$tables/all.csv" "$tables/all.csv"
    check_refused "--model $temp/price.onnx: the name promises ONNX" learn price --model "$temp/price.onnx"
    check_refused "--model $temp/price.pt: the name promises PyTorch" learn price --model "$temp/price.pt"
    for refused_ending in txt pkl joblib mat pb svg json docx cpp; do
        check_refused "--model $temp/price.$refused_ending: " learn price --patience 1000000 --epochs 1000000 \
            --model "$temp/price.$refused_ending"
    done
    check_refused "wants a name that ends in .c or .onnx" table export "$temp/price.safetensors" \
        "$temp/price.txt"
}

# ---- the stage -------------------------------------------------------------------------

begin "the table program"
needs_gcc_build
[ -x "$suite/gcc/examples/table/table" ] || finish "is not built: it wants jansson"
check "small tables" make_tables
check "--help fits a screen" help_fits table 34 target ignore model task hidden activation epochs \
    batch rate decay weight-decay validation patience test class-weights seed header separator \
    decimal threads quiet
check "--version" table --version
check "a number" learns_number
check "two numbers" learns_two_numbers
check "classes" learns_classes
check "class weights find a rare class" weights_find_rare_class
check "predicts numbers" predicts_numbers
check "predicts classes" predicts_classes
check "tells what is outside" tells_what_is_outside
check "without a header" reads_without_header
check "decimal commas" reads_decimal_commas
check "exports C" exports_table_c
check "--test FILE" is_judged_by_file
check "Unix times are counted from the first" in_tables learns_from_unix_times
check "Unix times that are outside" in_tables tells_which_unix_times_are_outside
check "--test FILE with Unix times" in_tables is_judged_by_unix_times
check "predicts Unix times" in_tables predicts_unix_times
check "exports what counts from a Unix time" in_tables exports_unix_times
check "codes of many digits stay apart" in_tables keeps_codes_apart
check "names that a terminal would obey" in_tables shows_plain_names
check "the same model with 1 and 2 threads" same_model
check "a refused table leaves the old model" leaves_old_model
command -v timeout >/dev/null && check "Ctrl-C saves the network" saves_on_signal INT 130
command -v timeout >/dev/null && check "SIGTERM saves the network" saves_on_signal TERM 143
refuses_table_options
refuses_to_overwrite
refuses_tables
finish
