/* What a user's own loss and layer get to see, in each kind of call: the loss always the inputs,
 * packed and in the network's units; the layer a cache exactly where backward follows. */
#include <stdatomic.h>
#include "support.h"

enum { ROWS = 37, INPUTS = 3, APART = 5 };

static gn_real x[ROWS * INPUTS], apart[ROWS * APART], y[ROWS];
static uint8_t bytes[ROWS * INPUTS];
static atomic_int seen, wrong;
static gn_real shift, scale; /* of the inputs */

/* y names the row, so that the loss can tell which inputs it should see. */
static double look(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                   const gn_real *z, double factor, gn_real *dz)
{
    (void)self; (void)cols; (void)z; (void)factor;
    for (size_t r = 0; r < tile->rows; r++) {
        const size_t row = (size_t)(tile->y[r] + (gn_real)0.5);
        for (size_t j = 0; j < INPUTS; j++) {
            gn_real expected = (x[row * INPUTS + j] - shift) / scale;
            if (!tile->x || !close_to((double)tile->x[r * INPUTS + j], (double)expected, 1e-6))
                wrong++;
        }
        seen++;
    }
    if (dz)
        memset(dz, 0, tile->rows * stride * sizeof *dz);
    return 0;
}

static const gn_loss looking = { .name = "looking", .takes_targets = true, .eval = look };

static gn_status reader(void *user, const size_t *rows, gn_tile *tile)
{
    (void)user;
    for (size_t i = 0; i < tile->rows; i++) {
        memcpy(tile->x + i * INPUTS, x + rows[i] * INPUTS, INPUTS * sizeof *x);
        tile->y[i] = (gn_real)rows[i];
    }
    return GN_OK;
}

static void fill_arrays(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (gn_real)i;
        for (size_t j = 0; j < INPUTS; j++) {
            bytes[i * INPUTS + j] = (uint8_t)(3 * i + j);
            x[i * INPUTS + j] = apart[i * APART + j] = bytes[i * INPUTS + j];
        }
    }
}

/* All kinds of data. */
static const gn_data kinds[] = {
    { .x = { x, ROWS, INPUTS, 0, GN_REAL, 0, 0 }, .y = { y, ROWS, 1, 0, GN_REAL, 0, 0 } },
    { .x = { apart, ROWS, INPUTS, APART, GN_REAL, 0, 0 }, .y = { y, ROWS, 1, 0, GN_REAL, 0, 0 } },
    { .x = { bytes, ROWS, INPUTS, 0, GN_U8, 1, 0 }, .y = { y, ROWS, 1, 0, GN_REAL, 0, 0 } },
    { .x = { .rows = ROWS }, .fill = reader },
};

static void check_seen(const char *call, size_t kind, int rows)
{
    CHECK(seen == rows && wrong == 0,
          "%s of data of kind %zu (scaled: %d): %d of %d rows, %d wrong", call,
          kind, scale > 1, seen, rows, wrong);
    seen = wrong = 0;
}

static void look_at(gn_network *net, size_t kind)
{
    const gn_data *data = &kinds[kind];
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true, .tile_rows = 8 });
    gn_real gradient[100];
    gn_score score;
    CHECK_OK(gn_evaluate(ctx, data, &looking, &score));
    check_seen("evaluation", kind, ROWS);
    CHECK_OK(gn_gradient(ctx, data, &looking, NULL, gradient));
    check_seen("gradient", kind, ROWS);
    gn_context_destroy(ctx);
    for (int keep = 0; keep < 2; keep++) {
        gn_trainer *t = make_trainer(net, (gn_train_options){
            .loss = &looking, .batch = 64, .epochs = 1, .keep_order = keep, .tile_rows = 8,
            .lanes = 2 });
        CHECK_OK(gn_trainer_step(t, data, NULL));
        check_seen("step", kind, ROWS);
        CHECK_OK(gn_trainer_fit(t, data, data));
        check_seen("fit", kind, 2 * ROWS);
        gn_trainer_destroy(t);
    }
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &looking, .epochs = 1, .validation = 0.3 });
    CHECK_OK(gn_trainer_fit(t, data, NULL));
    check_seen("fit with a share to validate", kind, ROWS);
    gn_trainer_destroy(t);
}

