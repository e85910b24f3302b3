/* No kernel touches what lies before or after its arrays: each begins after a page that nobody may
 * read, or ends before one. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <sys/mman.h>
#include <unistd.h>
#include "support.h"
#include "kernels/kernels.h"

enum { SLOTS = 9, ROOM = 1 << 16 };

static char *slots[SLOTS]; /* ROOM bytes each, between two such pages */
static size_t page, taken;
static bool at_end; /* arrays end before a page, or else begin after one */

static int reserve(void **state)
{
    (void)state;
    page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; i < SLOTS; i++) {
        char *block = mmap(NULL, ROOM + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED || mprotect(block + page, ROOM, PROT_READ | PROT_WRITE) != 0)
            return -1;
        slots[i] = block + page;
    }
    return 0;
}

static int release(void **state)
{
    (void)state;
    for (size_t i = 0; i < SLOTS; i++)
        (void)munmap(slots[i] - page, ROOM + 2 * page);
    return 0;
}

static void *next_array(size_t bytes)
{
    CHECK(taken < SLOTS && bytes <= ROOM, "array %zu of %zu bytes", taken, bytes);
    return slots[taken++] + (at_end ? ROOM - bytes : 0);
}

static gn_real *next_reals(size_t n)
{
    gn_real *x = next_array(n * sizeof *x);
    for (size_t i = 0; i < n; i++)
        x[i] = (gn_real)(i % 7 + 1) / 8;
    return x;
}

static void run_vectors(const gni_kernels *k, size_t n)
{
    gn_real *a = next_reals(n), *b = next_reals(n), *c = next_reals(n);
    uint8_t *bytes = next_array(n);
    memset(bytes, 3, n);
    k->convert(n, bytes, 1, 0, c);
    k->add(n, a, b);
    (void)k->squares(n, a);
    k->regularise(n, 0.5, 0.1, 0.1, a, b);
    k->uniform((gni_key){ { 1, 2 } }, 3, n, a);
    k->drop(n, (gn_real)0.5, a, b, c);
    k->exp(n, a, b);
}

static void run_updates(const gni_kernels *k, size_t n)
{
    static const double hyper[4] = { 0.5, 0.9, 1e-6, 50 };
    gn_update u = { .rate = 0.1, .step = 3, .n = n, .params = next_reals(n),
                    .gradient = next_reals(n), .state = { next_reals(n), next_reals(n) } };
    for (int id = 0; id < GNI_OPTIMIZERS; id++)
        k->update[id](hyper, &u);
}

/* w is out x in; a padded row of y has room for gn_row_stride(out). */
static void run_products(const gni_kernels *k, size_t out, size_t in)
{
    const size_t rows = 5, stride = gn_row_stride(out);
    gn_real *w = next_reals(out * in), *x = next_reals(in), *dz = next_reals(out);
    gn_real *y = next_reals(out), *dx = next_reals(in), *dw = next_reals(out * in);
    k->row_nt(out, in, x, w, y);
    k->row_nn(out, in, dz, w, dx);
    k->row_tn(out, in, dz, x, 1, dw);
    k->row_tn(out, in, dz, x, 0, dw);
    if (in <= GNI_NARROW)
        k->narrow_nt(rows, out, in, next_reals(rows * in), in, w, next_reals(rows * stride),
                     stride);
}

/* Where rows lie without gaps, the last one ends with its numbers. */
static void run_matrices(const gni_kernels *k, size_t rows, size_t cols, size_t stride)
{
    gn_real *z = next_reals(rows * stride), *y = next_reals(rows * stride),
            *dy = next_reals(rows * stride), *bias = next_reals(cols), *db = next_reals(cols);
    for (int id = 0; id < GNI_ACTIVATIONS; id++) {
        k->activation[id].forward(0.3, rows, cols, stride, z, y);
        if (k->activation[id].forward_bias)
            k->activation[id].forward_bias(0.3, rows, cols, stride, bias, y);
        k->activation[id].backward(0.3, rows, cols, stride, z, y, dy);
    }
    k->add_bias(rows, cols, stride, bias, y);
    k->sum_rows(rows, cols, stride, dy, 1, db);
}

static void run_losses(const gni_kernels *k, size_t rows, size_t cols, size_t stride)
{
    gn_real *z = next_reals(rows * stride), *dz = next_reals(rows * stride);
    gn_tile tile = { .rows = rows, .y = next_reals(rows * cols), .weights = next_reals(rows) };
    int32_t *labels = next_array(rows * sizeof *labels);
    for (size_t r = 0; r < rows; r++)
        labels[r] = (int32_t)(cols - 1);
    for (int id = 0; id < GNI_LOSSES; id++) {
        (void)k->loss[id](0.7, &tile, cols, stride, z, 0.2, dz);
        (void)k->loss[id](0.7, &tile, cols, stride, z, 0.2, NULL);
    }
    tile.labels = labels;
    tile.y = NULL;
    for (int id = GNI_SOFTMAX_CROSS_ENTROPY; id < GNI_LOSSES; id++) {
        (void)k->loss[id](0.7, &tile, cols, stride, z, 0.2, dz);
        (void)k->loss[id](0.7, &tile, cols, stride, z, 0.2, NULL);
    }
}

static void run_all(const gni_kernels *k, size_t n)
{
    taken = 0;
    run_vectors(k, n);
    taken = 0;
    run_updates(k, n);
    for (size_t in = 1; in <= 80; in += in < 40 ? 3 : 13) {
        taken = 0;
        run_products(k, n, in);
    }
    for (size_t rows = 1; rows <= 20; rows += 3)
        for (int padded = 0; padded < 2; padded++) {
            size_t stride = padded ? gn_row_stride(n) : n;
            taken = 0;
            run_matrices(k, rows, n, stride);
            taken = 0;
            run_losses(k, rows, n, stride);
        }
}

static void test_bounds(void **state)
{
    const gni_kernels *tables[3];
    size_t n_tables = gni_kernels_here(tables);
    (void)state;
    for (size_t t = 0; t < n_tables; t++)
        for (int end = 0; end < 2; end++)
            for (size_t n = 1; n <= 70; n += one_in(1, 7)) {
                at_end = end;
                run_all(tables[t], n);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_bounds) };
    return cmocka_run_group_tests(tests, reserve, release);
}
