/* What a public call changes while it computes, and gives back when it returns. */
#include "internal.h"

gn_status gni_hold(const char *who, gni_held *held, int members, bool one_blas_thread)
{
    gni_abandon(held);
    gn_status status = gni_buffers_hold(who, members);
    if (status < 0)
        return status;
    held->buffers = members;
    held->blas = one_blas_thread && gni_blas_hold();
    held->openmp = one_blas_thread ? gni_blas_join() : 0;
    return GN_OK;
}

void gni_release(gni_held *held)
{
    gni_blas_leave(held->openmp);
    gni_abandon(held);
}

void gni_lend(gni_held *held)
{
    if (!held)
        return;
    gni_blas_leave(held->openmp);
    gni_buffers_lend(held->buffers > 0);
}

void gni_take_back(gni_held *held)
{
    if (!held)
        return;
    gni_buffers_lend(-(held->buffers > 0));
    if (held->openmp)
        held->openmp = gni_blas_join();
}

void gni_abandon(gni_held *held)
{
    gni_blas_release(held->blas);
    gni_buffers_release(held->buffers);
    *held = (gni_held){ 0 };
}
