/* One instruction set's table. Meson compiles this file once for each, with GNI_TABLE the
 * name of the table; all else here is static. */
#include "kernels.h"
#include "math.h"
#include "activations.h"
#include "losses.h"
#include "optimizers.h"
#include "vectors.h"

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)

static void elementary_exp(size_t n, const gn_real *x, gn_real *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = real_exp(x[i]);
}

const gni_kernels GNI_TABLE = {
    .name = TEXT(GNI_TABLE),
    .forward = {
        [GNI_IDENTITY] = identity_forward, [GNI_SIGMOID] = sigmoid_forward,
        [GNI_TANH] = hyperbolic_forward, [GNI_RELU] = relu_forward,
        [GNI_LEAKY_RELU] = leaky_forward, [GNI_ELU] = elu_forward, [GNI_GELU] = gelu_forward,
        [GNI_SILU] = silu_forward, [GNI_SOFTPLUS] = softplus_forward,
        [GNI_SOFTMAX] = softmax_forward,
    },
    .forward_bias = { /* of those that do not keep their input */
        [GNI_IDENTITY] = identity_forward_bias, [GNI_SIGMOID] = sigmoid_forward_bias,
        [GNI_TANH] = hyperbolic_forward_bias, [GNI_RELU] = relu_forward_bias,
        [GNI_SOFTPLUS] = softplus_forward_bias, [GNI_SOFTMAX] = softmax_forward_bias,
    },
    .backward = {
        [GNI_IDENTITY] = identity_backward, [GNI_SIGMOID] = sigmoid_backward,
        [GNI_TANH] = hyperbolic_backward, [GNI_RELU] = relu_backward,
        [GNI_LEAKY_RELU] = leaky_backward, [GNI_ELU] = elu_backward, [GNI_GELU] = gelu_backward,
        [GNI_SILU] = silu_backward, [GNI_SOFTPLUS] = softplus_backward,
        [GNI_SOFTMAX] = softmax_backward,
    },
    .loss = {
        [GNI_SQUARED_ERROR] = squared_error, [GNI_ABSOLUTE_ERROR] = absolute_error,
        [GNI_HUBER] = huber_error, [GNI_SOFTMAX_CROSS_ENTROPY] = softmax_cross_entropy,
        [GNI_SIGMOID_CROSS_ENTROPY] = sigmoid_cross_entropy,
    },
    .update = {
        [GNI_SGD] = sgd, [GNI_MOMENTUM] = momentum, [GNI_RMSPROP] = rmsprop, [GNI_ADAM] = adam,
        [GNI_RPROP] = rprop,
    },
    .add_bias = add_bias, .sum_rows = sum_rows,
    .narrow_nt = narrow_nt, .row_nt = row_nt, .row_tn = row_tn, .row_nn = row_nn, .convert = convert, .add = add,
    .squares = squares, .regularise = regularise, .uniform = uniform, .words = words, .drop = drop,
    .exp = elementary_exp,
};
