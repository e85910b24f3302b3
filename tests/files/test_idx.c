/* IDX files: every type, one to four dimensions, and every way in which a header may lie. */
#include <errno.h>
#include <unistd.h>
#include <gemmnet/idx.h>
#include "support.h"

/* ---- writing one, by hand ---- */

typedef struct file { uint8_t bytes[4096]; size_t n; } file;

static void put(file *f, uint64_t value, size_t size)
{
    while (size-- > 0)
        f->bytes[f->n++] = (uint8_t)(value >> 8 * size);
}

static void put_header(file *f, unsigned type, size_t n_dims, const uint32_t *dims)
{
    f->n = 0;
    put(f, type << 8 | n_dims, 4);
    for (size_t i = 0; i < n_dims; i++)
        put(f, dims[i], 4);
}

static uint64_t bits_of_float(double value)
{
    float narrow = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    return bits;
}

static uint64_t bits_of_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t bits_of_integer(double value)
{
    return (uint64_t)(int64_t)value;
}

static const struct type {
    const char *name;
    unsigned code;
    size_t size;
    double first, step; /* the numbers written: first, first + step, ... */
    uint64_t (*bits)(double);
} types[] = {
    { "unsigned byte", 0x08, 1, 3, 1, bits_of_integer },
    { "signed byte", 0x09, 1, -100, 1, bits_of_integer },
    { "short", 0x0b, 2, -30000, 257, bits_of_integer },
    { "int", 0x0c, 4, -8000000, 65537, bits_of_integer },
    { "float", 0x0d, 4, -3.5, 0.125, bits_of_float },
    { "double", 0x0e, 8, -3.5, 0.125, bits_of_double },
};

static const uint32_t dims[4] = { 5, 3, 2, 4 };

static file written(const struct type *t, size_t n_dims)
{
    file f;
    size_t n = 1;
    put_header(&f, t->code, n_dims, dims);
    for (size_t i = 0; i < n_dims; i++)
        n *= dims[i];
    for (size_t i = 0; i < n; i++)
        put(&f, t->bits(t->first + (double)i * t->step), t->size);
    return f;
}

static bool all_zero(const gn_idx *idx)
{
    return !idx->matrix.data && idx->matrix.rows == 0 && idx->matrix.cols == 0 && !idx->memory &&
           gn_size(idx->shape) == 0;
}

static void check_refused(const char *what, const void *bytes, size_t n)
{
    gn_idx idx;
    memset(&idx, 0x55, sizeof idx);
    gn_status status = gn_idx_parse(&idx, bytes, n, "some.idx");
    CHECK(status == GN_ERR_FORMAT, "%s: %d (%s)", what, (int)status, gn_error_message());
    CHECK(strstr(gn_error_message(), "some.idx"), "%s: %s", what, gn_error_message());
    CHECK(all_zero(&idx), "%s: *out is not zero", what);
}

/* ---- what is right ---- */

static double number(const gn_matrix *m, size_t i)
{
    return m->type == GN_U8 ? ((const uint8_t *)m->data)[i] : (double)((const gn_real *)m->data)[i];
}

static void test_types_and_dimensions(void **state)
{
    static const gn_shape shapes[] = { { 1, 1, 1 }, { 3, 1, 1 }, { 1, 3, 2 }, { 3, 2, 4 } };
    (void)state;
    for (size_t t = 0; t < COUNT(types); t++)
        for (size_t n_dims = 1; n_dims <= 4; n_dims++) {
            file f = written(&types[t], n_dims);
            gn_idx idx;
            CHECK_OK(gn_idx_parse(&idx, f.bytes, f.n, "x"));
            gn_shape s = shapes[n_dims - 1];
            CHECK(idx.matrix.rows == 5 && idx.matrix.cols == gn_size(s),
                  "%s, %zu dimensions: %zu x %zu", types[t].name, n_dims, idx.matrix.rows,
                  idx.matrix.cols);
            CHECK(idx.shape.channels == s.channels && idx.shape.height == s.height &&
                  idx.shape.width == s.width, "%s, %zu dimensions: %zu x %zu x %zu", types[t].name,
                  n_dims, idx.shape.channels, idx.shape.height, idx.shape.width);
            CHECK((idx.matrix.type == GN_U8) == (types[t].code == 8), "%s", types[t].name);
            for (size_t i = 0; i < 5 * gn_size(s); i++)
                CHECK(number(&idx.matrix, i) == types[t].first + (double)i * types[t].step,
                      "%s: %g at %zu", types[t].name, number(&idx.matrix, i), i);
            gn_idx_free(&idx);
        }
}

