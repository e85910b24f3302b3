/* The floating-point mode of a host: calls raise no flag and trap nothing on good numbers, his mode
 * is his own again after each call, and inside each function of his, in every thread. */
#include <float.h>
#include <stdatomic.h>
#include "support.h"
#include "support_mode.h"
#include "run/run.h"

/* ---- the host's mode ---- */

static bool same_mode(mode a, mode b)
{
    return a.rounding == b.rounding && a.raised == b.raised && a.trapped == b.trapped &&
           a.flushes == b.flushes;
}

static const mode hosts[] = {
    { FE_TONEAREST, 0, 0, false },
    { FE_TONEAREST, 0, BAD, false },
    { FE_UPWARD, FE_DIVBYZERO, 0, true },
    { FE_TOWARDZERO, FE_DIVBYZERO, BAD, true },
};

static void leave(void)
{
    fesetenv(FE_DFL_ENV);
    flush(false);
}

/* Fails in the mode that the test began with. */
static void check_mode(const char *what, mode expected)
{
    mode now = mode_now();
    leave();
    CHECK(same_mode(now, expected),
          "after %s: rounding %d, flags %#x, traps %#x, flushes %d, not %d, %#x, %#x, %d", what,
          now.rounding, now.raised, now.trapped, now.flushes, expected.rounding, expected.raised,
          expected.trapped, expected.flushes);
    enter(expected);
}

/* ---- good numbers: every table, activation, loss, width, number of rows and threads ---- */

static const gn_activation *const activations[] = {
    &gn_identity, &gn_sigmoid, &gn_tanh, &gn_relu,     &gn_leaky_relu,
    &gn_elu,      &gn_gelu,    &gn_silu, &gn_softplus, &gn_softmax,
};
static const gn_loss *const losses[] = { &gn_squared_error, &gn_absolute_error, &gn_huber,
                                         &gn_softmax_cross_entropy, &gn_sigmoid_cross_entropy };

static void run_calls(gn_network *net, const samples *s, gn_train_options options, bool labels,
                      mode host)
{
    gn_data data = labels ? with_labels(s) : with_targets(s);
    const gn_data few = { .x = matrix_of(s->x, 1, s->inputs),
                          .y = matrix_of(s->y, 1, s->outputs),
                          .labels = data.labels };
    options.batch = s->rows;
    options.epochs = 2;
    gn_context *ctx = make_context(
        net,
        (gn_context_options) { .gradients = true, .threads = options.threads, .tile_rows = 7 });
    gn_trainer *t = make_trainer(net, options);
    gn_real *out = reals(s->rows * s->outputs), *gradient = reals(gn_network_param_count(net));
    gn_score score;
    enter(host);
    CHECK_OK(gn_predict(ctx, &few.x, out, 0));
    check_mode("predicting a row", host);
    CHECK_OK(gn_predict(ctx, &data.x, out, 0));
    check_mode("predicting rows", host);
    CHECK_OK(gn_evaluate(ctx, &data, options.loss, &score));
    check_mode("evaluating", host);
    CHECK_OK(gn_gradient(ctx, &few, options.loss, NULL, gradient));
    CHECK_OK(gn_gradient(ctx, &data, options.loss, NULL, gradient));
    check_mode("a gradient", host);
    CHECK_OK(gn_trainer_step(t, &few, NULL));
    CHECK_OK(gn_trainer_step(t, &data, NULL));
    check_mode("steps", host);
    CHECK_OK(gn_trainer_fit(t, &data, NULL));
    check_mode("a fit", host);
    leave();
    gn_trainer_destroy(t);
    gn_context_destroy(ctx);
    free(out);
    free(gradient);
}

static void try_pair(rng *r, const gn_activation *inside, const gn_activation *last,
                     const gn_loss *loss, size_t width, double size)
{
    if (loss->fuses && !gn_same_activation(last, loss->fuses) &&
        !gn_same_activation(last, &gn_identity))
        return;
    samples s = make_samples(r, 23, 7, width);
    for (size_t i = 0; i < s.rows * s.inputs; i++)
        s.x[i] *= (gn_real)size;
    for (size_t i = 0; i < 2 * COUNT(hosts); i++) {
        gn_network *net = NETWORK(7, draw_bits(r), { .units = 13, .activation = inside },
                                  { .type = &gn_dropout, .param = { 0.2 } },
                                  { .units = width, .activation = last });
        gn_train_options options = {
            .loss = loss, .threads = i % 2 ? 3 : 1, .lanes = 3, .tile_rows = 5
        };
        run_calls(net, &s, options, loss->takes_labels && draw_coin(r), hosts[i / 2]);
        gn_network_destroy(net);
    }
    free_samples(&s);
}

