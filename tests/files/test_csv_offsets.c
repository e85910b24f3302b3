/* CSV columns whose numbers have more digits in common than a gn_real has: Unix times. */
#include <gemmnet/table.h>
#include "support.h"

enum { ROWS = 400 };
static const char *const when_and_y[] = { "when", "y", NULL };

static gn_csv parse(const char *text, gn_csv_options options)
{
    gn_csv csv;
    CHECK_OK(gn_csv_parse(&csv, text, strlen(text), "some.csv", &options));
    return csv;
}

static gn_real number(const gn_csv *csv, size_t row, size_t column)
{
    return ((const gn_real *)csv->matrix.data)[row * csv->matrix.cols + column];
}

static const char *unix_times(void)
{
    static char text[32 * (ROWS + 1)];
    char *to = text + sprintf(text, "y,when\n");
    for (int i = 0; i < ROWS; i++)
        to += sprintf(to, "%d,%d\n", -i, 1700000000 + i);
    return text;
}

static size_t count_different(const gn_csv *csv, size_t column)
{
    size_t n = 1;
    for (size_t i = 1; i < csv->matrix.rows; i++)
        n += number(csv, i, column) != number(csv, i - 1, column);
    return n;
}

/* Read once without offsets, the columns say which they need. */
static void test_unix_times(void **state)
{
    static const double offsets[] = { 1700000000, 0 };
    (void)state;
    gn_csv csv = parse(unix_times(), (gn_csv_options){ .columns = when_and_y });
    CHECK(csv.columns[0].offset == (IS_DOUBLE ? 0 : 1700000000) && csv.columns[1].offset == 0,
          "%.17g, %.17g", csv.columns[0].offset, csv.columns[1].offset);
    CHECK(count_different(&csv, 0) == (IS_DOUBLE ? ROWS : 4), "%zu", count_different(&csv, 0));
    gn_csv_free(&csv);
    csv = parse(unix_times(), (gn_csv_options){ .columns = when_and_y, .offsets = offsets });
    for (size_t i = 0; i < ROWS; i++)
        CHECK(number(&csv, i, 0) == (gn_real)i && number(&csv, i, 1) == -(gn_real)i,
              "row %zu: %g, %g", i, (double)number(&csv, i, 0), (double)number(&csv, i, 1));
    CHECK(csv.columns[0].offset == (IS_DOUBLE ? 0 : 1700000000), "%.17g", csv.columns[0].offset);
    int32_t labels[ROWS];
    CHECK_OK(gn_csv_labels(&csv, 0, NULL, 0, labels));
    CHECK(labels[0] == 0 && labels[ROWS - 1] == ROWS - 1, "%d", (int)labels[ROWS - 1]);
    gn_csv_free(&csv);
}

