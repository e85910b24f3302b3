/* Scaling: between the user's units and the network's. Everything that comes into a network
 * comes through gni_scale_tile, and predictions leave through gni_unscale. */
#include <math.h>
#include <string.h>
#include "../internal.h"

/* x = (x - shift) / scale, column by column. (A division: what is exported divides too.) */
static void scale_rows(size_t rows, size_t cols, const gn_real *shift, const gn_real *scale, gn_real *x)
{
    for (size_t r = 0; shift && r < rows; r++, x += cols)
        for (size_t j = 0; j < cols; j++)
            x[j] = (x[j] - shift[j]) / scale[j];
}

void gni_scale_tile(const gn_network *net, const gni_scratch *s)
{
    const gn_scaling *of = &net->scaling;
    scale_rows(s->tile.rows, gn_size(net->input), of->input_shift, of->input_scale, s->x_buffer);
    if (s->tile.y)
        scale_rows(s->tile.rows, gn_size(gn_network_output(net)), of->output_shift, of->output_scale,
                   s->tile.y);
}

void gni_unscale(const gn_network *net, size_t rows, gn_real *y, size_t stride)
{
    const gn_real *shift = net->scaling.output_shift, *scale = net->scaling.output_scale;
    size_t cols = gn_size(gn_network_output(net));
    for (size_t r = 0; shift && r < rows; r++, y += stride)
        for (size_t j = 0; j < cols; j++)
            y[j] = y[j] * scale[j] + shift[j];
}

/* ---- setting it ---- */

/* In the mode in which it will be divided by: a subnormal scale is 0. */
static gn_status check_pair(const char *what, const gn_real *shift, const gn_real *scale, size_t n)
{
    const char *who = "gn_network_set_scaling";
    if (!shift != !scale)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s have a %s without a %s", who, what,
                       shift ? "shift" : "scale", shift ? "scale" : "shift");
    for (size_t j = 0; shift && j < n; j++)
        if (!isfinite(shift[j]) || !isfinite(scale[j]) || !isfinite(1 / scale[j]))
            return gn_fail(GN_ERR_NONFINITE, "%s: %s number %zu have shift %g and scale %g", who, what, j,
                           (double)shift[j], (double)scale[j]);
    return GN_OK;
}

static gn_status check_range(const gn_scaling *s, size_t n)
{
    const char *who = "gn_network_set_scaling";
    if (!s->input_low != !s->input_high)
        return gn_fail(GN_ERR_ARGUMENT, "%s: a range of inputs without %s", who,
                       s->input_low ? "input_high" : "input_low");
    for (size_t j = 0; s->input_low && j < n; j++)
        if (!(s->input_low[j] <= s->input_high[j]))
            return gn_fail(GN_ERR_ARGUMENT, "%s: input %zu lies from %g to %g", who, j,
                           (double)s->input_low[j], (double)s->input_high[j]);
    return GN_OK;
}

static const gn_real *copy(gn_real **to, const gn_real *from, size_t n)
{
    gn_real *mine = *to;
    if (!from)
        return NULL;
    memcpy(mine, from, n * sizeof *mine);
    *to += n;
    return mine;
}

GNI_APART static gn_status set(gn_network *net, const gn_scaling *scaling)
{
    gn_scaling s = scaling ? *scaling : (gn_scaling){ 0 };
    size_t in = gn_size(net->input), out = gn_size(gn_network_output(net));
    gn_status status = check_pair("inputs", s.input_shift, s.input_scale, in);
    if (status >= 0)
        status = check_pair("outputs", s.output_shift, s.output_scale, out);
    if (status >= 0)
        status = check_range(&s, in);
    if (status < 0)
        return status;
    bool none = !s.input_shift && !s.output_shift && !s.input_low;
    gn_real *memory = none ? NULL : gni_alloc(4 * in + 2 * out, sizeof *memory);
    if (!none && !memory)
        return gn_fail(GN_ERR_MEMORY, "gn_network_set_scaling: no memory for %zu inputs and %zu outputs",
                       in, out);
    gn_real *to = memory;
    s.input_shift = copy(&to, s.input_shift, in);
    s.input_scale = copy(&to, s.input_scale, in);
    s.output_shift = copy(&to, s.output_shift, out);
    s.output_scale = copy(&to, s.output_scale, out);
    s.input_low = copy(&to, s.input_low, in);
    s.input_high = copy(&to, s.input_high, in);
    gni_free(net->scaling_memory);
    net->scaling = s;
    net->scaling_memory = memory;
    return GN_OK;
}

