/* Looking inside: sizes, parameters, what a layer gave, the table of a network as text. */
#include "support.h"

static const gn_layer_spec layers[] = {
    { .units = 5, .activation = &gn_relu },
    { .type = &gn_dropout, .param = { 0.25 } },
    { .units = 4, .activation = &gn_gelu, .no_bias = true, .frozen = true },
    { .type = &scale_layer },
    { .units = 2 },
};

enum { INPUTS = 3, LAYERS = COUNT(layers) };

static gn_network *the_network(void)
{
    return make_network(INPUTS, layers, LAYERS, 1);
}

static void test_parameters(void **state)
{
    static const size_t weights[LAYERS] = { 15, 0, 20, 0, 8 }, biases[LAYERS] = { 5, 0, 0, 0, 2 };
    gn_network *net = the_network();
    const gn_real *at = gn_network_params(net);
    (void)state;
    CHECK((uintptr_t)at % 64 == 0, "%p", (const void *)at);
    for (size_t i = 0; i < LAYERS; i++) { /* layer after layer, without gaps */
        const gn_layer *layer = gn_network_layer(net, i);
        size_t n = 99, m = 99;
        const gn_real *w = gn_network_weights(net, i, &n), *b = gn_network_bias(net, i, &m);
        CHECK(n == weights[i] && m == biases[i], "layer %zu: %zu weights, %zu biases", i, n, m);
        CHECK(w == (n ? at : NULL) && b == (m ? at + n : NULL), "layer %zu", i);
        if (layer->spec.type == &scale_layer)
            CHECK(gn_network_tensor(net, i, "scale", &m) == at && m == 4, "%zu scales", m);
        CHECK(layer->index == i && layer->n_params == n + m, "layer %zu", i);
        CHECK(layer->spec.activation == &layer->activation, "layer %zu", i);
        CHECK(gn_network_params(net) + layer->first_param == at, "layer %zu", i);
        at += n + m;
    }
    CHECK((size_t)(at - gn_network_params(net)) == gn_network_param_count(net), "%zu parameters",
          gn_network_param_count(net));
    size_t n = 99;
    CHECK(!gn_network_weights(net, LAYERS, &n) && n == 0, "%zu weights in no layer", n);
    CHECK(!gn_network_bias(net, SIZE_MAX, NULL) && !gn_network_layer(net, LAYERS), "layer %d",
          LAYERS);
    gn_network_destroy(net);
}

static void test_shapes(void **state)
{
    gn_network *net = NULL;
    gn_shape input = { 2, 3, 4 };
    (void)state;
    CHECK_OK(gn_network_create(
        &net, input, (gn_layer_spec[]){ { .type = &gn_dropout }, { .units = 7 } }, 2, 1));
    gn_shape in = gn_network_input(net), out = gn_network_output(net),
             kept = gn_network_layer(net, 0)->out;
    CHECK(in.channels == 2 && in.height == 3 && in.width == 4, "%zu", in.channels);
    CHECK(out.channels == 7 && out.height == 1 && out.width == 1, "%zu", out.channels);
    CHECK(kept.channels == 2 && kept.height == 3 && kept.width == 4, "%zu", kept.channels);
    CHECK(gn_network_layer_count(net) == 2 && gn_network_param_count(net) == 24 * 7 + 7, "%zu",
          gn_network_layer_count(net));
    gn_network_destroy(net);
}

