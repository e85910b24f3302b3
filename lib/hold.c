/* What a public call changes while it computes, and gives back when it returns. */
#include "internal.h"

gni_held gni_hold(bool blas_threads)
{
    bool blas = gni_blas_hold(blas_threads); /* first: threads that it starts take over our mode */
    return (gni_held){ blas, gni_hold_mode() };
}

void gni_release(gni_held held)
{
    gni_release_mode(held.mode);
    gni_blas_release(held.blas);
}
