/* What must hold for any network and any data: the order of rows, halves of a batch, strides,
 * types, threads, callers and the way in which the data come in decide nothing. */
#include <pthread.h>
#include "support.h"

enum { MOST_ROWS = 600 };

/* ---- networks and settings to run everything on ---- */

typedef struct design {
    const char *name;
    size_t inputs, n_layers;
    gn_layer_spec layers[6];
} design;

#define HIDDEN(n, f) { .units = (n), .activation = &gn_##f }
#define DROPOUT(share) { .type = &gn_dropout, .param = { (share) } }

static const design designs[] = {
    { "thin", 20, 3, { HIDDEN(16, relu), HIDDEN(16, relu), HIDDEN(3, softmax) } },
    { "thin with dropout", 20, 5, { HIDDEN(16, tanh), DROPOUT(0.3), HIDDEN(16, gelu), DROPOUT(0.5),
                                    HIDDEN(3, softmax) } },
    { "odd", 7, 4, { HIDDEN(33, elu), { .type = &scale_layer }, HIDDEN(5, silu),
      HIDDEN(2, softmax) } },
    { "wide", 50, 3, { HIDDEN(300, relu), HIDDEN(200, relu), HIDDEN(10, softmax) } },
};

typedef struct bench {
    const design *of;
    uint64_t seed;
    gn_network *net;
    samples s;
} bench;

static bench set_up(size_t i, size_t rows, uint64_t seed)
{
    bench b = { .of = &designs[i], .seed = seed };
    rng r = { seed };
    b.net = make_network(b.of->inputs, b.of->layers, b.of->n_layers, seed);
    b.s = make_samples(&r, rows, inputs_of(b.net), outputs_of(b.net));
    return b;
}

static void tear_down(bench *b)
{
    gn_network_destroy(b->net);
    free_samples(&b->s);
}

static gn_real *outputs(const bench *b)
{
    return reals(b->s.rows * b->s.outputs);
}

static gn_real *gradient_of(bench *b, const gn_data *data, gn_context_options options,
                            double *value)
{
    gn_real *gradient = reals(gn_network_param_count(b->net));
    options.gradients = true;
    gn_context *ctx = make_context(b->net, options);
    CHECK_OK(gn_gradient(ctx, data, &gn_softmax_cross_entropy, value, gradient));
    gn_context_destroy(ctx);
    return gradient;
}

static void check_gradients(const bench *b, const char *what, const gn_real *g, double value,
                            const gn_real *h, double other)
{
    CHECK(close_to(value, other, TOLERANCE(1e-13, 1e-5)), "%s, seed %d: %s: losses %.17g, %.17g",
          b->of->name, (int)b->seed, what, value, other);
    double d = distance(g, h, gn_network_param_count(b->net));
    CHECK(d <= TOLERANCE(1e-13, 1e-5), "%s, seed %d: %s: gradients differ by %g", b->of->name,
          (int)b->seed, what, d);
}

/* ---- rows: permuted, halved, doubled ---- */

static void permute(rng *r, samples *s, samples *to)
{
    size_t order[MOST_ROWS];
    for (size_t i = 0; i < s->rows; i++) {
        size_t j = draw_size(r, 0, i);
        order[i] = order[j];
        order[j] = i;
    }
    for (size_t i = 0; i < s->rows; i++) {
        memcpy(to->x + i * s->inputs, s->x + order[i] * s->inputs, s->inputs * sizeof(gn_real));
        to->labels[i] = s->labels[order[i]];
        to->weights[i] = s->weights[order[i]];
    }
}

static void test_permuted_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(designs) * 5; i++) {
        rng r = { i };
        bench b = set_up(i % COUNT(designs), draw_size(&r, 1, 300), i);
        samples shuffled = make_samples(&r, b.s.rows, b.s.inputs, b.s.outputs);
        permute(&r, &b.s, &shuffled);
        gn_data data = with_labels(&b.s), other = with_labels(&shuffled);
        data.weights = b.s.weights;
        other.weights = shuffled.weights;
        double value, value2;
        gn_real *g = gradient_of(&b, &data, (gn_context_options){ 0 }, &value);
        gn_real *h = gradient_of(&b, &other, (gn_context_options){ .threads = 2 }, &value2);
        check_gradients(&b, "permuted rows", g, value, h, value2);
        free(g);
        free(h);
        free_samples(&shuffled);
        tear_down(&b);
    }
}

