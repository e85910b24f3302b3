/* Calls of layers, which may be the user's, and of the user's readers. */
#include "run/run.h"

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

GNI_APART gn_status gni_fill(const gn_data *data, const size_t *rows, gn_tile *tile)
{
    bool lent = gni_lend_mode();
    gn_status status = data->fill(data->user, rows, tile);
    gni_take_mode_back(lent);
    return status;
}
