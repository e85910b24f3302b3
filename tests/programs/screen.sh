#!/bin/sh
# What the MNIST program shows on terminals, and elsewhere. script(1) pretends to be a terminal,
# where it can.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

colours="TERM=xterm-256color COLORTERM=truecolor LC_ALL=C.UTF-8 NO_COLOR="
screen_images="t10k-images-idx3-ubyte"

make_screen() {
    # shellcheck disable=SC2086 # words are meant to be split
    mkdir -p "$screens" && cc -o "$temp/screen" "$tests/programs/screen.c" &&
        mnist $poor --quiet --model "$screens/poor.safetensors" --json "$screens/poor.json"
}

knows_utf8() { # the C library, by this name
    [ "$(LC_ALL=C.UTF-8 locale charmap 2>/dev/null)" = UTF-8 ]
}

on_terminal() { # COLUMNS SETTINGS COMMAND...: what it writes to a terminal of that width, 24 high
    terminal_size="cols $1 rows 24"
    terminal_settings=$2
    shift 2
    terminal_command=
    for word; do
        terminal_command="$terminal_command '$word'"
    done
    script -qec "stty $terminal_size; exec env $terminal_settings $terminal_command" /dev/null \
        </dev/null
}

shows() { # COLUMNS SETTINGS ARGUMENT...: mnist show on a terminal
    show_columns=$1
    show_settings=$2
    shift 2
    on_terminal "$show_columns" "$show_settings" "$suite/gcc/examples/mnist/mnist" show \
        --data "$tiny" --model "$screens/poor.safetensors" "$@"
}

trains_poorly() { # COLUMNS SETTINGS OPTION...: mnist train on a terminal
    train_columns=$1
    train_settings=$2
    shift 2
    # shellcheck disable=SC2086 # words are meant to be split
    on_terminal "$train_columns" "$train_settings" "$suite/gcc/examples/mnist/mnist" \
        --data "$tiny" $poor "$@"
}

# ---- elsewhere: plain text ---------------------------------------------------------------

is_plain() { # FILE: lines of ASCII
    [ -s "$1" ] && ! LC_ALL=C grep -n '[^[:print:]]' "$1"
}

plain_in_pipes() { # whatever the terminal could
    # shellcheck disable=SC2086 # words are meant to be split
    (
        # shellcheck disable=SC2163 # words, each a name and its value
        export $colours
        mnist $poor --epochs 60 >"$screens/train.txt" &&
            test_model --model "$screens/poor.safetensors" >"$screens/test.txt" &&
            verb show --data "$tiny" 7 --model "$screens/poor.safetensors" >"$screens/show.txt"
    ) && is_plain "$screens/train.txt" && is_plain "$screens/test.txt" &&
        is_plain "$screens/show.txt" &&
        equal "$(grep -c '^epoch .* loss .* accuracy .* %  *[0-9]*/s' "$screens/train.txt")" 60 &&
        says 'what it is (down), what the network took it for (across):' "$screens/train.txt"
}

plain_on_dumb_terminals() {
    for settings in TERM=dumb TERM=; do
        trains_poorly 80 "LC_ALL=C.UTF-8 $settings" | tr -d '\r' >"$screens/dumb.txt" &&
            is_plain "$screens/dumb.txt" && says 'what it is (down)' "$screens/dumb.txt" || return 1
    done
}

# ---- what a terminal can ------------------------------------------------------------------

has_escape() { # PATTERN FILE: after the escape's bracket
    LC_ALL=C grep -q "$(printf '\033')\\[$1" "$2"
}

obeys_no_color() {
    shows 80 "$colours" 7 >"$screens/yes" && shows 80 "$colours NO_COLOR=1" 7 >"$screens/no" &&
        trains_poorly 80 "$colours NO_COLOR=1" --epochs 300 >"$screens/no-train" &&
        has_escape '[0-9;]*m' "$screens/yes" && ! has_escape '[0-9;]*m' "$screens/no" &&
        ! has_escape '[0-9;]*m' "$screens/no-train"
}

has_its_colours() {
    shows 80 "$colours" 7 >"$screens/true" && has_escape '[0-9;]*38;2;' "$screens/true" || return 1
    shows 80 "$colours COLORTERM=" 7 >"$screens/256" && has_escape '[0-9;]*38;5;' "$screens/256" &&
        ! has_escape '[0-9;]*38;2;' "$screens/256" || return 1
    shows 80 "$colours COLORTERM= TERM=xterm" 7 >"$screens/16" &&
        has_escape '[0-9;]*[39][0-7]' "$screens/16" && ! has_escape '[0-9;]*38;' "$screens/16"
}

