/* Bad data, by each function that takes data: a status, the row and the column by number,
 * and a network that is as it was. */
#include "support.h"

enum { ROWS = 50, INPUTS = 4, OUTPUTS = 3 };

static gn_real x[ROWS * INPUTS], x_nan[ROWS * INPUTS], x_inf[ROWS * INPUTS], y[ROWS * OUTPUTS],
    y_nan[ROWS * OUTPUTS], w_nan[ROWS];
static int32_t labels[ROWS], negative[ROWS], large[ROWS];
static const uint8_t bytes[ROWS * INPUTS];

static void fill_arrays(void)
{
    rng r = { 1 };
    fill_normal(&r, ROWS * INPUTS, x);
    memcpy(x_nan, x, sizeof x);
    memcpy(x_inf, x, sizeof x);
    x_nan[41 * INPUTS + 2] = (gn_real)NAN;
    x_inf[37 * INPUTS + 3] = (gn_real)-INFINITY;
    for (size_t i = 0; i < ROWS * OUTPUTS; i++)
        y[i] = y_nan[i] = (gn_real)1 / 3;
    y_nan[29 * OUTPUTS + 1] = (gn_real)NAN;
    for (size_t i = 0; i < ROWS; i++) {
        labels[i] = negative[i] = large[i] = (int32_t)(i % OUTPUTS);
        w_nan[i] = 1;
    }
    w_nan[23] = (gn_real)NAN;
    negative[43] = -1;
    large[44] = 3;
}

#define MATRIX(array, n, m) { .data = (array), .rows = (n), .cols = (m) }
#define X MATRIX(x, ROWS, INPUTS)
#define Y MATRIX(y, ROWS, OUTPUTS)
#define CROSS &gn_softmax_cross_entropy

static gn_status fill_status = GN_OK;
static int32_t filled_label;
static gn_real filled_x;

static gn_status fill(void *user, const size_t *rows, gn_tile *tile)
{
    (void)user;
    for (size_t i = 0; i < tile->rows; i++) {
        for (size_t j = 0; j < INPUTS; j++)
            tile->x[i * INPUTS + j] = rows[i] == 31 ? filled_x : 1;
        tile->labels[i] = rows[i] == 31 ? filled_label : 1;
        if (rows[i] == 31 && fill_status < 0)
            return gn_fail(fill_status, "disk 17 is on fire");
    }
    return GN_OK;
}

static double eval_nothing(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                           const gn_real *z, double scale, gn_real *dz)
{
    (void)self; (void)tile; (void)cols; (void)stride; (void)z; (void)scale; (void)dz;
    return 0;
}
static const gn_loss labels_only = { .name = "labels_only", .eval = eval_nothing,
    .takes_labels = true };

static const struct bad_data {
    const char *what;
    gn_data data;
    const gn_loss *loss;
    gn_status status;
    const char *says[3];
} bad[] = {
    { "no x", { .x = MATRIX(NULL, ROWS, INPUTS), .labels = labels }, CROSS, GN_ERR_ARGUMENT,
      { "x" } },
    { "no rows", { .x = MATRIX(x, 0, INPUTS), .labels = labels }, CROSS, GN_ERR_ARGUMENT,
      { "0 rows" } },
    { "narrow", { .x = MATRIX(x, ROWS, 3), .labels = labels }, CROSS, GN_ERR_SHAPE, { "3", "4" } },
    { "wide", { .x = MATRIX(x, 20, 9), .labels = labels }, CROSS, GN_ERR_SHAPE, { "9", "4" } },
    { "short stride",
      { .x = { .data = x, .rows = ROWS, .cols = INPUTS, .stride = 2 }, .labels = labels },
      CROSS, GN_ERR_SHAPE, { "2 apart", "4 long" } },
    { "huge stride",
      { .x = { .data = x, .rows = ROWS, .cols = INPUTS, .stride = SIZE_MAX / 3 },
        .labels = labels },
      CROSS, GN_ERR_SHAPE, { "6148914691236517205" } },
    { "type",
      { .x = { .data = x, .rows = ROWS, .cols = INPUTS, .type = (gn_type)7 }, .labels = labels },
      CROSS, GN_ERR_ARGUMENT, { "7" } },
    { "scale",
      { .x = { .data = bytes, .rows = ROWS, .cols = INPUTS, .type = GN_U8,
               .scale = (double)INFINITY },
        .labels = labels },
      CROSS, GN_ERR_NONFINITE, { "inf * byte" } },
    { "offset",
      { .x = { .data = bytes, .rows = ROWS, .cols = INPUTS, .type = GN_U8, .offset = (double)NAN },
        .labels = labels },
      CROSS, GN_ERR_NONFINITE, { "byte + nan" } },
    { "NaN", { .x = MATRIX(x_nan, ROWS, INPUTS), .labels = labels }, CROSS, GN_ERR_NONFINITE,
      { "row 41", "2" } },
    { "Inf", { .x = MATRIX(x_inf, ROWS, INPUTS), .labels = labels }, CROSS, GN_ERR_NONFINITE,
      { "row 37", "3" } },
    { "nothing to learn", { .x = X }, CROSS, GN_ERR_ARGUMENT, { "label" } },
    { "no targets", { .x = X }, &gn_huber, GN_ERR_ARGUMENT, { "target" } },
    { "labels for numbers", { .x = X, .labels = labels }, &gn_squared_error, GN_ERR_ARGUMENT,
      { "squared_error", "labels" } },
    { "targets for labels", { .x = X, .y = Y }, &labels_only, GN_ERR_ARGUMENT,
      { "labels_only", "targets" } },
    { "narrow targets", { .x = X, .y = MATRIX(y, ROWS, 2) }, CROSS, GN_ERR_SHAPE, { "2", "3" } },
    { "few targets", { .x = X, .y = MATRIX(y, 49, OUTPUTS) }, CROSS, GN_ERR_SHAPE, { "49", "50" } },
    { "NaN target", { .x = X, .y = MATRIX(y_nan, ROWS, OUTPUTS) }, CROSS, GN_ERR_NONFINITE,
      { "row 29", "1" } },
    { "NaN weight", { .x = X, .labels = labels, .weights = w_nan }, CROSS, GN_ERR_NONFINITE,
      { "23" } },
    { "negative label", { .x = X, .labels = negative }, CROSS, GN_ERR_ARGUMENT,
      { "row 43", "-1" } },
    { "large label", { .x = X, .labels = large }, CROSS, GN_ERR_ARGUMENT, { "row 44", "3" } },
    { "no loss", { .x = X, .labels = labels }, NULL, GN_ERR_ARGUMENT, { "loss" } },
};

