/* How what a file says of its network differs from the network that is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "files/model/tensors.h"

typedef struct difference {
    char path[96];          /* as "layers[1].units" */
    size_t length;
    const json_t *a, *b;    /* NULL: missing */
} difference;

/* Numbers that are the same for this library are: a scaling may come from the other precision. */
static bool is_same(const json_t *a, const json_t *b)
{
    if (!json_is_real(a) || !json_is_real(b))
        return json_equal(a, b);
    gn_real x = (gn_real)json_real_value(a), y = (gn_real)json_real_value(b);
    return x <= y && x >= y;
}

static void append(difference *d, const char *text)
{
    int n = snprintf(d->path + d->length, sizeof d->path - d->length, "%s", text);
    d->length += n > 0 ? (size_t)n : 0;
    if (d->length >= sizeof d->path)
        d->length = sizeof d->path - 1;
}

static bool find(difference *d, const json_t *a, const json_t *b);

/* Step further; and back where there is no difference. */
static bool find_in(difference *d, const char *step, const json_t *a, const json_t *b)
{
    size_t before = d->length;
    append(d, *step != '[' && before ? "." : "");
    append(d, step);
    if (find(d, a, b))
        return true;
    d->path[d->length = before] = 0;
    return false;
}

static bool find_in_object(difference *d, const json_t *a, const json_t *b)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)a, key, value)
        if (find_in(d, key, value, json_object_get(b, key)))
            return true;
    json_object_foreach((json_t *)(uintptr_t)b, key, value)
        if (!json_object_get(a, key))
            return find_in(d, key, NULL, value);
    return false;
}

static bool find_in_array(difference *d, const json_t *a, const json_t *b)
{
    char step[24];
    size_t n = json_array_size(a), m = json_array_size(b);
    for (size_t i = 0; i < n || i < m; i++) {
        snprintf(step, sizeof step, "[%zu]", i);
        if (find_in(d, step, json_array_get(a, i), json_array_get(b, i)))
            return true;
    }
    return false;
}

static bool find(difference *d, const json_t *a, const json_t *b)
{
    if (json_is_object(a) && json_is_object(b))
        return find_in_object(d, a, b);
    if (json_is_array(a) && json_is_array(b))
        return find_in_array(d, a, b);
    d->a = a, d->b = b;
    return !is_same(a, b);
}

gn_status gni_model_differs(const char *name, const char *what, const json_t *theirs, const json_t *mine)
{
    difference d = { .path = "" };
    if (!find(&d, theirs, mine))
        return GN_OK;
    char *a = d.a ? json_dumps(d.a, JSON_ENCODE_ANY) : NULL, *b = d.b ? json_dumps(d.b, JSON_ENCODE_ANY) : NULL;
    gn_status status = gn_fail(GN_ERR_FORMAT, "%s: %s: %s is %.80s in the file, and %.80s here", name, what, d.path,
                               a ? a : "missing", b ? b : "missing");
    free(a);
    free(b);
    return status;
}

/* ---- of weights alone ---- */

static void drop_from_layer(json_t *layer)
{
    const char *type = json_string_value(json_object_get(layer, "type"));
    json_object_del(layer, "frozen");
    if (type && strcmp(type, gn_dropout.name) == 0)
        json_object_del(layer, "param");
}

static void drop_range(json_t *model)
{
    json_t *scaling = json_object_get(model, "scaling");
    json_object_del(scaling, "input_low");
    json_object_del(scaling, "input_high");
    if (json_object_size(scaling) == 0)
        json_object_del(model, "scaling");
}

/* What predictions do not depend on: what is trained, and how; in which shape inputs come; their range. */
static json_t *essence(json_t *model)
{
    json_t *layers = json_object_get(model, "layers"), *input = json_object_get(model, "input");
    size_t size = 1, dim;
    for (size_t i = 0; i < json_array_size(layers); i++)
        drop_from_layer(json_array_get(layers, i));
    for (size_t i = 0; i < json_array_size(input); i++)
        if (!gni_json_size(json_array_get(input, i), &dim) || !gni_multiply(size, dim, &size))
            return model; /* nonsense, and left as it is */
    if (json_is_array(input) && size <= INT64_MAX)
        json_object_set_new(model, "input", json_integer((json_int_t)size));
    drop_range(model);
    return model;
}

gn_status gni_model_agrees(const gni_tensors *t, const gn_network *net)
{
    const char *name = t->in.name, *text = gni_tensors_metadata(t, "gemmnet");
    if (!text)
        return GN_OK;
    json_t *theirs = NULL, *metadata = gni_model_metadata(net), *mine = NULL;
    const char *own = json_string_value(json_object_get(metadata, "gemmnet"));
    gn_status status = own ? gni_json_parse(name, text, strlen(text), &theirs)
                           : gn_fail(GN_ERR_MEMORY, "%s: no memory to describe the network", name);
    if (status >= 0)
        status = gni_json_parse(name, own, strlen(own), &mine);
    if (status >= 0)
        status = gni_model_differs(name, "gemmnet wrote it of another network (gn_network_load reads it)",
                                   essence(theirs), essence(mine));
    json_decref(theirs);
    json_decref(mine);
    json_decref(metadata);
    return status;
}
