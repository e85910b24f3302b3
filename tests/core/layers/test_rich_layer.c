/* A layer type of the user's with everything that one can have goes the whole way: it is trained,
 * saved, loaded, resumed and described, without the library knowing its name. */
#include <gemmnet/files.h>
#include "support_rich.h"

enum { INPUTS = 5, UNITS = 6, ROWS = 300 };

static const gn_layer_type *const own_types[] = { &rich_layer, NULL };
static const gn_own_parts own = { .types = own_types };

/* Three of them: one takes the network's input, one an earlier layer's output, one that of a layer
 * which is skipped but in training. */
static gn_network *the_network(uint64_t seed, bool frozen)
{
    return NETWORK(INPUTS, seed,
        { .type = &rich_layer, .from = GN_FROM_INPUT, .param = RICH_PARAMS, .frozen = frozen },
        { .units = UNITS, .activation = &gn_tanh },
        { .type = &gn_dropout, .param = { 0.2 } },
        { .type = &rich_layer, .from = 2, .param = RICH_PARAMS },
        { .type = &rich_layer, .from = 3, .param = RICH_PARAMS },
        { .units = 2 });
}

static gn_data the_data(samples *s)
{
    rng r = { 6 };
    *s = make_samples(&r, ROWS, INPUTS, 2);
    return with_targets(s);
}

/* The gradient of a second input comes back to the layer that gave it. (GN_DIFFERENTIATING: the
 * layer that is skipped hands on what it got.) */
static void test_gradient(void **state)
{
    const double h = TOLERANCE(1e-6, 1e-2), tolerance = TOLERANCE(1e-7, 2e-3);
    samples s;
    gn_data data = the_data(&s);
    gn_network *net = the_network(3, false);
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true });
    size_t n = gn_network_param_count(net);
    gn_real *params = gn_network_params(net), *gradient = reals(n);
    (void)state;
    data.x.rows = data.y.rows = 40;
    CHECK_OK(gn_gradient(ctx, &data, &gn_squared_error, NULL, gradient));
    for (size_t i = 0; i < gn_network_layer_count(net); i++) {
        const gn_layer *layer = gn_network_layer(net, i);
        for (size_t k = 0; k < layer->n_tensors; k++)
            for (size_t j = 0; j < layer->tensors[k].n; j++) {
                size_t at = layer->first_param + layer->tensors[k].first + j;
                gn_real before = params[at], up = (gn_real)((double)before + h),
                        down = (gn_real)((double)before - h);
                gn_score above, below;
                params[at] = up;
                CHECK_OK(gn_evaluate(ctx, &data, &gn_squared_error, &above));
                params[at] = down;
                CHECK_OK(gn_evaluate(ctx, &data, &gn_squared_error, &below));
                params[at] = before;
                double slope = (above.loss - below.loss) / ((double)up - (double)down);
                if (layer->tensors[k].momentum > 0)
                    CHECK(!(gradient[at] < 0 || gradient[at] > 0),
                          "a statistic has the gradient %g", (double)gradient[at]);
                else
                    CHECK(close_to(slope, (double)gradient[at], tolerance),
                          "%s[%zu] of layer %zu: %g, not %g", layer->tensors[k].name, j, i,
                          (double)gradient[at], slope);
            }
    }
    free(gradient);
    gn_context_destroy(ctx);
    gn_network_destroy(net);
    free_samples(&s);
}

/* p += 0.1 (mean - p) in each step, whatever the norm is clipped to and whatever decays; not if
 * frozen. */
