/* Dropout: the share that it zeroes, the mean that it keeps, fresh for each row and step,
 * and not there in prediction and in gn_gradient. */
#include "support.h"

enum { ROWS = 64, COLS = 160, N = ROWS * COLS };

/* What dropout made of ones in each of n_steps steps: n_steps x N reals; free() them. */
static gn_real *dropped(double share, uint64_t seed, size_t n_steps)
{
    gn_network *net = NETWORK(COLS, 1, { .type = &gn_dropout, .param = { share } }, { .units = 1 });
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_squared_error, .batch = ROWS, .tile_rows = ROWS, .lanes = 1, .threads = 1,
        .seed = seed });
    gn_real *x = reals(N), *y = reals(ROWS), *all = reals(n_steps * N);
    for (size_t i = 0; i < N; i++)
        x[i] = 1;
    gn_data data = { .x = matrix_of(x, ROWS, COLS), .y = matrix_of(y, ROWS, 1) };
    for (size_t step = 0; step < n_steps; step++) {
        size_t rows, stride;
        CHECK_OK(gn_trainer_step(t, &data, NULL));
        const gn_real *out = gn_context_output(gn_trainer_context(t), 0, &rows, &stride);
        CHECK(out && rows == ROWS && stride >= COLS, "%zu rows", rows);
        for (size_t i = 0; i < N; i++)
            all[step * N + i] = out[i / COLS * stride + i % COLS];
    }
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free(x);
    free(y);
    return all;
}

static void test_share_and_mean(void **state)
{
    static const double shares[] = { 0, 0.1, 0.25, 0.5, 0.9 };
    (void)state;
    for (size_t i = 0; i < COUNT(shares); i++) {
        double share = shares[i], sum = 0, zeros = 0;
        double deviation = sqrt(share * (1 - share) / N);
        gn_real *out = dropped(share, i, 1);
        for (size_t j = 0; j < N; j++) {
            CHECK(out[j] == 0 || close_to((double)out[j], 1 / (1 - share), TOLERANCE(1e-15, 1e-6)),
                  "%g of %g", (double)out[j], share);
            zeros += out[j] == 0;
            sum += (double)out[j];
        }
        CHECK(fabs(zeros / N - share) <= 4 * deviation, "%g of %g", zeros / N, share);
        CHECK(fabs(sum / N - 1) <= 4 * deviation / (1 - share) + 1e-6, "mean %g, share %g", sum / N,
              share);
        free(out);
    }
}

/* How many of n numbers are zero in both: a quarter if independent, at one half. */
static void check_independent(const char *what, const gn_real *a, const gn_real *b, size_t n)
{
    double both = 0;
    for (size_t i = 0; i < n; i++)
        both += a[i] == 0 && b[i] == 0;
    CHECK(fabs(both / (double)n - 0.25) < 5 * sqrt(0.1875 / (double)n), "%s: %g of %zu", what,
          both / (double)n, n);
}

static void test_fresh_for_rows_steps_and_seeds(void **state)
{
    gn_real *a = dropped(0.5, 1, 3), *b = dropped(0.5, 2, 3), *again = dropped(0.5, 1, 3);
    (void)state;
    CHECK(same_bits(a, again, 3 * N), "the same seed, %d steps", 3);
    check_independent("seeds", a, b, 3 * N);
    check_independent("steps 1 and 2", a, a + N, N);
    check_independent("steps 2 and 3", a + N, a + 2 * N, N);
    check_independent("rows", a, a + COLS, 3 * N - COLS);
    check_independent("columns", a, a + 1, 3 * N - 1);
    free(a);
    free(b);
    free(again);
}

/* A row's draws are its own, into whatever tiles and lanes the minibatch is cut. */
static void test_same_in_any_tile(void **state)
{
    static const gn_plan plans[] = { { 100, 1, 1 }, { 10, 1, 1 }, { 10, 3, 2 }, { 7, 4, 3 } };
    rng r = { 3 };
    samples s = make_samples(&r, 100, COLS, 3);
    gn_data data = with_labels(&s);
    double losses[COUNT(plans)];
    (void)state;
    for (size_t i = 0; i < COUNT(plans); i++) {
        gn_network *net = NETWORK(COLS, 1, { .type = &gn_dropout, .param = { 0.5 } },
                                  { .units = 3, .activation = &gn_softmax });
        gn_trainer *t = make_trainer(net, (gn_train_options){
            .loss = &gn_softmax_cross_entropy, .batch = 100, .tile_rows = plans[i].tile_rows,
            .lanes = plans[i].lanes, .threads = plans[i].threads });
        CHECK_OK(gn_trainer_step(t, &data, &losses[i]));
        CHECK(close_to(losses[i], losses[0], TOLERANCE(1e-13, 1e-5)),
              "%zu lanes, tiles of %zu: %g, %g", plans[i].lanes, plans[i].tile_rows, losses[i],
              losses[0]);
        gn_trainer_destroy(t);
        gn_network_destroy(net);
    }
    free_samples(&s);
}

