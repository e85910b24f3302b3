/* Activations against NumPy and PyTorch: forward, backward and forward_bias, called through
 * the public structs on matrices of several widths and strides. Gaps between rows are NaN. */
#include "reference/activations.h"

/* Roundings allowed, each of the size that the check beside it states. */
enum { ROUNDINGS = 8 };

typedef struct layout { size_t rows, cols, stride; } layout;

static const size_t widths[] = { 1, 3, 10, 16, 17, 64, 100 };
enum { STRIDES = 3 };

static layout layout_of(size_t rows, size_t cols, size_t kind)
{
    const size_t strides[STRIDES] = { cols, (cols + 15) / 16 * 16, cols + 5 };
    return (layout){ rows, cols, strides[kind] };
}

/* table[i] (and from the beginning again) row by row; all NaN if table is NULL. */
static gn_real *laid_out(const layout *l, const double *table, size_t n)
{
    gn_real *m = reals(l->rows * l->stride);
    for (size_t i = 0; i < l->rows * l->stride; i++)
        m[i] = (gn_real)NAN;
    for (size_t i = 0; table && i < l->rows * l->cols; i++)
        m[i / l->cols * l->stride + i % l->cols] = (gn_real)table[i % n];
    return m;
}

static double at(const layout *l, const gn_real *m, size_t i)
{
    return (double)m[i / l->cols * l->stride + i % l->cols];
}

/* Multiples of 1/16, so that taking them off numbers on the grid is exact. */
static gn_real bias_of(size_t col)
{
    return (gn_real)((double)(37 * col % 64) / 16 - 2);
}

/* y = f(y + bias), of y = z - bias. */
static gn_real *with_bias(const gn_activation *f, const layout *l, const double *z, size_t n)
{
    gn_real *y = laid_out(l, z, n), *bias = reals(l->cols);
    for (size_t j = 0; j < l->cols; j++) {
        bias[j] = bias_of(j);
        for (size_t i = 0; i < l->rows; i++)
            y[i * l->stride + j] -= bias[j];
    }
    f->forward_bias(f, l->rows, l->cols, l->stride, bias, y);
    free(bias);
    return y;
}

/* ---- elementwise: a rounding of y, and one of z ---- */

static void check_y(const struct activation_case *c, const layout *l, const gn_real *y, size_t n,
                    const char *how)
{
    for (size_t i = 0; i < l->rows * l->cols; i++) {
        size_t k = i % n;
        double want = c->y[k], z = activation_z[k], slope = c->dz[k] / activation_dy[k];
        CHECK(is_near(at(l, y, i), want, ROUNDINGS * EPSILON * (fabs(want) + fabs(z * slope))),
              "%s %s, alpha %g, %zu columns, stride %zu: f(%.9g) = %.17g, not %.17g", c->base->name,
              how, c->alpha, l->cols, l->stride, z, at(l, y, i), want);
    }
}

static void check_forward(const struct activation_case *c, const layout *l)
{
    gn_activation f = activation_of(c->base, c->alpha);
    gn_real *z = laid_out(l, activation_z, Z_COUNT), *y = laid_out(l, NULL, 0);
    f.forward(&f, l->rows, l->cols, l->stride, z, y);
    check_y(c, l, y, Z_COUNT, "forward");
    if (!f.keeps_input) {
        f.forward(&f, l->rows, l->cols, l->stride, z, z);
        check_y(c, l, z, Z_COUNT, "in place");
    }
    free(z);
    free(y);
}

static void check_forward_bias(const struct activation_case *c, const layout *l)
{
    gn_activation f = activation_of(c->base, c->alpha);
    if (!f.forward_bias)
        return;
    gn_real *y = with_bias(&f, l, activation_z, Z_ON_GRID);
    check_y(c, l, y, Z_ON_GRID, "with bias");
    free(y);
}

/* The size of f': its own and that of a rounding of z in the tail, at least 1 elsewhere. */
static double slope_size(const struct activation_case *c, double z, double slope)
{
    return z < c->tail ? fabs(slope) * (1 + fabs(z) + z * z) : fmax(1, fabs(slope));
}

static void check_backward(const struct activation_case *c, const layout *l)
{
    gn_activation f = activation_of(c->base, c->alpha);
    gn_real *z = laid_out(l, activation_z, Z_COUNT), *y = laid_out(l, c->y, Z_COUNT);
    gn_real *dy = laid_out(l, activation_dy, Z_COUNT);
    f.backward(&f, l->rows, l->cols, l->stride, f.keeps_input ? z : NULL, y, dy);
    for (size_t i = 0; i < l->rows * l->cols; i++) {
        double x = activation_z[i % Z_COUNT], want = c->dz[i % Z_COUNT];
        double g = activation_dy[i % Z_COUNT], size = fabs(g) * slope_size(c, x, want / g);
        CHECK(is_near(at(l, dy, i), want, ROUNDINGS * EPSILON * size),
              "%s, alpha %g, %zu columns, stride %zu: dy f'(%.9g) = %.17g, not %.17g",
              c->base->name, c->alpha, l->cols, l->stride, x, at(l, dy, i), want);
    }
    free(z);
    free(y);
    free(dy);
}

