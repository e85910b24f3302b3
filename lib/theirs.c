/* Every call of a function that may be the user's: see theirs.h. Ours are known by their
 * functions, since a user may copy a table of ours and put functions of his own into it. */
#include "internal.h"

static bool lend_if(bool theirs)
{
    return theirs && gni_lend_mode();
}

static void take_back(bool lent)
{
    if (lent)
        gni_take_mode_back(lent);
}

GNI_APART gn_status gni_layer_plan(gn_layer *layer)
{
    const gn_layer_type *type = layer->spec.type;
    bool lent = lend_if(type->plan != gn_dense.plan && type->plan != gn_dropout.plan);
    gn_status status = type->plan(layer);
    take_back(lent);
    return status;
}

GNI_APART void gni_layer_init(const gn_layer *layer, gn_real *params, uint64_t seed)
{
    const gn_layer_type *type = layer->spec.type;
    bool lent = lend_if(type->init && type->init != gn_dense.init);
    if (type->init)
        type->init(layer, params, seed);
    take_back(lent);
}

GNI_APART void gni_init_fill(const gn_layer *layer, double gain, uint64_t seed, size_t n,
                             gn_real *weights)
{
    const gn_init *init = layer->spec.init;
    bool lent = lend_if(init->fill != gn_zeros.fill);
    init->fill(init, gn_size(layer->in), layer->out.channels, gain, seed, layer->index, n, weights);
    take_back(lent);
}

GNI_APART void gni_layer_forward(const gn_layer *layer, const gn_pass *p)
{
    const gn_layer_type *type = layer->spec.type;
    bool lent = lend_if(type->forward != gn_dense.forward && type->forward != gn_dropout.forward);
    type->forward(layer, p);
    take_back(lent);
}

GNI_APART void gni_layer_backward(const gn_layer *layer, const gn_pass *p)
{
    const gn_layer_type *type = layer->spec.type;
    bool lent = lend_if(type->backward != gn_dense.backward && type->backward != gn_dropout.backward);
    type->backward(layer, p);
    take_back(lent);
}

GNI_APART void gni_activation_forward(const gn_layer *layer, const gn_pass *p, const gn_real *z)
{
    const gn_activation *f = &layer->activation;
    bool lent = lend_if(f->forward != gn_identity.forward);
    f->forward(f, p->rows, layer->out.channels, p->y_stride, z, p->y);
    take_back(lent);
}

GNI_APART void gni_activation_forward_bias(const gn_layer *layer, const gn_pass *p, const gn_real *bias)
{
    const gn_activation *f = &layer->activation;
    bool lent = lend_if(f->forward_bias != gn_identity.forward_bias);
    f->forward_bias(f, p->rows, layer->out.channels, p->y_stride, bias, p->y);
    take_back(lent);
}

GNI_APART void gni_activation_backward(const gn_layer *layer, const gn_pass *p)
{
    const gn_activation *f = &layer->activation;
    bool lent = lend_if(f->backward != gn_identity.backward);
    f->backward(f, p->rows, layer->out.channels, p->y_stride, f->keeps_input ? p->cache : NULL, p->y, p->dy);
    take_back(lent);
}

GNI_APART double gni_loss_eval(const gn_loss *loss, const gn_tile *tile, size_t cols, size_t stride,
                               const gn_real *z, double scale, gn_real *dz)
{
    bool lent = lend_if(!gni_is_ours(loss));
    double sum = loss->eval(loss, tile, cols, stride, z, scale, dz);
    take_back(lent);
    return sum;
}

GNI_APART gn_status gni_fill(const gn_data *data, const size_t *rows, gn_tile *tile)
{
    bool lent = gni_lend_mode();
    gn_status status = data->fill(data->user, rows, tile);
    take_back(lent);
    return status;
}

GNI_APART void gni_optimizer_update(const gn_optimizer *o, const gn_update *u)
{
    bool lent = lend_if(!gni_is_our_optimizer(o));
    o->update(o, u);
    take_back(lent);
}

GNI_APART double gni_rate(const gn_schedule *s, const gn_progress *at)
{
    bool lent = lend_if(!gni_is_our_schedule(s));
    double rate = s->rate(s, at);
    take_back(lent);
    return rate;
}

GNI_APART bool gni_on_step(const gn_train_options *o, const gn_progress *at, double loss)
{
    bool lent = gni_lend_mode(), stop = o->on_step(o->user, at, loss);
    take_back(lent);
    return stop;
}

GNI_APART bool gni_on_epoch(const gn_train_options *o, const gn_epoch *line)
{
    bool lent = gni_lend_mode(), stop = o->on_epoch(o->user, line);
    take_back(lent);
    return stop;
}

GNI_APART gn_status gni_reduce(const gn_train_options *o, size_t n, gn_real *gradient, double *loss,
                               double *rows)
{
    bool lent = gni_lend_mode();
    gn_status status = o->reduce(o->user, n, gradient, loss, rows);
    take_back(lent);
    return status;
}
