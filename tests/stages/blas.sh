#!/bin/sh
# What is not OpenBLAS: Debian's BLIS, whose name is that of its library, and the reference BLAS.
# (Which libblas.so.3 a program gets is else for the administrator to say.)
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

begin "other BLAS"
if [ -e "$(gcc -print-file-name=libblis.so)" ]; then
    check "builds with BLIS" build blis gcc g++ -Dblas=blis -Dprecision=float
    meson_tests blis blis
    check_guide blis
fi
netlib=$(gcc -print-file-name=blas/libblas.so.3)
if [ -e "$netlib" ]; then
    netlib=$(readlink -f "$netlib")
    # and, in the same build, without the libraries that an embedder may leave out
    check "builds with the reference BLAS, without jansson and protobuf-c" build netlib gcc g++ \
        -Dblas=blas-netlib -Dfiles=disabled -Donnx=disabled -Dprecision=double \
        -Dc_link_args="-Wl,-rpath,$(dirname "$netlib")"
    check "and gets it" sh -c "ldd '$suite'/netlib/lib/libgemmnet-double.so |
        grep -F '$(dirname "$netlib")'"
    meson_tests netlib netlib
fi
finish
