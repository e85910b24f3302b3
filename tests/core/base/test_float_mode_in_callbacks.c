/* Each function of a user's runs in the floating-point mode in which he called us, in whichever
 * thread, with his traps, his rounding and his flags; flags that it raises are his to keep. And
 * numbers come out the same, whatever that mode is. */
#define _GNU_SOURCE /* sched_getaffinity, usleep */
#include <float.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>
#include "support.h"
#include "support_mode.h"

static const mode quiet = { FE_TONEAREST, 0, 0, false };

/* ---- the user's functions look where they run ---- */

enum part {
    FORWARD,
    BACKWARD,
    ACTIVATION,
    SLOPE,
    LOSS,
    FILL,
    UPDATE,
    RATE,
    STEP,
    EPOCH,
    REDUCE,
    PLAN,
    BEGIN,
    WEIGHTS,
    PARTS
};
static const char *const names[PARTS] = { "forward", "backward", "activation", "slope",
                                          "loss",    "fill",     "update",     "rate",
                                          "on_step", "on_epoch", "reduce",     "plan",
                                          "init",    "fill of weights" };
static mode expected;
static atomic_int calls[PARTS], strange[PARTS], by_helpers;
static _Thread_local bool is_caller;

static void look(enum part part)
{
    mode m = mode_now();
    calls[part]++;
    by_helpers += !is_caller;
    strange[part] += m.rounding != expected.rounding || m.raised != expected.raised ||
                     m.trapped != expected.trapped || m.flushes != expected.flushes;
}

static gn_status plan(gn_layer *self)
{
    look(PLAN);
    self->out = self->in;
    return GN_OK;
}

static void forward(const gn_layer *self, const gn_pass *p)
{
    look(FORWARD);
    for (size_t r = 0; r < p->rows; r++)
        memcpy(p->y + r * p->y_stride, p->x + r * p->x_stride, gn_size(self->in) * sizeof *p->y);
}

static void backward(const gn_layer *self, const gn_pass *p)
{
    look(BACKWARD);
    for (size_t r = 0; p->dx && r < p->rows; r++)
        memcpy(p->dx + r * p->x_stride, p->dy + r * p->y_stride, gn_size(self->in) * sizeof *p->dx);
}

static void begin(const gn_layer *self, gn_real *params, uint64_t seed)
{
    (void)self;
    (void)params;
    (void)seed;
    look(BEGIN);
}

static const gn_layer_type as_it_is = {
    .name = "as it is", .plan = plan, .forward = forward, .backward = backward, .init = begin
};

static void fill_weights(const gn_init *self, size_t inputs, size_t outputs, double gain,
                         uint64_t seed, size_t stream, size_t n, gn_real *weights)
{
    (void)self;
    look(WEIGHTS);
    gn_glorot_uniform.fill(&gn_glorot_uniform, inputs, outputs, gain, seed, stream, n, weights);
}

static const gn_init own_init = { .name = "own", .fill = fill_weights };

static void positive(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                     const gn_real *z, gn_real *y)
{
    (void)self;
    look(ACTIVATION);
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < cols; j++)
            y[r * stride + j] = z[r * stride + j] > 0 ? z[r * stride + j] : 0;
}

static void slope(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                  const gn_real *z, const gn_real *y, gn_real *dy)
{
    (void)self;
    (void)z;
    look(SLOPE);
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < cols; j++)
            dy[r * stride + j] = y[r * stride + j] > 0 ? dy[r * stride + j] : 0;
}

static const gn_activation own_relu = { .name = "own relu",
                                        .forward = positive,
                                        .backward = slope };

static double eval(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                   const gn_real *z, double scale, gn_real *dz)
{
    (void)self;
    look(LOSS);
    return gn_squared_error.eval(&gn_squared_error, tile, cols, stride, z, scale, dz);
}

static const gn_loss own_loss = { .name = "own", .takes_targets = true, .eval = eval };

static gn_status fill(void *user, const size_t *rows, gn_tile *tile)
{
    const samples *s = user;
    look(FILL);
    if (is_caller && by_helpers == 0)
        usleep(100); /* and leave a helper the core */
    for (size_t r = 0; r < tile->rows; r++) {
        memcpy(tile->x + r * s->inputs, s->x + rows[r] * s->inputs, s->inputs * sizeof *tile->x);
        if (tile->y)
            memcpy(tile->y + r * s->outputs, s->y + rows[r] * s->outputs,
                   s->outputs * sizeof *tile->y);
    }
    return GN_OK;
}

