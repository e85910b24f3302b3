/* Planning: from the user's table of layers to shapes, sizes, and the places of parameters. */
#include <math.h>
#include <string.h>
#include "network/network.h"

enum { MOST_NAME = 48 }; /* bytes of a tensor's name */

static gn_status lacks(size_t index, const char *what, const char *name, const char *parts)
{
    return gn_fail(GN_ERR_ARGUMENT, "gn_network_create: the %s %s of layer %zu lacks a name, %s",
                   what, name ? name : "without a name", index, parts);
}

static gn_status check_reserved(const gn_layer *layer)
{
    const char *who = "gn_network_create", *type = layer->spec.type->name;
    gn_status status = gni_check_reserved(who, type, 4, layer->spec.reserved);
    if (status >= 0)
        status = gni_check_reserved(who, layer->spec.init->name, 4, layer->spec.init->reserved);
    for (size_t i = 0; i < 4 && status >= 0; i++)
        if (layer->spec.type->reserved[i] || (i < 3 && layer->activation.reserved[i]))
            status = gn_fail(GN_ERR_ARGUMENT,
                             "%s: reserved[%zu] of the type %s or the activation %s is not NULL",
                             who, i, type, layer->activation.name);
    return status;
}

/* What the user gave us as tables of functions is complete. */
static gn_status check_parts(const gn_layer *layer)
{
    const gn_layer_type *type = layer->spec.type;
    const gn_activation *f = &layer->activation;
    if (!isfinite(f->alpha) || !isfinite(f->gain))
        return gn_fail(GN_ERR_ARGUMENT,
                       "gn_network_create: the activation of layer %zu has alpha %g, "
                       "gain %g",
                       layer->index, f->alpha, f->gain);
    if (!f->name || !f->forward || !f->backward)
        return lacks(layer->index, "activation", f->name, "forward or backward");
    if (!type->name || !type->plan || !type->forward || !type->backward)
        return lacks(layer->index, "type", type->name, "plan, forward or backward");
    if (!layer->spec.init->name || !layer->spec.init->fill)
        return lacks(layer->index, "init", layer->spec.init->name, "or fill");
    if (layer->spec.bias_init && !layer->spec.bias_init->fill_bias)
        return gn_fail(GN_ERR_ARGUMENT,
                       "gn_network_create: the bias_init %s of layer %zu has no fill_bias",
                       layer->spec.bias_init->name ? layer->spec.bias_init->name : "without a name",
                       layer->index);
    return check_reserved(layer);
}