static void with_each_table(void (*part)(rng *r))
{
    const gni_kernels *tables[3], *before = gni_kernels_used;
    size_t n = gni_kernels_here(tables);
    for (size_t i = 0; i < n; i++) {
        rng r = { 11 };
        gni_kernels_used = tables[i];
        part(&r);
    }
    gni_kernels_used = before;
}

static void try_pairs(rng *r)
{
    static const size_t widths[] = { 3, 10, 16, 17 };
    for (size_t i = 0; i < COUNT(activations); i++)
        for (size_t j = 0; j < COUNT(losses); j++) {
            const gn_activation *inside = activations[(i + j) % (COUNT(activations) - 1)];
            try_pair(r, inside, activations[i], losses[j], widths[(i + j) % 4], 1);
            try_pair(r, inside, activations[i], losses[j], widths[(i + j + 1) % 4], 300);
        }
}

static void test_good_numbers(void **state)
{
    (void)state;
    with_each_table(try_pairs);
}

static void try_optimizers(rng *r)
{
    const gn_optimizer optimizers[] = {
        gn_sgd(0, false),      gn_sgd(0.9, false), gn_sgd(0.9, true),   gn_adagrad(1e-8),
        gn_rmsprop(0.9, 1e-8), gn_adam_defaults(), gn_rprop_defaults(),
    };
    samples s = make_samples(r, 40, 7, 3);
    for (size_t i = 0; i < COUNT(optimizers); i++)
        for (size_t j = 0; j < COUNT(hosts); j++) {
            gn_network *net = NETWORK(7, i, { .units = 13, .activation = &gn_tanh },
                                      { .units = 3, .activation = &gn_softmax });
            gn_train_options options = {
                .loss = &gn_softmax_cross_entropy,
                .optimizer = optimizers[i],
                .weight_decay = 0.01,
                .l1 = j % 2 ? 0.01 : 0,
                .l2 = 0.01,
                .max_gradient_norm = j / 2 ? 0.1 : 0,
                .threads = 2,
                .lanes = 2,
                .schedule = gn_warmup(gn_cosine(0.01, 0), 3),
            };
            run_calls(net, &s, options, true, hosts[j]);
            gn_network_destroy(net);
        }
    free_samples(&s);
}

static void test_optimizers(void **state)
{
    (void)state;
    with_each_table(try_optimizers);
}

/* ---- around training: networks, rates, scaling ---- */

static void test_outside(void **state)
{
    static const gn_init *const inits[] = { &gn_glorot_uniform, &gn_glorot_normal, &gn_he_uniform,
                                            &gn_he_normal,      &gn_lecun_uniform, &gn_lecun_normal,
                                            &gn_zeros };
    const gn_schedule schedules[] = {
        gn_constant(0.1),          gn_exponential(0.1, 0.9), gn_exponential_per_step(0.1, 0.99),
        gn_staircase(0.1, 0.5, 3), gn_cosine(0.1, 0),        gn_warmup(gn_cosine(0.1, 0), 5)
    };
    const mode host = hosts[1];
    (void)state;
    enter(host);
    for (size_t i = 0; i < COUNT(inits); i++)
        gn_network_destroy(NETWORK(7, i, { .units = 300, .init = inits[i] }));
    check_mode("creating networks", host);
    for (size_t i = 0; i < COUNT(schedules); i++)
        for (uint64_t step = 0; step < 100000; step = 3 * step + 1)
            gn_schedule_rate(&schedules[i],
                             &(gn_progress) { step, step / 10, 10, step % 2 ? 1000 : 0 });
    check_mode("learning rates", host);
    /* squares of the large ones overflow; a constant column */
    gn_real least = IS_DOUBLE ? (gn_real)DBL_MIN : (gn_real)FLT_MIN;
    gn_real large = IS_DOUBLE ? (gn_real)1e200 : (gn_real)1e30f;
    gn_real x[] = { 1, 5, large, -3, 2, 5, -large, 4, 3, 5, large / 2, 1 };
    gn_network *net = NETWORK(4, 1, { .units = 2 });
    gn_data data = { .x = matrix_of(x, 3, 4) };
    size_t first[3];
    for (gn_scale_rule rule = GN_AS_IS; rule <= GN_MIN_MAX; rule++) {
        CHECK_OK(gn_network_fit_scaling(net, &data, rule, GN_AS_IS));
        CHECK_OK(gn_network_outside(net, &data.x, first, NULL));
    }
    check_mode("scaling", host);
    for (size_t r = 0; r < 3; r++)
        x[4 * r + 1] = least / (gn_real)(4 << r); /* subnormal: like a column of zeros */
    CHECK_OK(gn_network_fit_scaling(net, &data, GN_STANDARDISE, GN_AS_IS));
    CHECK(gn_network_scaling(net).input_scale[1] == 1, "scale %g",
          (double)gn_network_scaling(net).input_scale[1]);
    CHECK_OK(gn_network_outside(net, &data.x, first, NULL));
    CHECK(first[0] == 4, "column %zu is outside", first[0]);
    gn_real shift[4] = { 0 }, scale[4] = { 1, 1, 1, 0 };
    const gn_scaling own = { .input_shift = shift, .input_scale = scale };
    CHECK_STATUS(gn_network_set_scaling(net, &own), GN_ERR_NONFINITE);
    scale[3] = least / 4; /* 0 to whatever divides by it */
    CHECK_STATUS(gn_network_set_scaling(net, &own), GN_ERR_NONFINITE);
    check_mode("scalings that cannot be", host);
    leave();
    gn_network_destroy(net);
}

