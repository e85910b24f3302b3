/* Weights whose names are another program's: which tensor is taken for which layer, and what is
 * said where that cannot be known. */
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

typedef struct entry { const char *name; size_t rows, cols; } entry; /* cols 0: one dimension */

/* The tensors lie one after the other, and number k of tensor i is 100 i + k. */
static void write_file(const entry *entries, size_t n)
{
    char header[4096];
    float data[4096];
    size_t used = 1, end = 0;
    (void)snprintf(header, sizeof header, "{");
    for (size_t i = 0; i < n; i++) {
        const size_t begin = end, count = entries[i].rows * (entries[i].cols ? entries[i].cols : 1);
        char shape[64];
        for (size_t k = 0; k < count; k++)
            data[end++] = (float)(100 * i + k);
        (void)snprintf(shape, sizeof shape, entries[i].cols ? "%zu,%zu" : "%zu", entries[i].rows,
                       entries[i].cols);
        used += (size_t)snprintf(
            header + used, sizeof header - used,
            "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%zu,%zu]}", i ? "," : "",
            entries[i].name, shape, 4 * begin, 4 * end);
    }
    (void)snprintf(header + used, sizeof header - used, "}");
    blob b = safetensors(header, data, 4 * end);
    FILE *file = fopen(path, "wb");
    CHECK(file && fwrite(b.bytes, 1, b.n, file) == b.n, "%s", path);
    (void)fclose(file);
    free(b.bytes);
}

enum { MOST = 12 };

/* 4 inputs; 3, 3 and 2 units, of which the last have no bias. */
static gn_network *the_network(size_t square)
{
    return NETWORK(square, 7, { .units = 3, .activation = &gn_relu },
                   { .type = &gn_dropout, .param = { 0.5 } },
                   { .units = 3, .activation = &gn_tanh }, { .units = 2, .no_bias = true });
}

typedef struct names {
    size_t inputs;
    entry entries[MOST];
    size_t order[5]; /* of the entries, as the network's tensors take them */
} names;

static const names good[] = {
    { 4,
      { { "fc1.weight", 3, 4 },
        { "fc1.bias", 3, 0 },
        { "fc2.weight", 3, 3 },
        { "fc2.bias", 3, 0 },
        { "fc3.weight", 2, 3 } },
      { 0, 1, 2, 3, 4 } },
    /* as Rust's safetensors sorts them, by name: 10 before 2 */
    { 3,
      { { "net.10.bias", 3, 0 },
        { "net.10.weight", 3, 3 },
        { "net.2.bias", 3, 0 },
        { "net.2.weight", 3, 3 },
        { "net.30.weight", 2, 3 } },
      { 3, 2, 1, 0, 4 } },
    { 3,
      { { "_orig_mod.0.weight", 3, 3 },
        { "_orig_mod.3.weight", 3, 3 },
        { "_orig_mod.0.bias", 3, 0 },
        { "_orig_mod.3.bias", 3, 0 },
        { "_orig_mod.5.weight", 2, 3 } },
      { 0, 2, 1, 3, 4 } },
    { 4,
      { { "module.0.weight", 3, 4 },
        { "module.0.bias", 3, 0 },
        { "module.3.weight", 3, 3 },
        { "module.3.bias", 3, 0 },
        { "module.5.weight", 2, 3 } },
      { 0, 1, 2, 3, 4 } },
    /* each has a shape of its own */
    { 4,
      { { "a_head.weight", 2, 3 },
        { "stem.weight", 3, 4 },
        { "stem.bias", 3, 0 },
        { "body.weight", 3, 3 },
        { "body.bias", 3, 0 } },
      { 1, 2, 3, 4, 0 } },
    /* two have one shape, and names that differ in numbers only */
    { 3,
      { { "layers.1.linear.weight", 3, 3 },
        { "layers.1.linear.bias", 3, 0 },
        { "layers.0.linear.weight", 3, 3 },
        { "layers.0.linear.bias", 3, 0 },
        { "out.weight", 2, 3 } },
      { 2, 3, 0, 1, 4 } },
};

static void test_other_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        gn_network *net = the_network(good[i].inputs);
        const gn_real *params = gn_network_params(net);
        write_file(good[i].entries, 5);
        CHECK_OK(gn_network_load_weights(net, path));
        for (size_t j = 0; j < 5; j++) {
            const entry *e = &good[i].entries[good[i].order[j]];
            for (size_t k = 0; k < e->rows * (e->cols ? e->cols : 1); k++, params++)
                CHECK(*params == (gn_real)(100 * good[i].order[j] + k),
                      "case %zu, tensor %zu: number %zu is %g", i, j, k, (double)*params);
        }
        gn_network_destroy(net);
    }
}

/* One layer saved by itself. */
static void test_bare_names(void **state)
{
    static const entry entries[] = { { "weight", 2, 4 }, { "bias", 2, 0 } };
    gn_network *net = NETWORK(4, 1, { .units = 2 });
    (void)state;
    write_file(entries, 2);
    CHECK_OK(gn_network_load_weights(net, path));
    CHECK(gn_network_params(net)[7] == 7 && gn_network_params(net)[9] == 101, "%g",
          (double)gn_network_params(net)[9]);
    gn_network_destroy(net);
}

