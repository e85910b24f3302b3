/* The network: a table of layers, and one vector that holds their parameters. */
#include <math.h>
#include <string.h>
#include "network/network.h"

const gn_layer *gni_last_layer(const gn_network *net)
{
    size_t i = net->n_layers - 1;
    while (i > 0 && net->layers[i].spec.type->only_in_training)
        i--;
    return &net->layers[i];
}

static gn_status lacks(size_t index, const char *what, const char *name, const char *parts)
{
    return gn_fail(GN_ERR_ARGUMENT, "gn_network_create: the %s %s of layer %zu lacks a name, %s", what,
                   name ? name : "without a name", index, parts);
}

/* What the user gave us as tables of functions is complete. */
static gn_status check_parts(const gn_layer *layer)
{
    const gn_layer_type *type = layer->spec.type;
    const gn_activation *f = &layer->activation;
    if (!isfinite(f->alpha) || !isfinite(f->gain))
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_create: the activation of layer %zu has alpha %g, "
                       "gain %g", layer->index, f->alpha, f->gain);
    if (!f->name || !f->forward || !f->backward)
        return lacks(layer->index, "activation", f->name, "forward or backward");
    if (!type->name || !type->plan || !type->forward || !type->backward)
        return lacks(layer->index, "type", type->name, "plan, forward or backward");
    if (!layer->spec.init->name || !layer->spec.init->fill)
        return lacks(layer->index, "init", layer->spec.init->name, "or fill");
    return GN_OK;
}

/* What runs through BLAS is counted in int, padding included. */
static gn_status check_shape(const char *what, size_t index, gn_shape s)
{
    size_t size;
    if (!gni_multiply(s.channels, s.height, &size) || !gni_multiply(size, s.width, &size) ||
        size > GNI_BLAS_MAX - GNI_LANES)
        return gn_fail(GN_ERR_SHAPE, "gn_network_create: %s %zu has %zu x %zu x %zu numbers, too many",
                       what, index, s.channels, s.height, s.width);
    if (size == 0)
        return gn_fail(GN_ERR_SHAPE, "gn_network_create: %s %zu has %zu x %zu x %zu numbers, none",
                       what, index, s.channels, s.height, s.width);
    return GN_OK;
}

static void fill_in_defaults(gn_layer *layer)
{
    gn_layer_spec *spec = &layer->spec;
    if (!spec->type)
        spec->type = &gn_dense;
    if (spec->units == 0)
        spec->units = gn_size(layer->in);
    layer->activation = spec->activation ? *spec->activation : gn_identity;
    spec->activation = &layer->activation;
    if (!spec->init)
        spec->init = layer->activation.init ? layer->activation.init : &gn_glorot_uniform;
    layer->out = gn_vector(spec->units);
}

static gn_status check_plan(const gn_layer *layer)
{
    const gn_layer_type *type = layer->spec.type;
    if (layer->n_weights > layer->n_params ||
        (type->only_in_training &&
         (layer->n_params || gn_size(layer->out) != gn_size(layer->in))))
        return gn_fail(GN_ERR_ARGUMENT,
                       "gn_network_create: layer %zu (%s) plans %zu parameters, %zu weights, %zu "
                       "outputs of %zu inputs, which its type cannot", layer->index, type->name,
                       layer->n_params, layer->n_weights, gn_size(layer->out), gn_size(layer->in));
    return check_shape("the output of layer", layer->index, layer->out);
}

static gn_status plan_layer(gn_network *net, size_t index)
{
    gn_layer *layer = &net->layers[index];
    layer->index = index;
    layer->in = index ? net->layers[index - 1].out : net->input;
    fill_in_defaults(layer);
    gn_status status = check_parts(layer);
    if (status >= 0)
        status = check_shape("the output of layer", index, layer->out);
    unsigned before = gni_failures();
    if (status >= 0)
        status = gni_explain(layer->spec.type->name, layer->spec.type->plan(layer), before);
    if (status < 0)
        return status;
    layer->first_param = net->n_params;
    size_t bytes;
    if (!gni_add(net->n_params, layer->n_params, &net->n_params) ||
        !gni_multiply(net->n_params, sizeof(gn_real), &bytes) || bytes > PTRDIFF_MAX)
        return gn_fail(GN_ERR_SHAPE, "gn_network_create: layer %zu (%s) has %zu parameters, too many",
                       index, layer->spec.type->name, layer->n_params);
    return check_plan(layer);
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
        return gn_fail(GN_ERR_MEMORY, "gn_network_create: no memory for %zu parameters", net->n_params);
    return GN_OK;
}

static gn_status plan_network(gn_network *net, const gn_layer_spec *layers)
{
    for (size_t i = 0; i < net->n_layers; i++) {
        net->layers[i].spec = layers[i];
        gn_status status = plan_layer(net, i);
        if (status < 0)
            return status;
    }
    return GN_OK;
}

/* A classifier begins near one half (or equal shares), where the loss is log 2 (or of n classes log n): the
 * gain is for hidden layers. */
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
        if (layer.spec.type->init)
            layer.spec.type->init(&layer, net->params + layer.first_param, seed);
    }
}

gn_status gni_network_plan(gn_network **out, gn_shape input, const gn_layer_spec *layers, size_t n_layers)
{
    *out = NULL;
    if (!layers || n_layers == 0)
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_create: %zu layers%s, at least one is needed",
                       n_layers, layers ? "" : " at NULL");
    gn_status status = check_shape("the input of layer", 0, input);
    if (status < 0)
        return status;
    gn_network *net = allocate(input, n_layers);
    if (!net)
        return gn_fail(GN_ERR_MEMORY, "gn_network_create: no memory for %zu layers", n_layers);
    status = plan_network(net, layers);
    if (status >= 0)
        *out = net;
    else
        gn_network_destroy(net);
    return status;
}

gn_status gn_network_create(gn_network **out, gn_shape input, const gn_layer_spec *layers,
                            size_t n_layers, uint64_t seed)
{
    if (!out)
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_create: out is NULL");
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
