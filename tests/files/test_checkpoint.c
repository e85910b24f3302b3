/* Checkpoints: a run that is resumed, at whatever step it was saved and on however many threads,
 * has bitwise the weights and the history of the run that was never stopped. */
#include <time.h>
#include <unistd.h>
#include <gemmnet/files.h>
#include "support.h"

enum { ROWS = 150, VALID = 40, INPUTS = 7, CLASSES = 3, MOST_SAVES = 80 };

static char path[64];
static samples train_set, valid_set;

static int set_up(void **state)
{
    rng r = { 77 };
    (void)state;
    train_set = make_samples(&r, ROWS, INPUTS, CLASSES);
    valid_set = make_samples(&r, VALID, INPUTS, CLASSES);
    return make_temporary_file(path) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    free_samples(&train_set);
    free_samples(&valid_set);
    return unlink(path);
}

/* ---- the runs ---- */

static const gn_layer_spec layers[] = {
    { .units = 12, .activation = &gn_tanh },
    { .type = &gn_dropout, .param = { 0.3 } },
    { .units = 5, .activation = &gn_relu, .frozen = true },
    { .units = CLASSES, .activation = &gn_softmax },
};

typedef struct run {
    const char *name;
    gn_train_options options;
    bool valid; /* with the set of its own */
} run;

#define COMMON .loss = &gn_softmax_cross_entropy, .seed = 8

static const run runs[] = {
    { "shuffled", { COMMON, .epochs = 3, .batch = 32 }, false },
    { "in order", { COMMON, .epochs = 3, .batch = 64, .keep_order = true, .weight_decay = 0.1 },
      false },
    { "dropping the last", { COMMON, .epochs = 3, .batch = 40, .drop_last = true,
                             .max_gradient_norm = 0.5 }, false },
    { "a share split off", { COMMON, .epochs = 3, .batch = 30, .validation = 0.2,
                             .train_accuracy = true }, false },
    { "in order, a share split off", { COMMON, .epochs = 3, .batch = 30, .validation = 0.3,
                                        .keep_order = true }, false },
    { "patience", { COMMON, .batch = 50, .patience = 2, .epochs = 6 }, true },
    { "ends", { COMMON, .batch = 50, .patience = 2, .epochs = 9, .validation = 0.2 }, false },
    { "lanes", { COMMON, .epochs = 3, .batch = 75, .lanes = 5, .tile_rows = 8, .l1 = 1e-3,
                 .l2 = 0.01 },
      true },
    { "one batch", { COMMON, .epochs = 3, .batch = 500 }, false },
};

/* What could not be written above: schedules and optimizers are made by functions. */
static gn_train_options options_of(size_t i, int threads)
{
    gn_train_options o = runs[i].options;
    o.threads = threads;
    const gn_optimizer optimizers[] = { gn_adam_defaults(), gn_sgd(0.9, false), gn_rprop_defaults(),
                                        gn_sgd(0.9, true), gn_rmsprop(0.9, 1e-8), gn_adagrad(1e-8),
                                            gn_sgd(0, false) };
    const gn_schedule schedules[] = { gn_warmup(gn_cosine(0.05, 0.001), 4),
                                      gn_exponential(0.02, 0.7), gn_staircase(0.02, 0.5, 2),
                                      gn_exponential_per_step(0.05, 0.9), gn_constant(0.01) };
    o.optimizer = optimizers[i % COUNT(optimizers)];
    o.schedule = schedules[i % COUNT(schedules)];
    if (strcmp(runs[i].name, "ends") == 0)
        o.schedule = gn_constant(4); /* which soon makes it worse */
    return o;
}

/* Saves of one run, and what came of it. */
typedef struct saves {
    gn_trainer *trainer;
    blob files[MOST_SAVES];
    size_t n;
    bool second_fit; /* of which they are */
} saves;

static void save(saves *s)
{
    CHECK(s->n < MOST_SAVES, "%zu saves", s->n);
    CHECK_OK(gn_trainer_save(s->trainer, path));
    s->files[s->n++] = contents(path);
}

static bool save_step(void *user, const gn_progress *at, double loss)
{
    (void)at;
    (void)loss;
    save(user);
    return false;
}

static bool save_epoch(void *user, const gn_epoch *epoch)
{
    (void)epoch;
    save(user);
    return false;
}

typedef struct outcome {
    gn_real *params;
    gn_epoch *history;
    size_t n_params, epochs;
    gn_status status;
} outcome;

static outcome outcome_of(gn_network *net, const gn_trainer *t, gn_status status)
{
    outcome o = { .n_params = gn_network_param_count(net), .status = status };
    const gn_epoch *history;
    o.params = copy_reals(gn_network_params(net), o.n_params);
    o.epochs = history_of(t, &history);
    o.history = allocate(o.epochs, sizeof *o.history);
    if (o.epochs)
        memcpy(o.history, history, o.epochs * sizeof *history);
    return o;
}