is_ascii_without_utf8() {
    for settings in "" NO_COLOR=1; do
        shows 80 "$colours LC_ALL=C $settings" 7 >"$screens/ascii" &&
            trains_poorly 80 "$colours LC_ALL=C $settings" --epochs 300 >>"$screens/ascii" &&
            ! LC_ALL=C grep -n "$(printf '[\200-\377]')" "$screens/ascii" || return 1
    done
}

keeps_within() { # COLUMNS...
    for columns; do
        for settings in "" NO_COLOR=1 LC_ALL=C; do
            trains_poorly "$columns" "$colours $settings" --epochs 300 >"$screens/wide" &&
                shows "$columns" "$colours $settings" 7 8 >>"$screens/wide" || return 1
            wide=$("$temp/screen" width <"$screens/wide") || return 1
            echo "$wide columns of $columns, $settings"
            # (a word is not broken)
            [ "$wide" -le "$columns" ] || { [ "$columns" -lt 20 ] && [ "$wide" -le 13 ]; } ||
                return 1
        done
    done
}

# ---- show -----------------------------------------------------------------------------------

draws_the_image() { # SETTINGS ERROR: each pixel, but for that error
    for number in 0 7 199; do
        shows 80 "$colours $1" $number >"$screens/picture" &&
            "$temp/screen" picture "$tiny/$screen_images" $number "$2" <"$screens/picture" &&
            ! "$temp/screen" picture "$tiny/$screen_images" $((number ^ 1)) "$2" \
                <"$screens/picture" || return 1
    done
}

draws_below() { # each, where there is no room beside
    shows 40 "$colours" 7 >"$screens/picture" &&
        "$temp/screen" picture "$tiny/$screen_images" 7 0 <"$screens/picture" &&
        "$temp/screen" text <"$screens/picture" | tail -n 10 | grep -q '^[0-9] .* %'
}

show_plain() { # ARGUMENT...
    verb show --data "$tiny" --model "$screens/poor.safetensors" "$@" >"$screens/show.txt"
}

sums_to_one() { # to half a hundredth for each of ten, and the largest is the belief
    for number in 1 2 3; do
        show_plain $number &&
            sed -n 's/.*\([0-9]\) #* *\([0-9.]*\) %.*/\1 \2/p' "$screens/show.txt" |
            awk -v belief="$(sed -n 's/.*belief \([0-9]\)$/\1/p' "$screens/show.txt")" '
                { sum += $2; if ($2 > most) { most = $2; at = $1 } }
                END { print sum, at, belief
                      exit !(NR == 10 && sum > 99.945 && sum < 100.055 && at == belief) }' ||
            return 1
    done
}

# A network that ends before its softmax, as other programs export them: the same beliefs.
applies_softmax() {
    LC_ALL=C sed 's/softmax\(\\",\\"alpha\\":0\).0/identity\1 /' "$screens/poor.safetensors" \
        >"$screens/raw.safetensors" &&
        ! cmp -s "$screens/poor.safetensors" "$screens/raw.safetensors" &&
        show_plain 5 6 && cp "$screens/show.txt" "$screens/softmax.txt" &&
        show_plain 5 6 --model "$screens/raw.safetensors" &&
        cmp "$screens/show.txt" "$screens/softmax.txt"
}

tells_truth() { # the digit i of tiny is 7 i mod 10; all the numbers, each in its turn
    show_plain 3 1 44 && grep -o -e 'image [0-9]*$' -e 'truth [0-9],' "$screens/show.txt" |
        tr '\n' ' ' >"$screens/truth" &&
        equal "$(cat "$screens/truth")" "image 3 truth 1, image 1 truth 7, image 44 truth 8, "
}

finds_digits() { # the next from there on
    show_plain 2 50 --digit 4 && equal "$(grep -c 'truth 4' "$screens/show.txt")" 2 &&
        says 'image 2' "$screens/show.txt" && says 'image 52' "$screens/show.txt" &&
        show_plain --digit 0 && says 'image 0' "$screens/show.txt" &&
        show_plain && says 'image 0' "$screens/show.txt"
}

# As many as the accuracy says, the least believed truth first.
finds_mistakes() {
    show_plain --mistakes 200 &&
        sed -n 's/^.* \([0-9.]*\) %  truth$/\1/p' "$screens/show.txt" >"$screens/truths" &&
        sort -n "$screens/truths" | cmp - "$screens/truths" &&
        awk -v accuracy="$(value "$screens/poor.json" test_accuracy)" \
            -v n="$(wc -l <"$screens/truths")" \
            'BEGIN { print n, accuracy; exit !(n > 3 && n == int(200 * (1 - accuracy) + 0.5)) }' &&
        says "$(wc -l <"$screens/truths" | tr -d ' ') mistakes in all" "$screens/show.txt" ||
        return 1
    show_plain --mistakes 2 && equal "$(grep -c 'test image' "$screens/show.txt")" 2 &&
        show_plain --mistakes 200 --digit 4 && ! grep 'truth [^4],' "$screens/show.txt"
}