static void each_case(void (*check)(const struct activation_case *c, const layout *l))
{
    for (size_t i = 0; i < COUNT(activation_cases); i++)
        for (size_t j = 0; j < COUNT(widths) * STRIDES; j++) {
            size_t cols = widths[j / STRIDES];
            layout l = layout_of(Z_COUNT / cols + 2, cols, j % STRIDES);
            check(&activation_cases[i], &l);
        }
}

static void test_forward(void **state)
{
    (void)state;
    each_case(check_forward);
}

static void test_forward_bias(void **state)
{
    (void)state;
    each_case(check_forward_bias);
}

static void test_backward(void **state)
{
    (void)state;
    each_case(check_backward);
}

/* ---- softmax: a rounding of y, that of z - max, and those of a sum in any order ---- */

typedef struct softmax_table { const double *z, *dy, *y, *dz; } softmax_table;

static double row_largest(const double *row, size_t cols)
{
    double most = row[0];
    for (size_t j = 1; j < cols; j++)
        most = fmax(most, row[j]);
    return most;
}

/* Of y, and of dz / (2 max |dy|): a sum of n numbers may be wrong by n / 2 roundings. */
static double softmax_size(const softmax_table *t, const layout *l, size_t i)
{
    double range = row_largest(t->z + i / l->cols * l->cols, l->cols) - t->z[i];
    return t->y[i] * (1 + range + (double)l->cols / (2 * ROUNDINGS));
}

static void check_softmax_y(const softmax_table *t, const layout *l, const gn_real *y,
                            const char *how)
{
    for (size_t i = 0; i < l->rows * l->cols; i++)
        CHECK(is_near(at(l, y, i), t->y[i], ROUNDINGS * EPSILON * softmax_size(t, l, i)),
              "softmax %s, %zu columns, stride %zu: y_%zu is %.17g, not %.17g", how, l->cols,
              l->stride, i, at(l, y, i), t->y[i]);
}

static void check_softmax_forward(const softmax_table *t, const layout *l)
{
    size_t n = l->rows * l->cols;
    gn_real *z = laid_out(l, t->z, n), *y = laid_out(l, NULL, 0);
    gn_softmax.forward(&gn_softmax, l->rows, l->cols, l->stride, z, y);
    check_softmax_y(t, l, y, "forward");
    gn_softmax.forward(&gn_softmax, l->rows, l->cols, l->stride, z, z);
    check_softmax_y(t, l, z, "in place");
    free(z);
    free(y);
    if (!gn_softmax.forward_bias)
        return;
    y = with_bias(&gn_softmax, l, t->z, n);
    check_softmax_y(t, l, y, "with bias");
    free(y);
}

static void check_softmax_backward(const softmax_table *t, const layout *l)
{
    size_t n = l->rows * l->cols;
    gn_real *y = laid_out(l, t->y, n), *dy = laid_out(l, t->dy, n);
    gn_softmax.backward(&gn_softmax, l->rows, l->cols, l->stride, NULL, y, dy);
    for (size_t i = 0; i < n; i++) {
        double largest = 0;
        for (size_t j = 0; j < l->cols; j++)
            largest = fmax(largest, fabs(t->dy[i / l->cols * l->cols + j]));
        double size = 2 * largest * softmax_size(t, l, i);
        CHECK(is_near(at(l, dy, i), t->dz[i], ROUNDINGS * EPSILON * size),
              "softmax, %zu columns, stride %zu: dz_%zu is %.17g, not %.17g", l->cols, l->stride,
              i, at(l, dy, i), t->dz[i]);
    }
    free(y);
    free(dy);
}

static void test_softmax(void **state)
{
    softmax_table t = { softmax_z, softmax_dy, softmax_y, softmax_dz };
    (void)state;
    for (size_t w = 0; w < COUNT(softmax_cols); w++) {
        size_t cols = softmax_cols[w], n = SOFTMAX_ROWS * cols;
        for (size_t kind = 0; kind < STRIDES; kind++) {
            layout l = layout_of(SOFTMAX_ROWS, cols, kind);
            check_softmax_forward(&t, &l);
            check_softmax_backward(&t, &l);
        }
        t = (softmax_table){ t.z + n, t.dy + n, t.y + n, t.dz + n };
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward),
        cmocka_unit_test(test_forward_bias),
        cmocka_unit_test(test_backward),
        cmocka_unit_test(test_softmax),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
