/* One step from known weights with a known gradient: what clipping, decay, l1, l2, frozen
 * layers, the reduce hook and the schedule do to it; and steps that fail and leave no trace. */
#include "support.h"

#define HIDDEN(n, f) { .units = (n), .activation = &gn_##f }

enum { INPUTS = 6, OUTPUTS = 3, ROWS = 50 };

typedef struct bench {
    gn_network *net;
    samples s;
    gn_data data;
    size_t n;
    gn_real *before, *gradient;
} bench;

static bench set_up(uint64_t seed, bool frozen)
{
    rng r = { seed };
    bench b = { .s = make_samples(&r, ROWS, INPUTS, OUTPUTS) };
    b.net = NETWORK(INPUTS, seed, { .units = 5, .activation = &gn_tanh, .frozen = frozen },
                    HIDDEN(OUTPUTS, softmax));
    randomize(b.net, &r, 0.8);
    b.data = with_labels(&b.s);
    b.n = gn_network_param_count(b.net);
    b.before = copy_reals(gn_network_params(b.net), b.n);
    b.gradient = reals(b.n);
    gn_context *ctx = make_context(b.net, (gn_context_options){ .gradients = true });
    CHECK_OK(gn_gradient(ctx, &b.data, &gn_softmax_cross_entropy, NULL, b.gradient));
    gn_context_destroy(ctx);
    return b;
}

static void tear_down(bench *b)
{
    gn_network_destroy(b->net);
    free_samples(&b->s);
    free(b->before);
    free(b->gradient);
}

/* By plain SGD unless options say another. From the same weights each time: free() them. */
static gn_real *after_steps(bench *b, gn_train_options options, int steps)
{
    memcpy(gn_network_params(b->net), b->before, b->n * sizeof(gn_real));
    options.loss = &gn_softmax_cross_entropy;
    options.batch = ROWS;
    if (!options.optimizer.update)
        options.optimizer = gn_sgd(0, false);
    gn_trainer *t = make_trainer(b->net, options);
    for (int i = 0; i < steps; i++)
        CHECK_OK(gn_trainer_step(t, &b->data, NULL));
    gn_trainer_destroy(t);
    return copy_reals(gn_network_params(b->net), b->n);
}

static bool is_weight(const bench *b, size_t i)
{
    for (size_t k = 0; k < gn_network_layer_count(b->net); k++) {
        const gn_layer *layer = gn_network_layer(b->net, k);
        if (i >= layer->first_param && i < layer->first_param + layer->tensors[0].n)
            return true;
    }
    return false;
}

static double length(const gn_real *a, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)a[i] * (double)a[i];
    return sqrt(sum);
}

/* ---- the gradient's way into the weights ---- */

/* p - rate (shrink g + l1 sign(p) + l2 p) - rate decay p, the last three of weights only. */
static void test_decay_and_clipping(void **state)
{
    static const struct { double decay, l1, l2, clip; } cases[] = {
        { 0, 0, 0, 0 }, { 0.3, 0, 0, 0 }, { 0, 0.2, 0, 0 }, { 0, 0, 0.4, 0 },
        { 0.3, 0.2, 0.4, 0 }, { 0, 0, 0, 0.01 }, { 0.3, 0.2, 0.4, 0.01 }, { 0, 0, 0, 1e6 },
    };
    const double rate = 0.25;
    (void)state;
    for (size_t i = 0; i < COUNT(cases) * 4; i++) {
        size_t c = i % COUNT(cases);
        bench b = set_up(i, false);
        gn_real *p = after_steps(&b, (gn_train_options){
            .schedule = gn_constant(rate), .weight_decay = cases[c].decay, .l1 = cases[c].l1,
            .l2 = cases[c].l2, .max_gradient_norm = cases[c].clip }, 1);
        double norm = length(b.gradient, b.n);
        double shrink = cases[c].clip > 0 && cases[c].clip < norm ? cases[c].clip / norm : 1;
        for (size_t j = 0; j < b.n; j++) {
            double w = (double)b.before[j], sign = (w > 0) - (w < 0), on = is_weight(&b, j);
            double g = shrink * (double)b.gradient[j] + on * (cases[c].l1 * sign + cases[c].l2 * w);
            double expected = w - rate * g - on * rate * cases[c].decay * w;
            CHECK(close_to((double)p[j], expected, TOLERANCE(1e-14, 1e-6)),
                  "case %zu, parameter %zu: %.9g, not %.9g", c, j, (double)p[j], expected);
        }
        free(p);
        tear_down(&b);
    }
}

/* The loss that is reported is without l1 and l2. */
static void test_reported_loss(void **state)
{
    bench b = set_up(1, false);
    double plain, with;
    gn_train_options options = { .loss = &gn_softmax_cross_entropy, .batch = ROWS };
    (void)state;
    for (int i = 0; i < 2; i++) {
        memcpy(gn_network_params(b.net), b.before, b.n * sizeof(gn_real));
        options.l1 = options.l2 = i;
        gn_trainer *t = make_trainer(b.net, options);
        CHECK_OK(gn_trainer_step(t, &b.data, i ? &with : &plain));
        gn_trainer_destroy(t);
    }
    CHECK(plain == with, "%g, %g with l1 and l2", plain, with);
    tear_down(&b);
}

