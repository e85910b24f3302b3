/* Targets that our cross-entropies cannot learn, and negative weights: refused by each function
 * that takes data, with row, column and number, however the data lie; a user's own loss may have
 * them. */
#include "support.h"

enum { ROWS = 40, INPUTS = 2, OUTPUTS = 3, BAD = 17 };

static gn_real x[ROWS * INPUTS], y[ROWS * OUTPUTS], apart[ROWS * 5], weights[ROWS];
static uint8_t bytes[ROWS * OUTPUTS];

static void fill_arrays(gn_real bad)
{
    rng r = { 3 };
    fill_normal(&r, ROWS * INPUTS, x);
    for (size_t i = 0; i < ROWS; i++) {
        weights[i] = 1;
        for (size_t j = 0; j < OUTPUTS; j++) {
            y[i * OUTPUTS + j] = j == i % OUTPUTS;
            bytes[i * OUTPUTS + j] = j == i % OUTPUTS ? 255 : 0;
        }
    }
    y[BAD * OUTPUTS + 1] = bad;
    for (size_t i = 0; i < ROWS * 5; i++)
        apart[i] = i % 5 < OUTPUTS ? y[i / 5 * OUTPUTS + i % 5] : (gn_real)NAN; /* between rows */
}

static gn_status reader(void *user, const size_t *rows, gn_tile *tile)
{
    (void)user;
    for (size_t i = 0; i < tile->rows; i++) {
        memcpy(tile->x + i * INPUTS, x + rows[i] * INPUTS, INPUTS * sizeof *x);
        memcpy(tile->y + i * OUTPUTS, y + rows[i] * OUTPUTS, OUTPUTS * sizeof *y);
        if (tile->weights)
            tile->weights[i] = weights[rows[i]];
    }
    return GN_OK;
}

static const gn_data packed = { .x = { x, ROWS, INPUTS, 0, GN_REAL, 0, 0, { 0 } },
                                .y = { y, ROWS, OUTPUTS, 0, GN_REAL, 0, 0, { 0 } } };
static const gn_data strided = { .x = { x, ROWS, INPUTS, 0, GN_REAL, 0, 0, { 0 } },
                                 .y = { apart, ROWS, OUTPUTS, 5, GN_REAL, 0, 0, { 0 } } };
static const gn_data read_by_fill = { .x = { .rows = ROWS }, .fill = reader };

static gn_network *network_for(const gn_loss *loss)
{
    return NETWORK(INPUTS, 1, { .units = 4, .activation = &gn_tanh },
                   { .units = OUTPUTS, .activation = loss->fuses });
}

/* Evaluation, gradient, step, fit, and a fit's validation must all end so. */
static void check_all(const char *what, const gn_data *data, const gn_loss *loss, bool allow,
                      gn_status expected, const char *const says[3])
{
    gn_network *net = network_for(loss);
    const size_t n = gn_network_param_count(net);
    gn_real *before = copy_reals(gn_network_params(net), n), *gradient = reals(n);
    int32_t labels[ROWS] = { 0 };
    gn_data good = packed;
    gn_score score;
    good.labels = labels; /* a loss of the user's takes targets, whatever they are */
    gn_context *ctx = make_context(net,
                                   (gn_context_options){ .gradients = true,
                                                         .negative_weights = allow });
    for (int call = 0; call < 5; call++) {
        gn_trainer *t = make_trainer(net,
                                     (gn_train_options){ .loss = loss, .batch = ROWS, .epochs = 1,
                                                              .negative_weights = allow });
        gn_status got = call == 0 ? gn_evaluate(ctx, data, loss, &score)
            : call == 1 ? gn_gradient(ctx, data, loss, NULL, gradient)
            : call == 2 ? gn_trainer_step(t, data, NULL)
            : call == 3 ? gn_trainer_fit(t, data, NULL) : gn_trainer_fit(t, &good, data);
        CHECK(got == expected, "%s, call %d: %d (%s)", what, call, (int)got,
              got < 0 ? gn_error_message() : "");
        for (size_t i = 0; got < 0 && i < 3 && says[i]; i++)
            CHECK(strstr(gn_error_message(), says[i]), "%s: \"%s\" has no \"%s\"", what,
                  gn_error_message(), says[i]);
        CHECK(got == GN_OK || call == 4 || same_bits(before, gn_network_params(net), n),
              "%s, call %d moved the weights", what, call);
        gn_trainer_destroy(t);
    }
    gn_context_destroy(ctx);
    gn_network_destroy(net);
    free(before);
    free(gradient);
}