typedef struct refused { size_t inputs, n; entry entries[MOST]; const char *says[3]; } refused;

static const refused bad[] = {
    { 3,
      5,
      { { "in.weight", 3, 3 },
        { "in.bias", 3, 0 },
        { "mid.weight", 3, 3 },
        { "mid.bias", 3, 0 },
        { "out.weight", 2, 3 } },
      { "tensor 0.weight is missing", "in.weight and mid.weight do not say which comes first",
        "mid.weight (3, 3)" } },
    { 4,
      5,
      { { "fc2.weight", 3, 4 },
        { "fc2.bias", 3, 0 },
        { "fc1.weight", 3, 3 },
        { "fc1.bias", 3, 0 },
        { "fc3.weight", 2, 3 } },
      { "do not say which comes first", "fc2.weight (3, 4)", NULL } },
    { 3,
      5,
      { { "fc1.weight", 3, 3 },
        { "fc1.bias", 3, 0 },
        { "fc01.weight", 3, 3 },
        { "fc01.bias", 3, 0 },
        { "fc3.weight", 2, 3 } },
      { "do not say which comes first", NULL, NULL } },
    { 4,
      5,
      { { "fc1.weight", 4, 3 },
        { "fc1.bias", 4, 0 },
        { "fc2.weight", 3, 3 },
        { "fc2.bias", 3, 0 },
        { "fc3.weight", 2, 3 } },
      { "none has the shape of 0.weight, (3, 4) and a bias", "fc1.weight (4, 3)", NULL } },
    { 4,
      5,
      { { "fc1.weight", 3, 4 },
        { "fc1.bias", 3, 0 },
        { "fc2.weight", 3, 3 },
        { "fc3.weight", 2, 3 },
        { "fc3.bias", 2, 0 } },
      { "none has the shape of 3.weight, (3, 3) and a bias", NULL, NULL } },
    { 4,
      5,
      { { "fc1.weight", 3, 4 },
        { "fc1.bias", 3, 0 },
        { "norm.weight", 3, 0 },
        { "norm.bias", 3, 0 },
        { "fc3.weight", 2, 3 } },
      { "norm.weight is no weight or bias of a dense layer", NULL, NULL } },
    { 4,
      5,
      { { "fc1.weight", 3, 4 },
        { "fc1.bias", 3, 0 },
        { "fc2.kernel", 3, 3 },
        { "fc2.bias", 3, 0 },
        { "fc3.weight", 2, 3 } },
      { "is no weight or bias of a dense layer", "fc2.kernel (3, 3)", NULL } },
    { 4,
      8,
      { { "a.weight", 3, 4 },
        { "a.bias", 3, 0 },
        { "b.weight", 3, 3 },
        { "b.bias", 3, 0 },
        { "c.weight", 3, 3 },
        { "c.bias", 3, 0 },
        { "d.weight", 2, 3 },
        { "d.bias", 2, 0 } },
      { "the file has 8 tensors, the network 5", "c.bias (3) and 2 more", NULL } },
    { 4, 0, { { NULL, 0, 0 } }, { "0.weight is missing", "there is no tensor", NULL } },
    /* the right names after a prefix, and a wrong shape */
    { 4,
      5,
      { { "net.0.weight", 4, 3 },
        { "net.0.bias", 3, 0 },
        { "net.3.weight", 3, 3 },
        { "net.3.bias", 3, 0 },
        { "net.5.weight", 2, 3 } },
      { "net.0.weight has 2 dimensions, (4, 3), not (3, 4)", "transposed", NULL } },
    /* names that a terminal would obey */
    { 4,
      5,
      { { "fc1.weight", 3, 4 },
        { "fc1.bias", 3, 0 },
        { "\\u001b[2J\\nhi.weight", 3, 0 },
        { "x\\u009b0m.bias", 3, 0 },
        { "fc3.weight", 2, 3 } },
      { "?[2J?hi.weight is no weight", "?[2J?hi.weight (3)",
        "x?"
        "?0m.bias" } },
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        gn_network *net = the_network(bad[i].inputs);
        gn_real *before = copy_reals(gn_network_params(net), gn_network_param_count(net));
        write_file(bad[i].entries, bad[i].n);
        CHECK_STATUS(gn_network_load_weights(net, path), GN_ERR_FORMAT);
        for (size_t k = 0; k < 3 && bad[i].says[k]; k++)
            CHECK(strstr(gn_error_message(), bad[i].says[k]), "case %zu: \"%s\" lacks \"%s\"", i,
                  gn_error_message(), bad[i].says[k]);
        CHECK(same_bits(before, gn_network_params(net), gn_network_param_count(net)),
              "case %zu changed weights", i);
        free(before);
        gn_network_destroy(net);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_names),
        cmocka_unit_test(test_bare_names),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
