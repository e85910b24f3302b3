/* The same seed gives the same numbers from version to version: initial weights, orders of rows,
 * splits and masks are what golden_float.h and golden_double.h say, to the bit, by every table of
 * kernels; a short training ends near the weights that it ended at then. Those two are written by
 *     build/tests/test_golden-float print >tests/core/train/golden_float.h  (double: alike)
 * which is right only where a change of such numbers is meant, and then CHANGELOG.md says so. */
#include <errno.h>
#include <float.h>
#include <sys/wait.h>
#include <unistd.h>
#include "support.h"
#include "base/base.h"

/* Something that must not change: bits of many numbers, or a number within a tolerance. */
typedef struct fact {
    const char *name;
    uint64_t bits;
    double number;
} fact;

static const fact golden[] = {
#ifdef GN_DOUBLE
#include "golden_double.h"
#else
#include "golden_float.h"
#endif
};

enum { MOST_FACTS = 100, MOST_NAME = 80 };

static struct {
    size_t n;
    fact of[MOST_FACTS];
    char names[MOST_FACTS][MOST_NAME];
    double tolerance[MOST_FACTS]; /* 0: it is bits */
} found;

static fact *next_fact(double tolerance, const char *of, const char *what)
{
    size_t i = found.n++;
    CHECK(i < MOST_FACTS, "more than %d facts", MOST_FACTS);
    found.tolerance[i] = tolerance;
    (void)snprintf(found.names[i], MOST_NAME, "%s, %s", what, of);
    found.of[i] = (fact){ .name = found.names[i] };
    return &found.of[i];
}

static void find_bits(const char *of, const char *what, uint64_t bits)
{
    next_fact(0, of, what)->bits = bits;
}

static void find_number(double tolerance, const char *of, const char *what, double number)
{
    next_fact(tolerance, of, what)->number = number;
}

/* ---- many numbers as one ---- */

#define NOTHING UINT64_C(0xcbf29ce484222325)

