/* NPY files: what NumPy writes, in every type and order, and every way in which a header may
 * lie. */
#include <errno.h>
#include <unistd.h>
#include <gemmnet/table.h>
#include "reference/npy.h"

/* ---- writing one, by hand ---- */

typedef struct file { uint8_t bytes[512]; size_t n; } file;

static file file_of(const struct npy_case *c)
{
    file f = { .n = c->n };
    memcpy(f.bytes, c->bytes, c->n);
    return f;
}

/* Version 1, such a dictionary, and so many bytes behind it. */
static file written(const char *dictionary, size_t n_data)
{
    file f = { .n = 10 };
    size_t n = strlen(dictionary);
    memcpy(f.bytes, "\x93NUMPY\1", 8);
    f.bytes[8] = (uint8_t)n;
    memcpy(f.bytes + 10, dictionary, n);
    f.n += n;
    for (size_t i = 0; i < n_data; i++)
        f.bytes[f.n++] = (uint8_t)(i + 1);
    return f;
}

static double number(const gn_matrix *m, size_t i)
{
    return m->type == GN_U8 ? m->scale * ((const uint8_t *)m->data)[i] + m->offset
                            : (double)((const gn_real *)m->data)[i];
}

static bool all_zero(const gn_npy *npy)
{
    return !npy->matrix.data && npy->matrix.rows == 0 && npy->matrix.cols == 0 && !npy->memory &&
           gn_size(npy->shape) == 0;
}

/* From memory of exactly that size, so that sanitizers see a read too far. */
static gn_status parse_exactly(gn_npy *npy, const void *bytes, size_t n)
{
    static uint8_t *exact; /* until the next call: the matrix may point into it */
    free(exact);
    exact = allocate(n, 1);
    if (n)
        memcpy(exact, bytes, n);
    memset(npy, 0x55, sizeof *npy);
    return gn_npy_parse(npy, exact, n, "some.npy");
}

static void check_refused(const char *what, const void *bytes, size_t n, const char *says)
{
    gn_npy npy;
    gn_status status = parse_exactly(&npy, bytes, n);
    CHECK(status == GN_ERR_FORMAT, "%s: %d (%s)", what, (int)status, gn_error_message());
    CHECK(strstr(gn_error_message(), "some.npy: "), "%s: %s", what, gn_error_message());
    CHECK(strstr(gn_error_message(), says), "%s: %s, where %s was expected", what,
          gn_error_message(), says);
    CHECK(all_zero(&npy), "%s: *out is not zero", what);
}

/* ---- what NumPy wrote ---- */

static void test_numpy(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(npy_cases); i++) {
        const struct npy_case *c = &npy_cases[i];
        gn_npy npy;
        CHECK_OK(parse_exactly(&npy, c->bytes, c->n));
        gn_shape s = npy.shape;
        CHECK(npy.matrix.rows == c->dims[0] && s.channels == c->dims[1] && s.height == c->dims[2] &&
              s.width == c->dims[3], "%s: %zu rows of %zu x %zu x %zu", c->what, npy.matrix.rows,
              s.channels, s.height, s.width);
        CHECK(npy.matrix.cols == gn_size(s), "%s: %zu columns", c->what, npy.matrix.cols);
        for (size_t j = 0; j < npy.matrix.rows * npy.matrix.cols; j++)
            CHECK(number(&npy.matrix, j) == c->numbers[j], "%s: number %zu is %.17g, not %.17g",
                  c->what, j, number(&npy.matrix, j), c->numbers[j]);
        gn_npy_free(&npy);
        gn_npy_free(&npy); /* twice does no harm */
    }
    gn_npy_free(NULL);
}

/* Bytes stay bytes where they are, and so do numbers that are a gn_real's. */
static void test_what_is_not_copied(void **state)
{
    static const struct { const char *what; bool stays; } cases[] = {
        { "|u1", true }, { "2 x 3 x 2 x 2 of bytes", true }, { "|b1", false }, { "|i1", false },
        { "|u1, 2 x 3 in Fortran order", false }, { "<f4", !IS_DOUBLE }, { "<f8", IS_DOUBLE },
        { ">f4", false }, { ">f8", false },
    };
    const uint16_t one = 1;
    _Alignas(8) uint8_t bytes[256];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t j = 0; j < COUNT(npy_cases); j++) {
            gn_npy npy;
            if (strcmp(npy_cases[j].what, cases[i].what) != 0)
                continue;
            memcpy(bytes, npy_cases[j].bytes, npy_cases[j].n);
            CHECK_OK(gn_npy_parse(&npy, bytes, npy_cases[j].n, "x"));
            const uint8_t *data = npy.matrix.data;
            bool inside = data >= bytes && data < bytes + sizeof bytes;
            bool little = *(const uint8_t *)&one || cases[i].what[0] == '|';
            CHECK(inside == (cases[i].stays && little) && inside == !npy.memory, "%s",
                  cases[i].what);
            gn_npy_free(&npy);
        }
}

