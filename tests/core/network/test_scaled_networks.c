/* A network that has a scaling is one that has none, given what the scaling makes of the data:
 * bitwise, in prediction, evaluation, gradients and training, however the data come. */
#include "support.h"

enum { ROWS = 230, INPUTS = 9, OUTPUTS = 3, STRIDE = INPUTS + 2 };

static const gn_layer_spec layers[] = {
    { .units = 24, .activation = &gn_tanh },
    { .type = &gn_dropout, .param = { 0.2 } },
    { .units = OUTPUTS },
};

/* The same samples in the user's units, with room between rows, and in the network's, packed. */
typedef struct world {
    gn_real shift[2][INPUTS], scale[2][INPUTS];
    gn_real x[ROWS * STRIDE], y[ROWS * OUTPUTS], scaled_x[ROWS * INPUTS], scaled_y[ROWS * OUTPUTS];
    gn_real bytes_x[ROWS * INPUTS]; /* bytes, in the network's units */
    uint8_t bytes[ROWS * INPUTS];
    gn_real weights[ROWS];
    gn_network *scaled, *plain;
} world;

static void draw_scales(world *w, rng *r)
{
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < INPUTS; j++) {
            w->shift[i][j] = (gn_real)draw_real(r, -300, 300);
            w->scale[i][j] = (gn_real)(draw_real(r, 0.5, 40) * (draw_coin(r) ? 1 : -1));
        }
}

static void draw_samples(world *w, rng *r)
{
    for (size_t i = 0; i < ROWS; i++) {
        w->weights[i] = (gn_real)draw_real(r, 0.5, 2);
        for (size_t j = 0; j < INPUTS; j++) {
            gn_real *x = &w->x[i * STRIDE + j], shift = w->shift[0][j], scale = w->scale[0][j];
            uint8_t *byte = &w->bytes[i * INPUTS + j];
            *x = (gn_real)(draw_normal(r) * (double)scale + (double)shift);
            w->scaled_x[i * INPUTS + j] = (*x - shift) / scale;
            *byte = (uint8_t)draw_size(r, 0, 255);
            /* of scale 2 and offset -3: no rounding, with a fused multiplication or without */
            w->bytes_x[i * INPUTS + j] = ((gn_real)(2 * *byte - 3) - shift) / scale;
        }
        for (size_t j = 0; j < OUTPUTS; j++) {
            gn_real *y = &w->y[i * OUTPUTS + j], shift = w->shift[1][j], scale = w->scale[1][j];
            *y = (gn_real)(draw_normal(r) * (double)scale + (double)shift);
            w->scaled_y[i * OUTPUTS + j] = (*y - shift) / scale;
        }
    }
}

static world *set_up(void)
{
    rng r = { 31 };
    world *w = allocate(1, sizeof *w);
    draw_scales(w, &r);
    draw_samples(w, &r);
    w->plain = make_network(INPUTS, layers, COUNT(layers), 3);
    CHECK_OK(gn_network_copy(&w->scaled, w->plain));
    CHECK_OK(gn_network_set_scaling(w->scaled, &(gn_scaling){
        .input_shift = w->shift[0], .input_scale = w->scale[0],
        .output_shift = w->shift[1], .output_scale = w->scale[1] }));
    return w;
}

static void tear_down(world *w)
{
    gn_network_destroy(w->scaled);
    gn_network_destroy(w->plain);
    free(w);
}

/* ---- the ways in which data come ---- */

static gn_matrix matrix(const void *data, size_t cols, size_t stride)
{
    return (gn_matrix){ .data = data, .rows = ROWS, .cols = cols, .stride = stride };
}

static gn_status fill(void *user, const size_t *rows, gn_tile *tile)
{
    const world *w = user;
    for (size_t i = 0; i < tile->rows; i++) {
        memcpy(tile->x + i * INPUTS, w->x + rows[i] * STRIDE, INPUTS * sizeof *tile->x);
        memcpy(tile->y + i * OUTPUTS, w->y + rows[i] * OUTPUTS, OUTPUTS * sizeof *tile->y);
        tile->weights[i] = w->weights[rows[i]];
    }
    return GN_OK;
}

typedef struct way { const char *name; gn_data of_user, of_network; } way;

enum { WAYS = 3 };

