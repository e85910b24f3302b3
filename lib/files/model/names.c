/* Layer types and activations by name; and whether a network has words for all it consists of, so
 * that what is written can be read. */
#include <math.h>
#include <string.h>
#include "files/model/tensors.h"

const gn_layer_type *gni_find_type(const char *name, const gn_own_parts *own)
{
    for (size_t i = 0; own && own->types && own->types[i]; i++)
        if (strcmp(own->types[i]->name, name) == 0)
            return own->types[i];
    return gni_find(GN_LAYER_TYPE, name);
}

const gn_activation *gni_find_activation(const char *name, const gn_own_parts *own)
{
    for (size_t i = 0; own && own->activations && own->activations[i]; i++)
        if (strcmp(own->activations[i]->name, name) == 0)
            return own->activations[i];
    return gni_find(GN_ACTIVATION, name);
}

/* ---- can it be written? ---- */

/* Whether activation is the library's of that name, with whatever alpha. */
static bool is_ours(const gn_activation *activation, const gn_activation *ours)
{
    gn_activation same = *ours;
    same.alpha = activation->alpha;
    return isnan(activation->alpha) || gn_same_activation(activation, &same);
}

static gn_status check_name(const char *who, const char *what, size_t layer, const char *name,
                            bool taken)
{
    if (!gni_is_utf8(name))
        return gn_fail(GN_ERR_ARGUMENT,
                       "%s: the name \"%.64s\" of the %s of layer %zu is not UTF-8", who, name,
                       what, layer);
    if (taken)
        return gn_fail(GN_ERR_ARGUMENT,
                       "%s: the %s of layer %zu is called %.64s, which is the library's: it would "
                       "be read as that one",
                       who, what, layer, name);
    return GN_OK;
}

static gn_status check_tensors(const char *who, const gn_layer *l)
{
    gn_status status = GN_OK;
    for (size_t k = 0; k < l->n_tensors && status >= 0; k++)
        status = check_name(who, "tensor", l->index, l->tensors[k].name, false);
    return status;
}

static gn_status check_params(const char *who, const gn_layer *l)
{
    const char *const *names = l->spec.type->param_names;
    gn_status status = GN_OK;
    for (size_t k = 0; names && names[k] && status >= 0; k++)
        status = check_name(who, "parameter", l->index, names[k], false);
    for (size_t k = 0; k < sizeof l->spec.param / sizeof *l->spec.param && status >= 0; k++)
        if (!isfinite(l->spec.param[k])) /* JSON has no words for these */
            return gn_fail(GN_ERR_NONFINITE, "%s: param[%zu] of layer %zu is %g", who, k, l->index,
                           l->spec.param[k]);
    return status;
}

gn_status gni_model_check(const char *who, const gn_network *net)
{
    gn_status status = GN_OK;
    for (size_t i = 0; i < net->n_layers && status >= 0; i++) {
        const gn_layer *l = &net->layers[i];
        const gn_layer_type *type = l->spec.type;
        const gn_layer_type *of_type = gni_find(GN_LAYER_TYPE, type->name);
        const gn_activation *a = &l->activation, *ours = gni_find(GN_ACTIVATION, a->name);
        status = check_name(who, "type", i, type->name, of_type && of_type != type);
        if (status >= 0)
            status = check_name(who, "activation", i, a->name, ours && !is_ours(a, ours));
        if (status >= 0)
            status = check_params(who, l);
        if (status >= 0)
            status = check_tensors(who, l);
    }
    return status;
}
