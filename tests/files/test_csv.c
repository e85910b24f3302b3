/* CSV files: one table in all its spellings, texts as classes. Numbers are test_csv_numbers.c's,
 * what is refused test_bad_csv.c's. */
#include <errno.h>
#include <unistd.h>
#include <gemmnet/table.h>
#include "support.h"

static gn_csv parse(const char *text, gn_csv_options options)
{
    gn_csv csv;
    CHECK_OK(gn_csv_parse(&csv, text, strlen(text), "some.csv", &options));
    return csv;
}

static double number(const gn_csv *csv, size_t row, size_t column)
{
    return (double)((const gn_real *)csv->matrix.data)[row * csv->matrix.cols + column];
}

static void check_sizes(const gn_csv *csv, size_t rows, size_t columns)
{
    CHECK(csv->matrix.rows == rows && csv->matrix.cols == columns, "%zu x %zu, not %zu x %zu",
          csv->matrix.rows, csv->matrix.cols, rows, columns);
    CHECK(csv->matrix.stride == 0 && csv->matrix.type == GN_REAL, "type %d", (int)csv->matrix.type);
}

static void check_name(const gn_csv *csv, size_t column, const char *name)
{
    CHECK(strcmp(csv->columns[column].name, name) == 0, "'%s', not '%s'",
          csv->columns[column].name, name);
}

/* ---- spellings ---- */

static const struct spelling { const char *text; gn_csv_options options; } spellings[] = {
    { "a,b,c\n1,-2.5,3\n4,5,6e2\n", { 0 } },
    { "a,b,c\n1,-2.5,3\n4,5,6e2", { 0 } },
    { "a,b,c\n1,-2.5,3\n4,5,6e2\n\n", { 0 } },
    { "a,b,c\n1,-2.5,3\n4,5,6e2\n  \n\t\n\n ", { 0 } },
    { "a,b,c\r\n1,-2.5,3\r\n4,5,6e2\r\n", { 0 } },
    { "a,b,c\r\n1,-2.5,3\r\n4,5,6e2\r\n\r\n", { 0 } },
    { "a,b,c\r1,-2.5,3\r4,5,6e2\r", { 0 } },
    { "\xef\xbb\xbf" "a,b,c\n1,-2.5,3\n4,5,6e2\n", { 0 } },
    { "a;b;c\n1;-2.5;3\n4;5;6e2\n", { 0 } },
    { "a\tb\tc\n1\t-2.5\t3\n4\t5\t6e2\n", { 0 } },
    { "a|b|c\n1|-2.5|3\n4|5|6e2\n", { .separator = '|' } },
    { "a b c\n1 -2.5 3\n4 5 6e2\n", { .separator = ' ' } },
    { "a;b;c\n1;-2,5;3\n4;5;6e2\n", { .decimal = ',' } },
    { "a;b;c\n1,0;-2,5;3,0\n4,0;5,0;600,0\n", { .decimal = ',' } },
    { "\"a\",\"b\",\"c\"\n\"1\",\"-2.5\",\"3\"\n\"4\",\"5\",\"6e2\"\n", { 0 } },
    { "a, b,c \n 1 ,  -2.5,\t3\n4,\" 5 \", \"6e2\" \n", { 0 } },
    { "a,b,c\n+1.,-25E-1,003\n4,.5e+1,600.00\n", { 0 } },
    { "a,b,c\n1,-2.5,3\n4,5,6e2\n", { .header = GN_HEADER_YES, .separator = ',', .decimal = '.' } },
};

static void test_spellings(void **state)
{
    static const double wanted[] = { 1, -2.5, 3, 4, 5, 600 };
    (void)state;
    for (size_t i = 0; i < COUNT(spellings); i++) {
        gn_csv csv = parse(spellings[i].text, spellings[i].options);
        check_sizes(&csv, 2, 3);
        CHECK(csv.has_header && csv.n_names == 3, "case %zu", i);
        for (size_t j = 0; j < 6; j++)
            CHECK(number(&csv, j / 3, j % 3) == wanted[j], "case %zu: %g", i,
                  number(&csv, j / 3, j % 3));
        for (size_t j = 0; j < 3; j++) {
            CHECK(csv.names[j][0] == "abc"[j] && !csv.names[j][1], "case %zu: '%s'", i,
                  csv.names[j]);
            CHECK(!csv.columns[j].classes && csv.columns[j].n_classes == 0, "case %zu", i);
            check_name(&csv, j, csv.names[j]);
        }
        gn_csv_free(&csv);
        gn_csv_free(&csv); /* twice does no harm */
    }
    gn_csv_free(NULL);
}

