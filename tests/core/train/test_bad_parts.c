/* Errors in words: those of users' functions, whether or not they called gn_fail and whichever
 * thread they ran in; and numbers of optimizers, losses and activations that make no sense. */
#include "support.h"

#define HIDDEN(n, f) { .units = (n), .activation = &gn_##f }

enum { INPUTS = 4, OUTPUTS = 2, ROWS = 90 };

/* Status, name and what else must be in the message, as they are; NULL: nothing. */
static void check_refusal(const char *what, gn_status got, gn_status expected, const char *name,
                          const char *number)
{
    const char *message = gn_error_message();
    CHECK(got == expected, "%s: %d (\"%s\") instead of %d", what, (int)got, message, (int)expected);
    CHECK(!name || strstr(message, name), "%s: \"%s\" lacks \"%s\"", what, message, name);
    CHECK(!number || strstr(message, number), "%s: \"%s\" lacks \"%s\"", what, message, number);
}

/* The same, of a user's function that returned `status` and said nothing. */
static void check_explained(const char *what, gn_status got, gn_status status, const char *name)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%d", (int)status);
    check_refusal(what, got, status, name, number);
    check_refusal(what, got, status, name, gn_status_text(status));
    CHECK(!strstr(gn_error_message(), "stale"), "%s: \"%s\"", what, gn_error_message());
}

static const gn_status codes[] = { GN_ERR_IO, GN_ERR_FORMAT, GN_ERR_NONFINITE, GN_ERR_MEMORY, -42 };

/* ---- a reader ---- */

typedef struct reader {
    const samples *s;
    gn_status status;
    size_t from;          /* the first row that cannot be read */
    const char *sentence; /* NULL: it says nothing */
} reader;

static gn_status read_rows(void *user, const size_t *rows, gn_tile *tile)
{
    const reader *from = user;
    for (size_t r = 0; r < tile->rows; r++) {
        if (rows[r] >= from->from)
            return from->sentence ? gn_fail(from->status, "%s", from->sentence) : from->status;
        memcpy(tile->x + r * INPUTS, from->s->x + rows[r] * INPUTS, INPUTS * sizeof(gn_real));
        tile->labels[r] = from->s->labels[rows[r]];
    }
    return GN_OK;
}

enum { STEP, FIT, FIT_VALIDATES, GRADIENT, EVALUATE, CALLS };
static const char *const names[] = { "step", "fit", "validation", "gradient", "evaluate" };

/* One of the calls that read, by a team. `good` stands in where it only validates. */
static gn_status call(int which, int threads, const gn_data *data, const gn_data *good)
{
    const gn_loss *loss = &gn_softmax_cross_entropy;
    gn_network *net = NETWORK(INPUTS, 1, HIDDEN(5, tanh), HIDDEN(OUTPUTS, softmax));
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = loss, .batch = ROWS, .epochs = 1, .threads = threads, .lanes = 6, .tile_rows = 5,
        .keep_order = true });
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true, .threads = threads,
                                                              .tile_rows = 5 });
    gn_real *gradient = reals(gn_network_param_count(net));
    gn_score score;
    gn_status status = which == STEP          ? gn_trainer_step(t, data, NULL)
                     : which == FIT           ? gn_trainer_fit(t, data, NULL)
                     : which == FIT_VALIDATES ? gn_trainer_fit(t, good, data)
                     : which == GRADIENT      ? gn_gradient(ctx, data, loss, NULL, gradient)
                                              : gn_evaluate(ctx, data, loss, &score);
    free(gradient);
    gn_context_destroy(ctx);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    return status;
}

/* All rows fail, in every thread, or the last alone, in the last thread. */
static void test_reader_without_words(void **state)
{
    rng r = { 1 };
    samples s = make_samples(&r, ROWS, INPUTS, OUTPUTS);
    gn_data good = with_labels(&s);
    (void)state;
    for (size_t i = 0; i < COUNT(codes) * CALLS * 4; i++) {
        size_t c = i / 4 % COUNT(codes);
        int which = (int)(i / 4 / COUNT(codes));
        reader from = { .s = &s, .status = codes[c], .from = i & 2 ? ROWS - 1 : 0 };
        gn_data data = { .x.rows = ROWS, .fill = read_rows, .user = &from, .has_labels = true };
        gn_fail(GN_ERR_SHAPE, "stale");
        check_explained(names[which], call(which, i & 1 ? 3 : 1, &data, &good), codes[c], "fill");
    }
    free_samples(&s);
}

