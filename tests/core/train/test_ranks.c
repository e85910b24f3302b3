/* Fits of several ranks: whatever happens to one of them, all end, each with the status that the
 * header promises, and with equal weights. */
#include <unistd.h>
#include "support_ranks.h"

static void *fit(void *user)
{
    rank *r = user;
    note_end(r, gn_trainer_fit(r->t, r->event == NO_DATA ? NULL : &r->data,
                               r->validates ? &r->valid_data : NULL));
    return NULL;
}

/* to one rank, or -1: to all */
typedef struct happening { int rank; event event; uint64_t at; } happening;

typedef struct fit_case {
    const char *name;
    happening happens[2];
    /* of the first happening's rank, and of those to which nothing happens */
    gn_status own, others;
    const char *own_words, *words;
    bool goes_on;          /* to where nothing had happened, if called again */
} fit_case;

static const fit_case fits[] = {
    { "nothing happens", { { 0 } }, GN_OK, GN_OK, "", "", false },
    { "unequal rows", { { 1, FEWER_ROWS, 0 } }, GN_ERR_ARGUMENT, GN_ERR_ARGUMENT, " 23 rows",
      " 24 rows", false },
    { "unequal batches", { { 0, OTHER_BATCH, 0 } }, GN_ERR_ARGUMENT, GN_ERR_ARGUMENT,
      "batch of 11 ",
      "batch of 10 ", false },
    { "unequal epochs", { { 1, OTHER_EPOCHS, 0 } }, GN_ERR_ARGUMENT, GN_ERR_ARGUMENT, "of 5 after",
      "of 4 after", false },
    { "unequal patience", { { 1, OTHER_PATIENCE, 0 } }, GN_ERR_ARGUMENT, GN_ERR_ARGUMENT,
      "patience of 1",
      "patience of 0", false },
    { "no data", { { 0, NO_DATA, 0 } }, GN_ERR_ARGUMENT, GN_ERR_IO, "no data", ANOTHER, false },
    { "a bad row", { { 1, NAN_IN_MATRIX, 0 } }, GN_ERR_NONFINITE, GN_ERR_IO, "row 1, column 1",
      ANOTHER, false },
    { "two bad beginnings", { { 0, NO_DATA, 0 }, { 1, FEWER_ROWS, 0 } }, GN_ERR_ARGUMENT, GN_ERR_IO,
      "no data",
      ANOTHER, false },
    { "one does not validate", { { 1, NO_VALIDATION, 0 } }, GN_OK, GN_OK, "", "", false },
    { "a reader, first step", { { 0, READER_FAILS, 0 } }, GN_ERR_FORMAT, GN_ERR_IO, "torn",
      ANOTHER, true },
    { "a reader, later", { { 1, READER_FAILS, 4 } }, GN_ERR_FORMAT, GN_ERR_IO, "torn", ANOTHER,
      true },
    { "a reader, last step", { { 0, READER_FAILS, 11 } }, GN_ERR_FORMAT, GN_ERR_IO, "torn",
      ANOTHER, true },
    { "two readers", { { 0, READER_FAILS, 4 }, { 1, READER_FAILS, 4 } },
      GN_ERR_FORMAT, GN_ERR_IO, "torn", ANOTHER, true },
    { "a negative rate", { { 1, RATE_IS_NEGATIVE, 4 } }, GN_ERR_ARGUMENT, GN_ERR_IO, "is -1",
      ANOTHER, true },
    { "a lost loss, first step", { { 0, LOSS_IS_LOST, 0 } }, GN_ERR_NONFINITE, GN_ERR_NONFINITE,
      "0 steps",
      "0 steps", false },
    { "a lost loss", { { 1, LOSS_IS_LOST, 6 } }, GN_ERR_NONFINITE, GN_ERR_NONFINITE, "6 steps",
      "6 steps", false },
    { "a lost loss and a reader", { { 1, LOSS_IS_LOST, 4 }, { 0, READER_FAILS, 4 } },
      GN_ERR_IO, GN_ERR_IO, ANOTHER, ANOTHER, false },
    { "the hook, at first", { { -1, HOOK_FAILS, 1 } }, GN_ERR_IO, GN_ERR_IO, "net", "net", true },
    { "the hook, agreeing", { { -1, HOOK_FAILS, 2 } }, GN_ERR_IO, GN_ERR_IO, "net", "net", true },
    { "the hook, in a step", { { -1, HOOK_FAILS, 4 } }, GN_ERR_IO, GN_ERR_IO, "net", "net", true },
    { "the hook, after an epoch", { { -1, HOOK_FAILS, 6 } }, GN_ERR_IO, GN_ERR_IO, "net", "net",
      true },
    { "a step stops", { { 1, STEP_STOPS, 1 } }, GN_STOPPED, GN_STOPPED, "", "", true },
    { "an epoch's last step stops", { { 0, STEP_STOPS, 3 } }, GN_STOPPED, GN_STOPPED, "", "",
      true },
    { "the last step stops", { { 1, STEP_STOPS, 12 } }, GN_STOPPED, GN_STOPPED, "", "", true },
    { "two stop", { { 0, STEP_STOPS, 5 }, { 1, STEP_STOPS, 5 } }, GN_STOPPED, GN_STOPPED, "", "",
      true },
    { "one stops, one would", { { 0, STEP_STOPS, 5 }, { 1, STEP_STOPS, 6 } },
      GN_STOPPED, GN_STOPPED, "", "", true },
    { "one stops, one fails", { { 0, STEP_STOPS, 5 }, { 1, READER_FAILS, 5 } },
      GN_ERR_IO, GN_ERR_IO, ANOTHER, ANOTHER, true },
    { "one stops, one is lost", { { 0, STEP_STOPS, 5 }, { 1, LOSS_IS_LOST, 5 } },
      GN_STOPPED, GN_STOPPED,
      "", "",
      false },
    { "an epoch stops", { { 1, EPOCH_STOPS, 2 } }, GN_STOPPED, GN_STOPPED, "", "", true },
    { "the last epoch stops", { { 0, EPOCH_STOPS, 4 } }, GN_STOPPED, GN_STOPPED, "", "", false },
    { "a reader validates", { { 1, READER_FAILS_TO_VALIDATE, 5 } },
      GN_ERR_FORMAT, GN_ERR_IO, "torn", ANOTHER, true },
    { "validation is lost", { { 0, VALIDATION_IS_LOST, 5 } }, GN_ERR_NONFINITE, GN_ERR_NONFINITE,
      "validation",
      "validation", false },
};