static void test_bytes_are_not_copied(void **state)
{
    file f = written(&types[0], 3);
    gn_idx idx;
    (void)state;
    CHECK_OK(gn_idx_parse(&idx, f.bytes, f.n, "x"));
    CHECK(idx.matrix.data == f.bytes + 16, "%p", idx.matrix.data);
    CHECK(close_to(idx.matrix.scale == 0 ? 1 / 255.0 : idx.matrix.scale, 1 / 255.0, 1e-15), "%g",
          idx.matrix.scale);
    gn_idx_free(&idx);
    gn_idx_free(&idx); /* twice does no harm */
    gn_idx_free(NULL);
}

/* ---- what is wrong ---- */

static void test_truncated_and_trailing(void **state)
{
    (void)state;
    for (size_t t = 0; t < COUNT(types); t++)
        for (size_t n_dims = 1; n_dims <= 3; n_dims++) {
            file f = written(&types[t], n_dims);
            for (size_t n = 0; n < f.n; n++) {
                uint8_t *exact = allocate(n, 1); /* so that sanitizers see a read too far */
                memcpy(exact, f.bytes, n);
                check_refused("truncated", exact, n);
                free(exact);
            }
            f.bytes[f.n++] = 0;
            check_refused("one byte more", f.bytes, f.n);
        }
}

static void test_bad_headers(void **state)
{
    static const struct { const char *what; unsigned magic, n_dims; uint32_t dims[5]; } bad[] = {
        { "not zero", 0x01000801, 1, { 4 } },
        { "not zero", 0x00010801, 1, { 4 } },
        { "type 0", 0x00000001, 1, { 4 } },
        { "type 7", 0x00000701, 1, { 4 } },
        { "type 10", 0x00000a01, 1, { 4 } },
        { "type 15", 0x00000f01, 1, { 4 } },
        { "no dimensions", 0x00000800, 0, { 0 } },
        { "five dimensions", 0x00000805, 5, { 1, 2, 2, 1, 1 } },
        { "255 dimensions", 0x000008ff, 5, { 1, 2, 2, 1, 1 } },
        { "more rows", 0x00000802, 2, { 5, 1 } },
        { "fewer rows", 0x00000802, 2, { 3, 1 } },
        { "huge", 0x00000801, 1, { 0xffffffff } },
        { "product overflows to 0", 0x00000803, 3, { 0x80000000, 0x80000000, 4 } },
        { "product overflows to 4", 0x00000803, 3, { 0x80000001, 0x80000000, 4 } },
        { "bytes overflow", 0x00000e02, 2, { 0x80000000, 0x40000000 } },
        { "all ones", 0x00000e04, 4, { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff } },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        file f = { .n = 0 };
        put(&f, bad[i].magic, 4);
        for (size_t j = 0; j < bad[i].n_dims; j++)
            put(&f, bad[i].dims[j], 4);
        put(&f, 0x01020304, 4);
        check_refused(bad[i].what, f.bytes, f.n);
    }
    check_refused("gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03 compressed", 24);
}

/* No items: refused, or nothing in it; never a crash. */
static void test_zero_dimensions(void **state)
{
    static const uint32_t zeros[][3] = {
        { 0, 2, 2 }, { 2, 0, 2 }, { 0, 0, 0 }, { 0, 0xffffffff, 0xffffffff }
    };
    (void)state;
    for (size_t i = 0; i < COUNT(zeros) * COUNT(types); i++) {
        file f;
        gn_idx idx;
        put_header(&f, types[i % COUNT(types)].code, 3, zeros[i / COUNT(types)]);
        gn_status status = gn_idx_parse(&idx, f.bytes, f.n, "x");
        CHECK(status == GN_ERR_FORMAT ||
                  (status == GN_OK && idx.matrix.rows * idx.matrix.cols == 0),
              "case %zu: %d", i, (int)status);
        gn_idx_free(&idx);
    }
}