static void test_reader_with_many_words(void **state)
{
    char sentence[401];
    rng r = { 1 };
    samples s = make_samples(&r, ROWS, INPUTS, OUTPUTS);
    gn_data good = with_labels(&s);
    (void)state;
    for (size_t i = 0; i < 400; i++)
        sentence[i] = (char)('a' + i % 26);
    memcpy(sentence + 397, "end", 4);
    for (int i = 0; i < CALLS * 4; i++) {
        reader from = { &s, GN_ERR_IO, i & 2 ? ROWS - 1 : 0, sentence };
        gn_data data = { .x.rows = ROWS, .fill = read_rows, .user = &from, .has_labels = true };
        gn_fail(GN_ERR_SHAPE, "stale");
        gn_status status = call(i / 4, i & 1 ? 3 : 1, &data, &good);
        check_refusal(names[i / 4], status, GN_ERR_IO, sentence, NULL);
    }
    free_samples(&s);
}

/* ---- reduce, and a layer's plan ---- */

static gn_status status_of_user;

static gn_status fail_to_reduce(void *user, size_t n, gn_real *gradient, double *loss, double *rows)
{
    (void)user; (void)n; (void)gradient; (void)loss; (void)rows;
    return status_of_user;
}

static void test_reduce_without_words(void **state)
{
    rng r = { 1 };
    samples s = make_samples(&r, ROWS, INPUTS, OUTPUTS);
    gn_data data = with_labels(&s);
    (void)state;
    for (size_t i = 0; i < COUNT(codes) * 4; i++) {
        gn_network *net = NETWORK(INPUTS, 1, HIDDEN(OUTPUTS, softmax));
        gn_trainer *t = make_trainer(net, (gn_train_options){
            .loss = &gn_softmax_cross_entropy, .batch = ROWS, .threads = i & 1 ? 3 : 1, .lanes = 6,
            .tile_rows = 5, .reduce = fail_to_reduce });
        status_of_user = codes[i / 4];
        gn_fail(GN_ERR_SHAPE, "stale");
        check_explained("reduce",
                        i & 2 ? gn_trainer_fit(t, &data, NULL) : gn_trainer_step(t, &data, NULL),
                        codes[i / 4], "reduce");
        gn_trainer_destroy(t);
        gn_network_destroy(net);
    }
    free_samples(&s);
}

static gn_status fail_to_plan(gn_layer *self)
{
    (void)self;
    return status_of_user;
}

static void test_plan_without_words(void **state)
{
    gn_layer_type type = scale_layer;
    (void)state;
    type.name = "origami";
    type.plan = fail_to_plan;
    for (size_t i = 0; i < COUNT(codes); i++) {
        const gn_layer_spec layers[] = { HIDDEN(3, tanh), { .type = &type } };
        gn_network *net = (gn_network *)&net;
        status_of_user = codes[i];
        gn_fail(GN_ERR_SHAPE, "stale");
        gn_status status = gn_network_create(&net, gn_vector(INPUTS), layers, COUNT(layers), 1);
        check_explained("plan", status, codes[i], "origami");
        CHECK(!net, "*out is not NULL after %d", (int)status);
    }
}

/* ---- numbers ---- */

static gn_optimizer rmsprop_that_adds(double share) /* so much of each square */
{
    gn_optimizer o = gn_rmsprop(0.9, 1e-8);
    o.hyper[2] = share;
    return o;
}

static void test_optimizers(void **state)
{
    const struct { const char *name, *number; gn_optimizer optimizer; } bad[] = {
        { "adam", " 1", gn_adam(1, 0.999, 1e-8) },
        { "adam", " 1", gn_adam(0.9, 1, 1e-8) },
        { "adam", "-0.5", gn_adam(-0.5, 0.999, 1e-8) },
        { "adam", "-2", gn_adam(0.9, 0.999, -2) },
        { "adam", "nan", gn_adam(0.9, (double)NAN, 1e-8) },
        { "rmsprop", "-3", gn_rmsprop(-3, 1e-8) },
        { "rmsprop", "-7", gn_rmsprop(0.9, -7) },
        { "rmsprop", "1.5", rmsprop_that_adds(1.5) },
        { "rmsprop", "-0.1", rmsprop_that_adds(-0.1) },
        { "adagrad", "-7", gn_adagrad(-7) },
        { "momentum", "1.5", gn_sgd(1.5, false) },
        { "nesterov", "1.5", gn_sgd(1.5, true) },
        { "momentum", "-0.25", gn_sgd(-0.25, false) },
    };
    const gn_optimizer good[] = {
        gn_sgd(0, false), gn_sgd(0.99, true), gn_adagrad(0), gn_rmsprop(0, 0), gn_adam(0, 0, 0),
        gn_adam_defaults(), gn_rprop_defaults() };
    gn_network *net = NETWORK(INPUTS, 1, { .units = 1 });
    gn_train_options options = { .loss = &gn_squared_error };
    gn_trainer *t = NULL;
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        options.optimizer = bad[i].optimizer;
        t = (gn_trainer *)&t;
        bool finite = strcmp(bad[i].number, "nan") != 0; /* before anybody asks whose it is */
        check_refusal(bad[i].name, gn_trainer_create(&t, net, &options), GN_ERR_ARGUMENT,
                      finite ? bad[i].name : "optimizer", bad[i].number);
        CHECK(!t, "%s: *out is not NULL", bad[i].name);
    }
    for (size_t i = 0; i < COUNT(good); i++) {
        options.optimizer = good[i];
        CHECK_OK(gn_trainer_create(&t, net, &options));
        gn_trainer_destroy(t);
    }
    gn_network_destroy(net);
}

