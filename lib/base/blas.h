/* What BLAS is made to do while a call of ours computes: see run/hold.c. */
#ifndef GNI_BLAS_H
#define GNI_BLAS_H

#include "base/base.h"

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
void gni_buffers_lend(int n); /* 1: this thread does not multiply now, but in calls of its own; -1: again */

#endif /* GNI_BLAS_H */
