/* Recognises an activation by its form: the operators are looked for in the form's order, each
 * among those that take what it takes. */
#include <math.h>
#include <string.h>
#include "files/onnx/parts.h"

typedef struct matcher {
    const gni_onnx_file *file;
    const char *z;
    const gni_onnx_form *form;
    gni_onnx_match *match;
} matcher;

/* The name of what the form's operator takes; NULL: a constant. */
static const char *value_of(const matcher *m, unsigned operand)
{
    if (operand >= GNI_C_ZERO)
        return NULL;
    return operand == GNI_Z ? m->z
                            : gni_onnx_output(m->file->graph->node[m->match->nodes[operand - GNI_R0]]);
}

/* Constants are as exact as float is. */
static bool is_constant(const matcher *m, unsigned operand, const char *value)
{
    gni_numbers c;
    gn_status status;
    if (!gni_onnx_numbers(m->file, value, &c, &status) || status < 0)
        return false;
    if (operand == GNI_C_ALPHA) {
        m->match->alpha = gni_number(&c, 0);
        return c.n == 1;
    }
    gni_onnx_constant wanted = gni_onnx_constant_of(operand, NULL);
    if (c.n != wanted.n || (c.n > 1 && c.n_dims != 1))
        return false;
    for (size_t i = 0; i < c.n; i++)
        if (!(fabs(gni_number(&c, i) - wanted.values[i]) <= 1e-6 * fabs(wanted.values[i])))
            return false;
    return true;
}

static bool takes(const matcher *m, const struct gni_onnx_op *op, const gni_onnx_node *node, bool swapped)
{
    for (size_t i = 0; i < 3 || i < node->n_input; i++) {
        unsigned operand = i < 3 ? op->takes[swapped && i < 2 ? 1 - i : i] : GNI_NONE;
        const char *has = gni_onnx_input(node, i), *wanted = operand ? value_of(m, operand) : "";
        if (wanted ? strcmp(has, wanted) != 0 : !is_constant(m, operand, has))
            return false;
    }
    return true;
}

static bool commutes(const char *op)
{
    return strcmp(op, "Add") == 0 || strcmp(op, "Mul") == 0 || strcmp(op, "Max") == 0;
}

/* A file's alpha is a float: the one that our default rounds to is our default. */
static double alpha_of(const gni_onnx_node *node, const gn_activation *f)
{
    const float ours = (float)f->alpha, its = (float)gni_onnx_float(node, "alpha", f->alpha);
    return ours < its || ours > its ? (double)its : f->alpha;
}

static bool has_detail(const matcher *m, unsigned detail, const gni_onnx_node *node)
{
    const gni_onnx_attribute *a;
    int64_t axis;
    switch (detail) {
    case GNI_WITH_ALPHA:
        m->match->alpha = alpha_of(node, m->form->activation);
        return true;
    case GNI_ALPHA_ONE:
        return fabs(gni_onnx_float(node, "alpha", 1) - 1) <= 0;
    case GNI_ALONG_ROWS: /* of matrices: before opset 13 the default is 1, then -1 */
        axis = gni_onnx_int(node, "axis", 1);
        return axis == 1 || axis == -1;
    case GNI_EXACT:
        a = gni_onnx_attribute_of(node, "approximate");
        return !a || (a->s.len == 4 && memcmp(a->s.data, "none", 4) == 0);
    default:
        return true;
    }
}

static bool is_taken(const gni_onnx_match *match, size_t node)
{
    for (size_t i = 0; i < match->n; i++)
        if (match->nodes[i] == node)
            return true;
    return false;
}

/* The node that is the form's next operator, among those that take one of its operands. */
static bool find_next(const matcher *m)
{
    const struct gni_onnx_op *op = &m->form->ops[m->match->n];
    size_t count;
    const gni_onnx_name *used = gni_onnx_used(m->file, value_of(m, op->takes[0]), &count);
    for (size_t i = 0; i < count; i++) {
        const gni_onnx_node *node = m->file->graph->node[used[i].node];
        if (gni_onnx_is(node, op->name) && m->file->kinds[used[i].node] == GNI_UNSEEN &&
            !is_taken(m->match, used[i].node) && has_detail(m, op->detail, node) &&
            (takes(m, op, node, false) || (commutes(op->name) && takes(m, op, node, true)))) {
            m->match->nodes[m->match->n++] = used[i].node;
            return true;
        }
    }
    return false;
}

bool gni_onnx_recognise(const gni_onnx_file *f, const char *z, const size_t *takers, size_t n,
                        gni_onnx_match *match)
{
    for (const gni_onnx_form *form = gni_onnx_forms; form->activation; form++) {
        const matcher m = { f, z, form, match };
        bool whole = true;
        *match = (gni_onnx_match){ .form = form, .alpha = form->activation->alpha };
        for (size_t i = 0; whole && i < GNI_ONNX_MOST_OPS && form->ops[i].name; i++)
            whole = find_next(&m);
        for (size_t i = 0; whole && i < n; i++)
            whole = is_taken(match, takers[i]);
        if (whole)
            return true;
    }
    return false;
}