gn_status gn_network_set_scaling(gn_network *net, const gn_scaling *scaling)
{
    if (!net)
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_set_scaling: net is NULL");
    gni_float_mode mode = gni_hold_mode();
    return gni_release_after(set(net, scaling), mode);
}

gn_scaling gn_network_scaling(const gn_network *net)
{
    return net ? net->scaling : (gn_scaling){ 0 };
}

/* ---- fitting it ---- */

static double number(const gn_matrix *m, size_t row, size_t col)
{
    size_t i = row * (m->stride ? m->stride : m->cols) + col;
    if (m->type == GN_REAL)
        return (double)((const gn_real *)m->data)[i];
    /* as gather.c has it */
    return (double)((gn_real)(m->scale == 0 ? 1.0 / 255 : m->scale) *
                    (gn_real)((const uint8_t *)m->data)[i] + (gn_real)m->offset);
}

typedef struct column { double low, high, mean, unit, deviation; } column;

/* A power of two near the width of the range: dividing by it costs no digits, and squares of what is
 * then left neither overflow nor vanish. */
static double unit_of(const column *c)
{
    const double most = 1000; /* 2^1000 and 2^-1000 are both numbers */
    double width = c->high / 2 - c->low / 2;
    int exponent = 0;
    (void)frexp(width, &exponent);
    return exp2(fmax(-most, fmin(exponent, most)));
}

/* In two passes, the second about the mean: squares of large numbers would cancel. */
static void measure(const gn_matrix *m, column *c)
{
    const double n = (double)m->rows;
    for (size_t j = 0; j < m->cols; j++)
        c[j] = (column){ INFINITY, -INFINITY, 0, 0, 0 };
    for (size_t r = 0; r < m->rows; r++)
        for (size_t j = 0; j < m->cols; j++) {
            double x = number(m, r, j);
            c[j].low = x < c[j].low ? x : c[j].low;
            c[j].high = x > c[j].high ? x : c[j].high;
            c[j].mean += x / n;
        }
    for (size_t j = 0; j < m->cols; j++)
        c[j].unit = unit_of(&c[j]);
    for (size_t r = 0; r < m->rows; r++)
        for (size_t j = 0; j < m->cols; j++) {
            double d = (number(m, r, j) - c[j].mean) / c[j].unit;
            c[j].deviation += d * d / n;
        }
}

/* (A constant column's mean is rounded, and would leave much of a large number.) false: no scale can
 * be divided by. */
static bool set_column(const column *c, gn_scale_rule rule, gn_real *shift, gn_real *scale)
{
    bool standardise = rule == GN_STANDARDISE && c->high > c->low;
    gn_real width = (gn_real)(standardise ? sqrt(c->deviation) * c->unit : c->high - c->low);
    *shift = (gn_real)(standardise ? c->mean : c->low);
    *scale = c->high > c->low ? width : 1;
    return isfinite(*shift) && isfinite(*scale) && isfinite(1 / *scale);
}

/* A pair of arrays of a matrix; low and high may be NULL. In the mode in which networks compute:
 * subnormal numbers are 0. */
static gn_status fit_columns(const char *what, const gn_matrix *m, gn_scale_rule rule, gn_real *shift,
                             gn_real *scale, gn_real *low, gn_real *high)
{
    column *columns = gni_alloc(m->cols, sizeof *columns);
    if (!columns)
        return gn_fail(GN_ERR_MEMORY, "gn_network_fit_scaling: no memory for %zu columns", m->cols);
    gn_status status = GN_OK;
    measure(m, columns);
    for (size_t j = 0; j < m->cols && status >= 0; j++) {
        if (!set_column(&columns[j], rule, &shift[j], &scale[j]) && rule != GN_AS_IS)
            status = gn_fail(GN_ERR_NONFINITE, "gn_network_fit_scaling: column %zu of %s lies from %g to %g, and "
                             "its scale would be %g", j, what, columns[j].low, columns[j].high, (double)scale[j]);
        if (low)
            low[j] = (gn_real)columns[j].low, high[j] = (gn_real)columns[j].high;
    }
    gni_free(columns);
    return status;
}

