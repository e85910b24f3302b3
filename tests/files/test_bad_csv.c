/* CSV files that are refused, and where the message says it was; files that are cut, or whose
 * bits are flipped; another locale. */
#include <locale.h>
#include <unistd.h>
#include <gemmnet/table.h>
#include "support.h"

static bool all_zero(const gn_csv *csv)
{
    return !csv->matrix.data && csv->matrix.rows == 0 && csv->matrix.cols == 0 && !csv->columns &&
           !csv->names && csv->n_names == 0 && !csv->header && !csv->rows && !csv->lines &&
               !csv->memory;
}

/* From memory of exactly that size, so that sanitizers see a read too far. */
static gn_status parse_exactly(gn_csv *csv, const void *bytes, size_t n, gn_csv_options options)
{
    static uint8_t *exact; /* until the next call: rows point into it */
    free(exact);
    exact = allocate(n, 1);
    if (n)
        memcpy(exact, bytes, n);
    memset(csv, 0x55, sizeof *csv);
    return gn_csv_parse(csv, exact, n, "some.csv", &options);
}

/* The message has these words, which a '|' parts. */
static void check_words(const char *text, const char *words)
{
    while (*words) {
        char word[100];
        size_t n = strcspn(words, "|");
        snprintf(word, sizeof word, "%.*s", (int)n, words);
        CHECK(strstr(gn_error_message(), word), "%s: %s, where '%s' was expected", text,
              gn_error_message(),
              word);
        words += n + (words[n] == '|');
    }
}

static void check_refused(const char *text, size_t n, gn_csv_options options, gn_status wanted,
                          const char *words)
{
    gn_csv csv;
    gn_status status = parse_exactly(&csv, text, n, options);
    CHECK(status == wanted, "%s: %d (%s)", text, (int)status, gn_error_message());
    CHECK(all_zero(&csv), "%s: *out is not zero", text);
    check_words(text, words);
}

static const char *const only_b[] = { "b", NULL }, *const twice[] = { "a", "b", "a", NULL },
                  *const only_c[] = { "c", NULL }, *const only_3[] = { "3", NULL };

