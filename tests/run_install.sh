# What users get from `meson install`. Sourced by run.sh.

installed_program() { # PACKAGE shared|static
    package=$1
    lib=$suite/installed/lib
    only=$temp/static # a folder where the linker finds no shared library
    flags="$(pkg-config --cflags "$package") $(pkg-config --libs "$package")"
    if [ "$2" = static ]; then
        mkdir -p "$only" && cp "$lib/lib$package.a" "$only" &&
            flags="$(pkg-config --cflags "$package") -L'$only' \
                   $(pkg-config --static --libs "$package")" || return 1
    fi
    # eval: pkg-config quotes for a shell
    eval "cc -o '$temp/program' '$tests/run_install_program.c' $flags" &&
        LD_LIBRARY_PATH=$lib "$temp/program" &&
        equal "$(ldd "$temp/program" | grep -c "lib$package\.so")" \
            "$([ "$2" = static ] && echo 0 || echo 1)"
}

names_start_with() { # LIBRARY PREFIX
    nm -D --defined-only "$suite/installed/lib/$1" | awk '{ print $NF }' | sed 's/@.*//' \
        >"$temp/exported"
    [ -s "$temp/exported" ] && ! grep -v "^$2" "$temp/exported"
}

test_install() {
    stage "meson install, and a program outside the tree"
    rm -rf "$suite/installed"
    PKG_CONFIG_PATH=$suite/installed/lib/pkgconfig
    export PKG_CONFIG_PATH
    check "meson install" meson install -C "$suite/gcc" --no-rebuild
    for package in gemmnet gemmnet-double; do
        check "a program with $package" installed_program $package shared
        check "a program with $package, static" installed_program $package static
    done
    check "libgemmnet.so has a soname" grep -q libgemmnet.so.0 "$suite/installed/lib/libgemmnet.so"
    check "libgemmnet.so exports gn_ alone" names_start_with libgemmnet.so gn_
    check "libgemmnet-double.so exports gnd_ alone" names_start_with libgemmnet-double.so gnd_
}
