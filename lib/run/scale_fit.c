/* A scaling that fits data: from a column's range, or its mean and deviation; and which rows lie outside
 * of the range. */
#include <math.h>
#include "run/run.h"

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
GNI_APART static gn_status fit(const char *what, const gn_matrix *m, gn_scale_rule rule, gn_real *shift,
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

gn_status gn_network_fit_scaling(gn_network *net, const gn_data *data, gn_scale_rule inputs,
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
    gni_float_mode mode = gni_hold_mode();
    status = fit("x", &data->x, inputs, shift, scale, low, high);
    if (inputs != GN_AS_IS)
        s.input_shift = shift, s.input_scale = scale;
    if (status >= 0 && outputs != GN_AS_IS) {
        status = fit("y", &data->y, outputs, out_shift, out_scale, NULL, NULL);
        s.output_shift = out_shift, s.output_scale = out_scale;
    }
    gni_release_mode(mode);
    if (status >= 0)
        status = gn_network_set_scaling(net, &s);
    gni_free(memory);
    return status;
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
