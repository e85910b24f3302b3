/* A user's own activation, loss, optimizer, schedule, initialisation and layer type: copies
 * of ours must train to the same weights as ours do, and each may be used alone. */
#include <stdatomic.h>
#include "support.h"

/* ---- the user's parts ---- */

static atomic_bool z_was_y; /* never, where keeps_input: so the header has it */

static void own_forward(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                        const gn_real *z, gn_real *y)
{
    if (self->keeps_input && z == y)
        z_was_y = true;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            y[i * stride + j] = (gn_real)tanh(self->alpha * (double)z[i * stride + j]);
}

static void own_backward(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                         const gn_real *z, const gn_real *y, gn_real *dy)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++) {
            double t = self->keeps_input ? tanh(self->alpha * (double)z[i * stride + j])
                                         : (double)y[i * stride + j];
            dy[i * stride + j] *= (gn_real)(self->alpha * (1 - t * t));
        }
}

static void own_fill(const gn_init *self, size_t inputs, size_t outputs, double gain,
                     uint64_t seed, size_t stream, size_t n, gn_real *weights)
{
    (void)self;
    (void)seed;
    for (size_t i = 0; i < n; i++)
        weights[i] =
            (gn_real)(gain * sin((double)(i + 7 * stream)) / sqrt((double)(inputs + outputs)));
}

static const gn_init own_init = { .name = "sines", .fill = own_fill };

static const gn_activation own_tanh = {
    .name = "own tanh",
    .alpha = 1,
    .init = &own_init,
    .forward = own_forward,
    .backward = own_backward,
};
static const gn_activation own_tanh_of_input = {
    .name = "own tanh of z", .alpha = 1, .init = &own_init, .keeps_input = true,
    .forward = own_forward, .backward = own_backward,
};

static double own_eval(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                       const gn_real *z, double scale, gn_real *dz)
{
    double sum = 0;
    for (size_t i = 0; i < tile->rows; i++)
        for (size_t j = 0; j < cols; j++) {
            double w = tile->weights ? (double)tile->weights[i] : 1;
            double d = (double)z[i * stride + j] - (double)tile->y[i * cols + j];
            sum += self->alpha * w * d * d / (double)cols;
            if (dz)
                dz[i * stride + j] = (gn_real)(self->alpha * scale * w * 2 * d / (double)cols);
        }
    return sum;
}

static const gn_loss own_loss = { .name = "own square", .alpha = 1, .takes_targets = true,
                                  .eval = own_eval };

static void own_update(const gn_optimizer *self, const gn_update *u)
{
    for (size_t i = 0; i < u->n; i++) {
        double v = self->hyper[0] * (double)u->state[0][i] + (double)u->gradient[i];
        u->state[0][i] = (gn_real)v;
        u->params[i] = (gn_real)((double)u->params[i] * (1 - u->rate * u->decay) - u->rate * v);
    }
}

static const gn_optimizer own_optimizer = { .name = "own momentum", .states = 1, .hyper = { 0.9 },
                                            .update = own_update };

static double own_rate(const gn_schedule *self, const gn_progress *at)
{
    return self->first * pow(self->factor, (double)at->epoch);
}

static const gn_schedule own_schedule = { .rate = own_rate, .first = 0.02, .factor = 0.9 };

/* ---- the comparison ---- */

static gn_real *trained(const gn_activation *f, gn_train_options options, const samples *s,
                        double *loss)
{
    const gn_layer_spec layers[] = {
        { .units = 12, .activation = f, .init = &own_init }, { .type = &scale_layer },
        { .units = 9, .activation = f, .init = &own_init, .no_bias = true },
        { .units = 2, .init = &own_init },
    };
    gn_network *net = make_network(5, layers, COUNT(layers), 1);
    gn_data data = with_targets(s);
    data.weights = s->weights;
    options.batch = 32;
    options.epochs = 5;
    options.threads = 2;
    options.weight_decay = 0.01;
    gn_trainer *t = make_trainer(net, options);
    CHECK_OK(gn_trainer_fit(t, &data, NULL));
    const gn_epoch *history;
    history_of(t, &history);
    CHECK(history[4].train.loss < history[0].train.loss, "loss from %g to %g",
          history[0].train.loss, history[4].train.loss);
    *loss = history[4].train.loss;
    gn_trainer_destroy(t);
    gn_context *ctx = make_context(net, (gn_context_options){ 0 });
    gn_real out[2];
    gn_matrix row = matrix_of(s->x, 1, 5);
    CHECK_OK(gn_predict(ctx, &row, out, 0));
    CHECK(!z_was_y, "%s got y in the place of z", f->name);
    gn_context_destroy(ctx);
    gn_real *params = copy_reals(gn_network_params(net), gn_network_param_count(net));
    gn_network_destroy(net);
    return params;
}

enum { PARAMS = 5 * 12 + 12 + 12 + 12 * 9 + 9 * 2 + 2 };