static gn_data part(const bench *b, size_t first, size_t rows)
{
    return (gn_data){ .x = matrix_of(b->s.x + first * b->s.inputs, rows, b->s.inputs),
                      .labels = b->s.labels + first, .weights = b->s.weights + first };
}

static void test_halves(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(designs) * 5; i++) {
        rng r = { i };
        size_t half = draw_size(&r, 1, 150), n;
        bench b = set_up(i % COUNT(designs), 2 * half, i);
        gn_data all = part(&b, 0, 2 * half), low = part(&b, 0, half), high = part(&b, half, half);
        double value, below, above;
        gn_real *g = gradient_of(&b, &all, (gn_context_options){ 0 }, &value);
        gn_real *h = gradient_of(&b, &low, (gn_context_options){ .tile_rows = 13 }, &below);
        gn_real *h2 = gradient_of(&b, &high, (gn_context_options){ .threads = 3 }, &above);
        n = gn_network_param_count(b.net);
        for (size_t j = 0; j < n; j++)
            h[j] = (h[j] + h2[j]) / 2;
        check_gradients(&b, "mean of the halves", g, value, h, (below + above) / 2);
        free(g);
        free(h);
        free(h2);
        tear_down(&b);
    }
}

/* A row of weight 2 counts as the row twice (n + 1 rows then, so the mean is another). */
static void test_weight_two(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(designs); i++) {
        bench b = set_up(i, 41, i);
        size_t n = 40, params = gn_network_param_count(b.net);
        memcpy(b.s.x + n * b.s.inputs, b.s.x, b.s.inputs * sizeof(gn_real));
        b.s.labels[n] = b.s.labels[0];
        for (size_t j = 0; j <= n; j++)
            b.s.weights[j] = 1;
        gn_data twice = part(&b, 0, n + 1), heavy = part(&b, 0, n);
        twice.weights = NULL;
        double value, value2;
        gn_real *g = gradient_of(&b, &twice, (gn_context_options){ 0 }, &value);
        b.s.weights[0] = 2;
        gn_real *h = gradient_of(&b, &heavy, (gn_context_options){ 0 }, &value2);
        for (size_t j = 0; j < params; j++)
            h[j] *= (gn_real)n / (gn_real)(n + 1);
        check_gradients(&b, "weight 2", g, value, h, value2 * (double)n / (double)(n + 1));
        free(g);
        free(h);
        tear_down(&b);
    }
}

/* ---- the form of x ---- */

static void test_strided_x(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(designs) * 3; i++) {
        rng r = { i };
        bench b = set_up(i % COUNT(designs), draw_size(&r, 1, 200), i);
        size_t cols = b.s.inputs, stride = cols + draw_size(&r, 1, 20);
        gn_real *x = reals(b.s.rows * stride), *y = outputs(&b), *y2 = outputs(&b);
        for (size_t j = 0; j < b.s.rows * stride; j++)
            x[j] = j % stride < cols ? b.s.x[j / stride * cols + j % stride] : (gn_real)NAN;
        gn_data packed = with_labels(&b.s), strided = packed;
        strided.x.data = x;
        strided.x.stride = stride;
        gn_context *ctx = make_context(b.net, (gn_context_options){ 0 });
        CHECK_OK(gn_predict(ctx, &packed.x, y, 0));
        CHECK_OK(gn_predict(ctx, &strided.x, y2, 0));
        CHECK(same_bits(y, y2, b.s.rows * b.s.outputs), "%s, seed %zu", b.of->name, i);
        double value, value2;
        gn_real *g = gradient_of(&b, &packed, (gn_context_options){ 0 }, &value);
        gn_real *h = gradient_of(&b, &strided, (gn_context_options){ 0 }, &value2);
        CHECK(value == value2 && same_bits(g, h, gn_network_param_count(b.net)), "%s, seed %zu",
              b.of->name, i);
        gn_context_destroy(ctx);
        free(x);
        free(y);
        free(y2);
        free(g);
        free(h);
        tear_down(&b);
    }
}