/* ---- bad numbers: a status or NaN and Inf, and no flag either ---- */

static void test_bad_numbers(void **state)
{
    const mode host = hosts[1];
    rng r = { 5 };
    (void)state;
    for (size_t rows = 1; rows < 40; rows += 19) {
        samples s = make_samples(&r, rows, 40, 3);
        gn_network *net = NETWORK(40, 1, { .units = 3 });
        gn_context *ctx = make_context(net, (gn_context_options) { .gradients = true });
        gn_trainer *t =
            make_trainer(net, (gn_train_options) { .loss = &gn_squared_error, .batch = 64 });
        gn_real *out = reals(3 * rows), *gradient = reals(gn_network_param_count(net));
        gn_data data = with_targets(&s);
        gn_score score;
        s.x[0] = NAN;
        s.x[40 * (rows - 1) + 1] = INFINITY;
        enter(host);
        CHECK_OK(gn_predict(ctx, &data.x, out, 0));
        CHECK_STATUS(gn_evaluate(ctx, &data, &gn_squared_error, &score), GN_ERR_NONFINITE);
        CHECK_STATUS(gn_gradient(ctx, &data, &gn_squared_error, NULL, gradient), GN_ERR_NONFINITE);
        CHECK_STATUS(gn_trainer_step(t, &data, NULL), GN_ERR_NONFINITE);
        CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_ERR_NONFINITE);
        check_mode("bad numbers", host);
        leave();
        CHECK(isnan(out[0]), "NaN became %g", (double)out[0]);
        CHECK(rows == 1 || isinf(out[3 * rows - 1]), "Inf became %g", (double)out[3 * rows - 1]);
        gn_trainer_destroy(t);
        gn_context_destroy(ctx);
        gn_network_destroy(net);
        free_samples(&s);
        free(out);
        free(gradient);
    }
}

/* ---- what BLAS raises by itself: nobody's promise, but good to know ---- */

static void test_blas(void **state)
{
    rng r = { 6 };
    int raised = 0;
    (void)state;
    for (size_t n = 1; n < 200; n = 2 * n + 1) {
        gn_real *a = reals(n * n), *b = reals(n * n), *c = reals(n * n);
        fill_normal(&r, n * n, a);
        fill_normal(&r, n * n, b);
        for (gni_form form = GNI_NN; form <= GNI_TN; form++) {
            feclearexcept(FE_ALL_EXCEPT);
            gni_gemm(form, n, n, n, a, n, b, n, 0, c, n);
            raised |= fetestexcept(FE_ALL_EXCEPT);
        }
        free(a);
        free(b);
        free(c);
    }
    print_message("BLAS alone, on good numbers, raises%s%s%s%s%s\n",
                  raised & FE_INVALID ? " INVALID" : "", raised & FE_DIVBYZERO ? " DIVBYZERO" : "",
                  raised & FE_OVERFLOW ? " OVERFLOW" : "",
                  raised & FE_UNDERFLOW ? " UNDERFLOW" : "",
                  raised & BAD ? "" : " nothing that a host would trap");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_numbers), cmocka_unit_test(test_optimizers),
        cmocka_unit_test(test_outside),      cmocka_unit_test(test_bad_numbers),
        cmocka_unit_test(test_blas),
    };
    if (in_valgrind())
        return 0; /* it simulates neither flags nor traps */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
