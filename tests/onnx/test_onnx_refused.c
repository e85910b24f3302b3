/* ONNX that is not read: what is refused, by its name and its node. */
#include "support_graph.h"
#include "support_onnx.h"

static void check_refused(bytes model, gn_status status, const char *words, const char *more)
{
    gn_network *net;
    char note[100] = "before";
    gn_status got = import_bytes(&net, model, note, sizeof note);
    CHECK(got == status, "%d instead of %d: %s", (int)got, (int)status, gn_error_message());
    CHECK(strstr(gn_error_message(), "it.onnx") && strstr(gn_error_message(), words) &&
          strstr(gn_error_message(), more), "not '%s' and '%s': %s", words, more,
              gn_error_message());
    CHECK(*note == 0, "%s", note);
}

static void test_operators_refused(void **state)
{
    static const struct { operators nodes[4]; const char *op, *node; gn_status status; } cases[] = {
        { { { "Conv", "x,w", "y" } }, "Conv", "node n0", GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "LSTM", "z,b", "y" } }, "LSTM", "node n1",
          GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "Erf", "z", "y" } }, "Erf", "node n1", GN_ERR_UNSUPPORTED },
        { { { "Relu", "x", "z" }, { "Gemm", "z,w,b", "y" } }, "Relu", "no dense layer",
          GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "Relu", "z", "a" }, { "Tanh", "a", "y" } }, "Tanh",
          "(relu)",
          GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "Mul", "z,b", "a" }, { "Relu", "a", "y" } }, "Mul",
          "between layers",
          GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "Relu", "z", "r" }, { "Mul", "r,b", "a" },
            { "Gemm", "a,sq,b", "y" } }, "Mul",
          "between layers", GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "Add", "z,x", "y" } }, "Gemm", "no chain",
          GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "Mul", "z,z", "y" } }, "Mul", "no constant",
          GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,x,b", "y" } }, "Gemm", "x is no constant", GN_ERR_UNSUPPORTED },
        { { { "Gemm", "w,x,b", "y" } }, "Gemm", "first input", GN_ERR_UNSUPPORTED },
        { { { "MatMul", "w,x", "y" } }, "MatMul", "first input", GN_ERR_UNSUPPORTED },
        { { { "MatMul", "x,b", "y" } }, "MatMul", "1 dimensions", GN_ERR_SHAPE },
        { { { "MatMul", "x,sq", "y" } }, "MatMul", "rows of 3 numbers, and gets 2", GN_ERR_SHAPE },
        { { { "MatMul", "x,nowhere", "y" } }, "MatMul", "nowhere", GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,two", "y" } }, "Gemm", "3 units", GN_ERR_SHAPE },
        { { { "Sub", "two,x", "s" }, { "Gemm", "s,w,b", "y" } }, "Sub", "second input",
          GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "Sub", "one,z", "y" } }, "Sub", "second input",
          GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "Sigmoid", "z", "p" }, { "Sub", "one,p", "y" } }, "Sub",
          "second input",
          GN_ERR_UNSUPPORTED },
        { { { "Div", "x,b", "s" }, { "Gemm", "s,w,b", "y" } }, "Div",
          "3 numbers do not fit rows of 2", GN_ERR_SHAPE },
        { { { "Gemm", "x,w,b", "z" }, { "ArgMax", "z", "a" }, { "Gemm", "a,w,b", "y" } }, "Gemm",
          "behind the end",
          GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "Relu", "z", "r" }, { "Concat", "r,x", "c" },
            { "Gemm", "c,sq,b", "y" } },
          "Concat", "takes x", GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "Sigmoid", "z", "s" }, { "Mul", "z,s", "y" },
            { "Tanh", "s", "more" } },
          "Tanh", "takes s", GN_ERR_UNSUPPORTED },
        { { { "Gemm", "x,w,b", "z" }, { "LogSoftmax", "z", "l" }, { "Gemm", "l,sq,b", "y" } },
          "Gemm",
          "follows a logarithm", GN_ERR_UNSUPPORTED },
        { { { "Scaler", "x", "s" }, { "Gemm", "s,w,b", "y" } }, "Scaler", "no offset",
          GN_ERR_FORMAT },
        { { { "Reshape", "x,b", "s" }, { "Gemm", "s,w,b", "y" } }, "Reshape", "shape",
          GN_ERR_UNSUPPORTED },
        { { { "Reshape", "x,x", "s" }, { "Gemm", "s,w,b", "y" } }, "Reshape", "shape",
          GN_ERR_UNSUPPORTED },
        { { { "Reshape", "x,flat", "s" }, { "Gemm", "s,w,b", "y" } }, "Reshape", "rows",
          GN_ERR_UNSUPPORTED },
        { { { "Reshape", "x,three", "s" }, { "Gemm", "s,sq,b", "y" } }, "Reshape", "rows",
          GN_ERR_UNSUPPORTED },
        { { { "Reshape", "x,other", "s" }, { "Gemm", "s,w,b", "y" } }, "Reshape", "rows",
          GN_ERR_UNSUPPORTED },
        { { { "Cast", "x", "s" }, { "Gemm", "s,w,b", "y" } }, "Cast", "type 0",
          GN_ERR_UNSUPPORTED },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        bytes g = NONE;
        add_input(&g, "x", DIMS(-1, 2));
        add_output(&g, "y");
        add_real(&g, "w", DIMS(2, 3), WT, 6);
        add_real(&g, "sq", DIMS(3, 3), NUMBERS(1, 2, 3, 4, 5, 6, 7, 8, 9));
        add_real(&g, "b", DIMS(3), B, 3);
        add_real(&g, "two", DIMS(2), B, 2);
        add_real(&g, "one", DIMS(1), NUMBERS(1));
        add_shape(&g, "flat", NUMBERS(-1));
        add_shape(&g, "other", NUMBERS(2, -1));
        add_shape(&g, "three", NUMBERS(-1, 3));
        for (size_t j = 0; j < 4 && cases[i].nodes[j].op; j++) {
            char name[8];
            snprintf(name, sizeof name, "n%zu", j);
            add_node(&g, cases[i].nodes[j].op, name, cases[i].nodes[j].inputs,
                     cases[i].nodes[j].output, NONE);
        }
        check_refused(model_of(g, 13), cases[i].status, cases[i].op, cases[i].node);
    }
}

