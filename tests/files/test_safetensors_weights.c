/* Weights alone, as PyTorch's safetensors writes them, into a network that the caller describes:
 * every name and shape is checked, and a failure changes nothing. */
#include <unistd.h>
#include "support_safetensors.h"

static char path[64];

static int set_up(void **state)
{
    (void)state;
    return make_temporary_file(path) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static gn_status load(gn_network *net, const char *header, const void *data, size_t n)
{
    blob b = safetensors(header, data, n);
    FILE *file = fopen(path, "wb");
    CHECK(file && fwrite(b.bytes, 1, b.n, file) == b.n, "%s", path);
    (void)fclose(file);
    free(b.bytes);
    return gn_network_load_weights(net, path);
}

#define ENTRY(name, dtype, shape, begin, end) \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape \
    ",\"data_offsets\":[" begin "," end "]}"

/* nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Dropout(), nn.Linear(3, 1, bias=False)) */
static gn_network *the_network(void)
{
    return NETWORK(2, 7, { .units = 3, .activation = &gn_relu, .frozen = true },
                   { .type = &gn_dropout, .param = { 0.5 } }, { .units = 1, .no_bias = true });
}

enum { PARAMS = 3 * 2 + 3 + 3 };

static void check_params(const char *what, gn_network *net, const double *want)
{
    const gn_real *params = gn_network_params(net);
    for (size_t i = 0; i < PARAMS; i++)
        CHECK(params[i] == (gn_real)want[i], "%s: parameter %zu is %.17g, not %.17g", what, i,
              (double)params[i],
              want[i]);
}

static const double numbers[PARAMS] = { 0.1, 1e-40, -3, 4.5, 1 / 3.0, 6, 7, 8, 9, 10, 11, -0.12 };

static void test_both_types(void **state)
{
    float narrow[PARAMS];
    double rounded[PARAMS];
    (void)state;
    for (size_t i = 0; i < PARAMS; i++)
        rounded[i] = (double)(narrow[i] = (float)numbers[i]);
    gn_network *net = the_network();
    const gn_real two[2] = { 1, 2 };
    CHECK_OK(gn_network_set_scaling(net, &(gn_scaling){ .input_shift = two, .input_scale = two }));
    CHECK_OK(gn_network_set_note(net, "mine", "stays"));
    CHECK_OK(load(net, "{" ENTRY("0.weight", "F32", "[3,2]", "0", "24")
                  "," ENTRY("0.bias", "F32", "[3]",
                                                                                  "24", "36")
                  "," ENTRY("3.weight", "F32", "[1,3]", "36", "48") "}", narrow, sizeof narrow));
    check_params("F32", net, rounded);
    CHECK_OK(load(net, "{" ENTRY("0.weight", "F64", "[3,2]", "0", "48")
                  "," ENTRY("0.bias", "F64", "[3]",
                                                                                  "48", "72")
                  ",\"__metadata__\":{\"format\":\"pt\",\"mine\":\"not this\"},"
                  ENTRY("3.weight", "F64", "[1,3]", "72", "96") "}", numbers, sizeof numbers));
    check_params("F64", net, numbers);
    CHECK(gn_network_scaling(net).input_scale[1] == 2 && gn_network_layer(net, 0)->spec.frozen &&
              strcmp(gn_network_note(net, "mine"), "stays") == 0, "%s",
                  "more than the weights is another");
    gn_network_destroy(net);
}

/* Tensors lie in any order, and each may be of its own type. */
static void test_any_order(void **state)
{
    uint8_t data[12 + 12 + 48], *at = data;
    float narrow[6];
    (void)state;
    for (size_t i = 0; i < 6; i++)
        narrow[i] = (float)(i + 7);
    memcpy(at, narrow + 3, 12);        /* 3.weight: 10 11 12 */
    memcpy(at + 12, numbers, 48);      /* 0.weight */
    memcpy(at + 60, narrow, 12);       /* 0.bias: 7 8 9 */
    const double want[PARAMS] = { 0.1, 1e-40, -3, 4.5, 1 / 3.0, 6, 7, 8, 9, 10, 11, 12 };
    gn_network *net = the_network();
    CHECK_OK(load(net, "{" ENTRY("0.bias", "F32", "[3]", "60", "72") "," ENTRY("3.weight", "F32",
                                                                               "[1,3]", "0", "12")
                  "," ENTRY("0.weight", "F64", "[3,2]", "12", "60") "}", data, sizeof data));
    check_params("another order", net, want);
    gn_network_destroy(net);
}

static void test_what_does_not_fit(void **state)
{
#define FIRST ENTRY("0.weight", "F32", "[3,2]", "0", "24")
#define BIAS ENTRY("0.bias", "F32", "[3]", "24", "36")
#define LAST ENTRY("3.weight", "F32", "[1,3]", "36", "48")
    static const struct { const char *header; size_t n; const char *says[3]; } cases[] = {
        { "{" FIRST "," BIAS "}", 36, { "3.weight", "missing" } },
        { "{" FIRST "," ENTRY("3.weight", "F32", "[1,3]", "24", "36") "}", 36,
          { "0.bias", "missing" } },
        { "{}", 0, { "0.weight", "missing" } },
        { "{" FIRST "," BIAS "," LAST "," ENTRY("3.bias", "F32", "[1]", "48", "52") "}", 52,
          { "3.bias", "left over" } },
        { "{" FIRST "," BIAS "," LAST "," ENTRY("steps", "I64", "[]", "48", "56") "}", 56,
          { "steps", "left over" } },
        { "{" ENTRY("0.weight", "F32", "[2,3]", "0", "24") "," BIAS "," LAST "}", 48,
          { "0.weight", "(2, 3)", "(3, 2)" } },
        { "{" FIRST "," ENTRY("0.bias", "F32", "[3,1]", "24", "36") "," LAST "}", 48,
          { "0.bias", "(3, 1)", "(3" } },
        { "{" FIRST "," ENTRY("0.bias", "F32", "[4]", "24", "40")
          "," ENTRY("3.weight", "F32", "[1,3]",
                                                                            "40", "52") "}",
          52, { "0.bias", "(4", "(3" } },
        { "{" FIRST "," ENTRY("0.bias", "F16", "[3]", "24", "30")
          "," ENTRY("3.weight", "F32", "[1,3]",
                                                                            "30", "42") "}",
          42, { "0.bias", "F16" } },
        { "{" FIRST "," BIAS "," LAST "}", 44, { "48 of 44" } },
        { "{" FIRST "," BIAS "," LAST "}", 0, { "48 of 0" } },
        { "[]", 0, { "object" } },
    };
    static const float data[16];
    gn_network *net = the_network();
    gn_real *before = copy_reals(gn_network_params(net), PARAMS);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK_STATUS(load(net, cases[i].header, data, cases[i].n), GN_ERR_FORMAT);
        CHECK(strstr(gn_error_message(), path), "case %zu: %s", i, gn_error_message());
        for (size_t k = 0; k < 3 && cases[i].says[k]; k++)
            CHECK(strstr(gn_error_message(), cases[i].says[k]), "case %zu: \"%s\" lacks \"%s\"", i,
                  gn_error_message(), cases[i].says[k]);
        CHECK(same_bits(before, gn_network_params(net), PARAMS), "case %zu changed weights", i);
    }
    free(before);
    gn_network_destroy(net);
}