/* FNV-1a (Fowler, Noll, Vo), byte after byte from the lowest on, whatever the machine's order. */
static uint64_t add_bits(uint64_t hash, uint64_t number)
{
    for (int i = 0; i < 8; i++, number >>= 8)
        hash = (hash ^ (number & 255)) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t bits_of(size_t n, const gn_real *x)
{
    uint64_t hash = NOTHING;
    for (size_t i = 0; i < n; i++) {
        uint64_t wide;
        uint32_t narrow;
        memcpy(&wide, x + i, IS_DOUBLE ? 8 : 0);
        memcpy(&narrow, x + i, 4);
        hash = add_bits(hash, IS_DOUBLE ? wide : narrow);
    }
    return hash;
}

/* Their sum, each times a number of its own in 1/2 .. 3/2: none may change, or change places. */
static double mixed(size_t n, const gn_real *x)
{
    rng r = { 1 };
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * draw_real(&r, 0.5, 1.5);
    return sum;
}

/* ---- initial weights ---- */

/* To the bit where numbers are computed in their own precision (x87 has another). Normal ones come
 * from libm's log, sin and cos, whose last bit is not ours. */
static void find_weights(const char *init, const char *what, bool normal, size_t n,
                         const gn_real *w)
{
    if (normal)
        find_number(TOLERANCE(1e-13, 1e-6), init, what, mixed(n, w));
    else
        find_bits(init, what, FLT_EVAL_METHOD == 2 ? 0 : bits_of(n, w));
}

/* Of the first layer (more weights than are drawn at once), of the second, which has a gain, and
 * of its biases; the seed has a high word. */
static void find_initialisation(const gn_init *init)
{
    const bool normal = strstr(init->name, "normal");
    gn_network *net = NETWORK(37, UINT64_C(0x123456789a), { .units = 23, .init = init },
                              { .units = 11, .init = init, .bias_init = init,
                                .activation = &gn_sigmoid }, { .units = 1 });
    size_t n;
    const gn_real *w = gn_network_weights(net, 0, &n);
    find_weights(init->name, "weights", normal, n, w);
    w = gn_network_weights(net, 1, &n);
    find_weights(init->name, "weights with a gain", normal, n, w);
    w = gn_network_bias(net, 1, &n);
    find_weights(init->name, "biases", normal, n, w);
    gn_network_destroy(net);
}

static void find_initialisations(void)
{
    static const gn_init *const inits[] = {
        &gn_glorot_uniform, &gn_glorot_normal, &gn_he_uniform, &gn_he_normal,
        &gn_lecun_uniform, &gn_lecun_normal, &gn_zeros,
    };
    for (size_t i = 0; i < COUNT(inits); i++)
        find_initialisation(inits[i]);
}

/* ---- orders and splits ---- */

static void find_shuffle(const char *of, uint64_t seed, gni_purpose purpose, uint64_t epoch,
                         size_t n)
{
    size_t order[1000];
    uint64_t hash = NOTHING;
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    gni_shuffle(seed, purpose, epoch, n, order);
    for (size_t i = 0; i < n; i++)
        hash = add_bits(hash, order[i]);
    find_bits(of, "shuffle", hash);
}

static void find_shuffles(void)
{
    find_shuffle("1000 rows", 1, GNI_ORDER, 0, 1000);
    find_shuffle("1000 rows, a later epoch", 1, GNI_ORDER, UINT64_C(1) << 40, 1000);
    find_shuffle("1000 rows, another seed", UINT64_C(1) << 40, GNI_ORDER, 0, 1000);
    find_shuffle("1000 rows, to split", 1, GNI_SPLIT, 0, 1000);
    find_shuffle("seven rows", 1, GNI_ORDER, 3, 7);
}

enum { ROWS = 90, INPUTS = 3 };

/* Which rows a fit takes, in its order, and which ones it validates with. */
typedef struct seen { uint64_t trained; unsigned char validated[ROWS]; } seen;

/* A loss that is told the number of each row as its target. */
static double look(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                   const gn_real *z, double scale, gn_real *dz)
{
    union { const void *in; seen *out; } user = { self->user };
    (void)cols, (void)z, (void)scale;
    for (size_t r = 0; r < tile->rows; r++) {
        if (dz)
            user.out->trained = add_bits(user.out->trained, (uint64_t)tile->y[r]);
        else
            user.out->validated[(size_t)tile->y[r]] = 1;
    }
    if (dz)
        memset(dz, 0, tile->rows * stride * sizeof *dz);
    return 0;
}

static void find_rows(const char *of, bool keep_order)
{
    seen s = { .trained = NOTHING };
    gn_loss loss = { .name = "look", .user = &s, .takes_targets = true, .eval = look };
    gn_network *net = NETWORK(INPUTS, 1, { .units = 1 });
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &loss, .batch = 16, .epochs = 2, .lanes = 1, .threads = 1, .seed = 77,
        .validation = 0.2, .keep_order = keep_order });
    gn_real x[ROWS * INPUTS] = { 0 }, y[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        y[i] = (gn_real)i;
    CHECK_OK(gn_trainer_fit(t, &(gn_data){ .x = matrix_of(x, ROWS, INPUTS),
                                           .y = matrix_of(y, ROWS, 1) }, NULL));
    uint64_t validated = NOTHING;
    for (size_t i = 0; i < ROWS; i++)
        validated = add_bits(validated, s.validated[i]);
    find_bits(of, "rows of two epochs", s.trained);
    find_bits(of, "rows that validate", validated);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
}

/* ---- masks ---- */

static void find_draw(const char *of, gn_draw draw, size_t layer, size_t row)
{
    gn_real u[150];
    gn_draw_uniform(&draw, layer, row, COUNT(u), u);
    find_bits(of, "uniform numbers", bits_of(COUNT(u), u));
}

static void find_draws(void)
{
    const uint64_t high = UINT64_C(1) << 40;
    find_draw("seed 1", (gn_draw){ 1, 0, 0 }, 0, 0);
    find_draw("a later seed", (gn_draw){ high, 0, 0 }, 0, 0);
    find_draw("a later step", (gn_draw){ 1, high, 0 }, 0, 0);
    find_draw("a later row", (gn_draw){ 1, 0, high }, 0, 5);
    find_draw("a later layer", (gn_draw){ 1, 0, 0 }, 7, 0);
}

enum { MASKED = 24, WIDTH = 37 };

