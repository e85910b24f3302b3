/* Fits after fits: what a fit takes over from what its trainer did before, and what it must
 * not: weights to go back to, steps, best epochs, the optimizer's past. */
#include "support.h"

enum { INPUTS = 3, PARAMS = INPUTS + 1, MOST = 64 };

/* What on_step has seen, and when it or on_epoch shall stop a fit. */
typedef struct diary {
    gn_network *net;
    uint64_t stop_step, stop_epoch;
    size_t n;
    gn_progress at[MOST];
    gn_real params[MOST][PARAMS]; /* after that step */
} diary;

static uint64_t steps_made, breaks_after; /* since a test said 0; steps, then the loss is NaN */

static bool write_step(void *user, const gn_progress *at, double loss)
{
    diary *d = user;
    CHECK(d->n < MOST && isfinite(loss), "step %zu, loss %g", d->n, loss);
    memcpy(d->params[d->n], gn_network_params(d->net), sizeof d->params[0]);
    d->at[d->n++] = *at;
    steps_made++;
    return at->step == d->stop_step;
}

static bool stop_at_epoch(void *user, const gn_epoch *epoch)
{
    return epoch->epoch == ((const diary *)user)->stop_epoch;
}

/* The sum of the outputs: its gradient is 1, and it breaks. */
static double add_outputs(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                          const gn_real *z, double scale, gn_real *dz)
{
    double sum = 0;
    (void)self, (void)cols;
    for (size_t r = 0; r < tile->rows; r++) {
        sum += (double)z[r * stride];
        if (dz)
            dz[r * stride] = (gn_real)scale;
    }
    return steps_made >= breaks_after ? (double)NAN : sum;
}

static const gn_loss fragile = { .name = "fragile", .takes_targets = true, .eval = add_outputs };

typedef struct bench { diary d; samples s; gn_data data; gn_trainer *t; gn_real *p; } bench;

/* A linear network of INPUTS, and a trainer that keeps a diary. */
static bench *set_up(size_t rows, gn_train_options options)
{
    bench *b = allocate(1, sizeof *b);
    rng r = { rows };
    b->s = make_samples(&r, rows, INPUTS, 1);
    b->data = with_targets(&b->s);
    b->d.net = NETWORK(INPUTS, 5, { .units = 1 });
    b->p = gn_network_params(b->d.net);
    options.loss = options.loss ? options.loss : &gn_squared_error;
    options.on_step = write_step;
    options.on_epoch = stop_at_epoch;
    options.user = &b->d;
    b->t = make_trainer(b->d.net, options);
    steps_made = 0;
    breaks_after = UINT64_MAX;
    return b;
}

static void tear_down(bench *b)
{
    gn_trainer_destroy(b->t);
    gn_network_destroy(b->d.net);
    free_samples(&b->s);
    free(b);
}

/* ---- which weights a fit leaves that fails ---- */

static const gn_real written[PARAMS] = { 3, -4, (gn_real)0.25, 11 }; /* by the user, after a fit */

typedef struct reader { const samples *s; gn_status status; bool nan; uint64_t after; } reader;

static gn_status read_rows(void *user, const size_t *rows, gn_tile *tile)
{
    const reader *from = user;
    bool bad = steps_made >= from->after;
    for (size_t r = 0; r < tile->rows; r++) {
        memcpy(tile->x + r * INPUTS, from->s->x + rows[r] * INPUTS, INPUTS * sizeof(gn_real));
        tile->y[r] = from->s->y[rows[r]];
    }
    if (bad && from->nan)
        tile->x[tile->rows * INPUTS - 1] = (gn_real)NAN;
    return bad ? from->status : GN_OK;
}

/* A reader that fails before the third step leaves what the second made; before the first, what
 * the user wrote. */
static void test_failing_reader(void **state)
{
    static const reader bad[] = { { .status = GN_ERR_IO }, { .status = GN_ERR_NONFINITE },
                                  { .nan = true }, { .status = -77 } };
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(bad); i++) {
        bench *b = set_up(40, (gn_train_options){ .batch = 8, .epochs = 2 });
        reader from = { &b->s, bad[i / 2].status, bad[i / 2].nan, i % 2 * 2 };
        gn_data read = { .x.rows = 40, .fill = read_rows, .user = &from };
        CHECK_OK(gn_trainer_fit(b->t, &b->data, NULL));
        memcpy(b->p, written, sizeof written);
        steps_made = b->d.n = 0;
        CHECK_STATUS(gn_trainer_fit(b->t, &read, NULL), from.nan ? GN_ERR_NONFINITE : from.status);
        CHECK(b->d.n == from.after, "%zu steps before the one that failed", b->d.n);
        const gn_real *expected = b->d.n ? b->d.params[b->d.n - 1] : written;
        CHECK(same_bits(b->p, expected, PARAMS), "reader %zu, after %d: %g, not %g", i / 2,
              (int)from.after, (double)b->p[0], (double)expected[0]);
        tear_down(b);
    }
}

