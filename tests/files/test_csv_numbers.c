/* Numbers in CSV files, to the last bit, and what is none. */
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

/* What is written with enough digits is read back to the last bit. */
static void test_read_back(void **state)
{
    rng r = { 5 };
    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[80];
        uint64_t bits = draw_bits(&r) >> (IS_DOUBLE ? 0 : 32);
        gn_real x;
        memcpy(&x, (const char *)&bits, sizeof x); /* little-endian; else other numbers */
        if (!isfinite(x))
            continue;
        snprintf(text, sizeof text, "%.*e\n", IS_DOUBLE ? 16 : 8, (double)x);
        gn_csv csv = parse(text, (gn_csv_options){ 0 });
        CHECK(number(&csv, 0, 0) == (double)x, "%s is read as %.17g", text, number(&csv, 0, 0));
        gn_csv_free(&csv);
    }
}

/* Halves go to the even neighbour, and a little more than a half goes up however far behind it
 * stands; a float's neighbours are not those of a double that was rounded first. */
static void test_rounded_once(void **state)
{
    static const struct { const char *text; double as_double, as_float; } cases[] = {
        { "9007199254740993", 0x1p53, 0x1p53 },
        { "9007199254740993.0000000000000000000000000000000001", 0x1p53 + 2, 0x1p53 },
        { "9007199254740995", 0x1p53 + 4, 0x1p53 },
        { "16777217", 16777217, 0x1p24 },
        { "16777217.0000000000000000000000001", 16777217, 0x1p24 + 2 },
        { "1.00000005960464477539062500000", 1 + 0x1p-24, 1 },
        { "1.00000005960464477539062500001", 1 + 0x1p-24, 1 + 0x1p-23 },
        { "2.4703282292062327208e-324", 0, 0 },
        { "2.4703282292062327209e-324", 0x1p-1074, 0 },
        { "7.006492321624085354618e-46", 0x1p-150, 0 },
        { "7.006492321624085354619e-46", 0x1p-150, 0x1p-149 },
        { "1e-400", 0, 0 }, { "-0.0", 0, 0 }, { "0e999999999999999999", 0, 0 },
        { "1e23", 0x1.52d02c7e14af6p+76, 0x1.52d02cp+76 },
        { "340282356779733661637539395458142568447", 0x1.ffffffp+127, 0x1.fffffep+127 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        double wanted = IS_DOUBLE ? cases[i].as_double : cases[i].as_float;
        gn_csv csv = parse(cases[i].text, (gn_csv_options){ 0 });
        CHECK(number(&csv, 0, 0) == wanted, "%s: %a, not %a", cases[i].text, number(&csv, 0, 0),
              wanted);
        gn_csv_free(&csv);
    }
}

/* What other readers may take for numbers. */
static void test_what_is_no_number(void **state)
{
    static const char *const texts[] = {
        "0x10", "1e", "1e+", "e5", ".", "+", "-", "--1", "1..2", "1.2.3", "1,5", "1 000", "1_000",
        "1d5", "12%", "$5", "1f", "1.5.", "infinite", "nano", "\xd9\xa1", "1e5.0",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        char text[64];
        snprintf(text, sizeof text, "1;%s\n2;3\n", texts[i]);
        gn_csv csv = parse(text, (gn_csv_options){ .header = GN_HEADER_NO });
        CHECK(csv.columns[1].n_classes == 2 && csv.columns[1].text_line == 1, "%s", texts[i]);
        gn_csv_free(&csv);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_rounded_once),
        cmocka_unit_test(test_what_is_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
