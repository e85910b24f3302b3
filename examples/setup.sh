#!/bin/sh
# Installs what is missing:  sh examples/setup.sh GROUP...
# (build, fetch, npm, fashion, plot, peers, test, interop, browser, docs)
# On Debian and Ubuntu by apt-get, as root or through sudo; elsewhere it names what is missing
# and stops. Quick when nothing is.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# For whom; how to see that it is there; its name in Debian, Fedora, Arch and Homebrew (several
# with a comma; none: -).
needs='
build   openmp       gcc,libc6-dev         gcc               gcc         libomp
build   meson        meson                 meson             meson       meson
build   ninja        ninja-build           ninja-build       ninja       ninja
build   pkg-config   pkg-config            pkgconf           pkgconf     pkgconf
build   pc:openblas  libopenblas-dev       openblas-devel    openblas    openblas
build   pc:zlib      zlib1g-dev            zlib-devel        zlib        zlib
build   pc:jansson   libjansson-dev        jansson-devel     jansson     jansson
build   pc:libprotobuf-c libprotobuf-c-dev protobuf-c-devel  protobuf-c  protobuf-c
build   protoc-c     protobuf-c-compiler   protobuf-c-compiler protobuf-c protobuf-c
fetch   downloader   curl,ca-certificates  curl              curl        curl
npm     npm          npm                   nodejs-npm        npm         node
fashion fashion      dataset-fashion-mnist -                 -           -
plot    gnuplot      gnuplot-nox           gnuplot           gnuplot     gnuplot
peers   py:numpy     python3-numpy         python3-numpy     python-numpy numpy
peers   py:torch     python3-torch         python3-torch     python-pytorch pytorch
peers   py:sklearn   python3-sklearn       python3-scikit-learn python-scikit-learn -
peers   pc:fann      libfann-dev           fann-devel        fann        fann
interop py:numpy     python3-numpy         python3-numpy     python-numpy numpy
interop py:torch     python3-torch         python3-torch     python-pytorch pytorch
interop py:onnx      python3-onnx          -                 -           -
browser chromium     chromium              chromium          chromium    chromium
browser node         nodejs                nodejs            nodejs      node
browser npm          npm                   nodejs-npm        npm         node
docs    doxygen      doxygen               doxygen           doxygen     doxygen
docs    doxygen-theme doxygen-awesome-css  -                 -           -
test    other-blas   libblas-dev,libblis-serial-dev - -          -
test    openblas-builds libopenblas0-pthread,libopenblas0-serial,libopenblas0-openmp - - -
test    c++          g++                   gcc-c++           gcc         -
test    static-blas  gfortran              gcc-gfortran      gcc-fortran gcc
test    pc:cmocka    libcmocka-dev         libcmocka-devel   cmocka      cmocka
test    clang        clang                 clang             clang       llvm
test    clang-openmp libomp-dev            libomp-devel      openmp      libomp
test    sanitizers   clang-rt              compiler-rt       compiler-rt llvm
test    memcheck     valgrind,libc6-dbg    valgrind          valgrind    -
test    locales      locales               -                 -           -
'

say() {
    echo "setup: $*" >&2
}

die() {
    say "$*"
    exit 1
}

is_debian() {
    command -v apt-get >/dev/null && [ -r /etc/os-release ] || return 1
    case " $(. /etc/os-release && echo "${ID-} ${ID_LIKE-}") " in
    *' debian '* | *' ubuntu '*) ;;
    *) return 1 ;;
    esac
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

has_openmp() { # the compiler, which Apple's wants to be asked in its own way
    for flag in -fopenmp '-Xpreprocessor -fopenmp'; do
        echo '#include <omp.h>' | "$1" ${CPPFLAGS-} $flag -E - >/dev/null 2>&1 && return
    done
    return 1
}

has_file() { # COMPILER NAME...: it would find one of these libraries
    compiler=$1
    shift
    for name; do
        [ -e "$("$compiler" -print-file-name="$name" 2>/dev/null)" ] && return
    done
    return 1
}

oldest_meson() {
    sed -n "s/^ *meson_version: '>=\([0-9.]*\)'.*/\1/p" "$here/../meson.build"
}

has_meson() { # not an older one
    [ "$({ meson --version && oldest_meson; } 2>/dev/null | sort -t . -k 1,1n -k 2,2n | head -n 1)" = \
        "$(oldest_meson)" ]
}

# What a static program must link beside OpenBLAS; if that is yet to be installed, it will need it.
has_static_blas() {
    case $(pkg-config --static --libs openblas 2>/dev/null) in
    *gfortran* | '') has_file "${CC:-cc}" libgfortran.so libgfortran.a libgfortran.dylib ;;
    esac
}

has_module() { # NAME: in the Python that packages belong to, or in the first on the PATH
    for python in /usr/bin/python3 python3; do
        "$python" -c "import importlib.util as u; raise SystemExit(u.find_spec('$1') is None)" \
            2>/dev/null && return
    done
    return 1
}