static void check_says(const char *who, const struct bad_data *b)
{
    for (size_t i = 0; i < COUNT(b->says) && b->says[i]; i++)
        CHECK(strstr(gn_error_message(), b->says[i]), "%s, %s: \"%s\" lacks \"%s\"", who, b->what,
              gn_error_message(), b->says[i]);
    CHECK(strstr(gn_error_message(), who), "%s is not named: \"%s\"", who, gn_error_message());
}

static void check_refusal(const char *who, const struct bad_data *b, gn_status status)
{
    CHECK(status == b->status, "%s, %s: %d (\"%s\") instead of %d", who, b->what, (int)status,
          gn_error_message(), (int)b->status);
    check_says(who, b);
}

static gn_network *the_network(void)
{
    return NETWORK(INPUTS, 1, { .units = 5, .activation = &gn_relu },
                   { .units = OUTPUTS, .activation = &gn_softmax });
}

static void test_evaluate_and_gradient(void **state)
{
    gn_network *net = the_network();
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true });
    gn_real gradient[200];
    gn_score score;
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        check_refusal("gn_evaluate", &bad[i], gn_evaluate(ctx, &bad[i].data, bad[i].loss, &score));
        check_refusal("gn_gradient", &bad[i],
                      gn_gradient(ctx, &bad[i].data, bad[i].loss, NULL, gradient));
    }
    gn_context_destroy(ctx);
    gn_network_destroy(net);
}

static void test_training(void **state)
{
    gn_network *net = the_network();
    size_t n = gn_network_param_count(net);
    gn_real *before = copy_reals(gn_network_params(net), n);
    gn_data good = { .x = X, .labels = labels };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (!bad[i].loss)
            continue;
        gn_trainer *t = make_trainer(net, (gn_train_options){ .loss = bad[i].loss, .batch = 50 });
        check_refusal("gn_trainer_step", &bad[i], gn_trainer_step(t, &bad[i].data, NULL));
        check_refusal("gn_trainer_fit", &bad[i], gn_trainer_fit(t, &bad[i].data, NULL));
        if (bad[i].loss == CROSS)
            check_refusal("gn_trainer_fit", &bad[i], gn_trainer_fit(t, &good, &bad[i].data));
        CHECK(same_bits(before, gn_network_params(net), n), "%s moved the weights", bad[i].what);
        CHECK(gn_trainer_epoch_count(t) == 0, "%s made history", bad[i].what);
        gn_trainer_destroy(t);
    }
    free(before);
    gn_network_destroy(net);
}

