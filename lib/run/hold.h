/* What a call holds while it computes, for its process and for the thread that called. */
#ifndef GNI_HOLD_H
#define GNI_HOLD_H

#include "base/base.h"

/* All of it; {0}: nothing. Kept in the context, so that destroying that can give back what a call that
 * never returned had taken. */
typedef struct gni_held {
    int buffers;      /* members that may multiply at once, counted in the process */
    bool blas;        /* OpenBLAS's number of threads is 1 in the process */
    int openmp;       /* the caller's OpenMP setting, which is 1 now; 0: was left alone */
    bool lent;        /* the caller is in a function of the user's */
    gni_float_mode before; /* of the thread */
} gni_held;

/* For a call whose team has so many members (0: nothing is multiplied); one_blas_thread: unless
 * the context's options keep BLAS's threads. Errors: MEMORY. */
gn_status gni_hold(const char *who, gn_context *ctx, int members, bool one_blas_thread);
void gni_release(gn_context *ctx);
/* Around a function of the user's, in the thread that holds: it sees the thread's own settings, and may
 * change them. held NULL (a member that is not the caller): does nothing. */
void gni_lend(gni_held *held);
void gni_take_back(gni_held *held);
/* After a call that a longjmp or an exception has left from a function of the user's, in its thread: the
 * floating-point mode is the host's (it was lent), and so is what gni_lend has lent; the rest is not yet. */
void gni_abandon(gni_held *held);

#endif /* GNI_HOLD_H */