/* Orders of keys, spaces, quotes, Python 2's long integers. */
static void test_spellings(void **state)
{
    static const char *const good[] = {
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }     \n",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)}",
        "{'shape': (2, 3), 'fortran_order': False, 'descr': '|u1'}\n",
        "{\"fortran_order\":False,\"descr\":\"|u1\",\"shape\":(2,3)}",
        " { 'descr' : '|u1' , 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , } ",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3L), }",
        "{'descr': '<u1', 'fortran_order': False, 'shape': (2, 3), }",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        file f = written(good[i], 6);
        gn_npy npy;
        CHECK_OK(parse_exactly(&npy, f.bytes, f.n));
        CHECK(npy.matrix.rows == 2 && npy.matrix.cols == 3 && number(&npy.matrix, 5) == 6, "%s",
              good[i]);
        gn_npy_free(&npy);
    }
}

/* ---- what is wrong ---- */

static void test_truncated_and_trailing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(npy_cases); i++) {
        file f = file_of(&npy_cases[i]);
        for (size_t n = 0; n < f.n; n++)
            check_refused("truncated", f.bytes, n, "");
        f.bytes[f.n++] = 0;
        check_refused("one byte more", f.bytes, f.n, "bytes follow");
    }
}

static void test_flipped_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(npy_cases); i++)
        for (size_t bit = 0; bit < 8 * npy_cases[i].n; bit++) {
            file f = file_of(&npy_cases[i]);
            gn_npy npy;
            f.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            gn_status status = parse_exactly(&npy, f.bytes, f.n);
            CHECK(status == GN_OK || status == GN_ERR_FORMAT || status == GN_ERR_NONFINITE,
                  "bit %zu: %d", bit, (int)status);
            CHECK(status == GN_OK ? npy.matrix.rows * npy.matrix.cols <= 24 : all_zero(&npy),
                  "bit %zu", bit);
            gn_npy_free(&npy);
        }
}

static void test_bad_headers(void **state)
{
    static const struct { const char *dictionary, *says; } bad[] = {
        { "", "no dictionary" },
        { "(1, 2)", "no dictionary" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)} x", "nothing else" },
        { "{'descr': '<f4', 'fortran_order': False, }", "wants descr" },
        { "{'descr': '<f4', 'shape': (6,), }", "wants descr" },
        { "{'fortran_order': False, 'shape': (6,), }", "wants descr" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'more': 1}", "unknown key" },
        { "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (6,)}", "key twice" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)", "no dictionary" },
        { "{'descr': '<f4' 'fortran_order': False, 'shape': (6,)}", "no dictionary" },
        { "{'descr': '<f4', , 'fortran_order': False, 'shape': (6,)}", "no dictionary" },
        { "{'descr', '<f4', 'fortran_order': False, 'shape': (6,)}", "no dictionary" },
        { "{descr: '<f4', 'fortran_order': False, 'shape': (6,)}", "no dictionary" },
        { "{'descr': '|O', 'fortran_order': False, 'shape': (3,)}", "Python objects" },
        { "{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (3,)}",
          "structured" },
        { "{'descr': '<U6', 'fortran_order': False, 'shape': (1,)}", "type '<U6'" },
        { "{'descr': '|S24', 'fortran_order': False, 'shape': (1,)}", "type '|S24'" },
        { "{'descr': '<c8', 'fortran_order': False, 'shape': (3,)}", "type '<c8'" },
        { "{'descr': '<f16', 'fortran_order': False, 'shape': (1,)}", "type '<f16'" },
        { "{'descr': '<f1', 'fortran_order': False, 'shape': (24,)}", "type '<f1'" },
        { "{'descr': '<i3', 'fortran_order': False, 'shape': (8,)}", "type '<i3'" },
        { "{'descr': '<b2', 'fortran_order': False, 'shape': (8,)}", "type '<b2'" },
        { "{'descr': '|f4', 'fortran_order': False, 'shape': (6,)}", "type '|f4'" },
        { "{'descr': '=f4', 'fortran_order': False, 'shape': (6,)}", "type '=f4'" },
        { "{'descr': '', 'fortran_order': False, 'shape': (6,)}", "type ''" },
        { "{'descr': 'f4', 'fortran_order': False, 'shape': (6,)}", "type 'f4'" },
        { "{'descr': '<f4, 'fortran_order': False, 'shape': (6,)}", "type '<f4, '" },
        { "{'descr': '<f4', 'fortran_order': 0, 'shape': (6,)}", "neither True nor False" },
        { "{'descr': '<f4', 'fortran_order': 'False', 'shape': (6,)}", "neither True nor False" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': 6}", "no tuple" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (6)}", "no tuple" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': [6]}", "no tuple" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}", "no tuple" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2 3)}", "no tuple" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (-6,)}", "no tuple" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (6.0,)}", "no tuple" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': ()}", "without dimensions" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (0,)}", "dimension 1 of 1 is 0" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 0)}", "dimension 2 of 2 is 0" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 2, 3)}", "more than 4" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (7,)}", "7 numbers of 4 bytes" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (5,)}", "24 bytes follow" },
        { "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 3)}", "24 bytes follow" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}",
          "promised" },
        /* whose products are 6 numbers or 24 bytes modulo 2^64 */
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775811, 2)}",
          "promised" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693955,)}", "promised" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 6)}",
          "promised" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999,)}",
          "no tuple" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        file f = written(bad[i].dictionary, 24);
        check_refused(bad[i].dictionary, f.bytes, f.n, bad[i].says);
    }
}

