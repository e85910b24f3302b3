/* ONNX files that are damaged or lie: a status and a sentence each time, no more memory than 64
 * times the file and 1 MiB, and none kept. */
#include "files/onnx/onnx.h"
#include "support_count.h"
#include "support_graph.h"
#include "support_onnx.h"

/* ---- trying files ---- */

/* Bytes of exactly that size. Returns what the import did; whatever it made is gone again. */
static gn_status try_bytes(const uint8_t *at, size_t n, const char *what)
{
    gn_network *net = NULL;
    char note[64];
    const size_t before = live_bytes;
    const long blocks = live;
    forget_peak();
    gn_status status = gni_onnx_decode(&net, at, n, "it.onnx", note, sizeof note);
    /* the network included; beside it stand the file's own bytes */
    size_t took = peak_bytes - before;
    CHECK(took + n <= 64 * n + (1 << 20), "%s: %zu bytes took %zu", what, n, took);
    CHECK((status < 0) == !net, "%s: %d", what, (int)status);
    CHECK(status == GN_OK || strstr(gn_error_message(), "it.onnx: "), "%s: %s", what,
          gn_error_message());
    gn_network_destroy(net);
    CHECK(live == blocks, "%s: %ld blocks are kept", what, live - blocks);
    return status;
}

static void check_refused(bytes model, const char *what, const char *words)
{
    gn_status status = try_bytes(model.at, model.n, what);
    CHECK(status < 0 && strstr(gn_error_message(), words), "%s: %d, %s", what, (int)status,
          gn_error_message());
    free_bytes(&model);
}

/* A small model with all that a model can have. */
static bytes sample(unsigned number)
{
    bytes b = { .at = NULL };
    gn_layer_spec layers[] = {
        { .units = 2, .activation = number ? &gn_leaky_relu : &gn_gelu },
        { .units = 2, .activation = number ? &gn_softplus : &gn_silu, .no_bias = true },
        { .units = 1, .activation = &gn_softmax },
    };
    gn_real numbers[] = { 1, 2, 3, 4 };
    gn_scaling s = { .input_shift = numbers, .input_scale = numbers, .output_shift = numbers,
                     .output_scale = numbers };
    gn_network *net = make_network(2, layers, 3, 1);
    CHECK_OK(gn_network_set_scaling(net, &s));
    b.room = 1 << 14;
    b.at = allocate(b.room, 1);
    gni_output out = gni_output_of(b.at, b.room);
    CHECK_OK(gni_onnx_write(&out, "test", net));
    b.n = out.used;
    gn_network_destroy(net);
    return b;
}

/* The same chain in typed fields, with nodes and shapes of others. */
static bytes foreign_sample(void)
{
    bytes g = NONE;
    add_input(&g, "x", DIMS(-1, 1, 2));
    add_output(&g, "y");
    add_output(&g, "label");
    add_tensor(&g, tensor_of("w", FLOAT, PACKED, DIMS(2, 2), NUMBERS(1, 2, 3, 4)));
    add_tensor(&g, tensor_of("b", DOUBLE, UNPACKED, DIMS(1, 2), NUMBERS(1, 2)));
    add_tensor(&g, tensor_of("cols", INT64, PACKED, DIMS(1), NUMBERS(2)));
    add_node(&g, "Shape", "1", "x", "s", NONE);
    add_node(&g, "Concat", "2", "s,cols", "to", int_attribute(NONE, "axis", 0));
    add_node(&g, "Reshape", "3", "x,to", "a", NONE);
    add_node(&g, "Transpose", "4", "w", "wt", ints_attribute(NONE, "perm", (int64_t[]){ 1, 0 }, 2));
    add_node(&g, "MatMul", "5", "a,wt", "c", NONE);
    add_node(&g, "Add", "6", "b,c", "d", NONE);
    add_node(&g, "Softmax", "7", "d", "y", int_attribute(NONE, "axis", -1));
    add_node(&g, "ArgMax", "8", "y", "label", NONE);
    return model_of(g, 13);
}

