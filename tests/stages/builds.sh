# Builds, and the tests of each by Meson. Sourced by run.sh.

# Builds in build/suite/NAME; what was built there before is used again. build_target: not all.
build_target=
build() { # NAME C-COMPILER C++-COMPILER [OPTION...]
    build_dir=$suite/$1
    build_cc=$2
    build_cxx=$3
    shift 3
    strict=false
    [ "${CI-}" != true ] || strict=true
    if [ -f "$build_dir/build.ninja" ]; then
        meson configure "$build_dir" -Dwerror=$strict
    else
        CC=$build_cc CXX=$build_cxx meson setup "$build_dir" "$root" -Dwerror=$strict \
            --wrap-mode=nodownload --prefix="$suite/installed" -Dtests=enabled \
            -Dmnist=enabled "$@" || {
            rm -rf "$build_dir"
            return 1
        }
    fi && meson compile -C "$build_dir" ${build_target:+--ninja-args=$build_target}
}

# A locale with decimal commas takes a second to make: the tests look for one before they make their own.
make_locale() {
    ! localedef -i de_DE -f UTF-8 "$temp/de_DE.UTF-8" >/dev/null 2>&1 ||
        { mkdir -p "$shared/locales" && mv "$temp/de_DE.UTF-8" "$shared/locales"; }
}

commas() {
    [ ! -d "$shared/locales" ] || echo "LOCPATH=$shared/locales"
}

# Runs the tests of a build and counts each.
meson_tests() { # BUILD LOG [OPTION...]
    tests_build=$1
    tests_log=$2
    shift 2
    rm -f "$suite/$tests_build/meson-logs/$tests_log"*
    # shellcheck disable=SC2086 # nothing, or one word
    env $(commas) meson test -C "$suite/$tests_build" --no-rebuild --logbase "$tests_log" --print-errorlogs "$@" \
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

# The other stages use it.
test_build() {
    stage "gcc, release, float and double"
    check "builds with gcc" build gcc gcc g++ --buildtype=release -Dprecision=float,double
    check "a small data set" make_tiny
    make_locale
}

test_gcc() {
    stage "tests"
    meson_tests gcc gcc
}

test_clang() {
    stage "clang, release"
    check "builds with clang" build clang clang clang++ --buildtype=release -Dprecision=float,double
    meson_tests clang clang
    check_guide clang
}

# What is not OpenBLAS: Debian's BLIS, whose name is that of its library, and the reference BLAS.
# (Which libblas.so.3 a program gets is else for the administrator to say.)
test_blas() {
    stage "other BLAS"
    if [ -e "$(gcc -print-file-name=libblis.so)" ]; then
        check "builds with BLIS" build blis gcc g++ -Dblas=blis -Dprecision=float
        meson_tests blis blis
        check_guide blis
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

# Debian's three builds of OpenBLAS, which the program's start chooses: each decides in its own way how
# many threads make a product. The tests of what may depend on that, and on nothing else.
openblas_tests='test_blas-float test_reproducible-float test_process_state-float test_training-float
    test_later_fits-float test_dropout-float test_gradients-float test_updates-float'

# shellcheck disable=SC2086 # words are meant to be split
test_openblas_builds() {
    stage "OpenBLAS's builds"
    for openblas_build in pthread serial openmp; do
        openblas_folder=$(dirname "$(gcc -print-file-name="openblas-$openblas_build/libopenblas.so.0")")
        [ -d "$openblas_folder" ] && [ "$openblas_folder" != . ] || {
            echo "  there is no openblas-$openblas_build here"
            continue
        }
        export LD_LIBRARY_PATH="$openblas_folder"
        check "a program gets the $openblas_build build" sh -c "ldd '$suite/gcc/tests/test_blas-float' |
            grep -F 'openblas-$openblas_build/'"
        meson_tests gcc "openblas-$openblas_build" $openblas_tests
        check "mnist with little memory" ends_with_little_memory 40000
        unset LD_LIBRARY_PATH
    done
}

test_sanitizers() {
    stage "address and undefined behaviour sanitizers"
    build_target=meson-test-prereq
    check "builds with sanitizers" build sanitizers clang clang++ -Doptimization=1 -Ddebug=false \
        -Dprecision=float,double -Db_sanitize=address,undefined -Db_lundef=false \
        "-Dc_args=-fno-sanitize-recover=all -gline-tables-only"
    meson_tests sanitizers sanitizers --timeout-multiplier 10
}

# OpenMP and BLAS keep memory of their threads, so only what is definitely lost counts.
# valgrind knows no AVX-512: it hides it, and the library and BLAS choose lesser kernels.
memcheck='valgrind -q --fair-sched=try --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite'

# Those in float, but for a few that take minutes there and learn nothing from it: what they do
# is numbers. More of that kind, and files that want much memory (the sanitizers see them), wait for --deep.
memcheck_tests() {
    meson test -C "$suite/gcc" --list 2>/dev/null | sed 's/.* //' | grep '^test_.*-float$' |
        grep -v -e reproducible -e properties -e gradients -e dlclose |
        { if [ -n "${GN_TEST_DEEP-}" ]; then cat; else grep -v -e reference_ -e elementary_functions -e greedy -e test_blas; fi; }
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
    check "the MNIST program" $memcheck "$suite/gcc/examples/mnist/mnist" --data "$tiny" \
        --epochs 1 --batch 300 --threads 2 --validation 0.1 --json "$temp/memcheck.json"
}
