/* Whole networks against PyTorch's autograd: predictions, loss, accuracy and the gradient of
 * all parameters, in one tile and in several, in lanes, by one thread and by two. */
#include "reference/networks.h"

/* Sums over a few hundred products: roundings of the largest number of each array. */
enum { ROUNDINGS = 16 };

/* Those over rows are as long as a tile has rows, and a plain BLAS adds them up one by one. */
static double roundings_of_rows(size_t rows)
{
    return ROUNDINGS + sqrt((double)rows);
}

/* A batch several times over has the same mean loss and gradient, and is dealt to lanes. */
typedef struct way { gn_context_options options; size_t least_rows; } way;

static const way ways[] = {
    { { .gradients = true }, 1 },
    { { .gradients = true, .tile_rows = 1 }, 1 },
    { { .gradients = true, .tile_rows = 7, .threads = 2 }, 1 },
    { { .gradients = true, .threads = 2 }, 800 },
};

typedef struct bench {
    const struct network_case *of;
    gn_network *net;
    gn_context *ctx;
    gn_loss loss;
    gn_data data;
    size_t copies;
    gn_real *x, *y, *weights;
    int32_t *labels;
} bench;

static gn_real *repeated(const double *from, size_t n, size_t copies)
{
    gn_real *to = from ? reals(n * copies) : NULL;
    for (size_t i = 0; from && i < n * copies; i++)
        to[i] = (gn_real)from[i % n];
    return to;
}

static int32_t *repeated_labels(const int32_t *from, size_t n, size_t copies)
{
    int32_t *to = from ? allocate(n * copies, sizeof *to) : NULL;
    for (size_t i = 0; from && i < n * copies; i++)
        to[i] = from[i % n];
    return to;
}

static bench set_up(const struct network_case *c, const way *w)
{
    size_t copies = (w->least_rows - 1) / c->rows + 1, rows = c->rows * copies;
    bench b = { .of = c, .loss = loss_of(c->loss, c->loss_alpha), .copies = copies };
    b.net = reference_network(c->inputs, c->layers, c->n_layers, c->params);
    b.ctx = make_context(b.net, w->options);
    b.x = repeated(c->x, c->rows * c->inputs, copies);
    b.y = repeated(c->y, c->rows * outputs_of(b.net), copies);
    b.weights = repeated(c->weights, c->rows, copies);
    b.labels = repeated_labels(c->labels, c->rows, copies);
    b.data = (gn_data){ .x = matrix_of(b.x, rows, c->inputs), .labels = b.labels,
                        .weights = b.weights };
    if (b.y)
        b.data.y = matrix_of(b.y, rows, outputs_of(b.net));
    return b;
}

static void tear_down(bench *b)
{
    gn_context_destroy(b->ctx);
    gn_network_destroy(b->net);
    free(b->x);
    free(b->y);
    free(b->weights);
    free(b->labels);
}

static void check_predictions(bench *b)
{
    size_t n = b->of->rows * outputs_of(b->net);
    gn_real *out = reals(n * b->copies);
    CHECK_OK(gn_predict(b->ctx, &b->data.x, out, 0));
    for (size_t i = 0; i < b->copies; i++)
        check_array(b->of->what, "output", out + i * n, b->of->outputs, n, ROUNDINGS * EPSILON);
    free(out);
}

static void check_value(const bench *b, const char *who, double got)
{
    double want = b->of->value;
    CHECK(is_near(got, want, ROUNDINGS * EPSILON * want), "%s: %s says %.17g, not %.17g",
          b->of->what, who, got, want);
}

static void check_score(bench *b)
{
    gn_score score;
    CHECK_OK(gn_evaluate(b->ctx, &b->data, &b->loss, &score));
    check_value(b, "gn_evaluate", score.loss);
    if (b->of->labels)
        CHECK(fabs(score.accuracy - b->of->accuracy) < 1e-12, "%s: accuracy %g, not %g",
              b->of->what, score.accuracy, b->of->accuracy);
    else
        CHECK(isnan(score.accuracy), "%s: accuracy %g without labels", b->of->what, score.accuracy);
}

static void check_gradient(bench *b)
{
    size_t n = gn_network_param_count(b->net);
    gn_real *gradient = reals(n);
    double value = NAN;
    for (size_t i = 0; i < n; i++)
        gradient[i] = (gn_real)NAN;
    CHECK_OK(gn_gradient(b->ctx, &b->data, &b->loss, &value, gradient));
    check_value(b, "gn_gradient", value);
    check_array(b->of->what, "slope", gradient, b->of->gradient, n,
                roundings_of_rows(b->data.x.rows) * EPSILON);
    free(gradient);
}

static void each_network(void (*check)(bench *b))
{
    for (size_t i = 0; i < COUNT(networks); i++)
        for (size_t j = 0; j < COUNT(ways); j++) {
            bench b = set_up(&networks[i], &ways[j]);
            check(&b);
            tear_down(&b);
        }
}

static void test_predictions(void **state)
{
    (void)state;
    each_network(check_predictions);
}

static void test_scores(void **state)
{
    (void)state;
    each_network(check_score);
}

static void test_gradients(void **state)
{
    (void)state;
    each_network(check_gradient);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_predictions),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_gradients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
