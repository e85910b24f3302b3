/* Every bad input gets a status and a sentence that names it; nothing is changed by it, and
 * *out of a create is NULL. */
#include <gemmnet/files.h>
#include "support.h"

/* ---- options ---- */

static void test_context_options(void **state)
{
    static const struct {
        const char *what;
        gn_context_options options;
        gn_status status;
        const char *says;
    } bad[] = {
        { "threads", { .threads = -3 }, GN_ERR_ARGUMENT, "-3" },
        { "reserved", { .reserved = { 0, 0, 5 } }, GN_ERR_ARGUMENT, "reserved" },
        { "tile_rows", { .tile_rows = SIZE_MAX }, GN_ERR_SHAPE, "18446744073709551615" },
        { "tile_rows", { .tile_rows = (size_t)1 << 31 }, GN_ERR_SHAPE, "2147483648" },
    };
    gn_network *net = NETWORK(4, 1, { .units = 3 });
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        gn_context *ctx = (gn_context *)&ctx;
        refuses(bad[i].what, gn_context_create(&ctx, net, &bad[i].options), bad[i].status,
                bad[i].says);
        CHECK(!ctx, "%s: *out is not NULL", bad[i].what);
    }
    gn_network_destroy(net);
}

static void update_nothing(const gn_optimizer *self, const gn_update *u) { (void)self; (void)u; }
static double eval_nothing(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                           const gn_real *z, double scale, gn_real *dz)
{
    (void)self; (void)tile; (void)cols; (void)stride; (void)z; (void)scale; (void)dz;
    return 0;
}

static const gn_loss without_eval = { .name = "evalless", .takes_labels = true },
                     takes_nothing = { .name = "ascetic", .eval = eval_nothing };

#define SQUARE .loss = &gn_squared_error
static void test_trainer_options(void **state)
{
    static const struct {
        const char *what;
        gn_train_options options;
        gn_status status;
        const char *says;
    } bad[] = {
        { "no loss", { .batch = 3 }, GN_ERR_ARGUMENT, "loss" },
        { "no eval", { .loss = &without_eval }, GN_ERR_ARGUMENT, "evalless" },
        { "takes nothing", { .loss = &takes_nothing }, GN_ERR_ARGUMENT, "ascetic" },
        { "pairing", { .loss = &gn_softmax_cross_entropy }, GN_ERR_UNSUPPORTED,
          "softmax_cross_entropy tanh" },
        { "pairing", { .loss = &gn_sigmoid_cross_entropy }, GN_ERR_UNSUPPORTED,
          "sigmoid_cross_entropy tanh" },
        { "no update", { SQUARE, .optimizer = { .name = "idle", .states = 1 } }, GN_ERR_ARGUMENT,
          "update" },
        { "states", { SQUARE, .optimizer = { .name = "greedy", .states = 3,
          .update = update_nothing } }, GN_ERR_ARGUMENT, "3" },
        { "states", { SQUARE, .optimizer = { .name = "odd", .states = -1,
          .update = update_nothing } }, GN_ERR_ARGUMENT, "-1" },
        { "batch", { SQUARE, .batch = SIZE_MAX }, GN_ERR_SHAPE, "18446744073709551615" },
        { "tile_rows", { SQUARE, .tile_rows = SIZE_MAX }, GN_ERR_SHAPE, "18446744073709551615" },
        { "lanes", { SQUARE, .lanes = SIZE_MAX }, GN_ERR_SHAPE, "18446744073709551615" },
        { "share", { SQUARE, .validation = 1 }, GN_ERR_ARGUMENT, "validation 1" },
        { "share", { SQUARE, .validation = -0.5 }, GN_ERR_ARGUMENT, "validation -0.5" },
        { "share", { SQUARE, .validation = (double)NAN }, GN_ERR_ARGUMENT, "validation nan" },
        { "decay", { SQUARE, .weight_decay = -1.5 }, GN_ERR_ARGUMENT, "weight_decay -1.5" },
        { "decay", { SQUARE, .weight_decay = (double)NAN }, GN_ERR_ARGUMENT, "weight_decay nan" },
        { "l1", { SQUARE, .l1 = -2 }, GN_ERR_ARGUMENT, "l1 -2" },
        { "l2", { SQUARE, .l2 = (double)INFINITY }, GN_ERR_ARGUMENT, "l2 inf" },
        { "norm", { SQUARE, .max_gradient_norm = -7 }, GN_ERR_ARGUMENT, "max_gradient_norm -7" },
        { "norm", { SQUARE, .max_gradient_norm = (double)NAN }, GN_ERR_ARGUMENT,
          "max_gradient_norm nan" },
        { "threads", { SQUARE, .threads = -4 }, GN_ERR_ARGUMENT, "threads -4" },
        { "reserved", { SQUARE, .reserved = { 1 } }, GN_ERR_ARGUMENT, "reserved" },
    };
    gn_network *net = NETWORK(4, 1, { .units = 3, .activation = &gn_tanh });
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        gn_trainer *t = (gn_trainer *)&t;
        refuses(bad[i].what, gn_trainer_create(&t, net, &bad[i].options), bad[i].status,
                bad[i].says);
        CHECK(!t, "%s: *out is not NULL", bad[i].what);
    }
    gn_network_destroy(net);
}

