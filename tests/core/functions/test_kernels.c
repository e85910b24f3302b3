/* Every table of kernels that this CPU can run against the baseline one, or against plain
 * loops in double, over all sorts of shapes. */
#include "support.h"
#include "kernels/kernels.h"

static const gni_kernels *tables[3];
static size_t n_tables;

/* ---- shapes: a matrix with guarded gaps ---- */

typedef struct shape { size_t rows, cols, stride; } shape;

static shape draw_shape(rng *r)
{
    shape s = { draw_size(r, 1, 20), draw_size(r, 1, draw_coin(r) ? 16 : 70), 0 };
    static const size_t gaps[] = { 0, 1, 5, 16, 33 };
    s.stride = draw_coin(r) ? gn_row_stride(s.cols) : s.cols + gaps[draw_size(r, 0, 4)];
    return s;
}

enum { SPARE = 40 };

static gn_real *draw_matrix(rng *r, shape s)
{
    size_t n = s.rows * s.stride;
    gn_real *m = reals(n + SPARE);
    fill_normal(r, n, m);
    for (size_t i = n; i < n + SPARE; i++)
        m[i] = 777;
    return m;
}

static void check_matrices(const char *what, const gni_kernels *k, shape s, const gn_real *a,
                           const gn_real *b, double tolerance)
{
    for (size_t r = 0; r < s.rows; r++)
        CHECK(distance(a + r * s.stride, b + r * s.stride, s.cols) <= tolerance,
              "%s, %s: row %zu of %zu x %zu, stride %zu: %g", k->name, what, r, s.rows, s.cols,
              s.stride, distance(a + r * s.stride, b + r * s.stride, s.cols));
    for (size_t i = 0; i < SPARE; i++)
        CHECK(b[s.rows * s.stride + i] == 777, "%s, %s wrote %zu too far", k->name, what, i);
}

static double near(void) { return TOLERANCE(1e-14, 5e-6); }

/* ---- activations and losses of each table against the baseline's ---- */

static void check_activation(const gni_kernels *k, int id, rng *r)
{
    const gni_kernels *base = tables[0];
    shape s = draw_shape(r);
    gn_real *z = draw_matrix(r, s), *y = draw_matrix(r, s),
            *y2 = copy_reals(y, s.rows * s.stride + SPARE);
    gn_real *bias = draw_matrix(r, (shape){ 1, s.cols, s.cols });
    base->activation[id].forward(0.3, s.rows, s.cols, s.stride, z, y);
    k->activation[id].forward(0.3, s.rows, s.cols, s.stride, z, y2);
    check_matrices("forward", k, s, y, y2, near());
    gn_real *dy = draw_matrix(r, s), *dy2 = copy_reals(dy, s.rows * s.stride + SPARE);
    base->activation[id].backward(0.3, s.rows, s.cols, s.stride, z, y, dy);
    k->activation[id].backward(0.3, s.rows, s.cols, s.stride, z, y, dy2);
    check_matrices("backward", k, s, dy, dy2, near());
    if (k->activation[id].forward_bias) { /* is forward after a bias was added */
        gn_real *sum = copy_reals(z, s.rows * s.stride + SPARE);
        for (size_t i = 0; i < s.rows * s.cols; i++)
            sum[i / s.cols * s.stride + i % s.cols] += bias[i % s.cols];
        base->activation[id].forward(0.3, s.rows, s.cols, s.stride, sum, y);
        k->activation[id].forward_bias(0.3, s.rows, s.cols, s.stride, bias, z);
        check_matrices("forward_bias", k, s, y, z, near());
        free(sum);
    }
    free(z);
    free(y);
    free(y2);
    free(bias);
    free(dy);
    free(dy2);
}

static void test_activations(void **state)
{
    (void)state;
    for (size_t t = 0; t < n_tables; t++)
        for (int id = 0; id < GNI_ACTIVATIONS; id++)
            for (uint64_t seed = 0; seed < 60; seed += one_in(1, 7))
                check_activation(tables[t], id, &(rng){ seed });
}

