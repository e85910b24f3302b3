/* Calls of functions that may be the user's. Ours are known by their functions, since a user may copy a
 * table of ours and put functions of his own into it. */
#include "functions/functions.h"

GNI_APART void gni_activation_forward(const gn_layer *layer, const gn_pass *p, const gn_real *z)
{
    const gn_activation *f = &layer->activation;
    bool lent = f->forward != gn_identity.forward && gni_lend_mode();
    f->forward(f, p->rows, layer->out.channels, p->y_stride, z, p->y);
    gni_take_mode_back(lent);
}

GNI_APART void gni_activation_forward_bias(const gn_layer *layer, const gn_pass *p, const gn_real *bias)
{
    const gn_activation *f = &layer->activation;
    bool lent = f->forward_bias != gn_identity.forward_bias && gni_lend_mode();
    f->forward_bias(f, p->rows, layer->out.channels, p->y_stride, bias, p->y);
    gni_take_mode_back(lent);
}

GNI_APART void gni_activation_backward(const gn_layer *layer, const gn_pass *p)
{
    const gn_activation *f = &layer->activation;
    bool lent = f->backward != gn_identity.backward && gni_lend_mode();
    f->backward(f, p->rows, layer->out.channels, p->y_stride, f->keeps_input ? p->cache : NULL, p->y, p->dy);
    gni_take_mode_back(lent);
}

GNI_APART double gni_loss_eval(const gn_loss *loss, const gn_tile *tile, size_t cols, size_t stride,
                               const gn_real *z, double scale, gn_real *dz)
{
    bool lent = !gni_is_our_loss(loss) && gni_lend_mode();
    double sum = loss->eval(loss, tile, cols, stride, z, scale, dz);
    gni_take_mode_back(lent);
    return sum;
}

GNI_APART void gni_optimizer_update(const gn_optimizer *o, const gn_update *u)
{
    bool lent = !gni_is_our_optimizer(o) && gni_lend_mode();
    o->update(o, u);
    gni_take_mode_back(lent);
}

GNI_APART double gni_rate(const gn_schedule *s, const gn_progress *at)
{
    bool lent = !gni_is_our_schedule(s) && gni_lend_mode();
    double rate = s->rate(s, at);
    gni_take_mode_back(lent);
    return rate;
}
