/* What a public call changes while it computes, and gives back when it returns. */
#include "base/blas.h"
#include "run/run.h"

gn_status gni_hold(const char *who, gn_context *ctx, int members, bool one_blas_thread)
{
    gni_held *held = &ctx->held;
    bool one = one_blas_thread && !ctx->options.keep_blas_threads;
    gni_abandon(held);
    gn_status status = gni_buffers_hold(who, members);
    if (status < 0)
        return status;
    *held = (gni_held){ members, one && gni_blas_hold(), one ? gni_blas_join() : 0, false, { 0 } };
    held->before = gni_hold_mode(); /* last: threads that BLAS starts take over the mode that they find */
    return GN_OK;
}

void gni_release(gn_context *ctx)
{
    gni_release_mode(ctx->held.before);
    gni_abandon(&ctx->held);
}

void gni_lend(gni_held *held)
{
    if (!held || held->buffers == 0)
        return;
    gni_blas_leave(held->openmp);
    gni_buffers_lend(1);
    held->lent = true;
}

void gni_take_back(gni_held *held)
{
    if (!held || !held->lent)
        return;
    held->lent = false;
    gni_buffers_lend(-1);
    if (held->openmp)
        held->openmp = gni_blas_join();
}

void gni_abandon(gni_held *held)
{
    if (held->lent)
        gni_buffers_lend(-1);
    else
        gni_blas_leave(held->openmp);
    gni_blas_release(held->blas);
    gni_buffers_release(held->buffers);
    *held = (gni_held){ 0 };
}
