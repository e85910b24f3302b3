#!/bin/sh
# Trains a network on MNIST, and does first what that takes: installs what is missing, builds in
# build/ (BUILD=DIR: in the folder DIR), gets MNIST.
#   sh examples/mnist/run.sh [verb and options of the program, see --help]
set -eu

examples=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
program=mnist
# shellcheck source=examples/common/run_on_mnist.sh
. "$examples/common/run_on_mnist.sh"
