# usage: check_snippets.sh ROOT
# Every C block of the README and of docs/ compiles as it stands.
set -eu
cd "$1"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
status=0
count=0
for text in README.md $(find docs -name '*.md' | sort); do
    awk -v out="$temp/$(echo "$text" | tr / _)" '
        /^```/ && inside { inside = 0; close(file); next }
        /^```c$/ { inside = 1; file = out "-" NR ".c"; next }
        inside { print > file }' "$text"
done
for snippet in "$temp"/*.c; do
    [ -e "$snippet" ] || break
    count=$((count + 1))
    ${CC:-cc} -std=c11 -Wall -Wextra -Werror -Iinclude -fsyntax-only "$snippet" || {
        echo "${snippet##*/}: does not compile"
        status=1
    }
done
echo "$count snippets"
[ "$count" -gt 0 ] || status=1
exit $status
