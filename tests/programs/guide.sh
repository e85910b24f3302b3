#!/bin/sh
# The guide: its programs, and whether its text is what they print.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

guide_programs() {
    find "$suite/gcc/examples/guide" -maxdepth 1 -type f -perm -u+x -exec basename {} \;
}

is_short() { # PROGRAM: to be read as an example
    [ "$(wc -l <"$root/examples/guide/$1.c")" -lt 120 ]
}

# A copy of the guide beside what it quotes, to be spoilt.
copy_guide() {
    rm -rf "$temp/copy" && mkdir -p "$temp/copy/docs" "$temp/copy/examples" &&
        cp -R "$root/docs/guide" "$temp/copy/docs" && cp -R "$root/lib" "$temp/copy" &&
        cp -R "$root/examples/guide" "$temp/copy/examples"
}

sees_drift() { # FILE SED-COMMAND WORDS: a change of the text is found, and shown
    copy_guide && sed -i.old "$2" "$temp/copy/docs/guide/$1" &&
        ! cmp -s "$temp/copy/docs/guide/$1" "$temp/copy/docs/guide/$1.old" || return 1
    ! python3 "$temp/copy/docs/guide/fill.py" "$suite/gcc" --check >"$temp/drift" 2>&1 &&
        grep -F -e "$3" "$temp/drift"
}

fills_copies() { # with pictures, and no other file
    rm -rf "$temp/filled" && fill_guide gcc --into "$temp/filled" || return 1
    for page in "$root"/docs/guide/*.md "$root"/docs/guide/*.svg; do
        [ -s "$temp/filled/${page##*/}" ] || return 1
    done
    equal "$(find "$temp/filled" -type f | grep -c -v -e '\.md$' -e '\.svg$')" 0
}

begin "the guide"
needs_gcc_build
sh "$root/examples/setup.sh" plot || finish "wants gnuplot"
for program in $(guide_programs); do
    check "$program prints all its sections" "$suite/gcc/examples/guide/$program"
    check "$program is short" is_short "$program"
    check_refused "usage: " "$suite/gcc/examples/guide/$program" no-such-section
done
check_guide gcc
check "a changed number is seen" sees_drift 4-backpropagation.md 's/-->0\.6313/-->0.6314/' \
    '>0.6313'
check "a changed line of a listing is seen" sees_drift 4-backpropagation.md 's/^dv2 /dv3 /' '-dv3'
check "a changed excerpt is seen" sees_drift 4-backpropagation.md 's/GNI_NN, p->/GNI_NT, p->/' \
    'GNI_NN'
check "changed words of a table of times are seen" sees_drift 2-matrices.md 's/us.sample/ms/' \
    'us/sample'
check "a changed number of a picture is seen" sees_drift rates.svg 's/^60 0\.05/60 0.07/' '-60 0.07'
check "a picture that was not drawn from its script is seen" \
    sees_drift lines.svg 's/M-1,0 h2/M-1,0 h3/' 'lines.svg is not what'
check "a marker that marks nothing is seen" sees_drift 3-training.md 's/^```c$/~~~c/' markers
check "fills copies" fills_copies
finish
