# The shell scripts themselves. Sourced by run.sh.

shell_files() {
    find "$root/examples" "$root/tests" "$root/bench" "$root/.ci" -name '*.sh' -o -path '*/.ci/run'
}

all_parse() { # SHELL
    shell_files | while IFS= read -r file; do
        "$1" -n "$file" || exit 1
    done
}

test_scripts() {
    stage "scripts"
    for shell in sh dash; do
        ! command -v $shell >/dev/null || check "all scripts parse ($shell -n)" all_parse $shell
    done
    check "set-up has nothing left to do" equal "$(sh "$root/examples/setup.sh" build test 2>&1)" ""
    check_refused "usage: sh tests/run.sh" sh "$tests/run.sh" --no-such
}
