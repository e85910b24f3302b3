#!/bin/sh
# One command builds and runs a program, from anywhere.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

# The first command of the README, from another folder and in a path with spaces.
one_command() {
    copy="$temp/a copy of it"
    mkdir -p "$copy" && (cd "$root" && tar -cf - --exclude=./build --exclude=./.git .) |
        tar -xf - -C "$copy" && cd / &&
        sh "$copy/examples/mnist/run.sh" --data "$tiny" --epochs 2 --json "$temp/one.json" &&
        equal "$(value "$temp/one.json" epochs)" 2 &&
        sh "$copy/examples/mnist/run.sh" --help &&
        sh "$copy/examples/explore/run.sh" --data "$tiny" --epochs 1,2 --quiet &&
        sh "$copy/examples/table/run.sh" --help
}

# A tree that cannot be written to: every script names the way out, and the way out works.
builds_elsewhere() {
    : >"$temp/file"
    for script in examples/mnist/run.sh examples/explore/run.sh examples/table/run.sh tests/run.sh \
        "tests/fuzz/run.sh 1" bench/compare.sh
    do
        # word splitting is what makes an argument of the 1
        ! BUILD=$temp/file/no sh "$root"/$script 2>"$temp/elsewhere" && cat "$temp/elsewhere" &&
            grep -q "BUILD=DIR sh .*builds in the folder DIR" "$temp/elsewhere" || return 1
    done
    (cd "$temp" && BUILD="other build" sh "$root/examples/table/run.sh" --help &&
        [ -f "other build/build.ninja" ])
}

begin "run.sh of examples/mnist, explore, table"
make_tiny
check "build and train" one_command
check "build elsewhere" builds_elsewhere
finish
