#!/bin/sh
# The shell scripts themselves.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

shell_files() {
    find "$root/examples" "$root/tests" "$root/bench" "$root/.ci" -name '*.sh' -o -path '*/.ci/run'
}

all_parse() { # SHELL
    shell_files | while IFS= read -r file; do
        "$1" -n "$file" || exit 1
    done
}

# Those that are sourced are seen where they are.
shellcheck_is_content() {
    cd "$root" || return 1
    shell_files | while IFS= read -r file; do
        ! head -n 1 "$file" | grep -q '^#!' || shellcheck -x -S warning "$file" || exit 1
    done
}

# Programs that stand in for those of an old Debian; apt-get notes what it is asked for.
make_old_debian() {
    mkdir -p "$temp/old" && (cd "$temp/old" &&
        printf '#!/bin/sh\necho 0.56.2\n' >meson &&
        printf '#!/bin/sh\necho "  Candidate: 0.56.2-1"\n' >apt-cache &&
        printf '#!/bin/sh\necho "$*" >>"%s/asked"\n' "$temp/old" >apt-get &&
        printf '#!/bin/sh\nexec "$@"\n' >sudo && chmod +x ./*)
}

refuses_old_meson() {
    make_old_debian || return
    check_refused "needs Meson 0.60 or later, and this system's packages have 0.56.2-1" \
        env PATH="$temp/old:$PATH" sh "$root/examples/setup.sh" build
    check "and installs nothing" equal "$(grep -c ' install ' "$temp/old/asked")" 0
}

# Programs and bench/ know examples/common/ and their own folder (and bench/ a room of lib/); what
# is common knows no program.
includes_no_other() { # ROOT
    ! (cd "$1" && grep -n '^ *# *include "[^"]*/' examples/common/*.[ch]) &&
        ! (cd "$1" && grep -n '^ *# *include "[^"]*/' examples/*.c examples/*/*.[ch] bench/*.[ch] |
            grep -v -e 'include "common/[a-z_]*\.h"' -e '^bench/.*include "run/run\.h"') &&
        ! (cd "$1" && grep -n "\(mnist\|table\|explore\|guide\)/" bench/meson.build \
            examples/common/meson.build examples/mnist/meson.build examples/table/meson.build \
            examples/explore/meson.build)
}

sees_other() { # FILE LINE: in a copy, the line at the file's end is found
    rm -rf "$temp/rooms" && mkdir "$temp/rooms" &&
        cp -R "$root/examples" "$root/bench" "$temp/rooms" &&
        echo "$2" >>"$temp/rooms/$1" && ! includes_no_other "$temp/rooms"
}

begin "scripts"
for shell in sh dash; do
    ! command -v $shell >/dev/null || check "all scripts parse ($shell -n)" all_parse $shell
done
! command -v shellcheck >/dev/null || check "shellcheck has nothing to say" shellcheck_is_content
check "set-up has nothing left to do" equal "$(sh "$root/examples/setup.sh" build test 2>&1)" ""
check "commands of the pages, and what is not run of them" \
    env BUILD="$temp" sh "$tests/fresh.sh" --list
check "no program includes another" includes_no_other "$root"
check "one that does is seen" sees_other examples/explore/rows.c '#include "../mnist/mnist.h"'
check "what is common and includes a program is seen" \
    sees_other examples/common/recipe.c '#include "mnist/mnist.h"'
check "bench that builds a program's file is seen" \
    sees_other bench/meson.build "files('../examples/mnist/model.c')"
! command -v dpkg >/dev/null || refuses_old_meson
check_refused "usage: sh tests/run.sh" sh "$tests/run.sh" --no-such
finish
