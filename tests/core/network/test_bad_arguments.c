/* Every bad input gets a status and a sentence that names it; nothing is changed by it, and
 * *out of a create is NULL. */
#include <gemmnet/files.h>
#include "support.h"

/* All of the words, which are separated by spaces, must be in the message. */
static void check_says(const char *what, const char *words)
{
    const char *message = gn_error_message();
    char copy[128], *rest = copy;
    (void)snprintf(copy, sizeof copy, "%s", words);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        CHECK(strstr(message, word), "%s: \"%s\" lacks \"%s\"", what, message, word);
}

static void check_refusal(const char *what, gn_status got, gn_status expected, const char *words)
{
    CHECK(got == expected, "%s: %d (\"%s\") instead of %d", what, (int)got, gn_error_message(),
          (int)expected);
    check_says(what, words);
}

/* ---- networks ---- */

static gn_status plan_nothing(gn_layer *self) { (void)self; return GN_OK; }
static gn_status plan_tensors(gn_layer *self, size_t n, gn_tensor tensor)
{
    self->n_tensors = n;
    self->tensors[0] = self->tensors[1] = tensor;
    return GN_OK;
}
static gn_status plan_nine(gn_layer *self) { self->n_tensors = 9; return GN_OK; }
static gn_status plan_twins(gn_layer *self)
{
    return plan_tensors(self, 2, (gn_tensor){ .name = "twin", .rank = 1, .dims = { 2 } });
}
static gn_status plan_nameless(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .rank = 1, .dims = { 2 } });
}
static gn_status plan_flat(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "flat" });
}
static gn_status plan_rank_5(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "deep", .rank = 5, .dims = { 1, 1, 1, 1 } });
}
static gn_status plan_fast(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "mean", .rank = 1, .dims = { 2 },
                                              .momentum = 1.5 });
}
static gn_status plan_decaying(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "mean", .rank = 1, .dims = { 2 },
                                              .momentum = 0.5,
                                              .decays = true });
}
static gn_status plan_overflow(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "large", .rank = 1,
                                              .dims = { SIZE_MAX - 3 } });
}
static gn_status plan_product(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "vast", .rank = 2,
                                              .dims = { SIZE_MAX / 2, 3 } });
}
static gn_status plan_nothing_out(gn_layer *self) { self->out.height = 0; return GN_OK; }
static gn_status plan_huge_cache(gn_layer *self)
{
    self->cache_per_row = SIZE_MAX / 2;
    return GN_OK;
}
static void pass_nothing(const gn_layer *self, const gn_pass *pass) { (void)self; (void)pass; }
static void activate_nothing(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                             const gn_real *z, gn_real *y)
{
    (void)self; (void)rows; (void)cols; (void)stride; (void)z; (void)y;
}

static const gn_activation without_forward = { .name = "headless" },
                           without_backward = { .name = "oneway", .forward = activate_nothing };
static const gn_init without_fill = { .name = "empty" }, without_bias = { .name = "weighty" };
static const gn_layer_type
    without_plan = { .name = "planless", .forward = pass_nothing, .backward = pass_nothing },
    forward_less = { .name = "forwardless", .plan = plan_nothing, .backward = pass_nothing },
    backward_less = { .name = "backwardless", .plan = plan_nothing, .forward = pass_nothing },
    nine = { .name = "nine", .plan = plan_nine, .forward = pass_nothing, .backward = pass_nothing },
    twins = { .name = "twins", .plan = plan_twins, .forward = pass_nothing,
              .backward = pass_nothing },
    nameless = { .name = "nameless", .plan = plan_nameless, .forward = pass_nothing,
                 .backward = pass_nothing },
    flat = { .name = "flat", .plan = plan_flat, .forward = pass_nothing, .backward = pass_nothing },
    rank_5 = { .name = "rank5", .plan = plan_rank_5, .forward = pass_nothing,
               .backward = pass_nothing },
    fast = { .name = "fast", .plan = plan_fast, .forward = pass_nothing, .backward = pass_nothing },
    decaying = { .name = "decaying", .plan = plan_decaying, .forward = pass_nothing,
                 .backward = pass_nothing },
    product = { .name = "product", .plan = plan_product, .forward = pass_nothing,
                .backward = pass_nothing },
    overflowing = { .name = "overflowing", .plan = plan_overflow, .forward = pass_nothing,
                    .backward = pass_nothing },
    without_output = { .name = "outless", .plan = plan_nothing_out, .forward = pass_nothing,
                       .backward = pass_nothing },
    huge_cache = { .name = "hoarder", .plan = plan_huge_cache, .forward = pass_nothing,
                   .backward = pass_nothing };

