#!/bin/sh
# Trains a network on MNIST, and does first what that takes: installs what is missing, builds in
# build/ (BUILD=DIR: in the folder DIR), gets MNIST.
#   sh examples/mnist/run.sh [verb and options of the program, see --help]
# (examples/explore/run.sh sources it, and names another program)
set -eu

program=${program:-mnist}

examples=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

# What the arguments say of the data; the last word counts, as it does for the program.
dataset=mnist
data=
only_words=false
wants_curves=false
case ${1-} in
export) only_words=true ;;
report) wants_curves=true ;;
esac
option=
for argument; do
    if [ -z "$option" ]; then # else this is its value
        case $argument in
        --help | --version) only_words=true ;;
        --report | --report=*) wants_curves=true ;;
        --dataset | --data) option=$argument && continue ;;
        --dataset=* | --data=*) option=${argument%%=*} ;;
        esac
    fi
    case $option in
    --dataset) dataset=${argument#--dataset=} ;;
    --data) data=${argument#--data=} ;;
    esac
    option=
done

# shellcheck source=examples/build.sh
. "$examples/build.sh"
$only_words || ! $wants_curves || sh "$examples/setup.sh" plot ||
    echo "run: without gnuplot the page has no curves" >&2

if [ -z "$data" ] && ! $only_words; then
    case $dataset in
    mnist)
        cache=${XDG_CACHE_HOME:-${HOME:?names the folder to keep MNIST in}/.cache}/gemmnet/mnist
        sh "$root/examples/mnist/fetch.sh" "$cache"
        # (test, show and report look there too, unless their model is of other images)
        case ${1-} in
        test | show | report) ;;
        *) set -- "$@" --data "$cache" ;;
        esac
        ;;
    fashion) sh "$examples/setup.sh" fashion ;;
    esac
fi
exec "$build/examples/$program/$program" "$@"
