#!/bin/sh
# The page of a run: train --report and report, on small data. What a browser makes of it,
# browser/browser.sh sees.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

report() { # OPTION...
    "$suite/gcc/examples/mnist/mnist" report --data "$tiny" --model "$pages/run.safetensors" "$@"
}

# A run that makes mistakes, with all files that it can leave.
trains_with_page() {
    mnist --hidden 4 --rate 0.0015 --validation 0.2 --model "$pages/run.safetensors" \
        --history "$pages/run.csv" --json "$pages/run.json" --report "$pages/trained.html" \
        >"$pages/trained.txt" && says "trained.html is the page" "$pages/trained.txt" &&
        [ -s "$pages/trained.html" ]
}

# What the scripts of a page draw.
facts() { # PAGE
    sed -n 's/^<script type="application\/json" id="run">\(.*\)<\/script>$/\1/p' "$1"
}

lacks() { # REGEX FILE
    ! grep -nE -e "$1" "$2"
}

count() { # REGEX FILE: of lines
    grep -cE -e "$1" "$2"
}

has_all_sections() {
    for section in pad curves confusion mistakes weights network training machine; do
        says "<section id=\"$section\">" "$pages/trained.html" || return 1
    done
    equal "$(count '^<svg' "$pages/trained.html")" 3 &&
        equal "$(wc -c <"$pages/trained.html" | awk '{ print $1 < 1000000 }')" 1 &&
        lacks '\{\{|<!-- ' "$pages/trained.html"
}

facts_agree() { # with what --json wrote
    facts "$pages/trained.html" >"$pages/facts.json" && json_is_valid "$pages/facts.json" &&
        says "\"accuracy\":$(value "$pages/run.json" test_accuracy)," "$pages/facts.json" &&
        says "\"parameters\":$(value "$pages/run.json" parameters)," "$pages/facts.json" &&
        says "\"train_images\":800" "$pages/facts.json" &&
        says '"command":"mnist train --dataset mnist --hidden 4 ' "$pages/facts.json" &&
        says '"dataset":"mnist"' "$pages/facts.json"
}

# 48 of those that there are, the surest first.
mistakes_agree() {
    grep -o '"ofGuess":[^,]*' "$pages/facts.json" | sed 's/.*://' >"$pages/sure" &&
        equal "$(wc -l <"$pages/sure")" 48 && sort -c -g -r "$pages/sure" &&
        says "\"mistakes\":{\"count\":$(awk -v right="$(value "$pages/run.json" test_accuracy)" \
            'BEGIN { printf "%.0f", 200 * (1 - right) }')," "$pages/facts.json"
}

# It has the network's own file, to the byte.
holds_model() {
    sed 's/.*"model":"\([^"]*\)".*/\1/' "$pages/facts.json" | base64 -d >"$pages/held" &&
        cmp "$pages/held" "$pages/run.safetensors"
}

same_page_later() {
    report --history "$pages/run.csv" --run "$pages/run.json" --out "$pages/later.html" &&
        cmp "$pages/trained.html" "$pages/later.html"
}

# The command of the page trains the same weights.
command_reproduces() {
    command=$(sed 's/.*"command":"mnist train \([^"]*\)".*/\1/' "$pages/facts.json")
    # shellcheck disable=SC2086 # words are meant to be split
    "$suite/gcc/examples/mnist/mnist" train $command --data "$tiny" --quiet --threads 1 \
        --model "$pages/again.safetensors" &&
        cmp "$pages/run.safetensors" "$pages/again.safetensors"
}

asks_nothing() { # of any machine: nothing is loaded, and the browser is told to load nothing
    policy="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    says "content=\"$policy; img-src data:;" "$pages/trained.html" &&
        lacks '<(link|img|iframe|object|embed|base)[^>]*(href|src|data)="?([a-z]+:)?//' \
            "$pages/trained.html" &&
        lacks '<script[^>]*src|@import|url\(|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(' \
            "$pages/trained.html"
}

# ---- what is not known -------------------------------------------------------------------

says_what_is_unknown() {
    report --out "$pages/bare.html" && facts "$pages/bare.html" >"$pages/bare.json" &&
        says 'The history of this training is not known' "$pages/bare.html" &&
        lacks '^<svg' "$pages/bare.html" && says '"history":null' "$pages/bare.json" &&
        says '"record":null' "$pages/bare.json" && says '"command":"mnist' "$pages/bare.json"
}

knows_one_epoch() {
    head -n 2 "$pages/run.csv" >"$pages/one.csv" &&
        report --history "$pages/one.csv" --out "$pages/one.html" &&
        says 'One epoch makes no curve' "$pages/one.html"
}

# As many epochs as one can look at.
knows_many_epochs() {
    awk 'NR == 1 { print }
        END { for (i = 1; i <= 20001; i++) printf "%d,%d,0.1,%g,,,,0.01\n", i, i, 1 / i }' \
        "$pages/run.csv" >"$pages/many.csv" &&
        report --history "$pages/many.csv" --out "$pages/many.html" &&
        facts "$pages/many.html" | grep -q '"count":20001,"stride":41,' &&
        equal "$(count '^<svg' "$pages/many.html")" 2 &&
        says 'One epoch in 41 is drawn' "$pages/many.html" &&
        equal "$(wc -c <"$pages/many.html" | awk '{ print $1 < 1000000 }')" 1
}