static void test_networks(void **state)
{
    static const struct {
        const char *what;
        gn_shape input;
        size_t n;
        gn_layer_spec layers[3];
        gn_status status;
        const char *says;
    } bad[] = {
        { "no layers", { 4, 1, 1 }, 0, { { 0 } }, GN_ERR_ARGUMENT, "0 layers" },
        { "no input", { 0, 1, 1 }, 1, { { .units = 3 } }, GN_ERR_SHAPE, "0" },
        { "no height", { 4, 0, 1 }, 1, { { .units = 3 } }, GN_ERR_SHAPE, "4 0" },
        { "wide input", { SIZE_MAX, 1, 1 }, 1, { { .units = 3 } }, GN_ERR_SHAPE,
          "18446744073709551615" },
        { "input overflows", { (size_t)1 << 40, (size_t)1 << 40, 3 }, 1, { { .units = 3 } },
          GN_ERR_SHAPE, "1099511627776 3" },
        { "wider than int", { 4, 1, 1 }, 1, { { .units = 2147483648 } }, GN_ERR_SHAPE,
          "2147483648" },
        { "product", { 4, 1, 1 }, 2, { { .units = 2000000000 }, { .units = 2000000000 } },
          GN_ERR_SHAPE, "layer 1 4000000002000000000" },
        { "sum", { 1 << 30, 1, 1 }, 2, { { .units = 1 << 30 }, { .units = 1 << 30 } }, GN_ERR_SHAPE,
          "parameters, too many" },
        { "dropout 1", { 4, 1, 1 }, 2, { { .units = 3 }, { .type = &gn_dropout, .param = { 1 } } },
          GN_ERR_ARGUMENT, "dropout 1" },
        { "dropout NaN", { 4, 1, 1 }, 1, { { .type = &gn_dropout, .param = { (double)NAN } } },
          GN_ERR_ARGUMENT, "nan" },
        { "dropout -0.5", { 4, 1, 1 }, 1, { { .type = &gn_dropout, .param = { -0.5 } } },
          GN_ERR_ARGUMENT, "-0.5" },
        { "dropout's units", { 4, 1, 1 }, 1, { { .type = &gn_dropout, .units = 9 } }, GN_ERR_SHAPE,
          "9 4" },
        { "dropout's activation", { 4, 1, 1 }, 1,
          { { .type = &gn_dropout, .activation = &gn_relu } },
          GN_ERR_UNSUPPORTED, "relu" },
        { "forward", { 4, 1, 1 }, 1, { { .units = 3, .activation = &without_forward } },
          GN_ERR_ARGUMENT, "headless" },
        { "backward", { 4, 1, 1 }, 1, { { .units = 3, .activation = &without_backward } },
          GN_ERR_ARGUMENT, "oneway" },
        { "fill", { 4, 1, 1 }, 1, { { .units = 3, .init = &without_fill } }, GN_ERR_ARGUMENT,
          "fill" },
        { "plan", { 4, 1, 1 }, 1, { { .type = &without_plan } }, GN_ERR_ARGUMENT, "planless 0" },
        { "forward", { 4, 1, 1 }, 2, { { .units = 3 }, { .type = &forward_less } }, GN_ERR_ARGUMENT,
          "forwardless 1" },
        { "backward", { 4, 1, 1 }, 1, { { .type = &backward_less } }, GN_ERR_ARGUMENT,
          "backwardless" },
        { "nine tensors", { 4, 1, 1 }, 1, { { .type = &nine } }, GN_ERR_ARGUMENT,
          "9 tensors, at most 8" },
        { "twins", { 4, 1, 1 }, 1, { { .type = &twins } }, GN_ERR_ARGUMENT, "called twin" },
        { "nameless", { 4, 1, 1 }, 1, { { .type = &nameless } }, GN_ERR_ARGUMENT,
          "0 bytes, not 1 to 48" },
        { "rank 0", { 4, 1, 1 }, 1, { { .type = &flat } }, GN_ERR_ARGUMENT, "rank 0, not 1 to 4" },
        { "rank 5", { 4, 1, 1 }, 1, { { .type = &rank_5 } }, GN_ERR_ARGUMENT,
          "rank 5, not 1 to 4" },
        { "momentum", { 4, 1, 1 }, 1, { { .type = &fast } }, GN_ERR_ARGUMENT, "momentum 1.5" },
        { "decay", { 4, 1, 1 }, 1, { { .type = &decaying } }, GN_ERR_ARGUMENT, "0.5 and decays" },
        { "product", { 4, 1, 1 }, 1, { { .type = &product } }, GN_ERR_SHAPE,
          "vast of layer 0 (product" },
        { "second input", { 4, 1, 1 }, 2, { { .units = 3 }, { .units = 3, .from = 1 } },
          GN_ERR_UNSUPPORTED,
          "layer 1 (dense) takes one input" },
        { "reserved", { 4, 1, 1 }, 1, { { .units = 3, .reserved = { 0, 7 } } }, GN_ERR_ARGUMENT,
          "reserved[1] of dense is not 0" },
        { "bias_init", { 4, 1, 1 }, 1, { { .units = 3, .bias_init = &without_bias } },
          GN_ERR_ARGUMENT,
          "weighty of layer 0 has no fill_bias" },
        { "parameters", { 4, 1, 1 }, 2, { { .units = 3 }, { .type = &overflowing } }, GN_ERR_SHAPE,
          "" },
        { "outputs", { 4, 1, 1 }, 1, { { .type = &without_output } }, GN_ERR_SHAPE, "0" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        gn_network *net = (gn_network *)&net;
        check_refusal(bad[i].what,
                      gn_network_create(&net, bad[i].input, bad[i].layers, bad[i].n, 1),
                      bad[i].status, bad[i].says);
        CHECK(!net, "%s: *out is not NULL", bad[i].what);
    }
}

static void test_too_much_memory(void **state)
{
    gn_network *net = NETWORK(4, 1, { .type = &huge_cache });
    gn_context *ctx = (gn_context *)&ctx;
    gn_status status = gn_context_create(&ctx, net, &(gn_context_options){ .gradients = true });
    (void)state;
    CHECK(status == GN_ERR_SHAPE || status == GN_ERR_MEMORY, "status %d", (int)status);
    CHECK(!ctx && strlen(gn_error_message()) > 5, "\"%s\"", gn_error_message());
    gn_network_destroy(net);
}

static gn_status plan_two_weights(gn_layer *self)
{
    self->tensors[0] = (gn_tensor){ .name = "weight", .rank = 1, .dims = { 2 } };
    self->n_tensors = 1;
    return GN_OK;
}

static void test_impossible_networks(void **state)
{
    gn_layer_type type = scale_layer;
    const gn_layer_spec hidden = { .units = 2 }, own = { .type = &type };
    gn_network *net;
    (void)state;
    type.only_in_training = true;
    type.plan = plan_two_weights;
    CHECK_STATUS(gn_network_create(&net, gn_vector(2), &own, 1, 1), GN_ERR_ARGUMENT);
    CHECK(strstr(gn_error_message(), "2 parameters") && !net, "%s", gn_error_message());
    const size_t large = (size_t)1 << 63, root = (size_t)1 << 40;
    const gn_shape shapes[] = { { large, 2, 3 }, { 2, large, 3 }, { 3, 2, large },
                                { root, root, 1 } };
    for (size_t i = 0; i < COUNT(shapes); i++) {
        CHECK_STATUS(gn_network_create(&net, shapes[i], &hidden, 1, 1), GN_ERR_SHAPE);
        CHECK(strstr(gn_error_message(), "too many") && !net, "%s", gn_error_message());
    }
}

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
        check_refusal(bad[i].what, gn_context_create(&ctx, net, &bad[i].options), bad[i].status,
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
        check_refusal(bad[i].what, gn_trainer_create(&t, net, &bad[i].options), bad[i].status,
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
        check_refusal("rate", status, GN_ERR_ARGUMENT, "rate");
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
    check_refusal("no network", gn_network_set_note(NULL, "k", "v"), GN_ERR_ARGUMENT,
                  "gn_network_set_note net");
    check_refusal("no key", gn_network_set_note(net, NULL, "v"), GN_ERR_ARGUMENT,
                  "gn_network_set_note key");
    check_refusal("neither", gn_network_set_note(NULL, NULL, NULL), GN_ERR_ARGUMENT, "net is NULL");
    for (size_t i = 0; i < COUNT(ours); i++) {
        check_refusal("own key", gn_network_set_note(net, ours[i], "v"), GN_ERR_ARGUMENT, ours[i]);
        check_refusal("own key", GN_ERR_ARGUMENT, GN_ERR_ARGUMENT, "library's own");
        CHECK(!gn_network_note(net, ours[i]), "%s was set", ours[i]);
    }
    for (size_t i = 0; i < COUNT(no_utf8); i++) {
        check_refusal("key", gn_network_set_note(net, no_utf8[i], "v"), GN_ERR_ARGUMENT,
                      "key not UTF-8");
        check_refusal("value", gn_network_set_note(net, "mine", no_utf8[i]), GN_ERR_ARGUMENT,
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
        cmocka_unit_test(test_networks),        cmocka_unit_test(test_too_much_memory),
        cmocka_unit_test(test_context_options), cmocka_unit_test(test_trainer_options),
        cmocka_unit_test(test_rates),           cmocka_unit_test(test_null),
        cmocka_unit_test(test_status_text),     cmocka_unit_test(test_impossible_networks),
        cmocka_unit_test(test_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