static void test_own_parts_train_like_ours(void **state)
{
    const gn_train_options ours = { .loss = &gn_squared_error, .optimizer = gn_sgd(0.9, false),
                                    .schedule = gn_exponential(0.02, 0.9) };
    const struct { const char *what; const gn_activation *f; gn_train_options options; } cases[] = {
        { "activation", &own_tanh, ours },
        { "activation that keeps z", &own_tanh_of_input, ours },
        { "loss", &gn_tanh, { .loss = &own_loss, .optimizer = ours.optimizer,
          .schedule = ours.schedule } },
        { "optimizer", &gn_tanh, { .loss = ours.loss, .optimizer = own_optimizer,
          .schedule = ours.schedule } },
        { "schedule", &gn_tanh, { .loss = ours.loss, .optimizer = ours.optimizer,
          .schedule = own_schedule } },
        { "all", &own_tanh_of_input, { .loss = &own_loss, .optimizer = own_optimizer,
          .schedule = own_schedule } },
    };
    rng r = { 8 };
    samples s = make_samples(&r, 500, 5, 2);
    double loss, other;
    gn_real *p = trained(&gn_tanh, ours, &s, &loss);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_real *q = trained(cases[i].f, cases[i].options, &s, &other);
        CHECK(close_to(loss, other, TOLERANCE(1e-11, 1e-4)), "own %s: loss %.12g, ours %.12g",
              cases[i].what, other, loss);
        CHECK(distance(p, q, PARAMS) < TOLERANCE(1e-10, 1e-3), "own %s: %g", cases[i].what,
              distance(p, q, PARAMS));
        free(q);
    }
    free(p);
    free_samples(&s);
}

static void test_own_init(void **state)
{
    gn_network *net = NETWORK(5, 1, { .units = 4, .init = &own_init },
                              { .units = 3, .activation = &own_tanh });
    gn_real expected[20 + 12];
    (void)state;
    own_fill(&own_init, 5, 4, 1, 1, 0, 20, expected);
    CHECK(same_bits(gn_network_weights(net, 0, NULL), expected, 20), "layer %d", 0);
    own_fill(&own_init, 4, 3, 1, 1, 1, 12, expected);
    CHECK(same_bits(gn_network_weights(net, 1, NULL), expected, 12), "layer %d", 1);
    gn_network_destroy(net);
}

/* A loss that fuses the user's own activation goes with that one, and with identity. */
static void test_own_fusion(void **state)
{
    gn_loss fused = own_loss;
    gn_activation steeper = own_tanh;
    steeper.alpha = 2;
    fused.fuses = &own_tanh;
    const struct { const gn_activation *last; gn_status status; } cases[] = {
        { &own_tanh, GN_OK }, { NULL, GN_OK }, { &gn_identity, GN_OK },
        { &gn_tanh, GN_ERR_UNSUPPORTED }, { &steeper, GN_ERR_UNSUPPORTED },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_network *net = NETWORK(3, 1, { .units = 2, .activation = cases[i].last });
        gn_trainer *t = NULL;
        gn_train_options options = { .loss = &fused };
        CHECK_STATUS(gn_trainer_create(&t, net, &options), cases[i].status);
        CHECK(!t == (cases[i].status < 0), "case %zu", i);
        gn_trainer_destroy(t);
        gn_network_destroy(net);
    }
}

/* A layer type that learns from whole lanes gets each in one tile, of 32 rows or all there are, and
 * never a row by itself. */
static size_t most_rows, least_rows;

static void watch_forward(const gn_layer *self, const gn_pass *pass)
{
    if (pass->mode != GN_PREDICTING) {
        most_rows = pass->rows > most_rows ? pass->rows : most_rows;
        least_rows = pass->rows < least_rows ? pass->rows : least_rows;
    }
    scale_layer.forward(self, pass);
}

static gn_layer_type watcher(bool whole)
{
    gn_layer_type type = scale_layer;
    type.forward = watch_forward;
    type.whole_lane = whole;
    most_rows = 0;
    least_rows = SIZE_MAX;
    return type;
}

