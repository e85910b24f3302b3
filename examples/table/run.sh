#!/bin/sh
# Learns a column of a table, and does first what that takes: installs what is missing, and builds in build/
# (BUILD=DIR: in the folder DIR).   sh examples/table/run.sh [verb and options of the program, see --help]
set -eu

examples=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
program=table
# shellcheck source=examples/common/build.sh
. "$examples/common/build.sh"
exec "$build/examples/table/table" "$@"