trains_for_show() { # where no model is named
    verb show --data "$tiny" 7 >"$screens/show.txt" &&
        says 'the default network, trained just now' "$screens/show.txt" &&
        says 'truth 9, belief 9' "$screens/show.txt"
}

names_clothes() {
    show_plain 5 --dataset fashion && says 'truth sandal' "$screens/show.txt"
}

# Images of 14 x 14, and a model of theirs.
make_small() {
    mkdir -p "$screens/small" && cp "$tiny/"*labels* "$screens/small" || return 1
    for set in train:1000:'\3\350' t10k:200:'\0\310'; do
        name=${set%%:*}
        rest=${set#*:}
        { # shellcheck disable=SC2059 # bytes of a header
            printf "\\0\\0\\10\\3\\0\\0${rest#*:}\\0\\0\\0\\16\\0\\0\\0\\16"
            tail -c +17 "$tiny/$name-images-idx3-ubyte" | head -c $((${rest%%:*} * 196))
        } >"$screens/small/$name-images-idx3-ubyte" || return 1
    done
    verb train --quiet --data "$screens/small" --epochs 1 --model "$screens/small.safetensors"
}

draws_other_shapes() {
    make_small && on_terminal 80 "$colours" "$suite/gcc/examples/mnist/mnist" show \
        --data "$screens/small" --model "$screens/small.safetensors" 7 >"$screens/picture" &&
        "$temp/screen" picture "$screens/small/$screen_images" 7 0 <"$screens/picture"
}

refuses_show() {
    check_refused "show 200: there are 200 test images, 0 to 199" show_plain 7 200
    check_refused "show 99999999999999999999: wants numbers" show_plain 99999999999999999999
    check_refused "show seven: wants numbers of test images" show_plain seven
    check_refused "show 1.5: wants numbers" show_plain 1.5
    check_refused "unknown option -1" show_plain -1
    check_refused "numbers or --mistakes, not both" show_plain 7 --mistakes 3
    check_refused "--mistakes 0: wants a whole number from 1" show_plain --mistakes 0
    check_refused "--digit 10: there is no such digit" show_plain --digit 10
    check_refused "--digit 4: none of the test images from 199 on" show_plain 199 --digit 4
    check_refused "takes 196 inputs, an image has 784 pixels" \
        verb show --data "$tiny" --model "$screens/small.safetensors"
    check_refused "no-such: No such file" verb show --data "$tiny" --model "$screens/no-such"
}

# ---- training -------------------------------------------------------------------------------

draws_progress() { # a bar; of many epochs the first, the last, and not all between
    trains_poorly 80 "$colours LC_ALL=C NO_COLOR=1" --epochs 3000 >"$screens/train" &&
        grep -q '\[==*.* epoch .* left' "$screens/train" &&
        "$temp/screen" text <"$screens/train" >"$screens/train.txt" &&
        ! grep '\[=' "$screens/train.txt" &&
        grep '^epoch' "$screens/train.txt" >"$screens/epochs" &&
        [ "$(wc -l <"$screens/epochs")" -le 21 ] &&
        grep -q '^epoch    1/3000' "$screens/epochs" && grep -q '^epoch 3000/3000' "$screens/epochs"
}

tells_last_epoch() { # whose turn it would not be
    trains_poorly 80 "$colours" --epochs 77 >"$screens/train" &&
        "$temp/screen" text <"$screens/train" | grep '^epoch' | tail -n 2 | cut -c 1-11 |
        xargs >"$screens/last" &&
        equal "$(cat "$screens/last")" "epoch 75/77 epoch 77/77"
}

# From the matrix on: what the screen has at the end.
scoreboard_of() { # FILE
    "$temp/screen" text <"$1" | sed -n '/^    0   1   2/,$p' >"$screens/board"
}

fits_a_screen() { # of 24 lines with a prompt below, and agrees with what is told elsewhere
    trains_poorly 80 "$colours LC_ALL=C" --json "$screens/board.json" >"$screens/train" &&
        scoreboard_of "$screens/train" && equal "$(wc -l <"$screens/board")" 23 &&
        says "of 200 test images are right" "$screens/board" &&
        awk -v shown="$(sed -n '1s/.* \([0-9.]*\) %$/\1/p' "$screens/board")" \
            -v told="$(value "$screens/board.json" test_accuracy)" \
            'BEGIN { print shown, told; exit !(shown == sprintf("%.2f", 100 * told)) }' &&
        equal "$(sed -n '2,11p' "$screens/board" | cut -c 3-42 | tr -s ' .' '\n' |
            awk '{ sum += $1 } END { print sum }')" 200
}

