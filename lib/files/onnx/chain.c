/* Follows the rows from node to node, and makes layers of what it meets. */
#include <math.h>
#include "files/onnx/parts.h"

/* The nodes that take a value as rows: not those that ask for its shape, nor those that can only
 * stand behind a network. false: more than there may be. */
static bool find_takers(const gni_onnx_file *f, const char *value, size_t *nodes, size_t *n)
{
    size_t count;
    const gni_onnx_name *used = gni_onnx_used(f, value, &count);
    *n = 0;
    if (count > GNI_ONNX_MOST_USES)
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t node = used[i].node;
        if (f->kinds[node] != GNI_SHAPES && !gni_onnx_begins_tail(f, f->graph->node[node]) &&
            (*n == 0 || nodes[*n - 1] != node))
            nodes[(*n)++] = node;
    }
    return true;
}

static void pass(gni_chain *c, size_t node)
{
    c->file->kinds[node] = GNI_CHAIN;
    c->file->places[node] = ++c->length;
}

/* ---- activations ---- */

/* An activation belongs to the layer before it. */
static gn_status take_activation(gni_chain *c, const gni_onnx_match *match)
{
    const gni_onnx_node *node = c->file->graph->node[match->nodes[0]];
    if (c->behind && c->last)
        return gni_onnx_refuse(c->file, c->behind->node, GN_ERR_UNSUPPORTED, "it stands between layers");
    if (!c->last)
        return gni_onnx_refuse(c->file, node, GN_ERR_UNSUPPORTED, "the activation follows no dense layer");
    if (c->closed || c->last->activation)
        return gni_onnx_refuse(c->file, node, GN_ERR_UNSUPPORTED, "it follows another activation (%s)",
                               c->last->activation->name);
    if (!isfinite((gn_real)match->alpha))
        return gni_onnx_refuse(c->file, node, GN_ERR_NONFINITE, "its alpha is %g", match->alpha);
    c->last->activation = match->form->activation;
    c->last->slope = match->alpha;
    c->bare = false;
    for (size_t i = 0; i < match->n; i++)
        pass(c, match->nodes[i]);
    c->computed = c->length;
    c->value = gni_onnx_output(c->file->graph->node[match->nodes[match->n - 1]]);
    if (match->form->logarithm) {
        c->closed = node;
        gni_onnx_note(c->file, "outputs are the %s, not its logarithm", match->form->activation->name);
    }
    return GN_OK;
}

/* ---- other operators ---- */

static const struct operator {
    const char *name;
    bool computes;
    gn_status (*take)(gni_chain *c, const gni_onnx_node *node);
} operators[] = {
    { "Gemm", true, gni_onnx_take_gemm },
    { "MatMul", true, gni_onnx_take_matmul },
    { "Add", true, gni_onnx_take_affine },
    { "Sub", true, gni_onnx_take_affine },
    { "Mul", true, gni_onnx_take_affine },
    { "Div", true, gni_onnx_take_affine },
    { "Scaler", true, gni_onnx_take_scaler },
    { "Flatten", false, gni_onnx_take_flatten },
    { "Reshape", false, gni_onnx_take_reshape },
    { "Identity", false, gni_onnx_take_as_is },
    { "Dropout", false, gni_onnx_take_as_is },
    { "Cast", false, gni_onnx_take_cast },
};

static gn_status unknown(const gni_chain *c, const gni_onnx_node *node)
{
    for (const gni_onnx_form *form = gni_onnx_forms; form->activation; form++)
        if (gni_onnx_is(node, form->ops[0].name))
            return gni_onnx_refuse(c->file, node, GN_ERR_UNSUPPORTED, "with its attributes and what follows, "
                                   "it is no activation that is known");
    return gni_onnx_refuse(c->file, node, GN_ERR_UNSUPPORTED, "it is none of a chain of dense layers");
}

static gn_status take_node(gni_chain *c, size_t number)
{
    const gni_onnx_node *node = c->file->graph->node[number];
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (gni_onnx_is(node, operators[i].name)) {
            if (c->closed && operators[i].computes)
                return gni_onnx_refuse(c->file, node, GN_ERR_UNSUPPORTED, "it follows a logarithm");
            gn_status status = operators[i].take(c, node);
            pass(c, number);
            c->value = gni_onnx_output(node);
            if (operators[i].computes)
                c->computed = c->length;
            return status;
        }
    return unknown(c, node);
}

gn_status gni_onnx_follow(gni_onnx_file *f, gni_chain *c)
{
    size_t takers[GNI_ONNX_MOST_USES], n;
    gni_onnx_match match;
    *c = (gni_chain){ .file = f, .value = f->input->name };
    c->before_end = &c->before;
    c->behind_end = &c->behind;
    c->layers_end = &c->layers;
    gn_status status = gni_onnx_set_input(c);
    while (status >= 0) {
        if (!find_takers(f, c->value, takers, &n))
            return gn_fail(GN_ERR_UNSUPPORTED, "%s: value %s goes to more than %d nodes", f->name,
                           gni_onnx_printable(c->value).text, GNI_ONNX_MOST_USES);
        if (n == 0)
            return gni_onnx_leave_out(c);
        if (gni_onnx_recognise(f, c->value, takers, n, &match))
            status = take_activation(c, &match);
        else if (n == 1)
            status = take_node(c, takers[0]);
        else
            return gni_onnx_refuse(f, f->graph->node[takers[0]], GN_ERR_UNSUPPORTED, "node %s takes %s too, "
                                   "which is no chain", gni_onnx_node_name(f->graph->node[takers[1]]).text,
                                   gni_onnx_printable(c->value).text);
    }
    return status;
}
