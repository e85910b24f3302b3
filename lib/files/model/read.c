/* A network from a file: its layers from the metadata, or as the caller has described them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "files/model/tensors.h"

/* ---- layers ---- */

/* What is read, before it is a network. */
typedef struct plan {
    const char *name;         /* of the file */
    const gn_own_parts *own;
    gn_shape input;
    size_t n_layers;
    gn_layer_spec *layers;
    gn_activation *activations; /* that the layers' specs point to */
} plan;

static gn_status read_activation(plan *p, size_t i, const json_t *json)
{
    const json_t *activation = json_object_get(json, "activation");
    const char *name = json_string_value(activation);
    const json_t *alpha = json_object_get(json, "alpha");
    if (activation && !name)
        return gn_fail(GN_ERR_FORMAT, "%s: the activation of layer %zu is no string", p->name, i);
    const gn_activation *found = name ? gni_find_activation(name, p->own) : &gn_identity;
    if (!found)
        return gn_fail(GN_ERR_UNKNOWN, "%s: the activation %.64s of layer %zu is unknown here",
                       p->name, name, i);
    if (activation && !alpha)
        return gn_fail(GN_ERR_FORMAT, "%s: the activation %.64s of layer %zu has no alpha", p->name,
                       name, i);
    p->activations[i] = *found;
    if (alpha && !json_is_number(alpha))
        return gn_fail(GN_ERR_FORMAT, "%s: the alpha of layer %zu is no number", p->name, i);
    if (alpha)
        p->activations[i].alpha = json_number_value(alpha);
    p->layers[i].activation = &p->activations[i];
    return GN_OK;
}

/* "0" to "15", as they are written; SIZE_MAX: it is none of these. */
static size_t number_of(const char *name)
{
    char text[4];
    for (size_t k = 0; k < 16; k++) {
        snprintf(text, sizeof text, "%zu", k);
        if (strcmp(text, name) == 0)
            return k;
    }
    return SIZE_MAX;
}

/* *from stays where there is none. */
static gn_status read_from(const plan *p, size_t i, const json_t *json, size_t *from)
{
    const json_t *value = json_object_get(json, "from");
    const char *word = json_string_value(value);
    if (word && strcmp(word, "input") == 0)
        *from = GN_FROM_INPUT;
    else if (value && (!gni_json_size(value, from) || *from == 0 || *from > i))
        return gn_fail(GN_ERR_FORMAT,
                       "%s: from of layer %zu is no earlier layer, counted from 1, nor \"input\"",
                       p->name, i);
    return GN_OK;
}

/* By the type's own name of it, or by its number. */
static gn_status read_param(const plan *p, gn_layer_spec *spec, size_t i, const char *name,
                            const json_t *value)
{
    size_t k = 0;
    const char *const *names = spec->type->param_names;
    while (names && names[k] && strcmp(names[k], name) != 0)
        k++;
    if (!names || !names[k])
        k = number_of(name);
    if (k >= sizeof spec->param / sizeof *spec->param || !json_is_number(value))
        return gn_fail(GN_ERR_FORMAT,
                       "%s: the parameter %.64s of layer %zu (%s) is none of its type", p->name,
                       name, i, spec->type->name);
    spec->param[k] = json_number_value(value);
    return GN_OK;
}

/* *value stays where there is none. */
static gn_status read_flag(const plan *p, size_t i, const json_t *json, const char *name,
                           bool *value)
{
    const json_t *flag = json_object_get(json, name);
    if (flag && !json_is_boolean(flag))
        return gn_fail(GN_ERR_FORMAT, "%s: %s of layer %zu is neither true nor false", p->name,
                       name, i);
    *value = flag ? json_is_true(flag) : *value;
    return GN_OK;
}