/* A step takes at most options.batch rows; a split must leave rows on both sides. */
static void test_too_many_and_too_few_rows(void **state)
{
    gn_network *net = the_network();
    gn_data data = { .x = X, .labels = labels };
    gn_trainer *t = make_trainer(net, (gn_train_options){ .loss = CROSS, .batch = 49 });
    (void)state;
    gn_status status = gn_trainer_step(t, &data, NULL);
    CHECK(status == GN_ERR_SHAPE || status == GN_ERR_ARGUMENT, "%d", (int)status);
    CHECK(strstr(gn_error_message(), "50") && strstr(gn_error_message(), "49"), "%s",
          gn_error_message());
    gn_trainer_destroy(t);
    t = make_trainer(net, (gn_train_options){ .loss = CROSS, .batch = 64, .drop_last = true });
    status = gn_trainer_fit(t, &data, NULL); /* not one whole minibatch */
    CHECK(status == GN_ERR_SHAPE || status == GN_ERR_ARGUMENT, "%d", (int)status);
    CHECK(strstr(gn_error_message(), "50") && strstr(gn_error_message(), "64"), "%s",
          gn_error_message());
    gn_trainer_destroy(t);
    gn_network_destroy(net);
}

/* One output: labels are 0 and 1. */
static void test_labels_of_one_output(void **state)
{
    int32_t two[ROWS] = { 0, 1, 0, 1, 2 };
    gn_network *net = NETWORK(INPUTS, 1, { .units = 1, .activation = &gn_sigmoid });
    gn_context *ctx = make_context(net, (gn_context_options){ .threads = 2 });
    gn_data data = { .x = X, .labels = two };
    gn_score score;
    (void)state;
    CHECK_STATUS(gn_evaluate(ctx, &data, &gn_sigmoid_cross_entropy, &score), GN_ERR_ARGUMENT);
    CHECK(strstr(gn_error_message(), "row 4"), "%s", gn_error_message());
    data.x.rows = 4;
    CHECK_OK(gn_evaluate(ctx, &data, &gn_sigmoid_cross_entropy, &score));
    gn_context_destroy(ctx);
    gn_network_destroy(net);
}

/* ---- prediction ---- */

static void test_predict(void **state)
{
    static const struct {
        gn_matrix x;
        size_t stride;
        gn_status status;
        const char *says[2];
    } cases[] = {
        { MATRIX(NULL, ROWS, INPUTS), 0, GN_ERR_ARGUMENT, { "x" } },
        { MATRIX(x, ROWS, 3), 0, GN_ERR_SHAPE, { "3 columns", "4" } },
        { { .data = x, .rows = ROWS, .cols = INPUTS, .stride = 1 }, 0, GN_ERR_SHAPE,
          { "1 apart", "4 long" } },
        { X, 2, GN_ERR_SHAPE, { "2", "3" } },
        { X, SIZE_MAX / 2, GN_ERR_SHAPE, { "9223372036854775807" } },
        { { .data = bytes, .rows = ROWS, .cols = INPUTS, .type = GN_U8,
          .scale = -(double)INFINITY }, 0, GN_ERR_NONFINITE, { "-inf" } },
    };
    gn_network *net = the_network();
    gn_context *ctx = make_context(net, (gn_context_options){ 0 });
    gn_real out[ROWS * OUTPUTS], expected[ROWS * OUTPUTS];
    (void)state;
    for (size_t i = 0; i < ROWS * OUTPUTS; i++)
        out[i] = expected[i] = -5;
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK_STATUS(gn_predict(ctx, &cases[i].x, out, cases[i].stride), cases[i].status);
        for (size_t j = 0; j < 2 && cases[i].says[j]; j++)
            CHECK(strstr(gn_error_message(), cases[i].says[j]), "case %zu: %s", i,
                  gn_error_message());
        CHECK(same_bits(out, expected, ROWS * OUTPUTS), "case %zu wrote outputs", i);
    }
    CHECK_OK(gn_predict(ctx, &(gn_matrix)MATRIX(x_nan, ROWS, INPUTS), out, 0)); /* NaN passes */
    for (size_t i = 0; i < ROWS * OUTPUTS; i++)
        CHECK(!isnan(out[i]) == (i / OUTPUTS != 41), "row %zu is %g", i / OUTPUTS, (double)out[i]);
    gn_context_destroy(ctx);
    gn_network_destroy(net);
}

/* ---- the user's own reader ---- */

