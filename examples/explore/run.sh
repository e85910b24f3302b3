#!/bin/sh
# Trains a table of networks on MNIST, and does first what that takes: installs what is missing,
# builds in build/ (BUILD=DIR: in the folder DIR), gets MNIST.
#   sh examples/explore/run.sh [options of the program, see --help]
set -eu

examples=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
for argument; do
    case $argument in
    --plot | --plot=*) sh "$examples/setup.sh" plot ;;
    esac
done
program=explore
# shellcheck source=examples/common/run_on_mnist.sh
. "$examples/common/run_on_mnist.sh"
