# What all stages share: where things are, checks that are counted, builds. A stage says
#     tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
#     . "$tests/stages/lib.sh"
# then begins with `begin WORDS`, and ends with `finish`, which prints its counts. run.sh runs it
# beside others, with which it shares a build and small data; run alone, it makes what it needs.
set -u

root=$(CDPATH='' cd -- "$tests/.." && pwd)
# shellcheck source=examples/common/build_folder.sh
. "$root/examples/common/build_folder.sh"
unset BUILD # of what is tested
suite=$build/suite
mkdir -p "$suite/logs"
temp=$(mktemp -d)
shared=${GN_TEST_SHARED:-$temp} # by all stages
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM HUP

# ---- checks -------------------------------------------------------------------------------

passed=0
failed=0

title() {
    printf '\n%s\n' "== $*"
}

begin() { # WORDS
    title "$@"
    is_beside_others || sh "$root/examples/setup.sh" build test || finish
}

is_beside_others() {
    [ -n "${GN_TEST_SHARED-}" ]
}

# Programs of others are large to install. Who runs such a stage alone asks for them.
needs_interop() {
    [ "${GN_TEST_INTEROP-true}" = true ] || finish "not asked for (--interop)"
}

# Ends a stage with its counts; where it cannot go on, after its words.
finish() { # [WORDS]
    [ $# -eq 0 ] || echo "  $*"
    printf '\n%s\n' "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ $((passed + $#)) -gt 0 ]
    exit
}

pass() { # NAME
    passed=$((passed + 1))
    echo "  ok    $1"
}

fail() { # NAME LOG
    failed=$((failed + 1))
    echo "  FAIL  $1"
    tail -n 40 "$2" | sed 's/^/        /'
}

check() { # NAME COMMAND...: it succeeds
    check_name=$1
    shift
    if "$@" >"$temp/check.log" 2>&1 </dev/null; then
        pass "$check_name"
    else
        fail "$check_name" "$temp/check.log"
    fi
}

check_refused() { # WORDS COMMAND...: it fails with a message and not with a crash
    check_words=$1
    shift
    "$@" >"$temp/check.log" 2>&1 </dev/null
    check_code=$?
    if [ $check_code -eq 1 ] || [ $check_code -eq 2 ] &&
        grep -qF -e "$check_words" "$temp/check.log"
    then
        pass "refused: $check_words"
    else
        echo "exit code $check_code; wanted 1 or 2, and: $check_words" >>"$temp/check.log"
        fail "refused: $check_words" "$temp/check.log"
    fi
}

# What a check that went well had to say.
tell() { # WORDS
    grep -e "$1" "$temp/check.log" | sed 's/^/        /'
}

equal() { # A B
    [ "$1" = "$2" ] || {
        echo "$1 is not $2"
        return 1
    }
}

# The Python that packages belong to, or the first on the PATH.
python_with() { # MODULE SCRIPT...
    python_module=$1
    shift
    for python in /usr/bin/python3 python3; do
        ! "$python" -c "import $python_module" 2>/dev/null || break
    done
    "$python" "$@"
}

# ---- builds -------------------------------------------------------------------------------

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

# The one that most stages use.
build_gcc() {
    build gcc gcc g++ --buildtype=release -Dprecision=float,double
}

needs_gcc_build() { # run.sh has made it before all stages
    is_beside_others || check "builds with gcc" build_gcc
    [ "$failed" -eq 0 ] || finish
}

# A locale with decimal commas takes a second to make: tests look for one before they make their
# own.
commas() {
    [ ! -d "$shared/locales" ] || echo "LOCPATH=$shared/locales"
}

# Runs the tests of a build and counts each.
meson_tests() { # BUILD LOG [OPTION...]
    tests_build=$1
    tests_log=$2
    shift 2
    rm -f "$suite/$tests_build/meson-logs/$tests_log"*
    # shellcheck disable=SC2046 # nothing, or one word
    env $(commas) meson test -C "$suite/$tests_build" --no-rebuild --logbase "$tests_log" \
        --print-errorlogs "$@" >"$suite/logs/$tests_log.log" 2>&1 </dev/null
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

# The guide's text, from the programs of a build.
fill_guide() { # BUILD [OPTION...]
    guide_build=$1
    shift
    python3 "$root/docs/guide/fill.py" "$suite/$guide_build" "$@"
}

check_guide() { # BUILD
    ! command -v gnuplot >/dev/null ||
        check "text and pictures of the guide are what its programs print" fill_guide "$1" --check
}
