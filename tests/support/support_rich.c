/* See support_rich.h. With x of n numbers and a second input f of m:
 *
 *     y_j = slope_j x_j + sum_k weight_jk f_k + bias_j - p8 mean_j
 *     slope_j = p11 + sum_bc p[4 + 2b + c] factor_0bcj     bias_j = sum_ac p[2a + c] shift_ajc + p9
 *     + p10
 *
 * mean is the running mean of x_j. */
#include "support_rich.h"

enum { MEAN, WEIGHT, SHIFT, FACTOR };

static gn_status plan(gn_layer *self)
{
    size_t n = gn_size(self->in), m = gn_size(self->from);
    if (self->spec.from == 0)
        return gn_fail(GN_ERR_ARGUMENT, "rich: layer %zu has no second input", self->index);
    if (gn_size(self->out) != n)
        return gn_fail(GN_ERR_SHAPE, "rich: %zu units after %zu", gn_size(self->out), n);
    self->tensors[MEAN] = (gn_tensor){ .name = "mean", .rank = 1, .dims = { n }, .momentum = 0.1 };
    self->tensors[WEIGHT] =
        (gn_tensor){ .name = "weight", .rank = 2, .dims = { n, m }, .decays = true };
    self->tensors[SHIFT] = (gn_tensor){ .name = "shift", .rank = 3, .dims = { 2, n, 2 } };
    self->tensors[FACTOR] =
        (gn_tensor){ .name = "factor", .rank = 4, .dims = { 1, 2, 2, n }, .decays = true };
    self->n_tensors = 4;
    self->cache_per_row = n;      /* x */
    self->cache_per_tile = n;     /* slopes */
    self->work_per_row = 1;
    self->work_per_tile = 2 * n;  /* slopes, then biases */
    return GN_OK;
}

static void init(const gn_layer *self, gn_real *params, uint64_t seed)
{
    for (size_t i = self->tensors[WEIGHT].first; i < self->n_params; i++)
        params[i] = (gn_real)((double)(seed + 3 * i % 7) / 70 - 0.04);
}

static double param(const gn_layer *self, size_t i) { return self->spec.param[i]; }

/* Into tile_work. */
static void combine(const gn_layer *self, const gn_pass *p)
{
    size_t n = gn_size(self->in);
    const gn_real *shift = p->params + self->tensors[SHIFT].first;
    const gn_real *factor = p->params + self->tensors[FACTOR].first;
    for (size_t j = 0; j < n; j++) {
        double slope = param(self, 11), bias = param(self, 9) + param(self, 10);
        for (size_t a = 0; a < 4; a++) {
            slope += param(self, 4 + a) * (double)factor[a * n + j];
            bias += param(self, a) * (double)shift[a / 2 * 2 * n + 2 * j + a % 2];
        }
        p->tile_work[j] = (gn_real)slope;
        p->tile_work[n + j] = (gn_real)(bias - param(self, 8) * (double)p->params[j]);
    }
}

static void forward(const gn_layer *self, const gn_pass *p)
{
    size_t n = gn_size(self->in), m = gn_size(self->from);
    const gn_real *weight = p->params + self->tensors[WEIGHT].first;
    combine(self, p);
    for (size_t r = 0; r < p->rows; r++) {
        const gn_real *x = p->x + r * p->x_stride, *f = p->from + r * p->from_stride;
        for (size_t j = 0; j < n; j++) {
            p->work[r] = p->tile_work[j] * x[j] + p->tile_work[n + j];
            for (size_t k = 0; k < m; k++)
                p->work[r] += weight[j * m + k] * f[k];
            p->y[r * p->y_stride + j] = p->work[r];
        }
        if (p->mode != GN_PREDICTING)
            memcpy(p->cache + r * n, x, n * sizeof *x);
    }
    if (p->mode != GN_PREDICTING)
        memcpy(p->tile_cache, p->tile_work, n * sizeof *p->tile_cache);
}

static void add(const gn_pass *p, size_t at, double value)
{
    p->dparams[at] = (gn_real)value + (p->beta == 0 ? 0 : p->beta * p->dparams[at]);
}

static void differentiate_params(const gn_layer *self, const gn_pass *p)
{
    size_t n = gn_size(self->in), m = gn_size(self->from);
    for (size_t j = 0; j < n; j++) {
        double sum_x = 0, sum_dy = 0, sum_dyx = 0;
        for (size_t r = 0; r < p->rows; r++) {
            double x = (double)p->cache[r * n + j], dy = (double)p->dy[r * p->y_stride + j];
            sum_x += x;
            sum_dy += dy;
            sum_dyx += dy * x;
        }
        add(p, j, sum_x);
        for (size_t a = 0; a < 4; a++) {
            add(p, self->tensors[SHIFT].first + a / 2 * 2 * n + 2 * j + a % 2,
                param(self, a) * sum_dy);
            add(p, self->tensors[FACTOR].first + a * n + j, param(self, 4 + a) * sum_dyx);
        }
        for (size_t k = 0; k < m; k++) {
            double sum = 0;
            for (size_t r = 0; r < p->rows; r++)
                sum += (double)p->dy[r * p->y_stride + j] * (double)p->from[r * p->from_stride + k];
            add(p, self->tensors[WEIGHT].first + j * m + k, sum);
        }
    }
}

static void backward(const gn_layer *self, const gn_pass *p)
{
    size_t n = gn_size(self->in), m = gn_size(self->from);
    const gn_real *weight = p->params + self->tensors[WEIGHT].first;
    if (p->dparams)
        differentiate_params(self, p);
    for (size_t r = 0; r < p->rows; r++) {
        const gn_real *dy = p->dy + r * p->y_stride;
        for (size_t j = 0; p->dx && j < n; j++)
            p->dx[r * p->dx_stride + j] = dy[j] * p->tile_cache[j];
        for (size_t k = 0; p->dfrom && k < m; k++)
            for (size_t j = 0; j < n; j++)
                p->dfrom[r * p->dfrom_stride + k] += dy[j] * weight[j * m + k];
    }
}

static const char *const names[] = { "p0", "p1", "p2", "p3",  "p4",  "p5", "p6",
                                     "p7", "p8", "p9", "p10", "p11", NULL };

const gn_layer_type rich_layer = {
    .name = "rich",
    .param_names = names,
    .takes_from = true,
    .plan = plan,
    .init = init,
    .forward = forward,
    .backward = backward,
};