/* What two layers of dropout leave of ones in three steps. */
static void find_masks(void)
{
    gn_network *net = NETWORK(WIDTH, 1, { .type = &gn_dropout, .param = { 0.4 } },
                              { .type = &gn_dropout, .param = { 0.25 } }, { .units = 1 });
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_squared_error, .batch = MASKED, .tile_rows = MASKED, .lanes = 1, .threads = 1,
        .seed = 12 });
    gn_real x[MASKED * WIDTH], y[MASKED] = { 0 };
    for (size_t i = 0; i < COUNT(x); i++)
        x[i] = 1;
    uint64_t hash[2] = { NOTHING, NOTHING };
    for (size_t step = 0; step < 3; step++) {
        CHECK_OK(gn_trainer_step(t, &(gn_data){ .x = matrix_of(x, MASKED, WIDTH),
                                                .y = matrix_of(y, MASKED, 1) }, NULL));
        for (size_t layer = 0; layer < 2; layer++) {
            size_t rows, stride;
            const gn_real *out = gn_context_output(gn_trainer_context(t), layer, &rows, &stride);
            CHECK(out && rows == MASKED, "%zu rows", rows);
            for (size_t i = 0; i < COUNT(x); i++)
                hash[layer] = add_bits(hash[layer], out[i / WIDTH * stride + i % WIDTH] > 0);
        }
    }
    find_bits("first layer", "masks of three steps", hash[0]);
    find_bits("second layer", "masks of three steps", hash[1]);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
}

/* ---- trained weights ---- */

enum { SAMPLES = 200, WIDE = 8, CLASSES = 3 };

static void find_trained(const char *of, gn_network *net, gn_train_options options)
{
    rng r = { 5 }; /* whose numbers libm has no part in */
    gn_real *x = reals(SAMPLES * WIDE);
    int32_t labels[SAMPLES];
    for (size_t i = 0; i < SAMPLES * WIDE; i++)
        x[i] = (gn_real)draw_real(&r, -1, 1);
    for (size_t i = 0; i < SAMPLES; i++)
        labels[i] = x[i * WIDE] > x[i * WIDE + 1] ? 0 : x[i * WIDE] > x[i * WIDE + 2] ? 1 : 2;
    options.loss = &gn_softmax_cross_entropy;
    options.epochs = 3;
    options.seed = 99;
    gn_trainer *t = make_trainer(net, options);
    CHECK_OK(gn_trainer_fit(t, &(gn_data){ .x = matrix_of(x, SAMPLES, WIDE), .labels = labels },
                            NULL));
    size_t n = gn_network_param_count(net);
    const gn_real *w = gn_network_params(net);
    find_number(1e-4, of, "first weight", (double)w[0]);
    find_number(1e-4, of, "last bias", (double)w[n - 1]);
    find_number(1e-4, of, "all of them", mixed(n, w));
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free(x);
}

static void find_trainings(void)
{
    const gn_layer_spec out = { .units = CLASSES, .activation = &gn_softmax };
    find_trained("momentum", NETWORK(WIDE, 4, { .units = 12, .activation = &gn_tanh },
                                     { .type = &gn_dropout, .param = { 0.2 } }, out),
                 (gn_train_options){ .optimizer = gn_sgd(0.9, true), .batch = 20, .threads = 2,
                                     .schedule = gn_constant(0.05), .weight_decay = 0.1 });
    find_trained("Adam", NETWORK(WIDE, 4, { .units = 12, .activation = &gn_gelu }, out),
                 (gn_train_options){ .batch = 64, .lanes = 3, .validation = 0.1, .l2 = 1e-3,
                                     .max_gradient_norm = 1, .threads = 1 });
}

/* ---- all of them, by each table ---- */

static void find_exact(void)
{
    found.n = 0;
    find_initialisations();
    find_shuffles();
    find_rows("shuffled", false);
    find_rows("as they lie", true);
    find_draws();
    find_masks();
}

static void compare(const char *table, size_t i)
{
    const fact *f = &found.of[i], *g = &golden[i];
    const bool unknown = FLT_EVAL_METHOD == 2 && f->bits == 0;
    CHECK(!strcmp(f->name, g->name), "%s instead of %s", f->name, g->name);
    if (found.tolerance[i] > 0)
        CHECK(close_to(f->number, g->number, found.tolerance[i]), "%s: %s: %.17g, not %.17g", table,
              f->name, f->number, g->number);
    else
        CHECK(f->bits == g->bits || unknown, "%s: %s: other bits than ever before", table, f->name);
}