/* 1 - y is left out where it is the first class beside the second, and nowhere else. */
static void test_complements_refused(void **state)
{
    static const struct { double units; operators nodes[4]; const char *op, *words; } cases[] = {
        { 1, { { "Sub", "one,z", "y" } }, "Sub", "second input" },
        { 1, { { "Relu", "z", "p" }, { "Sub", "one,p", "q" }, { "Concat", "q,p", "y" } }, "Sub",
          "second input" },
        { 1, { { "Sigmoid", "z", "p" }, { "Sub", "one,p", "y" } }, "Sub", "second input" },
        { 1, { { "Sigmoid", "z", "p" }, { "Sub", "one,p", "q" }, { "Concat", "q,q", "y" } }, "Sub",
          "second input" },
        { 1, { { "Sigmoid", "z", "p" }, { "Sub", "one,p", "q" }, { "Identity", "q", "r" },
               { "Concat", "q,p", "y" } },
          "Sub", "second input" },
        { 3, { { "Sigmoid", "z", "p" }, { "Sub", "one,p", "q" }, { "Concat", "q,p", "y" } }, "Sub",
          "3 columns" },
        { 1, { { "Sigmoid", "z", "p" }, { "Sub", "two,p", "q" }, { "Concat", "q,p", "y" } }, "Sub",
          "second input" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        bytes g = NONE;
        add_input(&g, "x", DIMS(-1, 2));
        add_output(&g, "y");
        add_real(&g, "w", cases[i].units > 1 ? DIMS(2, 3) : DIMS(2, 1), W,
                 cases[i].units > 1 ? 6 : 2);
        add_real(&g, "one", DIMS(1), NUMBERS(1));
        add_real(&g, "two", DIMS(1), NUMBERS(2));
        add_node(&g, "MatMul", "first", "x,w", "z", NONE);
        for (size_t j = 0; j < 4 && cases[i].nodes[j].op; j++)
            add_node(&g, cases[i].nodes[j].op, "n", cases[i].nodes[j].inputs,
                     cases[i].nodes[j].output, NONE);
        check_refused(model_of(g, 13), GN_ERR_UNSUPPORTED, cases[i].op, cases[i].words);
    }
}

/* From 1 - p back to the sigmoid over at most 8 operators: the sigmoid and 7 that pass it on. */
static void test_long_complements(void **state)
{
    (void)state;
    for (int n = 0; n < 12; n++) {
        bytes g = NONE;
        char from[16] = "p", to[16] = "p", ends[40];
        gn_network *net = NULL;
        add_input(&g, "x", DIMS(-1, 2));
        add_output(&g, "y");
        add_real(&g, "w", DIMS(2, 1), W, 2);
        add_real(&g, "one", DIMS(1), NUMBERS(1));
        add_node(&g, "MatMul", "first", "x,w", "z", NONE);
        add_node(&g, "Sigmoid", "s", "z", "p", NONE);
        for (int i = 0; i < n; i++) {
            (void)snprintf(to, sizeof to, "p%d", i);
            add_node(&g, "Identity", "i", from, to, NONE);
            memcpy(from, to, sizeof from);
        }
        (void)snprintf(ends, sizeof ends, "one,%s", to);
        add_node(&g, "Sub", "n", ends, "q", NONE);
        (void)snprintf(ends, sizeof ends, "q,%s", to);
        add_node(&g, "Concat", "c", ends, "y", NONE);
        gn_status status = import_bytes(&net, model_of(g, 13), NULL, 0);
        CHECK(status == (n <= 7 ? GN_OK : GN_ERR_UNSUPPORTED), "%d between: %d, %s", n, (int)status,
              gn_error_message());
        gn_network_destroy(net);
    }
}

static void test_attributes_refused(void **state)
{
    const struct { const char *op; bytes attributes; const char *words; } cases[] = {
        { "Softmax", int_attribute(NONE, "axis", 0), "Softmax" },
        { "Gelu", text_attribute(NONE, "approximate", "tanh"), "Gelu" },
        { "Swish", float_attribute(NONE, "alpha", 2), "Swish" },
        { "Flatten", int_attribute(NONE, "axis", 0), "axis 0" },
        { "Gemm", int_attribute(NONE, "transA", 1), "transA" },
        { "Cast", int_attribute(NONE, "to", FLOAT16), "type 10" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        bytes g = begin_graph();
        add_node(&g, "Gemm", "fc", "x,wt,b", "z", NONE);
        add_node(&g, cases[i].op, "the node", "z", "y", cases[i].attributes);
        check_refused(model_of(g, 20), GN_ERR_UNSUPPORTED, cases[i].words, "the node");
    }
}

static bytes graph_of_tensor(bytes tensor)
{
    bytes g = NONE;
    add_input(&g, "x", NULL);
    add_output(&g, "y");
    add_tensor(&g, tensor);
    add_node(&g, "MatMul", "m", "x,w", "y", NONE);
    return model_of(g, 13);
}

static bytes external(bool by_location)
{
    bytes t = tensor_of("w", REAL, RAW, DIMS(2, 2), W, 4);
    if (by_location)
        put_number(&t, 14, 1);
    else
        put_field(&t, 13, "\x0a\x08location\x12\x01w", 13);
    return t;
}

static void test_tensors_refused(void **state)
{
    (void)state;
    check_refused(graph_of_tensor(tensor_of("w", FLOAT16, RAW, DIMS(2, 2), W, 4)),
                  GN_ERR_UNSUPPORTED, "tensor w",
                  "float16");
    check_refused(graph_of_tensor(tensor_of("w", 16, RAW, DIMS(2, 2), W, 4)), GN_ERR_UNSUPPORTED,
                  "tensor w",
                  "bfloat16");
    check_refused(graph_of_tensor(tensor_of("w", -1, RAW, DIMS(2, 2), W, 4)), GN_ERR_UNSUPPORTED,
                  "tensor w", "");
    check_refused(graph_of_tensor(external(false)), GN_ERR_UNSUPPORTED, "tensor w",
                  "external data");
    check_refused(graph_of_tensor(external(true)), GN_ERR_UNSUPPORTED, "tensor w", "external data");
    for (storage how = RAW; how <= UNPACKED; how++) {
        check_refused(graph_of_tensor(tensor_of("w", REAL, how, DIMS(2, 2), W, 3)), GN_ERR_FORMAT,
                      "tensor w",
                      "3 of 4");
        check_refused(graph_of_tensor(tensor_of("w", REAL, how, DIMS(2, 2), W, 5)), GN_ERR_FORMAT,
                      "tensor w",
                      "5 of 4");
        check_refused(graph_of_tensor(tensor_of("w", REAL, how, DIMS(2, 2), W, 0)), GN_ERR_FORMAT,
                      "tensor w",
                      "0 of 4");
    }
    check_refused(graph_of_tensor(tensor_of("w", REAL, RAW, DIMS(-2, -2), W, 4)), GN_ERR_FORMAT,
                  "tensor w", "-2");
    check_refused(graph_of_tensor(tensor_of("w", REAL, RAW, DIMS(INT64_C(1) << 60, 2), W, 4)),
                  GN_ERR_FORMAT,
                  "tensor w", "4 of");
    check_refused(graph_of_tensor(tensor_of("w", REAL, RAW,
                                            DIMS(INT64_C(1) << 60, INT64_C(1) << 60), W, 4)),
                  GN_ERR_FORMAT, "tensor w", "1152921504606846976");
    check_refused(graph_of_tensor(tensor_of("w", REAL, RAW, DIMS(INT64_MAX, 3), W, 4)),
                  GN_ERR_FORMAT, "tensor w", "");
    check_refused(graph_of_tensor(tensor_of("w", REAL, RAW, DIMS(1, 1, 1, 1, 1, 1, 1, 2, 2), W, 4)),
                  GN_ERR_UNSUPPORTED, "tensor w", "9 dimensions");
}

static void test_numbers_too_large(void **state)
{
    gn_network *net;
    const double huge[] = { 1e300, 0, 0, 0 };
    gn_status status = import_bytes(&net,
                                    graph_of_tensor(tensor_of("w", DOUBLE, RAW, DIMS(2, 2), huge,
                                                              4)), NULL, 0);
    (void)state;
    if (IS_DOUBLE)
        CHECK_OK(status);
    else
        CHECK(status == GN_ERR_NONFINITE && strstr(gn_error_message(), "tensor w"), "%s",
              gn_error_message());
    gn_network_destroy(net);
    bytes g = begin_graph();
    add_real(&g, "zero", DIMS(0), NUMBERS(0));
    add_node(&g, "Div", "n", "x,zero", "s", NONE);
    add_node(&g, "Gemm", "fc", "s,wt,b", "y", NONE);
    check_refused(model_of(g, 13), GN_ERR_NONFINITE, "divides by 0", "");
    g = begin_graph();
    add_node(&g, "Gemm", "fc", "x,wt,b", "z", NONE);
    add_node(&g, "Elu", "n", "z", "y", float_attribute(NONE, "alpha", INFINITY));
    check_refused(model_of(g, 13), GN_ERR_NONFINITE, "alpha is inf", "node n");
}

static void test_graphs_refused(void **state)
{
    (void)state;
    bytes g = begin_graph();
    add_input(&g, "second", DIMS(-1, 2));
    check_refused(model_of(g, 13), GN_ERR_UNSUPPORTED, "more than one input", "second");
    g = NONE;
    check_refused(model_of(g, 13), GN_ERR_FORMAT, "no input", "");
    g = NONE;
    add_input(&g, "x", DIMS(5));
    check_refused(model_of(g, 13), GN_ERR_SHAPE, "input x", "1 dimensions");
    g = NONE;
    add_input(&g, "x", DIMS(-1, INT64_C(1) << 40, INT64_C(1) << 40));
    check_refused(model_of(g, 13), GN_ERR_SHAPE, "input x", "too long");
    g = NONE;
    add_input(&g, "x", DIMS(-1, -1));
    add_output(&g, "y");
    add_node(&g, "Identity", "n", "x", "y", NONE);
    check_refused(model_of(g, 13), GN_ERR_SHAPE, "how many inputs", "");
    g = begin_graph();
    add_node(&g, "Gemm", "n", "x,wt,b", "y", NONE);
    check_refused(model_of(g, 6), GN_ERR_UNSUPPORTED, "opset 6", "7");
    g = begin_graph();
    add_node(&g, "Gemm", "n", "x,wt,b", "z", NONE);
    check_refused(model_of(g, 13), GN_ERR_FORMAT, "output y", "no node");
    g = NONE;
    add_input(&g, "x", DIMS(-1, 2));
    add_real(&g, "w", DIMS(2, 3), WT, 6);
    add_node(&g, "MatMul", "n", "x,w", "z", NONE);
    check_refused(model_of(g, 13), GN_ERR_FORMAT, "ends in z", "no output");
    g = begin_graph();
    add_node(&g, "Gemm", "1", "x,wt,b", "w", NONE);
    check_refused(model_of(g, 13), GN_ERR_FORMAT, "two values are called w", "");
    check_refused(NONE, GN_ERR_FORMAT, "the file is empty", "");
}

/* A node that waits for itself, one that takes nothing, a value that goes to many, names that a
 * terminal would obey. */
static void test_odd_graphs(void **state)
{
    bytes g = begin_graph();
    (void)state;
    add_node(&g, "Gemm", "1", "x,wt,b", "z", NONE);
    add_node(&g, "Add", "2", "z,y", "y", NONE);
    check_refused(model_of(g, 13), GN_ERR_UNSUPPORTED, "y is no constant", "node 2");
    g = begin_graph();
    add_node(&g, "Gemm", "1", "", "y", NONE);
    check_refused(model_of(g, 13), GN_ERR_FORMAT, "ends in x", "");
    g = begin_graph();
    for (char name[] = "A"; *name < 'M'; ++*name)
        add_node(&g, "Relu", name, "x", name, NONE);
    check_refused(model_of(g, 13), GN_ERR_UNSUPPORTED, "value x", "more than 8");
    g = begin_graph();
    add_node(&g, "Bell\a", "\x1b[2J", "x", "y", NONE);
    check_refused(model_of(g, 13), GN_ERR_UNSUPPORTED, "operator Bell?", "node ?[2J");
    g = begin_graph();
    add_node(&g, "\xc2\x9b" "2J", "\xc2\x80\xc3\x9b", "x", "y", NONE);
    check_refused(model_of(g, 13), GN_ERR_UNSUPPORTED, "operator ?" "?2J", "node ?" "?\xc3\x9b:");
    g = begin_graph();
    add_node(&g, "", "", "x", "y", NONE);
    check_refused(model_of(g, 13), GN_ERR_UNSUPPORTED, "node y", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operators_refused),
        cmocka_unit_test(test_complements_refused),
        cmocka_unit_test(test_long_complements),
        cmocka_unit_test(test_attributes_refused),
        cmocka_unit_test(test_tensors_refused),
        cmocka_unit_test(test_numbers_too_large),
        cmocka_unit_test(test_graphs_refused),
        cmocka_unit_test(test_odd_graphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
