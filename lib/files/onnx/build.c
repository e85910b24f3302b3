/* A chain as a network. */
#include <math.h>
#include <stdio.h>
#include "files/onnx/parts.h"

/* What the library says of it is of this file. */
static gn_status of_file(const gni_chain *c, gn_status status)
{
    char text[GNI_MESSAGE];
    snprintf(text, sizeof text, "%s", gn_error_message());
    return gn_fail(status, "%s: %s", c->file->name, text);
}

static gn_status check_real(const gni_chain *c, const gni_numbers *from, double x)
{
    if (isfinite(x) && !isfinite((gn_real)x))
        return gn_fail(GN_ERR_NONFINITE, "%s: tensor %s holds %g, too large for a float", c->file->name,
                       gni_onnx_printable(from->name).text, x);
    return GN_OK;
}

/* ---- parameters ---- */

/* W is units x inputs; the file's may be inputs x units. */
static gn_status set_weights(const gni_chain *c, const gni_linear *l, gn_real *w)
{
    gn_status status = GN_OK;
    for (size_t u = 0; u < l->units && status >= 0; u++)
        for (size_t i = 0; i < l->inputs && status >= 0; i++) {
            size_t at = l->by_inputs ? i * l->units + u : u * l->inputs + i;
            double x = gni_number(&l->weights, at) * l->alpha;
            w[u * l->inputs + i] = (gn_real)x;
            status = check_real(c, &l->weights, x);
        }
    return status;
}

static gn_status set_bias(const gni_chain *c, const gni_linear *l, gn_real *b)
{
    gn_status status = GN_OK;
    for (size_t u = 0; l->bias.n && u < l->units && status >= 0; u++) {
        double x = gni_number(&l->bias, l->bias.n == 1 ? 0 : u) * l->beta;
        b[u] = (gn_real)x;
        status = check_real(c, &l->bias, x);
    }
    return status;
}

static gn_status set_params(const gni_chain *c, gn_network *net)
{
    gn_status status = GN_OK;
    size_t i = 0;
    for (const gni_linear *l = c->layers; l && status >= 0; l = l->next, i++) {
        status = set_weights(c, l, gn_network_weights(net, i, NULL));
        if (status >= 0)
            status = set_bias(c, l, gn_network_bias(net, i, NULL));
    }
    return status;
}

/* ---- scaling ---- */

/* Columns as (x - shift) / scale, where each step of one kind alone stays exact. */
static void add_before(const gni_affine *a, size_t n, double *shift, double *scale)
{
    for (size_t j = 0; j < n; j++) {
        double by = gni_number(&a->by, a->by.n == 1 ? 0 : j);
        if (a->op == '+' || a->op == '-')
            shift[j] += (a->op == '-' ? by : -by) * scale[j];
        else
            scale[j] = a->op == '/' ? scale[j] * by : scale[j] / by;
    }
}

/* x * scale + shift */
static void add_behind(const gni_affine *a, size_t n, double *shift, double *scale)
{
    for (size_t j = 0; j < n; j++) {
        double by = gni_number(&a->by, a->by.n == 1 ? 0 : j);
        if (a->op == '+' || a->op == '-') {
            shift[j] += a->op == '+' ? by : -by;
        } else {
            shift[j] = a->op == '*' ? shift[j] * by : shift[j] / by;
            scale[j] = a->op == '*' ? scale[j] * by : scale[j] / by;
        }
    }
}

/* The two arrays of one side; both stay NULL where nothing is scaled. */
static bool compose(const gni_chain *c, const gni_affine *list, size_t n, const gn_real **shift,
                    const gn_real **scale)
{
    if (!list)
        return true;
    double *sum = gni_budget_take(&c->file->budget, 2 * n, sizeof *sum);
    gn_real *reals = sum ? gni_budget_take(&c->file->budget, 2 * n, sizeof *reals) : NULL;
    if (!reals)
        return false;
    for (size_t j = 0; j < n; j++)
        sum[n + j] = 1;
    for (const gni_affine *a = list; a; a = a->next)
        (list == c->before ? add_before : add_behind)(a, n, sum, sum + n);
    for (size_t j = 0; j < 2 * n; j++)
        reals[j] = (gn_real)sum[j];
    *shift = reals;
    *scale = reals + n;
    return true;
}

