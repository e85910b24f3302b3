/* Products with weights, sums with biases, and numbers that columns are scaled by. */
#include <string.h>
#include "files/onnx/parts.h"

static gn_status refuse(const gni_chain *c, const gni_onnx_node *node, gn_status status, const char *what)
{
    return gni_onnx_refuse(c->file, node, status, "%s", what);
}

/* Rows have n numbers: what was known of them must agree. */
static gn_status expect_cols(gni_chain *c, const gni_onnx_node *node, size_t n)
{
    if (c->cols && c->cols != n)
        return gni_onnx_refuse(c->file, node, GN_ERR_SHAPE, "it takes rows of %zu numbers, and gets %zu", n,
                               c->cols);
    if (c->n_layers == 0)
        c->inputs = n;
    c->cols = n;
    return GN_OK;
}

static gn_status read_constant(const gni_chain *c, const gni_onnx_node *node, const char *value, gni_numbers *to)
{
    gn_status status;
    if (gni_onnx_numbers(c->file, value, to, &status))
        return status;
    return gni_onnx_refuse(c->file, node, GN_ERR_UNSUPPORTED, "its input %s is no constant",
                           gni_onnx_printable(value).text);
}

/* ---- dense layers ---- */

/* What stands between two layers would have to be folded into one of them. */
static gn_status may_follow(gni_chain *c, const gni_onnx_node *node)
{
    if (c->n_dims != 0 && c->n_dims != 2)
        return gni_onnx_refuse(c->file, node, GN_ERR_SHAPE, "its input has %zu dimensions", c->n_dims);
    if (c->behind && c->last)
        return refuse(c, c->behind->node, GN_ERR_UNSUPPORTED, "it stands between layers");
    if (c->behind) { /* it stood behind a node that might have been a layer */
        *c->before_end = c->behind;
        c->before_end = c->behind_end;
        c->behind = NULL;
        c->behind_end = &c->behind;
    }
    return GN_OK;
}

static bool is_bias(const gni_numbers *b, size_t units)
{
    return !b->transposed && (b->n == 1 || (b->n == units && b->dims[b->n_dims - 1] == units));
}

/* transB: the weights are units x inputs, not inputs x units. */
static gn_status set_weights(gni_chain *c, gni_linear *l, bool transb)
{
    gn_status status = read_constant(c, l->node, gni_onnx_input(l->node, 1), &l->weights);
    if (status < 0)
        return status;
    if (l->weights.n_dims != 2)
        return gni_onnx_refuse(c->file, l->node, GN_ERR_SHAPE, "its weights have %zu dimensions",
                               l->weights.n_dims);
    l->by_inputs = !transb != l->weights.transposed;
    l->inputs = l->weights.dims[l->by_inputs ? 0 : 1];
    l->units = l->weights.dims[l->by_inputs ? 1 : 0];
    return expect_cols(c, l->node, l->inputs);
}

static gn_status add_layer(gni_chain *c, const gni_onnx_node *node, bool transb)
{
    if (strcmp(gni_onnx_input(node, 0), c->value) != 0)
        return refuse(c, node, GN_ERR_UNSUPPORTED, "the rows are not its first input");
    gn_status status = may_follow(c, node);
    gni_linear *l = status >= 0 ? gni_budget_take(&c->file->budget, 1, sizeof *l) : NULL;
    if (!l)
        return status < 0 ? status : gni_budget_error(&c->file->budget, c->file->name);
    l->node = node;
    l->alpha = l->beta = 1;
    status = set_weights(c, l, transb);
    *c->layers_end = l;
    c->layers_end = &l->next;
    c->last = l;
    c->n_layers++;
    c->n_dims = 2;
    c->dims[1] = (int64_t)l->units;
    c->cols = l->units;
    c->bare = true;
    return status;
}

/* Y = alpha X B + beta C */
gn_status gni_onnx_take_gemm(gni_chain *c, const gni_onnx_node *node)
{
    if (gni_onnx_int(node, "transA", 0))
        return refuse(c, node, GN_ERR_UNSUPPORTED, "its rows are transposed (transA)");
    gn_status status = add_layer(c, node, gni_onnx_int(node, "transB", 0) != 0);
    if (status < 0)
        return status;
    gni_linear *l = c->last;
    l->alpha = gni_onnx_float(node, "alpha", 1);
    l->beta = gni_onnx_float(node, "beta", 1);
    if (!*gni_onnx_input(node, 2))
        return GN_OK;
    c->bare = false;
    status = read_constant(c, node, gni_onnx_input(node, 2), &l->bias);
    if (status >= 0 && !is_bias(&l->bias, l->units))
        return gni_onnx_refuse(c->file, node, GN_ERR_SHAPE, "its bias does not fit %zu units", l->units);
    return status;
}