static double eval_nothing(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                           const gn_real *z, double scale, gn_real *dz)
{
    (void)self; (void)cols; (void)z; (void)scale;
    if (dz)
        memset(dz, 0, tile->rows * stride * sizeof *dz);
    return 0;
}

static void test_targets(void **state)
{
    static const struct { double bad; gn_status sigmoid, softmax; const char *number; } cases[] = {
        { -1, GN_ERR_ARGUMENT, GN_ERR_ARGUMENT, "-1" },
        { 100, GN_ERR_ARGUMENT, GN_ERR_ARGUMENT, "100" },
        { 1.01, GN_ERR_ARGUMENT, GN_ERR_ARGUMENT, "1.01" },
        { -2e-6, GN_ERR_ARGUMENT, GN_ERR_ARGUMENT, "-2e-06" },
        { (double)-INFINITY, GN_ERR_NONFINITE, GN_ERR_NONFINITE, "-inf" },
        { 0.5, GN_OK, GN_ERR_ARGUMENT, "1.5" }, { 0.002, GN_OK, GN_ERR_ARGUMENT, "1.002" },
        { 0.0005, GN_OK, GN_OK, "" }, { -1e-7, GN_OK, GN_OK, "" },
    };
    gn_loss own = gn_sigmoid_cross_entropy;
    (void)state;
    own.name = "own";
    own.eval = eval_nothing;
    own.takes_labels = false;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fill_arrays((gn_real)cases[i].bad);
        const gn_data *data[] = { &packed, &strided, &read_by_fill };
        const char *says[] = { cases[i].number, "row 17", NULL }, *none[] = { NULL, NULL, NULL };
        for (size_t j = 0; j < COUNT(data); j++) {
            check_all("sigmoid", data[j], &gn_sigmoid_cross_entropy, false, cases[i].sigmoid, says);
            check_all("softmax", data[j], &gn_softmax_cross_entropy, false, cases[i].softmax, says);
            if (isfinite(cases[i].bad))
                check_all("the user's own", data[j], &own, false, GN_OK, none);
        }
    }
}

/* Row, column, number and function, letter by letter. */
static void test_message(void **state)
{
    gn_network *net = network_for(&gn_sigmoid_cross_entropy);
    gn_trainer *t = make_trainer(net, (gn_train_options){ .loss = &gn_sigmoid_cross_entropy });
    (void)state;
    fill_arrays(-1);
    CHECK_STATUS(gn_trainer_fit(t, &packed, NULL), GN_ERR_ARGUMENT);
    assert_string_equal(gn_error_message(), "gn_trainer_fit: y has -1 in row 17, column 1, not a "
                        "probability within [0, 1]");
    gn_trainer_destroy(t);
    gn_network_destroy(net);
}

/* Bytes are what their scale and offset make of them. */
static void test_bytes(void **state)
{
    static const struct { double scale, offset; gn_status status; const char *says[3]; } cases[] = {
        { 0, 0, GN_OK, { NULL } }, { 1.0 / 255, 0, GN_OK, { NULL } },
        { 1, 0, GN_ERR_ARGUMENT, { "255", "row 0", "column 0" } },
        { 1.0 / 255, -0.5, GN_ERR_ARGUMENT, { "-0.5", "row 0", "column 1" } },
        { -1.0 / 255, 1, GN_OK, { NULL } },
    };
    (void)state;
    fill_arrays(0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_data data = packed;
        data.y = (gn_matrix){ bytes, ROWS, OUTPUTS, 0, GN_U8, cases[i].scale, cases[i].offset,
                              { 0 } };
        check_all("bytes", &data, &gn_sigmoid_cross_entropy, false, cases[i].status, cases[i].says);
    }
}