static void check_loss(const gni_kernels *k, int id, rng *r)
{
    shape s = draw_shape(r);
    samples data = make_samples(r, s.rows, 1, s.cols);
    bool labels = id >= GNI_SOFTMAX_CROSS_ENTROPY && draw_coin(r);
    gn_tile tile = { .rows = s.rows,
                     .labels = labels ? data.labels : NULL,
                     .y = labels ? NULL : data.y,
                     .weights = draw_coin(r) ? data.weights : NULL };
    if (id == GNI_SOFTMAX_CROSS_ENTROPY && s.cols == 1)
        memset(data.labels, 0, s.rows * sizeof *data.labels);
    gn_real *z = draw_matrix(r, s), *dz = draw_matrix(r, s), *dz2 = draw_matrix(r, s);
    double a = tables[0]->loss[id](0.7, &tile, s.cols, s.stride, z, 0.2, dz);
    double b = k->loss[id](0.7, &tile, s.cols, s.stride, z, 0.2, dz2);
    double c = k->loss[id](0.7, &tile, s.cols, s.stride, z, 0.2, NULL);
    CHECK(close_to(a, b, near()) && close_to(a, c, near()),
          "%s: loss %d, %zu x %zu: %.17g %.17g %.17g", k->name, id, s.rows, s.cols, a, b, c);
    check_matrices("loss", k, s, dz, dz2, near());
    free(z);
    free(dz);
    free(dz2);
    free_samples(&data);
}

static void test_losses(void **state)
{
    (void)state;
    for (size_t t = 0; t < n_tables; t++)
        for (int id = 0; id < GNI_LOSSES; id++)
            for (uint64_t seed = 0; seed < 100; seed += one_in(1, 7))
                check_loss(tables[t], id, &(rng){ seed });
}

/* ---- vectors ---- */

/* p, two states and a gradient of n numbers through one update: in row 0, 1 and 2 of m. */
static void update(const gni_kernels *k, int id, shape s, const gn_real *g, gn_real *m)
{
    static const double hypers[GNI_OPTIMIZERS][4] = {
        [GNI_MOMENTUM] = { 0.9, 1 },
        [GNI_RMSPROP] = { 0.9, 1e-8, 0.1 }, [GNI_ADAM] = { 0.9, 0.999, 1e-8 },
        [GNI_RPROP] = { 0.5, 1.2, 1e-6, 50 },
    };
    gn_update u = { .rate = 0.1, .decay = 0.01, .step = 3, .n = s.cols, .params = m, .gradient = g,
                    .state = { m + s.stride, m + 2 * s.stride } };
    k->update[id](hypers[id], &u);
}

static void check_update(const gni_kernels *k, int id, rng *r)
{
    shape s = { 3, draw_size(r, 1, 100), 0 };
    s.stride = s.cols;
    gn_real *g = draw_matrix(r, s), *a = draw_matrix(r, s);
    for (size_t i = s.cols; i < 3 * s.cols; i++)
        if (id != GNI_RPROP || i >= 2 * s.cols)
            a[i] = a[i] * a[i]; /* sums of squares, steps */
    gn_real *b = copy_reals(a, 3 * s.stride + SPARE);
    update(tables[0], id, s, g, a);
    update(k, id, s, g, b);
    check_matrices("update", k, s, a, b, near());
    free(g);
    free(a);
    free(b);
}

static void test_updates(void **state)
{
    (void)state;
    for (size_t t = 0; t < n_tables; t++)
        for (int id = 0; id < GNI_OPTIMIZERS; id++)
            for (uint64_t seed = 0; seed < 40; seed += one_in(1, 7))
                check_update(tables[t], id, &(rng){ seed });
}

