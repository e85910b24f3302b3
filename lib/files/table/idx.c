/* IDX files: two zero bytes, a type, the number of dimensions, these as big-endian 32-bit
 * numbers, and then the data, big-endian. */
#include <string.h>
#include <gemmnet/idx.h>
#include "files/files.h"

enum { U8 = 0x08, I8 = 0x09, I16 = 0x0B, I32 = 0x0C, F32 = 0x0D, F64 = 0x0E, MOST_DIMENSIONS = 4 };

static size_t element_size(unsigned type)
{
    switch (type) {
    case U8: case I8: return 1;
    case I16: return 2;
    case I32: case F32: return 4;
    case F64: return 8;
    default: return 0;
    }
}

static uint64_t big_endian(const uint8_t *bytes, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | bytes[i];
    return value;
}

static double element(unsigned type, const uint8_t *bytes)
{
    uint64_t word = big_endian(bytes, element_size(type));
    uint32_t half = (uint32_t)word;
    float f32;
    double f64;
    switch (type) {
    case I8: return (double)(word & 0x80 ? (int64_t)word - 0x100 : (int64_t)word);
    case I16: return (double)(word & 0x8000 ? (int64_t)word - 0x10000 : (int64_t)word);
    case I32: return (double)(word & 0x80000000u ? (int64_t)word - 0x100000000 : (int64_t)word);
    case F32: memcpy(&f32, &half, sizeof f32); return (double)f32;
    default: memcpy(&f64, &word, sizeof f64); return f64;
    }
}

/* What the header says: the type, the first byte of the data, and shape and rows of out. */
typedef struct header { unsigned type; size_t begin, elements; } header;

static gn_status read_header(gn_idx *out, header *h, const uint8_t *bytes, size_t n, const char *name)
{
    if (n < 4 || bytes[0] || bytes[1] || !element_size(bytes[2]))
        return gn_fail(GN_ERR_FORMAT, "%s: not an IDX file: %zu bytes, no header of a known type", name, n);
    size_t dimensions = bytes[3], size[MOST_DIMENSIONS] = { 1, 1, 1, 1 };
    h->type = bytes[2];
    h->begin = 4 + 4 * dimensions;
    if (dimensions == 0 || dimensions > MOST_DIMENSIONS || n < h->begin)
        return gn_fail(GN_ERR_FORMAT, "%s: %zu bytes with %zu dimensions, 1 .. %d are known", name, n,
                       dimensions, MOST_DIMENSIONS);
    h->elements = 1;
    for (size_t i = 0; i < dimensions; i++) {
        size[i] = (size_t)big_endian(bytes + 4 + 4 * i, 4);
        if (size[i] == 0 || !gni_multiply(h->elements, size[i], &h->elements))
            return gn_fail(GN_ERR_FORMAT, "%s: dimension %zu of %zu is %zu", name, i + 1, dimensions, size[i]);
    }
    out->matrix.rows = size[0];
    out->matrix.cols = h->elements / size[0];
    out->shape = dimensions == 4 ? (gn_shape){ size[1], size[2], size[3] }
               : dimensions == 3 ? (gn_shape){ 1, size[1], size[2] } : gn_vector(size[1]);
    return GN_OK;
}

static gn_status check_length(const header *h, size_t n, const char *name)
{
    size_t bytes;
    if (gni_multiply(h->elements, element_size(h->type), &bytes) && bytes == n - h->begin)
        return GN_OK;
    return gn_fail(GN_ERR_FORMAT, "%s: the header promises %zu numbers of %zu bytes, %zu bytes follow",
                   name, h->elements, element_size(h->type), n - h->begin);
}

/* All but bytes become reals, in memory of their own. */
static gn_status convert(gn_idx *out, const header *h, const uint8_t *bytes, const char *name)
{
    gn_real *reals = gni_alloc(h->elements, sizeof *reals);
    if (!reals)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu numbers", name, h->elements);
    for (size_t i = 0; i < h->elements; i++)
        reals[i] = (gn_real)element(h->type, bytes + h->begin + i * element_size(h->type));
    out->matrix.type = GN_REAL;
    out->matrix.data = out->memory = reals;
    return GN_OK;
}

gn_status gn_idx_parse(gn_idx *out, const void *bytes, size_t n, const char *name)
{
    if (!out || !bytes || !name)
        return gn_fail(GN_ERR_ARGUMENT, "gn_idx_parse: %s is NULL", !out ? "out" : !bytes ? "bytes" : "name");
    gn_idx idx = { 0 };
    header h = { 0 };
    *out = idx;
    gn_status status = gni_recognise(read_header(&idx, &h, bytes, n, name), GNI_IDX, name, bytes, n);
    if (status >= 0)
        status = check_length(&h, n, name);
    if (status >= 0 && h.type == U8) {
        idx.matrix.type = GN_U8;
        idx.matrix.data = (const uint8_t *)bytes + h.begin;
    } else if (status >= 0)
        status = convert(&idx, &h, bytes, name);
    if (status >= 0)
        *out = idx;
    return status;
}

gn_status gn_idx_read(gn_idx *out, const char *path)
{
    if (!out || !path)
        return gn_fail(GN_ERR_ARGUMENT, "gn_idx_read: %s is NULL", out ? "path" : "out");
    *out = (gn_idx){ 0 };
    uint8_t *bytes = NULL;
    size_t n = 0;
    gn_status status = gni_read_file(path, &bytes, &n);
    if (status >= 0)
        status = gn_idx_parse(out, bytes, n, path);
    if (status >= 0 && out->matrix.type == GN_U8)
        out->memory = bytes; /* the matrix points into them */
    else
        gni_free(bytes);
    return status;
}

void gn_idx_free(gn_idx *idx)
{
    if (!idx)
        return;
    gni_free(idx->memory);
    *idx = (gn_idx){ 0 };
}

gn_status gn_idx_labels(const gn_idx *idx, size_t n_classes, int32_t *labels)
{
    if (!idx || !labels)
        return gn_fail(GN_ERR_ARGUMENT, "gn_idx_labels: %s is NULL", idx ? "labels" : "idx");
    if (!idx->matrix.data || idx->matrix.type != GN_U8 || idx->matrix.cols != 1)
        return gn_fail(GN_ERR_FORMAT, "gn_idx_labels: items of %zu %s are not labels", idx->matrix.cols,
                       idx->matrix.type == GN_U8 ? "bytes" : "reals");
    const uint8_t *bytes = idx->matrix.data;
    for (size_t r = 0; r < idx->matrix.rows; r++)
        if (bytes[r] >= n_classes)
            return gn_fail(GN_ERR_ARGUMENT, "gn_idx_labels: label %zu is %d, there are %zu classes", r,
                           bytes[r], n_classes);
    for (size_t r = 0; r < idx->matrix.rows; r++)
        labels[r] = bytes[r];
    return GN_OK;
}
