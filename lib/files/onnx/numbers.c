/* Constants: initialisers and Constant nodes, whichever way their numbers are stored. */
#include <string.h>
#include "files/onnx/parts.h"

static const char *type_name(int32_t type)
{
    static const char *const names[] = {
        "nothing", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool",
        "float16", "double", "uint32", "uint64", "complex64", "complex128", "bfloat16",
    };
    return type >= 0 && type < (int32_t)(sizeof names / sizeof *names) ? names[type] : "a newer type";
}

static gn_status wrong(const gni_onnx_file *f, const gni_numbers *c, gn_status status, const char *what)
{
    return gn_fail(status, "%s: tensor %s %s", f->name, gni_onnx_printable(c->name).text, what);
}

static gn_status copy_dims(const gni_onnx_file *f, const gni_onnx_tensor *t, gni_numbers *c)
{
    c->n = 1;
    if (t->n_dims > GNI_ONNX_MOST_DIMS)
        return gn_fail(GN_ERR_UNSUPPORTED, "%s: tensor %s has %zu dimensions", f->name,
                       gni_onnx_printable(c->name).text, t->n_dims);
    for (c->n_dims = 0; c->n_dims < t->n_dims; c->n_dims++) {
        int64_t size = t->dims[c->n_dims];
        if (size < 1 || (uint64_t)size > SIZE_MAX || !gni_multiply(c->n, (size_t)size, &c->n))
            return gn_fail(GN_ERR_FORMAT, "%s: tensor %s has a dimension of %lld", f->name,
                           gni_onnx_printable(c->name).text, (long long)size);
        c->dims[c->n_dims] = (size_t)size;
    }
    return GN_OK;
}

/* As many numbers as the dimensions say, in bytes or in the field of their type. */
static gn_status find_numbers(const gni_onnx_file *f, const gni_onnx_tensor *t, gni_numbers *c)
{
    const bool is_float = t->data_type == GNI_ONNX_FLOAT, is_double = t->data_type == GNI_ONNX_DOUBLE;
    size_t n = t->raw_data.len / (is_float ? 4 : 8);
    if (t->raw_data.len) {
        c->raw_floats = is_float ? t->raw_data.data : NULL;
        c->raw_doubles = is_double ? t->raw_data.data : NULL;
        c->raw_ints = !is_float && !is_double ? t->raw_data.data : NULL;
    } else {
        c->floats = is_float ? t->float_data : NULL;
        c->doubles = is_double ? t->double_data : NULL;
        c->ints = !is_float && !is_double ? t->int64_data : NULL;
        n = is_float ? t->n_float_data : is_double ? t->n_double_data : t->n_int64_data;
    }
    if (n != c->n || (t->raw_data.len && t->raw_data.len % (is_float ? 4 : 8) != 0))
        return gn_fail(GN_ERR_FORMAT, "%s: tensor %s has %zu of %zu numbers", f->name,
                       gni_onnx_printable(c->name).text, n, c->n);
    return GN_OK;
}

static gn_status read_tensor(const gni_onnx_file *f, const gni_onnx_tensor *t, gni_numbers *c)
{
    char what[64] = "is of ";
    if (t->n_external_data || t->data_location == 1)
        return wrong(f, c, GN_ERR_UNSUPPORTED, "lies in another file (external data), which is not read");
    if (t->data_type != GNI_ONNX_FLOAT && t->data_type != GNI_ONNX_DOUBLE && t->data_type != GNI_ONNX_INT64)
        return wrong(f, c, GN_ERR_UNSUPPORTED,
                     strcat(strcat(what, type_name(t->data_type)), ", which is not read"));
    gn_status status = copy_dims(f, t, c);
    return status < 0 ? status : find_numbers(f, t, c);
}

void gni_onnx_copy_floats(const gni_onnx_attribute *a, gni_numbers *c)
{
    *c = (gni_numbers){ .name = a->name, .n = a->n_floats, .n_dims = 1, .dims = { a->n_floats },
                        .floats = a->floats };
}