static void test_separator(void **state)
{
    static const struct { const char *text; char separator; size_t columns; } cases[] = {
        { "1\n2\n", ',', 1 }, { "1,2\n", ',', 2 }, { "1;2\n", ';', 2 }, { "1\t2\n", '\t', 2 },
        { "x,y;z,a\n1,2,3\n", ',', 3 },       /* a semicolon that stands in one row alone */
        { "1,5;2,5\n3,5;4,5\n", ';', 2 },     /* commas that may be decimal ones */
        { "\"a;b\",\"c;d\"\n1,2\n", ',', 2 }, /* quoted ones do not count */
        { "\"a\nb;\",c\n\n", ',', 2 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_csv csv = parse(cases[i].text, (gn_csv_options){ .header = GN_HEADER_NO });
        CHECK(csv.separator == cases[i].separator, "case %zu: '%c'", i, csv.separator);
        CHECK(csv.n_names == cases[i].columns, "case %zu: %zu columns", i, csv.n_names);
        gn_csv_free(&csv);
    }
}

/* ---- headers and names ---- */

static void test_header(void **state)
{
    static const struct { const char *text; gn_header header; bool has; } cases[] = {
        { "a,b\n1,2\n", GN_HEADER_GUESS, true },   { "1,2\n3,4\n", GN_HEADER_GUESS, false },
        { "a,2\n3,4\n", GN_HEADER_GUESS, false },  { ",b\n1,2\n", GN_HEADER_GUESS, true },
        { "x,y\nx,y\n", GN_HEADER_GUESS, true },   { "\"1\",b\n1,2\n", GN_HEADER_GUESS, false },
        { "1,2\n3,4\n", GN_HEADER_YES, true },     { "a,b\n1,2\n", GN_HEADER_NO, false },
        { "inf,b\nc,d\n", GN_HEADER_NO, false },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_csv csv = parse(cases[i].text, (gn_csv_options){ .header = cases[i].header });
        CHECK(csv.has_header == cases[i].has && !csv.header == !cases[i].has, "case %zu", i);
        check_sizes(&csv, cases[i].has ? 1 : 2, 2);
        gn_csv_free(&csv);
    }
}

/* Numbers stand for names that are not there. */
static void test_names(void **state)
{
    char text[400] = "";
    (void)state;
    gn_csv csv = parse(",b,\"\",\"x \"\"y\"\"\"\n1,2,3,4\n", (gn_csv_options){ 0 });
    check_name(&csv, 0, "1");
    check_name(&csv, 1, "b");
    check_name(&csv, 2, "3");
    check_name(&csv, 3, "x \"y\"");
    gn_csv_free(&csv);
    for (int i = 0; i < 120; i++)
        strcat(text, i ? ",7" : "7");
    csv = parse(text, (gn_csv_options){ 0 });
    check_sizes(&csv, 1, 120);
    for (size_t i = 0; i < 120; i++)
        CHECK(strtoul(csv.columns[i].name, NULL, 10) == i + 1, "column %zu is '%s'", i,
              csv.columns[i].name);
    check_name(&csv, 119, "120");
    gn_csv_free(&csv);
}

/* In the order of the list; what stands in others is not looked at. */
static void test_columns(void **state)
{
    static const char text[] = "id,price,note,area\n7,100,\"to let, soon\",50\n,200,NA,60.5\n";
    const char *const wanted[] = { "area", "price", NULL }, *const none[] = { NULL },
               *const numbers[] = { "4", "2", NULL };
    (void)state;
    gn_csv csv = parse(text, (gn_csv_options){ .columns = wanted });
    check_sizes(&csv, 2, 2);
    check_name(&csv, 0, "area");
    check_name(&csv, 1, "price");
    CHECK(number(&csv, 0, 0) == 50 && number(&csv, 0, 1) == 100 && number(&csv, 1, 0) == 60.5 &&
          number(&csv, 1, 1) == 200, "%g %g", number(&csv, 0, 0), number(&csv, 0, 1));
    CHECK(csv.n_names == 4 && strcmp(csv.names[2], "note") == 0, "%zu names", csv.n_names);
    gn_csv_free(&csv);
    csv = parse(text, (gn_csv_options){ .columns = none });
    check_sizes(&csv, 2, 0);
    CHECK(csv.n_names == 4 && csv.has_header, "%zu names", csv.n_names);
    gn_csv_free(&csv);
    csv = parse(strchr(text, '\n') + 1, (gn_csv_options){ .columns = numbers });
    CHECK(!csv.has_header && number(&csv, 1, 0) == 60.5 && number(&csv, 0, 1) == 100, "%g",
          number(&csv, 1, 0));
    gn_csv_free(&csv);
}

/* Header and rows are the bytes of the file. */
static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(spellings); i++) {
        const char *text = spellings[i].text, *first = text + (*text == '\xef' ? 3 : 0);
        gn_csv csv = parse(text, spellings[i].options);
        CHECK(csv.header == first, "case %zu: %td", i, csv.header - text);
        CHECK(csv.rows[0] > csv.header && strchr("1+ \"", csv.rows[0][0]), "case %zu: %s", i,
              csv.rows[0]);
        CHECK(strchr("4\"", csv.rows[1][0]), "case %zu: %s", i, csv.rows[1]);
        CHECK(strchr("\r\n", csv.rows[1][-1]) && strchr("\r\n", csv.rows[0][-1]), "case %zu", i);
        CHECK(csv.lines[0] == 2 && csv.lines[1] == 3, "case %zu: %zu, %zu", i, csv.lines[0],
              csv.lines[1]);
        CHECK(strspn(csv.rows[2], " \t\r\n") == strlen(csv.rows[2]) &&
              (!*csv.rows[2] || strchr("\r\n", csv.rows[2][-1])), "case %zu: '%s'", i, csv.rows[2]);
        gn_csv_free(&csv);
    }
}