static void check_reader(const char *what, gn_status status, const char *says)
{
    gn_data data = { .x = { .rows = ROWS }, .fill = fill, .has_labels = true };
    gn_network *net = the_network();
    size_t n = gn_network_param_count(net);
    gn_real *before = copy_reals(gn_network_params(net), n), *g = reals(n);
    gn_score score;
    for (int threads = 1; threads < 4; threads++) {
        gn_context *ctx =
            make_context(net, (gn_context_options){ .gradients = true, .threads = threads });
        gn_trainer *t = make_trainer(
            net, (gn_train_options){ .loss = CROSS, .batch = 50, .threads = threads });
        const gn_status got[] = {
            gn_evaluate(ctx, &data, CROSS, &score), gn_gradient(ctx, &data, CROSS, NULL, g),
            gn_trainer_step(t, &data, NULL), gn_trainer_fit(t, &data, NULL),
        };
        for (size_t i = 0; i < COUNT(got); i++)
            CHECK(got[i] == status, "%s, call %zu: %d", what, i, (int)got[i]);
        CHECK(strstr(gn_error_message(), says), "%s: %s", what, gn_error_message());
        CHECK(same_bits(before, gn_network_params(net), n), "%s moved the weights", what);
        gn_trainer_destroy(t);
        gn_context_destroy(ctx);
    }
    gn_network_destroy(net);
    free(before);
    free(g);
}

static void test_reader(void **state)
{
    (void)state;
    filled_x = 1;
    fill_status = GN_ERR_IO;
    check_reader("failing reader", GN_ERR_IO, "disk 17 is on fire");
    fill_status = GN_OK;
    filled_label = 99;
    check_reader("large label", GN_ERR_ARGUMENT, "99");
    filled_label = -4;
    check_reader("negative label", GN_ERR_ARGUMENT, "-4");
    filled_label = 0;
    filled_x = (gn_real)NAN;
    check_reader("NaN", GN_ERR_NONFINITE, "nan");
}

/* ---- infinite inputs ---- */

static gn_status read_x(void *user, const size_t *rows, gn_tile *tile)
{
    const gn_real *from = user;
    for (size_t i = 0; i < tile->rows; i++) {
        memcpy(tile->x + i * INPUTS, from + rows[i] * INPUTS, INPUTS * sizeof *from);
        tile->labels[i] = 1;
    }
    return GN_OK;
}

static void check_says_where(const char *what, gn_status status)
{
    CHECK_STATUS(status, GN_ERR_NONFINITE);
    CHECK(strstr(gn_error_message(), "x has inf in row 31, column 2"), "%s: %s", what,
          gn_error_message());
}

/* A layer that saturates hides them: gn_evaluate lets them pass, and who learns does not. */
static void check_infinite(const char *what, const gn_data *poor, const gn_data *good,
                           gn_score *score)
{
    gn_network *net = NETWORK(INPUTS, 1, { .units = 6, .activation = &gn_tanh },
                              { .units = OUTPUTS, .activation = &gn_softmax });
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true, .threads = 2 });
    gn_trainer *t = make_trainer(net, (gn_train_options){ .loss = CROSS, .batch = 50,
                                                          .threads = 2 });
    size_t n = gn_network_param_count(net);
    gn_real *before = copy_reals(gn_network_params(net), n), *g = reals(n);
    CHECK_OK(gn_evaluate(ctx, poor, CROSS, score));
    CHECK(isfinite(score->loss) && score->loss > 0, "%s: %g", what, score->loss);
    check_says_where("gradient", gn_gradient(ctx, poor, CROSS, NULL, g));
    check_says_where("step", gn_trainer_step(t, poor, NULL));
    check_says_where("fit", gn_trainer_fit(t, poor, NULL));
    CHECK(same_bits(before, gn_network_params(net), n), "%s moved the weights", what);
    check_says_where("validation", gn_trainer_fit(t, good, poor));
    free(before);
    free(g);
    gn_trainer_destroy(t);
    gn_context_destroy(ctx);
    gn_network_destroy(net);
}

static void test_infinite_inputs(void **state)
{
    gn_real *with_inf = copy_reals(x, ROWS * INPUTS);
    int32_t ones[ROWS];
    gn_score of_matrix, of_reader;
    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        ones[i] = 1;
    with_inf[31 * INPUTS + 2] = (gn_real)INFINITY;
    const gn_data good = { .x = { .data = x, .rows = ROWS, .cols = INPUTS }, .labels = ones };
    gn_data matrix = good, reader = { .x.rows = ROWS, .fill = read_x, .user = with_inf,
                                      .has_labels = true };
    matrix.x.data = with_inf;
    check_infinite("matrix", &matrix, &good, &of_matrix);
    check_infinite("reader", &reader, &good, &of_reader);
    CHECK(memcmp(&of_matrix, &of_reader, sizeof of_matrix) == 0, "%.17g and %.17g", of_matrix.loss,
          of_reader.loss);
    free(with_inf);
}

static int set_up(void **state)
{
    (void)state;
    fill_arrays();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_evaluate_and_gradient), cmocka_unit_test(test_training),
        cmocka_unit_test(test_too_many_and_too_few_rows),
        cmocka_unit_test(test_labels_of_one_output),  cmocka_unit_test(test_predict),
        cmocka_unit_test(test_reader), cmocka_unit_test(test_infinite_inputs),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