static gn_status read_layer(plan *p, size_t i, const json_t *json)
{
    gn_layer_spec *spec = &p->layers[i];
    const char *type = json_string_value(json_object_get(json, "type")), *name;
    json_t *params = json_object_get(json, "param"), *value;
    if (!type || !gni_json_size(json_object_get(json, "units"), &spec->units) || spec->units == 0)
        return gn_fail(GN_ERR_FORMAT, "%s: layer %zu has no type or no units", p->name, i);
    spec->type = gni_find_type(type, p->own);
    if (!spec->type)
        return gn_fail(GN_ERR_UNKNOWN, "%s: the type %.64s of layer %zu is unknown here", p->name,
                       type, i);
    if (params && !json_is_object(params))
        return gn_fail(GN_ERR_FORMAT, "%s: the param of layer %zu is no object", p->name, i);
    bool bias = true;
    gn_status status = read_flag(p, i, json, "bias", &bias);
    spec->no_bias = !bias;
    if (status >= 0)
        status = read_flag(p, i, json, "frozen", &spec->frozen);
    if (status >= 0)
        status = read_from(p, i, json, &spec->from);
    if (status >= 0)
        status = read_activation(p, i, json);
    json_object_foreach(params, name, value)
        if (status >= 0)
            status = read_param(p, spec, i, name, value);
    return status;
}

static gn_status read_layers(plan *p, const json_t *layers)
{
    p->n_layers = json_array_size(layers);
    for (size_t i = 0; i < p->n_layers; i++) /* before memory is taken for so many */
        if (!json_is_object(json_array_get(layers, i)))
            return gn_fail(GN_ERR_FORMAT, "%s: layer %zu is no object", p->name, i);
    p->layers = gni_alloc(p->n_layers, sizeof *p->layers);
    p->activations = gni_alloc(p->n_layers, sizeof *p->activations);
    if (!p->layers || !p->activations)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu layers", p->name, p->n_layers);
    gn_status status = GN_OK;
    for (size_t i = 0; i < p->n_layers && status >= 0; i++)
        status = read_layer(p, i, json_array_get(layers, i));
    return status;
}

static gn_status read_plan(plan *p, const json_t *json)
{
    const json_t *input = json_object_get(json, "input"), *layers = json_object_get(json, "layers");
    json_int_t version = json_integer_value(json_object_get(json, "version"));
    if (version != GNI_MODEL_VERSION)
        return gn_fail(GN_ERR_FORMAT,
                       "%s: its layers are of version %" JSON_INTEGER_FORMAT ", this library "
                       "reads %d",
                       p->name, version, GNI_MODEL_VERSION);
    if (json_array_size(input) != 3 ||
        !gni_json_size(json_array_get(input, 0), &p->input.channels) ||
        !gni_json_size(json_array_get(input, 1), &p->input.height) ||
        !gni_json_size(json_array_get(input, 2), &p->input.width) || json_array_size(layers) == 0)
        return gn_fail(GN_ERR_FORMAT, "%s: its metadata have no input or no layers", p->name);
    return read_layers(p, layers);
}

/* ---- parameters ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const gni_tensor *)a)->name, ((const gni_tensor *)b)->name);
}

static bool is_known(const char *name, bool others)
{
    return strcmp(name, "__metadata__") == 0 || (others && strncmp(name, "trainer.", 8) == 0);
}

/* All of ours are in the file: is there more? Sorts the tensors. */
static gn_status check_left_over(const gni_tensors *t, gni_tensor *tensors, size_t n, bool others)
{
    const char *name;
    json_t *value;
    if (n)
        qsort(tensors, n, sizeof *tensors, compare_names);
    json_object_foreach(t->header, name, value) {
        const gni_tensor key = { .name = name };
        if (!is_known(name, others) && !(n && bsearch(&key, tensors, n, sizeof key, compare_names)))
            return gn_fail(GN_ERR_FORMAT, "%s: tensor %.64s is left over", t->in.name, name);
    }
    return GN_OK;
}

static gn_status read_tensors(const gni_tensors *t, const gn_network *net, gni_tensor *tensors,
                              size_t n, const char **names, bool others, gn_real *params)
{
    gn_status status = names ? gni_match_weights(t, tensors, n, names) : GN_OK;
    for (size_t i = 0; i < n && status >= 0; i++) {
        tensors[i].name = names ? names[i] : tensors[i].name;
        status = gni_tensors_read(t, &tensors[i],
                                  params + ((const gn_real *)tensors[i].data - net->params));
    }
    return status < 0 ? status : check_left_over(t, tensors, n, others);
}