static gn_status check_fit(const gn_network *net, const gn_data *data, gn_scale_rule inputs,
                           gn_scale_rule outputs)
{
    const char *who = "gn_network_fit_scaling";
    if (!net || !data)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, net ? "data" : "net");
    if (inputs < GN_AS_IS || inputs > GN_MIN_MAX || outputs < GN_AS_IS || outputs > GN_MIN_MAX)
        return gn_fail(GN_ERR_ARGUMENT, "%s: there are no rules %d and %d", who, (int)inputs, (int)outputs);
    if (data->fill)
        return gn_fail(GN_ERR_ARGUMENT, "%s: a reader's rows cannot be looked at beforehand", who);
    gn_status status = gni_check_matrix(who, "x", &data->x, gn_size(net->input));
    if (status >= 0 && outputs != GN_AS_IS)
        status = gni_check_matrix(who, "y", &data->y, gn_size(gn_network_output(net)));
    const gn_data looked_at = { .x = data->x, .y = outputs != GN_AS_IS ? data->y : (gn_matrix){ 0 } };
    return status >= 0 ? gni_check_finite(who, &looked_at, NULL, NULL) : status;
}

GNI_APART static gn_status fit(gn_network *net, const gn_data *data, gn_scale_rule inputs,
                               gn_scale_rule outputs)
{
    gn_status status = check_fit(net, data, inputs, outputs);
    if (status < 0)
        return status;
    size_t in = gn_size(net->input), out = gn_size(gn_network_output(net));
    gn_real *memory = gni_alloc(4 * in + 2 * out, sizeof *memory);
    if (!memory)
        return gn_fail(GN_ERR_MEMORY, "gn_network_fit_scaling: no memory for %zu inputs and %zu outputs",
                       in, out);
    gn_real *shift = memory, *scale = shift + in, *low = scale + in, *high = low + in,
            *out_shift = high + in, *out_scale = out_shift + out;
    gn_scaling s = { .input_low = low, .input_high = high };
    status = fit_columns("x", &data->x, inputs, shift, scale, low, high);
    if (inputs != GN_AS_IS)
        s.input_shift = shift, s.input_scale = scale;
    if (status >= 0 && outputs != GN_AS_IS) {
        status = fit_columns("y", &data->y, outputs, out_shift, out_scale, NULL, NULL);
        s.output_shift = out_shift, s.output_scale = out_scale;
    }
    if (status >= 0)
        status = set(net, &s);
    gni_free(memory);
    return status;
}

gn_status gn_network_fit_scaling(gn_network *net, const gn_data *data, gn_scale_rule inputs,
                                 gn_scale_rule outputs)
{
    gni_float_mode mode = gni_hold_mode();
    return gni_release_after(fit(net, data, inputs, outputs), mode);
}

/* ---- asking it ---- */

GNI_APART static size_t first_outside(const gn_scaling *s, const gn_matrix *x, size_t row)
{
    size_t j = 0;
    while (j < x->cols && number(x, row, j) >= (double)s->input_low[j] &&
           number(x, row, j) <= (double)s->input_high[j])
        j++;
    return j;
}

gn_status gn_network_outside(const gn_network *net, const gn_matrix *x, size_t *first, size_t *count)
{
    const char *who = "gn_network_outside";
    if (!net || !x || !first)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, !net ? "net" : !x ? "x" : "first");
    gn_status status = gni_check_matrix(who, "x", x, gn_size(net->input));
    if (status < 0)
        return status;
    if (!net->scaling.input_low)
        return gn_fail(GN_ERR_ARGUMENT, "%s: the network has no range: see gn_network_fit_scaling", who);
    size_t outside = 0;
    gni_float_mode mode = gni_hold_mode();
    for (size_t r = 0; r < x->rows; r++) {
        first[r] = first_outside(&net->scaling, x, r);
        outside += first[r] < x->cols;
    }
    gni_release_mode(mode);
    if (count)
        *count = outside;
    return GN_OK;
}