/* Dyadic scales convert exactly, so the bits agree; 1/255 (scale 0) within rounding. */
static void test_bytes(void **state)
{
    static const struct { double scale, offset; bool exact; } cases[] = {
        { 0, 0, false }, { 1 / 64.0, -2, true }, { 0.5, 3, true }, { 0.1, -12.7, false },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases) * COUNT(designs); i++) {
        size_t c = i / COUNT(designs);
        bench b = set_up(i % COUNT(designs), 77, i);
        rng r = { i };
        size_t n = b.s.rows * b.s.inputs, stride = b.s.inputs + i % 3;
        double scale = cases[c].scale != 0 ? cases[c].scale : 1 / 255.0;
        uint8_t *bytes = allocate(b.s.rows * stride, 1);
        for (size_t j = 0; j < n; j++) {
            uint8_t byte = (uint8_t)draw_bits(&r);
            bytes[j / b.s.inputs * stride + j % b.s.inputs] = byte;
            b.s.x[j] = (gn_real)(scale * byte + cases[c].offset);
        }
        gn_matrix x = matrix_of(b.s.x, b.s.rows, b.s.inputs), as_bytes = {
            .data = bytes, .rows = b.s.rows, .cols = b.s.inputs, .stride = stride,
            .type = GN_U8, .scale = cases[c].scale, .offset = cases[c].offset };
        gn_real *y = outputs(&b), *y2 = outputs(&b);
        gn_context *ctx = make_context(b.net, (gn_context_options){ 0 });
        CHECK_OK(gn_predict(ctx, &x, y, 0));
        CHECK_OK(gn_predict(ctx, &as_bytes, y2, 0));
        double d = distance(y, y2, b.s.rows * b.s.outputs);
        CHECK(cases[c].exact ? same_bits(y, y2, b.s.rows * b.s.outputs)
                             : d < TOLERANCE(1e-12, 1e-4),
              "%s, case %zu: %g", b.of->name, c, d);
        gn_context_destroy(ctx);
        free(bytes);
        free(y);
        free(y2);
        tear_down(&b);
    }
}

/* ---- prediction: one call, row by row, many callers, gaps ---- */

static void test_row_by_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(designs) * 2; i++) {
        bench b = set_up(i % COUNT(designs), 150, i);
        gn_context *ctx =
            make_context(b.net, (gn_context_options){ .threads = i < COUNT(designs) ? 1 : 3 });
        gn_matrix x = matrix_of(b.s.x, b.s.rows, b.s.inputs);
        gn_real *y = outputs(&b), *y2 = outputs(&b);
        CHECK_OK(gn_predict(ctx, &x, y, 0));
        for (size_t j = 0; j < b.s.rows; j++) {
            gn_matrix row = matrix_of(b.s.x + j * b.s.inputs, 1, b.s.inputs);
            CHECK_OK(gn_predict(ctx, &row, y2 + j * b.s.outputs, 0));
        }
        double d = distance(y, y2, b.s.rows * b.s.outputs);
        CHECK(d < TOLERANCE(1e-13, 1e-5), "%s, seed %zu: %g", b.of->name, i, d);
        gn_context_destroy(ctx);
        free(y);
        free(y2);
        tear_down(&b);
    }
}

static void test_gap_in_output(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(designs); i++) {
        bench b = set_up(i, 100, i);
        size_t stride = b.s.outputs + 1 + i * 9;
        gn_context *ctx = make_context(b.net, (gn_context_options){ .threads = (int)i + 1 });
        gn_matrix x = matrix_of(b.s.x, b.s.rows, b.s.inputs);
        gn_real *y = outputs(&b), *wide = reals(b.s.rows * stride);
        for (size_t j = 0; j < b.s.rows * stride; j++)
            wide[j] = -77;
        CHECK_OK(gn_predict(ctx, &x, y, 0));
        CHECK_OK(gn_predict(ctx, &x, wide, stride));
        for (size_t j = 0; j < b.s.rows * stride; j++) {
            size_t row = j / stride, col = j % stride;
            gn_real expected = col < b.s.outputs ? y[row * b.s.outputs + col] : -77;
            CHECK(wide[j] == expected, "%s: row %zu, col %zu: %g", b.of->name, row, col,
                  (double)wide[j]);
        }
        gn_context_destroy(ctx);
        free(y);
        free(wide);
        tear_down(&b);
    }
}

