# Installs what is missing, and builds $program, of the folder examples/$program. Sourced by the run.sh of these
# folders, which set $examples too; sets $root and $build.

root=$(CDPATH='' cd -- "$examples/.." && pwd)
# shellcheck source=examples/common/build_folder.sh
. "$examples/common/build_folder.sh"

# Runs a command, and shows what it says only if it fails.
quietly() {
    log=$("$@" 2>&1) || {
        echo "$log" >&2
        echo "run: this failed: $*" >&2
        exit 1
    }
}

sh "$examples/setup.sh" build
[ -f "$build/build.ninja" ] || {
    echo "run: building in $build" >&2
    quietly meson setup "$build" "$root" --buildtype=release --wrap-mode=nodownload -Dmnist=enabled
}
quietly meson compile -C "$build" "$program"
