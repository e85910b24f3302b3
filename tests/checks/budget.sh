#!/bin/sh
# usage: budget.sh ROOT
# The size of the house, as the design limits it: a reader's hour, a reader's screen.
set -eu
cd "$1"
status=0

within() { # within WHAT NUMBER LIMIT
    echo "$1: $2 of $3"
    [ "$2" -le "$3" ] || { echo "    too many"; status=1; }
}

lines() { cat "$@" | wc -l; }

sources=$(find lib -name '*.[ch]' | sort)
# (internal_names.h is a list of names for the linker)
kernel=$(echo "$sources" | grep -v -e '^lib/formats/' -e '^lib/internal_names.h$')
within "lines of lib/ without formats" "$(lines $kernel)" 6000

hour="include/gemmnet/gemmnet.h include/gemmnet/train.h lib/internal.h lib/gather.c lib/minibatch.c
      lib/forward_backward.c lib/layers/dense.c lib/loss.c lib/gradient.c lib/step.c lib/update.c"
within "lines of a newcomer's hour" "$(lines $hour)" 1500

for file in $sources include/gemmnet/*.h; do
    [ "$(lines "$file")" -le 400 ] || within "lines of $file" "$(lines "$file")" 400
done

# Each function of lib/: its lines from { to }, file and first line.
# shellcheck disable=SC2046 # names are words
functions=$(awk 'FNR == 1 { from = 0 }
                 /^\{/ { from = FNR }
                 /^\}$/ && from { print FNR - from + 1, FILENAME ":" from; from = 0 }' \
            $(echo "$sources" | grep 'c$\|kernels/') | sort -n)
within "lines of the longest function, $(echo "$functions" | tail -n 1 | cut -d' ' -f2)" \
    "$(echo "$functions" | tail -n 1 | cut -d' ' -f1)" 60
middle=$(($(echo "$functions" | wc -l) / 2 + 1))
within "lines of the median function" \
    "$(echo "$functions" | sed -n "${middle}p" | cut -d' ' -f1)" 14

within "public functions" "$(cat include/gemmnet/*.h | grep -c '^GN_API.*(')" 79
exit $status
