/* C source of networks, as far as no compiler is needed (c_source.sh has one): numbers
 * that read back, the same bytes in every locale, names and networks that are refused, and
 * that nothing is left behind then. */
#include <dirent.h>
#include <float.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>
#include <gemmnet/files.h>
#include "support.h"

/* ---- a folder for each test ---- */

static char folder[] = "/tmp/gemmnet-test-export-c-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[2][512];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static size_t count_files(bool remove_them)
{
    size_t n = 0;
    DIR *d = opendir(folder);
    CHECK(d, "%s", folder);
    for (struct dirent *e; (e = readdir(d));)
        if (e->d_name[0] != '.') {
            n++;
            if (remove_them)
                unlink(path_of(e->d_name));
        }
    closedir(d);
    return n;
}

static int make_folder(void **state)
{
    (void)state;
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    count_files(true);
    return rmdir(folder);
}

static char *read_text(const char *path)
{
    FILE *f = fopen(path, "rb");
    CHECK(f, "%s", path);
    CHECK(fseek(f, 0, SEEK_END) == 0, "%s", path);
    size_t n = (size_t)ftell(f);
    char *text = allocate(n + 1, 1);
    rewind(f);
    CHECK(fread(text, 1, n, f) == n, "%s", path);
    fclose(f);
    return text;
}

static void check_refused(const gn_network *net, const char *name, gn_status status,
                          const char *says)
{
    gn_status got = gn_network_export_c(net, path_of(name));
    CHECK(got == status && strstr(gn_error_message(), says), "%s: %d, %s", name, (int)got,
          gn_error_message());
    CHECK(count_files(false) == 0, "%s leaves %zu files", name, count_files(false));
}

/* ---- numbers ---- */

static const double some[] = {
    0, -0.0, 1, -1, 0.1, 0.5, 1.0 / 3, 2.0 / 3, 1e23, 9.5367431640625e-07, 16777216, 16777217,
    9007199254740992.0, 123456789, 0.001, 0.0001, 0.00012345, 999999.94, 9999999999,
    10000000000, FLT_MIN, FLT_MAX, FLT_EPSILON, 1e-45, 1.1754942e-38, 8388609, 4.7223665e21,
    5e-324, 2.2250738585072011e-308, DBL_MIN, DBL_MAX, 1e22, 1e-7,
};

/* Every second number's bits are drawn, so that its exponent may be any. */
static void draw_numbers(rng *r, size_t n, gn_real *out)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = draw_bits(r);
        if (IS_DOUBLE)
            memcpy(&out[i], &bits, sizeof out[i]);
        else
            memcpy(&out[i], &(uint32_t){ (uint32_t)bits }, sizeof(float));
        if (i % 2 || !isfinite(out[i]))
            out[i] = (gn_real)draw_normal(r);
        if (i < COUNT(some) && isfinite((gn_real)some[i]))
            out[i] = (gn_real)some[i];
    }
}

static gn_real read_number(const char *text, char **end)
{
#ifdef GN_DOUBLE
    return strtod(text, end);
#else
    return strtof(text, end);
#endif
}

/* Those between the braces of "name[n] = {". */
static void check_array(const char *text, const char *name, size_t n, const gn_real *expected)
{
    const char *at = strstr(text, name);
    CHECK(at && (at = strchr(at, '{')), "no %s", name);
    at += strncmp(at, "{ /*", 4) == 0 ? strcspn(at, "\n") : 1;
    for (size_t i = 0; i < n; i++) {
        char *end;
        gn_real x = read_number(at, &end);
        CHECK(memcmp(&x, &expected[i], sizeof x) == 0, "%s: number %zu of %a reads %a: %.30s",
              name, i, (double)expected[i], (double)x, at);
        size_t length = strspn(at, " \n0123456789.-e");
        CHECK(at + length == end && *(IS_DOUBLE ? end : end + 1) == ',' &&
              (IS_DOUBLE || *end == 'f'),
              "%s: %.30s", name, at);
        CHECK(strcspn(at, ".e") < length, "%s: %.30s is an integer", name, at);
        at = strchr(end, ',') + 1;
    }
    CHECK(strncmp(at, "\n};", 3) == 0, "%s: more than %zu numbers", name, n);
}

