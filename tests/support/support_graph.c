/* See support_graph.h; the numbers of fields are those of lib/files/onnx/onnx.proto. */
#include "support_graph.h"
#include "files/onnx/onnx.h"

void put_bytes(bytes *b, const void *from, size_t n)
{
    if (b->n + n > b->room) {
        b->room = 2 * (b->n + n);
        b->at = realloc(b->at, b->room);
        CHECK(b->at, "%zu bytes", b->room);
    }
    if (n)
        memcpy(b->at + b->n, from, n);
    b->n += n;
}

void put_varint(bytes *b, uint64_t x)
{
    uint8_t byte;
    for (; x >= 0x80; x >>= 7) {
        byte = (uint8_t)(x | 0x80);
        put_bytes(b, &byte, 1);
    }
    byte = (uint8_t)x;
    put_bytes(b, &byte, 1);
}

void put_field(bytes *b, unsigned field, const void *from, size_t n)
{
    put_varint(b, field << 3 | 2);
    put_varint(b, n);
    put_bytes(b, from, n);
}

void put_text(bytes *b, unsigned field, const char *text)
{
    put_field(b, field, text, strlen(text));
}

void put_number(bytes *b, unsigned field, uint64_t x)
{
    put_varint(b, field << 3);
    put_varint(b, x);
}

void put_part(bytes *b, unsigned field, bytes part)
{
    put_field(b, field, part.at, part.n);
    free_bytes(&part);
}

void free_bytes(bytes *b)
{
    free(b->at);
    *b = NONE;
}

/* ---- tensors ---- */

static void put_little_endian(bytes *b, int type, double x)
{
    uint64_t bits;
    float narrow = (float)x;
    uint32_t narrow_bits;
    memcpy(&bits, &x, 8);
    memcpy(&narrow_bits, &narrow, 4);
    bits = type == FLOAT ? narrow_bits : type == INT64 ? (uint64_t)(int64_t)x : bits;
    for (size_t i = 0; i < (type == FLOAT ? 4 : 8); i++, bits >>= 8)
        put_bytes(b, &(uint8_t){ (uint8_t)bits }, 1);
}

static void put_numbers(bytes *b, int type, storage how, const double *numbers, size_t n)
{
    unsigned field = type == FLOAT ? 4 : type == INT64 ? 7 : 10;
    unsigned wire = type == FLOAT ? 5 : type == INT64 ? 0 : 1;
    bytes part = NONE;
    for (size_t i = 0; i < n; i++) {
        bytes *to = how == UNPACKED ? b : &part;
        if (how == UNPACKED)
            put_varint(b, field << 3 | wire);
        if (type == INT64 && how != RAW)
            put_varint(to, (uint64_t)(int64_t)numbers[i]);
        else
            put_little_endian(to, type, numbers[i]);
    }
    if (how == UNPACKED)
        free_bytes(&part);
    else
        put_part(b, how == RAW ? 9 : field, part);
}

bytes tensor_of(const char *name, int type, storage how, const int64_t *dims,
                const double *numbers, size_t n)
{
    bytes t = NONE;
    for (; *dims; dims++)
        put_number(&t, 1, (uint64_t)*dims);
    put_number(&t, 2, (uint64_t)type);
    put_text(&t, 8, name);
    put_numbers(&t, type, how, numbers, n);
    return t;
}

void add_tensor(bytes *graph, bytes tensor)
{
    put_part(graph, 5, tensor);
}

void add_real(bytes *graph, const char *name, const int64_t *dims, const double *numbers, size_t n)
{
    add_tensor(graph, tensor_of(name, REAL, RAW, dims, numbers, n));
}

/* ---- nodes ---- */

static bytes with(bytes before, const char *name, bytes value)
{
    bytes a = NONE;
    put_text(&a, 1, name);
    put_bytes(&a, value.at, value.n);
    free_bytes(&value);
    put_part(&before, 5, a);
    return before;
}

bytes int_attribute(bytes before, const char *name, int64_t x)
{
    bytes value = NONE;
    put_number(&value, 3, (uint64_t)x);
    return with(before, name, value);
}

bytes float_attribute(bytes before, const char *name, float x)
{
    bytes value = NONE;
    put_varint(&value, 2 << 3 | 5);
    put_little_endian(&value, FLOAT, (double)x);
    return with(before, name, value);
}