static void test_refused(void **state)
{
    static const struct { const char *text; gn_csv_options options; const char *words; } bad[] = {
        { "", { 0 }, "no rows" },
        { "\xef\xbb\xbf", { 0 }, "no rows" },
        { "\n\n", { 0 }, "no rows" },
        { "a,b\n", { 0 }, "no rows but a header" },
        { "1,2\n", { .header = GN_HEADER_YES }, "no rows but a header" },
        { "a,b\n1,2\n3\n", { 0 }, "some.csv: line 3 has 1 field,|first row has 2|','" },
        { "a,b\n1,2,3\n", { 0 }, "line 2 has 3 fields|first row has 2" },
        { "a\tb\n1\t2\n3\n", { 0 }, "line 3|a tab" },
        { "a,b\r\n1,2\r\n3\r\n", { 0 }, "line 3 has 1" },
        { "a,b\r1,2\r3\r", { 0 }, "line 3 has 1" },
        { "a,b\n\"1\n\",2\n3\n", { 0 }, "line 4 has 1" },
        { "a,b\n\n1,2\n", { 0 }, "line 2 is blank" },
        { "\na,b\n1,2\n", { 0 }, "line 1 is blank" },
        { "a\n1\n \n2\n", { 0 }, "line 3 is blank" },
        { "a,b\n1,\"2\n3,4\n", { 0 }, "line 2: a quote|never closed" },
        { "a,b\n1,\"2\"3\n", { 0 }, "line 2: |follows a closing quote" },
        { "a,b\n\"1\n\n\"x,2\n", { 0 }, "line 4: |follows a closing quote" },
        { "a,b\n1,\n", { 0 }, "line 2, column 2 (b): the value is missing" },
        { "a,b\n1,2\n,3\n", { 0 }, "line 3, column 1 (a): the value is missing" },
        { "a,b\n1,\"\"\n", { 0 }, "line 2, column 2 (b)|missing" },
        { "a,b\n1,x\n1,NA\n", { 0 }, "line 3, column 2 (b): the value is missing ('NA')" },
        { "1,n/a\n", { 0 }, "line 1, column 2 (2)|missing ('n/a')" },
        { "1,NaN\n", { 0 }, "missing ('NaN')" }, { "1,-nan\n", { 0 }, "missing ('-nan')" },
        { "1,NULL\n", { 0 }, "missing" }, { "1,?\n", { 0 }, "missing" },
        { "1,#N/A\n", { 0 }, "missing" },
        { "1,<NA>\n", { 0 }, "missing" },
        { "a,b\n\"1\n\",x\n2,NA\n", { 0 }, "line 4, column 2" },
        { "a,b\n1,x\n1,NA\n", { .columns = only_b }, "line 3, column 2 (b)" },
        { "a,b\n1,2\n", { .columns = only_c },
          "no column is called 'c'|'a' to 'b'|first row names" },
        { "1,2\n", { .columns = only_3 }, "no column is called '3'|'1' to '2'|no header" },
        { "a,b,b\n1,2,3\n", { .columns = only_b }, "more than one column is called 'b'" },
        { "b,a,b\n1,2,3\n", { .columns = only_b }, "more than one column is called 'b'" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        check_refused(bad[i].text, strlen(bad[i].text), bad[i].options, GN_ERR_FORMAT,
                      bad[i].words);
    check_refused("1,\0,3\n", 6, (gn_csv_options){ 0 }, GN_ERR_FORMAT, "byte 2 is 0");
    check_refused("\xff\xfe" "1\0\n\0", 6, (gn_csv_options){ 0 }, GN_ERR_FORMAT, "UTF-16");
}

static void test_too_large(void **state)
{
    static const char *const bad[] = { "inf", "-Inf", "+INFINITY", "1e400", "-1e999999999999",
                                       "1e39",
                                       "340282356779733661637539395458142568448" };
    (void)state;
    for (size_t i = 0; i < COUNT(bad) - (IS_DOUBLE ? 2 : 0); i++) {
        char text[80], words[120];
        snprintf(text, sizeof text, "a,b\n1,2\n3,%s\n", bad[i]);
        snprintf(words, sizeof words, "line 3, column 2 (b): this is too large ('%.40s", bad[i]);
        check_refused(text, strlen(text), (gn_csv_options){ 0 }, GN_ERR_NONFINITE, words);
    }
    check_refused("a;b\n1;2\n3;4,5e999\n", 18, (gn_csv_options){ .decimal = ',' }, GN_ERR_NONFINITE,
                  "('4,5e999')");
}

static void test_bad_arguments(void **state)
{
    static const bool text = true;
    static const gn_csv_options bad[] = {
        { .separator = '"' }, { .separator = '\n' }, { .separator = '\r' }, { .separator = '.' },
        { .separator = ',', .decimal = ',' }, { .decimal = ';' }, { .header = (gn_header)3 },
        { .reserved = { 1 } }, { .as_text = &text }, { .columns = twice },
    };
    gn_csv csv;
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        check_refused("a,b\n1,2\n", 8, bad[i], GN_ERR_ARGUMENT, "");
    CHECK_STATUS(gn_csv_parse(NULL, "1", 1, "x", NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_csv_parse(&csv, NULL, 1, "x", NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_csv_parse(&csv, "1", 1, NULL, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_csv_read(NULL, "x", NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_csv_read(&csv, NULL, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_csv_read(&csv, "/nonexistent/x.csv", NULL), GN_ERR_IO);
    CHECK(strstr(gn_error_message(), "No such file") && all_zero(&csv), "%s", gn_error_message());
    CHECK_STATUS(gn_csv_read(&csv, "/tmp", NULL), GN_ERR_IO);
}

/* Messages are one line of whole characters, however long or strange what they quote is. */
static void test_messages(void **state)
{
    char text[400] = "a,b\n1,x\n2,";
    (void)state;
    strcat(text, "\"NA\"\n\"\033[31m");
    for (int i = 0; i < 50; i++)
        strcat(text, "\xc3\xa4\n");
    strcat(text, "\",5");
    check_refused(text, strlen(text), (gn_csv_options){ .header = GN_HEADER_YES }, GN_ERR_FORMAT,
                  "('NA')");
    char *last = strstr(text, "\"\033");
    check_refused("x", 1, (gn_csv_options){ .columns = (const char *[]){ last, NULL },
                                            .header = GN_HEADER_NO },
                  GN_ERR_FORMAT, "no column is called '\"?[31m\xc3\xa4?|\xc3\xa4?...'");
    check_refused("x", 1, (gn_csv_options){ .columns = (const char *[]){ "\xc2\x9b" "2J", NULL },
                                            .header = GN_HEADER_NO }, GN_ERR_FORMAT,
                                            "called '?" "?2J'");
    CHECK(!strchr(gn_error_message(), '\n') && !strchr(gn_error_message(), '\033'), "%s",
          gn_error_message());
}

/* ---- damage ---- */

static const char sound[] = "\xef\xbb\xbf" "size,\"kind, \"\"so\"\" called\",x\r\n"
                            "1.5,\"a\nb\",-2e3\r\n 7 ,c,\"0.25\"\r\n-3,\"a\nb\",4\r\n\r\n";

static const gn_csv_options several[] = {
    { 0 }, { .header = GN_HEADER_YES }, { .header = GN_HEADER_NO, .separator = ';' },
    { .decimal = ',' },
    { .columns = (const char *const[]){ "x", "size", NULL } },
};

static void check_outcome(const void *bytes, size_t n)
{
    for (size_t i = 0; i < COUNT(several); i++) {
        gn_csv csv;
        gn_status status = parse_exactly(&csv, bytes, n, several[i]);
        CHECK(status == GN_OK || status == GN_ERR_FORMAT || status == GN_ERR_NONFINITE, "%d",
              (int)status);
        CHECK(status == GN_OK || (all_zero(&csv) && strstr(gn_error_message(), "some.csv: ")), "%s",
              gn_error_message());
        for (size_t j = 0; status == GN_OK && j < csv.matrix.rows * csv.matrix.cols; j++) {
            gn_real x = ((const gn_real *)csv.matrix.data)[j];
            const gn_column *c = &csv.columns[j % csv.matrix.cols];
            CHECK(isfinite(x) && (!c->classes || (size_t)x < c->n_classes), "%g", (double)x);
        }
        gn_csv_free(&csv);
    }
}

static void test_cut(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof sound; n++)
        check_outcome(sound, n);
}

static void test_flipped_bits(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 8 * (sizeof sound - 1); bit++) {
        char text[sizeof sound];
        memcpy(text, sound, sizeof sound);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        check_outcome(text, sizeof sound - 1);
    }
}

/* ---- a locale with decimal commas ---- */

/* One that is there, or one that is made; NULL: neither. */
static const char *comma_locale(void)
{
    static const char *const names[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8", "de_DE" };
    static char folder[] = "/tmp/gemmnet-test-locale-XXXXXX", command[200];
    for (size_t i = 0; i < COUNT(names); i++)
        if (setlocale(LC_ALL, names[i]))
            return names[i];
    if (!mkdtemp(folder))
        return NULL;
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s/log 2>&1",
             folder,
             folder);
    int code = system(command);
    setenv("LOCPATH", folder, 1);
    const char *name = code == 0 ? setlocale(LC_ALL, "de_DE.UTF-8") : NULL;
    unsetenv("LOCPATH");
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) == 0 ? name : NULL;
}

static void test_locale(void **state)
{
    gn_csv csv;
    char text[16];
    (void)state;
    if (!comma_locale())
        skip();
    snprintf(text, sizeof text, "%.1f", 1.5);
    CHECK(strcmp(text, "1,5") == 0, "%s", text);
    CHECK_OK(parse_exactly(&csv, "a;b\n1.5;2,5\n3;4,5\n", 18, (gn_csv_options){ 0 }));
    CHECK(((const gn_real *)csv.matrix.data)[0] == 1.5 && !csv.columns[0].classes, "%s", "1.5");
    CHECK(csv.columns[1].n_classes == 2, "%zu", csv.columns[1].n_classes);
    gn_csv_free(&csv);
    CHECK_OK(parse_exactly(&csv, "1,5\n", 4, (gn_csv_options){ .decimal = ',', .separator = ';' }));
    CHECK(((const gn_real *)csv.matrix.data)[0] == 1.5, "%s", "1,5");
    gn_csv_free(&csv);
    CHECK(strcmp(setlocale(LC_ALL, NULL), "C") != 0, "%s", setlocale(LC_ALL, NULL));
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_bad_arguments),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_flipped_bits),
        cmocka_unit_test(test_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