/* A node Constant has one of several attributes. */
static gn_status read_constant(const gni_onnx_file *f, const gni_onnx_node *node, gni_numbers *c)
{
    const gni_onnx_attribute *a;
    if ((a = gni_onnx_attribute_of(node, "value")) && a->t)
        return read_tensor(f, a->t, c);
    c->n = 1;
    if ((a = gni_onnx_attribute_of(node, "value_float")))
        c->floats = &a->f;
    else if ((a = gni_onnx_attribute_of(node, "value_int")))
        c->ints = &a->i;
    else if ((a = gni_onnx_attribute_of(node, "value_floats")) && a->n_floats)
        gni_onnx_copy_floats(a, c);
    else if ((a = gni_onnx_attribute_of(node, "value_ints")) && a->n_ints)
        *c = (gni_numbers){ .name = c->name, .n = a->n_ints, .n_dims = 1, .dims = { a->n_ints },
                            .ints = a->ints };
    else
        return gni_onnx_refuse(f, node, GN_ERR_UNSUPPORTED, "it holds no numbers");
    return GN_OK;
}

/* A node between a constant and who takes it: false if it does more than pass it on. */
static bool passes(const gni_onnx_node *node, bool *transposes)
{
    if (gni_onnx_is(node, "Identity"))
        return true;
    if (gni_onnx_is(node, "Cast")) {
        int64_t to = gni_onnx_int(node, "to", 0);
        return to == GNI_ONNX_FLOAT || to == GNI_ONNX_DOUBLE || to == GNI_ONNX_INT64;
    }
    const gni_onnx_attribute *perm = gni_onnx_attribute_of(node, "perm");
    *transposes = true;
    return gni_onnx_is(node, "Transpose") &&
           (!perm || (perm->n_ints == 2 && perm->ints[0] == 1 && perm->ints[1] == 0));
}

bool gni_onnx_numbers(const gni_onnx_file *f, const char *value, gni_numbers *c, gn_status *status)
{
    const gni_onnx_name *made = gni_onnx_made(f, value);
    bool transposed = false, found = true;
    *c = (gni_numbers){ .name = value };
    *status = GN_OK;
    for (int steps = 0; made && !made->tensor; steps++) {
        const gni_onnx_node *node = made->node == SIZE_MAX ? NULL : f->graph->node[made->node];
        bool transposes = false;
        if (!node || steps == 8)
            return false;
        if (gni_onnx_is(node, "Constant")) {
            *status = read_constant(f, node, c);
            break;
        }
        if (!passes(node, &transposes))
            return false;
        transposed ^= transposes;
        made = gni_onnx_made(f, gni_onnx_input(node, 0));
    }
    if (!made)
        return false;
    if (made->tensor)
        *status = read_tensor(f, made->tensor, c);
    c->transposed = transposed;
    if (*status >= 0 && transposed && c->n_dims != 2)
        *status = wrong(f, c, GN_ERR_UNSUPPORTED, "is transposed, and no matrix");
    return found;
}

/* ---- reading them: little-endian, at any address ---- */

static uint64_t read_bits(const uint8_t *at, size_t size)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++)
        bits |= (uint64_t)at[i] << 8 * i;
    return bits;
}

double gni_number(const gni_numbers *c, size_t i)
{
    if (c->raw_floats) {
        uint32_t bits = (uint32_t)read_bits(c->raw_floats + 4 * i, 4);
        float x;
        memcpy(&x, &bits, sizeof x);
        return (double)x;
    }
    if (c->raw_doubles) {
        uint64_t bits = read_bits(c->raw_doubles + 8 * i, 8);
        double x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
    if (c->raw_ints)
        return (double)(int64_t)read_bits(c->raw_ints + 8 * i, 8);
    return c->floats ? (double)c->floats[i] : c->doubles ? c->doubles[i] : (double)c->ints[i];
}