/* The ways in which all of these are tried. */
typedef struct kind { int ranks, threads; bool validates, labels; size_t patience; } kind;
static const kind kinds[] = {
    { 2, 1, false, false, 0 }, { 3, 1, true, false, 0 }, { 2, 2, true, true, 0 },
    { 3, 1, false, true, 0 },  { 2, 1, true, false, 3 },
};

/* Losses of labels cannot be lost here, and validation happens only where there is one. */
static bool applies(const fit_case *c, const kind *k)
{
    for (size_t i = 0; i < COUNT(c->happens); i++) {
        event e = c->happens[i].event;
        if (k->labels && (e == LOSS_IS_LOST || e == VALIDATION_IS_LOST))
            return false;
        if (!k->validates && (e == READER_FAILS_TO_VALIDATE || e == VALIDATION_IS_LOST ||
                              e == NO_VALIDATION))
            return false;
        if (k->patience && (e == OTHER_PATIENCE || e == NO_VALIDATION))
            return false;
        if (!k->validates && e == OTHER_PATIENCE)
            return false;
    }
    return true;
}

static void prepare(world *w, rank *ranks, const kind *k, const fit_case *c)
{
    gn_train_options options = { .epochs = EPOCHS, .threads = k->threads, .lanes = 3,
                                 .tile_rows = 2, .patience = k->patience,
                                 .train_accuracy = k->labels && k->validates };
    set_up_world(w, ranks, k->ranks);
    for (int i = 0; i < k->ranks; i++) {
        rank *r = &ranks[i];
        for (size_t j = 0; j < COUNT(c->happens); j++) {
            const happening *h = &c->happens[j];
            if (h->event == HOOK_FAILS)
                r->hook_fails_at = h->at;
            else if (h->event && h->rank == i) {
                r->event = h->event;
                r->at = h->at;
            }
        }
        r->validates = k->validates && r->event != NO_VALIDATION;
        set_up_rank(r, &options, k->labels);
    }
}

static void check_fit(const fit_case *c, const kind *k, const gn_real *whole)
{
    world w;
    rank ranks[MOST] = { 0 };
    prepare(&w, ranks, k, c);
    at_once(&w, ranks, fit);
    for (int i = 0; i < w.n; i++) {
        if (i == c->happens[0].rank)
            check_end(c->name, &ranks[i], c->own, c->own_words);
        else if (i != c->happens[1].rank || !c->happens[1].event)
            check_end(c->name, &ranks[i], c->others, c->words);
        check_alike(c->name, &ranks[0], &ranks[i]);
        CHECK(c->happens[0].event != HOOK_FAILS || ranks[i].calls == c->happens[0].at,
              "%s: was called again", c->name);
        CHECK((ranks[i].status < 0) == (ranks[0].status < 0), "%s: %d, and %d", c->name,
              (int)ranks[i].status, (int)ranks[0].status);
        ranks[i].event = NOTHING;
    }
    if (c->goes_on) {
        at_once(&w, ranks, fit);
        for (int i = 0; i < w.n; i++) {
            check_end(c->name, &ranks[i], GN_OK, "");
            check_alike(c->name, &ranks[0], &ranks[i]);
            CHECK(same_bits(gn_network_params(ranks[i].net), whole,
                            gn_network_param_count(ranks[i].net)),
                  "%s: went on to other weights", c->name);
        }
    }
    tear_down_world(&w, ranks);
}

