/* Dropout (Srivastava et al. 2014): in training, each input is dropped with probability
 * param[0], and those that stay are divided by the probability of staying. */
#include "functions/functions.h"

static gn_status plan(gn_layer *self)
{
    double share = self->spec.param[0];
    if (!(share >= 0 && share < 1))
        return gn_fail(GN_ERR_ARGUMENT, "dropout: share %g of layer %zu is not within [0, 1)",
                       share, self->index);
    if (self->out.channels != gn_size(self->in))
        return gn_fail(GN_ERR_SHAPE, "dropout: layer %zu has %zu units after %zu", self->index,
                       self->out.channels, gn_size(self->in));
    if (!gn_same_activation(&self->activation, &gn_identity))
        return gn_fail(GN_ERR_UNSUPPORTED, "dropout: layer %zu cannot have the activation %s",
                       self->index, self->activation.name);
    self->out = self->in;
    self->cache_per_row = gn_row_stride(gn_size(self->in)); /* the draws, for the way back */
    return GN_OK;
}

static void forward(const gn_layer *self, const gn_pass *p)
{
    size_t n = gn_size(self->in), cache_stride = gn_row_stride(n);
    gn_real keep = (gn_real)(1 - self->spec.param[0]);
    gni_key key = gni_random_key(p->draw->seed, GNI_DROPOUT, self->index, p->draw->step);
    for (size_t r = 0; r < p->rows; r++) {
        gn_real *u = p->cache + r * cache_stride;
        gni_kernels_used->uniform(key, p->draw->first_row + r, n, u);
        gni_kernels_used->drop(n, keep, u, p->x + r * p->x_stride, p->y + r * p->y_stride);
    }
}

static void backward(const gn_layer *self, const gn_pass *p)
{
    size_t n = gn_size(self->in), cache_stride = gn_row_stride(n);
    gn_real keep = (gn_real)(1 - self->spec.param[0]);
    for (size_t r = 0; p->dx && r < p->rows; r++)
        gni_kernels_used->drop(n, keep, p->cache + r * cache_stride, p->dy + r * p->y_stride,
                               p->dx + r * p->x_stride);
}

static const char *const param_names[] = { "share", NULL };

const gn_layer_type gn_dropout = {
    .name = "dropout", .param_names = param_names, .only_in_training = true,
    .plan = plan, .forward = forward, .backward = backward,
};
