/* The same seed gives the same bits: whatever the number of threads, run after run, through
 * a stop and a new start, a stream of steps, or a reader of the user's own. */
#include "support.h"
#include "base/team.h"

#define HIDDEN(n, f) { .units = (n), .activation = &gn_##f }
#define DROPOUT(share) { .type = &gn_dropout, .param = { (share) } }

enum { ROWS = 700, INPUTS = 20, CLASSES = 3 };

typedef struct design { const char *name; size_t n; gn_layer_spec layers[5]; } design;

static const design designs[] = {
    { "thin", 3, { HIDDEN(16, relu), HIDDEN(16, relu), HIDDEN(CLASSES, softmax) } },
    { "dropout", 4, { HIDDEN(24, tanh), DROPOUT(0.4), HIDDEN(9, gelu), HIDDEN(CLASSES, softmax) } },
    { "wide", 3, { HIDDEN(260, relu), HIDDEN(130, relu), HIDDEN(CLASSES, softmax) } },
};

static samples the_samples(void)
{
    rng r = { 2026 };
    return make_samples(&r, ROWS, INPUTS, CLASSES);
}

static gn_train_options settings(size_t batch, int threads)
{
    return (gn_train_options){
        .loss = &gn_softmax_cross_entropy, .batch = batch, .epochs = 2, .threads = threads,
        .seed = 5, .train_accuracy = true, .weight_decay = 0.01, .l1 = 1e-4, .l2 = 1e-3,
        .max_gradient_norm = 1.5, .schedule = gn_exponential(0.01, 0.9),
    };
}

/* A trained network's parameters: free() them. */
static gn_real *trained(const design *d, gn_train_options options, const gn_data *data,
                        double *loss)
{
    gn_network *net = make_network(INPUTS, d->layers, d->n, 11);
    gn_trainer *t = make_trainer(net, options);
    CHECK_OK(gn_trainer_fit(t, data, NULL));
    const gn_epoch *history;
    size_t n = history_of(t, &history);
    *loss = history[n - 1].train.loss;
    gn_trainer_destroy(t);
    gn_real *params = copy_reals(gn_network_params(net), gn_network_param_count(net));
    gn_network_destroy(net);
    return params;
}

static size_t params_of(const design *d)
{
    gn_network *net = make_network(INPUTS, d->layers, d->n, 1);
    size_t n = gn_network_param_count(net);
    gn_network_destroy(net);
    return n;
}

/* ---- threads ---- */

static void check_threads(const design *d, const samples *s, gn_train_options options, size_t rows)
{
    static const int threads[] = { 3, 2, 4, 8 };
    gn_data data = with_labels(s);
    data.x.rows = rows;
    double loss, loss2;
    options.threads = 1;
    gn_real *one = trained(d, options, &data, &loss);
    for (size_t i = 0; i < (in_valgrind() ? 1 : COUNT(threads)); i++) {
        options.threads = threads[i];
        gn_real *many = trained(d, options, &data, &loss2);
        CHECK(loss == loss2, "%s, batch %zu, %zu rows, %d threads: loss %.17g, alone %.17g",
              d->name, options.batch, rows, threads[i], loss2, loss);
        CHECK(same_bits(one, many, params_of(d)), "%s, batch %zu, %zu rows, %d threads", d->name,
              options.batch, rows, threads[i]);
        free(many);
    }
    free(one);
}

static void test_threads(void **state)
{
    static const size_t batches[] = { 1, 5, 32, 64, 100, 257, 512 };
    samples s = the_samples();
    (void)state;
    for (size_t i = 0; i < COUNT(designs); i++)
        for (size_t j = 0; j < COUNT(batches); j += in_valgrind() ? 3 : 1) {
            size_t rows = batches[j] == 1 ? 40 : batches[j] < 100 ? 203 : ROWS - 7;
            if (i + 1 == COUNT(designs) && batches[j] < 100)
                continue; /* the wide one would be slow */
            gn_train_options options = settings(batches[j], 1);
            check_threads(&designs[i], &s, options, rows);
            options.max_gradient_norm = 0; /* sums, norm and update in one pass */
            options.drop_last = true;
            options.tile_rows = 24;
            check_threads(&designs[i], &s, options, rows);
        }
    free_samples(&s);
}

