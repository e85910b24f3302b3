#!/bin/sh
# usage: budget.sh ROOT
# The size of the house, as the design limits it: a reader's hour, a reader's screen, and rooms that
# have a fifth of their space free whenever a large change ends.
# shellcheck disable=SC2046,SC2086 # names are words
set -eu
cd "$1"
status=0

within() { # within WHAT NUMBER LIMIT
    echo "$1: $2 of $3"
    [ "$2" -le "$3" ] || { echo "    too many"; status=1; }
}

lines() { cat "$@" | wc -l; }

room() { # room LIMIT FOLDER [FIND'S OPTION...]
    limit=$1
    shift
    within "lines of $1" "$(lines $(find "$@" -name '*.[ch]'))" "$limit"
}

room 1450 lib/kernels
room 1900 lib/base
room 600 lib/functions
room 250 lib/layers
room 1000 lib/network
room 2000 lib/run
room 1400 lib/train
room 1250 lib/files -maxdepth 1
room 2900 lib/files/model
room 3100 lib/files/onnx
room 1000 lib/files/c
room 1950 lib/files/table

# (Two headers are left out: what base.h offers every C project has, and functions.h calls what the
# public headers describe.)
hour="include/gemmnet/gemmnet.h include/gemmnet/train.h lib/network/network.h lib/run/run.h lib/run/gather.c lib/run/minibatch.c lib/run/chain.c
      lib/layers/dense.c
      lib/functions/loss.c lib/run/gradient.c lib/train/step.c lib/train/update.c"
within "lines of a newcomer's hour" "$(lines $hour)" 1500

sources=$(find lib -name '*.[ch]' | sort)
for file in $sources include/gemmnet/*.h; do
    [ "$(lines "$file")" -le 400 ] || within "lines of $file" "$(lines "$file")" 400
done

# (The guide's programs are left out: its pages quote them.)
within "lines of more than 100 columns" "$(find lib include bench tests examples -name '*.[ch]' |
    grep -v -e '^examples/guide/' -e '^examples/mnist/page/' |
    LC_ALL=C.UTF-8 xargs grep -hE '^.{101,}' | wc -l)" 0

# Each function of lib/: its lines from { to }, file and first line.
functions=$(awk 'FNR == 1 { from = 0 }
                 /^\{/ { from = FNR }
                 /^\}$/ && from { print FNR - from + 1, FILENAME ":" from; from = 0 }' \
            $(echo "$sources" | grep 'c$\|kernels/') | sort -n)
within "lines of the longest function, $(echo "$functions" | tail -n 1 | cut -d' ' -f2)" \
    "$(echo "$functions" | tail -n 1 | cut -d' ' -f1)" 60
middle=$(($(echo "$functions" | wc -l) / 2 + 1))
within "lines of the median function" \
    "$(echo "$functions" | sed -n "${middle}p" | cut -d' ' -f1)" 14

public() { # public LIMIT HEADER...
    limit=$1
    shift
    within "public functions of $(echo "$@")" \
        "$(for h; do cat "include/gemmnet/$h"; done | grep -c '^GN_API.*(')" "$limit"
}

public 45 gemmnet.h train.h
public 10 layer.h
public 6 scaling.h
public 12 named.h
public 12 files.h
public 4 idx.h
public 8 table.h
exit $status
