/* Calls of a layer's functions, which may be the user's; see functions.h. */
#include "layers/layers.h"

GNI_APART gn_status gni_layer_plan(gn_layer *layer)
{
    const gn_layer_type *type = layer->spec.type;
    bool theirs = type->plan != gn_dense.plan && type->plan != gn_dropout.plan;
    bool lent = theirs && gni_lend_mode();
    gn_status status = type->plan(layer);
    gni_take_mode_back(lent);
    return status;
}

GNI_APART void gni_layer_init(const gn_layer *layer, gn_real *params, uint64_t seed)
{
    const gn_layer_type *type = layer->spec.type;
    bool lent = type->init && type->init != gn_dense.init && gni_lend_mode();
    if (type->init)
        type->init(layer, params, seed);
    gni_take_mode_back(lent);
}

GNI_APART void gni_layer_forward(const gn_layer *layer, const gn_pass *p)
{
    const gn_layer_type *type = layer->spec.type;
    bool theirs = type->forward != gn_dense.forward && type->forward != gn_dropout.forward;
    bool lent = theirs && gni_lend_mode();
    type->forward(layer, p);
    gni_take_mode_back(lent);
}

GNI_APART void gni_layer_backward(const gn_layer *layer, const gn_pass *p)
{
    const gn_layer_type *type = layer->spec.type;
    bool theirs = type->backward != gn_dense.backward && type->backward != gn_dropout.backward;
    bool lent = theirs && gni_lend_mode();
    type->backward(layer, p);
    gni_take_mode_back(lent);
}
