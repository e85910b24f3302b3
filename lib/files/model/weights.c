/* Weights from other programs: which tensor is which layer's?
 *
 * A file that has the network's own names is read by these; so is one where each has the same prefix
 * ("net.", "_orig_mod.", "module."). In any other the weights are those of modules (fc1.weight and
 * fc1.bias are), and each dense layer takes one of its shape. Where several have that shape, their names must
 * differ only in numbers, which give the order. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "files/model/tensors.h"

typedef struct module { const gni_tensor *weight, *bias; size_t length; bool taken; } module; /* of the prefix */

/* ---- names ---- */

static size_t prefix_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? (size_t)(dot - name) : 0;
}

static bool is_called(const gni_tensor *t, const char *last)
{
    const size_t n = prefix_of(t->name);
    return strcmp(t->name + n + (t->name[n] == '.'), last) == 0;
}

typedef struct order { int by_number; bool only_numbers; } order; /* only_numbers: the rest is the same */

/* n and m letters in natural order: layer2 before layer10. */
static order compare_names(const char *a, size_t n, const char *b, size_t m)
{
    order o = { 0, true };
    size_t i = 0, k = 0;
    while (i < n && k < m) {
        if (!isdigit((unsigned char)a[i]) || !isdigit((unsigned char)b[k])) {
            if (a[i] != b[k])
                return (order){ o.by_number ? o.by_number : (unsigned char)a[i] < (unsigned char)b[k] ? -1 : 1, false };
            i++, k++;
            continue;
        }
        size_t x = 0, y = 0;
        for (; i < n && isdigit((unsigned char)a[i]); i++)
            x = 10 * x + (size_t)(a[i] - '0');
        for (; k < m && isdigit((unsigned char)b[k]); k++)
            y = 10 * y + (size_t)(b[k] - '0');
        if (!o.by_number)
            o.by_number = (x > y) - (x < y);
    }
    if (i < n || k < m)
        return (order){ o.by_number ? o.by_number : i < n ? 1 : -1, false };
    return o;
}

static order compare_modules(const module *a, const module *b)
{
    return compare_names(a->weight->name, a->length, b->weight->name, b->length);
}

/* By module, and the same module's bias before its weight. */
static int by_name(const void *a, const void *b)
{
    const gni_tensor *x = a, *y = b;
    int before = compare_names(x->name, prefix_of(x->name), y->name, prefix_of(y->name)).by_number;
    return before ? before : strcmp(x->name, y->name);
}

/* ---- the same names after a prefix ---- */

/* The tensor there whose name is the first letters of prefix, and name. */
static const char *find(const gni_tensor *there, size_t n, const char *prefix, size_t length, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strncmp(there[i].name, prefix, length) == 0 && strcmp(there[i].name + length, name) == 0)
            return there[i].name;
    return NULL;
}

static bool match_prefix(const gni_tensor *there, const gni_tensor *tensors, size_t n, const char **names)
{
    for (size_t i = 0; i < n; i++) {
        const char *first = there[i].name, *name = tensors[0].name;
        const size_t all = strlen(first), k = strlen(name), length = all > k ? all - k : 0;
        size_t found = 0;
        if (length == 0 || first[length - 1] != '.' || strcmp(first + length, name) != 0)
            continue;
        while (found < n && (names[found] = find(there, n, first, length, tensors[found].name)))
            found++;
        if (found == n)
            return true;
    }
    return false;
}

/* ---- modules ---- */

/* "; there are fc1.weight (16, 784), ... and 3 more" */
static void list(const gni_tensor *there, size_t n, char *text, size_t room)
{
    enum { MOST = 6 };
    size_t used = 0;
    *text = 0;
    for (size_t i = 0; i < n && i < MOST && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, "%s%.40s %s", i ? ", " : "; there are ", there[i].name,
                                 gni_tensor_shape(&there[i]).text);
    if (n > MOST && used < room)
        snprintf(text + used, room - used, " and %zu more", n - MOST);
    if (n == 0)
        snprintf(text, room, "; there is no tensor");
}

/* there is sorted by name. NULL, or the tensor that is neither a weight nor a bias of a dense layer. */
static const gni_tensor *find_modules(const gni_tensor *there, size_t n, module *modules, size_t *n_modules)
{
    *n_modules = 0;
    for (size_t i = 0; i < n; i++) {
        const gni_tensor *bias = is_called(&there[i], "bias") && i + 1 < n ? &there[i] : NULL;
        const gni_tensor *weight = &there[bias ? ++i : i];
        const size_t length = prefix_of(weight->name);
        if (!is_called(weight, "weight") || weight->rank != 2)
            return weight;
        if (bias && (bias->rank != 1 || bias->dims[0] != weight->dims[0] || prefix_of(bias->name) != length ||
                     strncmp(bias->name, weight->name, length) != 0))
            return bias;
        modules[(*n_modules)++] = (module){ weight, bias, length, false };
    }
    return NULL;
}

static bool fits(const module *m, const gni_tensor *weight, bool has_bias)
{
    return !m->taken && m->weight->dims[0] == weight->dims[0] && m->weight->dims[1] == weight->dims[1] &&
           !m->bias == !has_bias;
}

