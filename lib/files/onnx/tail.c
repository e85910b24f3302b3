/* What stands behind a network: classes made of probabilities, tables with names of columns. It
 * is left out, and noted. What belongs neither there nor to the chain is refused. */
#include <math.h>
#include <string.h>
#include "files/onnx/parts.h"

static const char *const begin[] = {
    "ArgMax", "ArgMin", "TopK", "ZipMap", "ArrayFeatureExtractor", "Binarizer", "LabelEncoder", "Concat",
    "Squeeze", NULL
};
static const char *const go_on[] = {
    "Cast", "Reshape", "Flatten", "Identity", "Gather", "Unsqueeze", NULL
};

static const char *const passing_on[] = { "Cast", "Reshape", "Flatten", "Identity", NULL };

static bool is_any(const gni_onnx_node *node, const char *const *names)
{
    while (*names && !gni_onnx_is(node, *names))
        names++;
    return *names;
}

/* Of two classes: 1 - p, which stands beside p, the sigmoid's. Whoever takes 1 - y otherwise wants to
 * have it. */
static bool is_sigmoid(const gni_onnx_file *f, const char *value)
{
    for (size_t i = 0; i < GNI_ONNX_MOST_USES; i++) { /* they may go in a circle */
        const gni_onnx_name *made = gni_onnx_made(f, value);
        const gni_onnx_node *node = made && made->node != SIZE_MAX ? f->graph->node[made->node] : NULL;
        if (!node || !is_any(node, passing_on))
            return node && gni_onnx_is(node, "Sigmoid");
        value = gni_onnx_input(node, 0);
    }
    return false;
}

static bool stands_beside(const gni_onnx_file *f, const char *value, const char *other)
{
    size_t count, n = 0;
    const gni_onnx_name *used = gni_onnx_used(f, value, &count);
    if (count > GNI_ONNX_MOST_USES)
        return false;
    for (size_t i = 0; i < count; i++) {
        const gni_onnx_node *node = f->graph->node[used[i].node];
        n += gni_onnx_is(node, "Concat") && node->n_input == 2 &&
             (strcmp(node->input[0], other) == 0 || strcmp(node->input[1], other) == 0);
    }
    return count > 0 && n == count;
}

static bool is_complement(const gni_onnx_file *f, const gni_onnx_node *node)
{
    gni_numbers c;
    gn_status status;
    return gni_onnx_is(node, "Sub") && gni_onnx_numbers(f, gni_onnx_input(node, 0), &c, &status) &&
           status >= 0 && c.n == 1 && fabs(gni_number(&c, 0) - 1) <= 0 &&
           is_sigmoid(f, gni_onnx_input(node, 1)) &&
           stands_beside(f, gni_onnx_output(node), gni_onnx_input(node, 1));
}

static bool casts_to_class(const gni_onnx_node *node)
{
    int64_t to = gni_onnx_int(node, "to", 0);
    return gni_onnx_is(node, "Cast") && to > 1 && to < 10; /* whole numbers, strings, truth values */
}

static bool is_log_of_probability(const gni_onnx_file *f, const gni_onnx_node *node)
{
    const gni_onnx_name *made = gni_onnx_made(f, gni_onnx_input(node, 0));
    return gni_onnx_is(node, "Log") && made && made->node != SIZE_MAX &&
           (gni_onnx_is(f->graph->node[made->node], "Softmax") ||
            gni_onnx_is(f->graph->node[made->node], "Sigmoid"));
}

bool gni_onnx_begins_tail(const gni_onnx_file *f, const gni_onnx_node *node)
{
    return is_any(node, begin) || is_complement(f, node) || casts_to_class(node) ||
           is_log_of_probability(f, node);
}

/* The chain's last value, or the same under another name. */
static bool is_end(const gni_chain *c, const char *value)
{
    const gni_onnx_name *made = gni_onnx_made(c->file, value);
    if (strcmp(value, c->value) == 0)
        return true;
    if (!made || made->tensor || made->node == SIZE_MAX)
        return made && !made->tensor && c->computed == 0;
    return c->file->kinds[made->node] == GNI_CHAIN && c->file->places[made->node] >= c->computed &&
           strcmp(gni_onnx_output(c->file->graph->node[made->node]), value) == 0;
}

static gn_status leave_out(gni_chain *c, const gni_onnx_node *node, bool first)
{
    gni_onnx_file *f = c->file;
    for (size_t i = 0; i < node->n_input; i++) {
        const char *value = node->input[i];
        enum gni_onnx_kind kind = gni_onnx_kind_of(f, value);
        if (*value && kind != GNI_CONSTANT && kind != GNI_SHAPES && kind != GNI_LEFT_OUT && !is_end(c, value))
            return gni_onnx_refuse(f, node, GN_ERR_UNSUPPORTED, "it takes %s, but is no part of the chain",
                                   gni_onnx_printable(value).text);
    }
    if (!gni_onnx_begins_tail(f, node) && !is_any(node, go_on))
        return gni_onnx_refuse(f, node, GN_ERR_UNSUPPORTED, "it stands behind the end of the chain");
    if (is_complement(f, node) && c->last && c->last->units != 1)
        return gni_onnx_refuse(f, node, GN_ERR_UNSUPPORTED, "1 - y of %zu columns is no second class",
                               c->last->units);
    gni_onnx_note(f, first ? "left out behind the network: %s" : ", %s", node->op_type);
    return GN_OK;
}

/* The network's result is an output of the graph, or goes on to one. */
static gn_status check_outputs(gni_chain *c, bool is_output)
{
    for (size_t i = 0; i < c->file->graph->n_output; i++) {
        const char *name = c->file->graph->output[i]->name;
        if (name && is_end(c, name))
            is_output = true;
        else if (!name || gni_onnx_kind_of(c->file, name) == GNI_UNSEEN)
            return gn_fail(GN_ERR_FORMAT, "%s: output %s is made by no node", c->file->name,
                           gni_onnx_printable(name).text);
        else if (gni_onnx_kind_of(c->file, name) != GNI_LEFT_OUT)
            gni_onnx_note(c->file, "left out: output %s", gni_onnx_printable(name).text);
    }
    if (is_output)
        return GN_OK;
    return gn_fail(GN_ERR_FORMAT, "%s: the chain ends in %s, which is no output", c->file->name,
                   gni_onnx_printable(c->value).text);
}

gn_status gni_onnx_leave_out(gni_chain *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->file->graph->n_node; i++) {
        if (c->file->kinds[i] != GNI_UNSEEN)
            continue;
        gn_status status = leave_out(c, c->file->graph->node[i], n++ == 0);
        if (status < 0)
            return status;
        c->file->kinds[i] = GNI_LEFT_OUT;
    }
    return check_outputs(c, n > 0);
}