/* The validation in history is one over the rows of all ranks, whose numbers differ. */
static void check_validation(const world *w, const rank *ranks)
{
    const gn_epoch *lines;
    gn_score sum = { 0, 0 }, score;
    double rows = 0;
    for (int i = 0; i < w->n; i++) {
        gn_context *ctx = make_context(ranks[i].net, (gn_context_options){ .threads = 1 });
        double n = (double)ranks[i].valid_data.x.rows;
        CHECK_OK(gn_evaluate(ctx, &ranks[i].valid_data, ranks[i].loss, &score));
        sum.loss += n * score.loss;
        sum.accuracy += n * score.accuracy;
        rows += n;
        gn_context_destroy(ctx);
    }
    size_t epochs = history_of(ranks[0].t, &lines);
    const gn_epoch *line = &lines[epochs - 1];
    CHECK(close_to(line->valid.loss, sum.loss / rows, TOLERANCE(1e-12, 1e-6)), "%g, not %g",
          line->valid.loss, sum.loss / rows);
    CHECK(isnan(sum.accuracy) ? isnan(line->valid.accuracy)
                              : close_to(line->valid.accuracy, sum.accuracy / rows, 1e-12),
          "%g, not %g", line->valid.accuracy, sum.accuracy / rows);
}

static void test_fits(void **state)
{
    (void)state;
    for (size_t j = 0; j < COUNT(kinds); j++) {
        world w;
        rank ranks[MOST] = { 0 };
        prepare(&w, ranks, &kinds[j], &fits[0]);
        at_once(&w, ranks, fit);
        if (kinds[j].validates && !kinds[j].patience)
            check_validation(&w, ranks);
        for (size_t i = 0; i < COUNT(fits); i++)
            if (applies(&fits[i], &kinds[j]))
                check_fit(&fits[i], &kinds[j], gn_network_params(ranks[0].net));
        tear_down_world(&w, ranks);
    }
}

/* Validation losses differ: by its own, one rank would have gone on for longer. */
static void test_patience(void **state)
{
    size_t epochs[MOST] = { 0 };
    (void)state;
    for (int n = 1; n <= MOST; n++) {
        world w;
        rank ranks[MOST] = { 0 };
        set_up_world(&w, ranks, n);
        for (int i = 0; i < n; i++) {
            ranks[i].validates = true;
            set_up_rank(&ranks[i], &(gn_train_options){ .patience = 2, .epochs = 1000 }, false);
        }
        at_once(&w, ranks, fit);
        for (int i = 0; i < n; i++) {
            check_end("patience", &ranks[i], GN_STOPPED, "");
            check_alike("patience", &ranks[0], &ranks[i]);
        }
        epochs[n - 1] = gn_trainer_epoch_count(ranks[0].t);
        tear_down_world(&w, ranks);
    }
    CHECK(epochs[0] != epochs[1] || epochs[0] != epochs[2], "%zu epochs, whoever validates",
          epochs[0]);
}

static void resize(world *w, int n)
{
    pthread_barrier_destroy(&w->barrier);
    pthread_barrier_init(&w->barrier, NULL, (unsigned)n);
    w->n = n;
}

/* A rank that has made steps by itself does not fit to the others. */
static void test_unequal_positions(void **state)
{
    (void)state;
    for (uint64_t steps = 1; steps <= 3; steps++) {
        world w;
        rank ranks[MOST] = { 0 };
        const fit_case c = { .happens = { { 0, STEP_STOPS, steps } } };
        char words[100];
        prepare(&w, ranks, &(kind){ 2, 1, false, false, 0 }, &c);
        resize(&w, 1);
        at_once(&w, ranks, fit);
        check_end("alone", &ranks[0], GN_STOPPED, "");
        resize(&w, 2);
        at_once(&w, ranks, fit);
        snprintf(words, sizeof words, "%d rows into epoch 1 of 4 after %d steps",
                 steps < 3 ? (int)steps * BATCH : ROWS, (int)steps);
        check_end("ahead", &ranks[0], GN_ERR_ARGUMENT, words);
        check_end("behind", &ranks[1], GN_ERR_ARGUMENT, "0 rows into epoch 1 of 4 after 0 steps");
        tear_down_world(&w, ranks);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fits),
        cmocka_unit_test(test_patience),
        cmocka_unit_test(test_unequal_positions),
    };
    alarm(120); /* for ranks that wait for one that has left */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