/* Where a rate is first known decides nothing: create or the first step refuses it. */
static void test_rates(void **state)
{
    static const double rates[] = { -0.5, (double)NAN, (double)INFINITY };
    gn_network *net = NETWORK(1, 1, { .units = 1 });
    gn_real before[2] = { gn_network_params(net)[0], gn_network_params(net)[1] }, one = 1;
    gn_data data = { .x = matrix_of(&one, 1, 1), .y = matrix_of(&one, 1, 1) };
    (void)state;
    for (size_t i = 0; i < COUNT(rates) * 2; i++) {
        gn_train_options options = { SQUARE, .schedule = gn_constant(rates[i / 2]) };
        gn_trainer *t = NULL;
        gn_status status = gn_trainer_create(&t, net, &options);
        if (status == GN_OK)
            status = i % 2 ? gn_trainer_step(t, &data, NULL) : gn_trainer_fit(t, &data, NULL);
        refuses("rate", status, GN_ERR_ARGUMENT, "rate");
        CHECK(same_bits(before, gn_network_params(net), 2), "rate %g moved a weight", rates[i / 2]);
        gn_trainer_destroy(t);
    }
    gn_network_destroy(net);
}

/* ---- NULL ---- */

static void test_null(void **state)
{
    gn_network *net = NETWORK(1, 1, { .units = 1 }), *other = NULL;
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true }), *c = NULL;
    gn_context *predicts = make_context(net, (gn_context_options){ 0 });
    gn_trainer *t = make_trainer(net, (gn_train_options){ SQUARE }), *u = NULL;
    gn_layer_spec layer = { .units = 1 };
    gn_real one = 1, g[2];
    gn_score score;
    gn_data data = { .x = matrix_of(&one, 1, 1), .y = matrix_of(&one, 1, 1) };
    gn_train_options options = { SQUARE };
    const gn_loss *loss = &gn_squared_error;
    const struct { const char *what; gn_status status; } calls[] = {
        { "create, out", gn_network_create(NULL, gn_vector(1), &layer, 1, 1) },
        { "create, layers", gn_network_create(&other, gn_vector(1), NULL, 1, 1) },
        { "copy, out", gn_network_copy(NULL, net) },
        { "copy, network", gn_network_copy(&other, NULL) },
        { "context, out", gn_context_create(NULL, net, NULL) },
        { "context, network", gn_context_create(&c, NULL, NULL) },
        { "predict, context", gn_predict(NULL, &data.x, &one, 0) },
        { "predict, x", gn_predict(ctx, NULL, &one, 0) },
        { "predict, out", gn_predict(ctx, &data.x, NULL, 0) },
        { "evaluate, context", gn_evaluate(NULL, &data, loss, &score) },
        { "evaluate, data", gn_evaluate(ctx, NULL, loss, &score) },
        { "evaluate, loss", gn_evaluate(ctx, &data, NULL, &score) },
        { "evaluate, score", gn_evaluate(ctx, &data, loss, NULL) },
        { "gradient, context", gn_gradient(NULL, &data, loss, NULL, g) },
        { "gradient, data", gn_gradient(ctx, NULL, loss, NULL, g) },
        { "gradient, loss", gn_gradient(ctx, &data, NULL, NULL, g) },
        { "gradient, gradient", gn_gradient(ctx, &data, loss, NULL, NULL) },
        { "gradient, a context that predicts", gn_gradient(predicts, &data, loss, NULL, g) },
        { "trainer, out", gn_trainer_create(NULL, net, &options) },
        { "trainer, network", gn_trainer_create(&u, NULL, &options) },
        { "trainer, options", gn_trainer_create(&u, net, NULL) },
        { "step, trainer", gn_trainer_step(NULL, &data, NULL) },
        { "step, data", gn_trainer_step(t, NULL, NULL) },
        { "fit, trainer", gn_trainer_fit(NULL, &data, NULL) },
        { "fit, data", gn_trainer_fit(t, NULL, NULL) },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(calls); i++)
        CHECK(calls[i].status == GN_ERR_ARGUMENT, "%s: %d", calls[i].what, (int)calls[i].status);
    CHECK(!other && !c && !u, "*out is not NULL (%d)", 1);
    CHECK_OK(gn_gradient(ctx, &data, loss, NULL, g)); /* value may be NULL */
    gn_context_destroy(NULL);
    gn_network_destroy(NULL);
    gn_trainer_destroy(NULL);
    gn_context_destroy(predicts);
    gn_context_destroy(ctx);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
}

