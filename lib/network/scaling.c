/* Scaling: between the user's units and the network's. Everything that comes into a network
 * comes through gni_scale_inputs and gni_scale_targets, and predictions leave through
 * gni_unscale. */
#include <math.h>
#include <string.h>
#include "network/network.h"

/* x = (x - shift) / scale, column by column. (A division: what is exported divides too.) */
static void scale_rows(size_t rows, size_t cols, const gn_real *shift, const gn_real *scale,
                       gn_real *x)
{
    for (size_t r = 0; shift && r < rows; r++, x += cols)
        for (size_t j = 0; j < cols; j++)
            x[j] = (x[j] - shift[j]) / scale[j];
}

void gni_scale_inputs(const gn_network *net, size_t rows, gn_real *x)
{
    const gn_scaling *s = &net->scaling;
    scale_rows(rows, gn_size(net->input), s->input_shift, s->input_scale, x);
}

void gni_scale_targets(const gn_network *net, size_t rows, gn_real *y)
{
    const gn_scaling *s = &net->scaling;
    scale_rows(rows, gn_size(gn_network_output(net)), s->output_shift, s->output_scale, y);
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
            return gn_fail(GN_ERR_NONFINITE, "%s: %s number %zu have shift %g and scale %g", who,
                           what, j, (double)shift[j], (double)scale[j]);
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
    gn_status status = gni_check_reserved("gn_network_set_scaling", "scaling", 4, s.reserved);
    if (status >= 0)
        status = check_pair("inputs", s.input_shift, s.input_scale, in);
    if (status >= 0)
        status = check_pair("outputs", s.output_shift, s.output_scale, out);
    if (status >= 0)
        status = check_range(&s, in);
    if (status < 0)
        return status;
    bool none = !s.input_shift && !s.output_shift && !s.input_low;
    gn_real *memory = none ? NULL : gni_alloc(4 * in + 2 * out, sizeof *memory);
    if (!none && !memory)
        return gn_fail(GN_ERR_MEMORY,
                       "gn_network_set_scaling: no memory for %zu inputs and %zu outputs", in, out);
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
