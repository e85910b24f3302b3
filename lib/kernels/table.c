/* One instruction set's table. Meson compiles this file once for each, with GNI_TABLE the
 * table and GNI_TABLE_NAME its name; all else here is static. */
#include "kernels/kernels.h"
#include "kernels/math.h"
#include "kernels/activations.h"
#include "kernels/losses.h"
#include "kernels/optimizers.h"
#include "kernels/vectors.h"

#define OF(f) { f##_forward, f##_forward_bias, f##_backward }

static void elementary_exp(size_t n, const gn_real *x, gn_real *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = real_exp(x[i]);
}

const gni_kernels GNI_TABLE = {
    .name = GNI_TABLE_NAME,
    .activation = {
        [GNI_IDENTITY] = OF(identity), [GNI_SIGMOID] = OF(sigmoid), [GNI_TANH] = OF(hyperbolic),
        [GNI_RELU] = OF(relu), [GNI_LEAKY_RELU] = OF(leaky), [GNI_ELU] = OF(elu),
        [GNI_GELU] = OF(gelu), [GNI_SILU] = OF(silu), [GNI_SOFTPLUS] = OF(softplus),
        [GNI_SOFTMAX] = OF(softmax),
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
    .narrow_nt = narrow_nt, .row_nt = row_nt, .row_tn = row_tn, .row_nn = row_nn,
    .convert = convert, .add = add, .sum_lanes = sum_lanes, .squares = squares,
    .regularise = regularise, .uniform = uniform, .words = words, .drop = drop,
    .exp = elementary_exp,
};