gn_status gni_onnx_take_matmul(gni_chain *c, const gni_onnx_node *node)
{
    return add_layer(c, node, false);
}

/* ---- scaling ---- */

/* One number, or one for each column, along the dimensions that the rows have. */
static bool fits(const gni_chain *c, const gni_numbers *by)
{
    size_t rank = c->n_dims ? c->n_dims : 2;
    if (by->n == 1)
        return by->n_dims <= rank;
    if (by->transposed || (c->cols && by->n != c->cols) || by->n_dims > rank)
        return false;
    for (size_t i = 1; i <= by->n_dims; i++) { /* from the last */
        size_t size = by->dims[by->n_dims - i];
        int64_t its = i == rank ? 1 : c->n_dims ? c->dims[rank - i] : -1;
        if (its > 0 ? size != (size_t)its : rank != 2)
            return false;
    }
    return true;
}

/* A factor of 0 would take the rows away, and has no inverse. */
static gn_status check_factors(const gni_chain *c, const gni_onnx_node *node, char op, const gni_numbers *by)
{
    for (size_t i = 0; i < by->n && (op == '*' || op == '/'); i++)
        if (!(gni_number(by, i) > 0 || gni_number(by, i) < 0))
            return gni_onnx_refuse(c->file, node, GN_ERR_NONFINITE, "it %s by %g (number %zu of %zu), and scaling "
                                   "needs another number", op == '*' ? "multiplies" : "divides", gni_number(by, i), i,
                                   by->n);
    return GN_OK;
}

static gn_status add_affine(gni_chain *c, const gni_onnx_node *node, char op, const gni_numbers *by)
{
    bool is_behind = c->last || c->placed;
    if (!fits(c, by))
        return gni_onnx_refuse(c->file, node, GN_ERR_SHAPE, "its %zu numbers do not fit rows of %zu", by->n,
                               c->cols);
    gn_status status = check_factors(c, node, op, by);
    if (status >= 0 && by->n > 1)
        status = expect_cols(c, node, by->n);
    gni_affine *a = status >= 0 ? gni_budget_take(&c->file->budget, 1, sizeof *a) : NULL;
    if (!a)
        return status < 0 ? status : gni_budget_error(&c->file->budget, c->file->name);
    *a = (gni_affine){ .node = node, .op = op, .by = *by };
    gni_affine ***end = is_behind ? &c->behind_end : &c->before_end;
    **end = a;
    *end = &a->next;
    c->bare = false;
    return GN_OK;
}

/* The first sum behind a product without a bias is its bias. */
gn_status gni_onnx_take_affine(gni_chain *c, const gni_onnx_node *node)
{
    const bool first = strcmp(gni_onnx_input(node, 0), c->value) == 0;
    const char op = gni_onnx_is(node, "Add") ? '+' : gni_onnx_is(node, "Sub") ? '-' :
                    gni_onnx_is(node, "Mul") ? '*' : '/';
    gni_numbers by;
    gn_status status = read_constant(c, node, gni_onnx_input(node, first ? 1 : 0), &by);
    if (status < 0)
        return status;
    if (!first && (op == '-' || op == '/'))
        return refuse(c, node, GN_ERR_UNSUPPORTED, "the rows are its second input");
    if (!c->bare || op != '+' || !is_bias(&by, c->last->units))
        return add_affine(c, node, op, &by);
    c->last->bias = by;
    c->bare = false;
    return GN_OK;
}

/* scikit-learn's: (X - offset) * scale */
gn_status gni_onnx_take_scaler(gni_chain *c, const gni_onnx_node *node)
{
    static const struct { const char *name; char op; } parts[] = { { "offset", '-' }, { "scale", '*' } };
    gn_status status = GN_OK;
    for (size_t i = 0; i < 2 && status >= 0; i++) {
        const gni_onnx_attribute *a = gni_onnx_attribute_of(node, parts[i].name);
        gni_numbers by;
        if (!a || !a->n_floats)
            return gni_onnx_refuse(c->file, node, GN_ERR_FORMAT, "it has no %s", parts[i].name);
        gni_onnx_copy_floats(a, &by);
        status = add_affine(c, node, parts[i].op, &by);
    }
    return status;
}
