/* Targets and weights of rows that a loss of ours cannot learn from: probabilities that are none (the
 * loss would fall without end) and weights that turn a loss round. */
#include <math.h>
#include "run/run.h"

/* Rounding: of bytes that stand for i / 255, of targets that are scaled, of sums of a softmax. */
static const double slack = 1e-6, most_off = 1e-3;

typedef struct targets {
    const char *who;
    const gn_network *net;
    const gn_matrix *y;
    const size_t *numbers;
    bool must_sum; /* to 1 in each row */
} targets;

/* A target as the loss will see it. */
static double target(const targets *t, size_t row, size_t col)
{
    const gn_matrix *m = t->y;
    size_t i = row * (m->stride ? m->stride : m->cols) + col;
    double y = m->type == GN_REAL ? (double)((const gn_real *)m->data)[i]
        : (m->scale == 0 ? 1.0 / 255 : m->scale) * ((const uint8_t *)m->data)[i] + m->offset;
    const gn_scaling *s = &t->net->scaling;
    return s->output_shift ? (y - (double)s->output_shift[col]) / (double)s->output_scale[col] : y;
}

/* All of n numbers are within [low, high], NaN left aside: as many loops do, without a branch. */
static bool within(size_t n, const gn_real *y, double low, double high)
{
    const gn_real least = (gn_real)low, most = (gn_real)high;
    int outside = 0;
#pragma omp simd reduction(| : outside)
    for (size_t i = 0; i < n; i++)
        outside |= (y[i] < least) | (y[i] > most);
    return !outside;
}

static bool is_one(double sum)
{
    return !(fabs(sum - 1) > most_off);
}

static bool sums_to_one(size_t rows, size_t cols, size_t stride, const gn_real *y)
{
    for (size_t r = 0; r < rows; r++, y += stride) {
        gn_real sum = 0;
        for (size_t j = 0; j < cols; j++)
            sum += y[j];
        if (!is_one((double)sum))
            return false;
    }
    return true;
}

/* The usual case, quickly: reals that need no scaling. false: look closer. */
static bool are_good(const targets *t)
{
    const gn_matrix *m = t->y;
    size_t stride = m->stride ? m->stride : m->cols;
    if (m->type != GN_REAL || t->net->scaling.output_shift)
        return false;
    for (size_t r = 0; stride > m->cols && r < m->rows; r++)
        if (!within(m->cols, (const gn_real *)m->data + r * stride, -slack, 1 + slack))
            return false;
    if (stride == m->cols && !within(m->rows * m->cols, m->data, -slack, 1 + slack))
        return false;
    return !t->must_sum || sums_to_one(m->rows, m->cols, stride, m->data);
}

static gn_status check_row(const targets *t, size_t row)
{
    size_t number = t->numbers ? t->numbers[row] : row;
    double sum = 0;
    for (size_t j = 0; j < t->y->cols; j++) {
        double y = target(t, row, j);
        sum += y;
        if (y < -slack || y > 1 + slack)
            return gn_fail(isinf(y) ? GN_ERR_NONFINITE : GN_ERR_ARGUMENT, "%s: y has %g in row %zu, "
                           "column %zu, not a probability within [0, 1]%s", t->who, y, number, j,
                           t->net->scaling.output_shift ? " (as the network scales it)" : "");
    }
    if (!t->must_sum || is_one(sum))
        return GN_OK;
    return gn_fail(GN_ERR_ARGUMENT, "%s: y's row %zu, columns 0 to %zu, sums to %g, not 1", t->who, number,
                   t->y->cols - 1, sum);
}

gn_status gni_check_targets(const char *who, const gn_network *net, const gn_loss *loss, const gn_matrix *y,
                            const size_t *numbers)
{
    bool softmax = loss->user == gn_softmax_cross_entropy.user;
    const targets t = { who, net, y, numbers, softmax };
    gn_status status = GN_OK;
    if (!gni_is_our_loss(loss) || !(softmax || loss->user == gn_sigmoid_cross_entropy.user) || are_good(&t))
        return GN_OK;
    for (size_t r = 0; r < y->rows && status >= 0; r++)
        status = check_row(&t, r);
    return status;
}

gn_status gni_check_weights(const char *who, bool negative, size_t n, const gn_real *weights,
                            const size_t *numbers)
{
    if (!weights || negative || within(n, weights, 0, INFINITY))
        return GN_OK;
    size_t r = 0;
    while (!(weights[r] < 0))
        r++;
    return gn_fail(GN_ERR_ARGUMENT, "%s: weights has %g in row %zu; options.negative_weights allows it", who,
                   (double)weights[r], numbers ? numbers[r] : r);
}
