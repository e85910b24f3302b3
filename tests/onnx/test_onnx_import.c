/* ONNX in: every way in which exporters write a chain. */
#include "support_graph.h"
#include "support_onnx.h"

/* The network must give z = alpha W x + beta b, or with f f(z), for x = (1, 2). */
static void check_outputs(gn_network *net, const char *what, double alpha, double beta)
{
    gn_real x[2] = { 1, 2 };
    CHECK(inputs_of(net) == 2 && outputs_of(net) == 3, "%s: %zu -> %zu", what, inputs_of(net),
          outputs_of(net));
    gn_real *y = outputs_for(net, x, 1);
    for (size_t u = 0; u < 3; u++) {
        double z = alpha * (W[2 * u] + 2 * W[2 * u + 1]) + beta * B[u];
        CHECK(close_to((double)y[u], z, TOLERANCE(1e-14, 1e-6)), "%s: output %zu is %g, not %g",
              what, u, (double)y[u], z);
    }
    free(y);
    gn_network_destroy(net);
}

static void check_imported(bytes graph, const char *what, double alpha, double beta)
{
    gn_network *net;
    char note[100];
    CHECK_OK(import_bytes(&net, model_of(graph, 13), note, sizeof note));
    CHECK(*note == 0, "%s: %s", what, note);
    check_outputs(net, what, alpha, beta);
}

/* ---- numbers ---- */

static void test_storage(void **state)
{
    (void)state;
    for (int type = FLOAT; type <= DOUBLE; type += DOUBLE - FLOAT)
        for (storage how = RAW; how <= UNPACKED; how++) {
            bytes g = NONE;
            add_input(&g, "x", DIMS(-1, 2));
            add_output(&g, "y");
            add_tensor(&g, tensor_of("w", type, how, DIMS(2, 3), WT, 6));
            add_tensor(&g, tensor_of("b", type, how, DIMS(1, 3), B, 3));
            add_node(&g, "Gemm", "fc", "x,w,b", "y", NONE);
            check_imported(g, "an initialiser", 1, 1);
            g = NONE;
            add_input(&g, "x", DIMS(-1, 2));
            add_output(&g, "y");
            add_node(&g, "Constant", "", "", "w",
                     tensor_attribute(NONE, "value", tensor_of("", type, how, DIMS(3, 2), W, 6)));
            add_node(&g, "Constant", "", "", "b",
                     tensor_attribute(NONE, "value", tensor_of("", type, how, DIMS(3), B, 3)));
            add_node(&g, "Gemm", "fc", "x,w,b", "y", int_attribute(NONE, "transB", 1));
            check_imported(g, "a node", 1, 1);
        }
}

static bytes scalar_attributes(void)
{
    return float_attribute(float_attribute(NONE, "alpha", 0.5F), "beta", -2.0F);
}

static void test_layers(void **state)
{
    static const struct { const char *op, *inputs; bool transb, scaled; } products[] = {
        { "Gemm", "x,wt,b", false, false }, { "Gemm", "x,w,b", true, false },
        { "Gemm", "x,wt,b", false, true },
        { "Gemm", "x,w,b", true, true }, { "Gemm", "x,wtt,b", true, false },
        { "MatMul", "x,wt", false, false },
        { "MatMul", "x,wtt2", false, false }, { "Gemm", "x,wt", false, false },
        { "Gemm", "x,w,", true, false },
        { "MatMul", "x,copied", false, false },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(products); i++)
        for (int swapped = 0; swapped < 2; swapped++) {
            bytes g = begin_graph(), a = products[i].scaled ? scalar_attributes() : NONE;
            bool has_bias = strstr(products[i].inputs, ",b");
            add_node(&g, "Transpose", "", "wt", "wtt", NONE);
            add_node(&g, "Transpose", "", "w", "wtt2",
                     ints_attribute(NONE, "perm", (int64_t[]){ 1, 0 }, 2));
            add_node(&g, "Cast", "", "wt", "cast", int_attribute(NONE, "to", FLOAT));
            add_node(&g, "Identity", "", "cast", "copied", NONE);
            a = products[i].transb ? int_attribute(a, "transB", 1) : a;
            add_node(&g, products[i].op, "fc", products[i].inputs, has_bias ? "y" : "z", a);
            if (!has_bias)
                add_node(&g, "Add", "sum", swapped ? "b,z" : "z,b", "y", NONE);
            check_imported(g, products[i].inputs, products[i].scaled ? 0.5 : 1,
                           products[i].scaled ? -2 : 1);
        }
}

