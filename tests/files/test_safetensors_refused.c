/* Networks that no file can hold are refused by the writer, not by the reader; and sentences that
 * say of a file what is wrong with it. */
#include <unistd.h>
#include "support_safetensors.h"

enum { MOST = 16 << 20 };

/* Encoding net fails with status, and says words[0], words[1] ... */
static void check_unwritten(const char *what, gn_network *net, gn_status status,
                            const char *const words[3])
{
    size_t size = 0;
    CHECK(gn_network_encode(net, NULL, 0, &size) == status, "%s: %s", what, gn_error_message());
    for (size_t i = 0; i < 3 && words[i]; i++)
        CHECK(strstr(gn_error_message(), words[i]), "%s: \"%s\" lacks \"%s\"", what,
              gn_error_message(), words[i]);
    gn_network_destroy(net);
}

/* ---- headers that are too large ---- */

static void set_long_note(gn_network *net, size_t n, int letter)
{
    char *text = allocate(n + 1, 1);
    memset(text, letter, n);
    text[n] = 0;
    CHECK_OK(gn_network_set_note(net, "long", text));
    free(text);
}

static gn_network *with_note(size_t n, int letter)
{
    gn_network *net = NETWORK(2, 1, { .units = 1 });
    set_long_note(net, n, letter);
    return net;
}

static void test_long_notes(void **state)
{
    (void)state;
    check_unwritten("a long note", with_note(MOST + 1, 'x'), GN_ERR_UNSUPPORTED,
                    (const char *const[3]){ "16777216 are the most", "notes take 1677" });
    check_unwritten("a note of control characters", with_note(MOST / 6 + 1, 1), GN_ERR_UNSUPPORTED,
                    (const char *const[3]){ "16777216 are the most", "notes take 1677" });
}

/* At the bound itself, what is written is read. */
static void test_longest_note(void **state)
{
    gn_network *net = with_note(0, 'x'), *again;
    blob b = encoded(net);
    size_t rest = b.n - 8 - 3 * sizeof(gn_real); /* padded; the note may take what is left */
    (void)state;
    gn_network_destroy(net);
    free(b.bytes);
    net = with_note(MOST - rest, 'x');
    b = encoded(net);
    CHECK(b.n == 8 + MOST + 3 * sizeof(gn_real), "%zu bytes", b.n);
    CHECK_OK(decode(&again, b));
    check_same_network("the longest note", net, again);
    gn_network_destroy(again);
    gn_network_destroy(net);
    free(b.bytes);
}

static void test_wide_scaling(void **state)
{
    bool deep = one_in(2, 2) == 1; /* so many numbers take seconds; else a note is long as well */
    size_t wide = deep ? 250000 : 250;
    gn_network *net = NETWORK(wide, 1, { .units = 1 });
    gn_real *numbers = reals(wide);
    (void)state;
    if (!deep)
        set_long_note(net, MOST, 'x');
    for (size_t i = 0; i < wide; i++)
        numbers[i] = (gn_real)1e-30; /* 22 letters */
    CHECK_OK(gn_network_set_scaling(net,
                                    &(gn_scaling){ .input_shift = numbers, .input_scale = numbers,
                                                        .input_low = numbers,
                                                        .input_high = numbers }));
    free(numbers);
    check_unwritten("a wide scaling", net, GN_ERR_UNSUPPORTED,
                    (const char *const[3]){ "16777216 are the most", "the notes take",
                                            "the scaling 2" });
}

/* ---- names ---- */

static gn_network *with_activation(const char *name)
{
    gn_activation mine = squash;
    mine.name = name;
    return NETWORK(2, 1, { .units = 1, .activation = &mine });
}

static void test_names_that_are_taken(void **state)
{
    static const char *const ours[] = { "identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu",
                                        "gelu", "silu",
                                        "softplus", "softmax" };
    (void)state;
    for (size_t i = 0; i < COUNT(ours); i++)
        check_unwritten(ours[i], with_activation(ours[i]), GN_ERR_ARGUMENT,
                        (const char *const[3]){ "the activation of layer 0", ours[i],
                                                "library's" });
    gn_layer_type mine = affine_layer;
    mine.name = "dense";
    check_unwritten("a type", NETWORK(2, 1, { .type = &mine }), GN_ERR_ARGUMENT,
                    (const char *const[3]){ "the type of layer 0", "dense", "library's" });
}