/* ---- texts ---- */

static void test_classes(void **state)
{
    static const char text[] = "x,kind\n1,setosa\n2,\"virg,inica\"\n3,setosa\n4,10\n5,B\n"
                               "6,9\n7,\xc3\xa4\n8,B\n";
    static const char *const classes[] = { "10", "9", "B", "setosa", "virg,inica", "\xc3\xa4" };
    static const int codes[] = { 3, 4, 3, 0, 2, 1, 5, 2 };
    int32_t labels[8];
    (void)state;
    gn_csv csv = parse(text, (gn_csv_options){ 0 });
    const gn_column *c = &csv.columns[1];
    check_sizes(&csv, 8, 2);
    CHECK(!csv.columns[0].classes && c->n_classes == 6 && c->text_line == 2, "%zu, line %zu",
          c->n_classes, c->text_line);
    for (size_t i = 0; i < 6; i++)
        CHECK(strcmp(c->classes[i], classes[i]) == 0, "class %zu is %s", i, c->classes[i]);
    CHECK_OK(gn_csv_labels(&csv, 1, NULL, 0, labels));
    for (size_t i = 0; i < 8; i++)
        CHECK(number(&csv, i, 1) == codes[i] && labels[i] == codes[i] &&
              number(&csv, i, 0) == (double)i + 1,
              "row %zu: %g", i, number(&csv, i, 1));
    CHECK_OK(gn_csv_labels(&csv, 0, NULL, 0, labels));
    CHECK(labels[0] == 1 && labels[7] == 8, "%d", (int)labels[0]);
    gn_csv_free(&csv);
}

