/* IDX files: what is accepted can be read, and is as large as the header says. */
#include <gemmnet/idx.h>
#include "fuzz.h"

static void read_all(const gn_idx *idx)
{
    const gn_matrix *m = &idx->matrix;
    size_t n = m->rows * m->cols;
    volatile double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum = sum + (m->type == GN_U8 ? (double)((const uint8_t *)m->data)[i]
                                      : (double)((const gn_real *)m->data)[i]);
    DEMAND(m->data && n > 0 && gn_size(idx->shape) == m->cols &&
           (m->stride == 0 || m->stride == m->cols));
}

static void read_labels(const gn_idx *idx)
{
    bool are = idx->matrix.type == GN_U8 && idx->matrix.cols == 1;
    int32_t *labels = malloc(idx->matrix.rows * sizeof *labels);
    if (!labels)
        return;
    gn_status status = gn_idx_labels(idx, 10, labels);
    DEMAND(are ? status == GN_OK || status == GN_ERR_ARGUMENT : status == GN_ERR_FORMAT);
    for (size_t i = 0; status == GN_OK && i < idx->matrix.rows; i++)
        DEMAND(labels[i] >= 0 && labels[i] < 10);
    free(labels);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    gn_idx idx;
    gn_status status = gn_idx_parse(&idx, size ? bytes : (const uint8_t *)"", size, "fuzz");
    if (status == GN_OK) {
        read_all(&idx);
        read_labels(&idx);
    } else {
        DEMAND(status == GN_ERR_FORMAT &&
               strstr(gn_error_message(), "fuzz: ") == gn_error_message());
        DEMAND(!idx.matrix.data && !idx.memory && idx.matrix.rows == 0);
    }
    gn_idx_free(&idx);
    return 0;
}
