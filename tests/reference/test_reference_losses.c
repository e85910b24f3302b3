/* Losses against PyTorch: the sum of weight * loss and its gradient, by labels and by targets,
 * with extreme logits, through gn_loss.eval. */
#include "reference/losses.h"

/* Roundings allowed: of the loss of a row, or of 1; of dz, or of the largest that one output
 * of a cross-entropy may have. */
enum { ROUNDINGS = 8 };

/* One case at one width: a tile, and what is expected of it. */
typedef struct bench {
    const struct loss_case *of;
    gn_loss loss;
    gn_tile tile;
    size_t cols, stride;
    gn_real *z;               /* LOSS_ROWS x stride; gaps are NaN */
    const double *rows, *dz;  /* expected where weights and scale are 1 */
    double scale;
} bench;

static gn_real *spread(const double *from, size_t cols, size_t stride)
{
    gn_real *to = reals(LOSS_ROWS * stride);
    for (size_t i = 0; i < LOSS_ROWS * stride; i++)
        to[i] = i % stride < cols ? (gn_real)from[i / stride * cols + i % stride] : (gn_real)NAN;
    return to;
}

static bench set_up(const struct loss_case *c, size_t width, size_t stride, bool weighted)
{
    size_t first = 0, cols = loss_cols[width];
    for (size_t w = 0; w < width; w++)
        first += LOSS_ROWS * loss_cols[w];
    bench b = { .of = c, .loss = loss_of(c->base, c->alpha), .cols = cols, .stride = stride,
                .z = spread(loss_z + first, cols, stride), .rows = c->loss + width * LOSS_ROWS,
                .dz = c->dz + first, .scale = 0.3 };
    b.tile.rows = LOSS_ROWS;
    b.tile.y = c->y ? reals_of(c->y + first, LOSS_ROWS * cols) : NULL;
    b.tile.weights = weighted ? reals_of(loss_weights, LOSS_ROWS) : NULL;
    if (c->labels) {
        b.tile.labels = allocate(LOSS_ROWS, sizeof *b.tile.labels);
        memcpy(b.tile.labels, c->labels + width * LOSS_ROWS, LOSS_ROWS * sizeof *b.tile.labels);
    }
    return b;
}

static void tear_down(bench *b)
{
    free(b->z);
    free(b->tile.y);
    free(b->tile.weights);
    free(b->tile.labels);
}

static double weight(const bench *b, size_t row)
{
    return b->tile.weights ? loss_weights[row] : 1;
}

static void check_sum(const bench *b, double got, const char *how)
{
    double want = 0, size = 0;
    for (size_t r = 0; r < LOSS_ROWS; r++) {
        want += weight(b, r) * b->rows[r];
        size += weight(b, r) * fmax(1, b->rows[r]);
    }
    CHECK(is_near(got, want, ROUNDINGS * EPSILON * size),
          "%s, alpha %g, %s, %zu columns, stride %zu, %s: %.17g, not %.17g", b->loss.name,
          b->of->alpha, b->of->labels ? "labels" : "targets", b->cols, b->stride, how, got, want);
}

static void check_dz(const bench *b, const gn_real *dz)
{
    for (size_t i = 0; i < LOSS_ROWS * b->cols; i++) {
        double factor = b->scale * weight(b, i / b->cols), want = factor * b->dz[i];
        double got = (double)dz[i / b->cols * b->stride + i % b->cols];
        double size = fmax(fabs(want), factor / (double)b->cols);
        CHECK(is_near(got, want, ROUNDINGS * EPSILON * size),
              "%s, alpha %g, %s, %zu columns, stride %zu: dz_%zu is %.17g, not %.17g",
              b->loss.name, b->of->alpha, b->of->labels ? "labels" : "targets", b->cols,
              b->stride, i, got, want);
    }
}

static void check_case(const struct loss_case *c, size_t width, size_t stride, bool weighted)
{
    bench b = set_up(c, width, stride, weighted);
    gn_real *dz = reals(LOSS_ROWS * stride);
    for (size_t i = 0; i < LOSS_ROWS * stride; i++)
        dz[i] = (gn_real)NAN;
    check_sum(&b, b.loss.eval(&b.loss, &b.tile, b.cols, stride, b.z, b.scale, NULL), "alone");
    check_sum(&b, b.loss.eval(&b.loss, &b.tile, b.cols, stride, b.z, b.scale, dz), "with dz");
    check_dz(&b, dz);
    free(dz);
    tear_down(&b);
}

static void test_losses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(loss_cases); i++)
        for (size_t width = 0; width < LOSS_WIDTHS; width++) {
            size_t cols = loss_cols[width];
            const size_t strides[] = { cols, (cols + 15) / 16 * 16, cols + 5 };
            for (size_t s = 0; s < COUNT(strides); s++) {
                check_case(&loss_cases[i], width, strides[s], false);
                check_case(&loss_cases[i], width, strides[s], true);
            }
        }
}

static void test_what_they_take(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(loss_cases); i++) {
        const struct loss_case *c = &loss_cases[i];
        CHECK(c->labels ? c->base->takes_labels : c->base->takes_targets, "%s", c->base->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_what_they_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
