/* BLAS, as the benchmark itself calls it: the only file here that knows CBLAS. */
#include "throughput.h"

#include <cblas.h>

#ifdef GN_DOUBLE
#define gemm cblas_dgemm
#else
#define gemm cblas_sgemm
#endif

void gemm_nt(size_t m, size_t n, size_t k, const gn_real *a, size_t lda,
             const gn_real *b, size_t ldb, gn_real *c, size_t ldc)
{
    gemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)m, (int)n, (int)k,
         1, a, (int)lda, b, (int)ldb, 0, c, (int)ldc);
}

void gemm_tn(size_t m, size_t n, size_t k, const gn_real *a, size_t lda,
             const gn_real *b, size_t ldb, gn_real *c, size_t ldc)
{
    gemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)m, (int)n, (int)k,
         1, a, (int)lda, b, (int)ldb, 0, c, (int)ldc);
}

void gemm_nn(size_t m, size_t n, size_t k, const gn_real *a, size_t lda,
             const gn_real *b, size_t ldb, gn_real *c, size_t ldc)
{
    gemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)m, (int)n, (int)k,
         1, a, (int)lda, b, (int)ldb, 0, c, (int)ldc);
}

#ifdef BENCH_HAVE_OPENBLAS

/* For the whole run: prediction from threads of our own, and the floor, want it so. */
void blas_use_one_thread(void)
{
    openblas_set_num_threads(1);
}

void blas_describe(FILE *file)
{
    static const char *const flavours[] = { "serial", "pthreads", "OpenMP" };

    fprintf(file, "%s, built %s; kernel %s, one thread\n", openblas_get_config(),
            flavours[openblas_get_parallel()], openblas_get_corename());
}

#else /* another BLAS: how many threads it runs is for its own variables to say */

void blas_use_one_thread(void)
{
}

void blas_describe(FILE *file)
{
    fputs(BENCH_BLAS ", which must be told to run one thread, by its own variables\n", file);
}

#endif