# Those that show draws, and says the same of.
board_has_worst_mistakes() {
    show_plain --mistakes 3 && grep -o -e 'image [0-9]*' -e 'truth [0-9], belief [0-9]' \
        "$screens/show.txt" | tr -dc '0-9\n ' | xargs >"$screens/expected" &&
        for part in '#' 'is ' 'as '; do # what is drawn line by line, to be read mistake by mistake
            grep -o "${part}[0-9][0-9]*" "$screens/board" | tr -dc '0-9\n'
        done | awk '{ words[NR] = $1 } END { for (i = 1; i <= 3; i++)
            printf "%s %s %s%s", words[i], words[3 + i], words[6 + i], i < 3 ? " " : "\n" }' \
            >"$screens/worst" && cmp "$screens/expected" "$screens/worst"
}

# The share of each class, in percent as the record has it: "90.0 100.0 - 87.5 ..."
shares_of() { # KEY FORMAT
    value "$screens/test.json" "$1" | tr -d '[],' | awk -v format="$2" '{ for (i = 1; i <= NF; i++)
        printf "%s ", $i == "null" ? "-" : sprintf(format, 100 * $i) }'
}

tests_on_terminal() {
    on_terminal 80 "$colours LC_ALL=C" "$suite/gcc/examples/mnist/mnist" test --data "$tiny" \
        --model "$screens/poor.safetensors" --json "$screens/test.json" >"$screens/test" &&
        cp "$screens/board" "$screens/trained" && scoreboard_of "$screens/test" &&
        tail -n 12 "$screens/trained" >"$screens/trained.end" &&
        tail -n 12 "$screens/board" | cmp - "$screens/trained.end" &&
        equal "$(sed -n '2,11p' "$screens/board" | cut -c 43-47 | tr -s ' \n' '  ')" \
            " $(shares_of class_recall %.1f)" &&
        equal "$(sed -n '12p' "$screens/board" | cut -c 1-42 | tr -s ' \n' '  ')" \
            " $(shares_of class_precision %.0f)"
}

interrupted_on_terminal() {
    for seconds in 0.5 1 2 4 8 16 32 64; do # until it had begun
        on_terminal 80 "$colours LC_ALL=C" timeout --foreground --preserve-status \
            --signal INT $seconds "$suite/gcc/examples/mnist/mnist" --data "$tiny" \
            --epochs 1000000 >"$screens/train"
        equal $? 130 && "$temp/screen" text <"$screens/train" >"$screens/train.txt" || return 1
        ! grep -q 'test images are right' "$screens/train.txt" || break
    done
    ! grep -e '\[=' -e ' left' "$screens/train.txt" &&
        says 'stopped in epoch' "$screens/train.txt" &&
        says 'test images are right' "$screens/train.txt"
}

# ---- the stage -------------------------------------------------------------------------

test_terminals() {
    check "no colours with NO_COLOR" obeys_no_color
    check "16, 256 and all colours" has_its_colours
    check "ASCII where there is no UTF-8" is_ascii_without_utf8
    check "plain text with TERM=dumb, and without TERM" plain_on_dumb_terminals
    check "no line longer than the terminal" keeps_within 1 20 40 59 60 80 200
    check "show draws the image, in all colours" draws_the_image "" 0
    check "show draws it in 256 colours" draws_the_image COLORTERM= 9
    check "show draws it in 16 colours" draws_the_image "COLORTERM= TERM=xterm" 64
    check "show draws it in blocks" draws_the_image NO_COLOR=1 100
    check "show draws it above the bars" draws_below
    check "show draws images of 14 x 14" draws_other_shapes
    check "a bar, and few lines for many epochs" draws_progress
    check "the line of the last epoch" tells_last_epoch
    check "what came out fits 24 lines" fits_a_screen
    check "and has the worst mistakes" board_has_worst_mistakes
    check "mnist test shows the same" tests_on_terminal
    check "Ctrl-C leaves a clean terminal" interrupted_on_terminal
}

begin "what terminals show"
needs_gcc_build
screens=$temp/screens
check "a small data set" make_tiny
check "a model, and a reader of screens" make_screen
check "plain text in pipes" plain_in_pipes
check "probabilities sum to 1" sums_to_one
check "and do so before softmax" applies_softmax
check "show tells the truth" tells_truth
check "show --digit" finds_digits
check "show --mistakes" finds_mistakes
check "show trains where it has no model" trains_for_show
check "show names clothes" names_clothes
if has_terminal && knows_utf8; then
    test_terminals
else
    check "images of 14 x 14" make_small
fi
refuses_show
finish
