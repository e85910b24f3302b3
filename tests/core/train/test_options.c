/* Training options at their edges: which are as good as none, shares of few rows, how
 * many lanes a batch gets. */
#include "support_squares.h"

/* Members are compared, not the bytes between them. */
static void test_padding(void **state)
{
    gn_network *net = small_network();
    gn_train_options options;
    gn_trainer *t;
    (void)state;
    memset(&options, 0x5a, sizeof options);
    options = (gn_train_options){ .loss = &gn_squared_error };
    memset(&options.optimizer, 0x5a, sizeof options.optimizer);
    options.optimizer.name = NULL;
    options.optimizer.states = 0;
    options.optimizer.user = NULL;
    options.optimizer.update = NULL;
    for (int i = 0; i < 4; i++) {
        options.optimizer.hyper[i] = -0.0;
        options.optimizer.reserved[i] = 0;
    }
    options.schedule.first = options.schedule.last = options.schedule.factor = -0.0;
    options.schedule.warmup = 3;
    CHECK_OK(gn_trainer_create(&t, net, &options));
    gn_trainer_destroy(t);
    gn_network_destroy(net);
}

static void test_what_is_not_empty(void **state)
{
    const gn_optimizer optimizers[] = { { .name = "own" }, { .states = 1 },
                                        { .hyper = { 0, 0, 0, 1 } }, { .user = &squares } };
    const gn_schedule schedules[] = { { .first = 1 }, { .last = 1 }, { .factor = 1 },
                                      { .every = 1 }, { .user = &squares } };
    gn_network *net = small_network();
    (void)state;
    for (size_t i = 0; i < COUNT(optimizers) + COUNT(schedules); i++) {
        gn_train_options options = { .loss = &gn_squared_error };
        gn_trainer *t;
        if (i < COUNT(optimizers))
            options.optimizer = optimizers[i];
        else
            options.schedule = schedules[i - COUNT(optimizers)];
        CHECK_STATUS(gn_trainer_create(&t, net, &options), GN_ERR_ARGUMENT);
        CHECK(says(i < COUNT(optimizers) ? "lacks update" : "lacks rate"), "case %zu: %s", i,
              gn_error_message());
    }
    gn_network_destroy(net);
}

static void test_share_of_no_row(void **state)
{
    static const struct { size_t rows; double share; const char *says[2]; } cases[] = {
        { 3, 0.1, { "0.1", "3 rows" } }, { 1, 0.9, { "0.9", "1 rows" } },
        { 10, 0.04, { "0.04", "10 rows" } },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases) * 2; i++) {
        gn_network *net = small_network();
        gn_data data = squares;
        data.x.rows = data.y.rows = cases[i / 2].rows;
        gn_trainer *t = make_trainer(net, (gn_train_options){
            .loss = &gn_squared_error, .validation = cases[i / 2].share,
            .patience = i % 2 ? 3 : 0 });
        CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_ERR_ARGUMENT);
        for (int j = 0; j < 2; j++)
            CHECK(says(cases[i / 2].says[j]), "%s", gn_error_message());
        CHECK(gn_trainer_epoch_count(t) == 0, "case %zu trained", i);
        CHECK(gn_trainer_fit(t, &data, &squares) >= 0, "%s", gn_error_message()); /* with these */
        gn_trainer_destroy(t);
        gn_network_destroy(net);
    }
}

/* Twice as many lanes for four times as many rows, 64 at most: tiles of this network have
 * 128 rows. */
static void test_most_lanes(void **state)
{
    static const struct { size_t batch, lanes; } cases[] = {
        { 1023, 2 }, { 1024, 4 }, { 16383, 8 }, { 16384, 16 },
        { 65535, 16 }, { 65536, 32 }, { 262143, 32 }, { 262144, 64 }, { 1000000, 64 },
        { 10000000, 64 },
    };
    gn_network *net = NETWORK(INPUTS, 1, { .units = 4, .activation = &gn_relu }, { .units = 2 });
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_trainer *t = make_trainer(net, (gn_train_options){
            .loss = &gn_squared_error, .threads = 1, .batch = cases[i].batch });
        gn_plan plan = gn_trainer_plan(t);
        CHECK(plan.tile_rows == 128 && plan.lanes == cases[i].lanes,
              "batch %zu: %zu lanes, tiles of %zu", cases[i].batch, plan.lanes, plan.tile_rows);
        gn_trainer_destroy(t);
    }
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_padding),
        cmocka_unit_test(test_what_is_not_empty),
        cmocka_unit_test(test_share_of_no_row),
        cmocka_unit_test(test_most_lanes),
    };
    return cmocka_run_group_tests(tests, set_up_squares, NULL);
}
