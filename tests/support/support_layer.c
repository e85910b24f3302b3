/* A user's layer type for the tests: each feature has a scale of its own, y = s * x,
 * learned. It honours strides, beta and absent gradients as gemmnet/layer.h asks. */
#include "support.h"

static gn_status plan(gn_layer *self)
{
    if (gn_size(self->out) != gn_size(self->in))
        return gn_fail(GN_ERR_SHAPE, "scale: %zu units after %zu", gn_size(self->out),
                       gn_size(self->in));
    self->tensors[0] = (gn_tensor){ .name = "scale", .rank = 1, .dims = { gn_size(self->out) } };
    self->n_tensors = 1;
    return GN_OK;
}

static void init(const gn_layer *self, gn_real *s, uint64_t seed)
{
    (void)seed;
    for (size_t j = 0; j < self->n_params; j++)
        s[j] = 1;
}

static void forward(const gn_layer *self, const gn_pass *p)
{
    for (size_t r = 0; r < p->rows; r++)
        for (size_t j = 0; j < self->n_params; j++)
            p->y[r * p->y_stride + j] = p->params[j] * p->x[r * p->x_stride + j];
}

static void add_params_gradient(const gn_layer *self, const gn_pass *p)
{
    for (size_t j = 0; j < self->n_params; j++) {
        gn_real sum = 0;
        for (size_t r = 0; r < p->rows; r++)
            sum += p->dy[r * p->y_stride + j] * p->x[r * p->x_stride + j];
        p->dparams[j] = sum + (p->beta == 0 ? 0 : p->beta * p->dparams[j]);
    }
}

static void backward(const gn_layer *self, const gn_pass *p)
{
    if (p->dparams)
        add_params_gradient(self, p);
    for (size_t r = 0; p->dx && r < p->rows; r++)
        for (size_t j = 0; j < self->n_params; j++)
            p->dx[r * p->dx_stride + j] = p->dy[r * p->y_stride + j] * p->params[j];
}

const gn_layer_type scale_layer = {
    .name = "scale", .plan = plan, .init = init, .forward = forward, .backward = backward,
};