gn_status gni_model_read(const gni_tensors *t, const gn_network *net, bool any_names, bool others,
                         gn_real *params)
{
    size_t most = gni_model_most(net);
    gni_tensor *tensors = gni_alloc(most, sizeof *tensors);
    gni_tensor_name *names = gni_alloc(most, sizeof *names);
    const char **theirs = any_names ? gni_alloc(most, sizeof *theirs) : NULL;
    gn_status status =
        tensors && names && (theirs || !any_names)
            ? read_tensors(t, net, tensors, gni_model_tensors(net, tensors, names), theirs, others,
                           params)
            : gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu layers", t->in.name, net->n_layers);
    gni_free(tensors);
    gni_free(names);
    gni_free(theirs);
    return status;
}

/* ---- scaling and notes ---- */

/* As model.c writes it. */
static bool read_number(const json_t *json, gn_real *x)
{
    const char *text = json_string_value(json);
    *x = (gn_real)(!text ? json_number_value(json) : *text == '-' ? -INFINITY : INFINITY);
    return json_is_number(json) || (text && strcmp(text + (*text == '-'), "inf") == 0);
}

static gn_status read_array(const plan *p, const json_t *scaling, const char *name, size_t n,
                            gn_real **to, const gn_real **array)
{
    const json_t *json = json_object_get(scaling, name);
    if (!json)
        return GN_OK;
    if (json_array_size(json) != n)
        return gn_fail(GN_ERR_FORMAT, "%s: %s has %zu numbers, not %zu", p->name, name,
                       json_array_size(json), n);
    *array = *to;
    for (size_t i = 0; i < n; i++)
        if (!read_number(json_array_get(json, i), (*to)++))
            return gn_fail(GN_ERR_FORMAT, "%s: element %zu of %s is no number", p->name, i, name);
    return GN_OK;
}

/* Room is taken for as many numbers as the file has, not for as many as it promises. */
static gn_status read_scaling(const plan *p, gn_network *net, const json_t *json)
{
    static const char *const names[6] = { "input_shift", "input_scale", "input_low", "input_high",
                                          "output_shift", "output_scale" };
    gn_scaling s = { 0 };
    const gn_real **arrays[6] = { &s.input_shift, &s.input_scale, &s.input_low, &s.input_high,
                                  &s.output_shift, &s.output_scale };
    size_t count = 0;
    if (!json_is_object(json))
        return gn_fail(GN_ERR_FORMAT, "%s: the scaling is no object", p->name);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, key, value) {
        int known = 0;
        for (int i = 0; i < 6; i++)
            known |= strcmp(key, names[i]) == 0;
        if (!known || !json_is_array(value))
            return gn_fail(GN_ERR_FORMAT, "%s: %.64s of the scaling is %s", p->name, key,
                           known ? "no array" : "unknown to version 1");
    }
    for (int i = 0; i < 6; i++)
        count += json_array_size(json_object_get(json, names[i]));
    gn_real *memory = gni_alloc(count, sizeof *memory), *to = memory;
    gn_status status =
        memory ? GN_OK : gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu numbers", p->name, count);
    for (int i = 0; i < 6 && status >= 0; i++)
        status = read_array(p, json, names[i], gn_size(i < 4 ? net->input : gn_network_output(net)),
                            &to, arrays[i]);
    if (status >= 0)
        status = gn_network_set_scaling(net, &s);
    gni_free(memory);
    return status;
}

/* The network has none yet, and a header no key twice: nothing is looked for. */
static gn_status read_notes(const gni_tensors *t, gn_network *net)
{
    const char *key;
    json_t *value;
    gni_note **end = &net->notes;
    json_object_foreach(json_object_get(t->header, "__metadata__"), key, value) {
        if (strcmp(key, "format") == 0 || strcmp(key, "gemmnet") == 0 ||
            strcmp(key, "trainer") == 0)
            continue;
        if (!(*end = gni_make_note(key, json_string_value(value))))
            return gn_fail(GN_ERR_MEMORY, "%s: no memory for the note %.64s", t->in.name, key);
        end = &(*end)->next;
    }
    return GN_OK;
}