/* With a range of 1, numbers above 2^12 (float) and 2^41 (double). */
static void test_who_needs_one(void **state)
{
    static const struct { const char *text; double in_float, in_double; } cases[] = {
        { "4095\n4096\n", 0, 0 }, { "4096\n4097\n", 4096, 0 }, { "-4096\n-4095\n", 0, 0 },
        { "-4097\n-4096\n", -4097, 0 }, { "5000\n5000\n", 0, 0 }, { "7\n", 0, 0 },
        { "0\n1e30\n", 0, 0 },
        { "2199023255551\n2199023255552\n", 2199023255551, 0 },
        { "2199023255552\n2199023255553\n", 2199023255552, 2199023255552 },
        { "1e37\n-1e37\n", 0, 0 }, { "1.00001\n1.00002\n1.00003\n", 1.00001, 0 },
        { "a\nb\n", 0, 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_csv csv = parse(cases[i].text, (gn_csv_options){ .header = GN_HEADER_NO });
        CHECK(csv.columns[0].offset == (IS_DOUBLE ? cases[i].in_double : cases[i].in_float),
              "%s: %.17g", cases[i].text, csv.columns[0].offset);
        gn_csv_free(&csv);
    }
}

/* Any numbers, with decimal commas: the difference is a double's. */
static void test_differences(void **state)
{
    static const char *const both[] = { "b", "a", NULL };
    rng r = { 7 };
    (void)state;
    for (int i = 0; i < 2000; i++) {
        double a = draw_real(&r, -1e6, 1e6), b = draw_real(&r, -10, 10);
        const double offsets[] = { 1e6 * b, draw_real(&r, -1e6, 1e6) };
        char text[120];
        snprintf(text, sizeof text, "a;b\n%.17g;%.17g\n", a, b);
        for (char *point = text; (point = strchr(point, '.')) != NULL;)
            *point = ',';
        gn_csv csv = parse(text,
                           (gn_csv_options){ .decimal = ',', .columns = both, .offsets = offsets });
        CHECK(number(&csv, 0, 0) == (gn_real)(b - offsets[0]) &&
              number(&csv, 0, 1) == (gn_real)(a - offsets[1]),
              "%.17g and %.17g, not %.17g and %.17g", (double)number(&csv, 0, 0),
              (double)number(&csv, 0, 1), b - offsets[0], a - offsets[1]);
        gn_csv_free(&csv);
    }
}

/* What is too large for a float may be small enough less its offset, and the other way round. */
static void test_large_numbers(void **state)
{
    static const double near[] = { 1e300, 0 }, far[] = { IS_DOUBLE ? -1.7e308 : -3e38, 0 };
    (void)state;
    gn_csv_options options = { .columns = when_and_y, .offsets = near };
    gn_csv csv = parse("when,y\n1e300,7\n1e300,8\n", options);
    CHECK(number(&csv, 1, 0) == 0 && number(&csv, 1, 1) == 8, "%g", (double)number(&csv, 1, 0));
    gn_csv_free(&csv);
    const char *text = IS_DOUBLE ? "when,y\n1,7\n1.7e308,8\n" : "when,y\n1,7\n3e38,8\n";
    options.offsets = far;
    CHECK_STATUS(gn_csv_parse(&csv, text, strlen(text), "x", &options), GN_ERR_NONFINITE);
    CHECK(strstr(gn_error_message(), "line 3, column 1 (when)"), "%s", gn_error_message());
}

static void test_text_has_no_offset(void **state)
{
    static const double offsets[] = { 5, 5 };
    (void)state;
    const gn_csv_options options = { .columns = when_and_y, .offsets = offsets };
    gn_csv csv = parse("when,y\nnow,6\nthen,7\n", options);
    CHECK(csv.columns[0].n_classes == 2 && number(&csv, 0, 0) == 0 && number(&csv, 1, 0) == 1, "%g",
          (double)number(&csv, 1, 0));
    CHECK(csv.columns[0].offset == 0, "%g", csv.columns[0].offset);
    CHECK(number(&csv, 0, 1) == 1 && number(&csv, 1, 1) == 2, "%g", (double)number(&csv, 1, 1));
    gn_csv_free(&csv);
}

static void test_refused(void **state)
{
    static const double bad[][2] = { { 0, NAN }, { 0, INFINITY }, { 0, -INFINITY } };
    gn_csv_options options = { .offsets = bad[0] };
    gn_csv csv;
    (void)state;
    CHECK_STATUS(gn_csv_parse(&csv, "when,y\n1,2\n", 11, "x", &options), GN_ERR_ARGUMENT);
    CHECK(strstr(gn_error_message(), "options.columns") && !csv.memory, "%s", gn_error_message());
    options.columns = when_and_y;
    for (size_t i = 0; i < COUNT(bad); i++) {
        options.offsets = bad[i];
        CHECK_STATUS(gn_csv_parse(&csv, "when,y\n1,2\n", 11, "x", &options), GN_ERR_ARGUMENT);
        CHECK(strstr(gn_error_message(), "'y'") && !csv.memory, "%s", gn_error_message());
    }
}

/* Codes that are one float are two texts; and what is not asked for stays numbers. */
static void test_codes(void **state)
{
    static const char text[] = "code,x\n20240101,1\n20240102,20240101\n007,3\n20240101,20240102\n";
    static const char *const x_and_code[] = { "x", "code", NULL },
        *const classes[] = { "007", "20240101", "20240102" };
    static const bool as_text[] = { false, true };
    (void)state;
    gn_csv csv = parse(text, (gn_csv_options){ .columns = x_and_code, .as_text = as_text });
    CHECK(!csv.columns[0].classes && csv.columns[1].n_classes == 3, "%zu classes",
          csv.columns[1].n_classes);
    for (size_t i = 0; i < 3; i++)
        CHECK(strcmp(csv.columns[1].classes[i], classes[i]) == 0, "class %zu is %s", i,
              csv.columns[1].classes[i]);
    CHECK(csv.columns[1].text_line == 2, "line %zu", csv.columns[1].text_line);
    int32_t labels[4];
    CHECK_OK(gn_csv_labels(&csv, 1, NULL, 0, labels));
    CHECK(labels[0] == 1 && labels[1] == 2 && labels[2] == 0 && labels[3] == 1, "%d",
          (int)labels[0]);
    gn_csv_free(&csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unix_times),
        cmocka_unit_test(test_who_needs_one),
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_large_numbers),
        cmocka_unit_test(test_text_has_no_offset),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
