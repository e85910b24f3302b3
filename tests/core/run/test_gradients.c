/* Gradients of whole random networks against central differences of their loss along random
 * directions: every activation in the middle and at the end, every loss that goes with it,
 * at points where no kink lies within the step. */
#include "support.h"

static const gn_activation *const activations[] = {
    &gn_identity, &gn_sigmoid, &gn_tanh, &gn_relu, &gn_leaky_relu,
    &gn_elu, &gn_gelu, &gn_silu, &gn_softplus, &gn_softmax,
};

typedef enum wants { LABELS, DISTRIBUTION, NUMBERS } wants;

typedef struct pairing {
    const gn_loss *loss;
    const gn_activation *last; /* NULL: each of them */
    wants wants;
} pairing;

static const pairing pairings[] = {
    { &gn_squared_error, NULL, NUMBERS },
    { &gn_absolute_error, NULL, NUMBERS },
    { &gn_huber, NULL, NUMBERS },
    { &gn_softmax_cross_entropy, &gn_softmax, LABELS },
    { &gn_softmax_cross_entropy, &gn_softmax, DISTRIBUTION },
    { &gn_softmax_cross_entropy, &gn_identity, LABELS },
    { &gn_softmax_cross_entropy, &gn_identity, DISTRIBUTION },
    { &gn_sigmoid_cross_entropy, &gn_sigmoid, LABELS },
    { &gn_sigmoid_cross_entropy, &gn_sigmoid, DISTRIBUTION },
    { &gn_sigmoid_cross_entropy, &gn_identity, LABELS },
    { &gn_sigmoid_cross_entropy, &gn_identity, DISTRIBUTION },
};

/* ---- a trial: a network, data, and a point ---- */

enum { MOST_LAYERS = 10 };

typedef struct trial {
    char name[160];
    rng r;
    gn_layer_spec layers[MOST_LAYERS];
    size_t n_layers, n; /* n: parameters */
    const pairing *of;
    gn_network *net;
    gn_context *ctx, *eye; /* eye: one tile for all rows, to look at */
    samples s;
    gn_data data;
    gn_real *p, *d, *gradient;
} trial;

static void add_hidden_layer(trial *t, const gn_activation *hidden)
{
    rng *r = &t->r;
    if (draw_size(r, 0, 3) == 0)
        t->layers[t->n_layers++] = (gn_layer_spec){ .type = &gn_dropout, .param = { 0.5 } };
    if (draw_size(r, 0, 5) == 0)
        t->layers[t->n_layers++] = (gn_layer_spec){ .type = &scale_layer };
    t->layers[t->n_layers++] = (gn_layer_spec){
        .units = draw_size(r, 2, 24), .activation = hidden,
        .no_bias = draw_coin(r), .frozen = draw_size(r, 0, 5) == 0,
    };
}

static void plan_layers(trial *t, const gn_activation *hidden, const gn_activation *last)
{
    rng *r = &t->r;
    for (size_t i = draw_size(r, 0, 2) + 1; i-- > 0;)
        add_hidden_layer(t, hidden);
    t->layers[t->n_layers++] = (gn_layer_spec){
        .units = draw_size(r, last == &gn_softmax || t->of->loss == &gn_softmax_cross_entropy
                                  ? 2 : 1, 11),
        .activation = last, .no_bias = draw_coin(r),
    };
}

static void make_data(trial *t)
{
    size_t rows = draw_size(&t->r, 0, 3) ? draw_size(&t->r, 1, 200) : draw_size(&t->r, 1, 4);
    t->s = make_samples(&t->r, rows, inputs_of(t->net), outputs_of(t->net));
    if (t->of->wants == NUMBERS)
        fill_normal(&t->r, rows * t->s.outputs, t->s.y);
    t->data = t->of->wants == LABELS ? with_labels(&t->s) : with_targets(&t->s);
    if (draw_coin(&t->r))
        t->data.weights = t->s.weights;
}