static void test_loss_sees_inputs(void **state)
{
    gn_network *net = NETWORK(INPUTS, 1, { .units = 4, .activation = &gn_silu }, { .units = 1 });
    const gn_real shifts[] = { 5, 5, 5 }, scales[] = { 2, 2, 2 };
    const gn_scaling scaling = { .input_shift = shifts, .input_scale = scales };
    (void)state;
    fill_arrays();
    for (int scaled = 0; scaled < 2; scaled++) {
        shift = scaled ? 5 : 0;
        scale = scaled ? 2 : 1;
        CHECK_OK(gn_network_set_scaling(net, scaled ? &scaling : NULL));
        for (size_t kind = 0; kind < COUNT(kinds); kind++)
            look_at(net, kind);
    }
    gn_network_destroy(net);
}

/* ---- cache ---- */

static atomic_int with_cache, without_cache, back_without;

static gn_status own_plan(gn_layer *self)
{
    self->cache_per_row = 1;
    return GN_OK;
}

static void own_forward(const gn_layer *self, const gn_pass *p)
{
    for (size_t r = 0; r < p->rows; r++) {
        memcpy(p->y + r * p->y_stride, p->x + r * p->x_stride, gn_size(self->in) * sizeof *p->y);
        if (p->cache)
            p->cache[r] = (gn_real)1;
    }
    *(p->cache ? &with_cache : &without_cache) += 1;
}

static void own_backward(const gn_layer *self, const gn_pass *p)
{
    back_without += !p->cache;
    for (size_t r = 0; p->dx && r < p->rows; r++)
        memcpy(p->dx + r * p->x_stride, p->dy + r * p->y_stride, gn_size(self->in) * sizeof *p->dx);
}

static const gn_layer_type own = { .name = "own", .plan = own_plan, .forward = own_forward,
                                   .backward = own_backward };

static void check_cache(const char *call, bool learns, bool validates)
{
    CHECK((with_cache > 0) == learns && (without_cache > 0) == validates && back_without == 0,
          "%s: %d times a cache, %d times none, %d times none on the way back", call, with_cache,
          without_cache, back_without);
    with_cache = without_cache = 0;
}

/* In a context that has gradients, too; and what keeps its input gives the same with a cache and
 * without. */
static void test_cache(void **state)
{
    gn_network *net = NETWORK(INPUTS, 1, { .units = 4, .activation = &gn_silu }, { .type = &own },
                              { .units = 1 });
    gn_context *plain = make_context(net, (gn_context_options){ 0 });
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true, .threads = 2 });
    gn_trainer *t = make_trainer(net, (gn_train_options){ .loss = &gn_squared_error, .epochs = 1 });
    gn_real a[ROWS], b[ROWS], gradient[100];
    gn_score score;
    (void)state;
    fill_arrays();
    CHECK_OK(gn_predict(plain, &kinds[0].x, a, 0));
    check_cache("predict without gradients", false, true);
    CHECK_OK(gn_gradient(ctx, &kinds[0], &gn_squared_error, NULL, gradient));
    check_cache("gradient", true, false);
    CHECK_OK(gn_predict(ctx, &kinds[0].x, b, 0));
    check_cache("predict", false, true);
    CHECK(same_bits(a, b, ROWS), "%g and %g", (double)a[0], (double)b[0]);
    CHECK_OK(gn_evaluate(ctx, &kinds[0], &gn_squared_error, &score));
    check_cache("evaluation", false, true);
    CHECK_OK(gn_trainer_step(t, &kinds[0], NULL));
    check_cache("step", true, false);
    CHECK_OK(gn_trainer_fit(t, &kinds[0], NULL));
    check_cache("fit", true, false);
    CHECK_OK(gn_trainer_fit(t, &kinds[0], &kinds[0]));
    check_cache("fit with validation", true, true);
    gn_trainer_destroy(t);
    gn_context_destroy(ctx);
    gn_context_destroy(plain);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loss_sees_inputs), cmocka_unit_test(test_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
