/* The losses: constants whose functions are the kernels of this CPU. */
#include "functions/functions.h"

static const enum gni_loss_id ids[GNI_LOSSES] = {
    GNI_SQUARED_ERROR, GNI_ABSOLUTE_ERROR, GNI_HUBER, GNI_SOFTMAX_CROSS_ENTROPY,
    GNI_SIGMOID_CROSS_ENTROPY,
};

static double eval(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                   const gn_real *z, double scale, gn_real *dz)
{
    enum gni_loss_id id = *(const enum gni_loss_id *)self->user;
    return gni_kernels_used->loss[id](self->alpha, tile, cols, stride, z, scale, dz);
}

const gn_loss gn_squared_error = { .name = "squared_error", .user = &ids[GNI_SQUARED_ERROR],
                                   .takes_targets = true, .eval = eval };
const gn_loss gn_absolute_error = { .name = "absolute_error", .user = &ids[GNI_ABSOLUTE_ERROR],
                                    .takes_targets = true, .eval = eval };
const gn_loss gn_huber = { .name = "huber", .alpha = 1, .user = &ids[GNI_HUBER],
                           .takes_targets = true, .eval = eval };
const gn_loss gn_softmax_cross_entropy = {
    .name = "softmax_cross_entropy", .user = &ids[GNI_SOFTMAX_CROSS_ENTROPY],
    .fuses = &gn_softmax, .takes_labels = true, .takes_targets = true, .eval = eval,
};
const gn_loss gn_sigmoid_cross_entropy = {
    .name = "sigmoid_cross_entropy", .user = &ids[GNI_SIGMOID_CROSS_ENTROPY],
    .fuses = &gn_sigmoid, .takes_labels = true, .takes_targets = true, .eval = eval,
};

const void *const gni_losses[] = { &gn_squared_error, &gn_absolute_error, &gn_huber,
                                   &gn_softmax_cross_entropy, &gn_sigmoid_cross_entropy, NULL };

bool gni_is_our_loss(const gn_loss *loss)
{
    return loss->eval == eval;
}