static bytes any_sample(unsigned number)
{
    return number == 2 ? foreign_sample() : sample(number);
}

static uint8_t *exactly(const bytes *b, size_t n)
{
    uint8_t *copy = allocate(n, 1);
    if (n)
        memcpy(copy, b->at, n);
    return copy;
}

static void test_samples_are_good(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        bytes b = any_sample(i);
        CHECK_OK(try_bytes(b.at, b.n, "a sample"));
        free_bytes(&b);
    }
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        bytes b = any_sample(i);
        for (size_t n = 0; n < b.n; n++) {
            uint8_t *cut = exactly(&b, n);
            CHECK(try_bytes(cut, n, "cut") < 0, "%zu of %zu bytes", n, b.n);
            free(cut);
        }
        free_bytes(&b);
    }
}

static void test_any_bit_flipped(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        bytes b = any_sample(i);
        uint8_t *copy = exactly(&b, b.n);
        for (size_t bit = 0; bit < 8 * b.n; bit += one_in(3, 29)) {
            copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
            try_bytes(copy, b.n, "flipped");
            copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        free(copy);
        free_bytes(&b);
    }
}

/* Any byte could be a length: others in its place, and longer ones. */
static void test_lengths_that_lie(void **state)
{
    static const uint8_t lies[] = { 0, 1, 2, 0x7f, 0x80, 0xff };
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        bytes b = any_sample(i);
        uint8_t *copy = allocate(b.n + 10, 1);
        for (size_t at = 0; at < b.n; at += one_in(2, 23))
            for (size_t j = 0; j < COUNT(lies) + 2; j++) {
                size_t n = b.n;
                memcpy(copy, b.at, n);
                if (j < COUNT(lies)) {
                    copy[at] = lies[j];
                } else { /* a varint of 5 or 10 bytes, all ones */
                    size_t more = j == COUNT(lies) ? 4 : 9;
                    memmove(copy + at + more, copy + at, b.n - at);
                    memset(copy + at, 0xff, more);
                    copy[at + more] = 0x0f;
                    n += more;
                }
                try_bytes(copy, n, "a lie");
            }
        free(copy);
        free_bytes(&b);
    }
}

/* ---- protobuf ---- */

static bytes repeated(const void *what, size_t n, size_t times)
{
    bytes b = NONE;
    for (size_t i = 0; i < times; i++)
        put_bytes(&b, what, n);
    return b;
}

static bytes graph_only(bytes graph)
{
    bytes model = NONE;
    put_part(&model, 7, graph);
    return model;
}