static void test_frozen_layers(void **state)
{
    const gn_optimizer optimizers[] = {
        gn_sgd(0.9, true), gn_adagrad(1e-10), gn_rmsprop(0.9, 1e-8), gn_adam_defaults(),
        gn_rprop_defaults() };
    (void)state;
    for (size_t i = 0; i < COUNT(optimizers); i++) {
        bench b = set_up(i, true);
        gn_real *p = after_steps(&b,
                                 (gn_train_options){ .optimizer = optimizers[i],
                                                      .schedule = gn_constant(0.1),
                                                      .weight_decay = 0.1,
                                                      .l1 = 0.1,
                                                      .l2 = 0.1,
                                                      .max_gradient_norm = 1 },
                                 5);
        size_t frozen = gn_network_layer(b.net, 0)->n_params;
        CHECK(same_bits(p, b.before, frozen), "%s moved a frozen layer", optimizers[i].name);
        for (size_t j = frozen; j < b.n; j++)
            CHECK(p[j] != b.before[j], "%s: parameter %zu stood still", optimizers[i].name, j);
        free(p);
        tear_down(&b);
    }
}

static void test_schedule_is_followed(void **state)
{
    bench b = set_up(9, false);
    gn_real *p =
        after_steps(&b, (gn_train_options){ .schedule = gn_exponential_per_step(0.5, 1e-9) }, 2);
    (void)state;
    for (size_t j = 0; j < b.n; j++)
        CHECK(close_to((double)p[j], (double)b.before[j] - 0.5 * (double)b.gradient[j],
                       TOLERANCE(1e-8, 1e-6)),
              "parameter %zu", j);
    free(p);
    tear_down(&b);
}

/* ---- the reduce hook ---- */

typedef struct hook { double factor; gn_status status; size_t n; double rows; } hook;

static gn_status reduce(void *user, size_t n, gn_real *gradient, double *loss, double *rows)
{
    hook *h = user;
    h->n = n;
    h->rows = *rows;
    for (size_t i = 0; i < n; i++)
        gradient[i] *= (gn_real)h->factor;
    *loss *= h->factor;
    *rows *= h->factor;
    return h->status < 0 ? gn_fail(h->status, "reduce: machine %d is gone", 7) : h->status;
}

static void test_reduce(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 3; seed++) {
        bench b = set_up(seed, false);
        hook same = { .factor = 1 }, twice = { .factor = 2 };
        gn_train_options options = { .schedule = gn_constant(0.1), .optimizer = gn_adam_defaults(),
                                     .max_gradient_norm = 0.3, .l2 = 0.1 };
        gn_real *none = after_steps(&b, options, 3);
        options.reduce = reduce;
        options.user = &same;
        gn_real *one = after_steps(&b, options, 3);
        options.user = &twice;
        gn_real *two = after_steps(&b, options, 3);
        CHECK(same_bits(one, two, b.n), "two machines with the same rows, seed %d", (int)seed);
        CHECK(distance(one, none, b.n) < TOLERANCE(1e-9, 1e-3), "%g", distance(one, none, b.n));
        CHECK(twice.n == b.n && twice.rows == ROWS, "%zu parameters, %g rows", twice.n, twice.rows);
        free(none);
        free(one);
        free(two);
        tear_down(&b);
    }
}

static void test_reduce_fails(void **state)
{
    bench b = set_up(3, false);
    hook bad = { .factor = 1, .status = GN_ERR_IO };
    gn_trainer *t = make_trainer(b.net, (gn_train_options){
        .loss = &gn_softmax_cross_entropy, .batch = ROWS, .reduce = reduce, .user = &bad });
    (void)state;
    CHECK_STATUS(gn_trainer_step(t, &b.data, NULL), GN_ERR_IO);
    CHECK(strstr(gn_error_message(), "machine 7"), "%s", gn_error_message());
    CHECK(same_bits(b.before, gn_network_params(b.net), b.n), "weights after status %d", -4);
    CHECK_STATUS(gn_trainer_fit(t, &b.data, NULL), GN_ERR_IO);
    CHECK(same_bits(b.before, gn_network_params(b.net), b.n), "weights after status %d", -4);
    gn_trainer_destroy(t);
    tear_down(&b);
}

/* ---- steps that fail ---- */

