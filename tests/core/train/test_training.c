/* Training: that networks learn, which rows they learn from, when they stop and with which
 * weights, and that a user's own parts do as ours. */
#include "support.h"

#define HIDDEN(n, f) { .units = (n), .activation = &gn_##f }

/* ---- learning ---- */

static void test_xor(void **state)
{
    static const gn_real x[] = { 0, 0, 0, 1, 1, 0, 1, 1 };
    static const int32_t labels[] = { 0, 1, 1, 0 };
    gn_data data = { .x = matrix_of(x, 4, 2), .labels = labels };
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed += one_in(1, 5)) {
        gn_network *net = NETWORK(2, seed, HIDDEN(8, tanh), HIDDEN(1, sigmoid));
        gn_trainer *t = make_trainer(net, (gn_train_options){ .loss = &gn_sigmoid_cross_entropy,
                                                               .batch = 4,
                                                               .epochs = 400,
                                                               .schedule = gn_constant(0.05) });
        gn_context *ctx = make_context(net, (gn_context_options){ 0 });
        gn_score score;
        CHECK_OK(gn_trainer_fit(t, &data, NULL));
        CHECK_OK(gn_evaluate(ctx, &data, &gn_sigmoid_cross_entropy, &score));
        CHECK(score.accuracy == 1 && score.loss < 0.1, "seed %d: loss %g, accuracy %g", (int)seed,
              score.loss, score.accuracy);
        gn_context_destroy(ctx);
        gn_trainer_destroy(t);
        gn_network_destroy(net);
    }
}

/* y = sin(2 x0) + x1 / 2 */
static samples make_regression(size_t rows)
{
    rng r = { 4 };
    samples s = make_samples(&r, rows, 2, 1);
    for (size_t i = 0; i < rows; i++)
        s.y[i] = (gn_real)sin(2 * (double)s.x[2 * i]) + s.x[2 * i + 1] / 2;
    return s;
}

static void test_every_optimizer_learns(void **state)
{
    const struct { const char *name; gn_optimizer optimizer; double rate; size_t batch;
        } cases[] = {
        { "sgd", gn_sgd(0, false), 0.1, 16 },
        { "momentum", gn_sgd(0.9, false), 0.02, 16 },
        { "nesterov", gn_sgd(0.9, true), 0.02, 16 },
        { "adagrad", gn_adagrad(1e-10), 0.05, 16 },
        { "rmsprop", gn_rmsprop(0.99, 1e-8), 0.003, 16 },
        { "adam", gn_adam_defaults(), 0.01, 16 },
        { "adam by default", { 0 }, 0.01, 16 },
        { "rprop", gn_rprop_defaults(), 0.01, 256 },
    };
    samples s = make_regression(256);
    gn_data data = with_targets(&s);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_network *net = NETWORK(2, i, HIDDEN(24, tanh), { .units = 1 });
        gn_trainer *t = make_trainer(net, (gn_train_options){
            .loss = &gn_squared_error, .batch = cases[i].batch, .epochs = 120,
            .optimizer = cases[i].optimizer, .schedule = gn_constant(cases[i].rate) });
        const gn_epoch *history;
        CHECK_OK(gn_trainer_fit(t, &data, NULL));
        size_t n = history_of(t, &history);
        CHECK(n == 120 && history[119].train.loss < 0.05, "%s: %zu epochs, loss from %g to %g",
              cases[i].name, n, history[0].train.loss, history[n - 1].train.loss);
        gn_trainer_destroy(t);
        gn_network_destroy(net);
    }
    free_samples(&s);
}

/* ---- which rows: a loss that writes down their numbers, which are the targets ---- */

enum { MOST = 2000 };
static size_t trained_rows[MOST], n_trained, validated_rows[MOST], n_validated;

static double record(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                     const gn_real *z, double scale, gn_real *dz)
{
    (void)self;
    (void)z;
    (void)scale;
    for (size_t r = 0; r < tile->rows; r++) {
        size_t row = (size_t)tile->y[r * cols];
        if (dz)
            trained_rows[n_trained++] = row;
        else
            validated_rows[n_validated++] = row;
        for (size_t j = 0; dz && j < cols; j++)
            dz[r * stride + j] = 0;
    }
    return (double)tile->rows;
}

