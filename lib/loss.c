/* The losses, and which of them goes with which network. */
#include <math.h>
#include "internal.h"

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

const gn_layer *gni_last_layer(const gn_network *net)
{
    size_t i = net->n_layers - 1;
    while (i > 0 && net->layers[i].spec.type->only_in_training)
        i--;
    return &net->layers[i];
}

gn_status gni_check_loss(const char *who, const gn_network *net, const gn_loss *loss)
{
    if (!loss)
        return gn_fail(GN_ERR_ARGUMENT, "%s: there is no loss", who);
    if (!loss->name || !loss->eval || (!loss->takes_labels && !loss->takes_targets))
        return gn_fail(GN_ERR_ARGUMENT, "%s: the loss %s lacks a name, eval, or what it takes",
                       who, loss->name ? loss->name : "without a name");
    if (!isfinite(loss->alpha) || (loss->user == &ids[GNI_HUBER] && !(loss->alpha > 0)))
        return gn_fail(GN_ERR_ARGUMENT, "%s: the loss %s has alpha %g", who, loss->name, loss->alpha);
    if (loss->user == &ids[GNI_SOFTMAX_CROSS_ENTROPY] && gn_size(gn_network_output(net)) < 2)
        return gn_fail(GN_ERR_SHAPE, "%s: the loss %s wants two outputs or more, the network has 1", who,
                       loss->name);
    const gn_layer *last = gni_last_layer(net);
    bool fused = gn_same_activation(&last->activation, loss->fuses ? loss->fuses : &gn_identity);
    if (loss->fuses && !gn_same_activation(&last->activation, &gn_identity) &&
        (!fused || last->index + 1 < net->n_layers))
        return gn_fail(GN_ERR_UNSUPPORTED,
                       "%s: the loss %s follows %s or identity, the network ends in %s%s", who,
                       loss->name, loss->fuses->name, last->activation.name,
                       fused ? " and dropout" : "");
    return GN_OK;
}

bool gni_is_raw(const gn_loss *loss)
{
    return loss->fuses != NULL;
}
