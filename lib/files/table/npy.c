/* NPY files: the numbers behind the header, as they lie or as reals in C's order. */
#include <math.h>
#include <string.h>
#include <gemmnet/table.h>
#include "files/table/npy.h"

/* ---- one number ---- */

static double half(uint64_t word)
{
    int exponent = (int)(word >> 10 & 31), fraction = (int)(word & 1023);
    double size = exponent == 0 ? ldexp(fraction, -24)
                : exponent < 31 ? ldexp(1024 + fraction, exponent - 25) : fraction ? NAN : INFINITY;
    return word & 0x8000 ? -size : size;
}

static double real(size_t size, uint64_t word)
{
    uint32_t low = (uint32_t)word;
    float f32;
    double f64;
    if (size == 2)
        return half(word);
    memcpy(&f32, &low, sizeof f32);
    memcpy(&f64, &word, sizeof f64);
    return size == 4 ? (double)f32 : f64;
}

static double number(const gni_npy_header *h, const uint8_t *bytes)
{
    uint64_t word = 0;
    for (size_t i = 0; i < h->size; i++)
        word |= (uint64_t)bytes[i] << 8 * (h->big_endian ? h->size - 1 - i : i);
    int shift = 64 - 8 * (int)h->size;
    switch (h->kind) {
    case 'b': return word != 0;
    case 'u': return (double)word;
    case 'i': return (double)((int64_t)(word << shift) / ((int64_t)1 << shift));
    default: return real(h->size, word);
    }
}

/* ---- all numbers ---- */

static bool is_little_endian(void)
{
    const uint16_t one = 1;
    return *(const uint8_t *)&one == 1;
}

/* The bytes of the file are what a matrix can have, and where it can have them. */
static bool may_stay(const gni_npy_header *h, const uint8_t *data)
{
    bool native = !h->big_endian && is_little_endian() && (uintptr_t)data % sizeof(gn_real) == 0;
    return (!h->fortran || h->n_dims == 1) &&
           ((h->kind == 'u' && h->size == 1) || (h->kind == 'f' && h->size == sizeof(gn_real) && native));
}

/* How many numbers of the file lie from one to the next along each dimension. */
static void find_strides(const gni_npy_header *h, size_t *stride)
{
    size_t step = 1;
    for (size_t i = 0; i < h->n_dims; i++) {
        size_t d = h->fortran ? i : h->n_dims - 1 - i;
        stride[d] = step;
        step *= h->dims[d];
    }
}

/* Counts in all dimensions, the last one fastest, and goes along in the file. */
static size_t next(const gni_npy_header *h, const size_t *stride, size_t *at, size_t place)
{
    for (size_t d = h->n_dims; d-- > 0;) {
        place += stride[d];
        if (++at[d] < h->dims[d])
            break;
        place -= stride[d] * h->dims[d];
        at[d] = 0;
    }
    return place;
}

static gn_status convert(gn_npy *out, const gni_npy_header *h, const uint8_t *data, const char *name)
{
    size_t stride[GNI_NPY_DIMENSIONS], at[GNI_NPY_DIMENSIONS] = { 0 }, place = 0;
    gn_real *reals = gni_alloc(h->elements, sizeof *reals);
    if (!reals)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu numbers", name, h->elements);
    find_strides(h, stride);
    for (size_t i = 0; i < h->elements; i++, place = next(h, stride, at, place)) {
        double x = number(h, data + place * h->size);
        reals[i] = (gn_real)x;
        if (isfinite(x) && !isfinite(reals[i])) {
            gni_free(reals);
            return gn_fail(GN_ERR_NONFINITE, "%s: number %zu, %g, is too large for a float", name, i, x);
        }
    }
    out->matrix.data = out->memory = reals;
    return GN_OK;
}

static void take_shape(gn_npy *out, const gni_npy_header *h)
{
    const size_t *d = h->dims;
    out->matrix.rows = d[0];
    out->matrix.cols = h->elements / d[0];
    out->shape = h->n_dims == 4 ? (gn_shape){ d[1], d[2], d[3] }
               : h->n_dims == 3 ? (gn_shape){ 1, d[1], d[2] } : gn_vector(out->matrix.cols);
}

/* ---- public ---- */

gn_status gn_npy_parse(gn_npy *out, const void *bytes, size_t n, const char *name)
{
    if (!out || !bytes || !name)
        return gn_fail(GN_ERR_ARGUMENT, "gn_npy_parse: %s is NULL", !out ? "out" : !bytes ? "bytes" : "name");
    gn_npy npy = { 0 };
    gni_npy_header h;
    *out = npy;
    gn_status status = gni_recognise(gni_npy_read_header(&h, bytes, n, name), GNI_NPY, name, bytes, n);
    if (status < 0)
        return status;
    const uint8_t *data = (const uint8_t *)bytes + h.begin;
    take_shape(&npy, &h);
    if (may_stay(&h, data)) {
        npy.matrix.data = data;
        npy.matrix.type = h.kind == 'u' ? GN_U8 : GN_REAL;
        npy.matrix.scale = h.kind == 'u' ? 1 : 0;
    } else
        status = convert(&npy, &h, data, name);
    if (status >= 0)
        *out = npy;
    return status;
}

gn_status gn_npy_read(gn_npy *out, const char *path)
{
    if (!out || !path)
        return gn_fail(GN_ERR_ARGUMENT, "gn_npy_read: %s is NULL", out ? "path" : "out");
    *out = (gn_npy){ 0 };
    uint8_t *bytes = NULL;
    size_t n = 0;
    gn_status status = gni_read_file(path, &bytes, &n);
    if (status >= 0)
        status = gn_npy_parse(out, bytes, n, path);
    if (status >= 0 && !out->memory)
        out->memory = bytes; /* the matrix points into them */
    else
        gni_free(bytes);
    return status;
}

void gn_npy_free(gn_npy *npy)
{
    if (!npy)
        return;
    gni_free(npy->memory);
    *npy = (gn_npy){ 0 };
}
