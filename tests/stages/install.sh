#!/bin/sh
# What users get from `meson install`, by the commands of the README.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

# Both libraries are installed from the build gcc, in build/suite/installed; only the static one in
# installed-static.
has_static_install() {
    [ -f "$suite/static/build.ninja" ] ||
        meson setup "$suite/static" "$root" --buildtype=release --wrap-mode=nodownload \
            --prefix="$suite/installed-static" -Ddefault_library=static -Dtests=disabled \
            -Dmnist=disabled -Dbench=false || {
        rm -rf "$suite/static"
        return 1
    }
    meson compile -C "$suite/static" && meson install -C "$suite/static" --no-rebuild
}

# The compiler with what pkg-config says, and nothing else; run, and asked which libraries it needs.
runs_with() { # PREFIX COUNT-OF-SHARED PACKAGE CC-OPTION PKG-CONFIG-OPTION
    installed=$suite/$1
    flags=$(PKG_CONFIG_PATH=$installed/lib/pkgconfig pkg-config $5 --cflags --libs "$3") &&
        # eval: pkg-config quotes for a shell
        eval "cc $4 -o '$temp/program' '$tests/stages/install_program.c' $flags" &&
        LD_LIBRARY_PATH=$installed/lib "$temp/program" &&
        equal "$(ldd "$temp/program" 2>&1 | grep -c "lib$3\.so")" "$2"
}

is_in_lib() { # as Debian's linker and pkg-config expect, with dpkg-dev or without
    equal "$(meson introspect --buildoptions "$suite/gcc" | tr -d '\n ' |
        sed 's/.*"name":"libdir","value":"\([^"]*\)".*/\1/')" lib
}

names_start_with() { # LIBRARY PREFIX
    nm -D --defined-only "$suite/installed/lib/$1" | awk '{ print $NF }' | sed 's/@.*//' \
        >"$temp/exported"
    [ -s "$temp/exported" ] && ! grep -v "^$2" "$temp/exported"
}

# The compiler with any warning an error, against what is installed: "cc ..." in a comment comes
# here.
cc_installed() {
    cc -Wall -Wextra -Wpedantic -Werror "$@"
}

# A short program is compiled and run by the lines of its first comment, as it says.
runs_as_it_says() { # NAME
    sed -n 's/^ \*     //p; /\*\//q' "$root/examples/$1.c" | sed 's| \*/$||' >"$temp/short/lines"
    equal "$(wc -l <"$temp/short/lines")" 2 && (
        cd "$temp/short" && cp "$root/examples/$1.c" . || exit 1
        export PKG_CONFIG_PATH="$suite/installed/lib/pkgconfig"
        export LD_LIBRARY_PATH="$suite/installed/lib"
        eval "cc_installed $(sed -n '1s/^cc //p' lines)" && eval "$(sed -n 2p lines)" >"$1.out"
    )
}

predicts_surrogate() { # sin(3 x) exp(-y^2) at (0.4, -0.3) is 0.8518
    equal "$(wc -l <"$temp/short/predict.out")" 2 &&
        awk 'NR == 1 { exit !($1 > 0.83 && $1 < 0.87) }' "$temp/short/predict.out"
}

reads_digits() { # most of those that make_tiny wrote
    awk '{ exit !($1 > 90) }' "$temp/short/digits.out"
}

check_short_examples() {
    rm -rf "$temp/short" && mkdir "$temp/short" && make_tiny && ln -s "$tiny" "$temp/short/FOLDER"
    printf '0.4,-0.3\n0,0\n' >"$temp/short/points.csv"
    for name in xor regression custom_layer predict digits; do # predict reads what regression saves
        check "examples/$name.c by the lines of its comment" runs_as_it_says $name
    done
    check "predict: the surrogate's values" predicts_surrogate
    check "digits: most are read right" reads_digits
    check "predict.c has 50 lines at most" [ "$(wc -l <"$root/examples/predict.c")" -le 50 ]
    check "digits.c has 80 lines at most" [ "$(wc -l <"$root/examples/digits.c")" -le 80 ]
    check "each short program is one of these" equal "$(echo "$root"/examples/*.c | wc -w)" 5
    echo 1 >"$temp/short/one.csv"
    check_refused "x has 1 columns, the network takes 2" \
        env LD_LIBRARY_PATH="$suite/installed/lib" "$temp/short/predict" \
        "$temp/short/surrogate.safetensors" "$temp/short/one.csv"
    check_refused "usage: digits" env LD_LIBRARY_PATH="$suite/installed/lib" "$temp/short/digits"
    check_refused "no/train-images-idx3-ubyte: No such file" \
        env LD_LIBRARY_PATH="$suite/installed/lib" "$temp/short/digits" no
}

begin "meson install, and a program outside the tree"
needs_gcc_build
rm -rf "$suite/installed" "$suite/installed-static"
check "libraries go to lib" is_in_lib
check "meson install" meson install -C "$suite/gcc" --no-rebuild
for package in gemmnet gemmnet-double; do
    check "a program with $package" runs_with installed 1 $package "" ""
    check "a program with $package that needs no library" \
        runs_with installed 0 $package -static --static
done
check_short_examples
check "meson install, -Ddefault_library=static" has_static_install
check "a program with the static library" runs_with installed-static 0 gemmnet "" ""
check "a program with the static library, --static" runs_with installed-static 0 gemmnet "" --static
check "libgemmnet.so has a soname" grep -q libgemmnet.so.0 "$suite/installed/lib/libgemmnet.so"
check "libgemmnet.so exports gn_ alone" names_start_with libgemmnet.so gn_
check "libgemmnet-double.so exports gnd_ alone" names_start_with libgemmnet-double.so gnd_
finish
