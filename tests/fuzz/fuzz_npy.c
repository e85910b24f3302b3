/* NPY files: what is accepted can be read, is as large as the header says, and has no number that
 * became infinite. */
#include <gemmnet/table.h>
#include "fuzz.h"

static void read_all(const gn_npy *npy, const uint8_t *bytes, size_t size)
{
    const gn_matrix *m = &npy->matrix;
    const uint8_t *data = m->data;
    size_t n = m->rows * m->cols;
    volatile double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum = sum + (m->type == GN_U8 ? (double)data[i] : (double)((const gn_real *)m->data)[i]);
    DEMAND(n > 0 && n <= size && gn_size(npy->shape) == m->cols && m->stride == 0);
    DEMAND(npy->memory ? data == npy->memory : data > bytes && data < bytes + size);
    DEMAND(m->type == GN_REAL || (m->scale == 1 && m->offset == 0 && !npy->memory));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    gn_npy npy;
    gn_status status = gn_npy_parse(&npy, size ? bytes : (const uint8_t *)"", size, "fuzz");
    if (status == GN_OK) {
        read_all(&npy, bytes, size);
    } else {
        DEMAND(status == GN_ERR_FORMAT || status == GN_ERR_NONFINITE);
        DEMAND(strstr(gn_error_message(), "fuzz: ") == gn_error_message());
        DEMAND(!npy.matrix.data && !npy.memory && npy.matrix.rows == 0);
    }
    gn_npy_free(&npy);
    return 0;
}
