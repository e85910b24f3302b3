/* OpenBLAS's own functions. If the linker did not know that BLAS is OpenBLAS, because the library has
 * another name, the program's start decides. */
#ifndef GEMMNET_OPENBLAS_H
#define GEMMNET_OPENBLAS_H

#ifdef GNI_HAVE_OPENBLAS
#define GNI_IS_OPENBLAS true
int openblas_get_num_threads(void);
void openblas_set_num_threads(int n);
int openblas_get_parallel(void);
#else
int openblas_get_num_threads(void) __attribute__((weak));
void openblas_set_num_threads(int n) __attribute__((weak));
int openblas_get_parallel(void) __attribute__((weak));
#define GNI_IS_OPENBLAS (openblas_get_num_threads && openblas_set_num_threads && openblas_get_parallel)
#endif

/* Its buffers; in no header of its, and NULL where a build hides them. 0: for a product of matrices. (Under
 * another name, such as Debian's libblas.so, OpenBLAS itself lacks them for the linker, so that a weak
 * reference would not link: there we leave buffers to it.) */
#ifdef GNI_HAVE_OPENBLAS
void *blas_memory_alloc(int purpose) __attribute__((weak));
void blas_memory_free(void *buffer) __attribute__((weak));
#define GNI_HAS_BUFFERS (blas_memory_alloc && blas_memory_free)
#else
#define GNI_HAS_BUFFERS false
static inline void *blas_memory_alloc(int purpose) { (void)purpose; return NULL; }
static inline void blas_memory_free(void *buffer) { (void)buffer; }
#endif

#endif /* GEMMNET_OPENBLAS_H */