static void update(const gn_optimizer *self, const gn_update *u)
{
    (void)self;
    look(UPDATE);
    for (size_t i = 0; i < u->n; i++)
        u->params[i] -= (gn_real)u->rate * u->gradient[i];
}

static double rate(const gn_schedule *self, const gn_progress *at)
{
    (void)at;
    look(RATE);
    return self->first;
}

static bool on_step(void *user, const gn_progress *at, double loss)
{
    (void)user;
    (void)at;
    (void)loss;
    look(STEP);
    return false;
}

static bool on_epoch(void *user, const gn_epoch *line)
{
    (void)user;
    (void)line;
    look(EPOCH);
    return false;
}

static gn_status reduce(void *user, size_t n, gn_real *gradient, double *loss, double *rows)
{
    (void)user;
    (void)n;
    (void)gradient;
    (void)loss;
    (void)rows;
    look(REDUCE);
    return GN_OK;
}

static const gn_train_options own_options = {
    .loss = &own_loss,
    .optimizer = { .name = "own", .update = update },
    .schedule = { .rate = rate, .first = 0.001 },
    .batch = 60,
    .epochs = 2,
    .threads = 3,
    .tile_rows = 5,
    .lanes = 6,
    .on_step = on_step,
    .on_epoch = on_epoch,
    .reduce = reduce,
    .validation = 0.2,
};

static void check_same(mode now)
{
    CHECK(now.rounding == expected.rounding && now.raised == expected.raised &&
              now.trapped == expected.trapped && now.flushes == expected.flushes,
          "the mode changed: flags %#x, traps %#x", now.raised, now.trapped);
}

static void call_everything(samples *s)
{
    enter(expected);
    gn_network *net = NETWORK(6, 1, { .units = 9, .activation = &own_relu, .init = &own_init },
                              { .type = &as_it_is }, { .units = 2 });
    gn_schedule_rate(&own_options.schedule, &(gn_progress) { .step = 1 });
    mode created = mode_now();
    enter(quiet);
    gn_context *ctx =
        make_context(net, (gn_context_options) { .gradients = true, .threads = 3, .tile_rows = 5 });
    gn_trainer *t = make_trainer(net, own_options);
    gn_data data = { .x = { .rows = s->rows }, .fill = fill, .user = s };
    const gn_matrix x = matrix_of(s->x, s->rows, s->inputs);
    gn_real *out = reals(s->rows * 2), *gradient = reals(gn_network_param_count(net));
    gn_score score;
    enter(expected);
    gn_status status[] = {
        gn_predict(ctx, &x, out, 0),
        gn_evaluate(ctx, &data, &own_loss, &score),
        gn_gradient(ctx, &data, &own_loss, NULL, gradient),
        gn_trainer_fit(t, &data, NULL),
    };
    data.x.rows = 60;
    gn_status last = gn_trainer_step(t, &data, NULL);
    mode now = mode_now();
    enter(quiet);
    for (size_t i = 0; i < COUNT(status); i++)
        CHECK_OK(status[i]);
    CHECK_OK(last);
    check_same(created);
    check_same(now);
    gn_trainer_destroy(t);
    gn_context_destroy(ctx);
    gn_network_destroy(net);
    free(out);
    free(gradient);
}

static const mode hosts[] = {
    { FE_TONEAREST, 0, 0, false },         { FE_TONEAREST, 0, BAD, false },
    { FE_UPWARD, FE_DIVBYZERO, 0, false }, { FE_TOWARDZERO, FE_DIVBYZERO, BAD, false },
#ifdef __x86_64__
    { FE_DOWNWARD, FE_INVALID, 0, true },
#endif
};

static int n_cores(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 2;
}