static void test_numbers_read_back(void **state)
{
    rng r = { 1 };
    size_t inputs = 101, units = in_valgrind() ? 10 : 300;
    (void)state;
    gn_network *net = NETWORK(inputs, 1, { .units = units });
    gn_real *params = gn_network_params(net);
    draw_numbers(&r, gn_network_param_count(net), params);
    CHECK_OK(gn_network_export_c(net, path_of("digits.c")));
    char *text = read_text(path_of("digits.c"));
    check_array(text, "digits_weight_0[", inputs * units, params);
    check_array(text, "digits_bias_0[", units, params + inputs * units);
    free(text);
    gn_network_destroy(net);
}

/* Short where short ones do; what is written is checked against what other programs write. */
static void test_numbers_are_short(void **state)
{
    static const struct { double x; const char *single, *twice; } cases[] = {
        { 0, " 0.0f,", " 0.0," }, { -0.0, " -0.0f,", " -0.0," }, { 1, " 1.0f,", " 1.0," },
        { 0.1, " 0.1f,", " 0.1," }, { 2.0 / 3, " 0.6666667f,", " 0.6666666666666666," },
        { -1e-7, " -1e-7f,", " -1e-7," }, { 1.5e30, " 1.5e30f,", " 1.5e30," },
        { 3.4028234663852886e38, " 3.4028235e38f,", " 3.4028234663852886e38," },
        { 1e-45, " 1e-45f,", " 1e-45," }, { 16777216, " 16777216.0f,", " 16777216.0," },
        { 0.00123, " 0.00123f,", " 0.00123," }, { 9.999999, " 9.999999f,", " 9.999999," },
        { 5e-324, " 0.0f,", " 5e-324," },
    };
    (void)state;
    gn_network *net = NETWORK(1, 1, { .units = COUNT(cases), .no_bias = true });
    for (size_t i = 0; i < COUNT(cases); i++)
        gn_network_params(net)[i] = (gn_real)cases[i].x;
    CHECK_OK(gn_network_export_c(net, path_of("digits.c")));
    char *text = read_text(path_of("digits.c")), *at = strchr(strstr(text, "weight_0["), '{');
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *expected = IS_DOUBLE ? cases[i].twice : cases[i].single;
        size_t n = strlen(expected);
        for (at += i ? 0 : 2; *at == ' ' && at[1] == ' ';)
            at++;
        at += *at == '\n';
        while (*at == ' ' && at[1] == ' ')
            at++;
        CHECK(strncmp(at, expected, n) == 0, "%.*s is written as %.30s", (int)n, expected, at);
        at += n;
    }
    free(text);
    gn_network_destroy(net);
}

/* ---- the same bytes ---- */

static gn_network *make_digits(void)
{
    gn_activation slope = gn_leaky_relu;
    slope.alpha = 0.125;
    static const gn_real shift[3] = { 1.5f, 2.5f, 1e-5f }, scale[3] = { 0.5f, 0.25f, 100.5f };
    gn_network *net = NETWORK(3, 7, { .units = 5, .activation = &slope },
                              { .type = &gn_dropout, .param = { 0.25 } },
                              { .units = 2, .activation = &gn_softmax });
    CHECK_OK(gn_network_set_scaling(net,
                                    &(gn_scaling){ shift, scale, shift, scale, NULL, NULL,
                                                   { 0 } }));
    return net;
}

static const char *const commas[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8" };

/* A locale whose point is a comma, made where there is none; false: it cannot be. */
static bool set_comma(void)
{
    char command[256];
    for (size_t i = 0; i < COUNT(commas); i++)
        if (setlocale(LC_ALL, commas[i]))
            return true;
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/xx_DE.UTF-8 >/dev/null 2>&1",
             folder);
    setenv("LOCPATH", folder, 1);
    bool made = system(command) == 0 && setlocale(LC_ALL, "xx_DE.UTF-8");
    snprintf(command, sizeof command, "rm -rf %s/xx_DE.UTF-8", folder);
    return system(command) == 0 && made;
}

static void test_no_locale_changes_a_byte(void **state)
{
    char number[16];
    (void)state;
    gn_network *net = make_digits();
    CHECK_OK(gn_network_export_c(net, path_of("digits.c")));
    char *before[2] = { read_text(path_of("digits.c")), read_text(path_of("digits.h")) };
    bool comma = set_comma();
    snprintf(number, sizeof number, "%.1f", 0.5);
    gn_status status = gn_network_export_c(net, path_of("digits.c"));
    setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
    char *after[2] = { read_text(path_of("digits.c")), read_text(path_of("digits.h")) };
    bool same = strcmp(before[0], after[0]) == 0 && strcmp(before[1], after[1]) == 0;
    for (int i = 0; i < 2; i++)
        free(before[i]), free(after[i]);
    gn_network_destroy(net);
    CHECK(status == GN_OK && same, "status %d, or other bytes", (int)status);
    if (!comma)
        skip();
    CHECK(strcmp(number, "0,5") == 0, "%s", number);
}

