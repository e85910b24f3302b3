/* What a call holds while it computes, for its process and for the thread that called. internal.h
 * includes this. */
#ifndef GEMMNET_HOLD_H
#define GEMMNET_HOLD_H

#include <gemmnet/gemmnet.h>
#include "float_mode.h"

/* hold.c: all of it; {0}: nothing. Kept in the context, so that destroying that can give back what a
 * call that never returned had taken. */
typedef struct gni_held {
    int buffers;      /* members that may multiply at once, counted in the process */
    bool blas;        /* OpenBLAS's number of threads is 1 in the process */
    int openmp;       /* the caller's OpenMP setting, which is 1 now; 0: was left alone */
    bool lent;        /* the caller is in a function of the user's */
    gni_float_mode before; /* of the thread */
} gni_held;
/* For a call whose team has so many members (0: nothing is multiplied); one_blas_thread: unless the
 * context's options keep BLAS's threads. Errors: MEMORY. */
gn_status gni_hold(const char *who, gn_context *ctx, int members, bool one_blas_thread);
void gni_release(gn_context *ctx);
/* Around a function of the user's, in the thread that holds: it sees the thread's own settings, and may
 * change them. held NULL (a member that is not the caller): does nothing. */
void gni_lend(gni_held *held);
void gni_take_back(gni_held *held);
/* After a call that a longjmp or an exception has left from a function of the user's, in its thread: the
 * floating-point mode is the host's (it was lent), and so is what gni_lend has lent; the rest is not yet. */
void gni_abandon(gni_held *held);

/* blas.c: how many threads make a product */
typedef enum gni_blas_build { /* as openblas_get_parallel() numbers them */
    GNI_OTHER_BLAS = -1, GNI_BLAS_SERIAL, GNI_BLAS_PTHREAD, GNI_BLAS_OPENMP
} gni_blas_build;
gni_blas_build gni_which_blas(void);
bool gni_blas_hold(void); /* one thread from here, in the process ...; false: not held */
void gni_blas_release(bool held); /* ... to here; counted, so that calls may overlap */
/* One thread for the products of this thread, be it the caller or a helper of its team; returns the
 * setting to leave with, or 0. */
int  gni_blas_join(void);
void gni_blas_leave(int openmp);

/* blas_buffers.c: the memory in which OpenBLAS multiplies, for so many members more */
bool gni_has_buffers(void); /* of which we know */
gn_status gni_buffers_hold(const char *who, int members);
void gni_buffers_release(int members);
gn_status gni_buffers_reserve(const char *who, int members); /* are there, for calls to come */
void gni_buffers_meet(void); /* waits until OpenBLAS's own threads have theirs, if there is room */
bool gni_is_room(int buffers);
bool gni_blas_meet(void); /* blas_meeting.c: does it; true: with threads that had not come before */
void gni_buffers_lend(int n); /* 1: this thread does not multiply now, but in calls of its own; -1: again */

#endif /* GEMMNET_HOLD_H */