static void test_without_bias(void **state)
{
    (void)state;
    for (int gemm = 0; gemm < 2; gemm++) {
        bytes g = begin_graph();
        gn_network *net;
        add_node(&g, gemm ? "Gemm" : "MatMul", "fc", "x,wt", "y", NONE);
        CHECK_OK(import_bytes(&net, model_of(g, 13), NULL, 0));
        CHECK(gn_network_layer(net, 0)->spec.no_bias, "%s", "it has a bias");
        check_outputs(net, "no bias", 1, 0);
    }
}

static void test_one_bias_for_all(void **state)
{
    bytes g = begin_graph();
    gn_network *net;
    (void)state;
    add_tensor(&g, tensor_of("one", REAL, RAW, DIMS(1), NUMBERS(0.75)));
    add_node(&g, "Gemm", "fc", "x,wt,one", "y", NONE);
    CHECK_OK(import_bytes(&net, model_of(g, 13), NULL, 0));
    for (size_t u = 0; u < 3; u++)
        CHECK(close_to((double)gn_network_bias(net, 0, NULL)[u], 0.75, 0), "%zu", u);
    gn_network_destroy(net);
}

/* ---- what does nothing ---- */

static void test_passing_on(void **state)
{
    bytes g = begin_graph();
    (void)state;
    add_shape(&g, "rows of 2", NUMBERS(-1, 2));
    add_shape(&g, "as before", NUMBERS(0, -1));
    add_shape(&g, "two and one", NUMBERS(0, 2, 1));
    add_node(&g, "Identity", "1", "x", "a", NONE);
    add_node(&g, "Cast", "2", "a", "b1", int_attribute(NONE, "to", DOUBLE));
    add_node(&g, "Flatten", "3", "b1", "c", NONE);
    add_node(&g, "Flatten", "4", "c", "d", int_attribute(NONE, "axis", -1));
    add_node(&g, "Reshape", "5", "d,rows of 2", "e", NONE);
    add_node(&g, "Reshape", "6", "e,two and one", "e1", NONE);
    add_node(&g, "Reshape", "7", "e1,as before", "f", NONE);
    add_node(&g, "Dropout", "8", "f", "h,mask", float_attribute(NONE, "ratio", 0.5F));
    add_node(&g, "MatMul", "9", "h,wt", "i", NONE);
    add_node(&g, "Identity", "10", "i", "j", NONE);
    add_node(&g, "Add", "11", "j,b", "k", NONE);
    add_node(&g, "Dropout", "12", "k,ratio", "y", NONE);
    check_imported(g, "passing on", 1, 1);
}

/* Input of an unknown shape, or of none; rows of more dimensions. */
static void test_shapes_of_input(void **state)
{
    const int64_t *const shapes[] = { NULL, DIMS(-1, -1), DIMS(-1, 2), DIMS(7, 2), DIMS(-1, 1, 2),
                                             DIMS(-1, 2, 1, 1), DIMS(-1, -1, 1) };
    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        bytes g = NONE;
        add_input(&g, "x", shapes[i]);
        add_output(&g, "y");
        add_real(&g, "w", DIMS(3, 2), W, 6);
        add_real(&g, "b", DIMS(3), B, 3);
        add_node(&g, "Flatten", "flat", "x", "f", NONE);
        add_node(&g, "Gemm", "fc", "f,w,b", "y", int_attribute(NONE, "transB", 1));
        check_imported(g, "a shape", 1, 1);
    }
}

