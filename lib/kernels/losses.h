/* Losses and their gradients in one pass. Each returns the sum of weight * loss over the
 * tile's rows and, where dz is wanted, writes scale * weight * dloss/dz. */

INLINE gn_real row_weight(const gn_tile *tile, size_t r)
{
    return tile->weights ? tile->weights[r] : 1;
}

/* ---- errors: the mean over outputs of e(z - y) ---- */

typedef gn_real error(gn_real d, gn_real alpha, gn_real *slope_out);

INLINE gn_real squared(gn_real d, gn_real a, gn_real *s)
{
    (void)a;
    *s = 2 * d;
    return d * d;
}

INLINE gn_real magnitude(gn_real d, gn_real a, gn_real *s)
{
    (void)a;
    gn_real sign = d > 0 ? 1 : (d < 0 ? -1 : 0);
    *s = d == d ? sign : d;
    return absolute(d);
}

/* d^2 / 2 within alpha of 0, beyond it alpha (|d| - alpha / 2): with c = d clamped to
 * -alpha .. alpha, both are c (d - c / 2), and c is the slope. */
INLINE gn_real huber(gn_real d, gn_real a, gn_real *s)
{
    gn_real c = at_most(a, at_least(-a, d));
    *s = c;
    return c * (d - c * (gn_real)0.5);
}

INLINE gn_real row_error(error e, gn_real a, size_t cols, const gn_real *z, const gn_real *y,
                         gn_real factor, gn_real *dz)
{
    gn_real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < cols; j++) {
        gn_real s;
        sum += e(z[j] - y[j], a, &s);
        if (dz)
            dz[j] = factor * s;
    }
    return sum;
}

INLINE double mean_error(error e, double alpha, const gn_tile *tile, size_t cols, size_t stride,
                         const gn_real *z, double scale, gn_real *dz)
{
    double total = 0;
    for (size_t r = 0; r < tile->rows; r++) {
        gn_real w = row_weight(tile, r), factor = (gn_real)(scale / (double)cols) * w;
        total += (double)w * (double)row_error(e, (gn_real)alpha, cols, z + r * stride,
                                               tile->y + r * cols, factor,
                                               dz ? dz + r * stride : NULL);
    }
    return total / (double)cols;
}

#define ERROR_LOSS(name, e)                                                                 \
    static double name(double alpha, const gn_tile *tile, size_t cols, size_t stride,       \
                       const gn_real *z, double scale, gn_real *dz)                         \
    {                                                                                       \
        return mean_error(e, alpha, tile, cols, stride, z, scale, dz);                      \
    }

ERROR_LOSS(squared_error, squared) ERROR_LOSS(absolute_error, magnitude)
ERROR_LOSS(huber_error, huber)

/* ---- cross-entropy of softmax: L = -sum_j t_j log softmax(z)_j ----
 * With m = max z and S = sum exp(z_j - m): L = sum_j t_j (log S + m - z_j) and
 * dL/dz_j = T exp(z_j - m) / S - t_j, T = sum t_j. A label is t_label = 1. */

/* dz = factor (exp / sum - target); returns the sum of weighted losses. */
INLINE double finish_rows(size_t rows, size_t cols, size_t stride, const gn_real *z,
                          const int32_t *labels, const gn_real *weights, gn_real scale,
                          gn_real *dz, row_numbers *n)
{
    gn_real loss[ROWS];
    double total = 0;
#pragma omp simd
    for (size_t r = 0; r < rows; r++) {
        gn_real w = weights ? weights[r] : 1;
        loss[r] = real_log(n->sum[r]);
        n->factor[r] = scale * w;
        n->sum[r] = scale * w / n->sum[r];
    }
    for (size_t r = 0; r < rows; r++)
        row_scale(cols, n->sum[r], dz + r * stride);
    for (size_t r = 0; r < rows; r++) {
        size_t at = r * stride + (size_t)labels[r];
        dz[at] -= n->factor[r];
        total += (weights ? (double)weights[r] : 1) * (double)(loss[r] + (n->most[r] - z[at]));
    }
    return total;
}