/* Layers by hand against what the context shows of them. */
static void test_outputs_of_layers(void **state)
{
    enum { ROWS = 7 };
    rng r = { 5 };
    samples s = make_samples(&r, ROWS, INPUTS, 2);
    gn_network *net = the_network();
    gn_context *ctx = make_context(net, (gn_context_options){ .tile_rows = 50 });
    gn_matrix x = matrix_of(s.x, ROWS, INPUTS);
    gn_real out[ROWS * 2], expected[5];
    size_t rows = 0, stride = 0;
    (void)state;
    CHECK(!gn_context_output(ctx, 0, &rows, &stride), "before the first, %zu rows", rows);
    CHECK_OK(gn_predict(ctx, &x, out, 0));
    CHECK(!gn_context_output(ctx, LAYERS, &rows, &stride), "layer %d", LAYERS);
    const gn_real *w = gn_network_weights(net, 0, NULL),
                  *y = gn_context_output(ctx, 0, &rows, &stride);
    CHECK(y && rows == ROWS && stride >= 5, "%zu rows, stride %zu", rows, stride);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < 5; j++) {
            double z = 0;
            for (size_t k = 0; k < INPUTS; k++)
                z += (double)w[j * INPUTS + k] * (double)s.x[i * INPUTS + k];
            expected[j] = (gn_real)fmax(0, z);
        }
        CHECK(distance(expected, y + i * stride, 5) < TOLERANCE(1e-14, 1e-6), "row %zu", i);
    }
    y = gn_context_output(ctx, LAYERS - 1, &rows, &stride);
    for (size_t i = 0; i < ROWS; i++)
        CHECK(same_bits(y + i * stride, out + 2 * i, 2), "row %zu", i);
    CHECK(gn_context_output(ctx, 1, NULL, NULL), "rows and stride may be NULL: layer %d", 1);
    gn_context_destroy(ctx);
    gn_network_destroy(net);
    free_samples(&s);
}

static void test_description(void **state)
{
    static const char *const words[] = { "dense",  "dropout", "scale", "relu", "gelu",
                                         "frozen", "no bias", "0.25",  "54" };
    gn_network *net = the_network();
    size_t length = gn_network_describe(net, NULL, 0);
    char *text = allocate(length + 8, 1), *part = allocate(length + 8, 1);
    (void)state;
    CHECK(gn_network_describe(net, text, length + 1) == length && strlen(text) == length, "%zu",
          length);
    for (size_t i = 0; i < COUNT(words); i++)
        CHECK(strstr(text, words[i]), "no %s in:\n%s", words[i], text);
    for (size_t capacity = 0; capacity <= length + 3; capacity++) {
        memset(part, 'x', length + 8);
        CHECK(gn_network_describe(net, part, capacity) == length, "capacity %zu", capacity);
        CHECK(part[capacity] == 'x', "wrote past %zu", capacity);
        size_t kept = capacity < length + 1 ? capacity : length + 1;
        CHECK(capacity == 0 || (strncmp(part, text, kept - 1) == 0 && !part[kept - 1]),
              "capacity %zu", capacity);
    }
    free(text);
    free(part);
    gn_network_destroy(net);
}

/* What a plan says is what a trainer does: tiles and lanes that cover a full minibatch. */
static void test_plan(void **state)
{
    static const size_t batches[] = { 1, 2, 31, 64, 500, 8192 };
    (void)state;
    for (size_t i = 0; i < COUNT(batches) * 4; i++) {
        int threads = (int)(i / COUNT(batches)) + 1;
        gn_network *net = NETWORK(30, 1, { .units = 16 }, { .units = 3 });
        gn_trainer *t = make_trainer(net, (gn_train_options){
            .loss = &gn_squared_error, .batch = batches[i % COUNT(batches)], .threads = threads });
        gn_plan plan = gn_trainer_plan(t);
        CHECK(plan.tile_rows >= 1 && plan.lanes >= 1 && plan.lanes <= batches[i % COUNT(batches)],
              "batch %zu: %zu lanes, tiles of %zu", batches[i % COUNT(batches)], plan.lanes,
              plan.tile_rows);
        CHECK(plan.threads >= 1 && plan.threads <= threads, "%d threads of %d", plan.threads,
              threads);
        gn_trainer_destroy(t);
        t = make_trainer(net, (gn_train_options){ .loss = &gn_squared_error,
                                                   .batch = 512,
                                                   .tile_rows = 40,
                                                   .lanes = 3,
                                                   .threads = threads });
        plan = gn_trainer_plan(t);
        CHECK(plan.tile_rows == 40 && plan.lanes == 3, "%zu lanes, tiles of %zu", plan.lanes,
              plan.tile_rows);
        gn_trainer_destroy(t);
        gn_network_destroy(net);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters),        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_outputs_of_layers), cmocka_unit_test(test_description),
        cmocka_unit_test(test_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