static void test_by_each_table(void **state)
{
    const gni_kernels *tables[3], *used = gni_kernels_used;
    size_t n_tables = gni_kernels_here(tables);
    (void)state;
    for (size_t k = 0; k < n_tables; k++) {
        gni_kernels_used = tables[k];
        find_exact();
        find_trainings();
        CHECK(found.n == COUNT(golden), "%zu facts, not %zu", found.n, COUNT(golden));
        for (size_t i = 0; i < found.n; i++)
            compare(tables[k]->name, i);
    }
    gni_kernels_used = used;
}

/* ---- by the table that GEMMNET_KERNELS names ---- */

static const char *self;

/* The table's name, and all exact facts in one. */
static void show(char *line, size_t room)
{
    uint64_t hash = NOTHING;
    find_exact();
    for (size_t i = 0; i < found.n; i++)
        hash = add_bits(hash, found.of[i].bits);
    (void)snprintf(line, room, "%s %016llx", gn_kernels(), (unsigned long long)hash);
}

/* What this program shows where GEMMNET_KERNELS is word (NULL: nowhere set); false: it cannot be
 * started (an emulator runs us that the kernel does not know). */
static bool child_shows(const char *word, char line[100])
{
    int ends[2], how = -1;
    CHECK(pipe(ends) == 0, "%s", "no pipe");
    pid_t child = fork();
    if (child == 0) {
        (void)(word ? setenv("GEMMNET_KERNELS", word, 1) : unsetenv("GEMMNET_KERNELS"));
        (void)dup2(ends[1], 1);
        (void)execl(self, self, "show", (char *)NULL);
        _exit(errno == ENOEXEC ? 99 : 98);
    }
    (void)close(ends[1]);
    size_t n = 0;
    for (ssize_t got = 1; got > 0 && n < 99; n += got > 0 ? (size_t)got : 0)
        got = read(ends[0], line + n, 99 - n);
    line[n] = 0;
    (void)close(ends[0]);
    CHECK(child > 0 && waitpid(child, &how, 0) == child && WIFEXITED(how), "%d", how);
    CHECK(WEXITSTATUS(how) == 0 || WEXITSTATUS(how) == 99, "status %d", WEXITSTATUS(how));
    return WEXITSTATUS(how) == 0;
}

/* It is the table that runs where this CPU can run it; any other word means the best one. */
static void test_by_name(void **state)
{
    static const char *const words[] = {
        "baseline", "avx2", "avx512", NULL, "", "AVX2", "avx", "avx5120", "baseline ", "sse9",
    };
    const gni_kernels *tables[3];
    size_t n_tables = gni_kernels_here(tables);
    char here[100], there[100];
    (void)state;
    if (in_valgrind()) /* which has not all of the CPU; the program that is run does */
        skip();
    show(here, sizeof here);
    for (size_t i = 0; i < COUNT(words); i++) {
        const char *expected = tables[n_tables - 1]->name, *shown = words[i] ? words[i] : "nothing";
        for (size_t k = 0; k < n_tables; k++)
            expected = words[i] && !strcmp(words[i], tables[k]->name) ? words[i] : expected;
        if (!child_shows(words[i], there))
            skip();
        char *blank = strchr(there, ' ');
        CHECK(blank && !strcmp(blank, strchr(here, ' ')), "%s: %s, here %s", shown, there, here);
        *blank = 0;
        CHECK(!strcmp(there, expected), "%s chose %s, not %s", shown, there, expected);
    }
}

static int print(void)
{
    find_exact();
    find_trainings();
    for (size_t i = 0; i < found.n; i++)
        if (found.tolerance[i] > 0)
            printf("{ \"%s\", 0, %.16g },\n", found.names[i], found.of[i].number);
        else
            printf("{ \"%s\", UINT64_C(0x%016llx), 0 },\n", found.names[i],
                   (unsigned long long)found.of[i].bits);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_each_table),
        cmocka_unit_test(test_by_name),
    };
    char line[100];
    self = argv[0];
    if (argc > 1 && !strcmp(argv[1], "print"))
        return print();
    if (argc == 1)
        return cmocka_run_group_tests(tests, NULL, NULL);
    show(line, sizeof line);
    return fputs(line, stdout) < 0;
}