/* As PyTorch traces x.view(x.size(0), -1), with either -1 or a number. */
static void test_computed_shape(void **state)
{
    (void)state;
    for (int known = 0; known < 2; known++) {
        bytes g = begin_graph();
        add_tensor(&g, tensor_of("first", INT64, PACKED, DIMS(1), NUMBERS(0)));
        add_tensor(&g, tensor_of("zero", INT64, UNPACKED, DIMS(1), NUMBERS(0)));
        add_tensor(&g, tensor_of("cols", INT64, RAW, DIMS(1), (double[]){ known ? 2 : -1 }, 1));
        add_node(&g, "Shape", "1", "x", "shape", NONE);
        add_node(&g, "Gather", "2", "shape,first", "rows", NONE);
        add_node(&g, "Unsqueeze", "3", "rows,zero", "rows1", NONE);
        add_node(&g, "Concat", "4", "rows1,cols", "to", int_attribute(NONE, "axis", 0));
        add_node(&g, "Reshape", "5", "x,to", "f", int_attribute(NONE, "allowzero", known));
        add_node(&g, "Gemm", "6", "f,wt,b", "y", NONE);
        check_imported(g, "a computed shape", 1, 1);
    }
}

/* Before IR version 4 initialisers are inputs too. */
static void test_constants_among_inputs(void **state)
{
    bytes g = begin_graph();
    (void)state;
    add_input(&g, "wt", DIMS(2, 3));
    add_input(&g, "b", DIMS(3));
    add_node(&g, "Gemm", "fc", "x,wt,b", "y", NONE);
    check_imported(g, "inputs", 1, 1);
}

/* ---- activations ---- */

static const struct activation {
    const gn_activation *is;
    operators nodes[6];
} activations[] = {
    { &gn_relu, { { "Relu", "z", "y" } } },
    { &gn_sigmoid, { { "Sigmoid", "z", "y" } } },
    { &gn_tanh, { { "Tanh", "z", "y" } } },
    { &gn_softplus, { { "Softplus", "z", "y" } } },
    { &gn_softmax, { { "Softmax", "z", "y" } } },
    { &gn_elu, { { "Elu", "z", "y" } } },
    { &gn_leaky_relu, { { "LeakyRelu", "z", "y" } } },
    { &gn_gelu, { { "Gelu", "z", "y" } } },
    { &gn_silu, { { "Swish", "z", "y" } } },
    { &gn_silu, { { "Sigmoid", "z", "s" }, { "Mul", "z,s", "y" } } },
    { &gn_silu, { { "Sigmoid", "z", "s" }, { "Mul", "s,z", "y" } } },
    { &gn_gelu, { { "Div", "z,root2", "a" }, { "Erf", "a", "c" }, { "Add", "c,one", "d" },
                  { "Mul", "z,d", "e" },
                  { "Mul", "e,half", "y" } } },
    { &gn_gelu, { { "Div", "z,root2", "a" }, { "Erf", "a", "c" }, { "Add", "one,c", "d" },
                  { "Mul", "d,z", "e" },
                  { "Mul", "half,e", "y" } } },
    { &gn_gelu, { { "Mul", "z,half", "e" }, { "Div", "z,root2", "a" }, { "Erf", "a", "c" },
                  { "Add", "c,one", "d" },
                  { "Mul", "e,d", "y" } } },
    { &gn_gelu, { { "Mul", "z,half", "e" }, { "Mul", "inverse,z", "a" }, { "Erf", "a", "c" },
                  { "Add", "c,one", "d" }, { "Mul", "d,e", "y" } } },
    { &gn_gelu, { { "Mul", "z,inverse", "a" }, { "Erf", "a", "c" }, { "Add", "c,one", "d" },
                  { "Mul", "z,d", "e" },
                  { "Mul", "e,half", "y" } } },
    { &gn_gelu, { { "Mul", "z,inverse", "a" }, { "Erf", "a", "c" }, { "Add", "c,one", "d" },
                  { "Mul", "d,half", "e" }, { "Mul", "e,z", "y" } } },
    { &gn_gelu, { { "Div", "z,root2", "a" }, { "Erf", "a", "c" }, { "Add", "c,one", "d" },
                  { "Mul", "half,d", "e" }, { "Mul", "z,e", "y" } } },
};

static bytes graph_with(const operators *nodes, size_t n)
{
    bytes g = begin_graph();
    add_real(&g, "one", DIMS(0), NUMBERS(1));
    add_real(&g, "half", DIMS(0), NUMBERS(0.5));
    add_real(&g, "root2", DIMS(1), NUMBERS(1.4142135381698608)); /* as a float has it */
    add_real(&g, "inverse", DIMS(0), NUMBERS(0.7071067690849304));
    add_node(&g, "Gemm", "fc", "x,wt,b", "z", NONE);
    for (size_t i = 0; i < n && nodes[i].op; i++)
        add_node(&g, nodes[i].op, nodes[i].op, nodes[i].inputs, nodes[i].output, NONE);
    return g;
}

