/* Nodes Constant of ONNX whose numbers are attributes, and not a tensor; and where Flatten, Reshape
 * and they meet. */
#include "support_graph.h"
#include "support_onnx.h"

static bytes constant(bytes g, const char *name, bytes attributes)
{
    add_node(&g, "Constant", name, "", name, attributes);
    return g;
}

/* y = W (x * factor) + b of x = (1, 2) */
static void check_product(bytes g, const char *what, double factor)
{
    gn_network *net;
    char note[100];
    const gn_real x[2] = { 1, 2 };
    CHECK_OK(import_bytes(&net, model_of(g, 13), note, sizeof note));
    CHECK(*note == 0 && inputs_of(net) == 2 && outputs_of(net) == 3, "%s: %s", what, note);
    gn_real *y = outputs_for(net, x, 1);
    for (size_t u = 0; u < 3; u++) {
        double z = factor * (W[2 * u] + 2 * W[2 * u + 1]) + B[u];
        CHECK(close_to((double)y[u], z, TOLERANCE(1e-6, 1e-6)), "%s: output %zu is %g, not %g",
              what, u, (double)y[u], z);
    }
    free(y);
    gn_network_destroy(net);
}

static void test_one_number(void **state)
{
    (void)state;
    for (int whole = 0; whole < 2; whole++) {
        bytes g = constant(begin_graph(), "factor",
                           whole ? int_attribute(NONE, "value_int", -3)
                                 : float_attribute(NONE, "value_float", -2.5F));
        add_node(&g, "Mul", "scale", "x,factor", "s", NONE);
        add_node(&g, "Gemm", "fc", "s,wt,b", "y", NONE);
        check_product(g, whole ? "value_int" : "value_float", whole ? -3 : -2.5);
    }
}

static void test_several_numbers(void **state)
{
    const int64_t shape[2] = { -1, 2 };
    (void)state;
    bytes g = constant(begin_graph(), "bias", floats_attribute(NONE, "value_floats", B, 3));
    add_node(&g, "Gemm", "fc", "x,wt,bias", "y", NONE);
    check_product(g, "value_floats", 1);
    g = constant(begin_graph(), "shape", ints_attribute(NONE, "value_ints", shape, 2));
    add_node(&g, "Reshape", "to", "x,shape", "r", NONE);
    add_node(&g, "Gemm", "fc", "r,wt,b", "y", NONE);
    check_product(g, "value_ints", 1);
}

/* Flatten says of how many dimensions the rows are: what follows may refer to them. */
static void test_flatten_and_reshape(void **state)
{
    const int64_t as_it_was[2] = { 0, 0 }, three[3] = { 0, 0, 0 };
    (void)state;
    bytes g = constant(begin_graph(), "shape", ints_attribute(NONE, "value_ints", as_it_was, 2));
    add_node(&g, "Flatten", "flat", "x", "f", NONE);
    add_node(&g, "Reshape", "to", "f,shape", "r", NONE);
    add_node(&g, "Gemm", "fc", "r,wt,b", "y", NONE);
    check_product(g, "Flatten and Reshape", 1);
    g = constant(begin_graph(), "shape", ints_attribute(NONE, "value_ints", three, 3));
    add_node(&g, "Flatten", "flat", "x", "f", NONE);
    add_node(&g, "Reshape", "to", "f,shape", "r", NONE);
    add_node(&g, "Gemm", "fc", "r,wt,b", "y", NONE);
    gn_network *net;
    CHECK_STATUS(import_bytes(&net, model_of(g, 13), NULL, 0), GN_ERR_UNSUPPORTED);
    CHECK(strstr(gn_error_message(), "Reshape of node to"), "%s", gn_error_message());
}

static void check_refused(bytes g, const char *words)
{
    gn_network *net;
    gn_status status = import_bytes(&net, model_of(g, 13), NULL, 0);
    CHECK(status < 0 && !net, "%d", (int)status);
    CHECK(strstr(gn_error_message(), words), "not '%s': %s", words, gn_error_message());
}

static void test_refused(void **state)
{
    (void)state;
    bytes g = constant(begin_graph(), "bias", floats_attribute(NONE, "value_floats", B, 0));
    add_node(&g, "Gemm", "fc", "x,wt,bias", "y", NONE);
    check_refused(g, "operator Constant of node bias: it holds no numbers");
    g = constant(begin_graph(), "bias", text_attribute(NONE, "value_string", "b"));
    add_node(&g, "Gemm", "fc", "x,wt,bias", "y", NONE);
    check_refused(g, "operator Constant of node bias: it holds no numbers");
    g = constant(begin_graph(), "zero", float_attribute(NONE, "value_float", 0));
    add_node(&g, "Mul", "scale", "x,zero", "s", NONE);
    add_node(&g, "Gemm", "fc", "s,wt,b", "y", NONE);
    check_refused(g, "operator Mul of node scale: it multiplies by 0 (number 0 of 1)");
    /* a vector has no transpose */
    g = constant(begin_graph(), "bias", floats_attribute(NONE, "value_floats", B, 3));
    add_node(&g, "Transpose", "t", "bias", "bt", NONE);
    add_node(&g, "Gemm", "fc", "x,wt,bt", "y", NONE);
    check_refused(g, "is transposed, and no matrix");
    /* a shape that is computed, and by no Concat */
    g = begin_graph();
    add_node(&g, "Shape", "s", "x", "shape", NONE);
    add_node(&g, "Reshape", "to", "x,shape", "r", NONE);
    add_node(&g, "Gemm", "fc", "r,wt,b", "y", NONE);
    check_refused(g, "operator Reshape of node to");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_number),
        cmocka_unit_test(test_several_numbers),
        cmocka_unit_test(test_flatten_and_reshape),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