static gn_status set_scaling(const gni_chain *c, gn_network *net)
{
    gn_scaling s = { 0 };
    if (!c->before && !c->behind)
        return GN_OK;
    if (!compose(c, c->before, c->inputs, &s.input_shift, &s.input_scale) ||
        !compose(c, c->behind, c->cols, &s.output_shift, &s.output_scale))
        return gni_budget_error(&c->file->budget, c->file->name);
    gn_status status = gn_network_set_scaling(net, &s);
    return status < 0 ? of_file(c, status) : status;
}

/* ---- the network ---- */

/* Dropout stands for a network without layers: it does nothing. */
static gn_layer_spec *make_specs(const gni_chain *c, size_t n)
{
    size_t size = sizeof(gn_layer_spec) + sizeof(gn_activation), i = 0;
    char *memory = gni_budget_take(&c->file->budget, n, size);
    if (!memory)
        return NULL;
    gn_layer_spec *specs = (gn_layer_spec *)(void *)memory;
    gn_activation *f = (gn_activation *)(void *)(specs + n);
    specs[0].type = &gn_dropout;
    for (const gni_linear *l = c->layers; l; l = l->next, i++) {
        f[i] = l->activation ? *l->activation : gn_identity;
        f[i].alpha = l->activation ? l->slope : f[i].alpha;
        specs[i] = (gn_layer_spec){ .units = l->units, .activation = &f[i], .no_bias = !l->bias.n };
    }
    return specs;
}

/* A few bytes can name a matrix once more: the network counts too. */
static bool can_afford(const gni_chain *c, size_t n)
{
    bool can = gni_budget_spend(&c->file->budget, n * sizeof(gn_layer) + 1024) &&
               gni_budget_spend(&c->file->budget, 8 * sizeof(gn_real) * (c->inputs + c->cols));
    size_t bytes = 0, params = 0;
    for (const gni_linear *l = c->layers; l && can; l = l->next) /* as large as in the file */
        can = gni_multiply(l->inputs, l->units, &params) && gni_add(params, l->units, &params) &&
              gni_multiply(params, sizeof(gn_real), &params) && gni_add(bytes, params, &bytes);
    return gni_budget_spend(&c->file->budget, can ? bytes : SIZE_MAX);
}

static gn_status create(const gni_chain *c, gn_network **net)
{
    size_t n = c->n_layers ? c->n_layers : 1;
    if (!c->inputs)
        return gn_fail(GN_ERR_SHAPE, "%s: nothing says how many inputs there are", c->file->name);
    if (c->inputs > GNI_BLAS_MAX)
        return gn_fail(GN_ERR_SHAPE, "%s: rows of %zu numbers are too many", c->file->name, c->inputs);
    gn_layer_spec *specs = can_afford(c, n) ? make_specs(c, n) : NULL;
    if (!specs)
        return gni_budget_error(&c->file->budget, c->file->name);
    gn_status status = gni_network_plan(net, gn_vector(c->inputs), specs, n);
    if (status >= 0)
        status = gni_network_allocate(*net); /* no weights need be drawn */
    if (status < 0)
        return of_file(c, status);
    status = set_params(c, *net);
    return status >= 0 ? set_scaling(c, *net) : status;
}

gn_status gni_onnx_build(const gni_chain *c, gn_network **out)
{
    gn_network *net = NULL;
    gn_status status = create(c, &net);
    if (status < 0)
        gn_network_destroy(net);
    else
        *out = net;
    return status;
}
