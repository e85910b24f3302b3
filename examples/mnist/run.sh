#!/bin/sh
# Trains a network on MNIST, and does first what that takes: installs what is missing, builds in
# build/, gets MNIST.   sh examples/mnist/run.sh [verb and options of the program, see --help]
# (examples/explore/run.sh sources it, and names another program)
set -eu

program=${program:-mnist}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
build=$root/build

# Runs a command, and shows what it says only if it fails.
quietly() {
    log=$("$@" 2>&1) || {
        echo "$log" >&2
        echo "run: this failed: $*" >&2
        exit 1
    }
}

# What the arguments say of the data; the last word counts, as it does for the program.
dataset=mnist
data=
only_words=false
[ "${1-}" != export ] || only_words=true
option=
for argument; do
    if [ -z "$option" ]; then # else this is its value
        case $argument in
        --help | --version) only_words=true ;;
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

sh "$here/../setup.sh" build
[ -f "$build/build.ninja" ] || {
    echo "run: building in $build" >&2
    quietly meson setup "$build" "$root" --buildtype=release --wrap-mode=nodownload \
        -Dmnist=enabled -Dtests=false
}
quietly meson compile -C "$build" "$program"

if [ -z "$data" ] && ! $only_words; then
    case $dataset in
    mnist)
        cache=${XDG_CACHE_HOME:-${HOME:?names the folder to keep MNIST in}/.cache}/gemmnet/mnist
        sh "$root/examples/mnist/fetch.sh" "$cache"
        # (test looks there too, unless its model is of other images)
        [ "${1-}" = test ] || set -- "$@" --data "$cache"
        ;;
    fashion) sh "$here/../setup.sh" fashion ;;
    esac
fi
exec "$build/examples/$program/$program" "$@"