/* Five steps an epoch; the first of the third finds NaN. Weights are those before some step of
 * the second epoch. The next fit finds NaN at once: it has nothing of its own to go back to. */
static void test_divergence(void **state)
{
    bench *b = set_up(40, (gn_train_options){ .loss = &fragile, .batch = 8, .epochs = 4 });
    bool found = false;
    (void)state;
    breaks_after = 10;
    CHECK_STATUS(gn_trainer_fit(b->t, &b->data, NULL), GN_ERR_NONFINITE);
    for (size_t made = 5; made < 10; made++)
        found |= same_bits(b->p, b->d.params[made - 1], PARAMS);
    CHECK(b->d.n == 10 && found, "%zu steps, weight 0 is %g", b->d.n, (double)b->p[0]);
    memcpy(b->p, written, sizeof written);
    CHECK_STATUS(gn_trainer_fit(b->t, &b->data, NULL), GN_ERR_NONFINITE);
    CHECK(same_bits(b->p, written, PARAMS), "weight 0 is %g, not 3", (double)b->p[0]);
    tear_down(b);
}

/* Adam's first step is its rate in each weight, whatever the gradient: after divergence too. */
static void test_adam_after_divergence(void **state)
{
    const double rate = 0.01;
    (void)state;
    for (uint64_t made = 1; made <= 21; made += 5) {
        bench *b = set_up(40, (gn_train_options){ .loss = &fragile, .batch = 8, .epochs = 20,
                                                  .schedule = gn_constant(rate) });
        for (size_t i = 0; i < 40 * INPUTS; i++)
            b->s.x[i] = (gn_real)fabs((double)b->s.x[i]) + 1;
        breaks_after = made;
        CHECK_STATUS(gn_trainer_fit(b->t, &b->data, NULL), GN_ERR_NONFINITE);
        gn_real before[PARAMS];
        memcpy(before, b->p, sizeof before);
        breaks_after = UINT64_MAX;
        b->d.stop_step = made + 1;
        CHECK_STATUS(gn_trainer_fit(b->t, &b->data, NULL), GN_STOPPED);
        for (size_t j = 0; j < PARAMS; j++) {
            double moved = (double)before[j] - (double)b->p[j];
            CHECK(fabs(moved / rate - 1) < 1e-3, "after %d steps: weight %zu moved by %g",
                  (int)made, j, moved);
        }
        tear_down(b);
    }
}

/* ---- how many steps there are ---- */

/* At each of n steps from the first-th on: the number of the last. */
static void check_total(const diary *d, size_t first, size_t n, uint64_t total)
{
    CHECK(d->n == first + n, "%zu steps, not %zu", d->n, first + n);
    for (size_t i = first; i < d->n; i++) {
        int step = (int)d->at[i].step, of = (int)d->at[i].total_steps;
        CHECK(step == (int)(total - (d->n - 1 - i)) && of == (int)total, "step %d of %d", step, of);
    }
}

static void test_total_of_other_data(void **state)
{
    bench *b = set_up(200, (gn_train_options){ .batch = 10, .epochs = 2 });
    gn_data few = b->data;
    (void)state;
    few.x.rows = few.y.rows = 10;
    CHECK_OK(gn_trainer_fit(b->t, &few, NULL));
    check_total(&b->d, 0, 2, 2);
    CHECK_OK(gn_trainer_fit(b->t, &b->data, NULL));
    check_total(&b->d, 2, 40, 42);
    tear_down(b);
}

/* Half a cosine over a fit of two steps is not over because there were four before. */
static void test_fit_after_steps(void **state)
{
    gn_train_options options = { .batch = 10, .epochs = 2, .schedule = gn_cosine(0.1, 0) };
    bench *b = set_up(10, options);
    const gn_epoch *h;
    (void)state;
    while (b->d.n < 4)
        CHECK_OK(gn_trainer_step(b->t, &b->data, NULL));
    CHECK_OK(gn_trainer_fit(b->t, &b->data, NULL));
    check_total(&b->d, 4, 2, 6);
    CHECK(history_of(b->t, &h) == 2 && h[0].rate > 0.01, "rate %g", h[0].rate);
    for (size_t j = 0; j < PARAMS; j++)
        CHECK(fabs((double)(b->d.params[4][j] - b->d.params[3][j])) > 1e-4, "weight %zu", j);
    tear_down(b);
}

