/* Activations as operators: the forms that we write, and others that exporters do. One table, so
 * that what leaves can come back.
 *
 * ONNX Runtime has no double kernels for LeakyRelu (before opset 16), Elu, Softplus and Erf, nor for
 * what it makes of a product with its Sigmoid, and attributes are floats in any precision: in
 * double these activations are made of operators that it has, with constants of full precision. */
#include "files/onnx/parts.h"

#define R(k) (GNI_R0 + (k))

const gni_onnx_form gni_onnx_forms[] = {
    { &gn_relu, GNI_IN_BOTH, false, { { "Relu", { GNI_Z }, 0 } } },
    { &gn_sigmoid, GNI_IN_BOTH, false, { { "Sigmoid", { GNI_Z }, 0 } } },
    { &gn_tanh, GNI_IN_BOTH, false, { { "Tanh", { GNI_Z }, 0 } } },
    { &gn_softmax, GNI_IN_BOTH, false, { { "Softmax", { GNI_Z }, GNI_ALONG_ROWS } } },
    { &gn_softmax, 0, true, { { "LogSoftmax", { GNI_Z }, GNI_ALONG_ROWS } } },

    { &gn_leaky_relu, GNI_IN_FLOAT, false, { { "LeakyRelu", { GNI_Z }, GNI_WITH_ALPHA } } },
    { &gn_leaky_relu, GNI_IN_DOUBLE, false, { /* z < 0 ? alpha z : z */
        { "Less", { GNI_Z, GNI_C_ZERO }, 0 }, { "Mul", { GNI_Z, GNI_C_ALPHA }, 0 },
        { "Where", { R(0), R(1), GNI_Z }, 0 } } },

    { &gn_elu, GNI_IN_FLOAT, false, { { "Elu", { GNI_Z }, GNI_WITH_ALPHA } } },
    { &gn_elu, GNI_IN_DOUBLE, false, { /* z < 0 ? alpha (exp(z) - 1) : z */
        { "Less", { GNI_Z, GNI_C_ZERO }, 0 }, { "Exp", { GNI_Z }, 0 },
        { "Sub", { R(1), GNI_C_ONE }, 0 }, { "Mul", { R(2), GNI_C_ALPHA }, 0 },
        { "Where", { R(0), R(3), GNI_Z }, 0 } } },

    { &gn_softplus, GNI_IN_FLOAT, false, { { "Softplus", { GNI_Z }, 0 } } },
    { &gn_softplus, GNI_IN_DOUBLE, false, { /* log(exp(-|z|) + 1) + max(0, z) */
        { "Abs", { GNI_Z }, 0 }, { "Neg", { R(0) }, 0 }, { "Exp", { R(1) }, 0 },
        { "Add", { R(2), GNI_C_ONE }, 0 }, { "Log", { R(3) }, 0 }, { "Relu", { GNI_Z }, 0 },
        { "Add", { R(4), R(5) }, 0 } } },

    { &gn_silu, GNI_IN_FLOAT, false, {
        { "Sigmoid", { GNI_Z }, 0 }, { "Mul", { GNI_Z, R(0) }, 0 } } },
    { &gn_silu, GNI_IN_DOUBLE, false, { /* z / (exp(-z) + 1) */
        { "Neg", { GNI_Z }, 0 }, { "Exp", { R(0) }, 0 }, { "Add", { R(1), GNI_C_ONE }, 0 },
        { "Div", { GNI_Z, R(2) }, 0 } } },
    { &gn_silu, 0, false, { { "Swish", { GNI_Z }, GNI_ALPHA_ONE } } }, /* opset 24 */

    /* z (erf(z / sqrt 2) + 1) / 2; PyTorch's order first. */
    { &gn_gelu, GNI_IN_FLOAT, false, {
        { "Div", { GNI_Z, GNI_C_ROOT_2 }, 0 }, { "Erf", { R(0) }, 0 },
        { "Add", { R(1), GNI_C_ONE }, 0 }, { "Mul", { GNI_Z, R(2) }, 0 },
        { "Mul", { R(3), GNI_C_HALF }, 0 } } },
    { &gn_gelu, 0, false, {
        { "Div", { GNI_Z, GNI_C_ROOT_2 }, 0 }, { "Erf", { R(0) }, 0 },
        { "Add", { R(1), GNI_C_ONE }, 0 }, { "Mul", { GNI_Z, GNI_C_HALF }, 0 },
        { "Mul", { R(3), R(2) }, 0 } } },
    { &gn_gelu, 0, false, {
        { "Div", { GNI_Z, GNI_C_ROOT_2 }, 0 }, { "Erf", { R(0) }, 0 },
        { "Add", { R(1), GNI_C_ONE }, 0 }, { "Mul", { R(2), GNI_C_HALF }, 0 },
        { "Mul", { GNI_Z, R(3) }, 0 } } },
    { &gn_gelu, 0, false, {
        { "Mul", { GNI_Z, GNI_C_ROOT_HALF }, 0 }, { "Erf", { R(0) }, 0 },
        { "Add", { R(1), GNI_C_ONE }, 0 }, { "Mul", { GNI_Z, R(2) }, 0 },
        { "Mul", { R(3), GNI_C_HALF }, 0 } } },
    { &gn_gelu, 0, false, {
        { "Mul", { GNI_Z, GNI_C_ROOT_HALF }, 0 }, { "Erf", { R(0) }, 0 },
        { "Add", { R(1), GNI_C_ONE }, 0 }, { "Mul", { GNI_Z, GNI_C_HALF }, 0 },
        { "Mul", { R(3), R(2) }, 0 } } },
    { &gn_gelu, 0, false, {
        { "Mul", { GNI_Z, GNI_C_ROOT_HALF }, 0 }, { "Erf", { R(0) }, 0 },
        { "Add", { R(1), GNI_C_ONE }, 0 }, { "Mul", { R(2), GNI_C_HALF }, 0 },
        { "Mul", { GNI_Z, R(3) }, 0 } } },
    { &gn_gelu, 0, false, { { "Gelu", { GNI_Z }, GNI_EXACT } } }, /* opset 20 */

    /* max(z, -8.5) Phi(c), c = z within [-8.5, 8.5], beyond which Phi rounds to 0 and 1:
     * Phi(c) = 1/2 + c / sqrt(2 pi) * integral over t from 0 to 1 of exp(-c^2 t^2 / 2), by
     * Gauss and Legendre's rule of 24 points (the error is below 4e-15). */
    { &gn_gelu, GNI_IN_DOUBLE, false, {
        { "Clip", { GNI_Z, GNI_C_LOW, GNI_C_HIGH }, 0 }, { "Mul", { R(0), R(0) }, 0 },
        { "Unsqueeze", { R(1), GNI_C_LAST }, 0 }, { "Mul", { R(2), GNI_C_EXPONENTS }, 0 },
        { "Exp", { R(3) }, 0 }, { "MatMul", { R(4), GNI_C_WEIGHTS }, 0 },
        { "Mul", { R(0), R(5) }, 0 }, { "Add", { R(6), GNI_C_HALF }, 0 },
        { "Max", { GNI_Z, GNI_C_LOW }, 0 }, { "Mul", { R(8), R(7) }, 0 } } },
    { NULL, 0, false, { { NULL, { 0 }, 0 } } },
};