does_without_gnuplot() {
    (
        # shellcheck disable=SC2123 # a folder without programs
        PATH=$temp/no-such
        export PATH
        "$suite/gcc/examples/mnist/mnist" report --data "$tiny" --model "$pages/run.safetensors" \
            --history "$pages/run.csv" --out "$pages/plain.html" >"$pages/plain.txt"
    ) && says gnuplot-nox "$pages/plain.txt" && says gnuplot-nox "$pages/plain.html" &&
        lacks '^<svg' "$pages/plain.html" && facts "$pages/plain.html" | grep -q '"count":5,'
}

shows_onnx() {
    verb export "$pages/run.safetensors" "$pages/run.onnx" &&
        verb report --data "$tiny" --model "$pages/run.onnx" --out "$pages/onnx.html" &&
        facts "$pages/onnx.html" | grep -q '"command":null'
}

# ---- what others wrote --------------------------------------------------------------------

# The same number of bytes, since the file says how long its header is.
escapes_all() {
    LC_ALL=C sed 's|mnist train --dataset mnist|</script><script>alert(1)//|' \
        "$pages/run.safetensors" >"$pages/evil.safetensors" &&
        ! cmp -s "$pages/run.safetensors" "$pages/evil.safetensors" &&
        sed 's|"cpu": .*|"cpu": "</script><script>alert(2)",|' "$pages/run.json" \
            >"$pages/evil.json" &&
        verb report --data "$tiny" --model "$pages/evil.safetensors" --run "$pages/evil.json" \
            --out "$pages/evil.html" && lacks '<script>alert|alert\(1\)' "$pages/evil.html" &&
        says '"cpu":"\u003c/script>\u003cscript>alert(2)"' "$pages/evil.html" &&
        equal "$(count '</script' "$pages/evil.html")" 2 &&
        facts "$pages/evil.html" | grep -q '"command":null'
}

leaves_old_page() { # when a run fails
    echo old >"$pages/old.html" && ! report --history "$tiny" --out "$pages/old.html" &&
        ! mnist --epochs 100 --optimizer momentum --rate 1e6 --activation identity \
            --report "$pages/old.html" && equal "$(cat "$pages/old.html")" old &&
        equal "$(find "$pages" -name '*.part')" ""
}

make_small_images() { # of 20 x 20 pixels
    small=$pages/small && mkdir -p "$small" &&
        sed 's/SIDE = 28/SIDE = 20/' "$tests/programs/tiny_mnist.c" >"$pages/small.c" &&
        cc -o "$pages/make_small" "$pages/small.c" && "$pages/make_small" "$small" &&
        mnist --data "$small" --quiet --model "$pages/small.safetensors"
}

refuses_pages() {
    check "images of another size" make_small_images
    check_refused "400 inputs" mnist --data "$small" --report "$pages/x.html"
    check_refused "400 inputs" verb report --data "$small" --model "$pages/small.safetensors" \
        --out "$pages/x.html"
    check_refused "784 inputs, an image has 400" report --data "$small" --out "$pages/x.html"
    check_refused "report wants --model FILE and --out FILE" verb report --out "$pages/x.html"
    check_refused "report wants --model FILE and --out FILE" report
    cp "$pages/run.csv" "$pages/run"
    check_refused "run: they are the same file" report --history "$pages/run" --out "$pages/run"
    check_refused "run.csv: the name promises CSV" report \
        --history "$pages/run.csv" --out "$pages/run.csv"
    check_refused "x.html: the name promises HTML" mnist --history "$pages/x.html" \
        --report "$pages/x.html"
    check_refused "cannot write $temp: Is a directory" mnist --report "$temp"
    check_refused "run.json: line 1 is not that of a history" report --history "$pages/run.json" \
        --out "$pages/x.html"
    echo '3,4,5' >>"$pages/one.csv"
    check_refused "one.csv: line 3 does not have the 8 numbers" report --history "$pages/one.csv" \
        --out "$pages/x.html"
    check_refused "run.csv: line 1" report --run "$pages/run.csv" --out "$pages/x.html"
    echo '{}' >"$pages/empty.json"
    check_refused "has no weights_checksum" report --run "$pages/empty.json" --out "$pages/x.html"
    sed 's/"weights_checksum": ".\(.*\)."/"weights_checksum": "x\1x"/' "$pages/run.json" \
        >"$pages/other.json"
    check_refused "is of another network" report --run "$pages/other.json" --out "$pages/x.html"
    check "none of these has written a page" equal "$(find "$pages" -name 'x.html*')" ""
}

begin "the page of a run"
needs_gcc_build
check "what it needs is there" sh "$root/examples/setup.sh" plot
check "a small data set" make_tiny
pages=$temp/pages
mkdir -p "$pages"
check "train --report" trains_with_page
check "all sections are there, in less than a megabyte" has_all_sections
check "its facts agree with --json" facts_agree
check "the worst mistakes first" mistakes_agree
check "it holds the model's file" holds_model
check "report makes the same page later" same_page_later
check "its command trains the same network" command_reproduces
check "it asks nothing of any machine" asks_nothing
check "without history or record it says so" says_what_is_unknown
check "one epoch" knows_one_epoch
check "20,001 epochs" knows_many_epochs
check "without gnuplot" does_without_gnuplot
check "a model of ONNX" shows_onnx
check "names of others are escaped" escapes_all
check "a failed run leaves the old page" leaves_old_page
refuses_pages
finish
