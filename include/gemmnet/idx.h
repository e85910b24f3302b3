/** @file
 * IDX, the format of MNIST. */
#ifndef GEMMNET_IDX_H
#define GEMMNET_IDX_H

#include <gemmnet/gemmnet.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @defgroup idx IDX files
 * The format of MNIST.
 *
 * http://yann.lecun.com/exdb/mnist (LeCun et al. 1998b) has it: a big-endian header of a type and
 * one to four sizes, then the numbers. No file is trusted.
 * @{ */
/** What a file holds. */
typedef struct gn_idx {
    gn_matrix matrix; /**< one row per item: bytes as GN_U8 (scale 1/255), all else as GN_REAL,
                           rounded (a number beyond the range of a float becomes infinite) */
    gn_shape shape;   /**< of one item: 1 x height x width for a stack of images */
    void *memory;     /**< what gn_idx_free() frees */
} gn_idx;

/** Reads a whole regular file, uncompressed.
 * @code{.c}
 * #include <gemmnet/idx.h>
 *
 * gn_status outputs_of_images(gn_context *ctx, gn_real *out)
 * {
 *     gn_idx images;
 *     gn_status status = gn_idx_read(&images, "t10k-images-idx3-ubyte");
 *     if (status >= 0) status = gn_predict(ctx, &images.matrix, out, 0);
 *     gn_idx_free(&images);
 *     return status;
 * }
 * @endcode
 * *out is all zero after an error. Errors: ARGUMENT, IO (with errno's words), FORMAT (a header
 * that lies, too few or too many bytes), MEMORY. */
GN_API gn_status gn_idx_read(gn_idx *out, const char *path);
/** The same from n bytes in memory, which name describes in messages. A matrix of bytes
 * points into them: they must outlive it. Errors: ARGUMENT, FORMAT, MEMORY. */
GN_API gn_status gn_idx_parse(gn_idx *out, const void *bytes, size_t n, const char *name);
GN_API void      gn_idx_free(gn_idx *idx); /**< What is all zero has nothing to free. */

/** The items of a one-dimensional file of bytes as matrix.rows labels. Errors: ARGUMENT (a label
 * that is not below n_classes), FORMAT (not such a file). */
GN_API gn_status gn_idx_labels(const gn_idx *idx, size_t n_classes, int32_t *labels);

/** @} */

#ifdef __cplusplus
}
#endif
#endif /* GEMMNET_IDX_H */
