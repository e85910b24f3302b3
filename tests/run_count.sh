# Checks that are counted. Sourced by run.sh.

passed=0
failed=0

stage() {
    printf '\n%s\n' "== $*"
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

# The signal after a while, and a longer one until TEST finds in FILE, what the command wrote, that it had
# begun. It ends with CODE each time. (In the foreground, timeout sends one signal, not two.)
interrupted_when() { # SIGNAL CODE TEST FILE COMMAND...
    interrupt_signal=$1
    interrupt_code=$2
    interrupt_test=$3
    interrupt_file=$4
    shift 4
    for interrupt_after in 0.5 1 2 4 8 16 32 64; do
        timeout --foreground --preserve-status --signal $interrupt_signal $interrupt_after "$@" >"$interrupt_file"
        equal $? $interrupt_code || return 1
        ! "$interrupt_test" "$interrupt_file" || return 0
    done
    cat "$interrupt_file"
    return 1
}

equal() { # A B
    [ "$1" = "$2" ] || {
        echo "$1 is not $2"
        return 1
    }
}

totals() {
    printf '\n%s\n' "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
