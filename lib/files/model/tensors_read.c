/* Tensors out of a container whose header has been read and checked. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "files/model/tensors.h"

enum { CHUNK = 4096 };

const char *gni_tensors_metadata(const gni_tensors *t, const char *key)
{
    return json_string_value(json_object_get(json_object_get(t->header, "__metadata__"), key));
}

bool gni_tensors_has(const gni_tensors *t, const char *name)
{
    return strcmp(name, "__metadata__") != 0 && json_object_get(t->header, name);
}

/* What its header says of a tensor, of which more than two dimensions are not kept. */
static gni_tensor look(const char *name, const json_t *json)
{
    const json_t *shape = json_object_get(json, "shape");
    gni_tensor e = { .name = name, .rank = json_array_size(shape) };
    for (size_t i = 0; i < e.rank && i < 2; i++)
        e.dims[i] = (size_t)json_integer_value(json_array_get(shape, i));
    return e;
}

size_t gni_tensors_look(const gni_tensors *t, gni_tensor *entries)
{
    const char *name;
    json_t *value;
    size_t n = 0;
    json_object_foreach(t->header, name, value)
        if (strcmp(name, "__metadata__") != 0)
            entries[n++] = look(name, value);
    return n;
}

gni_shape_text gni_tensor_shape(const gni_tensor *t)
{
    gni_shape_text s = { "" };
    if (t->rank == 1)
        snprintf(s.text, sizeof s.text, "(%zu)", t->dims[0]);
    else if (t->rank > 1)
        snprintf(s.text, sizeof s.text, "(%zu, %zu%s)", t->dims[0], t->dims[1], t->rank > 2 ? ", ..." : "");
    else
        snprintf(s.text, sizeof s.text, "()");
    return s;
}

static gn_status other_shape(const char *file, const gni_tensor *like, const gni_tensor *its)
{
    bool transposed = its->rank == 2 && like->rank == 2 && its->dims[0] == like->dims[1] &&
                      its->dims[1] == like->dims[0];
    return gn_fail(GN_ERR_FORMAT, "%s: tensor %.64s has %zu dimension%s, %s, not %s%s", file, like->name, its->rank,
                   its->rank == 1 ? "" : "s", gni_tensor_shape(its).text, gni_tensor_shape(like).text,
                   transposed ? ": it is transposed" : "");
}

/* The entry of like's name, of F32 or F64, and of its shape. */
static gn_status find(const gni_tensors *t, const gni_tensor *like, size_t *begin, bool *doubles)
{
    if (!gni_tensors_has(t, like->name))
        return gn_fail(GN_ERR_FORMAT, "%s: tensor %s is missing", t->in.name, like->name);
    const json_t *json = json_object_get(t->header, like->name);
    const char *dtype = json_string_value(json_object_get(json, "dtype"));
    const gni_tensor its = look(like->name, json);
    if (its.rank != like->rank || its.dims[0] != like->dims[0] ||
        (its.rank == 2 && its.dims[1] != like->dims[1]))
        return other_shape(t->in.name, like, &its);
    *doubles = strcmp(dtype, "F64") == 0;
    if (!*doubles && strcmp(dtype, "F32") != 0)
        return gn_fail(GN_ERR_FORMAT, "%s: tensor %s is of %s, not of F32 or F64", t->in.name, like->name,
                       dtype);
    *begin = t->begin + (size_t)json_integer_value(json_array_get(json_object_get(json, "data_offsets"), 0));
    return GN_OK;
}

/* One number of a chunk as the other type. false: too large for a float */
static bool convert(const uint8_t *from, bool doubles, void *to, size_t i)
{
    double wide;
    float narrow;
    if (doubles) {
        memcpy(&wide, from + i * sizeof wide, sizeof wide);
        narrow = (float)wide;
        memcpy((char *)to + i * sizeof narrow, &narrow, sizeof narrow);
        return isfinite(narrow) || !isfinite(wide);
    }
    memcpy(&narrow, from + i * sizeof narrow, sizeof narrow);
    wide = (double)narrow;
    memcpy((char *)to + i * sizeof wide, &wide, sizeof wide);
    return true;
}

static gn_status read_converted(const gni_tensors *t, const gni_tensor *like, size_t begin, bool doubles,
                                uint8_t *to)
{
    uint8_t chunk[CHUNK];
    size_t size = doubles ? sizeof(double) : sizeof(float), n = gni_tensor_elements(like);
    for (size_t done = 0, some; done < n; done += some) {
        some = n - done < CHUNK / size ? n - done : CHUNK / size;
        gn_status status = gni_input_read(&t->in, begin + done * size, chunk, some * size);
        if (status < 0)
            return status;
        gni_little_endian(chunk, some, size);
        for (size_t i = 0; i < some; i++)
            if (!convert(chunk, doubles, to + done * gni_tensor_width(like), i))
                return gn_fail(GN_ERR_NONFINITE, "%s: number %zu of tensor %s is too large for a float",
                               t->in.name, done + i, like->name);
    }
    return GN_OK;
}

gn_status gni_tensors_read(const gni_tensors *t, const gni_tensor *like, void *to)
{
    size_t begin;
    bool doubles;
    gn_status status = find(t, like, &begin, &doubles);
    if (status < 0)
        return status;
    if (doubles != like->doubles)
        return read_converted(t, like, begin, doubles, to);
    status = gni_input_read(&t->in, begin, to, gni_tensor_elements(like) * gni_tensor_width(like));
    gni_little_endian(to, gni_tensor_elements(like), gni_tensor_width(like));
    return status;
}

gn_status gni_tensors_rows(const gni_tensors *t, const char *name, size_t cols, size_t *rows)
{
    const json_t *shape = json_object_get(json_object_get(t->header, name), "shape");
    *rows = (size_t)json_integer_value(json_array_get(shape, 0));
    gni_tensor like = { .name = name, .doubles = true, .rank = 2, .dims = { *rows, cols } };
    size_t begin;
    bool doubles;
    return find(t, &like, &begin, &doubles);
}
