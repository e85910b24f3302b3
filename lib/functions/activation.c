/* The activations: constants whose functions are the kernels of this CPU. */
#include "functions/functions.h"

static const enum gni_activation_id ids[GNI_ACTIVATIONS] = {
    GNI_IDENTITY, GNI_SIGMOID, GNI_TANH, GNI_RELU, GNI_LEAKY_RELU, GNI_ELU, GNI_GELU, GNI_SILU,
    GNI_SOFTPLUS, GNI_SOFTMAX,
};

static enum gni_activation_id id_of(const gn_activation *self)
{
    return *(const enum gni_activation_id *)self->user;
}

static void forward(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                    const gn_real *z, gn_real *y)
{
    gni_kernels_used->activation[id_of(self)].forward(self->alpha, rows, cols, stride, z, y);
}

static void forward_bias(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                         const gn_real *bias, gn_real *y)
{
    gni_kernels_used->activation[id_of(self)].forward_bias(self->alpha, rows, cols, stride, bias,
                                                           y);
}

static void backward(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                     const gn_real *z, const gn_real *y, gn_real *dy)
{
    gni_kernels_used->activation[id_of(self)].backward(self->alpha, rows, cols, stride, z, y, dy);
}

#define FROM_OUTPUT(id) \
    .user = &ids[id], .forward = forward, .backward = backward, .forward_bias = forward_bias
#define FROM_INPUT(id) \
    .user = &ids[id], .forward = forward, .backward = backward, .keeps_input = true

/* Initial weights: Glorot for functions that are linear about 0, He for those that drop half
 * of their input (leaky ReLU: He et al. 2015, equation 15: 2 / (1 + alpha^2)). Sigmoid's slope is
 * 1/4 there, and four times Glorot's deviation would keep a signal as large as it came (Glorot and
 * Bengio 2010), but saturates units whose inputs nobody scaled; with Glorot's own, networks of two
 * hidden layers stay constant for long. Twice is the best of 1, 1.6, 2 and 4 over six small
 * problems (docs/inside.md). */
const gn_activation gn_identity = { .name = "identity", .init = &gn_glorot_uniform,
                                    FROM_OUTPUT(GNI_IDENTITY) };
const gn_activation gn_sigmoid = {
    .name = "sigmoid", .init = &gn_glorot_uniform, .gain = 2, .high = 1, FROM_OUTPUT(GNI_SIGMOID)
};
const gn_activation gn_tanh = { .name = "tanh", .init = &gn_glorot_uniform, .low = -1, .high = 1,
                                FROM_OUTPUT(GNI_TANH) };
const gn_activation gn_relu = { .name = "relu", .init = &gn_he_uniform, FROM_OUTPUT(GNI_RELU) };
const gn_activation gn_leaky_relu = { .name = "leaky_relu", .alpha = 0.01, .init = &gn_he_uniform,
                                      .gain = 0.99995000374968752, FROM_INPUT(GNI_LEAKY_RELU) };
const gn_activation gn_elu = { .name = "elu", .alpha = 1, .init = &gn_he_uniform,
                               FROM_INPUT(GNI_ELU) };
const gn_activation gn_gelu = { .name = "gelu", .init = &gn_he_uniform, FROM_INPUT(GNI_GELU) };
const gn_activation gn_silu = { .name = "silu", .init = &gn_he_uniform, FROM_INPUT(GNI_SILU) };
const gn_activation gn_softplus = { .name = "softplus", .init = &gn_he_uniform,
                                    FROM_OUTPUT(GNI_SOFTPLUS) };
const gn_activation gn_softmax = { .name = "softmax", .init = &gn_glorot_uniform, .high = 1,
                                   FROM_OUTPUT(GNI_SOFTMAX) };

const void *const gni_activations[] = {
    &gn_identity, &gn_sigmoid, &gn_tanh, &gn_relu, &gn_leaky_relu, &gn_elu, &gn_gelu, &gn_silu,
    &gn_softplus, &gn_softmax, NULL,
};

bool gn_same_activation(const gn_activation *a, const gn_activation *b)
{
    return a->forward == b->forward && a->backward == b->backward && a->user == b->user &&
           a->alpha <= b->alpha && a->alpha >= b->alpha;
}
