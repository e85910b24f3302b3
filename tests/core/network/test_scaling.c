/* Scaling: what is fitted is what scikit-learn and long double arithmetic find, what is set is
 * copied, and rows outside of the range are found. */
#include "reference/scaling.h"

/* Gives its inputs (scaled) as they are. */
static gn_network *pass_through(size_t n)
{
    gn_network *net = NETWORK(n, 1, { .units = n, .no_bias = true });
    for (size_t i = 0; i < n * n; i++)
        gn_network_params(net)[i] = i % (n + 1) == 0;
    return net;
}

/* What a network makes of x: free() it. */
static gn_real *predicted(const gn_network *net, const gn_matrix *x)
{
    gn_context *ctx = make_context(net, (gn_context_options){ 0 });
    gn_real *out = reals(x->rows * outputs_of(net));
    CHECK_OK(gn_predict(ctx, x, out, 0));
    gn_context_destroy(ctx);
    return out;
}

/* ---- fitting ---- */

/* Within roundings of gn_real of the largest number on the way. */
static void check_columns(const char *what, const gn_real *got, const double *want,
                          const double *shift, const double *scale)
{
    for (size_t i = 0; i < ROWS * COLS; i++) {
        double way = 1 + fabs(want[i]) + (shift ? fabs(shift[i % COLS] / scale[i % COLS]) : 0);
        CHECK(is_near((double)got[i], want[i], 4 * EPSILON * way),
              "%s, row %zu, column %zu: %.17g, not %.17g",
              what, i / COLS, i % COLS, (double)got[i], want[i]);
    }
}

static void test_against_scikit_learn(void **state)
{
    const struct { const char *what; gn_scale_rule rule; const double *shift, *scale,
                   *scaled; } cases[] = {
        { "StandardScaler", GN_STANDARDISE, means, deviations, standardised },
        { "MinMaxScaler", GN_MIN_MAX, lows, widths, between_0_and_1 },
    };
    gn_real *x = reals_of(unscaled, ROWS * COLS);
    gn_data data = { .x = matrix_of(x, ROWS, COLS), .y = matrix_of(x, ROWS, COLS) };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_network *net = pass_through(COLS);
        CHECK_OK(gn_network_fit_scaling(net, &data, cases[i].rule, GN_AS_IS));
        CHECK(!gn_network_scaling(net).output_shift, "%s: outputs too", cases[i].what);
        gn_real *scaled = predicted(net, &data.x);
        check_columns(cases[i].what, scaled, cases[i].scaled, cases[i].shift, cases[i].scale);
        /* and back: inputs as they are, outputs scaled, so that scaled numbers go in */
        CHECK_OK(gn_network_fit_scaling(net, &data, GN_AS_IS, cases[i].rule));
        CHECK(!gn_network_scaling(net).input_shift, "%s: inputs too", cases[i].what);
        gn_real *back = predicted(net, &(gn_matrix){ .data = scaled, .rows = ROWS, .cols = COLS });
        for (size_t j = 0; j < ROWS * COLS; j++)
            CHECK(is_near((double)back[j], unscaled[j],
                          8 * EPSILON * (fabs(unscaled[j]) + cases[i].scale[j % COLS])),
                  "%s, back, %zu: %.17g, not %.17g", cases[i].what, j, (double)back[j],
                  unscaled[j]);
        free(scaled);
        free(back);
        gn_network_destroy(net);
    }
    free(x);
}

/* A matrix of reals or bytes with room between its rows, and its numbers: free() both. */
static gn_matrix random_matrix(rng *r, size_t rows, size_t cols, gn_real **numbers)
{
    gn_matrix m = { .rows = rows, .cols = cols,
                    .stride = draw_coin(r) ? 0 : cols + draw_size(r, 1, 3),
                    .type = draw_coin(r) ? GN_U8 : GN_REAL };
    size_t stride = m.stride ? m.stride : cols;
    uint8_t *bytes = allocate(rows * stride, sizeof(gn_real));
    if (m.type == GN_U8 && draw_coin(r))
        m.scale = draw_real(r, -2, 2), m.offset = draw_real(r, -50, 50);
    *numbers = reals(rows * cols);
    for (size_t i = 0; i < rows * stride; i++) {
        gn_real x = (gn_real)(100 * (double)(i % stride % 4) + draw_normal(r));
        if (m.type == GN_REAL)
            memcpy(bytes + i * sizeof x, &x, sizeof x);
        else
            bytes[i] = (uint8_t)draw_size(r, 0, 255);
        if (m.type == GN_U8)
            x = (gn_real)(m.scale == 0 ? 1.0 / 255 : m.scale) * (gn_real)bytes[i] +
                (gn_real)m.offset;
        if (i % stride < cols)
            (*numbers)[i / stride * cols + i % stride] = x;
    }
    m.data = bytes;
    return m;
}

