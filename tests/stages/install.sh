#!/bin/sh
# What users get from `meson install`, by the commands of the README.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

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
check "meson install, -Ddefault_library=static" has_static_install
check "a program with the static library" runs_with installed-static 0 gemmnet "" ""
check "a program with the static library, --static" runs_with installed-static 0 gemmnet "" --static
check "libgemmnet.so has a soname" grep -q libgemmnet.so.0 "$suite/installed/lib/libgemmnet.so"
check "libgemmnet.so exports gn_ alone" names_start_with libgemmnet.so gn_
check "libgemmnet-double.so exports gnd_ alone" names_start_with libgemmnet-double.so gnd_
finish
