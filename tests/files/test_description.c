/* What the user says of a network, in the note "description", stands in exported files: a comment
 * of C source that it cannot end, and the doc_string of an ONNX model. */
#include <unistd.h>
#include <gemmnet/files.h>
#include "support.h"

static const char said[] =
    "inputs: time - 1700000000, a*/b/*c*/*, \x1b[2J\xc2\x9bm\nand \xc3\xa4\\\nlast";

static gn_network *described(const char *description)
{
    gn_network *net = NETWORK(2, 1, { .units = 1 });
    CHECK_OK(gn_network_set_note(net, "description", description));
    CHECK_OK(gn_network_set_note(net, "other", "untold"));
    return net;
}

/* The file's bytes, with a 0 after them, for free; the file goes. */
static char *take_file(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1 << 16, 1);
    CHECK(file && text, "%s", path);
    *n = fread(text, 1, (1 << 16) - 1, file);
    (void)fclose(file);
    CHECK(unlink(path) == 0, "%s", path);
    return text;
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;
    while ((text = strstr(text, word))) {
        text += strlen(word);
        n++;
    }
    return n;
}

static void check_comment(const char *name)
{
    size_t n;
    char *text = take_file(in_folder(name), &n), *end = strstr(text, "\n#");
    CHECK(end, "%s", text);
    *end = 0; /* the head */
    CHECK(strstr(text, " *\n * inputs: time - 1700000000, a* /b/ *c* / *, ?[2J?m\n * and "
                       "\xc3\xa4\\\n * last\n *"),
          "%s: %s", name, text);
    CHECK(count(text, "*/") == 1 && count(text, "/*") == 1 && !strstr(text, "untold"), "%s: %s",
          name, text);
    free(text);
}

static void test_c(void **state)
{
    gn_network *net = described(said);
    (void)state;
    CHECK_OK(gn_network_export_c(net, in_folder("said.c")));
    check_comment("said.c");
    check_comment("said.h");
    gn_network_destroy(net);
}

/* No line of a comment is much longer than the others of the file. */
static void test_long(void **state)
{
    char words[2000] = "";
    size_t n;
    (void)state;
    for (int i = 0; i < 199; i++)
        memcpy(words + 10 * i, "column_a, ", 11);
    gn_network *net = described(words);
    CHECK_OK(gn_network_export_c(net, in_folder("said.c")));
    free(take_file(in_folder("said.h"), &n));
    char *text = take_file(in_folder("said.c"), &n);
    CHECK(count(text, "column_a,") == 199, "%zu", count(text, "column_a,"));
    for (const char *line = text; line && *line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        CHECK(strcspn(line, "\n") <= 100, "%.120s", line);
    free(text);
    gn_network_destroy(net);
}

static bool is_left_out(gn_status status)
{
    return status == GN_ERR_UNSUPPORTED && strstr(gn_error_message(), "built without");
}

/* Field 6 of a ModelProto, whole as it was; the file is read as one without it. */
static void test_onnx(void **state)
{
    gn_network *net = described(said), *copy = NULL;
    gn_real x[] = { 1, 2 }, y[2];
    (void)state;
    gn_status status = gn_network_export_onnx(net, in_folder("said.onnx"));
    if (is_left_out(status)) {
        gn_network_destroy(net);
        return;
    }
    CHECK_OK(status);
    CHECK_OK(gn_network_import_onnx(&copy, in_folder("said.onnx"), NULL, 0));
    size_t n, k = sizeof said - 1;
    char *bytes = take_file(in_folder("said.onnx"), &n), *at = bytes;
    char field[2 + sizeof said] = { 0x32, (char)k };
    memcpy(field + 2, said, k);
    while (at + k + 2 <= bytes + n && memcmp(at, field, k + 2) != 0)
        at++;
    CHECK(at + k + 2 <= bytes + n, "no doc_string in %zu bytes", n);
    const gn_matrix one = { .data = x, .rows = 1, .cols = 2 };
    for (int i = 0; i < 2; i++) {
        gn_context *ctx = make_context(i ? copy : net, (gn_context_options){ 0 });
        CHECK_OK(gn_predict(ctx, &one, &y[i], 0));
        gn_context_destroy(ctx);
    }
    CHECK(same_bits(&y[0], &y[1], 1), "%g and %g", (double)y[0], (double)y[1]);
    free(bytes);
    gn_network_destroy(copy);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_c),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_onnx),
    };
    return cmocka_run_group_tests(tests, make_group_folder, remove_group_folder);
}