static void check_fitted(const gn_real *numbers, const gn_matrix *m, size_t col, gn_scale_rule rule,
                         gn_real shift, gn_real scale)
{
    long double low = INFINITY, high = -INFINITY, sum = 0, squares = 0;
    for (size_t r = 0; r < m->rows; r++) {
        long double x = (long double)numbers[r * m->cols + col];
        low = x < low ? x : low;
        high = x > high ? x : high;
        sum += x;
    }
    long double mean = sum / (long double)m->rows;
    for (size_t r = 0; r < m->rows; r++) {
        long double d = (long double)numbers[r * m->cols + col] - mean;
        squares += d * d;
    }
    double want_shift = (double)(rule == GN_MIN_MAX ? low : mean),
        most = (double)fmaxl(fabsl(low), fabsl(high));
    long double deviation = sqrtl(squares / (long double)m->rows);
    double want_scale = (double)(rule == GN_MIN_MAX ? high - low : deviation);
    if (low == high)
        want_scale = 1;
    CHECK(fabs((double)shift - want_shift) <= 4 * EPSILON * most,
          "rule %d, column %zu: shift %.17g, not %.17g",
          (int)rule, col, (double)shift, want_shift);
    CHECK(fabs((double)scale - want_scale) <= 4 * EPSILON * (most + want_scale),
          "rule %d, column %zu: scale "
          "%.17g, not %.17g", (int)rule, col, (double)scale, want_scale);
}

static void test_against_long_double(void **state)
{
    rng r = { 5 };
    (void)state;
    for (int i = 0; i < 60; i++) {
        size_t in = draw_size(&r, 1, 7), out = draw_size(&r, 1, 5), rows = draw_size(&r, 1, 40);
        gn_network *net = NETWORK(in, 1, { .units = out });
        gn_scale_rule rules[2] = { (gn_scale_rule)draw_size(&r, 0, 2),
                                   (gn_scale_rule)draw_size(&r, 0, 2) };
        gn_real *numbers[2];
        gn_data data = { .x = random_matrix(&r, rows, in, &numbers[0]),
                         .y = random_matrix(&r, rows, out, &numbers[1]) };
        CHECK_OK(gn_network_fit_scaling(net, &data, rules[0], rules[1]));
        gn_scaling s = gn_network_scaling(net);
        CHECK(!s.input_shift == (rules[0] == GN_AS_IS) && !s.output_scale == (rules[1] == GN_AS_IS),
              "%d", i);
        for (size_t j = 0; j < in && s.input_shift; j++)
            check_fitted(numbers[0], &data.x, j, rules[0], s.input_shift[j], s.input_scale[j]);
        for (size_t j = 0; j < out && s.output_shift; j++)
            check_fitted(numbers[1], &data.y, j, rules[1], s.output_shift[j], s.output_scale[j]);
        for (size_t k = 0; k < rows * in; k++) {
            gn_real x = numbers[0][k], low = s.input_low[k % in], high = s.input_high[k % in];
            CHECK(low <= x && x <= high, "%d: input %zu, %g, not in [%g, %g]", i, k % in, (double)x,
                  (double)low, (double)high);
        }
        gn_network_destroy(net);
        free(numbers[0]);
        free(numbers[1]);
        free((void *)(uintptr_t)data.x.data);
        free((void *)(uintptr_t)data.y.data);
    }
}

