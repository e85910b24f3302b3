/* What a public call changes while it computes, and gives back when it returns. */
#include "internal.h"

gni_held gni_hold(bool blas_threads)
{
    return (gni_held){ .blas = gni_blas_hold(blas_threads) };
}

void gni_release(gni_held held)
{
    gni_blas_release(held.blas);
}