static void test_total_after_a_stop(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 50; i++) { /* 20 or 21 steps an epoch */
        uint64_t total = i % 2 ? 40 : 42;
        bench *b = set_up(205, (gn_train_options){ .batch = 10, .epochs = 2, .drop_last = i % 2 });
        b->d.stop_step = 1 + i / 2;
        CHECK_STATUS(gn_trainer_fit(b->t, &b->data, NULL), GN_STOPPED);
        CHECK_OK(gn_trainer_fit(b->t, &b->data, NULL));
        check_total(&b->d, 0, total, total);
        tear_down(b);
    }
}

/* There would be no memory for as many lines of history. */
static void test_endless_fit(void **state)
{
    const gn_epoch *h;
    (void)state;
    for (size_t epochs = 1000000; epochs < SIZE_MAX / 1000; epochs *= 1000) {
        bench *b = set_up(10, (gn_train_options){ .batch = 10, .epochs = epochs });
        for (size_t e = 1; e <= 40; e += 39) {
            b->d.stop_epoch = e;
            CHECK_STATUS(gn_trainer_fit(b->t, &b->data, NULL), GN_STOPPED);
            CHECK(history_of(b->t, &h) == e && h[e - 1].epoch == e, "%zu epochs", e);
        }
        tear_down(b);
    }
}

/* ---- which data ---- */

/* What was best for the first target is not for the second. */
static void test_patience_for_other_data(void **state)
{
    bench *b = set_up(40, (gn_train_options){
        .batch = 40, .epochs = 15, .patience = 3, .optimizer = gn_sgd(0, false),
        .schedule = gn_constant(0.2) });
    gn_context *ctx = make_context(b->d.net, (gn_context_options){ 0 });
    const gn_epoch *h;
    gn_score score;
    (void)state;
    for (int target = 2; target >= -5; target -= 7) {
        size_t best = history_of(b->t, &h);
        for (size_t i = 0; i < 40; i++)
            b->s.y[i] = (gn_real)target;
        CHECK(gn_trainer_fit(b->t, &b->data, &b->data) >= 0, "%s", gn_error_message());
        size_t n = history_of(b->t, &h);
        for (size_t i = best; i < n; i++)
            best = h[i].valid.loss < h[best].valid.loss ? i : best;
        CHECK_OK(gn_evaluate(ctx, &b->data, &gn_squared_error, &score));
        CHECK(close_to(score.loss, h[best].valid.loss, TOLERANCE(1e-12, 1e-5)) && score.loss < 0.1,
              "target %d: loss %g, the best of the fit %g", target, score.loss, h[best].valid.loss);
    }
    gn_context_destroy(ctx);
    tear_down(b);
}

/* 0.29 * 100 is a little less than 29; and targets nobody asks for may be anything. */
static void test_share_and_unused_targets(void **state)
{
    rng r = { 2 };
    samples s = make_samples(&r, 100, INPUTS, 2);
    gn_data data = with_targets(&s);
    gn_network *net = NETWORK(INPUTS, 1, { .units = 2, .activation = &gn_softmax });
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_softmax_cross_entropy, .batch = 1, .epochs = 1, .validation = 0.29 });
    const gn_epoch *h;
    (void)state;
    data.labels = s.labels;
    s.y[0] = s.y[77] = s.y[199] = (gn_real)NAN;
    CHECK_OK(gn_trainer_fit(t, &data, NULL));
    CHECK(history_of(t, &h) == 1 && h->step == 71, "%d steps", (int)h->step);
    CHECK_OK(gn_trainer_fit(t, &data, &data));
    CHECK(history_of(t, &h) == 2 && h[1].step == 171, "%d steps", (int)h[1].step);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free_samples(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failing_reader),
        cmocka_unit_test(test_divergence),
        cmocka_unit_test(test_adam_after_divergence),
        cmocka_unit_test(test_total_of_other_data),
        cmocka_unit_test(test_fit_after_steps),
        cmocka_unit_test(test_total_after_a_stop),
        cmocka_unit_test(test_endless_fit),
        cmocka_unit_test(test_patience_for_other_data),
        cmocka_unit_test(test_share_and_unused_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
