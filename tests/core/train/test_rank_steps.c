/* Steps of several ranks: if one fails, no rank updates, and all go on with the next step. */
#include <unistd.h>
#include "support_ranks.h"

typedef struct step_case {
    const char *name;
    event event;           /* to rank 1 */
    gn_status own, others;
    const char *own_words, *words;
} step_case;

static const step_case steps[] = {
    { "nothing", NOTHING, GN_OK, GN_OK, "", "" },
    { "unequal rows", FEWER_ROWS, GN_OK, GN_OK, "", "" },
    { "no batch", NO_DATA, GN_ERR_ARGUMENT, GN_ERR_IO, "no data", ANOTHER },
    { "too many rows", MORE_THAN_BATCH, GN_ERR_SHAPE, GN_ERR_IO, "11 rows", ANOTHER },
    { "a bad row", NAN_IN_MATRIX, GN_ERR_NONFINITE, GN_ERR_NONFINITE, "row 1, column 1",
      "over ranks" },
    { "a reader", READER_FAILS, GN_ERR_FORMAT, GN_ERR_IO, "torn", ANOTHER },
    { "a negative rate", RATE_IS_NEGATIVE, GN_ERR_ARGUMENT, GN_ERR_IO, "is -1", ANOTHER },
    { "a lost loss", LOSS_IS_LOST, GN_ERR_NONFINITE, GN_ERR_NONFINITE, "0 steps", "0 steps" },
    { "a stop, which others do not see", STEP_STOPS, GN_STOPPED, GN_OK, "", "" },
};

static void *step(void *user)
{
    rank *r = user;
    note_end(r, gn_trainer_step(r->t, r->event == NO_DATA ? NULL : &r->data, NULL));
    return NULL;
}

static void check_step(const step_case *c, int n)
{
    world w;
    rank ranks[MOST] = { 0 };
    set_up_world(&w, ranks, n);
    for (int i = 0; i < n; i++) {
        rank *r = &ranks[i];
        r->event = i == 1 ? c->event : NOTHING;
        r->at = r->event == STEP_STOPS;
        set_up_rank(r, &(gn_train_options){ .threads = 1 }, false);
        r->data.x.rows = r->event == FEWER_ROWS ? BATCH - 1
                         : r->event == MORE_THAN_BATCH ? BATCH + 1 : BATCH;
        r->data.y.rows = r->data.fill ? 0 : BATCH;
    }
    gn_real *before = copy_reals(gn_network_params(ranks[0].net),
                                 gn_network_param_count(ranks[0].net));
    for (int repeat = 0; repeat < 3; repeat++) { /* the last time nothing happens */
        bool happens = repeat < 2 && (repeat == 0 || c->event != STEP_STOPS);
        at_once(&w, ranks, step);
        for (int i = 0; i < n; i++) {
            const rank *r = &ranks[i];
            check_alike(c->name, &ranks[0], r);
            check_end(c->name, r, happens ? i == 1 ? c->own : c->others : GN_OK,
                      happens ? i == 1 ? c->own_words : c->words : "");
            bool still = same_bits(before, gn_network_params(r->net),
                                   gn_network_param_count(r->net));
            CHECK(still == (r->status < 0), "%s: status %d", c->name, (int)r->status);
        }
        if (repeat == 1) {
            ranks[1].event = NOTHING;
            ranks[1].train.x[4] = 0;
            ranks[1].data = ranks[0].data;
            ranks[1].data.user = &ranks[1];
        }
    }
    free(before);
    tear_down_world(&w, ranks);
}

static void test_steps(void **state)
{
    (void)state;
    for (int n = 2; n <= MOST; n++)
        for (size_t i = 0; i < COUNT(steps); i++)
            check_step(&steps[i], n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
    };
    alarm(120); /* for ranks that wait for one that has left */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