/* Exactly 0 comes of them, however the mean is rounded. */
static void test_constant_columns(void **state)
{
    static const double constants[] = { 0, 0.1, -3.3, 1e17, -1e30, 1e-30 };
    enum { N = COUNT(constants), MANY = 37 };
    gn_real x[MANY * N];
    gn_network *net = pass_through(N);
    (void)state;
    for (size_t i = 0; i < MANY * N; i++)
        x[i] = (gn_real)constants[i % N];
    for (size_t rows = 1; rows <= MANY; rows += 4)
        for (int rule = GN_STANDARDISE; rule <= GN_MIN_MAX; rule++) {
            gn_data data = { .x = matrix_of(x, rows, N), .y = matrix_of(x, rows, N) };
            CHECK_OK(gn_network_fit_scaling(net, &data, (gn_scale_rule)rule, GN_AS_IS));
            gn_real *y = predicted(net, &data.x);
            for (size_t i = 0; i < rows * N; i++)
                CHECK(fabs((double)y[i]) <= 0, "rule %d, %zu rows of %g give %g", rule, rows,
                      constants[i % N],
                      (double)y[i]);
            free(y);
        }
    gn_network_destroy(net);
}

/* Of numbers too near or too far from one another no infinity comes, and no scale that is none of
 * theirs: what has no scale is refused. */
static void test_extreme_columns(void **state)
{
    const double most = IS_DOUBLE ? DBL_MAX : (double)FLT_MAX;
    const double least = LEAST_NORMAL * EPSILON, small = LEAST_NORMAL;
    /* standardised, by range; 0: refused */
    const struct { double low, high, scale[2]; } cases[] = {
        { -most, most, { most, 0 } }, { 0, most, { most / 2, most } },
        { 0, least, { 1, 1 } }, /* a subnormal number is 0 to a network */
        { 0, 4 * small, { 2 * small, 4 * small } }, { small, 1.5 * small, { 0, 0 } },
    };
    gn_network *net = pass_through(2);
    (void)state;
    for (size_t i = 0; i < 4 * COUNT(cases); i++) {
        const double want = cases[i / 4].scale[i / 2 % 2];
        gn_real x[4] = { 1, (gn_real)cases[i / 4].low, 2, (gn_real)cases[i / 4].high };
        gn_data data = { .x = matrix_of(x, 2, 2), .y = matrix_of(x, 2, 2) };
        const gn_scale_rule rule = i / 2 % 2 ? GN_MIN_MAX : GN_STANDARDISE, none = GN_AS_IS;
        bool of_y = i % 2;
        if ((i / 4 == 2 || i / 4 == 4) && in_valgrind())
            continue; /* which knows no mode that flushes */
        gn_status status = gn_network_fit_scaling(net, &data, of_y ? none : rule,
                                                  of_y ? rule : none);
        const gn_scaling s = gn_network_scaling(net);
        const gn_real *scale = of_y ? s.output_scale : s.input_scale;
        if (want > 0)
            CHECK(status == GN_OK && is_near((double)scale[1] / want, 1, 4 * EPSILON),
                  "case %zu: %g, not %g: %s", i,
                  scale ? (double)scale[1] : 0, want, gn_error_message());
        else
            CHECK(status == GN_ERR_NONFINITE &&
                  strstr(gn_error_message(), of_y ? "column 1 of y" : "column 1 of x"),
                  "case %zu: %d: %s", i, (int)status, gn_error_message());
    }
    gn_network_destroy(net);
}

/* ---- setting ---- */