static void test_what_it_says(void **state)
{
    static const char *const source[] = {
        "void digits(const ", "layer 0: 5 units, leaky_relu\n", "layer 2: 2 units, softmax\n",
        "3 inputs, scaled\n", "2 outputs, scaled\n", "static const ", "digits_weight_2[10] = {",
    };
    static const char *const header[] = {
        "#ifndef DIGITS_H\n#define DIGITS_H\n", "#define DIGITS_INPUTS 3\n",
        "#define DIGITS_OUTPUTS 2\n", "extern \"C\" {\n",
    };
    char stack[64];
    (void)state;
    gn_network *net = make_digits();
    CHECK_OK(gn_network_export_c(net, path_of("digits.c")));
    CHECK(count_files(false) == 2, "%zu files", count_files(false));
    char *c = read_text(path_of("digits.c")), *h = read_text(path_of("digits.h"));
    for (size_t i = 0; i < COUNT(source); i++)
        CHECK(strstr(c, source[i]), "no %s", source[i]);
    for (size_t i = 0; i < COUNT(header); i++)
        CHECK(strstr(h, header[i]), "no %s", header[i]);
    CHECK(!strstr(c, "dropout") && !strstr(c, "gelu"), "%s", "what is not needed");
    snprintf(stack, sizeof stack, "take %zu bytes of stack", (3 + 5) * sizeof(gn_real));
    CHECK(strstr(h, stack), "not: %s", stack);
    snprintf(stack, sizeof stack, "stack %zu bytes", (3 + 5) * sizeof(gn_real));
    CHECK(strstr(c, stack), "not: %s", stack);
    free(c);
    free(h);
    gn_network_destroy(net);
}

/* ---- what is refused ---- */

