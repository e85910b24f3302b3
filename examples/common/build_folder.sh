# Where to build: the folder BUILD, or build/ in the tree $root. Sourced; sets $build.

build=${BUILD:-$root/build}
mkdir -p -- "$build" 2>/dev/null && [ -w "$build" ] || {
    echo "cannot write in the folder $build to build there; BUILD=DIR sh $0 ... builds in the folder DIR" >&2
    exit 1
}
build=$(CDPATH='' cd -- "$build" && pwd)