static void free_outcome(outcome *o)
{
    free(o->params);
    free(o->history);
}

static bool same_number(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static bool same_score(gn_score a, gn_score b)
{
    return same_number(a.loss, b.loss) && same_number(a.accuracy, b.accuracy);
}

static void check_same(const char *what, size_t k, const outcome *a, const outcome *b)
{
    CHECK(same_bits(a->params, b->params, a->n_params), "%s, resumed at save %zu: other weights",
          what, k);
    CHECK(a->epochs == b->epochs, "%s, resumed at save %zu: %zu epochs, not %zu", what, k,
          b->epochs, a->epochs);
    for (size_t i = 0; i < a->epochs; i++) {
        const gn_epoch *x = &a->history[i], *y = &b->history[i];
        CHECK(x->epoch == y->epoch && x->step == y->step && same_number(x->rate, y->rate) &&
                  same_score(x->train, y->train) && same_score(x->valid, y->valid),
              "%s, resumed at save %zu: epoch %zu: loss %.17g and %.17g", what, k, i + 1,
              x->train.loss, y->train.loss);
    }
}

static gn_status fit(gn_trainer *t, const run *r)
{
    const gn_data train = with_labels(&train_set), valid = with_labels(&valid_set);
    return gn_trainer_fit(t, &train, r->valid ? &valid : NULL);
}

static void forget_saves(saves *s)
{
    while (s->n > 0)
        free(s->files[--s->n].bytes);
}

/* The run that is never stopped, with whatever saves. */
static outcome whole_run(size_t i, saves *s, bool steps, bool epochs)
{
    gn_train_options o = options_of(i, 1);
    gn_network *net = make_network(INPUTS, layers, COUNT(layers), 4);
    o.user = s;
    o.on_step = steps ? save_step : NULL;
    o.on_epoch = epochs ? save_epoch : NULL;
    s->trainer = make_trainer(net, o);
    gn_status status = fit(s->trainer, &runs[i]);
    if (s->second_fit && status >= 0) {
        forget_saves(s);
        status = fit(s->trainer, &runs[i]);
    }
    CHECK(status >= 0, "%s: %s", runs[i].name, gn_error_message());
    outcome whole = outcome_of(net, s->trainer, status);
    gn_trainer_destroy(s->trainer);
    gn_network_destroy(net);
    return whole;
}

/* From a save on, in a network of other weights, by a trainer that has done something else before
 * now and then. */
static outcome resumed_run(size_t i, blob f, int threads)
{
    gn_network *net = make_network(INPUTS, layers, COUNT(layers), 99);
    gn_trainer *t = make_trainer(net, options_of(i, threads));
    if (threads == 2)
        CHECK(fit(t, &runs[i]) >= 0, "%s: %s", runs[i].name, gn_error_message());
    write_contents(path, f.bytes, f.n);
    gn_status status = gn_trainer_resume(t, path);
    CHECK(status == GN_OK || status == GN_STOPPED, "%s: %d, %s", runs[i].name, (int)status,
          gn_error_message());
    if (status == GN_OK)
        status = fit(t, &runs[i]);
    CHECK(status >= 0, "%s: %s", runs[i].name, gn_error_message());
    outcome o = outcome_of(net, t, status);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    return o;
}

static void check_run(size_t i, bool steps, bool epochs, bool second_fit)
{
    saves none = { .second_fit = second_fit }, s = none;
    outcome whole = whole_run(i, &none, false, false), saved = whole_run(i, &s, steps, epochs);
    check_same(runs[i].name, 0, &whole, &saved); /* saving changes nothing */
    CHECK(s.n >= whole.epochs / 2, "%s: %zu saves", runs[i].name, s.n);
    for (size_t k = 0; k < s.n; k += one_in(1, 17)) {
        outcome o = resumed_run(i, s.files[k], (int)(1 + k % 4));
        check_same(runs[i].name, k + 1, &whole, &o);
        free_outcome(&o);
    }
    free_outcome(&whole);
    free_outcome(&saved);
    forget_saves(&s);
}

static void test_saved_at_every_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++)
        check_run(i, true, false, false);
}

/* The last of them is complete. */
static void test_saved_at_every_epoch(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++)
        check_run(i, false, true, false);
}

static void test_saved_in_a_second_fit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++)
        check_run(i, true, true, true);
}

/* ---- stopped, saved, and resumed again and again ---- */

static bool stop_here(void *user, const gn_progress *at, double loss)
{
    (void)loss;
    return at->step == *(const uint64_t *)user;
}

