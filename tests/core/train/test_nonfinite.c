/* Numbers that are not finite, or stop being so: in rows, outputs, gradients and rates. They are
 * told, with the step at which they came and what to do about it, and weights stay as they were. */
#include "support_squares.h"

static void test_lost_in_a_fit(void **state)
{
    gn_network *net = small_network();
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_squared_error, .batch = 20, .optimizer = gn_sgd(0, false),
        .schedule = gn_constant(1e30) });
    (void)state;
    CHECK_STATUS(gn_trainer_fit(t, &squares, NULL), GN_ERR_NONFINITE);
    const char *parts[] = { "gn_trainer_fit", " steps", "in epoch ", "rate of 1e+30",
                            "lower the rate", "scale the inputs", "gemmnet/scaling.h" };
    for (size_t i = 0; i < COUNT(parts); i++)
        CHECK(says(parts[i]), "\"%s\" has no \"%s\"", gn_error_message(), parts[i]);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
}

static void test_lost_in_a_step(void **state)
{
    gn_network *net = small_network();
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_squared_error, .batch = ROWS, .optimizer = gn_sgd(0, false),
        .schedule = gn_constant(0.5) });
    (void)state;
    CHECK_OK(gn_trainer_step(t, &squares, NULL));
    gn_network_params(net)[0] = (gn_real)NAN;
    CHECK_STATUS(gn_trainer_step(t, &squares, NULL), GN_ERR_NONFINITE);
    assert_string_equal(gn_error_message(), "gn_trainer_step: the loss is nan after 1 steps, at a "
                        "rate of 0.5: lower the rate, or scale the inputs (gemmnet/scaling.h)");
    gn_trainer_destroy(t);
    gn_network_destroy(net);
}

/* The last step of an epoch breaks the weights, which validation is the first to see. */
static void break_weights(const gn_optimizer *self, const gn_update *u)
{
    (void)self;
    u->params[0] = (gn_real)(u->step == 5 ? NAN : 0);
}

static void test_lost_in_validation(void **state)
{
    const gn_optimizer own = { .name = "own", .update = break_weights };
    gn_network *net = small_network();
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_squared_error, .batch = 20, .optimizer = own, .schedule = gn_constant(0.5) });
    (void)state;
    CHECK_STATUS(gn_trainer_fit(t, &squares, &squares), GN_ERR_NONFINITE);
    CHECK(says("validation: the loss is nan after 5 steps, in epoch 1, at a rate of 0.5: lower"),
          "%s", gn_error_message());
    gn_trainer_destroy(t);
    gn_network_destroy(net);
}

/* An output that is NaN, under each loss. */
static void test_nan_output(void **state)
{
    const gn_loss *losses[] = { &gn_squared_error, &gn_absolute_error, &gn_huber,
                                &gn_softmax_cross_entropy, &gn_sigmoid_cross_entropy };
    gn_real targets[2 * ROWS], gradient[20];
    gn_score score;
    (void)state;
    for (size_t i = 0; i < 2 * ROWS; i++)
        targets[i] = (gn_real)0.5;
    for (size_t i = 0; i < COUNT(losses); i++) {
        gn_network *net = NETWORK(INPUTS, 1, { .units = 2, .activation = losses[i]->fuses });
        gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true });
        gn_trainer *t = make_trainer(net, (gn_train_options){ .loss = losses[i], .batch = ROWS });
        const gn_data data = { .x = squares.x, .y = matrix_of(targets, ROWS, 2) };
        gn_network_bias(net, 0, NULL)[1] = (gn_real)NAN;
        CHECK_STATUS(gn_evaluate(ctx, &data, losses[i], &score), GN_ERR_NONFINITE);
        CHECK_STATUS(gn_gradient(ctx, &data, losses[i], NULL, gradient), GN_ERR_NONFINITE);
        CHECK_STATUS(gn_trainer_step(t, &data, NULL), GN_ERR_NONFINITE);
        gn_trainer_destroy(t);
        gn_context_destroy(ctx);
        gn_network_destroy(net);
    }
}

