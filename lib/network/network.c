/* The network: a table of layers, and one vector that holds their parameters. */
#include <string.h>
#include "network/network.h"

const gn_layer *gni_last_layer(const gn_network *net)
{
    size_t i = net->n_layers - 1;
    while (i > 0 && net->layers[i].spec.type->only_in_training)
        i--;
    return &net->layers[i];
}

/* An empty network of n layers. */
static gn_network *allocate(gn_shape input, size_t n_layers)
{
    gn_network *net = gni_alloc(1, sizeof *net);
    if (!net)
        return NULL;
    net->input = input;
    net->n_layers = n_layers;
    net->layers = gni_alloc(n_layers, sizeof *net->layers);
    if (net->layers)
        return net;
    gni_free(net);
    return NULL;
}

gn_status gni_network_allocate(gn_network *net)
{
    net->params = gni_alloc(net->n_params, sizeof *net->params);
    if (!net->params)
        return gn_fail(GN_ERR_MEMORY, "gn_network_create: no memory for %zu parameters",
                       net->n_params);
    return GN_OK;
}

/* A classifier begins near one half (or equal shares), where the loss is log 2 (or of n classes log
 * n): the gain is for hidden layers. */
static void set_output_gain(const gn_network *net, gn_layer *layer)
{
    const gn_activation *f = &layer->activation;
    if (layer->index == gni_last_layer(net)->index &&
        (gn_same_activation(f, &gn_sigmoid) || gn_same_activation(f, &gn_softmax)))
        layer->activation.gain = 1;
}

static void initialise(gn_network *net, uint64_t seed)
{
    for (size_t i = 0; i < net->n_layers; i++) {
        gn_layer layer = net->layers[i];
        layer.spec.activation = &layer.activation;
        set_output_gain(net, &layer);
        gni_layer_init(&layer, net->params + layer.first_param, seed);
    }
}

gn_status gni_network_plan(gn_network **out, gn_shape input, const gn_layer_spec *layers,
                           size_t n_layers)
{
    *out = NULL;
    if (!layers || n_layers == 0)
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_create: %zu layers%s, at least one is needed",
                       n_layers, layers ? "" : " at NULL");
    gn_network *net = allocate(input, n_layers);
    if (!net)
        return gn_fail(GN_ERR_MEMORY, "gn_network_create: no memory for %zu layers", n_layers);
    gn_status status = gni_plan_layers(net, layers);
    if (status >= 0)
        *out = net;
    else
        gn_network_destroy(net);
    return status;
}

GNI_APART static gn_status create(gn_network **out, gn_shape input, const gn_layer_spec *layers,
                                  size_t n_layers, uint64_t seed)
{
    gn_status status = gni_network_plan(out, input, layers, n_layers);
    if (status >= 0)
        status = gni_network_allocate(*out);
    if (status >= 0) {
        initialise(*out, seed);
        return GN_OK;
    }
    gn_network_destroy(*out);
    *out = NULL;
    return status;
}

gn_status gn_network_create(gn_network **out, gn_shape input, const gn_layer_spec *layers,
                            size_t n_layers, uint64_t seed)
{
    if (!out)
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_create: out is NULL");
    gni_float_mode mode = gni_hold_exact();
    return gni_release_after(create(out, input, layers, n_layers, seed), mode);
}

gn_status gn_network_copy(gn_network **out, const gn_network *net)
{
    if (!out)
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_copy: out is NULL");
    *out = NULL;
    if (!net)
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_copy: net is NULL");
    gn_network *copy = allocate(net->input, net->n_layers);
    if (!copy)
        return gn_fail(GN_ERR_MEMORY, "gn_network_copy: no memory for %zu layers", net->n_layers);
    copy->n_params = net->n_params;
    copy->has_statistics = net->has_statistics;
    copy->whole_lanes = net->whole_lanes;
    memcpy(copy->layers, net->layers, net->n_layers * sizeof *net->layers);
    for (size_t i = 0; i < net->n_layers; i++)
        copy->layers[i].spec.activation = &copy->layers[i].activation;
    gn_status status = gni_network_allocate(copy);
    if (status >= 0)
        status = gni_copy_luggage(copy, net);
    if (status < 0) {
        gn_network_destroy(copy);
        return status;
    }
    memcpy(copy->params, net->params, net->n_params * sizeof *net->params);
    *out = copy;
    return GN_OK;
}

void gn_network_destroy(gn_network *net)
{
    if (!net)
        return;
    gni_free(net->params);
    gni_free_luggage(net);
    gni_free(net->layers);
    gni_free(net);
}