/* What runs through BLAS is counted in int, padding included. */
static gn_status check_shape(const char *what, size_t index, gn_shape s)
{
    size_t size;
    if (!gni_multiply(s.channels, s.height, &size) || !gni_multiply(size, s.width, &size) ||
        size > GNI_BLAS_MAX - GNI_PADDING)
        return gn_fail(GN_ERR_SHAPE,
                       "gn_network_create: %s %zu has %zu x %zu x %zu numbers, too many", what,
                       index, s.channels, s.height, s.width);
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

/* What a tensor says of itself. */
static gn_status check_tensor(const gn_layer *layer, size_t k)
{
    const gn_tensor *t = &layer->tensors[k];
    const char *of = layer->spec.type->name;
    size_t length = t->name ? strlen(t->name) : 0;
    if (length == 0 || length > MOST_NAME)
        return gn_fail(GN_ERR_ARGUMENT,
                       "gn_network_create: the name of tensor %zu of layer %zu (%s) has %zu "
                       "bytes, not 1 to %d",
                       k, layer->index, of, length, MOST_NAME);
    for (size_t i = 0; i < k; i++)
        if (strcmp(layer->tensors[i].name, t->name) == 0)
            return gn_fail(GN_ERR_ARGUMENT,
                           "gn_network_create: two tensors of layer %zu (%s) are called %s",
                           layer->index, of, t->name);
    if (t->rank < 1 || t->rank > 4)
        return gn_fail(GN_ERR_ARGUMENT,
                       "gn_network_create: tensor %s of layer %zu (%s) has the rank %zu, not 1 "
                       "to 4",
                       t->name, layer->index, of, t->rank);
    if (!(t->momentum >= 0 && t->momentum <= 1) || (t->momentum > 0 && t->decays))
        return gn_fail(GN_ERR_ARGUMENT,
                       "gn_network_create: tensor %s of layer %zu (%s) has the momentum %g%s",
                       t->name, layer->index, of, t->momentum, t->decays ? " and decays" : "");
    return GN_OK;
}

static bool measure_tensor(gn_tensor *t)
{
    bool fits = true;
    t->n = 1;
    for (size_t i = 0; i < t->rank; i++)
        fits &= gni_multiply(t->n, t->dims[i], &t->n);
    return fits;
}

/* Where its tensors lie. */
static gn_status lay_out(gn_layer *layer)
{
    layer->n_params = 0;
    if (layer->n_tensors > GN_TENSORS)
        return gn_fail(GN_ERR_ARGUMENT,
                       "gn_network_create: layer %zu (%s) plans %zu tensors, at most %d",
                       layer->index, layer->spec.type->name, layer->n_tensors, GN_TENSORS);
    for (size_t k = 0; k < layer->n_tensors; k++) {
        gn_tensor *t = &layer->tensors[k];
        gn_status status = check_tensor(layer, k);
        if (status < 0)
            return status;
        t->first = layer->n_params;
        if (!measure_tensor(t) || !gni_add(layer->n_params, t->n, &layer->n_params))
            return gn_fail(
                GN_ERR_SHAPE,
                "gn_network_create: tensor %s of layer %zu (%s, %zu outputs of %zu inputs) "
                "has too many numbers",
                t->name, layer->index, layer->spec.type->name, gn_size(layer->out),
                gn_size(layer->in));
    }
    return GN_OK;
}

static gn_status find_second_input(const gn_network *net, gn_layer *layer)
{
    const size_t from = layer->spec.from;
    if (from == 0)
        return GN_OK;
    if (!layer->spec.type->takes_from)
        return gn_fail(GN_ERR_UNSUPPORTED,
                       "gn_network_create: layer %zu (%s) takes one input, from is for types "
                       "that take two",
                       layer->index, layer->spec.type->name);
    if (from != GN_FROM_INPUT && from > layer->index)
        return gn_fail(GN_ERR_ARGUMENT,
                       "gn_network_create: from of layer %zu is %zu; layers before it are 1 to "
                       "%zu",
                       layer->index, from, layer->index);
    layer->from = from == GN_FROM_INPUT ? net->input : net->layers[from - 1].out;
    return GN_OK;
}

static gn_status check_plan(const gn_layer *layer)
{
    const gn_layer_type *type = layer->spec.type;
    if (type->only_in_training && (layer->n_params || gn_size(layer->out) != gn_size(layer->in)))
        return gn_fail(GN_ERR_ARGUMENT,
                       "gn_network_create: layer %zu (%s) plans %zu parameters, %zu outputs of %zu "
                       "inputs, which a type that works only in training cannot",
                       layer->index, type->name, layer->n_params, gn_size(layer->out),
                       gn_size(layer->in));
    return check_shape("the output of layer", layer->index, layer->out);
}

/* What its inputs lie within, about: for initial biases. */
static void find_range(const gn_network *net, gn_layer *layer)
{
    const gn_activation *f =
        layer->index ? &net->layers[layer->index - 1].activation : &gn_identity;
    bool known = f->low < f->high;
    layer->in_low = known ? f->low : -sqrt(3);
    layer->in_high = known ? f->high : sqrt(3);
}

/* The type's own plan, and what follows from it. */
static gn_status ask_type(gn_network *net, gn_layer *layer)
{
    unsigned before = gni_failures();
    gn_status status = gni_explain(layer->spec.type->name, gni_layer_plan(layer), before);
    if (status >= 0)
        status = lay_out(layer);
    if (status < 0)
        return status;
    layer->first_param = net->n_params;
    net->whole_lanes |= layer->spec.type->whole_lane;
    for (size_t k = 0; k < layer->n_tensors; k++)
        net->has_statistics |= layer->tensors[k].momentum > 0;
    size_t bytes;
    if (!gni_add(net->n_params, layer->n_params, &net->n_params) ||
        !gni_multiply(net->n_params, sizeof(gn_real), &bytes) || bytes > PTRDIFF_MAX)
        return gn_fail(GN_ERR_SHAPE,
                       "gn_network_create: layer %zu (%s) has %zu parameters, too many",
                       layer->index, layer->spec.type->name, layer->n_params);
    return check_plan(layer);
}

static gn_status plan_layer(gn_network *net, size_t index)
{
    gn_layer *layer = &net->layers[index];
    layer->index = index;
    layer->in = index ? net->layers[index - 1].out : net->input;
    fill_in_defaults(layer);
    find_range(net, layer);
    gn_status status = check_parts(layer);
    if (status >= 0)
        status = check_shape("the output of layer", index, layer->out);
    if (status >= 0)
        status = find_second_input(net, layer);
    return status >= 0 ? ask_type(net, layer) : status;
}

gn_status gni_plan_layers(gn_network *net, const gn_layer_spec *layers)
{
    gn_status status = check_shape("the input of layer", 0, net->input);
    for (size_t i = 0; i < net->n_layers && status >= 0; i++) {
        net->layers[i].spec = layers[i];
        status = plan_layer(net, i);
    }
    return status;
}