bytes text_attribute(bytes before, const char *name, const char *text)
{
    bytes value = NONE;
    put_text(&value, 4, text);
    return with(before, name, value);
}

bytes ints_attribute(bytes before, const char *name, const int64_t *x, size_t n)
{
    bytes value = NONE;
    for (size_t i = 0; i < n; i++)
        put_number(&value, 8, (uint64_t)x[i]);
    return with(before, name, value);
}

bytes floats_attribute(bytes before, const char *name, const double *x, size_t n)
{
    bytes value = NONE;
    for (size_t i = 0; i < n; i++) {
        put_varint(&value, 7 << 3 | 5);
        put_little_endian(&value, FLOAT, x[i]);
    }
    return with(before, name, value);
}

bytes tensor_attribute(bytes before, const char *name, bytes tensor)
{
    bytes value = NONE;
    put_part(&value, 5, tensor);
    return with(before, name, value);
}

static void put_names(bytes *b, unsigned field, const char *names)
{
    while (*names) {
        size_t n = strcspn(names, ",");
        put_field(b, field, names, n);
        names += n + (names[n] == ',');
    }
}

void add_node(bytes *graph, const char *op, const char *name, const char *inputs,
              const char *outputs, bytes attributes)
{
    bytes node = NONE;
    put_names(&node, 1, inputs);
    put_names(&node, 2, outputs);
    put_text(&node, 3, name);
    put_text(&node, 4, op);
    put_bytes(&node, attributes.at, attributes.n);
    free_bytes(&attributes);
    put_part(graph, 1, node);
}

/* ---- the rest ---- */

static bytes shape_of(const int64_t *dims)
{
    bytes shape = NONE;
    for (; *dims; dims++) {
        bytes dim = NONE;
        if (*dims < 0)
            put_text(&dim, 2, "n");
        else
            put_number(&dim, 1, (uint64_t)*dims);
        put_part(&shape, 1, dim);
    }
    return shape;
}

static void add_value(bytes *graph, unsigned field, const char *name, const int64_t *dims)
{
    bytes value = NONE, type = NONE, tensor = NONE;
    put_text(&value, 1, name);
    put_number(&tensor, 1, REAL);
    if (dims)
        put_part(&tensor, 2, shape_of(dims));
    put_part(&type, 1, tensor);
    put_part(&value, 2, type);
    put_part(graph, field, value);
}

void add_input(bytes *graph, const char *name, const int64_t *dims)
{
    add_value(graph, 11, name, dims);
}

void add_output(bytes *graph, const char *name)
{
    add_value(graph, 12, name, NULL);
}

bytes model_of(bytes graph, int64_t opset)
{
    bytes model = NONE, set = NONE;
    put_number(&model, 1, 7);
    put_number(&set, 2, (uint64_t)opset);
    put_part(&model, 8, set);
    put_part(&model, 7, graph);
    return model;
}

/* In memory of exactly that size, so that sanitizers see a read too far. */
gn_status import_bytes(gn_network **net, bytes model, char *note, size_t capacity)
{
    uint8_t *exact = allocate(model.n, 1);
    if (model.n)
        memcpy(exact, model.at, model.n);
    *net = (gn_network *)(void *)exact; /* something */
    gn_status status = gni_onnx_decode(net, exact, model.n, "it.onnx", note, capacity);
    CHECK((status < 0) == (*net == NULL), "%d", (int)status);
    free(exact);
    free_bytes(&model);
    return status;
}

const double W[] = { 1, -2, 0.5, 3, 0.25, -1 };
const double WT[] = { 1, 0.5, 0.25, -2, 3, -1 };
const double B[] = { 0.5, -0.25, 2 };

bytes begin_graph(void)
{
    bytes g = NONE;
    add_input(&g, "x", DIMS(-1, 2));
    add_output(&g, "y");
    add_real(&g, "w", DIMS(3, 2), W, 6);
    add_real(&g, "wt", DIMS(2, 3), WT, 6);
    add_real(&g, "b", DIMS(3), B, 3);
    return g;
}

void add_shape(bytes *g, const char *name, const double *dims, size_t n)
{
    add_tensor(g, tensor_of(name, INT64, RAW, DIMS((int64_t)n), dims, n));
}
