# usage: check_export_c.sh RUN_EXPORT_C
# Networks written as C compile without a warning, by CC and as clang and C++ would have it, and
# compute what the library does; names that C has for itself are refused.
set -eu
case $1 in
/*) program=$1 ;;
*) program=$PWD/$1 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion -Werror'

"$program" write "$folder"
cd "$folder"

# One library of all of them: no two clash.
${CC:-cc} -std=c99 $warnings -O1 -fPIC -shared -o networks.so ./*.c -lm
"$program" compare ./networks.so
if command -v clang >/dev/null; then
    clang -std=c99 $warnings -fsyntax-only ./*.c
fi
if command -v c++ >/dev/null; then
    c++ $warnings -fsyntax-only -x c++ ./edge_*.c
fi

# Beside one another in one file, and in every locale the same bytes.
printf '#include "net_4.c"\n#include "net_5.c"\n' >both.c
${CC:-cc} -std=c99 $warnings -fsyntax-only both.c
mkdir again
LC_ALL=${COMMA_LOCALE:-C} "$program" write again
for file in again/*; do
    cmp "$file" "${file#again/}"
done

# Names: those of C are refused, and what is accepted compiles.
mkdir names
for name in int double main exp expf sin y0 math stdio printf _Bool 1st a-b name relu digits model2 \
    net_ float_ INFINITY and; do
    echo "$name"
done | "$program" names names >accepted
grep -v '^\[' accepted | tr '\n' ' ' >line
[ "$(cat line)" = "name relu digits model2 net_ float_ " ] || {
    echo "accepted: $(cat line)"
    exit 1
}
for file in names/*.c; do
    ${CC:-cc} -std=c99 $warnings -fsyntax-only "$file"
done