static void test_names_of_other_letters(void **state)
{
    (void)state;
    check_unwritten("Latin-1", with_activation("caf\xe9"), GN_ERR_ARGUMENT,
                    (const char *const[3]){ "gn_network_encode", "caf\xe9", "not UTF-8" });
    gn_layer_type mine = affine_layer;
    mine.name = "\xff";
    check_unwritten("a type", NETWORK(2, 1, { .type = &mine }), GN_ERR_ARGUMENT,
                    (const char *const[3]){ "type of layer 0", "not UTF-8" });
    gn_network *net = with_activation("caf\xc3\xa9");
    blob b = encoded(net);
    free(b.bytes);
    gn_network_destroy(net);
}

/* Whatever their alpha is, the library's own remain its own. */
static void test_other_alphas(void **state)
{
    gn_activation leaky = gn_leaky_relu, relu = gn_relu;
    (void)state;
    leaky.alpha = 0.3;
    relu.alpha = 4;
    gn_network *net = NETWORK(2, 1, { .units = 2, .activation = &leaky },
                              { .units = 1, .activation = &relu }),
        *again;
    blob b = encoded(net);
    CHECK_OK(decode(&again, b));
    check_same_network("other alphas", net, again);
    gn_network_destroy(again);
    gn_network_destroy(net);
    free(b.bytes);
}

/* ---- sentences about files ---- */

/* A file whose words are replaced by others as long. */
static void check_named(gn_network *net, const char *from, const char *to, gn_status status,
                        const char *words)
{
    char path[] = "/tmp/gemmnet-test-refused-XXXXXX";
    int file = mkstemp(path);
    blob b = encoded(net);
    uint8_t *at = b.bytes;
    size_t n = strlen(from);
    while (at + n < b.bytes + b.n && memcmp(at, from, n) != 0)
        at++;
    CHECK(file >= 0 && at + n < b.bytes + b.n && strlen(to) == n, "no %s", from);
    memcpy(at, to, n);
    CHECK(write(file, b.bytes, b.n) == (ssize_t)b.n, "%s", path);
    CHECK_STATUS(gn_network_load(&(gn_network *){ NULL }, path, &own_parts), status);
    CHECK(strncmp(gn_error_message(), path, strlen(path)) == 0 && strstr(gn_error_message(), words),
          "not %s, or not of the file: %s", words, gn_error_message());
    close(file);
    unlink(path);
    free(b.bytes);
    gn_network_destroy(net);
}

static void test_messages_name_the_file(void **state)
{
    const gn_real two[2] = { 1, 2 };
    gn_network *net = NETWORK(2, 1, { .units = 3 });
    (void)state;
    CHECK_OK(gn_network_set_scaling(net, &(gn_scaling){ .input_shift = two, .input_scale = two }));
    check_named(net, "\\\"input_scale\\\":[1.0", "\\\"input_scale\\\":[0.0", GN_ERR_NONFINITE,
                "inputs number 0");
    check_named(NETWORK(2, 1, { .units = 3 }), ":[2,1,1]", ":[0,1,1]", GN_ERR_SHAPE, "layer 0");
    check_named(NETWORK(2, 1, { .units = 3 }, { .type = &gn_dropout, .param = { 0.5 } }),
                "\\\"dropout\\\",\\\"units\\\":3", "\\\"dropout\\\",\\\"units\\\":4", GN_ERR_SHAPE,
                "dropout");
}

#define Q(word) "\\\"" word "\\\""

/* Whoever misspells a key, or its value, shall hear of it. */
static void test_metadata_are_strict(void **state)
{
    const gn_layer_spec layer = { .units = 3, .activation = &gn_relu, .no_bias = true,
                                  .frozen = true };
    const gn_real two[2] = { 1, 2 };
    static const struct { const char *from, *to, *words; } cases[] = {
        { Q("bias") ":false", Q("bias") ":12345", "bias of layer 0" },
        { Q("frozen") ":true", Q("frozen") ":1234", "frozen of layer 0" },
        { Q("alpha"), Q("alpho"), "no alpha" },
        { Q("activation") ":" Q("relu"), Q("activation") ":12345678",
          "activation of layer 0 is no string" },
        { Q("input_low"), Q("input_lov"), "input_lov of the scaling is unknown" },
        { "{\"__meta", "\t\"__meta", "no JSON object from {" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_network *net = make_network(2, &layer, 1, 1);
        CHECK_OK(gn_network_set_scaling(net, &(gn_scaling){ .input_low = two, .input_high = two }));
        check_named(net, cases[i].from, cases[i].to, GN_ERR_FORMAT, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long_notes),
        cmocka_unit_test(test_longest_note),
        cmocka_unit_test(test_wide_scaling),
        cmocka_unit_test(test_names_that_are_taken),
        cmocka_unit_test(test_names_of_other_letters),
        cmocka_unit_test(test_other_alphas),
        cmocka_unit_test(test_messages_name_the_file),
        cmocka_unit_test(test_metadata_are_strict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
