#!/bin/sh
# gemmnet, by the throughput program, which measures a little more than is wanted here:
#   THROUGHPUT=PROGRAM sh gemmnet_train.sh LAYERS BATCH THREADS SECONDS MNIST_DIR
# prints how many samples per second. Half of the time goes to the matrix products alone, so it is
# given twice as much.
set -eu
twice=$(awk -v seconds="$4" 'BEGIN { print 2 * seconds }')
csv=$("$THROUGHPUT" --mode train --layers "$1" --batch "$2" --threads "$3" --seconds "$twice" \
    --data "$5" --csv /dev/stderr 2>&1 >/dev/null) || {
    echo "$csv" >&2
    exit 1
}
echo "$csv" | awk -F , 'END { print $5 }'