is_there() {
    case $1 in
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    py:*) has_module "${1#py:}" ;;
    openmp) has_openmp "${CC:-cc}" ;;
    meson) has_meson ;;
    locales) ! is_debian || [ -e /usr/share/i18n/locales/de_DE ] ;;
    downloader)
        { command -v curl || command -v wget; } >/dev/null &&
            { ! is_debian || [ -e /etc/ssl/certs/ca-certificates.crt ]; } ;;
    fashion) [ -e /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz ] ;;
    clang-openmp) has_openmp clang ;;
    doxygen-theme) ! is_debian || [ -e /usr/share/doxygen-awesome-css/doxygen-awesome.css ] ;;
    sanitizers) has_file clang libclang_rt.asan.a "libclang_rt.asan-$(uname -m).a" \
        libclang_rt.asan_osx_dynamic.dylib ;;
    static-blas) has_static_blas ;;
    other-blas) ! is_debian || { is_installed libblas-dev && is_installed libblis-serial-dev; } ;;
    openblas-builds)
        ! is_debian || { is_installed libopenblas0-pthread && is_installed libopenblas0-serial &&
            is_installed libopenblas0-openmp; } ;;
    memcheck)
        [ "$(uname)" = Darwin ] ||
            { command -v valgrind >/dev/null && { ! is_debian || is_installed libc6-dbg; }; } ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# Before anything is installed: whether all of this would be in vain.
refuse_old_meson() {
    candidate=$(apt-cache policy meson | sed -n 's/^ *Candidate: //p')
    ! dpkg --compare-versions "${candidate:-0}" ge "$(oldest_meson)" || return 0
    release=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    die "gemmnet needs Meson $(oldest_meson) or later, and this system's packages have ${candidate:-none}.
Nothing was installed. Please install a later Meson and run this again: from ${release:+$release-}backports
(once apt has it as a source: apt-get install -t ${release:-RELEASE}-backports meson), or by
python3 -m pip install meson"
}

# How much it is: "12 packages, 34.5 MB"
amount() { # PACKAGE...
    as_root env LC_ALL=C apt-get install --no-install-recommends --assume-no -o APT::Get::Assume-Yes=false \
        "$@" 2>/dev/null </dev/null | sed -n \
        -e 's/^[0-9]* upgraded, \([0-9]*\) newly installed.*/\1 packages/p' \
        -e 's/^After this operation, \(.*\) of additional disk space will be used.*/\1/p' |
        paste -s -d , - | sed 's/,/, /'
}

# The rows of the table whose group is named and which are not there.
missing_rows() {
    echo "$needs" | while read -r group check names; do
        case " $* " in
        *" ${group:-none} "*) is_there "$check" </dev/null || echo "$group $check $names" ;;
        esac
    done
}

# Column $2 of the rows $1, as one line.
names() {
    echo "$1" | awk -v column="$2" '$column != "-" { gsub(",", " ", $column); print $column }' |
        tr '\n' ' ' | sed 's/ $//'
}

# clang's sanitizers are packaged by clang's version; in older ones with clang itself.
debian_names() {
    version=$({ clang --version || apt-cache depends clang; } 2>/dev/null |
        sed -n 's/.*clang version \([0-9]*\).*/\1/p; s/.*Depends: clang-\([0-9]*\)$/\1/p' |
        head -n 1)
    package=libclang-rt-$version-dev
    apt-cache show "$package" >/dev/null 2>&1 || package=
    names "$1" 3 | sed "s/clang-rt/$package/"
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
        apt-get -qq -y -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log" 2>&1
}

install_debian() {
    list=$(debian_names "$1")
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        die "not root, and there is no sudo; as root, run: apt-get install $list"
    fi
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    trap 'exit 130' INT TERM HUP
    apt update || : # one of several sources may be away: installing tells
    list=$(debian_names "$1") # (anew: before, apt may have known no package)
    case " $list " in
    *' meson '*) refuse_old_meson ;;
    esac
    # word splitting is what makes a list of it
    much=$(amount $list)
    say "installing $list${much:+ ($much)}"
    apt install --no-install-recommends $list || {
        cat "$log" >&2
        die "apt-get could not install $list"
    }
}

name_missing() {
    say "this is neither Debian nor Ubuntu, and something is missing. Please install"
    echo "    Fedora:  dnf install $(names "$1" 4)
    Arch:    pacman -S $(names "$1" 5)
    macOS:   brew install $(names "$1" 6)
and run this again." >&2
    exit 1
}

rows=$(missing_rows "$@")
[ -n "$rows" ] || exit 0
is_debian || name_missing "$rows"
install_debian "$rows"
rows=$(missing_rows "$@")
[ -z "$rows" ] || die "still missing, for all that was installed: $(names "$rows" 2)"