static void list_ways(const world *w, way ways[WAYS])
{
    gn_matrix y = matrix(w->y, OUTPUTS, 0), scaled_y = matrix(w->scaled_y, OUTPUTS, 0);
    gn_matrix bytes = matrix(w->bytes, INPUTS, 0), scaled_x = matrix(w->scaled_x, INPUTS, 0);
    bytes.type = GN_U8, bytes.scale = 2, bytes.offset = -3;
    ways[0] = (way){ "matrices",
                     { .x = matrix(w->x, INPUTS, STRIDE), .y = y, .weights = w->weights },
                     { .x = scaled_x, .y = scaled_y, .weights = w->weights } };
    ways[1] = (way){ "bytes", { .x = bytes, .y = y },
                     { .x = matrix(w->bytes_x, INPUTS, 0), .y = scaled_y } };
    ways[2] = (way){ "a reader", { .x.rows = ROWS, .fill = fill, .user = (void *)(uintptr_t)w,
                                   .has_weights = true },
                     ways[0].of_network };
}

/* ---- the functions that take data ---- */

static void check_prediction(const world *w, const way *a, int threads, size_t tile_rows)
{
    enum { APART = OUTPUTS + 1 };
    const gn_context_options options = { .threads = threads, .tile_rows = tile_rows };
    gn_context *scaled = make_context(w->scaled, options), *plain = make_context(w->plain, options);
    gn_real *got = reals(ROWS * APART), *want = reals(ROWS * OUTPUTS);
    for (size_t i = 0; i < ROWS * APART; i++)
        got[i] = 77;
    CHECK_OK(gn_predict(scaled, &a->of_user.x, got, APART));
    CHECK_OK(gn_predict(plain, &a->of_network.x, want, 0));
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < OUTPUTS; j++)
            want[i * OUTPUTS + j] = want[i * OUTPUTS + j] * w->scale[1][j] + w->shift[1][j];
        CHECK(same_bits(got + i * APART, want + i * OUTPUTS, OUTPUTS),
              "%s, %d threads, tiles of %zu: row %zu",
              a->name, threads, tile_rows, i);
        CHECK(got[i * APART + OUTPUTS] == 77, "%s: row %zu runs over", a->name, i);
    }
    free(got);
    free(want);
    gn_context_destroy(scaled);
    gn_context_destroy(plain);
}

static void test_prediction(void **state)
{
    static const struct { int threads; size_t tile_rows; } cases[] = {
        { 1, 0 }, { 3, 16 }, { 2, 1 }, { 1, 7 },
    };
    world *w = set_up();
    way ways[WAYS];
    list_ways(w, ways);
    (void)state;
    for (size_t i = 0; i < 2; i++) /* a reader cannot be predicted of */
        for (size_t j = 0; j < COUNT(cases); j++)
            check_prediction(w, &ways[i], cases[j].threads, cases[j].tile_rows);
    tear_down(w);
}

static void test_gradient_and_evaluation(void **state)
{
    world *w = set_up();
    way ways[WAYS];
    size_t n = gn_network_param_count(w->plain);
    gn_real *got = reals(n), *want = reals(n);
    list_ways(w, ways);
    (void)state;
    for (size_t i = 0; i < WAYS; i++)
        for (int threads = 1; threads < 4; threads++) {
            const gn_context_options options = { .gradients = true, .threads = threads };
            gn_context *scaled = make_context(w->scaled, options),
                *plain = make_context(w->plain, options);
            double loss[2];
            gn_score score[2];
            CHECK_OK(gn_gradient(scaled, &ways[i].of_user, &gn_squared_error, &loss[0], got));
            CHECK_OK(gn_gradient(plain, &ways[i].of_network, &gn_squared_error, &loss[1], want));
            CHECK(loss[0] == loss[1] && same_bits(got, want, n),
                  "%s, %d threads: loss %.17g and %.17g", ways[i].name, threads, loss[0], loss[1]);
            CHECK_OK(gn_evaluate(scaled, &ways[i].of_user, &gn_huber, &score[0]));
            CHECK_OK(gn_evaluate(plain, &ways[i].of_network, &gn_huber, &score[1]));
            CHECK(score[0].loss == score[1].loss, "%s, %d threads: loss %.17g and %.17g",
                  ways[i].name, threads, score[0].loss, score[1].loss);
            gn_context_destroy(scaled);
            gn_context_destroy(plain);
        }
    free(got);
    free(want);
    tear_down(w);
}

/* A copy's parameters after a fit, and the losses of its epochs. */
static gn_real *trained(const gn_network *net, const gn_data *data, const gn_data *valid,
                        const gn_train_options *options, double losses[4])
{
    gn_network *copy;
    const gn_epoch *history;
    CHECK_OK(gn_network_copy(&copy, net));
    gn_trainer *t = make_trainer(copy, *options);
    CHECK_OK(gn_trainer_fit(t, data, valid));
    CHECK(history_of(t, &history) == 2, "%zu epochs", gn_trainer_epoch_count(t));
    for (size_t i = 0; i < 2; i++)
        losses[2 * i] = history[i].train.loss, losses[2 * i + 1] = history[i].valid.loss;
    gn_real *params = copy_reals(gn_network_params(copy), gn_network_param_count(copy));
    gn_trainer_destroy(t);
    gn_network_destroy(copy);
    return params;
}