static bool is_kind_of(const gn_activation *f, const gn_activation *ours)
{
    return f->forward == ours->forward && f->backward == ours->backward && f->user == ours->user;
}

const gni_onnx_form *gni_onnx_form_of(const gn_activation *f)
{
    const unsigned precision = sizeof(gn_real) == sizeof(double) ? GNI_IN_DOUBLE : GNI_IN_FLOAT;
    for (const gni_onnx_form *form = gni_onnx_forms; form->activation; form++)
        if ((form->written & precision) && is_kind_of(f, form->activation))
            return form;
    return NULL;
}

/* ---- constants ---- */

/* -t^2 / 2 and w / sqrt(2 pi) of the rule's points t and weights w in [0, 1] */
static const double exponents[] = {
    -2.8953564196339443e-06, -7.9830735411904753e-05, -0.00047625386630791722, -0.001612679063210996,
    -0.0040499106316673793, -0.0084419294753374889, -0.015479759725881814, -0.025830204834285952,
    -0.040073724000802183, -0.058645816329726576, -0.081786085819645638, -0.10949868747475001,
    -0.14152713390605279, -0.17734551955645381, -0.21616715617780827, -0.2569704778138247,
    -0.29854094052870578, -0.33952658569436961, -0.37850402526461469, -0.41405090361861885,
    -0.44482044256541148, -0.46961352986767424, -0.48744410872106664, -0.49759650535493027,
};
static const double weights[] = {
    0.0024617191796824835, 0.0056911886213231672, 0.0088320712060781358, 0.011828356345371167,
    0.014630506276778856, 0.017192449794862643, 0.019472103840064692, 0.021432031068065415,
    0.023040047306322108, 0.02426974796366934, 0.025100940897459713, 0.02551997770103865,
    0.02551997770103865, 0.025100940897459713, 0.02426974796366934, 0.023040047306322108,
    0.021432031068065415, 0.019472103840064692, 0.017192449794862643, 0.014630506276778856,
    0.011828356345371167, 0.0088320712060781358, 0.0056911886213231672, 0.0024617191796824835,
};

static const double numbers[] = {
    0, 0.5, 1, 1.41421356237309504880, 0.70710678118654752440, -8.5, 8.5
};
static const char *const names[] = { "zero", "half", "one", "root2", "root_half", "low", "high" };
static const double last_axis[] = { -1 };

gni_onnx_constant gni_onnx_constant_of(unsigned operand, const double *alpha)
{
    switch (operand) {
    case GNI_C_ALPHA:
        return (gni_onnx_constant){ "alpha", alpha, 0, 1, GNI_ONNX_REAL };
    case GNI_C_LAST:
        return (gni_onnx_constant){ "last", last_axis, 1, 1, GNI_ONNX_INT64 };
    case GNI_C_EXPONENTS:
        return (gni_onnx_constant){ "exponents", exponents, 1, 24, GNI_ONNX_REAL };
    case GNI_C_WEIGHTS:
        return (gni_onnx_constant){ "weights", weights, 1, 24, GNI_ONNX_REAL };
    default:
        return (gni_onnx_constant){ names[operand - GNI_C_ZERO], numbers + (operand - GNI_C_ZERO), 0, 1,
                                    GNI_ONNX_REAL };
    }
}
