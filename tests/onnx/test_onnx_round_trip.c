/* ONNX out and in again: random networks come back bit for bit. */
#include <locale.h>
#include <unistd.h>
#include <gemmnet/files.h>
#include "files/onnx/onnx.h"
#include "support_onnx.h"

enum { MOST = 1 << 17, ROWS = 9 };

static size_t encode(const gn_network *net, uint8_t *bytes)
{
    gni_output out = gni_output_of(bytes, MOST);
    CHECK_OK(gni_onnx_write(&out, "test", net));
    CHECK(out.used <= MOST, "%zu bytes", out.used);
    return out.used;
}

static gn_network *decode(const uint8_t *bytes, size_t n)
{
    gn_network *net = NULL;
    char note[100] = "something";
    CHECK_OK(gni_onnx_decode(&net, bytes, n, "test", note, sizeof note));
    CHECK(*note == 0, "%s", note);
    return net;
}

static void check_same_outputs(const gn_network *a, const gn_network *b, uint64_t seed)
{
    rng r = { seed };
    size_t n = ROWS * inputs_of(a);
    gn_real *x = reals(n);
    fill_normal(&r, n, x);
    gn_real *p = outputs_for(a, x, ROWS), *q = outputs_for(b, x, ROWS);
    CHECK(same_bits(p, q, ROWS * outputs_of(a)), "seed %d", (int)seed);
    free(x);
    free(p);
    free(q);
}

/* Dropout is left out: it does nothing in prediction. */
static void check_same(gn_network *a, gn_network *b, uint64_t seed)
{
    CHECK(gn_network_param_count(a) == gn_network_param_count(b), "seed %d", (int)seed);
    CHECK(same_bits(gn_network_params(a), gn_network_params(b), gn_network_param_count(a)),
          "seed %d",
          (int)seed);
    gn_scaling s = gn_network_scaling(a), t = gn_network_scaling(b);
    CHECK(!s.input_shift == !t.input_shift && !s.output_shift == !t.output_shift, "seed %d",
          (int)seed);
    if (s.input_shift)
        CHECK(same_bits(s.input_shift, t.input_shift, inputs_of(a)) &&
              same_bits(s.input_scale, t.input_scale, inputs_of(a)), "seed %d", (int)seed);
    if (s.output_shift)
        CHECK(same_bits(s.output_shift, t.output_shift, outputs_of(a)) &&
              same_bits(s.output_scale, t.output_scale, outputs_of(a)), "seed %d", (int)seed);
    check_same_outputs(a, b, seed);
}

static void test_random_networks(void **state)
{
    uint8_t *bytes = allocate(MOST, 1), *again = allocate(MOST, 1);
    (void)state;
    for (uint64_t seed = 0; seed < (in_valgrind() ? 10 : 200); seed++) {
        gn_network *net = exportable_network(seed);
        memset(bytes, 0x55, MOST);
        size_t n = encode(net, bytes), n_again = encode(net, again);
        CHECK(n == n_again && memcmp(bytes, again, n) == 0, "seed %d: another file", (int)seed);
        gn_network *back = decode(bytes, n);
        check_same(net, back, seed);
        n_again = encode(back, again);
        if (gn_network_layer_count(back) == gn_network_layer_count(net)) /* no dropout */
            CHECK(n_again == n && memcmp(bytes, again, n) == 0, "seed %d: another file", (int)seed);
        gn_network_destroy(net);
        gn_network_destroy(back);
    }
    free(bytes);
    free(again);
}

/* ---- attributes ---- */

typedef struct field { unsigned number; const uint8_t *at; size_t n; } field; /* n: length */

static uint64_t take_varint(const uint8_t **at)
{
    uint64_t x = 0;
    for (int shift = 0;; shift += 7) {
        const uint8_t byte = *(*at)++;
        x |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return x;
    }
}

/* The next field of a protobuf message that is sound; false: that was the last. */
static bool next_field(const uint8_t **at, const uint8_t *end, field *f)
{
    if (*at >= end)
        return false;
    const uint64_t tag = take_varint(at);
    *f = (field){ .number = (unsigned)(tag >> 3) };
    if ((tag & 7) == 2)
        f->n = (size_t)take_varint(at);
    f->at = *at;
    if ((tag & 7) == 0)
        take_varint(at);
    *at += (tag & 7) == 5 ? 4 : f->n;
    return true;
}

