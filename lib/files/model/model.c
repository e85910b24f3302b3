/* A network as a file: tensors that PyTorch knows by name, and in the metadata what it has no
 * name for: the layers, in JSON, the scaling, and the user's notes. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "files/model/tensors.h"

size_t gni_model_tensors(const gn_network *net, gni_tensor *tensors, char (*names)[32])
{
    size_t n = 0, module = 0; /* of PyTorch's nn.Sequential, where an activation is one of its own */
    for (size_t i = 0; i < net->n_layers; i++) {
        const gn_layer *l = &net->layers[i];
        bool dense = l->spec.type == &gn_dense;
        const gni_tensor parts[2] = {
            { .rank = dense ? 2 : 1, .dims = { dense ? l->out.channels : l->n_weights, gn_size(l->in) },
              .data = net->params + l->first_param },
            { .rank = 1, .dims = { l->n_params - l->n_weights, 0 },
              .data = net->params + l->first_param + l->n_weights },
        };
        for (int k = 0; k < 2; k++) {
            if (k == 0 ? l->n_weights == 0 : l->n_params == l->n_weights)
                continue;
            snprintf(names[n], sizeof *names, "%zu.%s", module, k ? "bias" : "weight");
            tensors[n] = parts[k];
            tensors[n].name = names[n];
            tensors[n++].doubles = GNI_REALS_ARE_DOUBLES;
        }
        module += gn_same_activation(&l->activation, &gn_identity) ? 1 : 2;
    }
    return n;
}

/* ---- writing the metadata ---- */

/* A range may be open; JSON has no word for that. */
static json_t *number(gn_real x)
{
    return isfinite(x) ? json_real((double)x) : json_string(x > 0 ? "inf" : "-inf");
}

static json_t *numbers(const gn_real *x, size_t n)
{
    json_t *json = json_array();
    for (size_t i = 0; i < n; i++)
        if (json_array_append_new(json, number(x[i])) != 0) {
            json_decref(json);
            return NULL;
        }
    return json;
}

static json_t *describe_scaling(const gn_network *net)
{
    const gn_scaling *s = &net->scaling;
    const struct { const char *name; const gn_real *x; bool out; } all[] = {
        { "input_shift", s->input_shift, false }, { "input_scale", s->input_scale, false },
        { "output_shift", s->output_shift, true }, { "output_scale", s->output_scale, true },
        { "input_low", s->input_low, false }, { "input_high", s->input_high, false },
    };
    json_t *json = json_object();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t n = gn_size(all[i].out ? gn_network_output(net) : net->input);
        if (all[i].x && json_object_set_new(json, all[i].name, numbers(all[i].x, n)) != 0) {
            json_decref(json);
            return NULL;
        }
    }
    return json;
}

/* spec.param, by the names that the type gives them, or else by number */
static const char *param_name(const gn_layer_type *type, size_t i, char text[4])
{
    for (size_t k = 0; type->param_names && type->param_names[k]; k++)
        if (k == i)
            return type->param_names[k];
    snprintf(text, 4, "%zu", i);
    return text;
}

static json_t *describe_layer(const gn_layer *l)
{
    json_t *json = json_object(), *params = json_object();
    char text[4];
    int failed = json_object_set_new(json, "type", json_string(l->spec.type->name));
    failed |= json_object_set_new(json, "units", json_integer((json_int_t)l->spec.units));
    if (!gn_same_activation(&l->activation, &gn_identity)) {
        failed |= json_object_set_new(json, "activation", json_string(l->activation.name));
        failed |= json_object_set_new(json, "alpha", json_real(l->activation.alpha));
    }
    if (l->spec.no_bias)
        failed |= json_object_set_new(json, "bias", json_false());
    if (l->spec.frozen)
        failed |= json_object_set_new(json, "frozen", json_true());
    for (size_t i = 0; i < 8; i++)
        if (l->spec.param[i] < 0 || l->spec.param[i] > 0)
            failed |= json_object_set_new(params, param_name(l->spec.type, i, text),
                                          json_real(l->spec.param[i]));
    if (json_object_size(params))
        failed |= json_object_set_new(json, "param", params);
    else
        json_decref(params);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *describe(const gn_network *net)
{
    const gn_shape in = net->input;
    json_t *json = json_object(), *layers = json_array();
    int failed = json_object_set_new(json, "version", json_integer(GNI_MODEL_VERSION));
    failed |= json_object_set_new(json, "input", json_pack("[III]", (json_int_t)in.channels,
                                                           (json_int_t)in.height, (json_int_t)in.width));
    for (size_t i = 0; i < net->n_layers; i++)
        failed |= json_array_append_new(layers, describe_layer(&net->layers[i]));
    failed |= json_object_set_new(json, "layers", layers);
    if (net->scaling_memory)
        failed |= json_object_set_new(json, "scaling", describe_scaling(net));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

json_t *gni_model_metadata(const gn_network *net)
{
    json_t *json = json_object(), *ours = describe(net);
    size_t n = 0;
    char *text = gni_json_text(ours, &n);
    json_decref(ours);
    int failed = json_object_set_new(json, "format", json_string("pt")); /* as PyTorch's are */
    failed |= json_object_set_new(json, "gemmnet", text ? json_stringn(text, n) : NULL);
    gni_free(text);
    for (const gni_note *note = net->notes; note; note = note->next)
        failed |= json_object_set_new(json, note->key, json_string(note->value));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static gn_status write_network(const gn_network *net, gni_output *out)
{
    gni_tensor *tensors = gni_alloc(2 * net->n_layers, sizeof *tensors);
    char (*names)[32] = gni_alloc(2 * net->n_layers, sizeof *names);
    gn_status status = gni_model_check(gni_writer(out), net);
    if (status >= 0 && tensors && names)
        status = gni_tensors_write(out, gni_model_metadata(net), tensors,
                                   gni_model_tensors(net, tensors, names));
    else if (status >= 0)
        status = gn_fail(GN_ERR_MEMORY, "%s: no memory for the names of %zu layers", gni_writer(out),
                         net->n_layers);
    gni_free(tensors);
    gni_free(names);
    return status;
}

gn_status gn_network_save(const gn_network *net, const char *path)
{
    const char *who = "gn_network_save";
    gni_output out;
    if (!net || !path)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, net ? "path" : "net");
    gn_status status = gni_check_ending(who, path, GNI_SAFETENSORS);
    if (status >= 0)
        status = gni_output_open(&out, who, path);
    return status < 0 ? status : gni_output_close(&out, write_network(net, &out));
}

gn_status gn_network_encode(const gn_network *net, void *bytes, size_t capacity, size_t *size)
{
    const char *who = "gn_network_encode";
    if (!net || !size || (!bytes && capacity))
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, !net ? "net" : size ? "bytes" : "size");
    gni_output out = gni_output_of(bytes, capacity);
    gn_status status = write_network(net, &out);
    if (status < 0)
        return status;
    *size = out.used;
    if (out.used > capacity && bytes)
        return gn_fail(GN_ERR_ARGUMENT, "%s: the file has %zu bytes, there is room for %zu", who, out.used,
                       capacity);
    return GN_OK;
}