static const gn_loss recorder = { .name = "recorder", .takes_targets = true, .eval = record };

static void record_fit(gn_train_options options, size_t rows)
{
    rng r = { 3 };
    samples s = make_samples(&r, rows, 1, 1);
    for (size_t i = 0; i < rows; i++)
        s.y[i] = (gn_real)i;
    gn_data data = with_targets(&s);
    gn_network *net = NETWORK(1, 1, { .units = 1 });
    options.loss = &recorder;
    options.threads = 1;
    gn_trainer *t = make_trainer(net, options);
    n_trained = n_validated = 0;
    CHECK_OK(gn_trainer_fit(t, &data, NULL));
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free_samples(&s);
}

/* How often each row occurs among n. */
static void count_rows(const size_t *rows, size_t n, int *times, size_t most)
{
    memset(times, 0, most * sizeof *times);
    for (size_t i = 0; i < n; i++) {
        CHECK(rows[i] < most, "row %zu", rows[i]);
        times[rows[i]]++;
    }
}

static void test_every_row_once_an_epoch(void **state)
{
    int times[103];
    (void)state;
    for (size_t batch = 1; batch < 120; batch += 17) {
        record_fit((gn_train_options){ .batch = batch, .epochs = 3 }, 103);
        CHECK(n_trained == 309 && n_validated == 0, "batch %zu: %zu rows", batch, n_trained);
        for (size_t epoch = 0; epoch < 3; epoch++) {
            count_rows(trained_rows + epoch * 103, 103, times, 103);
            for (size_t i = 0; i < 103; i++)
                CHECK(times[i] == 1, "batch %zu, epoch %zu: row %zu %d times", batch, epoch, i,
                      times[i]);
        }
        CHECK(memcmp(trained_rows, trained_rows + 103, 103 * sizeof(size_t)), "batch %zu", batch);
    }
}

static void test_order_and_ragged_end(void **state)
{
    int times[103];
    (void)state;
    record_fit((gn_train_options){ .batch = 10, .epochs = 2, .keep_order = true }, 103);
    for (size_t i = 0; i < 206; i++)
        CHECK(trained_rows[i] == i % 103, "row %zu at %zu", trained_rows[i], i);
    record_fit((gn_train_options){ .batch = 10, .epochs = 2, .drop_last = true }, 103);
    CHECK(n_trained == 200, "%zu rows with drop_last", n_trained);
    count_rows(trained_rows, 100, times, 103);
    for (size_t i = 0; i < 103; i++)
        CHECK(times[i] <= 1, "row %zu %d times", i, times[i]);
}

static void test_validation_split(void **state)
{
    int trained[200], validated[200];
    (void)state;
    for (uint64_t seed = 0; seed < 4; seed++) {
        record_fit(
            (gn_train_options){ .batch = 16, .epochs = 3, .validation = 0.25, .seed = seed }, 200);
        CHECK(n_trained == 450 && n_validated == 150, "%zu and %zu rows", n_trained, n_validated);
        count_rows(trained_rows, n_trained, trained, 200);
        count_rows(validated_rows, n_validated, validated, 200);
        size_t in_front = 0;
        for (size_t i = 0; i < 200; i++) {
            CHECK(trained[i] + validated[i] == 3 && trained[i] * validated[i] == 0,
                  "row %zu: trained %d, validated %d times", i, trained[i], validated[i]);
            in_front += i < 100 && validated[i];
        }
        CHECK(in_front > 10 && in_front < 40, "seed %d: %zu of 50 in the first half", (int)seed,
              in_front);
    }
}

/* Rows that are split off are drawn at random; the others still come in their order. */
static void test_order_of_what_is_left(void **state)
{
    (void)state;
    record_fit((gn_train_options){
        .batch = 16, .epochs = 2, .validation = 0.25, .keep_order = true }, 200);
    CHECK(n_trained == 300 && n_validated == 100, "%zu and %zu rows", n_trained, n_validated);
    for (size_t i = 1; i < 300; i++)
        CHECK(i == 150 || trained_rows[i] > trained_rows[i - 1], "row %zu after row %zu",
              trained_rows[i], trained_rows[i - 1]);
}