/* A finite loss of a gradient whose square is not. */
static double cliff(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                    const gn_real *z, double scale, gn_real *dz)
{
    (void)self; (void)cols; (void)z; (void)scale;
    for (size_t i = 0; dz && i < tile->rows * stride; i++)
        dz[i] = (gn_real)TOLERANCE(1e200, (double)INFINITY);
    return 1;
}

static void test_large_gradient(void **state)
{
    const gn_loss loss = { .name = "cliff", .takes_targets = true, .eval = cliff };
    gn_network *net = NETWORK(INPUTS, 1, { .units = 1 });
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true });
    gn_trainer *t = make_trainer(net, (gn_train_options){ .loss = &loss, .batch = ROWS });
    gn_real gradient[3], before[3];
    (void)state;
    memcpy(before, gn_network_params(net), sizeof before);
    CHECK_STATUS(gn_gradient(ctx, &squares, &loss, NULL, gradient), GN_ERR_NONFINITE);
    CHECK(says("gradient"), "%s", gn_error_message());
    CHECK_STATUS(gn_trainer_step(t, &squares, NULL), GN_ERR_NONFINITE);
    CHECK(says("gradient"), "%s", gn_error_message());
    CHECK(same_bits(before, gn_network_params(net), 3), "the step moved weights to %g",
          (double)gn_network_params(net)[0]);
    gn_trainer_destroy(t);
    gn_context_destroy(ctx);
    gn_network_destroy(net);
}

static double own_rate(const gn_schedule *self, const gn_progress *at)
{
    (void)at;
    return self->first > 0 ? (double)INFINITY : -1;
}

static void test_rates_of_a_user(void **state)
{
    gn_network *net = small_network();
    const size_t n = gn_network_param_count(net);
    gn_real *before = copy_reals(gn_network_params(net), n);
    (void)state;
    for (int i = 0; i < 2; i++) {
        gn_trainer *t = make_trainer(net, (gn_train_options){
            .loss = &gn_squared_error, .batch = ROWS,
            .schedule = { .rate = own_rate, .first = i } });
        gn_status expected = i ? GN_ERR_NONFINITE : GN_ERR_ARGUMENT;
        CHECK_STATUS(gn_trainer_step(t, &squares, NULL), expected);
        CHECK(says(i ? "step 1 is inf" : "step 1 is -1"), "%s", gn_error_message());
        CHECK_STATUS(gn_trainer_fit(t, &squares, NULL), expected);
        CHECK(same_bits(before, gn_network_params(net), n), "the rate %d moved weights", i);
        gn_trainer_destroy(t);
    }
    gn_network_destroy(net);
    free(before);
}

static bool count_step(void *user, const gn_progress *at, double loss)
{
    (void)at; (void)loss;
    ++*(int *)user;
    return false;
}

static void test_nan_in_the_last_row(void **state)
{
    int steps = 0;
    gn_network *net = small_network();
    const size_t n = gn_network_param_count(net);
    gn_real *before = copy_reals(gn_network_params(net), n),
        *bad = copy_reals(squares.x.data, ROWS * INPUTS);
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_squared_error, .batch = 10, .keep_order = true, .on_step = count_step,
        .user = &steps });
    gn_data data = squares;
    (void)state;
    bad[ROWS * INPUTS - 1] = (gn_real)NAN;
    data.x.data = bad;
    CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_ERR_NONFINITE);
    CHECK(says("row 99") && says("column 1"), "%s", gn_error_message());
    CHECK(steps == 0 && same_bits(before, gn_network_params(net), n), "%d steps were taken", steps);
    CHECK_STATUS(gn_trainer_fit(t, &squares, &data), GN_ERR_NONFINITE);
    CHECK(steps == 0 && same_bits(before, gn_network_params(net), n),
          "%d steps of validation's NaN", steps);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free(before);
    free(bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lost_in_a_fit),       cmocka_unit_test(test_lost_in_a_step),
        cmocka_unit_test(test_lost_in_validation),  cmocka_unit_test(test_nan_output),
        cmocka_unit_test(test_large_gradient),      cmocka_unit_test(test_rates_of_a_user),
        cmocka_unit_test(test_nan_in_the_last_row),
    };
    return cmocka_run_group_tests(tests, set_up_squares, NULL);
}