static void test_hostile_protobufs(void **state)
{
    enum { MANY = 200000 };
    bytes nested = NONE;
    (void)state;
    check_refused(NONE, "nothing", "the file is empty");
    check_refused(repeated("\xff", 1, MANY), "an endless varint", "no protobuf");
    check_refused(repeated("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12, 9),
                  "a varint of 11 bytes",
                  "no protobuf");
    check_refused(repeated("\x0b", 1, MANY), "groups in groups", "no protobuf");
    check_refused(graph_only(repeated("\x0a\0", 2, MANY)), "empty nodes", "64 times");
    check_refused(graph_only(repeated("\x2a\0", 2, MANY)), "empty tensors", "64 times");
    check_refused(graph_only(repeated("\x5a\0", 2, MANY)), "empty inputs", "opset 0");
    check_refused(repeated("\x3a\2\x0a\0", 4, MANY), "graphs that are merged", "64 times");
    check_refused(repeated("\x42\0", 2, MANY), "empty sets of operators", "no graph");
    check_refused(repeated("\xf8\x07\0", 3, MANY), "unknown fields", "");
    for (int depth = 0; depth < 10000; depth++) {
        bytes inner = nested;
        nested = NONE;
        put_part(&nested, depth % 2 ? 7 : 5, inner); /* model and graph, in turn */
        if (nested.n > 100000)
            break;
    }
    check_refused(nested, "a model in a graph in a model", "");
}

/* An attribute within an attribute cannot be: there is no field for graphs. */
static void test_deep_graphs(void **state)
{
    bytes graph = NONE;
    (void)state;
    for (int depth = 0; depth < 3000; depth++) {
        bytes attribute = NONE, node = NONE, outer = NONE;
        put_part(&attribute, 6, graph); /* AttributeProto.g */
        put_part(&node, 5, attribute);
        put_part(&outer, 1, node);
        graph = outer;
    }
    check_refused(model_of(graph, 13), "graphs in graphs", "no input");
}

/* ---- graphs that would take more than they are ---- */

static bytes many_layers(const char *op, size_t times)
{
    enum { WIDTH = 128 };
    double *w = allocate(WIDTH * WIDTH, sizeof *w);
    char from[24] = "x", to[24];
    bytes g = NONE;
    add_input(&g, "x", DIMS(-1, WIDTH));
    add_real(&g, "w", DIMS(WIDTH, WIDTH), w, WIDTH * WIDTH);
    for (size_t i = 0; i < times; i++) {
        snprintf(to, sizeof to, "%zu", i);
        char inputs[40];
        snprintf(inputs, sizeof inputs, "%s,w", from);
        add_node(&g, op, "", inputs, to, NONE);
        memcpy(from, to, sizeof from);
    }
    add_output(&g, from);
    free(w);
    return model_of(g, 13);
}

static bytes wide_input(int64_t width)
{
    bytes g = NONE;
    add_input(&g, "x", DIMS(-1, width));
    add_output(&g, "y");
    add_tensor(&g, tensor_of("one", REAL, RAW, DIMS(0), NUMBERS(1)));
    add_node(&g, "Sub", "", "x,one", "y", NONE);
    return model_of(g, 13);
}

static void test_graphs_that_grow(void **state)
{
    (void)state;
    bytes few = many_layers("MatMul", 10);
    CHECK_OK(try_bytes(few.at, few.n, "ten layers of one matrix"));
    free_bytes(&few);
    check_refused(many_layers("MatMul", 1000), "a thousand layers of one matrix", "64 times");
    check_refused(wide_input(100000000), "wide rows", "64 times");
    check_refused(wide_input(INT64_C(1) << 31), "wider rows", "too many");
    check_refused(wide_input(INT64_MAX), "the widest rows", "too many");
}

/* Names that nearly agree, to be sorted and found: this must not take long. */
static void test_many_names(void **state)
{
    bytes g = NONE;
    (void)state;
    add_input(&g, "x", DIMS(-1, 2));
    for (int i = 0; i < 20000; i++) {
        char name[80];
        snprintf(name, sizeof name, "%060d", i);
        add_node(&g, "Constant", "", "", name, NONE);
    }
    check_refused(model_of(g, 13), "names", "ends in x");
}

/* ---- memory that fails ---- */

static void test_import_without_memory(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        bytes b = any_sample(i);
        gn_status status = GN_ERR_MEMORY;
        for (size_t n = 1; status < 0; n++) {
            CHECK(n < 100, "call %zu", n);
            fail_at = calls + (long)n;
            status = try_bytes(b.at, b.n, "without memory");
            CHECK(status == GN_OK || status == GN_ERR_MEMORY, "call %zu: %d (%s)", n, (int)status,
                  gn_error_message());
        }
        fail_at = 0;
        free_bytes(&b);
    }
}

static void test_export_takes_none(void **state)
{
    gn_network *net = exportable_network(1);
    uint8_t *room = allocate(1 << 17, 1);
    gni_output out = gni_output_of(room, 1 << 17);
    const long before = calls;
    (void)state;
    CHECK_OK(gni_onnx_write(&out, "test", net));
    CHECK(calls == before, "%ld calls", calls - before);
    free(room);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples_are_good),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_any_bit_flipped),
        cmocka_unit_test(test_lengths_that_lie),
        cmocka_unit_test(test_hostile_protobufs),
        cmocka_unit_test(test_deep_graphs),
        cmocka_unit_test(test_graphs_that_grow),
        cmocka_unit_test(test_many_names),
        cmocka_unit_test(test_import_without_memory),
        cmocka_unit_test(test_export_takes_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