static void test_names(void **state)
{
    static const struct { const char *name, *says; } bad[] = {
        { "digits", "does not end in" }, { "digits.h", "does not end in" },
        { "digits.cc", "does not end in" }, { "digits.C", "does not end in" }, { ".c", "no name" },
        { "9.c", "no name" }, { "a-b.c", "no name" }, { "a b.c", "no name" },
        { "a.b.c", "no name" }, { "\xc3\xa4.c", "no name" }, { "_x.c", "no name" },
        { "_X.c", "no name" }, { "a__b.c", "no name" }, { "double.c", "keyword" },
        { "int.c", "keyword" }, { "restrict.c", "keyword" }, { "class.c", "keyword" },
        { "xor.c", "keyword" }, { "bool.c", "keyword" }, { "asm.c", "keyword" },
        { "nullptr.c", "keyword" }, { "main.c", "name of C's" }, { "exp.c", "name of C's" },
        { "expf.c", "name of C's" }, { "expl.c", "name of C's" }, { "atan2f.c", "name of C's" },
        { "y1.c", "name of C's" }, { "gamma.c", "name of C's" }, { "roundeven.c", "name of C's" },
        { "sinf32x.c", "name of C's" }, { "cexp.c", "name of C's" }, { "isnan.c", "name of C's" },
        { "INFINITY.c", "name of C's" }, { "M_PI.c", "name of C's" },
        { "HUGE_VALF.c", "name of C's" }, { "float_t.c", "name of C's" }, { "malloc.c", "header" },
        { "free.c", "name of C's" }, { "printf.c", "name of C's" }, { "memcpy.c", "name of C's" },
        { "index.c", "name of C's" }, { "read.c", "name of C's" }, { "linux.c", "name of C's" },
        { "math.c", "header" }, { "string.c", "header" }, { "stdio.c", "header" },
        { "features.c", "header" }, { "atomic_net.c", "name of C's" },
        { "a234567890b234567890c234567890d234567890e234567890.c", "too long" },
    };
    static const char *const good[] = {
        "x", "a1", "Digits", "DIGITS", "my_net", "net_", "island", "strength", "memoryless",
        "tomato", "expo", "sinister", "mathematics", "classes", "ints",
        "a234567890b234567890c234567890d234567890e2345678",
    };
    char name[64];
    (void)state;
    gn_network *net = NETWORK(2, 1, { .units = 2 });
    for (size_t i = 0; i < COUNT(bad); i++)
        check_refused(net, bad[i].name, GN_ERR_ARGUMENT, bad[i].says);
    for (size_t i = 0; i < COUNT(good); i++) {
        snprintf(name, sizeof name, "%s.c", good[i]);
        CHECK_OK(gn_network_export_c(net, path_of(name)));
    }
    CHECK(count_files(false) == 2 * COUNT(good), "%zu files", count_files(false));
    CHECK_STATUS(gn_network_export_c(NULL, path_of("x.c")), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_export_c(net, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_export_c(net, ""), GN_ERR_ARGUMENT);
    gn_network_destroy(net);
}

static void test_own_parts(void **state)
{
    (void)state;
    gn_network *net = NETWORK(2, 1, { .units = 2 }, { .type = &scale_layer });
    check_refused(net, "x.c", GN_ERR_UNSUPPORTED, scale_layer.name);
    CHECK(strstr(gn_error_message(), "layer 1"), "%s", gn_error_message());
    gn_network_destroy(net);
    gn_activation mine = gn_relu;
    mine.name = "mine";
    mine.user = &mine;
    net = NETWORK(2, 1, { .units = 2, .activation = &mine });
    check_refused(net, "x.c", GN_ERR_UNSUPPORTED, "\"mine\"");
    gn_network_destroy(net);
}

/* A copy under another name, with another alpha, is still ours; a layer that works in training
 * alone is not there in prediction, whoever wrote it. */
static void test_parts_that_are_known(void **state)
{
    gn_activation mine = gn_elu;
    gn_layer_type noise = gn_dropout;
    (void)state;
    mine.name = "mine */";
    mine.alpha = 0.75;
    noise.name = "noise";
    gn_network *net = NETWORK(2, 1, { .type = &noise }, { .units = 2, .activation = &mine });
    CHECK_OK(gn_network_export_c(net, path_of("x.c")));
    char *text = read_text(path_of("x.c"));
    CHECK(strstr(text, IS_DOUBLE ? "x_elu(2, y, 0.75);" : "x_elu(2, y, 0.75f);"), "%s", text);
    CHECK(!strstr(text, "mine") && !strstr(text, "noise"), "%s", text);
    free(text);
    gn_network_destroy(net);
}

static void test_not_finite(void **state)
{
    static const struct { size_t param; double value; const char *says; } cases[] = {
        { 0, NAN, "weight 0 of layer 0 " }, { 5, INFINITY, "weight 5 of layer 0 " },
        { 7, -INFINITY, "bias 1 of layer 0 " }, { 10, NAN, "weight 1 of layer 1 " },
        { 16, INFINITY, "bias 1 of layer 1 " },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_network *net = NETWORK(2, 1, { .units = 3 }, { .units = 2 });
        gn_network_params(net)[cases[i].param] = (gn_real)cases[i].value;
        check_refused(net, "x.c", GN_ERR_NONFINITE, cases[i].says);
        gn_network_destroy(net);
    }
    gn_activation steep = gn_leaky_relu;
    steep.alpha = 1e300;
    gn_network *net = NETWORK(2, 1, { .units = 2, .activation = &steep });
    if (!IS_DOUBLE)
        check_refused(net, "x.c", GN_ERR_NONFINITE, "alpha 1e+300");
    gn_network_destroy(net);
}

/* The second of the two files cannot be made: the first is not made either. */
static void test_no_way_to_write(void **state)
{
    (void)state;
    gn_network *net = NETWORK(2, 1, { .units = 2 });
    check_refused(net, "no/such/folder/x.c", GN_ERR_IO, "no/such/folder/x.c");
    CHECK(mkdir(path_of("x.h.part"), 0777) == 0, "%s", folder);
    CHECK_STATUS(gn_network_export_c(net, path_of("x.c")), GN_ERR_IO);
    CHECK(strstr(gn_error_message(), "x.h"), "%s", gn_error_message());
    CHECK(rmdir(path_of("x.h.part")) == 0 && count_files(false) == 0, "%zu files",
          count_files(false));
    if (geteuid() != 0) { /* root may write anywhere */
        CHECK(chmod(folder, 0500) == 0, "%s", folder);
        gn_status status = gn_network_export_c(net, path_of("x.c"));
        chmod(folder, 0700);
        CHECK(status == GN_ERR_IO, "%d", (int)status);
    }
    gn_network_destroy(net);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        TEST(test_numbers_read_back),
        TEST(test_numbers_are_short),
        TEST(test_no_locale_changes_a_byte),
        TEST(test_what_it_says),
        TEST(test_names),
        TEST(test_own_parts),
        TEST(test_parts_that_are_known),
        TEST(test_not_finite),
        TEST(test_no_way_to_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