typedef struct caller {
    const bench *b;
    gn_context *ctx;
    gn_real *y;
    gn_status status;
} caller;

static void *call_predict(void *argument)
{
    caller *c = argument;
    gn_matrix x = matrix_of(c->b->s.x, c->b->s.rows, c->b->s.inputs);
    for (int i = 0; i < 20 && c->status == GN_OK; i++)
        c->status = gn_predict(c->ctx, &x, c->y, 0);
    return NULL;
}

static void test_concurrent_callers(void **state)
{
    enum { CALLERS = 4 };
    (void)state;
    for (size_t i = 0; i < COUNT(designs) - 1; i++) {
        bench b = set_up(i, 200, i);
        caller callers[CALLERS + 1];
        pthread_t threads[CALLERS];
        for (size_t j = 0; j <= CALLERS; j++)
            callers[j] = (caller) { &b, make_context(b.net, (gn_context_options){ 0 }),
                                    outputs(&b), GN_OK };
        call_predict(&callers[CALLERS]);
        for (size_t j = 0; j < CALLERS; j++)
            CHECK(pthread_create(&threads[j], NULL, call_predict, &callers[j]) == 0, "%zu", j);
        for (size_t j = 0; j < CALLERS; j++)
            pthread_join(threads[j], NULL);
        for (size_t j = 0; j <= CALLERS; j++) {
            CHECK(callers[j].status == GN_OK, "caller %zu", j);
            CHECK(same_bits(callers[j].y, callers[CALLERS].y, b.s.rows * b.s.outputs), "caller %zu",
                  j);
            gn_context_destroy(callers[j].ctx);
            free(callers[j].y);
        }
        tear_down(&b);
    }
}

static void test_copy(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(designs); i++) {
        bench b = set_up(i, 30, i);
        rng r = { i };
        randomize(b.net, &r, 0.5);
        gn_network *copy = NULL;
        CHECK_OK(gn_network_copy(&copy, b.net));
        size_t n = gn_network_param_count(b.net);
        CHECK(gn_network_param_count(copy) == n && outputs_of(copy) == b.s.outputs, "%s",
              b.of->name);
        CHECK(gn_network_layer_count(copy) == b.of->n_layers, "%s", b.of->name);
        CHECK(gn_network_params(copy) != gn_network_params(b.net), "%s", b.of->name);
        for (size_t j = 0; j < b.of->n_layers; j++) {
            const gn_layer *layer = gn_network_layer(copy, j);
            CHECK(layer->spec.activation == &layer->activation, "%s, layer %zu", b.of->name, j);
        }
        CHECK(same_bits(gn_network_params(copy), gn_network_params(b.net), n), "%s", b.of->name);
        gn_matrix x = matrix_of(b.s.x, b.s.rows, b.s.inputs);
        gn_real *y = outputs(&b), *y2 = outputs(&b);
        gn_context *ctx = make_context(b.net, (gn_context_options){ 0 });
        CHECK_OK(gn_predict(ctx, &x, y, 0));
        gn_context_destroy(ctx);
        gn_network_destroy(b.net); /* the copy lives on its own */
        b.net = copy;
        ctx = make_context(copy, (gn_context_options){ 0 });
        CHECK_OK(gn_predict(ctx, &x, y2, 0));
        CHECK(same_bits(y, y2, b.s.rows * b.s.outputs), "%s", b.of->name);
        gn_context_destroy(ctx);
        free(y);
        free(y2);
        tear_down(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_permuted_rows),
        cmocka_unit_test(test_halves),
        cmocka_unit_test(test_weight_two),
        cmocka_unit_test(test_strided_x),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_row_by_row),
        cmocka_unit_test(test_gap_in_output),
        cmocka_unit_test(test_concurrent_callers),
        cmocka_unit_test(test_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
