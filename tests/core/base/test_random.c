/* Random numbers: Philox's published vectors, uniformity, initial weights, orders of rows. */
#include "support.h"
#include "base/base.h"

static void test_known_answers(void **state)
{
    static const struct { uint64_t block, row; uint32_t key[2], out[4]; } vectors[] = {
        /* of Random123's kat_vectors: a counter's words are block and row, low words first */
        { 0, 0, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
        { UINT64_MAX, UINT64_MAX, { 0xffffffff, 0xffffffff },
          { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
        { 0x85a308d3243f6a88, 0x0370734413198a2e, { 0xa4093822, 0x299f31d0 },
          { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
    };
    const gni_kernels *tables[3];
    size_t n_tables = gni_kernels_here(tables);
    (void)state;
    for (size_t i = 0; i < COUNT(vectors) * n_tables; i++) {
        const uint64_t block = vectors[i / n_tables].block;
        gni_key key = { { vectors[i / n_tables].key[0], vectors[i / n_tables].key[1] } };
        uint32_t words[GNI_WORDS];
        tables[i % n_tables]->words(key, vectors[i / n_tables].row, block / 16 * 16, words);
        for (size_t j = 0; j < 4; j++)
            CHECK(words[block % 16 * 4 + j] == vectors[i / n_tables].out[j],
                  "vector %zu, %s: word %zu is %08x", i / n_tables, tables[i % n_tables]->name, j,
                  (unsigned)words[block % 16 * 4 + j]);
    }
}

/* ---- uniform numbers ---- */

/* Of the first of the vectors above: the top 24 bits of a word, or the top 53 of two. */
static void test_uniform_known_answers(void **state)
{
    const gni_kernels *tables[3];
    size_t n_tables = gni_kernels_here(tables);
    const gni_key key = { { 0, 0 } };
    (void)state;
    for (size_t i = 0; i < n_tables; i++) {
        gn_real u[2];
        tables[i]->uniform(key, 0, 2, u);
        double a = IS_DOUBLE ? (double)(0x6627e8d5e169c58d >> 11) * 0x1p-53
                             : (double)0x6627e8 * 0x1p-24;
        double b = IS_DOUBLE ? (double)(0xbc57ac4c9b00dbd8 >> 11) * 0x1p-53
                             : (double)0xe169c5 * 0x1p-24;
        CHECK((double)u[0] >= a && (double)u[0] <= a && (double)u[1] >= b && (double)u[1] <= b,
              "%s: %.17g and %.17g, not %.17g and %.17g", tables[i]->name, (double)u[0],
              (double)u[1], a, b);
    }
}

enum { N = 1 << 16, BINS = 64 };

/* Chi-squared of 63 degrees of freedom: 63 +- 11.2; 5 deviations. */
static double chi_squared(const gn_real *u, size_t n)
{
    double bins[BINS] = { 0 }, expected = (double)n / BINS, sum = 0;
    for (size_t i = 0; i < n; i++) {
        CHECK(u[i] >= 0 && u[i] < 1, "%.17g at %zu", (double)u[i], i);
        bins[(size_t)((double)u[i] * BINS)]++;
    }
    for (size_t i = 0; i < BINS; i++)
        sum += (bins[i] - expected) * (bins[i] - expected) / expected;
    return sum;
}

static double correlation(const gn_real *a, const gn_real *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += ((double)a[i] - 0.5) * ((double)b[i] - 0.5);
    return 12 * sum / (double)n;
}

static void test_uniform(void **state)
{
    gn_real *u = reals(N), *v = reals(N);
    const struct { const char *what; gn_draw draw; size_t layer, row; } others[] = {
        { "seed", { 2, 0, 0 }, 0, 0 }, { "high seed", { (uint64_t)1 << 40 | 1, 0, 0 }, 0, 0 },
        { "step", { 1, 1, 0 }, 0, 0 }, { "layer", { 1, 0, 0 }, 1, 0 }, { "row", { 1, 0, 0 }, 0, 1 },
        { "high step", { 1, (uint64_t)1 << 33, 0 }, 0, 0 },
          { "high row", { 1, 0, (uint64_t)1 << 33 }, 0, 0 },
    };
    const gn_draw draw = { 1, 0, 0 };
    (void)state;
    gn_draw_uniform(&draw, 0, 0, N, u);
    CHECK(fabs(chi_squared(u, N) - 63) < 56, "chi squared %g", chi_squared(u, N));
    CHECK(fabs(correlation(u, u + 1, N - 1)) < 5 / sqrt(N), "%g", correlation(u, u + 1, N - 1));
    for (size_t i = 0; i < COUNT(others); i++) {
        gn_draw_uniform(&others[i].draw, others[i].layer, others[i].row, N, v);
        CHECK(fabs(chi_squared(v, N) - 63) < 56, "%s: chi squared %g", others[i].what,
              chi_squared(v, N));
        CHECK(fabs(correlation(u, v, N)) < 5 / sqrt(N), "%s: %g", others[i].what,
              correlation(u, v, N));
    }
    free(u);
    free(v);
}

/* The same for the same arguments, however many are asked for; row counts on from first_row. */
static void test_function_not_state(void **state)
{
    gn_real all[64], some[64];
    const gn_draw draw = { 9, 8, 7 }, later = { 9, 8, 10 };
    (void)state;
    gn_draw_uniform(&draw, 2, 3, 64, all);
    for (size_t n = 0; n < 64; n++) {
        memset(some, 0x7f, sizeof some);
        gn_draw_uniform(&draw, 2, 3, n, some);
        CHECK(same_bits(all, some, n), "the first %zu", n);
        CHECK(((unsigned char *)&some[n])[0] == 0x7f, "one more than %zu written", n);
    }
    gn_draw_uniform(&later, 2, 0, 64, some);
    CHECK(same_bits(all, some, 64), "row %d from %d", 3, 7);
}

/* ---- initial weights ---- */

enum { IN = 300, OUT = 200, WEIGHTS = IN * OUT };

static void check_weights(const char *what, gn_layer_spec spec, double deviation, double most)
{
    spec.units = OUT;
    gn_network *net = make_network(IN, &spec, 1, 3);
    const gn_real *w = gn_network_weights(net, 0, NULL), *bias = gn_network_bias(net, 0, NULL);
    double sum = 0, squares = 0, largest = 0;
    for (size_t i = 0; i < WEIGHTS; i++) {
        sum += (double)w[i];
        squares += (double)w[i] * (double)w[i];
        largest = fmax(largest, fabs((double)w[i]));
    }
    for (size_t i = 0; i < OUT; i++)
        CHECK(bias[i] == 0, "%s: bias %zu is %g", what, i, (double)bias[i]);
    CHECK(fabs(sum / WEIGHTS) <= 5 * deviation / sqrt(WEIGHTS), "%s: mean %g", what, sum / WEIGHTS);
    CHECK(fabs(sqrt(squares / WEIGHTS) - deviation) <= 0.02 * deviation, "%s: deviation %g, not %g",
          what, sqrt(squares / WEIGHTS), deviation);
    if (most < 2) /* uniform: up to sqrt(3) deviations */
        CHECK(largest <= most * deviation * 1.000001 && largest >= 0.999 * most * deviation,
              "%s: largest %g deviations", what, largest / deviation);
    else /* normal, not truncated */
        CHECK(largest > 3.5 * deviation && largest < 7 * deviation, "%s: largest %g deviations",
              what, largest / deviation);
    gn_network_destroy(net);
}

static void test_initial_weights(void **state)
{
    const double glorot = sqrt(2.0 / (IN + OUT)), he = sqrt(2.0 / IN), lecun = sqrt(1.0 / IN);
    const double uniform = 1.7320508075688772, normal = 10;
    const struct { const gn_init *init; double deviation, most; } inits[] = {
        { &gn_glorot_uniform, glorot, uniform }, { &gn_glorot_normal, glorot, normal },
        { &gn_he_uniform, he, uniform },         { &gn_he_normal, he, normal },
        { &gn_lecun_uniform, lecun, uniform },   { &gn_lecun_normal, lecun, normal },
    };
    gn_activation doubled = gn_tanh;
    (void)state;
    doubled.gain = 2;
    for (size_t i = 0; i < COUNT(inits); i++) {
        check_weights(inits[i].init->name, (gn_layer_spec){ .init = inits[i].init },
                      inits[i].deviation, inits[i].most);
        check_weights("gain 2", (gn_layer_spec){ .init = inits[i].init, .activation = &doubled },
                      2 * inits[i].deviation, inits[i].most);
    }
    check_weights("identity", (gn_layer_spec){ 0 }, glorot, uniform);
    check_weights("tanh", (gn_layer_spec){ .activation = &gn_tanh }, glorot, uniform);
    check_weights("softmax", (gn_layer_spec){ .activation = &gn_softmax }, glorot, uniform);
    check_weights("relu", (gn_layer_spec){ .activation = &gn_relu }, he, uniform);
    gn_network *net = NETWORK(5, 1, { .units = 4, .init = &gn_zeros });
    for (size_t i = 0; i < 24; i++)
        CHECK(gn_network_params(net)[i] == 0, "%g", (double)gn_network_params(net)[i]);
    gn_network_destroy(net);
}

/* Layers of one network differ, and so do seeds. */
static void test_layers_differ(void **state)
{
    gn_network *net = NETWORK(20, 1, { .units = 20 }, { .units = 20 }),
               *other = NETWORK(20, 2, { .units = 20 });
    const gn_real *a = gn_network_weights(net, 0, NULL), *b = gn_network_weights(net, 1, NULL),
                  *c = gn_network_weights(other, 0, NULL);
    (void)state;
    for (size_t i = 0; i < 400; i++)
        CHECK(a[i] != b[i] && a[i] != c[i], "weight %zu", i);
    gn_network_destroy(net);
    gn_network_destroy(other);
}

/* ---- orders ---- */

static void test_shuffle(void **state)
{
    static const size_t sizes[] = { 1, 2, 3, 10, 1000, 4099 };
    (void)state;
    for (size_t i = 0; i < COUNT(sizes) * 3; i++) {
        size_t n = sizes[i / 3], *order = allocate(n, sizeof *order);
        char *seen = allocate(n, 1);
        for (size_t j = 0; j < n; j++)
            order[j] = j;
        gni_shuffle(i, GNI_ORDER, i % 3, n, order);
        for (size_t j = 0; j < n; j++) {
            CHECK(order[j] < n && !seen[order[j]], "%zu twice of %zu", order[j], n);
            seen[order[j]] = 1;
        }
        free(order);
        free(seen);
    }
}

/* Each of the 24 orders of four comes as often as the others. */
static void test_shuffle_is_fair(void **state)
{
    enum { TIMES = 24000 };
    double counts[256] = { 0 }, sum = 0;
    (void)state;
    for (uint64_t epoch = 0; epoch < TIMES; epoch++) {
        size_t order[4] = { 0, 1, 2, 3 };
        gni_shuffle(7, GNI_ORDER, epoch, 4, order);
        counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    for (size_t i = 0; i < 256; i++)
        sum += counts[i] > 0 ? (counts[i] - 1000) * (counts[i] - 1000) / 1000 : 0;
    CHECK(fabs(sum - 23) < 34, "chi squared %g of 23 degrees", sum); /* 23 +- 6.8 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers), cmocka_unit_test(test_uniform_known_answers),
        cmocka_unit_test(test_uniform),
        cmocka_unit_test(test_function_not_state), cmocka_unit_test(test_initial_weights),
        cmocka_unit_test(test_layers_differ), cmocka_unit_test(test_shuffle),
        cmocka_unit_test(test_shuffle_is_fair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
