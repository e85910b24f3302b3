/* The only file that knows CBLAS. Sizes were checked when the network and the data came in:
 * a BLAS given a bad argument prints to stdout and returns (OpenBLAS), or ends the program
 * (others), so none ever gets one. */
#include <cblas.h>
#include <omp.h>
#include <pthread.h>
#include "internal.h"

#ifdef GN_DOUBLE
#define gemm cblas_dgemm
#else
#define gemm cblas_sgemm
#endif

void gni_gemm(gni_form form, size_t m, size_t n, size_t k, const gn_real *a, size_t lda,
              const gn_real *b, size_t ldb, gn_real beta, gn_real *c, size_t ldc)
{
    gemm(CblasRowMajor, form == GNI_TN ? CblasTrans : CblasNoTrans,
         form == GNI_NT ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)k, 1, a, (int)lda, b, (int)ldb,
         beta, c, (int)ldc);
}

/* Is this OpenBLAS? If the linker did not know, because the library has another name, the
 * program's start decides. */
#ifdef GNI_HAVE_OPENBLAS
#define IS_OPENBLAS true
#else
int openblas_get_num_threads(void) __attribute__((weak));
void openblas_set_num_threads(int n) __attribute__((weak));
int openblas_get_parallel(void) __attribute__((weak));
#define IS_OPENBLAS (openblas_get_num_threads && openblas_set_num_threads && openblas_get_parallel)
#endif

/* OpenBLAS's build for OpenMP changes the calling thread's OpenMP setting as well. */
static void set_threads(int n)
{
    const int openmp_build = 2, mine = omp_get_max_threads();
    openblas_set_num_threads(n);
    if (openblas_get_parallel() == openmp_build)
        omp_set_num_threads(mine);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned holders;
static int blas_threads; /* as the first holder found them */

/* Inside a parallel region the thread count of BLAS is the host's business: setting it
 * there has deadlocked (OpenBLAS #5947). */
bool gni_blas_hold(bool wanted)
{
    if (!wanted || !IS_OPENBLAS || omp_in_parallel()) /* others' threads are the host's */
        return false;
    pthread_mutex_lock(&mutex);
    if (holders++ == 0) {
        blas_threads = openblas_get_num_threads();
        if (blas_threads != 1)
            set_threads(1);
    }
    pthread_mutex_unlock(&mutex);
    return true;
}

void gni_blas_release(bool held)
{
    if (!held)
        return;
    pthread_mutex_lock(&mutex);
    if (--holders == 0 && blas_threads != 1)
        set_threads(blas_threads);
    pthread_mutex_unlock(&mutex);
}