/* The last number is too large for a float: the others have not been taken either. */
static void test_too_large(void **state)
{
    double wide[PARAMS];
    gn_network *net = the_network();
    gn_real *before = copy_reals(gn_network_params(net), PARAMS);
    (void)state;
    memcpy(wide, numbers, sizeof wide);
    wide[PARAMS - 1] = -1e300;
    gn_status status = load(net, "{" ENTRY("0.weight", "F64", "[3,2]", "0", "48") ","
                            ENTRY("0.bias", "F64", "[3]", "48", "72") "," ENTRY("3.weight", "F64",
                                                                                "[1,3]", "72", "96")
                            "}", wide, sizeof wide);
    CHECK(status == (IS_DOUBLE ? GN_OK : GN_ERR_NONFINITE), "%d", (int)status);
    CHECK(IS_DOUBLE || (same_bits(before, gn_network_params(net), PARAMS) &&
                        strstr(gn_error_message(), "3.weight")),
          "%s", gn_error_message());
    free(before);
    gn_network_destroy(net);
}

/* What gn_network_save has written is such a file too. */
static void test_files_of_ours(void **state)
{
    rng r = { 12 };
    (void)state;
    for (int i = 0; i < 20; i++) {
        gn_network *net = random_network(&r), *other;
        CHECK_OK(gn_network_save(net, path));
        CHECK_OK(gn_network_copy(&other, net));
        randomize(other, &r, 1);
        CHECK_OK(gn_network_load_weights(other, path));
        check_same_network("from a file of ours", net, other);
        gn_network_destroy(net);
        gn_network_destroy(other);
    }
}

