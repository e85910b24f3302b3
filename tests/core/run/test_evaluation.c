/* An evaluation of any number of rows in any number of tiles finds what one tile finds: each row
 * counts once, the last ones of a thread's share too. */
#include "support.h"

enum { ROWS = 700, INPUTS = 6, CLASSES = 3 };

static gn_score score_of(const gn_network *net, const gn_data *data, size_t tile_rows, int threads)
{
    gn_score score;
    gn_context *ctx = make_context(net, (gn_context_options){ .tile_rows = tile_rows,
                                                              .threads = threads });
    CHECK_OK(gn_evaluate(ctx, data, &gn_softmax_cross_entropy, &score));
    gn_context_destroy(ctx);
    return score;
}

static void check_tiles(const gn_network *net, gn_data data, size_t rows)
{
    data.x.rows = rows;
    gn_score whole = score_of(net, &data, rows, 1);
    for (size_t tile_rows = 1; tile_rows <= 9; tile_rows++) {
        gn_score cut = score_of(net, &data, tile_rows, tile_rows % 2 ? 1 : 3);
        CHECK(close_to(cut.loss, whole.loss, TOLERANCE(1e-13, 1e-6)) &&
                  close_to(cut.accuracy, whole.accuracy, 1e-15),
              "%zu rows in tiles of %zu: loss %.17g, accuracy %g, in one: %.17g, %g", rows,
              tile_rows,
              cut.loss, cut.accuracy, whole.loss, whole.accuracy);
    }
}

static void test_tiles(void **state)
{
    rng r = { 8 };
    samples s = make_samples(&r, ROWS, INPUTS, CLASSES);
    gn_network *net = NETWORK(INPUTS, 1, { .units = 5, .activation = &gn_tanh },
                              { .units = CLASSES, .activation = &gn_softmax });
    (void)state;
    for (size_t rows = 1; rows <= ROWS; rows += rows < 20 ? 1 : 61)
        check_tiles(net, with_labels(&s), rows);
    gn_network_destroy(net);
    free_samples(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_tiles) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