static void test_labels(void **state)
{
    file f = written(&types[0], 1);
    gn_idx idx;
    int32_t labels[5] = { -7, -7, -7, -7, -7 };
    (void)state;
    CHECK_OK(gn_idx_parse(&idx, f.bytes, f.n, "x"));
    CHECK_STATUS(gn_idx_labels(&idx, 7, labels), GN_ERR_ARGUMENT); /* 3 4 5 6 7 */
    CHECK(strstr(gn_error_message(), "7") && strstr(gn_error_message(), "4"), "%s",
          gn_error_message());
    CHECK_OK(gn_idx_labels(&idx, 8, labels));
    for (int i = 0; i < 5; i++)
        CHECK(labels[i] == 3 + i, "label %d is %d", i, (int)labels[i]);
    CHECK_STATUS(gn_idx_labels(NULL, 8, labels), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_idx_labels(&idx, 8, NULL), GN_ERR_ARGUMENT);
    gn_idx_free(&idx);
    for (size_t i = 0; i < 2; i++) {
        f = written(&types[i ? 3 : 0], i ? 1 : 2);
        CHECK_OK(gn_idx_parse(&idx, f.bytes, f.n, "x"));
        CHECK_STATUS(gn_idx_labels(&idx, 100, labels), GN_ERR_FORMAT);
        gn_idx_free(&idx);
    }
}

/* ---- files ---- */

static void test_files(void **state)
{
    char path[] = "/tmp/gemmnet-test-idx-XXXXXX";
    file f = written(&types[0], 3);
    gn_idx idx;
    int fd = mkstemp(path);
    (void)state;
    CHECK(fd >= 0, "%s: %s", path, strerror(errno));
    CHECK(write(fd, f.bytes, f.n) == (ssize_t)f.n, "%s", path);
    CHECK_OK(gn_idx_read(&idx, path));
    CHECK(idx.matrix.rows == 5 && idx.matrix.cols == 6, "%zu x %zu", idx.matrix.rows,
          idx.matrix.cols);
    CHECK(memcmp(idx.matrix.data, f.bytes + 16, 30) == 0, "%s", path);
    gn_idx_free(&idx);
    for (int i = 0; i < 2; i++) {
        CHECK(ftruncate(fd, (off_t)(i ? 0 : f.n - 1)) == 0, "%s", path);
        memset(&idx, 0x55, sizeof idx);
        CHECK_STATUS(gn_idx_read(&idx, path), GN_ERR_FORMAT);
        CHECK(strstr(gn_error_message(), path), "%s", gn_error_message());
        CHECK(all_zero(&idx), "%s", "*out is not zero");
    }
    close(fd);
    unlink(path);
}

static void test_unreadable_files(void **state)
{
    static const struct { const char *path, *says; } bad[] = {
        { "/tmp", "/tmp" }, { "/nonexistent/x.idx", "No such file" }, { "", "" },
          { "/dev/null", "/dev/null" },
    };
    gn_idx idx;
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        memset(&idx, 0x55, sizeof idx);
        CHECK_STATUS(gn_idx_read(&idx, bad[i].path), GN_ERR_IO);
        CHECK(strstr(gn_error_message(), bad[i].says), "%s: %s", bad[i].path, gn_error_message());
        CHECK(all_zero(&idx), "%s: *out is not zero", bad[i].path);
    }
    CHECK_STATUS(gn_idx_read(&idx, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_idx_read(NULL, "x"), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_idx_parse(&idx, NULL, 10, "x"), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_idx_parse(NULL, "", 0, "x"), GN_ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types_and_dimensions),
        cmocka_unit_test(test_bytes_are_not_copied),
        cmocka_unit_test(test_truncated_and_trailing),
        cmocka_unit_test(test_bad_headers),
        cmocka_unit_test(test_zero_dimensions),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_unreadable_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