static void test_activations(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(activations); i++) {
        gn_network *net;
        CHECK_OK(import_bytes(&net, model_of(graph_with(activations[i].nodes, 6), 20), NULL, 0));
        const gn_activation *f = &gn_network_layer(net, 0)->activation;
        CHECK(gn_network_layer_count(net) == 1 && gn_same_activation(f, activations[i].is),
              "case %zu: %s, alpha %g", i, f->name, f->alpha);
        gn_network_destroy(net);
    }
}

static void test_attributes(void **state)
{
    const struct { const char *op; bytes attributes; double alpha; } cases[] = {
        { "LeakyRelu", float_attribute(NONE, "alpha", 0.25F), 0.25 },
        { "LeakyRelu", float_attribute(NONE, "alpha", 0.01F), 0.01 }, /* not 0.0099999998 */
        { "Elu", float_attribute(NONE, "alpha", 1.5F), 1.5 },
        { "Softmax", int_attribute(NONE, "axis", 1), 0 },
        { "Softmax", int_attribute(NONE, "axis", -1), 0 },
        { "Gelu", text_attribute(NONE, "approximate", "none"), 0 },
        { "Swish", float_attribute(NONE, "alpha", 1), 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        bytes g = begin_graph();
        gn_network *net;
        add_node(&g, "Gemm", "fc", "x,wt,b", "z", NONE);
        add_node(&g, cases[i].op, "f", "z", "y", cases[i].attributes);
        CHECK_OK(import_bytes(&net, model_of(g, 20), NULL, 0));
        double alpha = gn_network_layer(net, 0)->activation.alpha;
        CHECK(close_to(alpha, cases[i].alpha, 0), "%s: %.17g", cases[i].op, alpha);
        gn_network_destroy(net);
    }
}

/* ---- scaling ---- */

static void check_scaling(bytes graph, const char *what, const double *shift, const double *scale,
                          bool inputs)
{
    gn_network *net;
    CHECK_OK(import_bytes(&net, model_of(graph, 13), NULL, 0));
    gn_scaling s = gn_network_scaling(net);
    const gn_real *its_shift = inputs ? s.input_shift : s.output_shift;
    const gn_real *its_scale = inputs ? s.input_scale : s.output_scale;
    CHECK(its_shift && its_scale && !(inputs ? s.output_shift : s.input_shift), "%s", what);
    for (size_t i = 0; i < (inputs ? 2 : 3); i++)
        CHECK(close_to((double)its_shift[i], shift[i], 0) &&
              close_to((double)its_scale[i], scale[i], 0),
              "%s: %zu is shifted by %g, scaled by %g", what, i, (double)its_shift[i],
              (double)its_scale[i]);
    gn_network_destroy(net);
}

static bytes graph_scaled_before(const operators *nodes, size_t n)
{
    bytes g = begin_graph();
    add_real(&g, "c", DIMS(2), NUMBERS(4, -8));
    add_real(&g, "d", DIMS(1, 2), NUMBERS(2, 0.5));
    add_real(&g, "e", DIMS(1), NUMBERS(16));
    for (size_t i = 0; i < n && nodes[i].op; i++)
        add_node(&g, nodes[i].op, nodes[i].op, nodes[i].inputs, nodes[i].output, NONE);
    add_node(&g, "Gemm", "fc", "s,wt,b", "y", NONE);
    return g;
}

static void test_scaling_before(void **state)
{
    static const struct { operators nodes[3]; double shift[2], scale[2]; } cases[] = {
        { { { "Sub", "x,c", "a" }, { "Div", "a,d", "s" } }, { 4, -8 }, { 2, 0.5 } },
        { { { "Sub", "x,c", "a" }, { "Mul", "a,d", "s" } }, { 4, -8 }, { 0.5, 2 } },
        { { { "Mul", "d,x", "a" }, { "Add", "c,a", "s" } }, { -2, 16 }, { 0.5, 2 } },
        { { { "Div", "x,d", "s" } }, { 0, 0 }, { 2, 0.5 } },
        { { { "Add", "x,e", "s" } }, { -16, -16 }, { 1, 1 } },
        { { { "Identity", "x", "i" }, { "Sub", "i,c", "a" }, { "Div", "a,e", "s" } }, { 4, -8 },
          { 16, 16 } },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        check_scaling(graph_scaled_before(cases[i].nodes, 3), cases[i].nodes[0].op, cases[i].shift,
                      cases[i].scale, true);
}

static void test_scaling_behind(void **state)
{
    static const struct { operators nodes[3]; double shift[3], scale[3]; } cases[] = {
        { { { "Mul", "z,d", "a" }, { "Add", "a,c", "y" } }, { 1, 2, 3 }, { 2, 4, 8 } },
        { { { "Div", "z,d", "a" }, { "Sub", "a,c", "y" } }, { -1, -2, -3 }, { 0.5, 0.25, 0.125 } },
        { { { "Add", "c,z", "a" }, { "Mul", "d,a", "y" } }, { 2, 8, 24 }, { 2, 4, 8 } },
        { { { "Add", "z,e", "y" } }, { 16, 16, 16 }, { 1, 1, 1 } },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        bytes g = begin_graph();
        add_real(&g, "c", DIMS(3), NUMBERS(1, 2, 3));
        add_real(&g, "d", DIMS(1, 3), NUMBERS(2, 4, 8));
        add_real(&g, "e", DIMS(0), NUMBERS(16));
        add_node(&g, "Gemm", "fc", "x,wt,b", "z", NONE);
        for (size_t j = 0; j < 3 && cases[i].nodes[j].op; j++)
            add_node(&g, cases[i].nodes[j].op, "n", cases[i].nodes[j].inputs,
                     cases[i].nodes[j].output, NONE);
        check_scaling(g, cases[i].nodes[0].op, cases[i].shift, cases[i].scale, false);
    }
}

/* ---- notes ---- */

static void test_notes(void **state)
{
    static const operators tails[][4] = {
        { { "Softmax", "z", "y" }, { "ArgMax", "y", "label" } },
        { { "Softmax", "z", "p" }, { "Identity", "p", "y" }, { "ArgMax", "p", "label" },
          { "Cast", "label", "c" } },
        { { "LogSoftmax", "z", "y" } },
        { { "LogSoftmax", "z", "y" }, { "ArgMax", "y", "label" } },
        { { "Softmax", "z", "p" }, { "Log", "p", "y" } },
        { { "Squeeze", "z", "y" } },
        { { "Relu", "z", "label" }, { "Identity", "label", "l2" }, { "Gemm", "l2,w3,b", "y" } },
    };
    static const char *const words[] = { "ArgMax", "ArgMax, Cast", "logarithm",
                                         "logarithm; left out",
                                         "Log", "Squeeze", "output label" };
    (void)state;
    for (size_t i = 0; i < COUNT(tails); i++) {
        gn_network *net;
        char note[200];
        for (size_t capacity = 0; capacity <= sizeof note; capacity++) {
            bytes g = graph_with(tails[i], 4);
            add_real(&g, "w3", DIMS(3, 3), NUMBERS(1, 2, 3, 4, 5, 6, 7, 8, 9));
            add_output(&g, strstr(words[i], "label") ? "label" : "y");
            memset(note, 'x', sizeof note);
            CHECK_OK(import_bytes(&net, model_of(g, 13), note, capacity));
            CHECK(capacity == sizeof note || note[capacity] == 'x', "case %zu: %zu bytes", i,
                  capacity);
            CHECK(capacity == 0 || strlen(note) < capacity, "case %zu: %zu bytes", i, capacity);
            gn_network_destroy(net);
        }
        CHECK(strstr(note, words[i]), "'%s' is not in: %s", words[i], note);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_storage),
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_without_bias),
        cmocka_unit_test(test_one_bias_for_all),
        cmocka_unit_test(test_passing_on),
        cmocka_unit_test(test_shapes_of_input),
        cmocka_unit_test(test_computed_shape),
        cmocka_unit_test(test_constants_among_inputs),
        cmocka_unit_test(test_activations),
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_scaling_before),
        cmocka_unit_test(test_scaling_behind),
        cmocka_unit_test(test_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