/* ---- stopping ---- */

/* Labels without reason: what is learned by heart makes validation worse. */
static samples noise(uint64_t seed, size_t rows)
{
    rng r = { seed };
    return make_samples(&r, rows, 10, 2);
}

static void check_best_weights(size_t patience, size_t epochs, bool stops)
{
    samples s = noise(1, 40), v = noise(2, 200);
    gn_data data = with_labels(&s), valid = with_labels(&v);
    gn_network *net = NETWORK(10, 3, HIDDEN(50, relu), HIDDEN(2, softmax));
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_softmax_cross_entropy, .batch = 8, .epochs = epochs, .patience = patience,
        .schedule = gn_constant(0.005) });
    CHECK_STATUS(gn_trainer_fit(t, &data, &valid), stops ? GN_STOPPED : GN_OK);
    const gn_epoch *history;
    size_t n = history_of(t, &history), best = 0;
    for (size_t i = 0; i < n; i++)
        best = history[i].valid.loss < history[best].valid.loss ? i : best;
    CHECK(stops ? best + 1 + patience == n : n == epochs, "best epoch %zu of %zu", best + 1, n);
    CHECK(best + 1 < n, "the last epoch is the best: nothing is shown (%zu)", n);
    gn_context *ctx = make_context(net, (gn_context_options){ 0 });
    gn_score score;
    CHECK_OK(gn_evaluate(ctx, &valid, &gn_softmax_cross_entropy, &score));
    CHECK(close_to(score.loss, history[best].valid.loss, TOLERANCE(1e-13, 1e-6)),
          "loss %.12g, that of the best epoch %.12g, of the last %.12g", score.loss,
          history[best].valid.loss, history[n - 1].valid.loss);
    CHECK(score.accuracy == history[best].valid.accuracy, "%g", score.accuracy);
    gn_context_destroy(ctx);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free_samples(&s);
    free_samples(&v);
}

static void test_early_stopping(void **state)
{
    (void)state;
    check_best_weights(1, 300, true);
    check_best_weights(4, 300, true);
    check_best_weights(100, 60, false); /* patience does not run out: still the best ones */
}

typedef struct counter { uint64_t steps, epochs, stop_step, stop_epoch; } counter;

static bool count_step(void *user, const gn_progress *at, double loss)
{
    counter *c = user;
    CHECK(at->step == ++c->steps, "step %d", (int)at->step);
    CHECK(at->steps_per_epoch == 7, "%d steps per epoch", (int)at->steps_per_epoch);
    CHECK(loss > 0, "loss %g", loss);
    return at->step == c->stop_step;
}

static bool count_epoch(void *user, const gn_epoch *epoch)
{
    counter *c = user;
    CHECK(epoch->epoch == ++c->epochs, "epoch %d", (int)epoch->epoch);
    return epoch->epoch == c->stop_epoch;
}

static void test_callbacks_stop(void **state)
{
    samples s = noise(1, 100);
    gn_data data = with_labels(&s);
    counter c = { .stop_step = 17, .stop_epoch = 4 };
    gn_network *net = NETWORK(10, 3, HIDDEN(2, softmax));
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_softmax_cross_entropy, .batch = 16, .epochs = 6, .user = &c,
        .on_step = count_step, .on_epoch = count_epoch });
    (void)state;
    CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_STOPPED);
    CHECK(c.steps == 17 && c.epochs == 2, "%d steps, %d epochs", (int)c.steps, (int)c.epochs);
    CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_STOPPED);
    CHECK(c.steps == 28 && c.epochs == 4, "%d steps, %d epochs", (int)c.steps, (int)c.epochs);
    CHECK_OK(gn_trainer_fit(t, &data, NULL));
    CHECK(c.steps == 42 && c.epochs == 6, "%d steps, %d epochs", (int)c.steps, (int)c.epochs);
    CHECK_OK(gn_trainer_fit(t, &data, NULL)); /* as many again */
    CHECK(c.steps == 84 && c.epochs == 12, "%d steps, %d epochs", (int)c.steps, (int)c.epochs);
    CHECK(gn_trainer_epoch_count(t) == 12, "%zu epochs", gn_trainer_epoch_count(t));
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free_samples(&s);
}