static void test_running_statistics(void **state)
{
    samples s;
    gn_data data = the_data(&s);
    (void)state;
    for (int threads = 1; threads < 4; threads += 2)
        for (int frozen = 0; frozen < 2; frozen++) {
            gn_network *net = the_network(3, frozen);
            gn_trainer *t = make_trainer(net, (gn_train_options){ .loss = &gn_squared_error,
                                                                  .batch = ROWS,
                                                                  .threads = threads,
                                                                  .lanes = 4,
                                                                  .max_gradient_norm = 1e-9,
                                                                  .weight_decay = 0.5,
                                                                  .l2 = 0.5 });
            const gn_real *mean = gn_network_tensor(net, 0, "mean", NULL);
            double expected[INPUTS] = { 0 };
            for (int step = 0; step < 3; step++) {
                CHECK_OK(gn_trainer_step(t, &data, NULL));
                for (size_t j = 0; j < INPUTS; j++) {
                    double sum = 0;
                    for (size_t r = 0; r < ROWS; r++)
                        sum += (double)s.x[r * INPUTS + j];
                    expected[j] += frozen ? 0 : 0.1 * (sum / ROWS - expected[j]);
                    CHECK(close_to((double)mean[j], expected[j], TOLERANCE(1e-12, 1e-6)),
                          "step %d: %g, not %g", step, (double)mean[j], expected[j]);
                }
            }
            gn_trainer_destroy(t);
            gn_network_destroy(net);
        }
    free_samples(&s);
}

static gn_train_options options_of(int threads)
{
    return (gn_train_options){ .loss = &gn_squared_error,
                               .batch = 64,
                               .epochs = 4,
                               .threads = threads,
                               .seed = 5,
                               .lanes = 3,
                               .weight_decay = 0.01,
                               .schedule = gn_constant(0.01) };
}

static void test_the_same_bits_by_any_threads(void **state)
{
    samples s;
    gn_data data = the_data(&s);
    gn_real *first = NULL;
    double loss[2] = { 0 };
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        const gn_epoch *history;
        gn_network *net = the_network(3, false);
        gn_trainer *t = make_trainer(net, options_of(threads));
        CHECK_OK(gn_trainer_fit(t, &data, NULL));
        CHECK(history_of(t, &history) == 4, "no four epochs");
        loss[0] = history[0].train.loss;
        loss[1] = history[3].train.loss;
        if (!first)
            first = copy_reals(gn_network_params(net), gn_network_param_count(net));
        CHECK(same_bits(first, gn_network_params(net), gn_network_param_count(net)), "%d threads",
              threads);
        gn_trainer_destroy(t);
        gn_network_destroy(net);
    }
    CHECK(loss[1] < 0.8 * loss[0], "it does not learn: %g after %g", loss[1], loss[0]);
    free(first);
    free_samples(&s);
}

static gn_trainer *trainer_to_stop;
static char saved_as[96];

static bool save_and_stop(void *user, const gn_progress *at, double loss)
{
    (void)user, (void)loss;
    if (at->step == 7)
        CHECK_OK(gn_trainer_save(trainer_to_stop, saved_as));
    return at->step == 7;
}

/* In the middle of an epoch, then in another network. */
static void test_resumed(void **state)
{
    samples s;
    gn_data data = the_data(&s);
    char folder[64];
    (void)state;
    assert_true(make_temporary_folder(folder));
    (void)snprintf(saved_as, sizeof saved_as, "%s/checkpoint", folder);
    gn_network *whole = the_network(3, false), *stopped = the_network(3, false),
               *resumed = the_network(8, false);
    gn_train_options o = options_of(2);
    gn_trainer *a = make_trainer(whole, o), *c = make_trainer(resumed, o);
    o.on_step = save_and_stop;
    gn_trainer *b = trainer_to_stop = make_trainer(stopped, o);
    CHECK_OK(gn_trainer_fit(a, &data, NULL));
    CHECK_STATUS(gn_trainer_fit(b, &data, NULL), GN_STOPPED);
    CHECK_OK(gn_trainer_resume(c, saved_as));
    CHECK_OK(gn_trainer_fit(c, &data, NULL));
    CHECK(same_bits(gn_network_params(whole), gn_network_params(resumed),
                    gn_network_param_count(whole)),
          "other weights than without a stop");
    gn_trainer_destroy(a);
    gn_trainer_destroy(b);
    gn_trainer_destroy(c);
    gn_network_destroy(whole);
    gn_network_destroy(stopped);
    gn_network_destroy(resumed);
    remove(saved_as);
    remove(folder);
    free_samples(&s);
}