static trial set_up(const gn_activation *hidden, const gn_activation *last, const pairing *of,
                    uint64_t seed)
{
    trial t = { .of = of, .r = { seed } };
    plan_layers(&t, hidden, last);
    t.net = make_network(draw_size(&t.r, 1, 20), t.layers, t.n_layers, seed);
    t.n = gn_network_param_count(t.net);
    randomize(t.net, &t.r, 0.6);
    make_data(&t);
    t.ctx = make_context(t.net, (gn_context_options){
        .gradients = true, .threads = (int)draw_size(&t.r, 1, 3),
        .tile_rows = draw_coin(&t.r) ? 0 : draw_size(&t.r, 1, 70) });
    t.eye = make_context(t.net, (gn_context_options){ .tile_rows = t.s.rows });
    t.p = copy_reals(gn_network_params(t.net), t.n);
    t.d = reals(t.n);
    t.gradient = reals(t.n);
    (void)snprintf(t.name, sizeof t.name,
                   "%s then %s under %s (%d), %zu rows, %zu layers, seed %llu", hidden->name,
                   last->name, of->loss->name, (int)of->wants, t.s.rows, t.n_layers,
                   (unsigned long long)seed);
    return t;
}

static void tear_down(trial *t)
{
    gn_context_destroy(t->ctx);
    gn_context_destroy(t->eye);
    gn_network_destroy(t->net);
    free_samples(&t->s);
    free(t->p);
    free(t->d);
    free(t->gradient);
}

/* params = p + h d */
static void move_to(trial *t, double h)
{
    gn_real *params = gn_network_params(t->net);
    for (size_t i = 0; i < t->n; i++)
        params[i] = (gn_real)((double)t->p[i] + h * (double)t->d[i]);
}

static double loss_at(trial *t, double h, gn_real *gradient)
{
    double value = NAN;
    move_to(t, h);
    CHECK_OK(gn_gradient(t->ctx, &t->data, t->of->loss, &value, gradient));
    return value;
}

/* A random direction that leaves frozen layers where they are. */
static void draw_direction(trial *t)
{
    fill_normal(&t->r, t->n, t->d);
    for (size_t i = 0; i < t->n_layers; i++) {
        const gn_layer *layer = gn_network_layer(t->net, i);
        for (size_t j = 0; t->layers[i].frozen && j < layer->n_params; j++)
            t->d[layer->first_param + j] = 0;
    }
}

/* ---- which side of every kink the point p + h d lies on ---- */

static char side_of_loss(const gn_loss *loss, double difference)
{
    if (loss == &gn_absolute_error)
        return difference > 0;
    if (loss == &gn_huber)
        return (char)((difference > loss->alpha) - (difference < -loss->alpha));
    return 0;
}

static bool has_kink(const gn_activation *f)
{
    return f == &gn_relu || f == &gn_leaky_relu || f == &gn_elu;
}

static size_t hidden_sides(trial *t, size_t layer, char *sides)
{
    size_t rows = 0, stride = 0, cols = gn_size(gn_network_layer(t->net, layer)->out);
    const gn_real *y = gn_context_output(t->eye, layer, &rows, &stride);
    CHECK(y && rows == t->s.rows, "%s: layer %zu gave %zu rows", t->name, layer, rows);
    for (size_t i = 0; i < rows * cols; i++)
        sides[i] = y[i / cols * stride + i % cols] > 0;
    return rows * cols;
}

static char *sides_at(trial *t, double h, size_t *n)
{
    size_t n_out = t->s.rows * t->s.outputs;
    char *sides = allocate(t->s.rows * (24 * MOST_LAYERS + 2 * t->s.outputs), 1);
    gn_real *out = reals(n_out);
    move_to(t, h);
    CHECK_OK(gn_predict(t->eye, &t->data.x, out, 0));
    *n = 0;
    for (size_t i = 0; i + 1 < t->n_layers; i++)
        if (t->layers[i].type != &gn_dropout && has_kink(t->layers[i].activation))
            *n += hidden_sides(t, i, sides + *n);
    for (size_t i = 0; i < n_out; i++) {
        sides[(*n)++] = has_kink(t->layers[t->n_layers - 1].activation) && out[i] > 0;
        sides[(*n)++] = side_of_loss(t->of->loss, (double)out[i] - (double)t->s.y[i]);
    }
    free(out);
    return sides;
}