static void test_arguments(void **state)
{
    gn_network *net = the_network();
    (void)state;
    CHECK_STATUS(gn_network_load_weights(NULL, path), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_load_weights(net, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_load_weights(net, "/nonexistent/x"), GN_ERR_IO);
    CHECK_STATUS(gn_network_load_weights(net, "/tmp"), GN_ERR_IO);
    gn_network_destroy(net);
}

/* ---- files of ours ---- */

static void check_differs(gn_network *net, const char *words)
{
    CHECK_STATUS(gn_network_load_weights(net, path), GN_ERR_FORMAT);
    CHECK(strstr(gn_error_message(), path) && strstr(gn_error_message(), words) &&
          strstr(gn_error_message(), "gn_network_load"), "not '%s': %s", words, gn_error_message());
    gn_network_destroy(net);
}

/* Another scaling or activation would make other predictions of the same weights. */
static void test_other_files_of_ours(void **state)
{
    const gn_real two[2] = { 1, (gn_real)0.25 }, other[2] = { 1, 4 };
    const gn_scaling scaling = { .input_shift = two, .input_scale = two },
        another = { .input_shift = two, .input_scale = other };
    gn_network *net = the_network(), *same = NETWORK(2, 8, { .units = 3, .activation = &gn_relu },
                                                     { .type = &gn_dropout },
                                                     { .units = 1, .no_bias = true });
    (void)state;
    CHECK_OK(gn_network_set_scaling(net, &scaling));
    CHECK_OK(gn_network_save(net, path));
    CHECK_STATUS(gn_network_load_weights(same, path), GN_ERR_FORMAT);
    CHECK(strstr(gn_error_message(), "scaling is"), "%s", gn_error_message());
    CHECK_OK(gn_network_set_scaling(same, &scaling));
    CHECK_OK(gn_network_load_weights(same, path));
    CHECK(same_bits(gn_network_params(net), gn_network_params(same), PARAMS), "%s",
          "other weights");
    CHECK_OK(gn_network_set_scaling(same, &another));
    check_differs(same, "scaling.input_scale[1] is 0.25");
    same = NETWORK(2, 8, { .units = 3, .activation = &gn_tanh }, { .type = &gn_dropout },
                   { .units = 1, .no_bias = true });
    CHECK_OK(gn_network_set_scaling(same, &scaling));
    check_differs(same, "layers[0].activation is \"relu\" in the file, and \"tanh\" here");
    check_differs(NETWORK(3, 8, { .units = 3 }), "input is 2 in the file, and 3 here");
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_types),
        cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_what_does_not_fit),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_files_of_ours),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_other_files_of_ours),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