INLINE double labels_cross_entropy(const gn_tile *tile, size_t cols, size_t stride,
                                   const gn_real *z, gn_real scale, gn_real *dz)
{
    row_numbers n;
    double total = 0;
    for (size_t first = 0; first < tile->rows; first += ROWS) {
        size_t rows = tile->rows - first < ROWS ? tile->rows - first : ROWS, at = first * stride;
        size_t width = exp_rows(rows, cols, stride, z + at, dz + at, &n);
        total += finish_rows(rows, width, stride, z + at, tile->labels + first,
                             tile->weights ? tile->weights + first : NULL, scale, dz + at, &n);
    }
    return total;
}

/* The loss alone of one row, in double: evaluation is not what a step waits for. */
static double row_cross_entropy(size_t cols, const gn_real *z, int32_t label, const gn_real *y)
{
    gn_real most = row_max(cols, z);
    double sum = 0, loss = 0;
    for (size_t j = 0; j < cols; j++)
        sum += (double)real_exp(z[j] - most);
    double log_sum = log(sum);
    if (!y)
        return log_sum + (double)(most - z[label]);
    for (size_t j = 0; j < cols; j++)
        loss += y[j] == 0 ? 0 : (double)y[j] * (log_sum + (double)(most - z[j]));
    return loss;
}

static void targets_row(size_t cols, const gn_real *z, const gn_real *y, gn_real factor,
                        gn_real *dz)
{
    gn_real sum = row_exp(cols, z, row_max(cols, z), dz), target = 0;
#pragma omp simd reduction(+ : target)
    for (size_t j = 0; j < cols; j++)
        target += y[j];
#pragma omp simd
    for (size_t j = 0; j < cols; j++)
        dz[j] = factor * (target / sum * dz[j] - y[j]);
}

static double softmax_cross_entropy(double alpha, const gn_tile *tile, size_t cols, size_t stride,
                                    const gn_real *z, double scale, gn_real *dz)
{
    (void)alpha;
    const gn_real s = (gn_real)scale;
    if (dz && tile->labels)
        return labels_cross_entropy(tile, cols, stride, z, s, dz);
    double total = 0;
    for (size_t r = 0; r < tile->rows; r++, z += stride) {
        const gn_real *y = tile->labels ? NULL : tile->y + r * cols;
        total += (double)row_weight(tile, r) *
                 row_cross_entropy(cols, z, tile->labels ? tile->labels[r] : 0, y);
        if (dz)
            targets_row(cols, z, y, s * row_weight(tile, r), dz + r * stride);
    }
    return total;
}

/* ---- cross-entropy of sigmoid: log(1 + e^z) - t z, the mean over outputs ----
 * dL/dz = sigmoid(z) - t. log(1 + e^z) - t z = log(1 + e^-|z|) + |z| (t or 1 - t). */

INLINE gn_real target_of(const gn_tile *tile, size_t cols, size_t r, size_t j)
{
    if (!tile->labels)
        return tile->y[r * cols + j];
    return tile->labels[r] == (int32_t)(cols == 1 ? 1 : j) ? 1 : 0;
}

static double sigmoid_cross_entropy(double alpha, const gn_tile *tile, size_t cols, size_t stride,
                                    const gn_real *z, double scale, gn_real *dz)
{
    (void)alpha;
    double total = 0;
    for (size_t r = 0; r < tile->rows; r++) {
        gn_real w = row_weight(tile, r), factor = (gn_real)(scale / (double)cols) * w, sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < cols; j++) {
            gn_real x = z[r * stride + j], t = target_of(tile, cols, r, j);
            sum += real_log1p_exp(-absolute(x)) + absolute(x) * (x < 0 ? t : 1 - t);
            if (dz)
                dz[r * stride + j] = factor * (real_sigmoid(x) - t);
        }
        total += (double)w * (double)sum;
    }
    return total / (double)cols;
}