static void test_bad_beginnings(void **state)
{
    file f = file_of(&npy_cases[0]);
    (void)state;
    f.bytes[6] = 4;
    check_refused("version 4", f.bytes, f.n, "do not begin");
    f.bytes[6] = 1, f.bytes[7] = 1;
    check_refused("version 1.1", f.bytes, f.n, "do not begin");
    f.bytes[7] = 0, f.bytes[9] = 0xff;
    check_refused("a header beyond the end", f.bytes, f.n, "cut within the header");
    f.bytes[6] = 2, f.bytes[8] = f.bytes[9] = f.bytes[10] = f.bytes[11] = 0xff;
    check_refused("a header of 4 GB", f.bytes, f.n, "cut within the header");
    check_refused("zip", "PK\3\4 as np.savez writes it, compressed", 39, "a zip archive");
}

static void test_too_large(void **state)
{
    static const char dictionary[] = "{'descr': '>f8', 'fortran_order': False, 'shape': (3,)}";
    static const uint8_t numbers[] = { 0x7f, 0xf0, 0, 0, 0, 0, 0, 0,  0x7f, 0xf8, 0, 0, 0, 0, 0, 0,
                                       0x50, 0, 0, 0, 0, 0, 0, 0 }; /* inf, NaN, 2^257 */
    file f = written(dictionary, 24);
    gn_npy npy;
    (void)state;
    memcpy(f.bytes + f.n - 24, numbers, 24);
    CHECK_STATUS(parse_exactly(&npy, f.bytes, f.n), IS_DOUBLE ? GN_OK : GN_ERR_NONFINITE);
    if (IS_DOUBLE)
        CHECK(number(&npy.matrix, 0) == INFINITY && isnan(number(&npy.matrix, 1)) &&
              number(&npy.matrix, 2) == 0x1p257, "%g %g %g", number(&npy.matrix, 0),
              number(&npy.matrix, 1), number(&npy.matrix, 2));
    else
        CHECK(strstr(gn_error_message(), "number 2") && all_zero(&npy), "%s", gn_error_message());
    gn_npy_free(&npy);
}

/* ---- files ---- */

static void test_files(void **state)
{
    char path[] = "/tmp/gemmnet-test-npy-XXXXXX";
    int fd = mkstemp(path);
    gn_npy npy;
    (void)state;
    CHECK(fd >= 0, "%s: %s", path, strerror(errno));
    for (size_t i = 0; i < COUNT(npy_cases); i++) {
        const struct npy_case *c = &npy_cases[i];
        CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, c->bytes, c->n, 0) == (ssize_t)c->n, "%s", path);
        CHECK_OK(gn_npy_read(&npy, path));
        CHECK(npy.matrix.rows == c->dims[0] && number(&npy.matrix, 3) == c->numbers[3], "%s",
              c->what);
        gn_npy_free(&npy);
    }
    CHECK(ftruncate(fd, 100) == 0, "%s", path);
    memset(&npy, 0x55, sizeof npy);
    CHECK_STATUS(gn_npy_read(&npy, path), GN_ERR_FORMAT);
    CHECK(strstr(gn_error_message(), path) && all_zero(&npy), "%s", gn_error_message());
    close(fd);
    unlink(path);
}

static void test_bad_arguments(void **state)
{
    gn_npy npy;
    (void)state;
    memset(&npy, 0x55, sizeof npy);
    CHECK_STATUS(gn_npy_read(&npy, "/nonexistent/x.npy"), GN_ERR_IO);
    CHECK(strstr(gn_error_message(), "No such file") && all_zero(&npy), "%s", gn_error_message());
    CHECK_STATUS(gn_npy_read(&npy, "/tmp"), GN_ERR_IO);
    CHECK_STATUS(gn_npy_read(&npy, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_npy_read(NULL, "x"), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_npy_parse(&npy, NULL, 10, "x"), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_npy_parse(&npy, "", 0, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_npy_parse(NULL, "", 0, "x"), GN_ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numpy),
        cmocka_unit_test(test_what_is_not_copied),
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_truncated_and_trailing),
        cmocka_unit_test(test_flipped_bits),
        cmocka_unit_test(test_bad_headers),
        cmocka_unit_test(test_bad_beginnings),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_bad_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