static void test_history(void **state)
{
    samples s = noise(1, 100), v = noise(2, 30);
    gn_data data = with_labels(&s), valid = with_labels(&v);
    (void)state;
    for (int i = 0; i < 4; i++) {
        bool accuracy = i & 1, validate = i & 2;
        gn_network *net = NETWORK(10, 3, HIDDEN(2, softmax));
        gn_trainer *t = make_trainer(net, (gn_train_options){
            .loss = &gn_softmax_cross_entropy, .batch = 16, .epochs = 5, .train_accuracy = accuracy,
            .schedule = gn_exponential_per_step(0.1, 0.9) });
        const gn_epoch *h;
        CHECK(history_of(t, &h) == 0, "%d", i);
        CHECK_OK(gn_trainer_fit(t, &data, validate ? &valid : NULL));
        CHECK(history_of(t, &h) == 5, "%d", i);
        for (size_t e = 0; e < 5; e++) {
            CHECK(h[e].epoch == e + 1 && h[e].step == 7 * (e + 1), "epoch %d", (int)h[e].epoch);
            CHECK(close_to(h[e].rate / (0.1 * pow(0.9, 7 * (double)e + 6)), 1, 1e-12), "rate %g",
                  h[e].rate);
            CHECK(isfinite(h[e].train.loss) && h[e].seconds >= 0, "epoch %zu", e);
            CHECK(isnan(h[e].train.accuracy) == !accuracy, "epoch %zu: %g", e, h[e].train.accuracy);
            CHECK(isnan(h[e].valid.loss) == !validate, "epoch %zu: %g", e, h[e].valid.loss);
            CHECK(isnan(h[e].valid.accuracy) == !validate, "epoch %zu: %g", e, h[e].valid.accuracy);
        }
        gn_trainer_destroy(t);
        gn_network_destroy(net);
    }
    free_samples(&s);
    free_samples(&v);
}

/* The mean loss of an epoch in which nothing is learned is what gn_evaluate finds. */
static void test_loss_of_an_epoch(void **state)
{
    samples s = noise(1, 103);
    gn_data data = with_labels(&s);
    gn_network *net = NETWORK(10, 3, HIDDEN(7, tanh), HIDDEN(2, softmax));
    (void)state;
    data.weights = s.weights;
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_softmax_cross_entropy, .batch = 16, .epochs = 1, .train_accuracy = true,
        .schedule = gn_constant(0), .optimizer = gn_sgd(0, false), .validation = 0 });
    const gn_epoch *h;
    gn_score score;
    CHECK_OK(gn_trainer_fit(t, &data, &data));
    history_of(t, &h);
    gn_context *ctx = make_context(net, (gn_context_options){ .threads = 2 });
    CHECK_OK(gn_evaluate(ctx, &data, &gn_softmax_cross_entropy, &score));
    CHECK(close_to(h->train.loss, score.loss, TOLERANCE(1e-13, 1e-6)), "%g %g", h->train.loss,
          score.loss);
    CHECK(close_to(h->valid.loss, score.loss, TOLERANCE(1e-13, 1e-6)), "%g %g", h->valid.loss,
          score.loss);
    CHECK(close_to(h->train.accuracy, score.accuracy, 1e-12), "%g %g", h->train.accuracy,
          score.accuracy);
    CHECK(close_to(h->valid.accuracy, score.accuracy, 1e-12), "%g %g", h->valid.accuracy,
          score.accuracy);
    gn_context_destroy(ctx);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free_samples(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_xor),
        cmocka_unit_test(test_every_optimizer_learns),
        cmocka_unit_test(test_every_row_once_an_epoch),
        cmocka_unit_test(test_order_and_ragged_end),
        cmocka_unit_test(test_validation_split),
        cmocka_unit_test(test_order_of_what_is_left),
        cmocka_unit_test(test_early_stopping),
        cmocka_unit_test(test_callbacks_stop),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_loss_of_an_epoch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
