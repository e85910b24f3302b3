#!/bin/sh
# gemmnet in subprojects/ of another project, and cmocka in ours.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

consumer=$suite/consumer

# tests/consumer with this tree as its subproject. (auto_features: packagers enable them, which must
# not ask for our tests or pages.)
has_consumer() {
    rm -rf "$consumer/tree" && mkdir -p "$consumer" && cp -Rp "$tests/consumer" "$consumer/tree" &&
        ln -s "$root" "$consumer/tree/subprojects/gemmnet" || return 1
    [ -f "$consumer/build/build.ninja" ] ||
        meson setup "$consumer/build" "$consumer/tree" --wrap-mode=nodownload \
            --force-fallback-for=gemmnet,gemmnet-double \
            --prefix="$consumer/installed" --libdir=lib \
            -Dauto_features=enabled -Dwarning_level=2 -Dwerror=true || {
        rm -rf "$consumer/build"
        return 1
    }
}

# Another default_library compiles nothing anew.
builds_consumer() { # DEFAULT_LIBRARY
    meson configure "$consumer/build" -Dgemmnet:default_library="$1" &&
        meson compile -C "$consumer/build"
}

learns_two() { # PROGRAM COUNT-OF-SHARED
    equal "$("$consumer/build/$1")" "2.00000 in float, 2.0000000000000 in double" &&
        equal "$(ldd "$consumer/build/$1" | grep -c libgemmnet)" "$2"
}

# What ninja makes by default of gemmnet: libraries, and of these only what was asked for.
makes_only() { # COUNT-OF-SHARED COUNT-OF-STATIC
    sed -n 's/^build all: phony //p' "$consumer/build/build.ninja" | tr ' ' '\n' |
        grep '^subprojects/gemmnet/' >"$temp/made"
    cat "$temp/made"
    ! grep -v '^subprojects/gemmnet/lib/' "$temp/made" &&
        equal "$(grep -c '/libgemmnet[-a-z]*\.so' "$temp/made")" "$1" &&
        equal "$(grep -c -e '/libgemmnet\.a$' -e '/libgemmnet-double\.a$' "$temp/made")" "$2"
}

installs_only() { # FILES: a line, sorted
    rm -rf "$consumer/installed" && meson install -C "$consumer/build" --no-rebuild &&
        installed=$(cd "$consumer/installed" && find . -type f | sort | tr '\n' ' ') &&
        equal "$installed" "$1 " &&
        LD_LIBRARY_PATH=$consumer/installed/lib "$consumer/installed/bin/consumer"
}

keeps_its_options() {
    meson introspect --buildoptions "$consumer/build" | tr -d '\n ' >"$temp/options"
    for option in '"buildtype","value":"debug"' '"default_library","value":"shared"' \
        '"warning_level","value":"2"' '"c_std","value":"none"'
    do
        grep -qF "\"name\":$option" "$temp/options" || {
            echo "not $option"
            return 1
        }
    done
}

# The pages' lines of Meson are lines of tests/consumer.
shown_is_built() { # KIND-OF-BLOCK FILE
    awk -v kind="\`\`\`$1" '/^```/ { inside = $0 == kind; next } inside && NF' \
        "$root"/*.md "$root"/docs/*.md >"$temp/shown"
    [ -s "$temp/shown" ] && ! grep -vxF -f "$tests/consumer/$2" "$temp/shown"
}

test_consumer() {
    check "a project with gemmnet as its subproject" has_consumer
    check "builds, static" builds_consumer static
    check "runs" learns_two consumer 0
    check "makes the static libraries alone" makes_only 0 2
    check "installs the program alone" installs_only ./bin/consumer
    check "builds, shared" builds_consumer shared
    check "runs" learns_two consumer 2
    check "makes the shared libraries alone" makes_only 2 0
    check "installs what the program needs" installs_only \
        "./bin/consumer ./lib/libgemmnet-double.so.$version ./lib/libgemmnet.so.$version"
    check "builds, both" builds_consumer both
    check "runs with the shared libraries" learns_two consumer 2
    check "and with the static ones, where it asks for them" learns_two consumer_static 0
    check "its own options are as they were" keeps_its_options
    check "the pages show what was built" shown_is_built meson meson.build
    check "and its wrap" shown_is_built ini subprojects/gemmnet.wrap
}

of_wrap() { # KEY
    sed -n "s/^$1 = //p" "$root/subprojects/cmocka.wrap"
}

# Debian's archive has the same file, and apt knows a way to it where cmocka.org is out of reach.
has_cmocka_source() { # FILE
    echo "$(of_wrap source_hash)  $1" | sha256sum -c 2>/dev/null && return
    # shellcheck disable=SC2016 # apt fills it in
    debian=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
        sed -n 's/^Debian //p' | head -n 1)
    directory=$(of_wrap directory)
    hash=SHA256:$(of_wrap source_hash)
    for url in ${debian:+"${debian%/}/pool/main/c/cmocka/cmocka_${directory#cmocka-}.orig.tar.xz"} \
        "$(of_wrap source_url)"
    do
        ! /usr/lib/apt/apt-helper download-file "$url" "$1" "$hash" || return 0
    done
    return 1
}

# The tree with a subprojects/ of its own, since Meson unpacks there.
has_wrapped_tree() { # SOURCE
    rm -rf "$wrapped/tree" && mkdir -p "$wrapped/tree/subprojects/packagecache" || return 1
    for entry in "$root"/*; do
        case ${entry##*/} in
        build* | subprojects) ;;
        *) ln -s "$entry" "$wrapped/tree" || return 1 ;;
        esac
    done
    cp "$1" "$wrapped/tree/subprojects/packagecache" &&
        cp -R "$root/subprojects/cmocka.wrap" "$root/subprojects/packagefiles" \
            "$wrapped/tree/subprojects"
}

# (-Dtests=enabled, as for anybody who has no cmocka: the default fetches nothing.)
sets_up_with_wrap() {
    again=
    [ ! -f "$wrapped/build/build.ninja" ] || again=--reconfigure
    # shellcheck disable=SC2086 # nothing, or one word
    meson setup $again "$wrapped/build" "$wrapped/tree" --wrap-mode=nodownload \
        --force-fallback-for=cmocka \
        -Dtests=enabled -Dmnist=disabled -Dbench=false -Ddocs=disabled || {
        rm -rf "$wrapped/build"
        return 1
    }
}

# A plain test, and one that makes malloc fail, though not cmocka's.
passes_with_wrap() { # TEST
    meson compile -C "$wrapped/build" "$1" && meson test -C "$wrapped/build" --no-rebuild "$1" &&
        ldd "$(find "$wrapped/build" -name "$1" -type f)" |
        grep "/subprojects/$(of_wrap directory)/"
}

test_wrap() {
    wrapped=$suite/wrapped
    source=$suite/$(of_wrap source_filename)
    if [ "${CI-}" != true ] && ! has_cmocka_source "$source" >/dev/null 2>&1; then
        echo "  cmocka's source is not to be had here"
        return
    fi
    check "cmocka's source" has_cmocka_source "$source"
    check "a tree without it" has_wrapped_tree "$source"
    check "set-up with cmocka's wrap" sets_up_with_wrap
    check "a test runs with it" passes_with_wrap test_elementary_functions-float
    check "and one without memory" passes_with_wrap test_memory-float
}

begin "subprojects"
version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" "$root/meson.build")
test_consumer
test_wrap
finish