/* Targets are in the user's units, and judged as the network's. */
static void test_scaled(void **state)
{
    const gn_real shift[OUTPUTS] = { 10, 10, 10 }, scale[OUTPUTS] = { 40, 40, 40 };
    const gn_scaling scaling = { .output_shift = shift, .output_scale = scale };
    gn_network *net = network_for(&gn_sigmoid_cross_entropy);
    gn_context *ctx = make_context(net, (gn_context_options){ 0 });
    gn_score score;
    const gn_data *data[] = { &packed, &strided, &read_by_fill };
    (void)state;
    CHECK_OK(gn_network_set_scaling(net, &scaling));
    for (int bad = 0; bad < 2; bad++) {
        fill_arrays(1);
        for (size_t i = 0; i < ROWS * OUTPUTS; i++)
            y[i] = 10 + 40 * y[i];
        y[BAD * OUTPUTS + 1] = bad ? 70 : 50;
        for (size_t i = 0; i < ROWS * 5; i++)
            apart[i] = i % 5 < OUTPUTS ? y[i / 5 * OUTPUTS + i % 5] : 0;
        for (size_t j = 0; j < COUNT(data); j++) {
            CHECK_STATUS(gn_evaluate(ctx, data[j], &gn_sigmoid_cross_entropy, &score),
                         bad ? GN_ERR_ARGUMENT : GN_OK);
            CHECK(!bad || strstr(gn_error_message(), "y has 1.5 in row 17, column 1"), "%s",
                  gn_error_message());
        }
    }
    /* 0.5 is a probability, and 5 of the network's units is none */
    const gn_real none[OUTPUTS] = { 0 },
        tenths[OUTPUTS] = { (gn_real)0.1, (gn_real)0.1, (gn_real)0.1 };
    CHECK_OK(gn_network_set_scaling(net,
                                    &(gn_scaling){ .output_shift = none, .output_scale = tenths }));
    fill_arrays(0);
    for (size_t i = 0; i < ROWS * OUTPUTS; i++)
        y[i] = i == BAD * OUTPUTS + 1 ? (gn_real)0.5 : 0;
    CHECK_STATUS(gn_evaluate(ctx, &packed, &gn_sigmoid_cross_entropy, &score), GN_ERR_ARGUMENT);
    CHECK(strstr(gn_error_message(), "y has 5 in row 17, column 1"), "%s", gn_error_message());
    gn_context_destroy(ctx);
    gn_network_destroy(net);
}

static void test_negative_weights(void **state)
{
    const gn_loss *losses[] = { &gn_sigmoid_cross_entropy, &gn_softmax_cross_entropy,
                                &gn_squared_error };
    const char *says[] = { "-2", "row 23", "negative_weights" };
    gn_data with[] = { packed, read_by_fill };
    (void)state;
    fill_arrays(BAD % OUTPUTS == 1);
    with[0].weights = weights;
    with[1].has_weights = true;
    for (size_t i = 0; i < COUNT(losses); i++)
        for (size_t j = 0; j < COUNT(with); j++) {
            weights[23] = -2;
            check_all("negative", &with[j], losses[i], false, GN_ERR_ARGUMENT, says);
            check_all("allowed", &with[j], losses[i], true, GN_OK, says);
            weights[23] = (gn_real)-0.0;
            check_all("zero", &with[j], losses[i], false, GN_OK, says);
        }
}

/* No row is left out: the first one and the last one neither. */
static void test_each_row(void **state)
{
    gn_network *net = network_for(&gn_sigmoid_cross_entropy);
    gn_context *ctx = make_context(net, (gn_context_options){ 0 });
    const gn_data *data[] = { &packed, &strided, &read_by_fill };
    gn_score score;
    char words[40];
    (void)state;
    for (size_t row = 0; row < ROWS; row++)
        for (size_t i = 0; i < COUNT(data); i++) {
            fill_arrays(0);
            y[row * OUTPUTS + 2] = apart[row * 5 + 2] = 7;
            (void)snprintf(words, sizeof words, "y has 7 in row %zu, column 2", row);
            CHECK_STATUS(gn_evaluate(ctx, data[i], &gn_sigmoid_cross_entropy, &score),
                         GN_ERR_ARGUMENT);
            CHECK(strstr(gn_error_message(), words), "%zu: %s", i, gn_error_message());
        }
    gn_context_destroy(ctx);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets), cmocka_unit_test(test_message),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_scaled), cmocka_unit_test(test_negative_weights),
        cmocka_unit_test(test_each_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
