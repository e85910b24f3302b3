#!/bin/sh
# The build that most stages use, and small data for them. run.sh runs it before all others.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

# A locale with decimal commas takes a second to make: the tests look for one before they make their
# own.
make_locale() {
    ! localedef -i de_DE -f UTF-8 "$temp/de_DE.UTF-8" >/dev/null 2>&1 ||
        { mkdir -p "$shared/locales" && mv "$temp/de_DE.UTF-8" "$shared/locales"; }
}

begin "gcc, release, float and double"
check "builds with gcc" build_gcc
check "a small data set" make_tiny
make_locale
finish
