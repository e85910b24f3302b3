# What the stages of the programs share. Sourced after stages/lib.sh.

# ---- the MNIST program ---------------------------------------------------------------------

tiny="$shared/tiny data" # MNIST's formats, small
tiny_gz=$shared/gz

# Little training, so that there are mistakes to be told of.
poor="--epochs 2 --batch 100 --optimizer sgd --rate 0.05 --hidden 8"

make_tiny() { # once: the stages share it
    [ ! -d "$tiny" ] || return 0
    mkdir -p "$tiny" "$tiny_gz" && cc -o "$temp/tiny_mnist" "$tests/programs/tiny_mnist.c" &&
        "$temp/tiny_mnist" "$tiny" && cp "$tiny/"* "$tiny_gz" && gzip "$tiny_gz/"*
}

has_real_mnist() { # all of it: another stage may be fetching it
    real=${MNIST_DIR:-${XDG_CACHE_HOME:-${HOME-}/.cache}/gemmnet/mnist}
    for real_name in train-images-idx3 train-labels-idx1 t10k-images-idx3 t10k-labels-idx1; do
        [ -f "$real/$real_name-ubyte" ] || return 1
    done
}

verb() { # VERB OPTION...
    "$suite/gcc/examples/mnist/mnist" "$@"
}

mnist() { # OPTION...: on the small data, unless they name others
    "$suite/gcc/examples/mnist/mnist" --data "$tiny" --epochs 5 "$@"
}

test_model() { # OPTION...
    verb test --data "$tiny" "$@"
}

# ---- what a program says -------------------------------------------------------------------

# The help of PROGRAM, a function, has at most so many lines, of at most 80 columns, and names all
# options that the project promises.
help_fits() { # PROGRAM LINES OPTION...
    help_program=$1
    help_lines=$2
    shift 2
    "$help_program" --help >"$temp/help" && equal "$(awk 'length > 80' "$temp/help")" "" &&
        [ "$(wc -l <"$temp/help")" -le "$help_lines" ] || return 1
    for option; do
        grep -q -e "--$option " "$temp/help" || {
            echo "--help does not name --$option"
            return 1
        }
    done
}

says() { # WORDS FILE
    grep -qF -e "$1" "$2" || {
        echo "this does not say '$1':"
        cat "$2"
        return 1
    }
}

value() { # FILE KEY: of a JSON object that we wrote, one key per line
    sed -n "s/^ *\"$2\": \(.*[^,]\),*\$/\1/p" "$1"
}

column() { # FILE NAME: its values in a line
    awk -F , -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
                           { printf "%s%s", (NR > 2 ? " " : ""), $at }' "$1"
}

json_is_valid() {
    if command -v python3 >/dev/null; then
        python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$1"
    elif command -v jq >/dev/null; then
        jq -e . "$1"
    fi
}

# A share in percent is at least so much.
at_least() { # VALUE LEAST
    awk -v value="$1" -v least="$2" 'BEGIN { print value; exit !(value >= least) }'
}

# ---- terminals and signals -----------------------------------------------------------------

has_terminal() {
    command -v script >/dev/null && script -qec "stty size" /dev/null >/dev/null 2>&1
}

# The signal after a while, and a longer one until TEST finds in FILE, what the command wrote, that it
# had begun. It ends with CODE each time. (In the foreground, timeout sends one signal, not two.)
interrupted_when() { # SIGNAL CODE TEST FILE COMMAND...
    interrupt_signal=$1
    interrupt_code=$2
    interrupt_test=$3
    interrupt_file=$4
    shift 4
    for interrupt_after in 0.5 1 2 4 8 16 32 64; do
        timeout --foreground --preserve-status --signal "$interrupt_signal" $interrupt_after "$@" \
            >"$interrupt_file"
        equal $? "$interrupt_code" || return 1
        ! "$interrupt_test" "$interrupt_file" || return 0
    done
    cat "$interrupt_file"
    return 1
}
