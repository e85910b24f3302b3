/* The dense layer: Y = f(X W^T + b), with W stored as outputs rows of inputs. */
#include "functions/functions.h"

static gn_status plan(gn_layer *self)
{
    size_t in = gn_size(self->in), out = self->out.channels;
    if (!gni_multiply(out, in, &self->n_weights) ||                      /* W ... */
        !gni_add(self->n_weights, self->spec.no_bias ? 0 : out, &self->n_params)) /* ... then b */
        return gn_fail(GN_ERR_SHAPE, "dense: layer %zu of %zu units x %zu inputs is too large",
                       self->index, out, in);
    /* Z, as Y lies: kept for the way back, or beside Y where there is none */
    self->cache_per_row = self->work_per_row = self->activation.keeps_input ? gn_row_stride(out) : 0;
    return GN_OK;
}

static void init(const gn_layer *self, gn_real *params, uint64_t seed)
{
    double gain = self->activation.gain;
    self->spec.init->fill(self->spec.init, gn_size(self->in), self->out.channels, gain == 0 ? 1 : gain, seed,
                          self->index, self->n_weights, params);
}

/* Z += b, Y = f(Z), in one pass where the activation knows how. */
static void activate(const gn_layer *self, const gn_pass *p, gn_real *z)
{
    const gn_real *b = self->spec.no_bias ? NULL : p->params + self->n_weights;
    if (b && self->activation.forward_bias && !p->raw && z == p->y) {
        gni_activation_forward_bias(self, p, b);
        return;
    }
    if (b)
        gni_kernels_used->add_bias(p->rows, self->out.channels, p->y_stride, b, z);
    if (!p->raw)
        gni_activation_forward(self, p, z);
}

static void forward(const gn_layer *self, const gn_pass *p)
{
    size_t in = gn_size(self->in), out = self->out.channels;
    bool apart = self->activation.keeps_input && !p->raw;
    gn_real *z = !apart ? p->y : p->cache ? p->cache : p->work;

    if (p->rows == 1)                                                    /* Z = X W^T */
        gni_kernels_used->row_nt(out, in, p->x, p->params, z);
    else if (in <= GNI_NARROW)
        gni_kernels_used->narrow_nt(p->rows, out, in, p->x, p->x_stride, p->params, z, p->y_stride);
    else
        gni_gemm(GNI_NT, p->rows, out, in, p->x, p->x_stride, p->params, in, 0, z, p->y_stride);
    activate(self, p, z);
}

/* dW = dZ^T X + beta dW and dX = dZ W */
static void multiply_back(const gn_layer *self, const gn_pass *p)
{
    size_t in = gn_size(self->in), out = self->out.channels;
    if (p->rows == 1) {
        if (p->dparams)
            gni_kernels_used->row_tn(out, in, p->dy, p->x, p->beta, p->dparams);
        if (p->dx)
            gni_kernels_used->row_nn(out, in, p->dy, p->params, p->dx);
        return;
    }
    if (p->dparams)
        gni_gemm(GNI_TN, out, in, p->rows, p->dy, p->y_stride, p->x, p->x_stride, p->beta, p->dparams, in);
    if (p->dx)
        gni_gemm(GNI_NN, p->rows, in, out, p->dy, p->y_stride, p->params, in, 0, p->dx, p->x_stride);
}

static void backward(const gn_layer *self, const gn_pass *p)
{
    size_t out = self->out.channels;
    if (!p->raw)                                                         /* dZ = dY f'(Z) */
        gni_activation_backward(self, p);
    if (p->dparams && !self->spec.no_bias)                               /* db = sum of dZ */
        gni_kernels_used->sum_rows(p->rows, out, p->y_stride, p->dy, p->beta,
                                   p->dparams + self->n_weights);
    multiply_back(self, p);
}

const gn_layer_type gn_dense = {
    .name = "dense", .plan = plan, .init = init, .forward = forward, .backward = backward,
};