/* ---- statuses in words ---- */

static void test_status_text(void **state)
{
    (void)state;
    for (int status = -12; status <= 5; status++) {
        const char *text = gn_status_text((gn_status)status);
        CHECK(text && strlen(text) > 3, "status %d", status);
        for (int other = -8; other < status && status <= 1; other++)
            CHECK(strcmp(text, gn_status_text((gn_status)other)), "%d and %d: %s", status, other,
                  text);
    }
    CHECK(!strcmp(gn_status_text(GN_OK), "success"), "%s", gn_status_text(GN_OK));
    CHECK(gn_fail(GN_ERR_IO, "disk %d", 3) == GN_ERR_IO, "%d", GN_ERR_IO);
    CHECK(!strcmp(gn_error_message(), "disk 3"), "%s", gn_error_message());
    CHECK(!strcmp(gn_version(), "0.1.0"), "%s", gn_version());
}

static void test_notes(void **state)
{
    static const char *const ours[] = { "format", "gemmnet", "trainer", "__metadata__" };
    static const char *const no_utf8[] = { "\xc3", "a\x80", "\xc0\x80", "\xed\xa0\x80",
                                           "\xf4\x90\x80\x80" };
    gn_network *net = NETWORK(2, 1, { .units = 1 });
    (void)state;
    refuses("no network", gn_network_set_note(NULL, "k", "v"), GN_ERR_ARGUMENT,
            "gn_network_set_note net");
    refuses("no key", gn_network_set_note(net, NULL, "v"), GN_ERR_ARGUMENT,
            "gn_network_set_note key");
    refuses("neither", gn_network_set_note(NULL, NULL, NULL), GN_ERR_ARGUMENT, "net is NULL");
    for (size_t i = 0; i < COUNT(ours); i++) {
        refuses("own key", gn_network_set_note(net, ours[i], "v"), GN_ERR_ARGUMENT, ours[i]);
        refuses("own key", GN_ERR_ARGUMENT, GN_ERR_ARGUMENT, "library's own");
        CHECK(!gn_network_note(net, ours[i]), "%s was set", ours[i]);
    }
    for (size_t i = 0; i < COUNT(no_utf8); i++) {
        refuses("key", gn_network_set_note(net, no_utf8[i], "v"), GN_ERR_ARGUMENT,
                "key not UTF-8");
        refuses("value", gn_network_set_note(net, "mine", no_utf8[i]), GN_ERR_ARGUMENT,
                "mine not UTF-8");
        CHECK(!gn_network_note(net, no_utf8[i]) && !gn_network_note(net, "mine"),
              "case %zu was set", i);
    }
    CHECK(!gn_network_note(NULL, "mine") && !gn_network_note(net, NULL), "a note of nothing");
    CHECK_OK(gn_network_set_note(net, "mine", "\xc3\xa4"));
    CHECK(gn_network_note(net, "mine") && strcmp(gn_network_note(net, "mine"), "\xc3\xa4") == 0,
          "it is lost");
    CHECK_OK(gn_network_set_note(net, "mine", NULL));
    CHECK(!gn_network_note(net, "mine"), "it stays");
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_context_options), cmocka_unit_test(test_trainer_options),
        cmocka_unit_test(test_rates),           cmocka_unit_test(test_null),
        cmocka_unit_test(test_status_text),     cmocka_unit_test(test_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