static bool is_text(const field *f, const char *text)
{
    return f->n == strlen(text) && memcmp(f->at, text, f->n) == 0;
}

/* What an operator of ours may have, by https://onnx.ai/onnx/operators. */
static bool may_have(const field *op, const field *attribute)
{
    static const char *const known[][2] = {
        { "Gemm", "transB" }, { "LeakyRelu", "alpha" }, { "Elu", "alpha" }, { "Softmax", "axis" },
    };
    for (size_t i = 0; i < COUNT(known); i++)
        if (is_text(op, known[i][0]) && is_text(attribute, known[i][1]))
            return true;
    return false;
}

/* NodeProto: 4 is op_type, 5 an attribute, whose name is 1. */
static size_t check_node(const field *node)
{
    const uint8_t *at = node->at, *end = at + node->n;
    field f, op = { 0 }, name;
    size_t n = 0;
    while (next_field(&at, end, &f))
        op = f.number == 4 ? f : op;
    for (at = node->at; next_field(&at, end, &f);)
        if (f.number == 5) {
            const uint8_t *within = f.at;
            CHECK(next_field(&within, f.at + f.n, &name) && name.number == 1, "no name");
            CHECK(may_have(&op, &name), "%.*s has %.*s", (int)op.n, op.at, (int)name.n, name.at);
            n++;
        }
    return n;
}

/* ModelProto: 7 is the graph, GraphProto: 1 a node. */
static size_t check_attributes(const uint8_t *bytes, size_t size)
{
    const uint8_t *at = bytes;
    size_t n = 0;
    for (field f, node; next_field(&at, bytes + size, &f);)
        for (const uint8_t *within = f.at; f.number == 7 && next_field(&within, f.at + f.n, &node);)
            n += node.number == 1 ? check_node(&node) : 0;
    return n;
}

/* Each activation, with what is particular about it. */
static void test_activations(void **state)
{
    static const gn_activation *const all[] = {
        &gn_identity, &gn_sigmoid, &gn_tanh, &gn_relu, &gn_leaky_relu, &gn_elu, &gn_gelu, &gn_silu,
        &gn_softplus, &gn_softmax
    };
    uint8_t *bytes = allocate(MOST, 1);
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(all); i++) {
        gn_activation f = *all[i % COUNT(all)];
        f.alpha = i < COUNT(all) || f.alpha <= 0 ? f.alpha : 0.123456789;
        gn_network *net = NETWORK(3, i, { .units = 4, .activation = &f }, { .units = 2 });
        const size_t size = encode(net, bytes);
        CHECK(check_attributes(bytes, size) >= 2, "two layers have transB");
        gn_network *back = decode(bytes, size);
        const gn_activation *g = &gn_network_layer(back, 0)->activation;
        f.alpha = i < COUNT(all) ? f.alpha : (double)(gn_real)f.alpha;
        CHECK(gn_same_activation(g, &f), "%s: %s, alpha %.17g", f.name, g->name, g->alpha);
        check_same(net, back, i);
        gn_network_destroy(net);
        gn_network_destroy(back);
    }
    free(bytes);
}

/* Without a dense layer there is a node Identity, and dropout that drops nothing. */
static void test_nothing_but_dropout(void **state)
{
    gn_real shift[] = { 1, 2, 3 }, scale[] = { 2, 3, 7 };
    uint8_t *bytes = allocate(MOST, 1);
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        gn_scaling s = { .input_shift = kind & 1 ? shift : NULL,
                         .input_scale = kind & 1 ? scale : NULL,
                         .output_shift = kind & 2 ? shift : NULL,
                         .output_scale = kind & 2 ? scale : NULL };
        gn_network *net = NETWORK(3, 1, { .type = &gn_dropout, .param = { 0.5 } });
        CHECK_OK(gn_network_set_scaling(net, &s));
        gn_network *back = decode(bytes, encode(net, bytes));
        check_same(net, back, 1);
        gn_network_destroy(net);
        gn_network_destroy(back);
    }
    free(bytes);
}

static bool has_text(const uint8_t *bytes, size_t n, const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i + length <= n; i++)
        if (memcmp(bytes + i, text, length) == 0)
            return true;
    return false;
}