static void test_stopped_and_saved(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++) {
        saves none = { 0 };
        outcome whole = whole_run(i, &none, false, false), last = { 0 };
        uint64_t at = 2;
        gn_status status = GN_STOPPED;
        for (bool first = true; status == GN_STOPPED && last.epochs < whole.epochs; at += 3,
             first = false) {
            gn_network *net = make_network(INPUTS, layers, COUNT(layers), first ? 4 : 99);
            gn_train_options o = options_of(i, (int)(1 + at % 3));
            o.on_step = stop_here;
            o.user = &at;
            gn_trainer *t = make_trainer(net, o);
            if (!first)
                CHECK_OK(gn_trainer_resume(t, path));
            status = fit(t, &runs[i]);
            CHECK(status >= 0, "%s: %s", runs[i].name, gn_error_message());
            free_outcome(&last);
            last = outcome_of(net, t, status);
            CHECK_OK(gn_trainer_save(t, path));
            gn_trainer_destroy(t);
            gn_network_destroy(net);
        }
        check_same(runs[i].name, (size_t)at, &whole, &last);
        free_outcome(&whole);
        free_outcome(&last);
    }
}

/* A complete fit leaves nothing to do; a second fit after it is what it would have been. */
static void test_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++) {
        gn_network *nets[2];
        gn_trainer *t[2];
        outcome o[2];
        for (size_t k = 0; k < 2; k++) {
            nets[k] = make_network(INPUTS, layers, COUNT(layers), 4 + k);
            t[k] = make_trainer(nets[k], options_of(i, 1 + (int)k));
        }
        CHECK(fit(t[0], &runs[i]) >= 0, "%s", gn_error_message());
        CHECK_OK(gn_trainer_save(t[0], path));
        CHECK_STATUS(gn_trainer_resume(t[1], path), GN_STOPPED);
        for (int again = 0; again < 2; again++) {
            for (size_t k = 0; k < 2; k++)
                o[k] = outcome_of(nets[k], t[k], GN_OK);
            check_same(runs[i].name, (size_t)again, &o[0], &o[1]);
            free_outcome(&o[0]);
            free_outcome(&o[1]);
            for (size_t k = 0; k < 2 && !again; k++)
                CHECK(fit(t[k], &runs[i]) >= 0, "%s", gn_error_message());
        }
        for (size_t k = 0; k < 2; k++) {
            gn_trainer_destroy(t[k]);
            gn_network_destroy(nets[k]);
        }
    }
}

static bool wait_or_save(void *user, const gn_progress *at, double loss)
{
    (void)loss;
    if (at->step == 3)
        save(user);
    return nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL) != 0;
}

static void test_seconds_of_an_epoch_begun(void **state)
{
    (void)state;
    saves s = { 0 };
    gn_train_options o = options_of(0, 1);
    o.on_step = wait_or_save;
    o.user = &s;
    gn_network *net = make_network(INPUTS, layers, COUNT(layers), 4);
    s.trainer = make_trainer(net, o);
    CHECK_OK(fit(s.trainer, &runs[0]));
    outcome resumed = resumed_run(0, s.files[0], 1);
    CHECK(resumed.history[0].seconds >= 0.02, "%g s", resumed.history[0].seconds);
    free_outcome(&resumed);
    forget_saves(&s);
    gn_trainer_destroy(s.trainer);
    gn_network_destroy(net);
}

/* ---- single steps ---- */

static void test_a_stream_of_steps(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++) {
        gn_network *nets[2];
        gn_trainer *t[2];
        double loss[2];
        for (size_t k = 0; k < 2; k++) {
            gn_train_options o = options_of(i, 1 + (int)k);
            o.total_steps = 30;
            nets[k] = make_network(INPUTS, layers, COUNT(layers), 4 + k);
            t[k] = make_trainer(nets[k], o);
        }
        gn_data data = with_labels(&train_set);
        data.x.rows = runs[i].options.batch < ROWS ? runs[i].options.batch : ROWS;
        for (int step = 0; step < 6; step++) {
            CHECK_OK(gn_trainer_step(t[0], &data, &loss[0]));
            if (step == 2) {
                CHECK_OK(gn_trainer_save(t[0], path));
                CHECK_OK(gn_trainer_resume(t[1], path));
            } else if (step > 2) {
                CHECK_OK(gn_trainer_step(t[1], &data, &loss[1]));
                CHECK(loss[0] == loss[1] && same_bits(gn_network_params(nets[0]),
                                                      gn_network_params(nets[1]),
                                                      gn_network_param_count(nets[0])),
                      "%s, step %d: %.17g and %.17g", runs[i].name, step, loss[0], loss[1]);
            }
        }
        for (size_t k = 0; k < 2; k++) {
            gn_trainer_destroy(t[k]);
            gn_network_destroy(nets[k]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_saved_at_every_step), cmocka_unit_test(test_saved_at_every_epoch),
        cmocka_unit_test(test_saved_in_a_second_fit), cmocka_unit_test(test_stopped_and_saved),
        cmocka_unit_test(test_complete), cmocka_unit_test(test_seconds_of_an_epoch_begun),
        cmocka_unit_test(test_a_stream_of_steps),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