static void test_saved_and_loaded(void **state)
{
    gn_network *net = the_network(3, true), *loaded, *copy;
    size_t size, n = gn_network_param_count(net);
    (void)state;
    CHECK_OK(gn_network_encode(net, NULL, 0, &size));
    uint8_t *bytes = allocate(size, 1);
    CHECK_OK(gn_network_encode(net, bytes, size, &size));
    CHECK_OK(gn_network_decode(&loaded, bytes, size, &own));
    CHECK_OK(gn_network_copy(&copy, loaded));
    CHECK(same_bits(gn_network_params(net), gn_network_params(loaded), n) &&
              same_bits(gn_network_params(net), gn_network_params(copy), n), "other parameters");
    char text[2][4096];
    gn_network_describe(net, text[0], sizeof text[0]);
    gn_network_describe(copy, text[1], sizeof text[1]);
    CHECK(strcmp(text[0], text[1]) == 0, "%s\n%s", text[0], text[1]);
    CHECK(memcmp(gn_network_layer(net, 3)->spec.param, gn_network_layer(loaded, 3)->spec.param,
                 sizeof gn_network_layer(net, 3)->spec.param) == 0, "other parameters of the type");
    static const char *const words[] = {
        "rich",           "mean 5, weight 5x5, shift 2x5x2, factor 1x2x2x5",
        "p11 0.8",        "p1 -0.25",
        "from the input", "from layer 1",
        "from layer 2",   "frozen"
    };
    for (size_t i = 0; i < COUNT(words); i++)
        CHECK(strstr(text[0], words[i]), "\"%s\" is not in\n%s", words[i], text[0]);
    gn_network_destroy(net);
    gn_network_destroy(loaded);
    gn_network_destroy(copy);
    free(bytes);
}

/* From a file, "from" may say anything. */
static void test_bad_from(void **state)
{
    static const char *const bad[] = { "5", "0", "-1", "\"inputs\"", "1.5", "true" };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        char text[512], header[700], file[800];
        int n = snprintf(text, sizeof text,
                         "{\\\"version\\\":1,\\\"input\\\":[2,1,1],\\\"layers\\\":"
                         "[{\\\"type\\\":\\\"rich\\\",\\\"units\\\":2,\\\"from\\\":%s}]}",
                         bad[i][0] == '"' ? "\\\"inputs\\\"" : bad[i]);
        n = snprintf(header, sizeof header, "{\"__metadata__\":{\"gemmnet\":\"%.*s\"}}", n, text);
        uint64_t length = (uint64_t)n;
        for (int k = 0; k < 8; k++)
            file[k] = (char)(length >> 8 * k);
        memcpy(file + 8, header, (size_t)n);
        gn_network *net;
        CHECK_STATUS(gn_network_decode(&net, file, (size_t)n + 8, &own), GN_ERR_FORMAT);
        CHECK(strstr(gn_error_message(), "from of layer 0"), "from %s: %s", bad[i],
              gn_error_message());
    }
}

static void test_refusals(void **state)
{
    static const struct { size_t from; gn_status status; const char *says; } bad[] = {
        { 2, GN_ERR_ARGUMENT, "from of layer 1 is 2; layers before it are 1 to 1" },
        { 0, GN_ERR_ARGUMENT, "layer 1 has no second input" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        const gn_layer_spec layers[] = { { .units = 3 },
                                         { .type = &rich_layer, .from = bad[i].from } };
        gn_network *net;
        CHECK_STATUS(gn_network_create(&net, gn_vector(3), layers, 2, 1), bad[i].status);
        CHECK(strstr(gn_error_message(), bad[i].says), "%s", gn_error_message());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradient),
        cmocka_unit_test(test_running_statistics),
        cmocka_unit_test(test_the_same_bits_by_any_threads),
        cmocka_unit_test(test_resumed),
        cmocka_unit_test(test_saved_and_loaded),
        cmocka_unit_test(test_bad_from),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