static void test_set_and_taken_away(void **state)
{
    gn_real shift[2] = { 1, 2 }, scale[2] = { 4, -8 }, low[2] = { 0, -1 },
        high[2] = { 0, (gn_real)INFINITY };
    gn_network *net = pass_through(2), *copy;
    const gn_real x[2] = { 9, 18 };
    gn_matrix row = matrix_of(x, 1, 2);
    (void)state;
    CHECK(!gn_network_scaling(net).input_shift && !gn_network_scaling(NULL).input_low, "%s",
          "at first");
    CHECK_OK(gn_network_set_scaling(net,
                                    &(gn_scaling){ shift, scale, scale, shift, low, high, { 0 } }));
    shift[0] = scale[1] = low[0] = high[0] = 77; /* they are copied */
    for (int again = 0; again < 2; again++) {
        gn_real *y = predicted(net, &row);
        CHECK(y[0] == 2 * 1 + 4 && y[1] == -2 * 2 - 8, "%g, %g", (double)y[0], (double)y[1]);
        free(y);
        gn_scaling own = gn_network_scaling(net);
        CHECK(own.input_low[0] == 0 && own.input_high[0] == 0 && isinf(own.input_high[1]), "%g, %g",
              (double)own.input_low[0], (double)own.input_high[0]);
        CHECK_OK(gn_network_set_scaling(net, &own)); /* its own arrays */
    }
    CHECK_OK(gn_network_copy(&copy, net));
    CHECK_OK(gn_network_set_scaling(net, NULL));
    gn_scaling none = gn_network_scaling(net), copied = gn_network_scaling(copy);
    CHECK(!none.input_shift && !none.input_scale && !none.output_shift && !none.output_scale &&
          !none.input_low && !none.input_high, "%s", "taken away");
    gn_real *y = predicted(net, &row), *z = predicted(copy, &row);
    CHECK(y[0] == 9 && y[1] == 18 && z[0] == 6 && z[1] == -12, "%g, %g; %g, %g", (double)y[0],
          (double)y[1], (double)z[0], (double)z[1]);
    CHECK(copied.input_low[1] == -1 && copied.output_shift[1] == -8 && copied.output_scale[0] == 1,
          "%g", (double)copied.input_low[1]);
    free(y);
    free(z);
    gn_network_destroy(copy);
    gn_network_destroy(net);
}

/* ---- outside ---- */

static void test_outside(void **state)
{
    static const struct { gn_real x[3]; size_t first; } rows[] = {
        /* edges are inside */
        { { 0, 5, -1 }, 3 }, { { 1, 5, 1 }, 3 }, { { (gn_real)0.5, 5, 0 }, 3 },
        { { (gn_real)-0.001, 5, 0 }, 0 }, { { (gn_real)1.001, 6, 7 }, 0 },
        { { 0, (gn_real)4.999, 0 }, 1 },
        { { 0, 5, (gn_real)NAN }, 2 }, { { (gn_real)NAN, 5, 0 }, 0 },
        { { 0, 5, (gn_real)INFINITY }, 2 },
    };
    const gn_real seen[6] = { 0, 5, 1, 1, 5, -1 };
    gn_matrix x = { .data = rows, .rows = COUNT(rows), .cols = 3,
                    .stride = sizeof rows[0] / sizeof(gn_real) };
    size_t first[COUNT(rows)], count = 99;
    gn_network *net = NETWORK(3, 1, { .units = 2 });
    (void)state;
    CHECK_STATUS(gn_network_outside(net, &x, first, &count), GN_ERR_ARGUMENT);
    CHECK(strstr(gn_error_message(), "gn_network_fit_scaling"), "%s", gn_error_message());
    CHECK_OK(gn_network_fit_scaling(net, &(gn_data){ .x = matrix_of(seen, 2, 3) },
                                    GN_AS_IS, GN_AS_IS));
    CHECK_OK(gn_network_outside(net, &x, first, &count));
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK(first[i] == rows[i].first, "row %zu: %zu, not %zu", i, first[i], rows[i].first);
    CHECK(count == 6, "%zu rows", count);
    CHECK_OK(gn_network_outside(net, &x, first, NULL));
    static const uint8_t some[6] = { 0, 50, 10, 11, 50, 10 };
    x = (gn_matrix){ .data = some, .rows = 2, .cols = 3, .type = GN_U8, .scale = 0.1 };
    CHECK_OK(gn_network_outside(net, &x, first, &count));
    CHECK(first[0] == 3 && first[1] == 0 && count == 1, "%zu, %zu; %zu rows", first[0], first[1],
          count);
    x.cols = 2;
    CHECK_STATUS(gn_network_outside(net, &x, first, &count), GN_ERR_SHAPE);
    CHECK_STATUS(gn_network_outside(NULL, &x, first, &count), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_outside(net, NULL, first, &count), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_outside(net, &x, NULL, &count), GN_ERR_ARGUMENT);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_scikit_learn),
        cmocka_unit_test(test_against_long_double),
        cmocka_unit_test(test_constant_columns),
        cmocka_unit_test(test_extreme_columns),
        cmocka_unit_test(test_set_and_taken_away),
        cmocka_unit_test(test_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
