#!/bin/sh
# usage: snippets.sh ROOT
# Every block of C in the READMEs, CONTRIBUTING and docs/ compiles as it stands, or is an excerpt
# that docs/guide/fill.py compares with its source. Every block of shell and of Python parses, and
# the scripts that shell runs exist. (stages/subprojects.sh compares blocks of meson and ini with
# what it builds.)
set -eu
cd "$1"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
status=0
texts="README.md CONTRIBUTING.md examples/README.md tests/README.md
    $(find docs -name '*.md' | sort)"

complain() {
    echo "$*"
    status=1
}

# Writes blocks to files that end in .c and .sh, and prints what is none that we know how to check.
for text in $texts; do
    awk -v out="$temp/$(echo "$text" | tr / _)" -v text="$text" '
        function complain(what) { print text ":" NR ": " what }
        /^ *(```|~~~)/ && inside { inside = 0; if (file) close(file); file = ""; next }
        /^ *(```|~~~)/ {
            inside = 1
            if ($0 == "```c" && last ~ /^<!-- source: .* -->$/ && text ~ /^docs\/guide\//) next
            else if ($0 == "```c" || $0 == "```sh" || $0 == "```python")
                file = out "-" NR "." substr($0, 4)
            else if ($0 !~ /^ *```(text|ini|meson)$/) complain("a block of a kind that is not checked: " $0)
            next
        }
        inside && file { print > file }
        !inside && /^(    |\t)/ && (/;$/ || /[^$]\{$/ || /#include/) {
            complain("C that is not in a block: " $0)
        }
        !inside && /^    (\$ )?(sh|python3) [a-z]/ {
            script = $0
            sub(/^ *(\$ )?[a-z0-9]+ /, "", script)
            sub(/ .*/, "", script)
            print script > (out ".scripts")
        }
        { last = $0 }
        END { if (inside) complain("a block without an end") }' "$text"
done >"$temp/complaints"
[ ! -s "$temp/complaints" ] || complain "$(cat "$temp/complaints")"

count=0
for snippet in "$temp"/*.c; do
    [ -e "$snippet" ] || break
    count=$((count + 1))
    ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Iinclude -fsyntax-only "$snippet" ||
        complain "${snippet##*/}: does not compile"
done
for snippet in "$temp"/*.sh; do
    [ ! -e "$snippet" ] || sh -n "$snippet" || complain "${snippet##*/}: does not parse"
done
for snippet in "$temp"/*.python; do
    [ ! -e "$snippet" ] ||
        python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$snippet" ||
        complain "${snippet##*/}: does not parse"
done
for script in $(cat "$temp"/*.scripts); do
    [ -f "$script" ] || complain "$script is run, but is not there"
done
[ "$(wc -l <README.md)" -le 160 ] || complain "README.md has more than 160 lines"
echo "$count snippets"
[ "$count" -gt 0 ] || status=1
exit $status
