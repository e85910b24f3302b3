/* Checking the user's data before anything touches them. */
#include <math.h>
#include "run/run.h"

static size_t stride_of(const gn_matrix *m)
{
    return m->stride ? m->stride : m->cols;
}

GNI_APART static bool stands_for_reals(const gn_matrix *bytes)
{
    return isfinite((gn_real)bytes->scale) && isfinite((gn_real)bytes->offset);
}

static gn_status check_bytes(const char *who, const char *name, const gn_matrix *m)
{
    gni_float_mode mode = gni_hold_exact(); /* either may be too large for a gn_real */
    bool good = stands_for_reals(m);
    gni_release_mode(mode);
    return good ? GN_OK
                : gn_fail(GN_ERR_NONFINITE, "%s: bytes of %s stand for %g * byte + %g", who, name,
                          m->scale, m->offset);
}

gn_status gni_check_matrix(const char *who, const char *name, const gn_matrix *m, size_t cols)
{
    size_t size;
    if (!m->data || m->rows == 0)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s has %zu rows%s", who, name, m->rows,
                       m->data ? "" : " at NULL");
    if (m->cols != cols)
        return gn_fail(GN_ERR_SHAPE, "%s: %s has %zu columns, the network %s %zu", who, name,
                       m->cols, *name == 'x' ? "takes" : "gives", cols);
    if (m->stride != 0 && m->stride < m->cols)
        return gn_fail(GN_ERR_SHAPE, "%s: rows of %s are %zu apart but %zu long", who, name,
                       m->stride, m->cols);
    if (stride_of(m) > GNI_BLAS_MAX || !gni_multiply(m->rows, stride_of(m), &size) ||
        !gni_multiply(size, sizeof(gn_real), &size))
        return gn_fail(GN_ERR_SHAPE, "%s: %s of %zu rows, %zu apart, is too large", who, name,
                       m->rows, stride_of(m));
    if (m->type != GN_REAL && m->type != GN_U8)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s has the type %d", who, name, (int)m->type);
    if (m->reserved[0] || m->reserved[1])
        return gni_check_reserved(who, name, 2, m->reserved);
    return m->type == GN_U8 ? check_bytes(who, name, m) : GN_OK;
}

bool gni_has_labels(const gn_data *data, const gn_loss *loss)
{
    return loss->takes_labels && (data->fill ? data->has_labels : data->labels != NULL);
}

gn_status gni_check_labels(const char *who, const gn_network *net, size_t n, const int32_t *labels,
                           const size_t *numbers)
{
    size_t cols = gn_size(gn_network_output(net)), classes = cols > 1 ? cols : 2;
    for (size_t r = 0; r < n; r++)
        if (labels[r] < 0 || (size_t)labels[r] >= classes)
            return gn_fail(GN_ERR_ARGUMENT,
                           "%s: the label of row %zu is %ld, there are %zu classes", who,
                           numbers ? numbers[r] : r, (long)labels[r], classes);
    return GN_OK;
}

static gn_status check_wanted(const char *who, const gn_network *net, const gn_loss *loss,
                              const gn_data *data)
{
    gn_status status;
    if (gni_has_labels(data, loss))
        return data->fill ? GN_OK
                          : gni_check_labels(who, net, data->x.rows, data->labels, NULL);
    if (!loss->takes_targets || (data->fill ? data->has_labels : !data->y.data))
        return gn_fail(GN_ERR_ARGUMENT, "%s: the loss %s takes %s, the data have %s", who,
                       loss->name,
                       !loss->takes_targets ? "labels"
                       : loss->takes_labels ? "labels or targets"
                                            : "targets",
                       data->labels || data->has_labels ? "labels"
                       : data->y.data                   ? "targets"
                                                        : "neither");
    if (data->fill)
        return GN_OK;
    if (data->y.rows != data->x.rows)
        return gn_fail(GN_ERR_SHAPE, "%s: x has %zu rows, y has %zu", who, data->x.rows,
                       data->y.rows);
    status = gni_check_matrix(who, "y", &data->y, gn_size(gn_network_output(net)));
    return status >= 0 ? gni_check_targets(who, net, loss, &data->y, NULL) : status;
}

GNI_APART static gn_status check_data(const char *who, const gn_context *ctx, const gn_loss *loss,
                                      const gn_data *data)
{
    gn_status status = GN_OK;
    if (data->fill && data->x.rows == 0)
        status = gn_fail(GN_ERR_ARGUMENT, "%s: x has 0 rows", who);
    else if (!data->fill)
        status = gni_check_matrix(who, "x", &data->x, gn_size(ctx->net->input));
    if (status >= 0)
        status = check_wanted(who, ctx->net, loss, data);
    return status < 0 || data->fill ? status
        : gni_check_weights(who, ctx->options.negative_weights, data->x.rows, data->weights, NULL);
}

gn_status gni_check_data(const char *who, const gn_context *ctx, const gn_loss *loss,
                         const gn_data *data)
{
    if (!data)
        return gn_fail(GN_ERR_ARGUMENT, "%s: there are no data", who);
    gn_status status = gni_check_reserved(who, "data", 4, data->reserved);
    if (status < 0)
        return status;
    gni_float_mode mode = gni_hold_exact(); /* sums of targets are rounded, and NaN compared */
    return gni_release_after(check_data(who, ctx, loss, data), mode);
}

GNI_APART static bool find_nonfinite(const gn_matrix *m, size_t *row, size_t *col, gn_real *value)
{
    const gn_real *x = m->data;
    for (*row = 0; x && m->type == GN_REAL && *row < m->rows; ++*row, x += stride_of(m)) {
        if (isfinite(gni_kernels_used->squares(m->cols, x)))
            continue;
        for (*col = 0; *col < m->cols; ++*col)
            if (!isfinite(*value = x[*col]))
                return true;
    }
    return false;
}

gn_status gni_check_finite(const char *who, const gn_data *data, const gn_loss *loss,
                           const size_t *numbers)
{
    const gn_matrix unused = { .data = NULL };
    const gn_matrix weights = { .data = data->weights, .rows = data->x.rows, .cols = 1 };
    const struct { const char *name; const gn_matrix *m; } all[] = {
        { "x", &data->x }, { "weights", &weights },
        { "y", loss && gni_has_labels(data, loss) ? &unused : &data->y },
    };
    size_t row, col;
    gn_real value;
    for (size_t i = 0; i < 3 && !data->fill; i++) {
        gni_float_mode mode = gni_hold_mode(); /* squares may overflow */
        bool found = find_nonfinite(all[i].m, &row, &col, &value);
        gni_release_mode(mode);
        if (found)
            return gn_fail(GN_ERR_NONFINITE, "%s: %s has %g in row %zu, column %zu", who,
                           all[i].name, (double)value, numbers ? numbers[row] : row, col);
    }
    return GN_OK;
}

gn_status gni_nonfinite(const char *who, const gn_data *data, const gn_loss *loss,
                        const char *what, double value)
{
    gn_status status = gni_check_finite(who, data, loss, NULL);
    return status < 0 ? status : gn_fail(GN_ERR_NONFINITE, "%s: %s is %g", who, what,
                                         isnan(value) ? (double)NAN : value);
}
