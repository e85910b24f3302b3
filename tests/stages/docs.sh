#!/bin/sh
# The site of the documentation, where what builds it is there.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

builds_site() {
    [ -f "$suite/docs/build.ninja" ] ||
        meson setup "$suite/docs" "$root" --wrap-mode=nodownload -Dtests=disabled -Dbench=false \
            -Ddocs=enabled -Doptimization=0 || {
        rm -rf "$suite/docs"
        return 1
    }
    rm -f "$suite/docs/docs/site.stamp"
    meson compile -C "$suite/docs" docs
}

says_nothing() { # LOG: a line of a warning names a file and its line
    ! grep -E ':[0-9]+: (warning|error): ' "$1"
}

has_chapters() { # as many pages of the guide as it has chapters
    for chapter in "$root"/docs/guide/*.md; do
        [ -e "$chapter" ] || continue
        chapter=${chapter##*/}
        page=guide-$(echo "${chapter%.md}" | tr 'A-Z_' 'a-z-').html
        [ -f "$suite/docs/docs/html/$page" ] || {
            echo "there is no $page"
            return 1
        }
    done
}

begin "the site"
[ "${CI-}" != true ] || check "what it needs is there" sh "$root/examples/setup.sh" docs
command -v doxygen >/dev/null && [ -e /usr/share/doxygen-awesome-css ] ||
    finish "there is no Doxygen, or no doxygen-awesome (sh examples/setup.sh docs)"
check "meson compile docs" builds_site
cp "$temp/check.log" "$temp/docs.log"
check "without a warning" says_nothing "$temp/docs.log"
check "every page, every link, every function" python3 "$tests/checks/site.py" \
    "$suite/docs/docs/html" "$root/include"
check "every chapter of the guide" has_chapters
finish
