/* The memory of tables: no more than 64 times a file and 1 MiB, whatever stands in it; and when the
 * n-th allocation fails, n = 1, 2, ..., they say so and leak nothing. Linked with --wrap. */
#include <gemmnet/table.h>
#include "support.h"
#include "support_count.h"

/* ---- how much ---- */

/* The piece over and over, between a beginning and an end. */
typedef struct shape { const char *begin, *piece, *end; gn_csv_options options; } shape;

static const shape shapes[] = {
    { "", "\n", "", { 0 } },              /* blank lines */
    { "", "a\n", "", { 0 } },             /* rows of one text */
    { "", "1\n", "", { 0 } },
    { "", "1,", "1\n", { 0 } },           /* one row of numbers, of texts, of nothing */
    { "", "a,", "a\n", { .header = GN_HEADER_NO } },
    { "", ",", "", { .header = GN_HEADER_NO } },
    { "", ",", "\n,", { .header = GN_HEADER_YES } },
    { "", ",", "\n,", { .header = GN_HEADER_YES, .columns = (const char *const[]){ NULL } } },
    { "a,b\n", "x,y\n", "", { 0 } },
    { "a,b\n", ",y\n", "", { .columns = (const char *const[]){ "b", NULL } } },
    { "", "\"", "", { 0 } },              /* quotes that are never closed, or one long field */
    { "\"", "\"\"", "\"\n1\n", { 0 } },
    { "\"", "x\n", "", { 0 } },
    { "1\n\"", "9", "\"\n", { 0 } },      /* a number of very many digits */
    { "1\n0.", "0", "1\n", { 0 } },
};

static char *fill(const shape *s, size_t size, size_t *n)
{
    size_t pieces = size / strlen(s->piece), one = strlen(s->piece);
    char *text = allocate(size + 64, 1), *to = text + strlen(s->begin);
    strcpy(text, s->begin);
    for (size_t i = 0; i < pieces; i++, to += one)
        memcpy(to, s->piece, one);
    strcpy(to, s->end);
    *n = strlen(text);
    return text;
}

/* One row under a header of as many names. */
static char *wide(size_t columns, const char *name, const char *field, size_t *n)
{
    char *text = allocate(columns * (strlen(name) + strlen(field) + 2) + 1, 1), *to = text;
    for (size_t i = 0; i < columns; i++)
        to += sprintf(to, "%s%s", i ? "," : "", name);
    for (size_t i = 0; i < columns; i++)
        to += sprintf(to, "%s%s", i ? "," : "\n", field);
    *n = (size_t)(to - text);
    return text;
}

/* (What qsort() takes from the C library is not seen here: a copy of its array, 16 bytes a row
 * or column, in a file that has two or more bytes of each.) */
static void check_peak(const char *what, const char *text, size_t n, const gn_csv_options *options)
{
    gn_csv csv;
    size_t before = atomic_load(&live_bytes);
    forget_peak();
    gn_status status = gn_csv_parse(&csv, text, n, "x", options);
    size_t most = atomic_load(&peak_bytes) - before + 16 * (n / 2);
    CHECK(most <= 64 * n + ((size_t)1 << 20), "%.20s: %zu bytes for %zu (%d: %s)", what, most, n,
          (int)status, status < 0 ? gn_error_message() : "");
    gn_csv_free(&csv);
    CHECK(live_bytes == before, "%s: %zu bytes are left", what, live_bytes - before);
}

static void test_peak(void **state)
{
    const size_t size = in_valgrind() ? 10000 : 1000000;
    size_t n;
    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        char *text = fill(&shapes[i], size, &n);
        check_peak(text, text, n, &shapes[i].options);
        free(text);
    }
    for (size_t i = 0; i < 4; i++) {
        static const gn_csv_options header = { .header = GN_HEADER_YES };
        char *text = wide(size / 4, i & 1 ? "a" : "", i & 2 ? "b" : "1", &n);
        check_peak(text, text, n, &header);
        free(text);
    }
}

/* ---- when it ends ---- */

static const char text[] = "a,b,c\n1,x,2\n3,\"y\",4\n5,x,6\n";
static const char npy[] =
    "\x93NUMPY\1\0\x3d\0" "{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}     \n"
                          "\0\0\0\0\0\0\0\0";

static gn_status read_all(void)
{
    const gn_csv_options options = { .columns = (const char *const[]){ "c", "b", NULL } };
    int32_t labels[3];
    gn_csv csv = { 0 };
    gn_npy numbers = { 0 };
    gn_status status = gn_csv_parse(&csv, text, sizeof text - 1, "x", &options);
    if (status >= 0)
        status = gn_csv_labels(&csv, 1, (const char *const[]){ "y", "x" }, 2, labels);
    if (status >= 0)
        status = gn_npy_parse(&numbers, npy, sizeof npy - 1, "x");
    gn_csv_free(&csv);
    gn_npy_free(&numbers);
    return status;
}

static void test_allocations_that_fail(void **state)
{
    (void)state;
    CHECK_OK(read_all());
    for (long n = 1; n < 100; n++) {
        size_t before = live_bytes;
        calls = 0;
        fail_at = n;
        gn_status status = read_all();
        fail_at = 0;
        CHECK(live_bytes == before, "allocation %ld failed, %zu bytes are left", n,
              live_bytes - before);
        if (calls < n) {
            CHECK(n > 10 && status == GN_OK, "%ld: %d", n, (int)status);
            return;
        }
        CHECK(status == GN_ERR_MEMORY, "allocation %ld failed: %d (%s)", n, (int)status,
              gn_error_message());
        CHECK(strstr(gn_error_message(), "no memory"), "%s", gn_error_message());
    }
    CHECK(false, "%ld allocations", atomic_load(&calls));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_peak),
        cmocka_unit_test(test_allocations_that_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
