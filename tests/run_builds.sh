# Builds, and the tests of each by Meson. Sourced by run.sh.

# Builds in build/suite/NAME; what was built there before is used again.
build() { # NAME C-COMPILER C++-COMPILER [OPTION...]
    build_dir=$suite/$1
    build_cc=$2
    build_cxx=$3
    shift 3
    strict=false
    [ "${CI-}" != true ] || strict=true
    [ -f "$build_dir/build.ninja" ] ||
        CC=$build_cc CXX=$build_cxx meson setup "$build_dir" "$root" \
            --wrap-mode=nodownload --prefix="$suite/installed" -Dtests=enabled \
            -Dmnist=enabled "$@" || {
        rm -rf "$build_dir"
        return 1
    }
    meson configure "$build_dir" -Dwerror=$strict && meson compile -C "$build_dir"
}

# Runs the tests of a build and counts each.
meson_tests() { # BUILD LOG [OPTION...]
    tests_build=$1
    tests_log=$2
    shift 2
    rm -f "$suite/$tests_build/meson-logs/$tests_log"*
    meson test -C "$suite/$tests_build" --logbase "$tests_log" --print-errorlogs "$@" \
        >"$suite/logs/$tests_log.log" 2>&1 </dev/null
    tests_code=$?
    cat "$suite/$tests_build/meson-logs/$tests_log"*.json >"$temp/results" 2>/dev/null
    count_results "$temp/results"
    if ! [ -s "$temp/results" ] || { [ $tests_code -ne 0 ] && [ "$bad" -eq 0 ]; }; then
        fail "meson test ($tests_build)" "$suite/logs/$tests_log.log"
    fi
}

# One line of JSON per test.
count_results() { # FILE
    good=$(grep -c '"result": "\(OK\|EXPECTEDFAIL\)"' "$1")
    skipped=$(grep -c '"result": "SKIP"' "$1")
    bad=$(($(wc -l <"$1") - good - skipped))
    passed=$((passed + good))
    failed=$((failed + bad))
    echo "  $good passed, $bad failed, $skipped skipped"
    [ "$bad" -eq 0 ] || tail -n 200 "$suite/logs/$tests_log.log"
}

test_gcc_build() {
    stage "gcc, release, float and double"
    check "builds with gcc" build gcc gcc g++ --buildtype=release -Dprecision=float,double
    meson_tests gcc gcc
}

test_clang_build() {
    stage "clang, release"
    check "builds with clang" build clang clang clang++ --buildtype=release -Dprecision=float,double
    meson_tests clang clang
}

# What is not OpenBLAS: Debian's BLIS, whose name is that of its library, and the reference BLAS.
# (Which libblas.so.3 a program gets is else for the administrator to say.)
test_other_blas() {
    stage "other BLAS"
    if [ -e "$(gcc -print-file-name=libblis.so)" ]; then
        check "builds with BLIS" build blis gcc g++ -Dblas=blis -Dprecision=float
        meson_tests blis blis
    fi
    netlib=$(gcc -print-file-name=blas/libblas.so.3)
    if [ -e "$netlib" ]; then
        netlib=$(readlink -f "$netlib")
        # and, in the same build, without the libraries that an embedder may leave out
        check "builds with the reference BLAS, without jansson and protobuf-c" build netlib gcc g++ \
            -Dblas=blas-netlib -Dfiles=disabled -Donnx=disabled -Dprecision=double \
            -Dc_link_args="-Wl,-rpath,$(dirname "$netlib")"
        check "and gets it" sh -c "ldd '$suite'/netlib/lib/libgemmnet-double.so | grep -F '$(dirname "$netlib")'"
        meson_tests netlib netlib
    fi
}

test_sanitizers() {
    stage "address and undefined behaviour sanitizers"
    check "builds with sanitizers" build sanitizers clang clang++ --buildtype=debugoptimized \
        -Dprecision=float,double -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args=-fno-sanitize-recover=all
    meson_tests sanitizers sanitizers --timeout-multiplier 10
}

# OpenMP and BLAS keep memory of their threads, so only what is definitely lost counts.
# valgrind knows no AVX-512: it hides it, and the library and BLAS choose lesser kernels.
memcheck='valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite'

# Those in float, but for a few that take minutes there and learn nothing from it: what they do
# is numbers.
memcheck_tests() {
    meson test -C "$suite/gcc" --list 2>/dev/null | sed 's/.* //' | grep '^test_.*-float$' |
        grep -v -e reproducible -e properties -e gradients
}

# shellcheck disable=SC2046,SC2086 # words are meant to be split
test_memcheck() {
    stage "valgrind's memcheck"
    command -v valgrind >/dev/null || {
        echo "  there is no valgrind here"
        return
    }
    meson_tests gcc memcheck --timeout-multiplier 20 --wrapper "$memcheck" $(memcheck_tests)
    check "a small data set" make_tiny
    check "the MNIST program" env OMP_WAIT_POLICY=passive $memcheck "$suite/gcc/examples/mnist/mnist" --data "$tiny" \
        --epochs 1 --batch 300 --threads 2 --validation 0.1 --json "$temp/memcheck.json"
}