/* ---- the whole ---- */

/* Memory for the parameters is taken when it is known that the file is large enough for them. */
static gn_status build(gn_network **out, const gni_tensors *t, plan *p, const json_t *json)
{
    gn_status status = read_plan(p, json);
    if (status >= 0)
        status = gni_network_plan(out, p->input, p->layers, p->n_layers);
    if (status < 0)
        return status;
    gn_network *net = *out;
    if (net->n_params > (t->in.size - t->begin) / sizeof(float))
        return gn_fail(GN_ERR_FORMAT, "%s: its layers have %zu parameters, its tensors %zu bytes",
                       p->name, net->n_params, t->in.size - t->begin);
    status = gni_network_allocate(net);
    if (status >= 0)
        status = gni_model_read(t, net, false, gni_tensors_metadata(t, "trainer"), net->params);
    const json_t *scaling = json_object_get(json, "scaling");
    if (status >= 0 && scaling)
        status = read_scaling(p, net, scaling);
    return status >= 0 ? read_notes(t, net) : status;
}

/* What would be a caller's argument is the file's; and whatever is wrong, it is with that file. */
static gn_status of_file(const char *name, gn_status status)
{
    char text[GNI_MESSAGE];
    if (status >= 0 || strncmp(gn_error_message(), name, strlen(name)) == 0)
        return status;
    snprintf(text, sizeof text, "%s", gn_error_message());
    bool of_caller = status == GN_ERR_ARGUMENT || status == GN_ERR_UNSUPPORTED;
    return gn_fail(of_caller ? GN_ERR_FORMAT : status, "%s: %s", name, text);
}

static gn_status read_network(gn_network **out, const gni_tensors *t, const gn_own_parts *own)
{
    plan p = { .name = t->in.name, .own = own };
    const char *text = gni_tensors_metadata(t, "gemmnet");
    json_t *json = NULL;
    if (own && gni_check_reserved(p.name, "own parts", 4, own->reserved) < 0)
        return GN_ERR_ARGUMENT;
    if (!text)
        return gn_fail(GN_ERR_FORMAT,
                       "%s: its metadata do not say what the layers are (gn_network_load_weights "
                       "fills a network that you describe)",
                       p.name);
    gn_status status = gni_json_parse(p.name, text, strlen(text), &json);
    if (status >= 0)
        status = of_file(p.name, build(out, t, &p, json));
    if (status < 0) {
        gn_network_destroy(*out);
        *out = NULL;
    }
    json_decref(json);
    gni_free(p.layers);
    gni_free(p.activations);
    return status;
}

GNI_APART static gn_status read_file(gn_network **out, gni_input in, const gn_own_parts *own)
{
    gni_tensors t;
    gn_status status = gni_tensors_open(&t, in);
    if (status >= 0)
        status = read_network(out, &t, own);
    if (status >= 0 || t.header)
        gni_tensors_close(&t);
    return status;
}

gn_status gn_network_decode(gn_network **out, const void *bytes, size_t size,
                            const gn_own_parts *own)
{
    const char *who = "gn_network_decode";
    if (!out)
        return gn_fail(GN_ERR_ARGUMENT, "%s: out is NULL", who);
    *out = NULL;
    if (!bytes)
        return gn_fail(GN_ERR_ARGUMENT, "%s: bytes is NULL", who);
    gni_float_mode mode = gni_hold_exact();
    return gni_release_after(read_file(out, gni_input_of(bytes, size, who), own), mode);
}

gn_status gn_network_load(gn_network **out, const char *path, const gn_own_parts *own)
{
    if (!out)
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_load: out is NULL");
    *out = NULL;
    if (!path)
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_load: path is NULL");
    gni_input in;
    gn_status status = gni_input_open(&in, path);
    if (status < 0)
        return status;
    gni_float_mode mode = gni_hold_exact();
    return gni_release_after(read_file(out, in, own), mode);
}