static void test_functions_of_users(void **state)
{
    rng r = { 3 };
    samples s = make_samples(&r, 150, 6, 2);
    const bool helped = n_cores() > 1; /* on one core there are no helpers */
    (void)state;
    is_caller = true;
    for (size_t i = 0; i < COUNT(hosts); i++) {
        expected = hosts[i];
        by_helpers = 0;
        for (size_t tries = 0; tries == 0 || (helped && tries < 1000 && by_helpers == 0); tries++)
            call_everything(&s);
        CHECK(by_helpers > 0 || !helped, "mode %zu: helpers never called a function", i);
        for (size_t part = 0; part < PARTS; part++) {
            CHECK(calls[part] > 0, "%s was never called", names[part]);
            CHECK(strange[part] == 0, "mode %zu: %s ran in another mode %d of %d times", i,
                  names[part], strange[part], calls[part]);
        }
    }
    free_samples(&s);
}

/* ---- calls in calls, and flags that a function raises ---- */

typedef struct inner {
    gn_context *ctx;
    gn_matrix x;
    gn_real *out;
    mode after;
} inner;

static bool predict_within(void *user, const gn_epoch *line)
{
    inner *in = user;
    (void)line;
    CHECK_OK(gn_predict(in->ctx, &in->x, in->out, 0));
    in->after = mode_now();
    feraiseexcept(FE_DIVBYZERO);
    return false;
}

static void test_calls_in_calls(void **state)
{
    rng r = { 4 };
    samples s = make_samples(&r, 80, 6, 10);
    (void)state;
    for (int threads = 1; threads < 4; threads += 2) {
        gn_network *net = NETWORK(6, 1, { .units = 10, .activation = &gn_softmax });
        inner in = { .ctx = make_context(
                         net, (gn_context_options) { .threads = threads, .tile_rows = 9 }),
                     .x = matrix_of(s.x, s.rows, s.inputs),
                     .out = reals(s.rows * s.outputs) };
        gn_trainer *t = make_trainer(net, (gn_train_options) { .loss = &gn_softmax_cross_entropy,
                                                               .on_epoch = predict_within,
                                                               .user = &in,
                                                               .threads = threads,
                                                               .epochs = 1,
                                                               .lanes = 4 });
        gn_data data = with_labels(&s);
        enter(quiet);
        CHECK_OK(gn_trainer_fit(t, &data, NULL));
        mode now = mode_now();
        enter(quiet);
        CHECK(in.after.raised == 0 && !in.after.flushes, "within: flags %#x, flushes %d",
              in.after.raised, in.after.flushes);
        CHECK(now.raised == FE_DIVBYZERO && !now.flushes, "after: flags %#x, flushes %d",
              now.raised, now.flushes);
        gn_trainer_destroy(t);
        gn_context_destroy(in.ctx);
        gn_network_destroy(net);
        free(in.out);
    }
    free_samples(&s);
}

/* ---- the same bits, whatever the host's mode is ---- */

static gn_real *trained(const samples *s, mode host)
{
    gn_network *net = NETWORK(6, 1, { .units = 40, .activation = &gn_gelu },
                              { .units = 10, .activation = &gn_softmax });
    gn_trainer *t = make_trainer(net, (gn_train_options) { .loss = &gn_softmax_cross_entropy,
                                                           .threads = 2,
                                                           .lanes = 4,
                                                           .epochs = 3,
                                                           .weight_decay = 0.01 });
    gn_data data = with_labels(s);
    enter(host);
    gn_status status = gn_trainer_fit(t, &data, NULL);
    enter(quiet);
    CHECK_OK(status);
    gn_real *copy = copy_reals(gn_network_params(net), gn_network_param_count(net));
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    return copy;
}

static void test_bits(void **state)
{
    enum { N = 6 * 40 + 40 + 40 * 10 + 10 };
    rng r = { 7 };
    samples s = make_samples(&r, 300, 6, 10);
    gn_real *first = trained(&s, quiet);
    (void)state;
    for (size_t i = 1; i < COUNT(hosts); i++) {
        gn_real *other = trained(&s, hosts[i]);
        CHECK(same_bits(first, other, N), "mode %zu gives other weights", i);
        free(other);
    }
    free(first);
    free_samples(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions_of_users),
        cmocka_unit_test(test_calls_in_calls),
        cmocka_unit_test(test_bits),
    };
    if (in_valgrind())
        return 0; /* it simulates neither flags nor traps */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