/* Two dropout layers of one network do not drop the same. */
static void test_layers_differ(void **state)
{
    gn_network *net = NETWORK(COLS, 1, { .type = &gn_dropout, .param = { 0.5 } },
                              { .type = &gn_dropout, .param = { 0.5 } });
    gn_real *x = reals(N), *y[2] = { reals(N), reals(N) };
    gn_draw draw = { 1, 2, 3 };
    (void)state;
    for (size_t i = 0; i < N; i++)
        x[i] = 1;
    for (size_t k = 0; k < 2; k++) {
        const gn_layer *layer = gn_network_layer(net, k);
        gn_real *cache = reals(ROWS * layer->cache_per_row),
                *work = reals(ROWS * layer->work_per_row);
        gn_pass pass = { .rows = ROWS,
                         .x = x,
                         .x_stride = COLS,
                         .y = y[k],
                         .y_stride = gn_row_stride(COLS),
                         .cache = cache,
                         .work = work,
                         .draw = &draw };
        layer->spec.type->forward(layer, &pass);
        free(cache);
        free(work);
    }
    check_independent("layers", y[0], y[1], N);
    free(x);
    free(y[0]);
    free(y[1]);
    gn_network_destroy(net);
}

static void test_off_outside_training(void **state)
{
    rng r = { 1 };
    samples s = make_samples(&r, 100, 8, 3);
    gn_data data = with_labels(&s);
    gn_network *with = NETWORK(8, 1, { .type = &gn_dropout, .param = { 0.9 } },
                               { .units = 20, .activation = &gn_relu },
                               { .type = &gn_dropout, .param = { 0.5 } },
                               { .units = 3, .activation = &gn_softmax },
                               { .type = &gn_dropout, .param = { 0.5 } });
    gn_network *without = NETWORK(8, 1, { .units = 20, .activation = &gn_relu },
                                  { .units = 3, .activation = &gn_softmax });
    gn_network *nets[] = { with, without };
    size_t n = gn_network_param_count(with);
    gn_real *y[2], *g[2];
    (void)state;
    memcpy(gn_network_params(without), gn_network_params(with), n * sizeof(gn_real));
    for (int i = 0; i < 2; i++) {
        gn_context *ctx = make_context(nets[i], (gn_context_options){ .gradients = true });
        y[i] = reals(300);
        g[i] = reals(n);
        CHECK_OK(gn_predict(ctx, &data.x, y[i], 0));
        CHECK_OK(gn_gradient(ctx, &(gn_data){ .x = data.x, .y = matrix_of(s.y, 100, 3) },
                             &gn_squared_error, NULL, g[i]));
        gn_context_destroy(ctx);
    }
    CHECK(same_bits(y[0], y[1], 300), "outputs differ by %g", distance(y[0], y[1], 300));
    CHECK(same_bits(g[0], g[1], n), "gradients differ by %g", distance(g[0], g[1], n));
    for (int i = 0; i < 2; i++) {
        free(y[i]);
        free(g[i]);
        gn_network_destroy(nets[i]);
    }
    free_samples(&s);
}

/* A network in which nothing is left to run gives what it gets, and so learns nothing. */
static void test_dropout_alone(void **state)
{
    enum { N_ROWS = 9, WIDTH = 5, STRIDE = 7 };
    rng r = { 1 };
    gn_real x[N_ROWS * STRIDE], y[N_ROWS * WIDTH], out[N_ROWS * WIDTH], gradient[1];
    gn_network *net = NETWORK(WIDTH, 1, { .type = &gn_dropout, .param = { 0.5 } });
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true });
    gn_data data = { .x = { .data = x, .rows = N_ROWS, .cols = WIDTH, .stride = STRIDE },
                     .y = matrix_of(y, N_ROWS, WIDTH) };
    double loss = 0, value;
    gn_score score;
    (void)state;
    fill_normal(&r, N_ROWS * STRIDE, x);
    fill_normal(&r, N_ROWS * WIDTH, y);
    for (size_t i = 0; i < N_ROWS * WIDTH; i++) {
        double d = (double)x[i / WIDTH * STRIDE + i % WIDTH] - (double)y[i];
        loss += d * d / (N_ROWS * WIDTH);
    }
    CHECK_OK(gn_predict(ctx, &data.x, out, 0));
    for (size_t i = 0; i < N_ROWS * WIDTH; i++)
        CHECK(out[i] == x[i / WIDTH * STRIDE + i % WIDTH], "output %zu is %g", i, (double)out[i]);
    CHECK_OK(gn_evaluate(ctx, &data, &gn_squared_error, &score));
    CHECK(close_to(score.loss, loss, TOLERANCE(1e-14, 1e-6)), "evaluated %g, not %g", score.loss,
          loss);
    CHECK_OK(gn_gradient(ctx, &data, &gn_squared_error, &value, gradient));
    CHECK(close_to(value, loss, TOLERANCE(1e-14, 1e-6)), "gradient's loss %g, not %g", value, loss);
    gn_context_destroy(ctx);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share_and_mean),
        cmocka_unit_test(test_fresh_for_rows_steps_and_seeds),
        cmocka_unit_test(test_same_in_any_tile),
        cmocka_unit_test(test_layers_differ),
        cmocka_unit_test(test_off_outside_training),
        cmocka_unit_test(test_dropout_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