static void test_whole_lanes(void **state)
{
    static const struct { size_t batch, lanes, expected_lanes; } cases[] = {
        { 700, 0, 16 }, { 700, 1, 1 }, { 700, 3, 3 }, { 64, 0, 2 }, { 63, 0, 1 }, { 31, 0, 1 },
        { 2, 0, 1 },
        { 127, 0, 2 }, { 128, 4, 4 },
    };
    rng r = { 8 };
    samples s = make_samples(&r, 700, 5, 2);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const size_t batch = cases[i].batch;
        gn_layer_type type = watcher(true);
        gn_network *net = NETWORK(5, 1, { .units = 30 }, { .type = &type }, { .units = 2 });
        gn_trainer *t = make_trainer(net,
                                     (gn_train_options){ .loss = &gn_squared_error, .batch = batch,
            .lanes = cases[i].lanes, .threads = 2, .epochs = 1 });
        for (size_t rows = 700; rows > 700 - batch &&
             rows > 690; rows--) { /* ragged ends of many sizes */
            gn_data data = with_targets(&s);
            data.x.rows = data.y.rows = rows;
            CHECK(gn_trainer_fit(t, &data, NULL) == GN_OK, "%s", gn_error_message());
        }
        size_t lanes = gn_trainer_plan(t).lanes;
        CHECK(lanes == cases[i].expected_lanes, "batch %zu: %zu lanes", batch, lanes);
        CHECK(least_rows >= 2 && most_rows <= batch && (batch < 32 || most_rows >= 32),
              "batch %zu: lanes of %zu to %zu rows", batch, least_rows, most_rows);
        gn_trainer_destroy(t);
        gn_network_destroy(net);
    }
    free_samples(&s);
}

/* A last minibatch has fewer lanes, which may be longer than the tiles that the user chose. */
static void test_a_last_minibatch_of_longer_lanes(void **state)
{
    gn_layer_type type = watcher(true);
    rng r = { 7 };
    samples s = make_samples(&r, 228, 5, 2);
    const gn_data data = with_targets(&s);
    gn_network *net = NETWORK(5, 1, { .type = &type }, { .units = 2 });
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_squared_error, .batch = 128, .lanes = 4, .tile_rows = 32, .epochs = 1 });
    (void)state;
    CHECK_OK(gn_trainer_fit(t, &data, NULL));
    CHECK(least_rows == 32 && most_rows == 34, "lanes of %zu to %zu rows", least_rows, most_rows);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free_samples(&s);
}

static bool keep_progress(void *user, const gn_progress *at, double loss)
{
    (void)loss;
    *(gn_progress *)user = *at;
    return false;
}

/* A row that is left over is no step, for schedules neither. */
static void test_a_row_that_is_left_over(void **state)
{
    gn_layer_type type = watcher(true);
    gn_progress at = { 0 };
    rng r = { 7 };
    samples s = make_samples(&r, 129, 5, 2);
    const gn_data data = with_targets(&s);
    gn_network *net = NETWORK(5, 1, { .type = &type }, { .units = 2 });
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_squared_error, .batch = 64, .epochs = 3, .on_step = keep_progress,
        .user = &at });
    (void)state;
    CHECK_OK(gn_trainer_fit(t, &data, NULL));
    CHECK(at.step == 6 && at.steps_per_epoch == 2 && at.total_steps == 6,
          "%d steps, %d in an epoch, %d in all", (int)at.step, (int)at.steps_per_epoch,
          (int)at.total_steps);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free_samples(&s);
}

static void test_lanes_that_are_refused(void **state)
{
    static const gn_train_options bad[] = {
        { .batch = 700, .tile_rows = 20 }, { .batch = 1 }, { .batch = 64, .lanes = 3 },
        { .batch = 700, .lanes = 1, .tile_rows = 699 },
    };
    gn_layer_type type = watcher(true);
    rng r = { 9 };
    samples s = make_samples(&r, 2000, 5, 2);
    gn_data data = with_targets(&s);
    gn_network *net = NETWORK(5, 1, { .units = 3 }, { .type = &type }, { .units = 2 });
    gn_trainer *t;
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        gn_train_options o = bad[i];
        o.loss = &gn_squared_error;
        CHECK_STATUS(gn_trainer_create(&t, net, &o), GN_ERR_SHAPE);
    }
    t = make_trainer(net, (gn_train_options){ .loss = &gn_squared_error, .batch = 64 });
    gn_real *gradient = reals(gn_network_param_count(net));
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true });
    CHECK_STATUS(gn_gradient(ctx, &data, &gn_squared_error, NULL, gradient), GN_ERR_SHAPE);
    data.x.rows = data.y.rows = 1;
    CHECK_STATUS(gn_trainer_step(t, &data, NULL), GN_ERR_SHAPE);
    CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_ERR_SHAPE);
    CHECK_STATUS(gn_gradient(ctx, &data, &gn_squared_error, NULL, gradient), GN_ERR_SHAPE);
    data.x.rows = data.y.rows = 65; /* the last one is left out */
    CHECK_OK(gn_trainer_fit(t, &data, NULL));
    CHECK_OK(gn_gradient(ctx, &data, &gn_squared_error, NULL, gradient));
    gn_context_destroy(ctx);
    free(gradient);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free_samples(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_parts_train_like_ours),
        cmocka_unit_test(test_own_init),
        cmocka_unit_test(test_own_fusion),
        cmocka_unit_test(test_whole_lanes),
        cmocka_unit_test(test_a_last_minibatch_of_longer_lanes),
        cmocka_unit_test(test_a_row_that_is_left_over),
        cmocka_unit_test(test_lanes_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