static void test_threads_of_large_batches(void **state)
{
    static const size_t batches[] = { 2048, 8192 };
    rng r = { 7 };
    samples s = make_samples(&r, 8192, INPUTS, CLASSES);
    (void)state;
    for (size_t i = 0; i < COUNT(designs) && !in_valgrind(); i++)
        for (size_t j = 0; j < COUNT(batches); j++) {
            gn_train_options options = settings(batches[j], 1);
            options.epochs = 1;
            options.max_gradient_norm = j ? 0 : 1.5;
            check_threads(&designs[i], &s, options, 8192);
        }
    free_samples(&s);
}

/* A gradient and an evaluation too (one thread that evaluates leaves BLAS's alone). */
static void test_threads_of_contexts(void **state)
{
    samples s = the_samples();
    gn_data data = with_labels(&s);
    (void)state;
    for (size_t i = 0; i < COUNT(designs); i++) {
        gn_network *net = make_network(INPUTS, designs[i].layers, designs[i].n, 1);
        size_t n = gn_network_param_count(net);
        gn_real *g[2] = { reals(n), reals(n) };
        gn_score score[2];
        double loss[2];
        for (int threads = 1; threads <= 5; threads++) {
            int k = threads > 1, j = threads > 2;
            gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true,
                                                                      .threads = threads });
            CHECK_OK(gn_gradient(ctx, &data, &gn_softmax_cross_entropy, &loss[k], g[k]));
            CHECK_OK(gn_evaluate(ctx, &data, &gn_softmax_cross_entropy, &score[j]));
            CHECK(same_bits(g[0], g[k], n) && loss[0] == loss[k], "%s, %d threads", designs[i].name,
                  threads);
            CHECK(!j || (score[0].loss == score[1].loss && score[0].accuracy == score[1].accuracy),
                  "%s, %d threads", designs[i].name, threads);
            gn_context_destroy(ctx);
        }
        free(g[0]);
        free(g[1]);
        gn_network_destroy(net);
    }
    free_samples(&s);
}

/* ---- seeds ---- */

static void test_seeds(void **state)
{
    samples s = the_samples();
    gn_data data = with_labels(&s);
    (void)state;
    for (size_t i = 0; i < COUNT(designs); i++) {
        gn_train_options options = settings(64, 0);
        size_t n = params_of(&designs[i]);
        double loss;
        gn_real *a = trained(&designs[i], options, &data, &loss);
        gn_real *b = trained(&designs[i], options, &data, &loss);
        CHECK(same_bits(a, b, n), "%s: run twice", designs[i].name);
        options.seed++;
        free(b);
        b = trained(&designs[i], options, &data, &loss);
        CHECK(!same_bits(a, b, n), "%s: another seed, another order", designs[i].name);
        free(a);
        free(b);
    }
    free_samples(&s);
    gn_network *one = NETWORK(4, 1, { .units = 3 }), *two = NETWORK(4, 2, { .units = 3 });
    CHECK(!same_bits(gn_network_params(one), gn_network_params(two), 12), "seeds %d and %d", 1, 2);
    gn_network_destroy(one);
    gn_network_destroy(two);
}

/* ---- stopped and continued ---- */

/* In the middle of an epoch, and with its last step (which is the seventh). */
static bool stop_now_and_then(void *user, const gn_progress *at, double loss)
{
    (void)user;
    (void)loss;
    return at->step % 5 == 0 || at->step % 7 == 0;
}

static void test_stopped_and_continued(void **state)
{
    samples s = the_samples();
    gn_data data = with_labels(&s);
    (void)state;
    for (size_t i = 0; i < COUNT(designs); i++)
        for (int drop = 0; drop < 2; drop++) {
            gn_train_options options = settings(100, 2);
            options.drop_last = drop;
            options.validation = 0.1;
            double loss;
            gn_real *whole = trained(&designs[i], options, &data, &loss);
            options.on_step = stop_now_and_then;
            gn_network *net = make_network(INPUTS, designs[i].layers, designs[i].n, 11);
            gn_trainer *t = make_trainer(net, options);
            const gn_epoch *history = NULL;
            int stops = 0;
            gn_status status;
            while ((status = gn_trainer_fit(t, &data, NULL)) == GN_STOPPED && stops < 100)
                stops++;
            CHECK(status == GN_OK && stops >= 2, "status %d after %d stops", (int)status, stops);
            CHECK(history_of(t, &history) == 2, "%s", designs[i].name);
            CHECK(history[1].train.loss == loss, "%s: %.17g, whole %.17g", designs[i].name,
                  history[1].train.loss, loss);
            CHECK(same_bits(whole, gn_network_params(net), gn_network_param_count(net)),
                  "%s, drop %d", designs[i].name, drop);
            gn_trainer_destroy(t);
            gn_network_destroy(net);
            free(whole);
        }
    free_samples(&s);
}