/* Squares of these overflow. A failed step leaves weights and moments as they were. */
static void test_failed_step(void **state)
{
    bench b = set_up(4, false);
    gn_network *net = NETWORK(INPUTS, 1, HIDDEN(4, tanh), { .units = OUTPUTS });
    size_t n = gn_network_param_count(net);
    gn_train_options options = { .loss = &gn_squared_error, .batch = ROWS };
    gn_data data = with_targets(&b.s), huge = data;
    gn_real *y = copy_reals(b.s.y, ROWS * OUTPUTS), *before = copy_reals(gn_network_params(net), n);
    (void)state;
    y[7] = (gn_real)TOLERANCE(1e300, 1e38);
    huge.y.data = y;
    gn_trainer *t = make_trainer(net, options);
    for (int i = 0; i < 4; i++)
        CHECK_OK(gn_trainer_step(t, &data, NULL));
    gn_real *smooth = copy_reals(gn_network_params(net), n);
    gn_trainer_destroy(t);
    memcpy(gn_network_params(net), before, n * sizeof(gn_real));
    t = make_trainer(net, options);
    for (int i = 0; i < 4; i++) {
        CHECK_STATUS(gn_trainer_step(t, &huge, NULL), GN_ERR_NONFINITE);
        CHECK_OK(gn_trainer_step(t, &data, NULL));
    }
    CHECK(same_bits(smooth, gn_network_params(net), n), "failed steps left a trace in %zu numbers",
          n);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free(y);
    free(before);
    free(smooth);
    tear_down(&b);
}

static void test_diverging_fit(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 4; seed++) {
        rng r = { seed };
        samples s = make_samples(&r, 200, INPUTS, OUTPUTS);
        gn_data data = with_targets(&s);
        gn_network *net = NETWORK(INPUTS, seed, HIDDEN(9, relu), { .units = OUTPUTS });
        gn_trainer *t = make_trainer(net, (gn_train_options){
            .loss = &gn_squared_error, .batch = 20, .epochs = 50, .validation = seed % 2 ? 0.1 : 0,
            .optimizer = gn_sgd(0.9, false), .schedule = gn_constant(1e30) });
        CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_ERR_NONFINITE);
        CHECK(strlen(gn_error_message()) > 10, "\"%s\"", gn_error_message());
        const gn_real *p = gn_network_params(net);
        for (size_t i = 0; i < gn_network_param_count(net); i++)
            CHECK(isfinite(p[i]), "seed %d: parameter %zu is %g", (int)seed, i, (double)p[i]);
        gn_score score;
        gn_context *ctx = make_context(net, (gn_context_options){ 0 });
        CHECK_OK(gn_evaluate(ctx, &data, &gn_squared_error, &score));
        CHECK(isfinite(score.loss), "seed %d: loss %g", (int)seed, score.loss);
        gn_context_destroy(ctx);
        gn_trainer_destroy(t);
        gn_network_destroy(net);
        free_samples(&s);
    }
}

/* A squared error whose value stays finite, and whose gradient does not. */
typedef struct trap { int calls, at; } trap;

static double spring(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                     const gn_real *z, double scale, gn_real *dz)
{
    trap *it = (trap *)(uintptr_t)self->user;
    gn_loss plain = gn_squared_error;
    double loss = plain.eval(&plain, tile, cols, stride, z, scale, dz);
    if (dz && ++it->calls == it->at)
        dz[0] = (gn_real)(it->at % 2 ? INFINITY : NAN);
    return loss;
}

/* A fit goes back to weights that its steps have made: those of before the first, if there is
 * no other. Clipping looks at the norm before the update, the rest does both in one pass. */
static void test_gradient_that_is_not_finite(void **state)
{
    bench b = set_up(4, false);
    (void)state;
    for (int at = 1; at <= 8; at++) {
        trap it = { 0, at };
        gn_loss loss = gn_squared_error;
        loss.user = &it;
        loss.eval = spring;
        gn_network *net = NETWORK(INPUTS, 1, HIDDEN(4, tanh), { .units = OUTPUTS });
        size_t n = gn_network_param_count(net);
        gn_real *before = copy_reals(gn_network_params(net), n);
        gn_data data = with_targets(&b.s);
        gn_trainer *t = make_trainer(net, (gn_train_options){
            .loss = &loss, .batch = 2, .max_gradient_norm = at % 4 < 2 ? 0 : 1e9 });
        CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_ERR_NONFINITE);
        CHECK(strstr(gn_error_message(), "gradient"), "\"%s\"", gn_error_message());
        CHECK(same_bits(before, gn_network_params(net), n),
              "the weights are not those of before the epoch, whose step %d failed", at);
        CHECK_OK(gn_trainer_fit(t, &data, NULL));
        CHECK(!same_bits(before, gn_network_params(net), n), "the next fit has learnt nothing");
        gn_trainer_destroy(t);
        gn_network_destroy(net);
        free(before);
    }
    tear_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decay_and_clipping),
        cmocka_unit_test(test_reported_loss),
        cmocka_unit_test(test_frozen_layers),
        cmocka_unit_test(test_schedule_is_followed),
        cmocka_unit_test(test_reduce),
        cmocka_unit_test(test_reduce_fails),
        cmocka_unit_test(test_failed_step),
        cmocka_unit_test(test_diverging_fit),
        cmocka_unit_test(test_gradient_that_is_not_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
