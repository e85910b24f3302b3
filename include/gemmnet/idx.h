/* IDX, the format of MNIST: http://yann.lecun.com/exdb/mnist (a big-endian header of a
 * type and sizes, then the numbers). */
#ifndef GEMMNET_IDX_H
#define GEMMNET_IDX_H

#include <gemmnet/gemmnet.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gn_idx {
    gn_matrix matrix; /* one row per item: bytes as GN_U8 (scale 1/255), all else as GN_REAL */
    gn_shape shape;   /* of one item: 1 x height x width for a stack of images */
    void *memory;     /* what gn_idx_free frees */
} gn_idx;

/* Reads a whole regular file, uncompressed. Errors: IO (with errno's words), FORMAT (a
 * header that lies, too few or too many bytes), MEMORY; *out is then all zero. */
GN_API gn_status gn_idx_read(gn_idx *out, const char *path);
/* The same from n bytes in memory, which name describes in messages. A matrix of bytes
 * points into them: they must outlive it. */
GN_API gn_status gn_idx_parse(gn_idx *out, const void *bytes, size_t n, const char *name);
GN_API void      gn_idx_free(gn_idx *idx);

/* The items of a one-dimensional file of bytes as rows labels. Errors: FORMAT (not such a
 * file), ARGUMENT (a label that is not below n_classes). */
GN_API gn_status gn_idx_labels(const gn_idx *idx, size_t n_classes, int32_t *labels);

#ifdef __cplusplus
}
#endif
#endif /* GEMMNET_IDX_H */