/* A file that lacks a class, in another order than the model's. */
static void test_labels_of_others(void **state)
{
    static const char *const classes[] = { "red", "green", "blue" };
    int32_t labels[3] = { -7, -7, -7 };
    (void)state;
    gn_csv csv = parse("x;hue\n1;red\n2;blue\n3;red\n", (gn_csv_options){ 0 });
    CHECK_OK(gn_csv_labels(&csv, 1, classes, 3, labels));
    CHECK(labels[0] == 0 && labels[1] == 2 && labels[2] == 0, "%d %d", (int)labels[0],
          (int)labels[1]);
    labels[0] = -7;
    CHECK_STATUS(gn_csv_labels(&csv, 1, classes, 2, labels), GN_ERR_ARGUMENT);
    CHECK(strstr(gn_error_message(), "line 3") && strstr(gn_error_message(), "'hue'") &&
          strstr(gn_error_message(), "blue"), "%s", gn_error_message());
    CHECK(labels[0] == -7, "%d", (int)labels[0]);
    CHECK_STATUS(gn_csv_labels(&csv, 0, classes, 3, labels), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_csv_labels(&csv, 2, NULL, 0, labels), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_csv_labels(&csv, 1, NULL, 0, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_csv_labels(NULL, 1, NULL, 0, labels), GN_ERR_ARGUMENT);
    gn_csv_free(&csv);
    csv = parse("1,0.5\n2,1\n-3,2147483648", (gn_csv_options){ 0 });
    for (size_t column = 0; column < 2; column++)
        CHECK_STATUS(gn_csv_labels(&csv, column, NULL, 0, labels), GN_ERR_ARGUMENT);
    CHECK(strstr(gn_error_message(), "line 1") && labels[0] == -7, "%s", gn_error_message());
    gn_csv_free(&csv);
}

/* ---- any table, written and read ---- */

enum { MOST = 7 };
typedef struct random_table { size_t rows, cols; char fields[MOST][MOST][16]; } random_table;

static random_table draw_table(rng *r)
{
    static const char letters[] = "ab\",;\t \r\n'x\xc3\xa9";
    random_table t = { draw_size(r, 1, MOST), draw_size(r, 1, MOST), { { "" } } };
    for (size_t i = 0; i < t.rows; i++)
        for (size_t j = 0; j < t.cols; j++) {
            size_t n = draw_size(r, 1, 12);
            for (size_t k = 0; k < n; k++)
                t.fields[i][j][k] = letters[draw_size(r, 0, sizeof letters - 2)];
            t.fields[i][j][0] = t.fields[i][j][n - 1] = 'q'; /* no spaces around it */
        }
    return t;
}

static char *write_table(const random_table *t, char separator, const char *line_end, char *to)
{
    for (size_t i = 0; i < t->rows; i++)
        for (size_t j = 0; j < t->cols; j++) {
            *to++ = '"';
            for (const char *c = t->fields[i][j]; *c; c++) {
                *to++ = *c;
                if (*c == '"')
                    *to++ = '"';
            }
            *to++ = '"';
            if (j + 1 < t->cols)
                *to++ = separator;
            else
                to += sprintf(to, "%s", line_end);
        }
    return to;
}

static void test_written_and_read(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        rng r = { seed };
        random_table t = draw_table(&r);
        char text[MOST * MOST * 36], separator = ",;\t"[draw_size(&r, 0, 2)];
        const char *line_end = draw_coin(&r) ? "\r\n" : "\n";
        char *end = write_table(&t, separator, line_end, text);
        const gn_csv_options options = { .header = GN_HEADER_NO, .separator = separator };
        gn_csv csv;
        CHECK_OK(gn_csv_parse(&csv, text, (size_t)(end - text), "x", &options));
        check_sizes(&csv, t.rows, t.cols);
        for (size_t i = 0; i < t.rows; i++)
            for (size_t j = 0; j < t.cols; j++) {
                const char *got = csv.columns[j].classes[(size_t)number(&csv, i, j)];
                CHECK(strcmp(got, t.fields[i][j]) == 0,
                      "seed %d: row %zu, column %zu is '%s', not '%s'",
                      (int)seed, i, j, got, t.fields[i][j]);
            }
        CHECK(csv.rows[t.rows] == end, "seed %d", (int)seed);
        gn_csv_free(&csv);
    }
}

/* ---- files ---- */

static void test_files(void **state)
{
    char path[] = "/tmp/gemmnet-test-csv-XXXXXX";
    int fd = mkstemp(path);
    gn_csv csv;
    (void)state;
    CHECK(fd >= 0, "%s: %s", path, strerror(errno));
    CHECK(write(fd, "a,b\n1,x\n2,y\n", 12) == 12, "%s", path);
    CHECK_OK(gn_csv_read(&csv, path, NULL));
    check_sizes(&csv, 2, 2);
    CHECK(number(&csv, 1, 0) == 2 && strcmp(csv.columns[1].classes[1], "y") == 0, "%g",
          number(&csv, 1, 0));
    CHECK(memcmp(csv.header, "a,b\n1,x\n2,y\n", 12) == 0 && csv.rows[2] == csv.header + 12, "%s",
          path);
    gn_csv_free(&csv);
    CHECK(ftruncate(fd, 4) == 0, "%s", path);
    CHECK_STATUS(gn_csv_read(&csv, path, NULL), GN_ERR_FORMAT);
    CHECK(strstr(gn_error_message(), path) && !csv.memory && !csv.matrix.data, "%s",
          gn_error_message());
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_separator),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_labels_of_others),
        cmocka_unit_test(test_written_and_read),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