/* Against plain loops in double. */
static void check_matrix_sums(const gni_kernels *k, rng *r)
{
    shape s = draw_shape(r), row = { 1, s.cols, s.cols };
    gn_real *m = draw_matrix(r, s), *v = draw_matrix(r, row), *sum = copy_reals(v, s.cols + SPARE);
    gn_real *biased = copy_reals(m, s.rows * s.stride + SPARE),
            *expected = copy_reals(biased, s.rows * s.stride + SPARE);
    for (int beta = 0; beta <= 1; beta++) {
        k->sum_rows(s.rows, s.cols, s.stride, m, (gn_real)beta, sum);
        for (size_t j = 0; j < s.cols; j++) {
            double exact = beta * (double)v[j];
            for (size_t i = 0; i < s.rows; i++)
                exact += (double)m[i * s.stride + j];
            CHECK(close_to((double)sum[j], exact, near()), "%s: column %zu: %g, not %g", k->name, j,
                  (double)sum[j], exact);
            sum[j] = v[j];
        }
    }
    for (size_t i = 0; i < s.rows * s.cols; i++)
        expected[i / s.cols * s.stride + i % s.cols] += v[i % s.cols];
    k->add_bias(s.rows, s.cols, s.stride, v, biased);
    check_matrices("add_bias", k, s, expected, biased, 0);
    free(m);
    free(v);
    free(sum);
    free(biased);
    free(expected);
}

static void check_vectors(const gni_kernels *k, rng *r)
{
    size_t n = draw_size(r, 1, 200);
    shape s = { 1, n, n };
    gn_real *a = draw_matrix(r, s), *b = draw_matrix(r, s), *out = draw_matrix(r, s),
            *expected = draw_matrix(r, s);
    double squares = 0;
    uint8_t bytes[200];
    for (size_t i = 0; i < n; i++) {
        bytes[i] = (uint8_t)draw_bits(r);
        squares += (double)a[i] * (double)a[i];
        expected[i] = (gn_real)(0.25 * bytes[i] - 3);
    }
    k->convert(n, bytes, (gn_real)0.25, -3, out);
    check_matrices("convert", k, s, expected, out, 0);
    CHECK(close_to(k->squares(n, a), squares, near() * 10), "%s: squares", k->name);
    for (size_t i = 0; i < n; i++)
        expected[i] = a[i] + b[i];
    memcpy(out, a, n * sizeof *a);
    k->add(n, out, b);
    check_matrices("add", k, s, expected, out, 0);
    a[0] = 0;
    for (size_t i = 0; i < n; i++)
        expected[i] =
            (gn_real)(0.5 * (double)b[i] + 0.1 * ((a[i] > 0) - (a[i] < 0)) + 0.2 * (double)a[i]);
    memcpy(out, b, n * sizeof *a);
    k->regularise(n, 0.5, 0.1, 0.2, a, out);
    check_matrices("regularise", k, s, expected, out, near());
    k->uniform((gni_key){ { 1, 2 } }, 3, n, out);
    tables[0]->uniform((gni_key){ { 1, 2 } }, 3, n, b);
    check_matrices("uniform", k, s, b, out, 0);
    for (size_t i = 0; i < n; i++)
        expected[i] = b[i] < (gn_real)0.75 ? a[i] * (1 / (gn_real)0.75) : 0;
    k->drop(n, (gn_real)0.75, b, a, out);
    check_matrices("drop", k, s, expected, out, near());
    free(a);
    free(b);
    free(out);
    free(expected);
}