/* Two modules, of which one was taken for an earlier layer than the other. */
static bool is_in_order(const module *a, const module *b)
{
    const order o = compare_modules(a, b);
    const bool alike = a->weight->dims[0] == b->weight->dims[0] && a->weight->dims[1] == b->weight->dims[1] &&
                       !a->bias == !b->bias;
    return o.only_numbers ? o.by_number < 0 : !alike;
}

typedef struct match {
    const gni_tensor *there, *tensors; /* the file's, sorted; the network's */
    size_t n;                          /* of each */
    module *modules;
    size_t *chosen;                    /* by layer, the place of its module */
    size_t n_modules;
} match;

/* What cannot be decided, or NULL. text has room for it. */
static const char *choose(match *m, const char **names, char *text, size_t room)
{
    const gni_tensor *odd = find_modules(m->there, m->n, m->modules, &m->n_modules);
    if (odd)
        return (void)snprintf(text, room, "%.40s is no weight or bias of a dense layer", odd->name), text;
    for (size_t i = 0, layer = 0; i < m->n; layer++) {
        const gni_tensor *weight = &m->tensors[i];
        const bool has_bias = i + 1 < m->n && is_called(weight + 1, "bias");
        size_t k = 0;
        while (k < m->n_modules && !fits(&m->modules[k], weight, has_bias))
            k++;
        if (k == m->n_modules || weight->rank != 2)
            return (void)snprintf(text, room, "none has the shape of %s, %s%s", weight->name,
                                  gni_tensor_shape(weight).text, has_bias ? " and a bias" : " and no bias"), text;
        for (size_t before = 0; before < layer; before++)
            if (!is_in_order(&m->modules[m->chosen[before]], &m->modules[k]))
                return (void)snprintf(text, room, "the names and shapes of %.40s and %.40s do not say which comes first",
                                      m->modules[m->chosen[before]].weight->name, m->modules[k].weight->name), text;
        m->modules[k].taken = true;
        m->chosen[layer] = k;
        names[i++] = m->modules[k].weight->name;
        if (has_bias)
            names[i++] = m->modules[k].bias->name;
    }
    return NULL;
}

/* ---- the whole ---- */

static gn_status refuse(const gni_tensors *t, const gni_tensor *tensors, const gni_tensor *there, const char *why)
{
    char text[GNI_MESSAGE];
    size_t missing = 0;
    while (gni_tensors_has(t, tensors[missing].name))
        missing++;
    list(there, t->n, text, sizeof text);
    return gn_fail(GN_ERR_FORMAT, "%s: tensor %s is missing%s%s%s", t->in.name, tensors[missing].name,
                   *why ? ", and " : "", why, text);
}

static gn_status match_others(const gni_tensors *t, const gni_tensor *tensors, size_t n, gni_tensor *there,
                              const char **names)
{
    char why[200] = "";
    gni_tensors_look(t, there);
    if (t->n != n) {
        snprintf(why, sizeof why, "the file has %zu tensors, the network %zu", t->n, n);
        return refuse(t, tensors, there, why);
    }
    if (match_prefix(there, tensors, n, names))
        return GN_OK;
    qsort(there, n, sizeof *there, by_name);
    match m = { there, tensors, n, gni_alloc(n, sizeof *m.modules), gni_alloc(n, sizeof *m.chosen), 0 };
    gn_status status = GN_OK;
    if (!m.modules || !m.chosen)
        status = gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu tensors", t->in.name, n);
    else if (choose(&m, names, why, sizeof why))
        status = refuse(t, tensors, there, why);
    gni_free(m.modules);
    gni_free(m.chosen);
    return status;
}

gn_status gni_match_weights(const gni_tensors *t, const gni_tensor *tensors, size_t n, const char **names)
{
    bool has_all = true;
    for (size_t i = 0; i < n; i++) {
        names[i] = tensors[i].name;
        has_all &= gni_tensors_has(t, names[i]);
    }
    if (has_all || gni_tensors_metadata(t, "gemmnet"))
        return GN_OK;
    gni_tensor *there = gni_alloc(t->n, sizeof *there);
    gn_status status = there ? match_others(t, tensors, n, there, names)
                             : gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu tensors", t->in.name, t->n);
    gni_free(there);
    return status;
}

gn_status gn_network_load_weights(gn_network *net, const char *path)
{
    const char *who = "gn_network_load_weights";
    if (!net || !path)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, net ? "path" : "net");
    gni_input in;
    gni_tensors t;
    gn_status status = gni_input_open(&in, path);
    if (status >= 0)
        status = gni_tensors_open(&t, in);
    if (status < 0)
        return status;
    gn_real *params = gni_alloc(net->n_params, sizeof *params); /* so that a failure changes nothing */
    status = gni_model_agrees(&t, net);
    if (status >= 0 && !params)
        status = gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu parameters", who, net->n_params);
    if (status >= 0)
        status = gni_model_read(&t, net, true, true, params);
    if (status >= 0)
        memcpy(net->params, params, net->n_params * sizeof *params);
    gni_free(params);
    gni_tensors_close(&t);
    return status;
}