static bool kink_within(trial *t, double h)
{
    size_t n = 0, m = 0;
    char *low = sides_at(t, -h, &n), *high = sides_at(t, h, &m);
    bool crossed = n != m || memcmp(low, high, n) != 0;
    free(low);
    free(high);
    return crossed;
}

/* ---- the checks ---- */

static void check_frozen_are_zero(trial *t)
{
    for (size_t i = 0; i < t->n_layers; i++) {
        const gn_layer *layer = gn_network_layer(t->net, i);
        for (size_t j = 0; t->layers[i].frozen && j < layer->n_params; j++)
            CHECK(t->gradient[layer->first_param + j] == 0, "%s: frozen layer %zu", t->name, i);
    }
}

/* Returns how many directions were compared. */
static int check_direction(trial *t)
{
    const double h = TOLERANCE(1e-6, 1e-3), tolerance = TOLERANCE(1e-7, 4e-2);
    for (int i = 0; i < 8; i++) {
        draw_direction(t);
        if (kink_within(t, h))
            continue;
        double slope = (loss_at(t, h, t->gradient) - loss_at(t, -h, t->gradient)) / (2 * h),
               dot = 0;
        for (size_t j = 0; j < t->n; j++)
            t->gradient[j] = (gn_real)NAN; /* to be overwritten */
        loss_at(t, 0, t->gradient);
        check_frozen_are_zero(t);
        for (size_t j = 0; j < t->n; j++)
            dot += (double)t->gradient[j] * (double)t->d[j];
        CHECK(close_to(dot, slope, tolerance), "%s: g.d %.12g, slope %.12g", t->name, dot, slope);
        return 1;
    }
    return 0;
}

/* The value beside the gradient is the loss that gn_evaluate finds. */
static void check_value(trial *t)
{
    gn_score score;
    double value = loss_at(t, 0, t->gradient);
    CHECK_OK(gn_evaluate(t->eye, &t->data, t->of->loss, &score));
    CHECK(close_to(score.loss, value, TOLERANCE(1e-13, 1e-5)), "%s: %.17g, evaluated %.17g",
          t->name, value, score.loss);
}

static void test_every_pairing(void **state)
{
    int compared = 0, trials = 0;
    (void)state;
    for (size_t h = 0; h < COUNT(activations); h++)
        for (size_t l = 0; l < COUNT(activations); l++)
            for (size_t i = 0; i < COUNT(pairings); i++)
                for (uint64_t seed = 1; seed <= (in_valgrind() ? 1 : 2); seed++) {
                    if (pairings[i].last && pairings[i].last != activations[l])
                        continue;
                    trial t = set_up(activations[h], activations[l], &pairings[i],
                                     seed + 10 * (i + 100 * (l + 100 * h)));
                    compared += check_direction(&t);
                    check_value(&t);
                    tear_down(&t);
                    trials++;
                }
    CHECK(compared * 10 >= trials * TOLERANCE(9, 3), "only %d of %d trials were free of kinks",
          compared, trials);
}

/* ---- losses alone, by hand ---- */