/* y = x W^T, dx = dz W, dW = dz^T x + beta dW of one row; W is out x in. */
static void check_row_products(const gni_kernels *k, rng *r)
{
    size_t out = draw_size(r, 1, 40), in = draw_size(r, 1, 90);
    shape sw = { out, in, in }, sx = { 1, in, in }, sz = { 1, out, out };
    gn_real *w = draw_matrix(r, sw), *x = draw_matrix(r, sx), *dz = draw_matrix(r, sz);
    gn_real *y = draw_matrix(r, sz), *dx = draw_matrix(r, sx), *dw = draw_matrix(r, sw);
    gn_real *expected_y = draw_matrix(r, sz), *expected_dx = draw_matrix(r, sx);
    gn_real *expected_dw = draw_matrix(r, sw), beta = (gn_real)draw_size(r, 0, 2) / 2;
    memset(expected_y, 0, out * sizeof *y);
    memset(expected_dx, 0, in * sizeof *dx);
    for (size_t i = 0; i < out * in; i++) {
        expected_y[i / in] += w[i] * x[i % in];
        expected_dx[i % in] += dz[i / in] * w[i];
        expected_dw[i] = dz[i / in] * x[i % in] + beta * dw[i];
        dw[i] = beta == 0 ? (gn_real)NAN : dw[i]; /* is overwritten */
    }
    k->row_nt(out, in, x, w, y);
    k->row_nn(out, in, dz, w, dx);
    k->row_tn(out, in, dz, x, beta, dw);
    check_matrices("row_nt", k, sz, expected_y, y, 10 * near());
    check_matrices("row_nn", k, sx, expected_dx, dx, 10 * near());
    check_matrices("row_tn", k, sw, expected_dw, dw, near());
    gn_real *all[] = { w, x, dz, y, dx, dw, expected_y, expected_dx, expected_dw };
    for (size_t i = 0; i < COUNT(all); i++)
        free(all[i]);
}

/* Y = X W^T of few inputs, against plain sums. */
static void check_narrow(const gni_kernels *k, rng *r)
{
    size_t in = draw_size(r, 1, GNI_NARROW), out = draw_size(r, 1, 40), rows = draw_size(r, 1, 20);
    shape xs = { rows, in, in + draw_size(r, 0, 3) }, ws = { out, in, in },
          ys = { rows, out, gn_row_stride(out) };
    gn_real *x = draw_matrix(r, xs), *w = draw_matrix(r, ws), *y = draw_matrix(r, ys),
            *expected = copy_reals(y, rows * ys.stride + SPARE);
    for (size_t i = 0; i < rows * out; i++) {
        double sum = 0;
        for (size_t j = 0; j < in; j++)
            sum += (double)x[i / out * xs.stride + j] * (double)w[i % out * in + j];
        expected[i / out * ys.stride + i % out] = (gn_real)sum;
    }
    k->narrow_nt(rows, out, in, x, xs.stride, w, y, ys.stride);
    check_matrices("narrow_nt", k, ys, expected, y, near());
    free(x);
    free(w);
    free(y);
    free(expected);
}

static void test_vectors(void **state)
{
    (void)state;
    for (size_t t = 0; t < n_tables; t++)
        for (uint64_t seed = 0; seed < 300; seed += one_in(1, 7)) {
            check_matrix_sums(tables[t], &(rng){ seed });
            check_vectors(tables[t], &(rng){ seed });
            check_row_products(tables[t], &(rng){ seed });
            check_narrow(tables[t], &(rng){ seed });
        }
}

/* The sum of squares says whether all numbers are finite, whatever their size. */
static void test_squares(void **state)
{
    gn_real x[40];
    (void)state;
    for (size_t t = 0; t < n_tables; t++)
        for (size_t i = 0; i < 40; i++) {
            for (size_t j = 0; j < 40; j++)
                x[j] = 1;
            x[i] = (gn_real)1e25; /* its square is no float */
            CHECK(close_to(tables[t]->squares(40, x) / 1e50, 1, 1e-6), "%g",
                  tables[t]->squares(40, x));
            x[i] = (gn_real)TOLERANCE(1e200, (double)INFINITY); /* no double */
            CHECK(!isfinite(tables[t]->squares(40, x)), "%g", tables[t]->squares(40, x));
            x[i] = (gn_real)NAN;
            CHECK(!isfinite(tables[t]->squares(40, x)), "%g", tables[t]->squares(40, x));
            x[i] = (gn_real)INFINITY;
            CHECK(!isfinite(tables[t]->squares(40, x)), "%g", tables[t]->squares(40, x));
        }
}

static int set_up(void **state)
{
    (void)state;
    n_tables = gni_kernels_here(tables);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_activations),    cmocka_unit_test(test_losses),
        cmocka_unit_test(test_updates),        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_squares),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
