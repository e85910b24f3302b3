/* Values by their names: who makes one, and who takes it. */
#include <stdlib.h>
#include <string.h>
#include "files/onnx/parts.h"

static int by_name(const void *a, const void *b)
{
    const gni_onnx_name *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->node > y->node) - (x->node < y->node);
}

/* The first of that name among n sorted ones, or where it would stand. */
static size_t find(const gni_onnx_name *names, size_t n, const char *name)
{
    size_t first = 0;
    while (n) {
        size_t half = n / 2;
        if (strcmp(names[first + half].name, name) < 0) {
            first += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return first;
}

const gni_onnx_name *gni_onnx_made(const gni_onnx_file *f, const char *value)
{
    size_t i = find(f->made, f->n_made, value);
    return i < f->n_made && strcmp(f->made[i].name, value) == 0 ? &f->made[i] : NULL;
}

const gni_onnx_name *gni_onnx_used(const gni_onnx_file *f, const char *value, size_t *count)
{
    size_t i = find(f->used, f->n_used, value);
    *count = 0;
    while (i + *count < f->n_used && *count <= GNI_ONNX_MOST_USES &&
           strcmp(f->used[i + *count].name, value) == 0)
        ++*count;
    return f->used + i;
}

enum gni_onnx_kind gni_onnx_kind_of(const gni_onnx_file *f, const char *value)
{
    const gni_onnx_name *made = gni_onnx_made(f, value);
    if (!made)
        return GNI_UNSEEN;
    if (made->tensor)
        return GNI_CONSTANT;
    return made->node == SIZE_MAX ? GNI_CHAIN : (enum gni_onnx_kind)f->kinds[made->node];
}

/* ---- making it ---- */

static void add(gni_onnx_name *names, size_t *n, const char *name, const gni_onnx_tensor *tensor, size_t node)
{
    if (name && *name)
        names[(*n)++] = (gni_onnx_name){ name, tensor, node };
}

static void sort(gni_onnx_name *names, size_t n)
{
    if (n > 1)
        qsort(names, n, sizeof *names, by_name);
}

/* The array, and as much again, which qsort may take. */
static gni_onnx_name *room(gni_onnx_file *f, size_t n)
{
    size_t bytes;
    if (!gni_multiply(n, sizeof(gni_onnx_name), &bytes))
        bytes = SIZE_MAX;
    return gni_budget_spend(&f->budget, bytes) ? gni_budget_take(&f->budget, bytes, 1) : NULL;
}

static bool take_memory(gni_onnx_file *f)
{
    const gni_onnx_graph *g = f->graph;
    size_t made = g->n_initializer + g->n_input, used = 0;
    for (size_t i = 0; i < g->n_node; i++) {
        made += g->node[i]->n_output;
        used += g->node[i]->n_input;
    }
    f->made = room(f, made);
    f->used = f->made ? room(f, used) : NULL;
    f->kinds = f->used ? gni_budget_take(&f->budget, g->n_node, 1) : NULL;
    f->places = f->kinds ? gni_budget_take(&f->budget, g->n_node, sizeof *f->places) : NULL;
    return f->places;
}

/* Before IR version 4, initialisers stand among the inputs too. */
static gn_status find_input(gni_onnx_file *f)
{
    const gni_onnx_graph *g = f->graph;
    for (size_t i = 0; i < g->n_input; i++) {
        const char *name = g->input[i]->name;
        if (!name || gni_onnx_made(f, name))
            continue;
        if (f->input)
            return gn_fail(GN_ERR_UNSUPPORTED, "%s: it has more than one input: %s and %s", f->name,
                           gni_onnx_printable(f->input->name).text, gni_onnx_printable(name).text);
        f->input = g->input[i];
    }
    if (!f->input)
        return gn_fail(GN_ERR_FORMAT, "%s: the graph has no input", f->name);
    return GN_OK;
}

static gn_status check_unique(const gni_onnx_file *f)
{
    for (size_t i = 1; i < f->n_made; i++)
        if (strcmp(f->made[i - 1].name, f->made[i].name) == 0)
            return gn_fail(GN_ERR_FORMAT, "%s: two values are called %s", f->name,
                           gni_onnx_printable(f->made[i].name).text);
    return GN_OK;
}

static void add_nodes(gni_onnx_file *f)
{
    for (size_t i = 0; i < f->graph->n_node; i++) {
        const gni_onnx_node *node = f->graph->node[i];
        for (size_t j = 0; j < node->n_output; j++)
            add(f->made, &f->n_made, node->output[j], NULL, i);
        for (size_t j = 0; j < node->n_input; j++)
            add(f->used, &f->n_used, node->input[j], NULL, i);
    }
    sort(f->made, f->n_made);
    sort(f->used, f->n_used);
}

/* Nodes that know nothing of the rows, or only how many they are. (A file's nodes are in
 * order: what one takes has been made before.) */
static enum gni_onnx_kind kind_of_node(const gni_onnx_file *f, const gni_onnx_node *node)
{
    enum gni_onnx_kind kind = GNI_CONSTANT;
    if (gni_onnx_is(node, "Shape"))
        return GNI_SHAPES;
    for (size_t j = 0; j < node->n_input; j++) {
        if (!*node->input[j])
            continue;
        enum gni_onnx_kind of = gni_onnx_kind_of(f, node->input[j]);
        if (of != GNI_CONSTANT && of != GNI_SHAPES)
            return GNI_UNSEEN;
        kind = of == GNI_SHAPES ? of : kind;
    }
    return kind;
}

gn_status gni_onnx_index(gni_onnx_file *f)
{
    if (!take_memory(f))
        return gni_budget_error(&f->budget, f->name);
    for (size_t i = 0; i < f->graph->n_initializer; i++)
        add(f->made, &f->n_made, f->graph->initializer[i]->name, f->graph->initializer[i], SIZE_MAX);
    sort(f->made, f->n_made);
    gn_status status = find_input(f);
    if (status < 0)
        return status;
    add(f->made, &f->n_made, f->input->name, NULL, SIZE_MAX);
    add_nodes(f);
    for (size_t i = 0; i < f->graph->n_node; i++)
        f->kinds[i] = (uint8_t)kind_of_node(f, f->graph->node[i]);
    return check_unique(f);
}