/* A dense layer is one module, its activation another unless it is the identity. */
static void test_names_of_parameters(void **state)
{
    static const char *const there[] = { "0.weight", "0.bias", "3.weight", "4.weight", "4.bias" };
    static const char *const not_there[] = { "1.weight", "2.weight", "3.bias", "5.weight" };
    uint8_t *bytes = allocate(MOST, 1);
    gn_network *net = NETWORK(2, 1, { .units = 3, .activation = &gn_tanh },
                              { .type = &gn_dropout, .param = { 0.1 } },
                              { .units = 2, .no_bias = true },
                              { .units = 2, .activation = &gn_softmax });
    size_t n = encode(net, bytes);
    (void)state;
    for (size_t i = 0; i < COUNT(there); i++)
        CHECK(has_text(bytes, n, there[i]), "%s", there[i]);
    for (size_t i = 0; i < COUNT(not_there); i++)
        CHECK(!has_text(bytes, n, not_there[i]), "%s", not_there[i]);
    gn_network_destroy(net);
    free(bytes);
}

/* ---- files ---- */

static void test_files(void **state)
{
    char folder[] = "/tmp/gemmnet-test-onnx-XXXXXX", path[64];
    uint8_t *bytes = allocate(MOST, 1), *from_file = allocate(MOST, 1);
    gn_network *net = exportable_network(3), *back = NULL;
    (void)state;
    CHECK(mkdtemp(folder), "%s", folder);
    setlocale(LC_ALL, "de_DE.UTF-8"); /* where there is one */
    snprintf(path, sizeof path, "%s/net.onnx", folder);
    CHECK_OK(gn_network_export_onnx(net, path));
    CHECK_OK(gn_network_import_onnx(&back, path, NULL, 0));
    check_same(net, back, 3);
    FILE *f = fopen(path, "rb");
    CHECK(f, "%s", path);
    size_t n = fread(from_file, 1, MOST, f);
    fclose(f);
    setlocale(LC_ALL, "C");
    CHECK(n == encode(net, bytes) && memcmp(bytes, from_file, n) == 0, "%zu bytes", n);
    unlink(path);
    CHECK(rmdir(folder) == 0, "%s is not empty", folder);
    gn_network_destroy(net);
    gn_network_destroy(back);
    free(bytes);
    free(from_file);
}

static void test_arguments(void **state)
{
    gn_network *net = NETWORK(2, 1, { .units = 2 }), *out = net;
    char note[8] = "before";
    (void)state;
    CHECK_STATUS(gn_network_export_onnx(NULL, "x"), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_export_onnx(net, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_export_onnx(net, "/nonexistent/x.onnx"), GN_ERR_IO);
    CHECK(strstr(gn_error_message(), "/nonexistent/x.onnx"), "%s", gn_error_message());
    CHECK_STATUS(gn_network_import_onnx(NULL, "x", NULL, 0), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_import_onnx(&out, NULL, note, sizeof note), GN_ERR_ARGUMENT);
    CHECK(!out && !*note, "%s", note);
    out = net;
    CHECK_STATUS(gn_network_import_onnx(&out, "/nonexistent/x.onnx", NULL, 9), GN_ERR_IO);
    CHECK(!out, "%s", "*out is not NULL");
    CHECK_STATUS(gn_network_import_onnx(&out, "/dev/null", NULL, 0), GN_ERR_IO);
    gn_network_destroy(net);
}

/* ---- what has no operator ---- */

static void forward(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                    const gn_real *z,
                    gn_real *y)
{
    gn_relu.forward(&gn_relu, rows, cols, stride, z, y);
    (void)self;
}

static void check_refused(const gn_network *net, const char *name)
{
    gni_output out = gni_output_of(NULL, 0);
    CHECK_STATUS(gni_onnx_write(&out, "test", net), GN_ERR_UNSUPPORTED);
    CHECK(strstr(gn_error_message(), name) && strstr(gn_error_message(), "layer 1"), "%s",
          gn_error_message());
    CHECK(out.used == 0, "%zu bytes", out.used);
}

static void test_own_parts(void **state)
{
    gn_activation mine = gn_relu;
    (void)state;
    mine.name = "mine";
    mine.forward = forward;
    gn_network *net = NETWORK(2, 1, { .units = 2 }, { .units = 2, .activation = &mine });
    check_refused(net, "mine");
    gn_network_destroy(net);
    net = NETWORK(2, 1, { .units = 2 }, { .type = &scale_layer });
    check_refused(net, scale_layer.name);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_networks),
        cmocka_unit_test(test_activations),
        cmocka_unit_test(test_nothing_but_dropout),
        cmocka_unit_test(test_names_of_parameters),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_own_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