static void check_loss_slopes(const pairing *of, size_t rows, size_t cols, size_t stride,
                              uint64_t seed)
{
    rng r = { seed };
    samples s = make_samples(&r, rows, 1, cols);
    gn_tile tile = { .rows = rows, .y = of->wants == LABELS ? NULL : s.y,
                     .labels = of->wants == LABELS ? s.labels : NULL,
                     .weights = draw_coin(&r) ? s.weights : NULL };
    gn_real *z = reals(rows * stride), *dz = reals(rows * stride);
    fill_normal(&r, rows * stride, z);
    const gn_loss *loss = of->loss;
    const double scale = 0.37, h = TOLERANCE(1e-6, 1e-2);
    double value = loss->eval(loss, &tile, cols, stride, z, scale, dz);
    double alone = loss->eval(loss, &tile, cols, stride, z, scale, NULL);
    CHECK(close_to(value, alone, TOLERANCE(1e-14, 1e-6)), "%s: %.17g, without dz %.17g", loss->name,
          value, alone);
    for (size_t i = 0; i < rows * cols; i++) {
        gn_real *at = &z[i / cols * stride + i % cols], was = *at;
        double y = (double)s.y[i], d = (double)was - y;
        if (loss->alpha > 0 ? fabs(fabs(d) - loss->alpha) < 2 * h : fabs(d) < 2 * h)
            continue; /* Huber's elbow, the kink of the absolute error */
        *at = (gn_real)((double)was + h);
        double above = loss->eval(loss, &tile, cols, stride, z, scale, NULL), up = (double)*at;
        *at = (gn_real)((double)was - h);
        double below = loss->eval(loss, &tile, cols, stride, z, scale, NULL);
        double slope = scale * (above - below) / (up - (double)*at);
        double expected = (double)dz[i / cols * stride + i % cols];
        *at = was;
        CHECK(close_to(slope, expected, TOLERANCE(1e-7, 1e-2)), "%s: seed %d, %zu x %zu: %g, %g",
              loss->name, (int)seed, rows, cols, slope, expected);
    }
    free(z);
    free(dz);
    free_samples(&s);
}

static void test_losses_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pairings); i++)
        for (uint64_t seed = 0; seed < 12; seed++) {
            bool softmax = pairings[i].loss == &gn_softmax_cross_entropy;
            size_t cols = (softmax ? 2 : 1) + seed % 11;
            check_loss_slopes(&pairings[i], 1 + seed, cols, cols + seed % 3 * 7, seed);
        }
}

/* Logits of +-1000 must neither overflow nor lose what can be said about them. */
static void test_extreme_logits(void **state)
{
    static const struct {
        const gn_loss *loss;
        double z[2];
        int32_t label;
        size_t cols;
        double value, dz[2];
    } cases[] = {
        { &gn_softmax_cross_entropy, { 1000, -1000 }, 0, 2, 0, { 0, 0 } },
        { &gn_softmax_cross_entropy, { 1000, -1000 }, 1, 2, 2000, { 1, -1 } },
        { &gn_softmax_cross_entropy, { -1000, -1000 }, 1, 2, 0.69314718055994531, { 0.5, -0.5 } },
        { &gn_softmax_cross_entropy, { 1000, 1000 }, 0, 2, 0.69314718055994531, { -0.5, 0.5 } },
        { &gn_sigmoid_cross_entropy, { 1000, 0 }, 0, 1, 1000, { 1, 0 } },
        { &gn_sigmoid_cross_entropy, { 1000, 0 }, 1, 1, 0, { 0, 0 } },
        { &gn_sigmoid_cross_entropy, { -1000, 0 }, 0, 1, 0, { 0, 0 } },
        { &gn_sigmoid_cross_entropy, { -1000, 0 }, 1, 1, 1000, { -1, 0 } },
        { &gn_sigmoid_cross_entropy, { 1000, -1000 }, 0, 2, 0, { 0, 0 } },
        { &gn_sigmoid_cross_entropy, { 1000, -1000 }, 1, 2, 1000, { 0.5, -0.5 } }, /* a mean of 2 */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int dense = 0; dense < 2; dense++) {
            size_t cols = cases[i].cols;
            int32_t label = cases[i].label;
            gn_real z[2] = { (gn_real)cases[i].z[0], (gn_real)cases[i].z[1] }, dz[2] = { 0, 0 };
            gn_real y[2] = { label == (cols > 1 ? 0 : 1), label == 1 };
            gn_tile tile = { .rows = 1, .labels = dense ? NULL : &label, .y = dense ? y : NULL };
            double value = cases[i].loss->eval(cases[i].loss, &tile, cols, cols, z, 1, dz);
            CHECK(close_to(value, cases[i].value, TOLERANCE(1e-15, 1e-6)), "case %zu: %.17g", i,
                  value);
            for (size_t j = 0; j < cols; j++)
                CHECK(close_to((double)dz[j], cases[i].dz[j], TOLERANCE(1e-15, 1e-6)),
                      "case %zu: dz[%zu] = %g", i, j, (double)dz[j]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_pairing),
        cmocka_unit_test(test_losses_alone),
        cmocka_unit_test(test_extreme_logits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
