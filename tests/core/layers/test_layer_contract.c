/* What any layer type must keep to, ours and a user's: one table, one line per type. Each
 * type is planned by a network of one layer and then run by hand, with guards around every
 * array, packed and strided. */
#include "support_rich.h"

typedef struct contract {
    const char *what;
    gn_layer_spec spec;
    size_t inputs;
} contract;

#define DENSE(f)                                                                            \
    { "dense " #f, { .units = 7, .activation = &gn_##f }, 5 },                              \
    { "dense without bias " #f, { .units = 4, .activation = &gn_##f, .no_bias = true }, 9 }

static const contract contracts[] = {
    DENSE(identity), DENSE(sigmoid), DENSE(tanh), DENSE(relu), DENSE(leaky_relu), DENSE(elu),
    DENSE(gelu), DENSE(silu), DENSE(softplus), DENSE(softmax),
    { "dense of one unit", { .units = 1, .activation = &gn_tanh }, 1 },
    { "dense wide", { .units = 70, .activation = &gn_relu }, 33 },
    { "dropout", { .type = &gn_dropout, .param = { 0.4 } }, 11 },
    { "dropout of nothing", { .type = &gn_dropout }, 6 },
    { "scale of the user", { .type = &scale_layer }, 6 },
    { "everything of the user", { .type = &rich_layer, .from = GN_FROM_INPUT,
                                  .param = RICH_PARAMS }, 5 },
};

/* ---- arrays with guards: anything written outside is found ---- */

enum { GUARD = 16 };

typedef struct guarded { gn_real *memory, *at; size_t n; } guarded;

static const gn_real guard_value = (gn_real)-12345.5;

static guarded guard(size_t n)
{
    guarded g = { reals(n + 2 * GUARD), NULL, n };
    g.at = g.memory + GUARD;
    for (size_t i = 0; i < n + 2 * GUARD; i++)
        g.memory[i] = guard_value;
    return g;
}

static void check_guard(const char *what, const char *array, const guarded *g)
{
    for (size_t i = 0; i < GUARD; i++)
        CHECK(g->memory[i] == guard_value && g->at[g->n + i] == guard_value,
              "%s wrote outside %s", what, array);
}

/* ---- a layer with all that a pass needs ---- */

typedef struct bench {
    const contract *of;
    gn_network *net;
    const gn_layer *layer;
    size_t rows, in, from_n, out, x_stride, from_stride, y_stride, dx_stride;
    guarded x, from, params, y, cache, work, tile_cache, tile_work, dy, dx, dfrom, dparams;
    gn_real *x_before, *from_before, *params_before,
        *gradient; /* gradient: dL/dy, rows x y_stride */
    gn_draw draw;
} bench;

/* Random rows; gaps are NaN, so that whoever reads them is
 * found out. The same numbers whatever the stride. */
static void fill_rows(rng *r, gn_real *out, size_t rows, size_t cols, size_t stride)
{
    for (size_t i = 0; i < rows * stride; i++)
        out[i] = (gn_real)NAN;
    for (size_t i = 0; i < rows * cols; i++)
        out[i / cols * stride + i % cols] = (gn_real)draw_normal(r);
}

static bench set_up(const contract *of, size_t rows, size_t gap, uint64_t seed)
{
    rng r = { seed };
    bench b = { .of = of, .rows = rows, .draw = { seed, 3, 10 } };
    b.net = make_network(of->inputs, &of->spec, 1, seed);
    b.layer = gn_network_layer(b.net, 0);
    b.in = gn_size(b.layer->in);
    b.out = gn_size(b.layer->out);
    b.from_n = b.layer->spec.from ? gn_size(b.layer->from) : 0;
    b.x_stride = b.in + gap;
    b.from_stride = b.from_n + 2 * gap; /* none of the strides is another's */
    b.dx_stride = gn_row_stride(b.in) + 3 * gap;
    b.y_stride = gn_row_stride(b.out);
    b.x = guard(rows * b.x_stride);
    b.from = guard(rows * b.from_stride);
    b.dx = guard(rows * b.dx_stride);
    b.dfrom = guard(rows * (b.from_stride + gap));
    b.y = guard(rows * b.y_stride);
    b.dy = guard(rows * b.y_stride);
    b.cache = guard(rows * b.layer->cache_per_row);
    b.work = guard(rows * b.layer->work_per_row);
    b.tile_cache = guard(b.layer->cache_per_tile);
    b.tile_work = guard(b.layer->work_per_tile);
    b.params = guard(b.layer->n_params);
    b.dparams = guard(b.layer->n_params);
    fill_normal(&r, b.layer->n_params, b.params.at);
    fill_rows(&r, b.x.at, rows, b.in, b.x_stride);
    fill_rows(&r, b.from.at, rows, b.from_n, b.from_stride);
    b.gradient = reals(rows * b.y_stride);
    fill_rows(&r, b.gradient, rows, b.out, b.y_stride);
    b.x_before = copy_reals(b.x.at, b.x.n);
    b.from_before = copy_reals(b.from.at, b.from.n);
    b.params_before = copy_reals(b.params.at, b.params.n);
    return b;
}

static void tear_down(bench *b)
{
    guarded *all[] = { &b->x, &b->from, &b->params, &b->y, &b->cache, &b->work, &b->tile_cache,
                       &b->tile_work,
                       &b->dy, &b->dx, &b->dfrom, &b->dparams };
    static const char *const names[] = {
        "x", "from", "params", "y", "cache", "work", "tile_cache", "tile_work", "dy", "dx", "dfrom",
        "dparams"
    };
    for (size_t i = 0; i < COUNT(all); i++) {
        check_guard(b->of->what, names[i], all[i]);
        free(all[i]->memory);
    }
    free(b->x_before);
    free(b->from_before);
    free(b->params_before);
    free(b->gradient);
    gn_network_destroy(b->net);
}

static gn_pass pass_of(bench *b)
{
    return (gn_pass){
        .mode = GN_TRAINING, .rows = b->rows, .params = b->params.at, .x = b->x.at,
        .x_stride = b->x_stride,
        .from = b->from_n ? b->from.at : NULL, .from_stride = b->from_stride,
        .y = b->y.at, .y_stride = b->y_stride, .cache = b->cache.at, .work = b->work.at,
        .tile_cache = b->tile_cache.at, .tile_work = b->tile_work.at,
        .draw = &b->draw, .dy = b->dy.at, .dx = b->dx.at, .dx_stride = b->dx_stride,
        .dfrom = b->from_n ? b->dfrom.at : NULL, .dfrom_stride = b->rows ? b->dfrom.n / b->rows : 0,
        .dparams = b->dparams.at,
    };
}

static void run_forward(bench *b, const gn_pass *pass)
{
    b->layer->spec.type->forward(b->layer, pass);
}

#define DFROM_BEFORE ((gn_real)0.25) /* what another layer has given; a layer adds to it */

/* Gaps in dx may hold anything afterwards; they are NaN before. */
static void run_backward(bench *b, const gn_pass *pass)
{
    memcpy(b->dy.at, b->gradient, b->dy.n * sizeof(gn_real));
    for (size_t i = 0; i < b->dx.n; i++)
        b->dx.at[i] = (gn_real)NAN;
    for (size_t i = 0; i < b->dfrom.n; i++)
        b->dfrom.at[i] = DFROM_BEFORE;
    b->layer->spec.type->backward(b->layer, pass);
}

static gn_real *packed(const gn_real *from, size_t rows, size_t cols, size_t stride)
{
    gn_real *to = reals(rows * cols);
    for (size_t i = 0; i < rows * cols; i++)
        to[i] = from[i / cols * stride + i % cols];
    return to;
}

static void check_inputs_untouched(bench *b)
{
    CHECK(same_bits(b->x.at, b->x_before, b->x.n), "%s wrote into x", b->of->what);
    CHECK(same_bits(b->from.at, b->from_before, b->from.n), "%s wrote into from", b->of->what);
    CHECK(same_bits(b->params.at, b->params_before, b->params.n), "%s wrote params", b->of->what);
}

/* ---- the contract ---- */

typedef struct results { gn_real *y, *dx, *dfrom, *dparams; } results;

/* What backward has added. */
static gn_real *added(const bench *b)
{
    gn_real *dfrom = packed(b->dfrom.at, b->rows, b->from_n, b->dfrom.n / b->rows);
    for (size_t i = 0; i < b->rows * b->from_n; i++)
        dfrom[i] -= DFROM_BEFORE;
    return dfrom;
}

static results run(bench *b, bool raw)
{
    gn_pass pass = pass_of(b);
    pass.raw = raw;
    for (size_t i = 0; i < b->dparams.n; i++)
        b->dparams.at[i] = (gn_real)NAN; /* beta 0 overwrites */
    run_forward(b, &pass);
    check_inputs_untouched(b);
    results all = { packed(b->y.at, b->rows, b->out, b->y_stride), NULL, NULL, NULL };
    run_backward(b, &pass);
    check_inputs_untouched(b);
    all.dx = packed(b->dx.at, b->rows, b->in, b->dx_stride);
    all.dfrom = added(b);
    all.dparams = copy_reals(b->dparams.at, b->dparams.n);
    return all;
}

static void free_results(results *all)
{
    free(all->y);
    free(all->dx);
    free(all->dfrom);
    free(all->dparams);
}

/* The same numbers come out whatever the strides are, and none is NaN. */
static void check_strides(const contract *of, size_t rows, uint64_t seed, bool raw)
{
    bench b = set_up(of, rows, 0, seed);
    results tight = run(&b, raw);
    CHECK(!isnan(distance(tight.y, tight.y, rows * b.out)), "%s: y has NaN", of->what);
    for (size_t gap = 1; gap < 20; gap += 6) {
        bench wide = set_up(of, rows, gap, seed);
        results loose = run(&wide, raw);
        CHECK(same_bits(tight.y, loose.y, rows * b.out), "%s: y, gap %zu", of->what, gap);
        CHECK(distance(tight.dx, loose.dx, rows * b.in) < TOLERANCE(1e-13, 1e-5),
              "%s: dx, gap %zu", of->what, gap);
        CHECK(distance(tight.dfrom, loose.dfrom, rows * b.from_n) < TOLERANCE(1e-13, 1e-5),
              "%s: dfrom, gap %zu", of->what, gap);
        CHECK(distance(tight.dparams, loose.dparams, b.dparams.n) < TOLERANCE(1e-13, 1e-5),
              "%s: dparams, gap %zu", of->what, gap);
        free_results(&loose);
        tear_down(&wide);
    }
    free_results(&tight);
    tear_down(&b);
}

/* beta adds; a gradient that nobody wants changes nothing else. */
static void check_beta_and_absence(const contract *of, size_t rows, uint64_t seed)
{
    bench b = set_up(of, rows, 3, seed);
    results fresh = run(&b, false);
    gn_pass pass = pass_of(&b);
    size_t n = b.dparams.n;
    for (int half = 0; half < 2; half++) {
        pass.beta = half ? (gn_real)0.5 : 1;
        for (size_t i = 0; i < n; i++)
            b.dparams.at[i] = (gn_real)i;
        run_forward(&b, &pass);
        run_backward(&b, &pass);
        for (size_t i = 0; i < n; i++)
            CHECK(close_to((double)b.dparams.at[i],
                           (double)(pass.beta * (gn_real)i + fresh.dparams[i]),
                           TOLERANCE(1e-12, 1e-4)),
                  "%s: parameter %zu, beta %g", of->what, i, (double)pass.beta);
    }
    pass.beta = 0;
    pass.dx = pass.dfrom = NULL;
    run_forward(&b, &pass);
    run_backward(&b, &pass);
    CHECK(same_bits(b.dparams.at, fresh.dparams, n), "%s: dparams without dx", of->what);
    pass.dx = b.dx.at;
    pass.dfrom = b.from_n ? b.dfrom.at : NULL;
    pass.dparams = NULL;
    run_forward(&b, &pass);
    run_backward(&b, &pass);
    gn_real *dx = packed(b.dx.at, rows, b.in, b.dx_stride);
    CHECK(same_bits(dx, fresh.dx, rows * b.in), "%s: dx without dparams", of->what);
    free(dx);
    free_results(&fresh);
    tear_down(&b);
}

/* Prediction (no cache, no draw) gives what a forward pass for training gives. */
static void check_prediction(const contract *of, size_t rows, uint64_t seed)
{
    if (of->spec.type && of->spec.type->only_in_training)
        return;
    bench b = set_up(of, rows, 2, seed);
    results trained = run(&b, false);
    gn_pass pass = pass_of(&b);
    pass.mode = GN_PREDICTING;
    pass.cache = pass.tile_cache = NULL;
    pass.draw = NULL;
    run_forward(&b, &pass);
    gn_real *y = packed(b.y.at, rows, b.out, b.y_stride);
    CHECK(distance(y, trained.y, rows * b.out) < TOLERANCE(1e-14, 1e-6), "%s", of->what);
    free(y);
    free_results(&trained);
    tear_down(&b);
}

/* ---- central differences ---- */

/* L = sum of gradient * y, in double. */
static double weighted_sum(bench *b, const gn_pass *pass, gn_real *y)
{
    run_forward(b, pass);
    double sum = 0;
    for (size_t i = 0; i < b->rows * b->out; i++) {
        size_t at = i / b->out * b->y_stride + i % b->out;
        y[i] = b->y.at[at];
        sum += (double)b->gradient[at] * (double)y[i];
    }
    return sum;
}

static bool crosses_a_kink(const gn_real *low, const gn_real *high, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((low[i] > 0) != (high[i] > 0))
            return true;
    return false;
}

/* Moves *at both ways; compares the slope unless an output changed its sign meanwhile. */
static bool slope_agrees(bench *b, const gn_pass *pass, gn_real *at, double expected)
{
    const double h = TOLERANCE(1e-6, 4e-3), tolerance = TOLERANCE(1e-7, 2e-3);
    gn_real *low = reals(b->rows * b->out), *high = reals(b->rows * b->out), before = *at;
    gn_real up = (gn_real)((double)before + h), down = (gn_real)((double)before - h);
    *at = up;
    double above = weighted_sum(b, pass, high);
    *at = down;
    double below = weighted_sum(b, pass, low);
    *at = before;
    bool kink = crosses_a_kink(low, high, b->rows * b->out);
    double slope = (above - below) / ((double)up - (double)down);
    if (!kink)
        CHECK(close_to(slope, expected, tolerance), "%s: slope %.10g, backward says %.10g",
              b->of->what, slope, expected);
    free(low);
    free(high);
    return !kink;
}

static void check_differences(const contract *of, size_t rows, uint64_t seed, bool raw)
{
    bench b = set_up(of, rows, 2, seed);
    results all = run(&b, raw);
    gn_pass pass = pass_of(&b);
    pass.raw = raw;
    size_t compared = 0, total = rows * (b.in + b.from_n);
    for (size_t k = 0; k < b.layer->n_tensors; k++) {
        const gn_tensor *t = &b.layer->tensors[k];
        total += t->momentum > 0 ? 0 : t->n; /* a statistic has no slope */
        for (size_t i = t->first; !(t->momentum > 0) && i < t->first + t->n; i++)
            compared += slope_agrees(&b, &pass, &b.params.at[i], (double)all.dparams[i]);
    }
    for (size_t i = 0; i < rows * b.from_n; i++)
        compared += slope_agrees(&b, &pass, &b.from.at[i / b.from_n * b.from_stride + i % b.from_n],
                                 (double)all.dfrom[i]);
    for (size_t i = 0; i < rows * b.in; i++)
        compared += slope_agrees(&b, &pass, &b.x.at[i / b.in * b.x_stride + i % b.in],
                                 (double)all.dx[i]);
    CHECK(compared * 3 >= total, "%s: only %zu of %zu slopes compared", of->what, compared, total);
    free_results(&all);
    tear_down(&b);
}

static void test_contract(void **state)
{
    static const size_t rows[] = { 1, 2, 5, 19 };
    (void)state;
    for (size_t i = 0; i < COUNT(contracts); i++)
        for (size_t j = 0; j < COUNT(rows); j += one_in(1, 3)) {
            uint64_t seed = 100 * i + j;
            check_strides(&contracts[i], rows[j], seed, false);
            check_strides(&contracts[i], rows[j], seed, true);
            check_beta_and_absence(&contracts[i], rows[j], seed);
            check_prediction(&contracts[i], rows[j], seed);
        }
}

static void test_central_differences(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(contracts); i++)
        for (size_t rows = 1; rows <= 3; rows += one_in(1, 3)) {
            check_differences(&contracts[i], rows, 7 * i + rows, false);
            check_differences(&contracts[i], rows, 9 * i + rows, true);
        }
}

/* ---- plan refuses what it must ---- */

static void test_refusals(void **state)
{
    static const struct { gn_layer_spec spec; gn_status status; const char *says; } bad[] = {
        { { .type = &gn_dropout, .units = 4, .param = { 0.5 } }, GN_ERR_SHAPE, "4" },
        { { .type = &gn_dropout, .param = { 1 } }, GN_ERR_ARGUMENT, "1" },
        { { .type = &gn_dropout, .param = { -0.25 } }, GN_ERR_ARGUMENT, "-0.25" },
        { { .type = &gn_dropout, .param = { (double)NAN } }, GN_ERR_ARGUMENT, "nan" },
        { { .type = &scale_layer, .units = 4 }, GN_ERR_SHAPE, "4 units after 5" },
        { { .units = SIZE_MAX / 2 }, GN_ERR_SHAPE, "9223372036854775807" },
        { { .units = (size_t)1 << 31 }, GN_ERR_SHAPE, "2147483648" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        gn_network *net = (gn_network *)&net;
        CHECK_STATUS(gn_network_create(&net, gn_vector(5), &bad[i].spec, 1, 1), bad[i].status);
        CHECK(!net, "case %zu", i);
        CHECK(strstr(gn_error_message(), bad[i].says), "case %zu: \"%s\" lacks \"%s\"", i,
              gn_error_message(), bad[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contract),
        cmocka_unit_test(test_central_differences),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