static void check_training(const world *w, const way *a, const gn_train_options *o,
                           const way *valid)
{
    double got_loss[4], want_loss[4];
    size_t n = gn_network_param_count(w->plain);
    gn_real *got = trained(w->scaled, &a->of_user, valid ? &valid->of_user : NULL, o, got_loss);
    gn_real *want = trained(w->plain, &a->of_network, valid ? &valid->of_network : NULL, o,
                            want_loss);
    CHECK(!same_bits(want, gn_network_params(w->plain), n), "%s: nothing was learned", a->name);
    CHECK(same_bits(got, want, n), "%s, batch %zu, %d threads, in order: %d", a->name, o->batch,
          o->threads,
          (int)o->keep_order);
    for (size_t i = 0; i < 4; i++)
        CHECK(got_loss[i] == want_loss[i] && (i % 2 == 0 || valid || o->validation > 0),
              "%s: loss %zu is %.17g, not "
              "%.17g", a->name, i, got_loss[i], want_loss[i]);
    free(got);
    free(want);
}

static void test_training(void **state)
{
    world *w = set_up();
    way ways[WAYS];
    list_ways(w, ways);
    (void)state;
    for (size_t i = 0; i < WAYS; i++)
        for (int k = 0; k < 8; k++) {
            const gn_train_options options = {
                .loss = &gn_squared_error, .batch = k & 4 ? 100 : 32, .epochs = 2, .seed = 9,
                    .keep_order = k & 1,
                .threads = k & 2 ? 3 : 1, .validation = k & 1 ? 0.2 : 0,
                .schedule = gn_constant(0.01),
            };
            check_training(w, &ways[i], &options, k & 1 ? NULL : &ways[(i + 1) % WAYS]);
        }
    tear_down(w);
}

/* One step at a time. */
static void test_steps(void **state)
{
    world *w = set_up();
    way ways[WAYS];
    list_ways(w, ways);
    (void)state;
    for (size_t i = 0; i < WAYS; i++) {
        gn_network *nets[2];
        double loss[2];
        for (size_t k = 0; k < 2; k++) {
            gn_data data = k ? ways[i].of_network : ways[i].of_user;
            data.x.rows = data.y.rows = 50;
            CHECK_OK(gn_network_copy(&nets[k], k ? w->plain : w->scaled));
            gn_trainer *t = make_trainer(nets[k], (gn_train_options){ .loss = &gn_squared_error });
            for (int step = 0; step < 3; step++)
                CHECK_OK(gn_trainer_step(t, &data, &loss[k]));
            gn_trainer_destroy(t);
        }
        CHECK(loss[0] == loss[1] &&
              same_bits(gn_network_params(nets[0]), gn_network_params(nets[1]),
                                              gn_network_param_count(nets[0])), "%s", ways[i].name);
        gn_network_destroy(nets[0]);
        gn_network_destroy(nets[1]);
    }
    tear_down(w);
}

/* Labels have no units: inputs alone are scaled, and classes are what they are. */
static void test_labels(void **state)
{
    rng r = { 4 };
    samples s = make_samples(&r, ROWS, INPUTS, 4);
    gn_data data = with_labels(&s), scaled = data;
    gn_network *net = NETWORK(INPUTS, 1, { .units = 4, .activation = &gn_softmax }), *plain;
    CHECK_OK(gn_network_copy(&plain, net));
    CHECK_OK(gn_network_fit_scaling(net, &data, GN_STANDARDISE, GN_AS_IS));
    gn_scaling by = gn_network_scaling(net);
    gn_real *x = reals(ROWS * INPUTS);
    (void)state;
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        x[i] = (s.x[i] - by.input_shift[i % INPUTS]) / by.input_scale[i % INPUTS];
    scaled.x.data = x;
    gn_context *of_net = make_context(net, (gn_context_options){ 0 });
    gn_context *of_plain = make_context(plain, (gn_context_options){ 0 });
    gn_score got, want;
    CHECK_OK(gn_evaluate(of_net, &data, &gn_softmax_cross_entropy, &got));
    CHECK_OK(gn_evaluate(of_plain, &scaled, &gn_softmax_cross_entropy, &want));
    CHECK(got.loss == want.loss && got.accuracy == want.accuracy, "%.17g, %g; %.17g, %g", got.loss,
          got.accuracy, want.loss, want.accuracy);
    gn_context_destroy(of_net);
    gn_context_destroy(of_plain);
    gn_network_destroy(net);
    gn_network_destroy(plain);
    free_samples(&s);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prediction),
        cmocka_unit_test(test_gradient_and_evaluation),
        cmocka_unit_test(test_training),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
