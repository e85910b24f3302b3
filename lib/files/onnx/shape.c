/* What shape the rows have on their way. The first dimension counts them; how the others share a
 * row's numbers does not matter, as long as these stay one row. */
#include <string.h>
#include "files/onnx/parts.h"

/* The product of all dimensions but the first, 0 where one of them is unknown. */
static bool count_cols(size_t n_dims, const int64_t *dims, size_t *cols)
{
    bool known = n_dims > 1;
    *cols = 1;
    for (size_t i = 1; i < n_dims; i++) {
        known = known && dims[i] > 0;
        if (known && ((uint64_t)dims[i] > SIZE_MAX || !gni_multiply(*cols, (size_t)dims[i], cols)))
            return false;
    }
    if (!known)
        *cols = 0;
    return true;
}

gn_status gni_onnx_set_input(gni_chain *c)
{
    const gni_onnx_value *input = c->file->input;
    if (!input->type || !input->type->tensor_type || !input->type->tensor_type->shape)
        return GN_OK;
    const Gni__Onnx__Shape *shape = input->type->tensor_type->shape;
    if (shape->n_dim < 2 || shape->n_dim > GNI_ONNX_MOST_DIMS)
        return gn_fail(GN_ERR_SHAPE, "%s: input %s has %zu dimensions", c->file->name,
                       gni_onnx_printable(input->name).text, shape->n_dim);
    c->n_dims = shape->n_dim;
    for (size_t i = 0; i < c->n_dims; i++)
        c->dims[i] = shape->dim[i]->dim_value > 0 ? shape->dim[i]->dim_value : -1;
    if (!count_cols(c->n_dims, c->dims, &c->cols))
        return gn_fail(GN_ERR_SHAPE, "%s: rows of input %s are too long", c->file->name,
                       gni_onnx_printable(input->name).text);
    c->inputs = c->cols;
    return GN_OK;
}

gn_status gni_onnx_take_flatten(gni_chain *c, const gni_onnx_node *node)
{
    int64_t axis = gni_onnx_int(node, "axis", 1);
    if (axis != 1 && (c->n_dims == 0 || axis != 1 - (int64_t)c->n_dims))
        return gni_onnx_refuse(c->file, node, GN_ERR_UNSUPPORTED, "it flattens from axis %lld, not 1",
                               (long long)axis);
    c->dims[0] = c->n_dims ? c->dims[0] : -1;
    c->dims[1] = c->cols ? (int64_t)c->cols : -1;
    c->n_dims = 2;
    return GN_OK;
}

/* ---- reshape ---- */

enum { AS_MANY_ROWS = -2, UNKNOWN = -3 };
typedef struct target { size_t n_dims; int64_t dims[GNI_ONNX_MOST_DIMS]; } target;

static bool append(target *t, const gni_numbers *from)
{
    if (from->n > GNI_ONNX_MOST_DIMS - t->n_dims || from->floats || from->doubles || from->raw_floats ||
        from->raw_doubles)
        return false;
    for (size_t i = 0; i < from->n; i++) {
        double size = gni_number(from, i);
        if (!(size >= -1 && size <= GNI_BLAS_MAX))
            return false;
        t->dims[t->n_dims++] = (int64_t)size;
    }
    return true;
}

/* Constant; or the number of rows, which is computed, and constants behind it. */
static bool read_target(const gni_onnx_file *f, const char *value, target *t)
{
    gni_numbers c;
    gn_status status;
    *t = (target){ 0 };
    if (gni_onnx_numbers(f, value, &c, &status))
        return status >= 0 && append(t, &c);
    const gni_onnx_name *made = gni_onnx_made(f, value);
    const gni_onnx_node *concat = made && made->node != SIZE_MAX ? f->graph->node[made->node] : NULL;
    if (!concat || !gni_onnx_is(concat, "Concat") ||
        gni_onnx_kind_of(f, gni_onnx_input(concat, 0)) != GNI_SHAPES)
        return false;
    t->dims[t->n_dims++] = AS_MANY_ROWS;
    for (size_t i = 1; i < concat->n_input; i++)
        if (!gni_onnx_numbers(f, concat->input[i], &c, &status) || status < 0 || !append(t, &c))
            return false;
    return true;
}

/* -1: what is left; 0: as it was, unless zeros are allowed. The first must stay the rows. */
static bool complete(const gni_chain *c, target *t, bool zeros)
{
    const int64_t rows = c->n_dims ? c->dims[0] : -1;
    size_t cols = 1, left = 0;
    if (t->n_dims < 2 || zeros || (t->dims[0] > 0 && t->dims[0] != rows))
        return false;
    for (size_t i = 1; i < t->n_dims; i++) {
        if (t->dims[i] == 0)
            t->dims[i] = i < c->n_dims ? c->dims[i] : UNKNOWN;
        if (t->dims[i] == -1 && !left && t->dims[0] != -1)
            left = i;
        else if (t->dims[i] < 1 || !gni_multiply(cols, (size_t)t->dims[i], &cols))
            return false;
    }
    if (left && c->cols) {
        t->dims[left] = (int64_t)(c->cols / cols);
        cols *= c->cols / cols;
    }
    t->dims[0] = rows;
    return !c->cols || cols == c->cols;
}

gn_status gni_onnx_take_reshape(gni_chain *c, const gni_onnx_node *node)
{
    const bool allows_zero = gni_onnx_int(node, "allowzero", 0) != 0;
    bool zeros = false;
    target t;
    if (!read_target(c->file, gni_onnx_input(node, 1), &t))
        return gni_onnx_refuse(c->file, node, GN_ERR_UNSUPPORTED, "its shape is not one of rows");
    for (size_t i = 0; i < t.n_dims; i++)
        zeros = zeros || (allows_zero && t.dims[i] == 0);
    if (!complete(c, &t, zeros) || !count_cols(t.n_dims, t.dims, &c->cols))
        return gni_onnx_refuse(c->file, node, GN_ERR_UNSUPPORTED, "it does not leave rows as they are");
    if (c->n_layers == 0)
        c->inputs = c->cols;
    c->n_dims = t.n_dims;
    memcpy(c->dims, t.dims, sizeof c->dims);
    return GN_OK;
}

/* ---- nothing ---- */

/* Dropout does nothing in prediction. */
gn_status gni_onnx_take_as_is(gni_chain *c, const gni_onnx_node *node)
{
    (void)node;
    c->placed = true;
    return GN_OK;
}

gn_status gni_onnx_take_cast(gni_chain *c, const gni_onnx_node *node)
{
    int64_t to = gni_onnx_int(node, "to", 0);
    if (to != GNI_ONNX_FLOAT && to != GNI_ONNX_DOUBLE)
        return gni_onnx_refuse(c->file, node, GN_ERR_UNSUPPORTED, "it casts to type %lld, and only float (1) "
                               "and double (11) are known", (long long)to);
    return GN_OK;
}