/* Whoever is handed the loss refuses it. */
static void check_loss(gn_network *net, const gn_loss *loss, gn_status expected, const char *number)
{
    gn_real x[INPUTS] = { 0 }, y[OUTPUTS] = { 0 }, gradient[64];
    gn_data data = { .x = matrix_of(x, 1, INPUTS), .y = matrix_of(y, 1, outputs_of(net)) };
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true });
    const gn_train_options options = { .loss = loss };
    const char *name = loss->name;
    gn_trainer *t = (gn_trainer *)&t;
    gn_score score;
    gn_status of_gradient;
    CHECK(gn_network_param_count(net) <= COUNT(gradient), "%zu", gn_network_param_count(net));
    check_refusal("trainer", gn_trainer_create(&t, net, &options), expected, name, number);
    CHECK(!t, "%s: *out is not NULL", name);
    of_gradient = gn_gradient(ctx, &data, loss, NULL, gradient);
    check_refusal("gradient", of_gradient, expected, name, number);
    check_refusal("evaluate", gn_evaluate(ctx, &data, loss, &score), expected, name, number);
    gn_context_destroy(ctx);
}

static void test_losses(void **state)
{
    gn_network *net = NETWORK(INPUTS, 1, { .units = OUTPUTS });
    gn_loss huber = gn_huber;
    (void)state;
    huber.alpha = -1;
    check_loss(net, &huber, GN_ERR_ARGUMENT, "-1");
    huber.alpha = (double)NAN;
    check_loss(net, &huber, GN_ERR_ARGUMENT, "nan");
    huber.alpha = (double)INFINITY;
    check_loss(net, &huber, GN_ERR_ARGUMENT, "inf");
    gn_network_destroy(net);
    for (int i = 0; i < 2; i++) {
        net = NETWORK(INPUTS, 1, { .units = 1, .activation = i ? &gn_softmax : &gn_identity });
        check_loss(net, &gn_softmax_cross_entropy, GN_ERR_SHAPE, "1");
        gn_network_destroy(net);
    }
}

static void test_activations(void **state)
{
    gn_activation leaky = gn_leaky_relu;
    const gn_layer_spec layers[] = { { .units = 3 }, { .units = 2, .activation = &leaky } };
    (void)state;
    for (int i = 0; i < 4; i++) {
        gn_network *net = (gn_network *)&net;
        leaky = gn_leaky_relu;
        *(i & 1 ? &leaky.gain : &leaky.alpha) = (double)(i & 2 ? INFINITY : NAN);
        check_refusal(i & 1 ? "gain" : "alpha",
                      gn_network_create(&net, gn_vector(INPUTS), layers, COUNT(layers), 1),
                      GN_ERR_ARGUMENT, "layer 1", i & 2 ? "inf" : "nan");
        CHECK(!net, "*out is not NULL (%d)", i);
    }
}

static void test_zeroed_schedule(void **state)
{
    const gn_schedule schedule = { 0 };
    const gn_progress at[] = { { 0 }, { 12, 3, 4, 40 } };
    (void)state;
    for (size_t i = 0; i < COUNT(at); i++) {
        double rate = gn_schedule_rate(&schedule, &at[i]);
        CHECK(close_to(rate / 0.001, 1, 1e-15), "%g at step %d", rate, (int)at[i].step);
    }
}

/* Nothing that a terminal would obey, whoever chose the name; letters of UTF-8 stay. */
static void test_control_characters(void **state)
{
    char c[] = "<c>";
    (void)state;
    for (int i = 1; i < 128; i++) {
        c[1] = (char)i;
        gn_fail(GN_ERR_FORMAT, "%s", c);
        CHECK(gn_error_message()[1] == (i < 32 || i == 127 ? '?' : i), "%d: \"%s\"", i,
              gn_error_message());
    }
    gn_fail(GN_ERR_FORMAT, "%s", "\x1b]0;\xc3\x9b \xe2\x82\xac\xc2\x9b" "31m\xc2\xa0\xc2\x80\xc2");
    CHECK(strcmp(gn_error_message(), "?]0;\xc3\x9b \xe2\x82\xac?" "?31m\xc2\xa0?" "?\xc2") == 0,
          "\"%s\"", gn_error_message());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader_without_words),
        cmocka_unit_test(test_reader_with_many_words),
        cmocka_unit_test(test_reduce_without_words),
        cmocka_unit_test(test_plan_without_words),
        cmocka_unit_test(test_optimizers),
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_activations),
        cmocka_unit_test(test_zeroed_schedule),
        cmocka_unit_test(test_control_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
