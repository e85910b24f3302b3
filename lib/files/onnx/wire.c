/* Protobuf's wire format, where messages are too large to be packed in memory: protobuf-c writes
 * the small ones, and we what has a length and comes in pieces. */
#include <string.h>
#include "files/onnx/parts.h"

enum { LARGEST_MESSAGE = 1024 };
enum { GRAPH_INITIALIZER = 5, TENSOR_RAW_DATA = 9 }; /* the numbers of fields, as in onnx.proto */

static size_t put_varint(uint8_t *to, uint64_t x)
{
    size_t n = 0;
    for (; x >= 0x80; x >>= 7)
        to[n++] = (uint8_t)(x | 0x80);
    to[n++] = (uint8_t)x;
    return n;
}

/* The head of a field that has a length. */
static size_t put_head(uint8_t to[20], unsigned field, size_t length)
{
    size_t n = put_varint(to, field << 3 | 2);
    return n + put_varint(to + n, length);
}

void gni_onnx_write_head(gni_output *out, unsigned field, size_t length)
{
    uint8_t bytes[20];
    gni_write(out, bytes, put_head(bytes, field, length));
}

void gni_onnx_write_message(gni_output *out, const ProtobufCMessage *m)
{
    uint8_t bytes[LARGEST_MESSAGE];
    assert(protobuf_c_message_get_packed_size(m) <= sizeof bytes);
    gni_write(out, bytes, protobuf_c_message_pack(m, bytes));
}

void gni_onnx_write_field(gni_output *out, unsigned field, const ProtobufCMessage *m)
{
    gni_onnx_write_head(out, field, protobuf_c_message_get_packed_size(m));
    gni_onnx_write_message(out, m);
}

/* ---- tensors ---- */

static void put_little_endian(uint8_t *to, uint64_t bits, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (uint8_t)(bits >> 8 * i);
}

static void put_real(uint8_t *to, gn_real x)
{
#ifdef GN_DOUBLE
    uint64_t bits;
#else
    uint32_t bits;
#endif
    memcpy(&bits, &x, sizeof bits);
    put_little_endian(to, bits, sizeof bits);
}

static void write_reals(gni_output *out, bool counts, const gn_real *x, size_t n)
{
    uint8_t bytes[4096];
    enum { MOST = sizeof bytes / sizeof(gn_real) };
    if (counts) {
        gni_write(out, x, n * sizeof *x);
        return;
    }
    for (size_t some; n; x += some, n -= some) {
        some = n < MOST ? n : MOST;
        for (size_t i = 0; i < some; i++)
            put_real(bytes + i * sizeof *x, x[i]);
        gni_write(out, bytes, some * sizeof *x);
    }
}

/* All of an initialiser but its numbers, size bytes, which must follow. */
static void begin_tensor(gni_output *out, const char *name, int32_t type, size_t n_dims, int64_t *dims,
                         size_t size)
{
    gni_onnx_tensor t = GNI__ONNX__TENSOR__INIT;
    uint8_t head[20];
    t.name = (char *)name;
    t.n_dims = n_dims;
    t.dims = dims;
    t.has_data_type = true;
    t.data_type = type;
    gni_onnx_write_head(out, GRAPH_INITIALIZER, protobuf_c_message_get_packed_size(&t.base) +
                                                    put_head(head, TENSOR_RAW_DATA, size) + size);
    gni_onnx_write_message(out, &t.base);
    gni_onnx_write_head(out, TENSOR_RAW_DATA, size);
}

void gni_onnx_write_tensor(gni_output *out, bool counts, const char *name, const gn_real *x, size_t rows,
                           size_t cols)
{
    int64_t dims[2] = { (int64_t)rows, (int64_t)cols };
    size_t n = cols ? rows * cols : rows;
    if (!x)
        return;
    begin_tensor(out, name, GNI_ONNX_REAL, cols ? 2 : 1, dims, n * sizeof *x);
    write_reals(out, counts, x, n);
}

void gni_onnx_write_constant(gni_output *out, const char *name, const gni_onnx_constant *c)
{
    const bool whole = c->type == GNI_ONNX_INT64;
    const size_t size = whole ? 8 : sizeof(gn_real);
    int64_t dims[1] = { (int64_t)c->n };
    begin_tensor(out, name, c->type, c->n_dims, dims, c->n * size);
    for (size_t i = 0; i < c->n; i++) {
        uint8_t bytes[8];
        if (whole)
            put_little_endian(bytes, (uint64_t)(int64_t)c->values[i], 8);
        else
            put_real(bytes, (gn_real)c->values[i]);
        gni_write(out, bytes, size);
    }
}