/* ---- a fit in order is a stream of steps ---- */

static void test_stream_of_steps(void **state)
{
    samples s = the_samples();
    gn_data data = with_labels(&s);
    (void)state;
    for (size_t i = 0; i < COUNT(designs); i++) {
        gn_train_options options = settings(96, 2);
        options.keep_order = true;
        options.schedule = gn_constant(0.01);
        if (i % 2 == 0)
            options.max_gradient_norm = 0; /* a fit makes one pass of what a step makes two */
        double loss;
        gn_real *whole = trained(&designs[i], options, &data, &loss);
        gn_network *net = make_network(INPUTS, designs[i].layers, designs[i].n, 11);
        gn_trainer *t = make_trainer(net, options);
        for (size_t first = 0; first < options.epochs * ROWS;) {
            size_t at = first % ROWS, rows = ROWS - at < options.batch ? ROWS - at : options.batch;
            gn_data batch = { .x = matrix_of(s.x + at * INPUTS, rows, INPUTS),
                              .labels = s.labels + at };
            CHECK_OK(gn_trainer_step(t, &batch, NULL));
            first += rows;
        }
        CHECK(same_bits(whole, gn_network_params(net), gn_network_param_count(net)), "%s",
              designs[i].name);
        gn_trainer_destroy(t);
        gn_network_destroy(net);
        free(whole);
    }
    free_samples(&s);
}

/* ---- the user's own reader ---- */

static gn_status fill(void *user, const size_t *rows, gn_tile *tile)
{
    const samples *s = user;
    for (size_t i = 0; i < tile->rows; i++) {
        if (rows[i] >= s->rows)
            return gn_fail(GN_ERR_IO, "row %zu of %zu", rows[i], s->rows);
        memcpy(tile->x + i * INPUTS, s->x + rows[i] * INPUTS, INPUTS * sizeof(gn_real));
        if (tile->labels)
            tile->labels[i] = s->labels[rows[i]];
        else if (tile->y)
            memcpy(tile->y + i * CLASSES, s->y + rows[i] * CLASSES, CLASSES * sizeof(gn_real));
        if (tile->weights)
            tile->weights[i] = s->weights[rows[i]];
    }
    return GN_OK;
}

static void test_own_reader(void **state)
{
    samples s = the_samples();
    (void)state;
    for (int i = 0; i < 8; i++) {
        bool labels = i & 1, weights = i & 2;
        gn_data data = labels ? with_labels(&s) : with_targets(&s);
        data.weights = weights ? s.weights : NULL;
        gn_data read = { .x = { .rows = s.rows }, .fill = fill, .user = &s, .has_labels = labels,
                         .has_weights = weights };
        gn_train_options options = settings(i & 4 ? 300 : 50, 2);
        options.train_accuracy = labels;
        options.validation = 0.2;
        double loss, loss2;
        gn_real *a = trained(&designs[1], options, &data, &loss);
        gn_real *b = trained(&designs[1], options, &read, &loss2);
        CHECK(loss == loss2, "case %d: loss %.17g, read %.17g", i, loss, loss2);
        CHECK(same_bits(a, b, params_of(&designs[1])), "case %d", i);
        free(a);
        free(b);
    }
    free_samples(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_threads_of_large_batches),
        cmocka_unit_test(test_threads_of_contexts),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_stopped_and_continued),
        cmocka_unit_test(test_stream_of_steps),
        cmocka_unit_test(test_own_reader),
    };
    gni_team_eager = true; /* as many threads as asked for, on however few cores */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
