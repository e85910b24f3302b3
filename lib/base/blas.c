/* The only file that knows CBLAS. Sizes were checked when the network and the data came in:
 * a BLAS given a bad argument prints to stdout and returns (OpenBLAS), or ends the program
 * (others), so none ever gets one.
 *
 * Promises of equal bits need products by one thread. OpenBLAS comes in three builds:
 *   - pthread: its threads are one number of the process, which the first call sets to 1 and the
 *     last one restores.
 *   - OpenMP: it goes by omp_get_max_threads() of the thread that multiplies, a setting that each
 *     thread has for itself, and takes one thread within a parallel region. (Its own number only follows:
 *     setting it would change the setting of the thread that does, and of no other.) So each thread that
 *     multiplies sets its own and restores it.
 *   - serial: always one thread. But Debian's is built without USE_LOCKING: two products at once may
 *     take the same buffer and be wrong, so we let in one after the other.
 * Of any other BLAS we know nothing but CBLAS. */
#include <cblas.h>
#include <omp.h>
#include <pthread.h>
#include "base/blas.h"
#include "base/openblas.h"

#ifdef GN_DOUBLE
#define gemm cblas_dgemm
#else
#define gemm cblas_sgemm
#endif

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of the count */
static unsigned holders;
static _Thread_local unsigned mine; /* of the holders: calls of this thread */
static int blas_threads; /* as the first holder found them */
static bool left_at_1;   /* in a child: by the parent's holders, who are not there to restore it */
static pthread_mutex_t product = PTHREAD_MUTEX_INITIALIZER; /* of the serial build */

gni_blas_build gni_which_blas(void)
{
    return GNI_IS_OPENBLAS ? (gni_blas_build)openblas_get_parallel() : GNI_OTHER_BLAS;
}

static bool let_in(void)
{
    bool one_by_one = gni_which_blas() == GNI_BLAS_SERIAL;
    if (one_by_one)
        pthread_mutex_lock(&product);
    return one_by_one;
}

static void let_out(bool one_by_one)
{
    if (one_by_one)
        pthread_mutex_unlock(&product);
}

void gni_gemm(gni_form form, size_t m, size_t n, size_t k, const gn_real *a, size_t lda,
              const gn_real *b, size_t ldb, gn_real beta, gn_real *c, size_t ldc)
{
    bool one_by_one = let_in();
    gemm(CblasRowMajor, form == GNI_TN ? CblasTrans : CblasNoTrans,
         form == GNI_NT ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)k, 1, a, (int)lda, b, (int)ldb,
         beta, c, (int)ldc);
    let_out(one_by_one);
}

/* Inside a parallel region the thread count of BLAS is the host's business: setting it
 * there has deadlocked (OpenBLAS #5947). */
bool gni_blas_hold(void)
{
    if (gni_which_blas() != GNI_BLAS_PTHREAD || omp_in_parallel())
        return false;
    pthread_mutex_lock(&mutex);
    if (holders++ == 0) {
        int now = openblas_get_num_threads();
        blas_threads = left_at_1 && now == 1 ? blas_threads : now;
        left_at_1 = false;
        if (now != 1)
            openblas_set_num_threads(1);
    }
    mine++;
    pthread_mutex_unlock(&mutex);
    return true;
}

void gni_blas_release(bool held)
{
    if (!held || mine == 0) /* (in a child: a call of another thread) */
        return;
    pthread_mutex_lock(&mutex);
    mine--;
    if (--holders == 0 && blas_threads != 1 && openblas_get_num_threads() == 1) /* else the host has set it */
        openblas_set_num_threads(blas_threads);
    pthread_mutex_unlock(&mutex);
}

int gni_blas_join(void)
{
    if (gni_which_blas() != GNI_BLAS_OPENMP)
        return 0;
    int before = omp_get_max_threads();
    omp_set_num_threads(1);
    return before;
}

void gni_blas_leave(int openmp)
{
    if (openmp)
        omp_set_num_threads(openmp);
}

/* A child must not inherit a lock that another thread of its parent held. */
static void lock_both(void)
{
    pthread_mutex_lock(&product);
    pthread_mutex_lock(&mutex);
}

static void unlock_both(void)
{
    pthread_mutex_unlock(&mutex);
    pthread_mutex_unlock(&product);
}

/* Calls of other threads stayed with the parent. */
static void unlock_in_child(void)
{
    left_at_1 |= holders > 0 && mine == 0;
    holders = mine;
    unlock_both();
}

__attribute__((constructor)) static void watch_forks(void)
{
    pthread_atfork(lock_both, unlock_both, unlock_in_child);
}
