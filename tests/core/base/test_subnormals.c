/* Subnormal numbers, which make processors crawl: to a network they are 0, and none is left by
 * training. NaN and Inf are what they were (test_float_mode.c). */
#include <float.h>
#include "support.h"
#include "train/train.h"

#ifdef GN_DOUBLE
#define LEAST DBL_MIN
#else
#define LEAST FLT_MIN
#endif

static size_t subnormals(const gn_real *x, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += fpclassify(x[i]) == FP_SUBNORMAL;
    return count;
}

/* ---- inputs, weights ---- */

static void test_they_are_zeros(void **state)
{
    rng r = { 1 };
    (void)state;
    for (size_t trial = 0; trial < 60; trial++) {
        size_t in = draw_size(&r, 1, 70), rows = draw_coin(&r) ? 1 : draw_size(&r, 2, 90);
        gn_network *net =
            NETWORK(in, trial, { .units = draw_size(&r, 1, 40), .activation = &gn_relu },
                    { .units = 3, .activation = &gn_softmax });
        gn_context *ctx = make_context(net, (gn_context_options) { 0 });
        gn_real *x = reals(rows * in), *y = reals(rows * 3), *y0 = reals(rows * 3);
        gn_matrix m = matrix_of(x, rows, in);
        randomize(net, &r, 0.5);
        gn_real *p = gn_network_params(net);
        for (size_t i = 0; i < gn_network_param_count(net); i += 5)
            p[i] = LEAST / 8;
        for (size_t i = 0; i < rows * in; i += 2)
            x[i] = LEAST / 4, x[i / 2] = (gn_real)draw_normal(&r);
        for (size_t i = 0; i < rows * in; i += 3)
            x[i] = -LEAST / 4;
        CHECK_OK(gn_predict(ctx, &m, y, 0));
        for (size_t i = 0; i < rows * in; i++)
            x[i] = fpclassify(x[i]) == FP_SUBNORMAL ? 0 : x[i];
        for (size_t i = 0; i < gn_network_param_count(net); i += 5)
            p[i] = 0;
        CHECK_OK(gn_predict(ctx, &m, y0, 0));
        CHECK(same_bits(y, y0, rows * 3),
              "trial %zu: %zu rows of %zu subnormal inputs are not zeros", trial, rows, in);
        gn_context_destroy(ctx);
        gn_network_destroy(net);
        free(x);
        free(y);
        free(y0);
    }
}

/* ---- training ---- */

static void test_none_is_left(void **state)
{
    const gn_optimizer optimizers[] = {
        gn_sgd(0, false),      gn_sgd(0.5, false),      gn_sgd(0.5, true),   gn_adagrad(1e-8),
        gn_rmsprop(0.5, 1e-8), gn_adam(0.5, 0.6, 1e-8), gn_rprop_defaults(),
    };
    rng r = { 2 };
    (void)state;
    for (size_t i = 0; i < COUNT(optimizers); i++) {
        samples s = make_samples(&r, 20, 8, 3);
        gn_network *net = NETWORK(8, i, { .units = 13, .activation = &gn_relu },
                                  { .units = 3, .activation = &gn_softmax });
        gn_trainer *t = make_trainer(net, (gn_train_options) { .loss = &gn_softmax_cross_entropy,
                                                               .optimizer = optimizers[i],
                                                               .schedule = gn_constant(0.1),
                                                               .weight_decay = 5,
                                                               .batch = 20 });
        gn_data data = with_labels(&s);
        for (size_t step = 0; step < 3000; step++) {
            if (step == 20) /* inputs die: weights of theirs decay by halves, and so do states */
                memset(s.x, 0, s.rows * s.inputs * sizeof *s.x);
            CHECK_OK(gn_trainer_step(t, &data, NULL));
            size_t n = gn_network_param_count(net), left = subnormals(gn_network_params(net), n);
            for (int j = 0; j < optimizers[i].states; j++)
                left += subnormals(t->state[j], n);
            CHECK(left == 0, "%s, step %zu: %zu subnormal numbers", optimizers[i].name, step, left);
        }
        gn_trainer_destroy(t);
        gn_network_destroy(net);
        free_samples(&s);
    }
}

#if defined(__x86_64__) || defined(__aarch64__)
enum { FLUSHES = 1 };
#else
enum { FLUSHES = 0 };
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_they_are_zeros),
        cmocka_unit_test(test_none_is_left),
    };
    if (!FLUSHES || in_valgrind())
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
