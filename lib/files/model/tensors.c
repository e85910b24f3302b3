/* The container safetensors, read without trust and written without holes. */
#include <stdlib.h>
#include <string.h>
#include "files/model/tensors.h"

enum { LENGTH = 8, MOST_HEADER = 16 << 20, CHUNK = 4096 };

static void reverse(uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        uint8_t byte = bytes[i];
        bytes[i] = bytes[n - 1 - i];
        bytes[n - 1 - i] = byte;
    }
}

static bool is_little_endian(void)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 1;
}

void gni_little_endian(void *numbers, size_t count, size_t size)
{
    for (size_t i = 0; !is_little_endian() && i < count; i++)
        reverse((uint8_t *)numbers + i * size, size);
}

/* ---- writing ---- */

static json_t *entry(const gni_tensor *t, size_t *offset)
{
    json_t *shape = json_array(), *offsets = json_array(), *json = json_object();
    size_t end = *offset + gni_tensor_elements(t) * gni_tensor_width(t);
    int failed = 0;
    for (size_t i = 0; i < t->rank; i++)
        failed |= json_array_append_new(shape, json_integer((json_int_t)t->dims[i]));
    failed |= json_array_append_new(offsets, json_integer((json_int_t)*offset));
    failed |= json_array_append_new(offsets, json_integer((json_int_t)end));
    failed |= json_object_set_new(json, "dtype", json_string(t->doubles ? "F64" : "F32"));
    failed |= json_object_set_new(json, "shape", shape);
    failed |= json_object_set_new(json, "data_offsets", offsets);
    *offset = end;
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *describe(json_t *metadata, const gni_tensor *tensors, size_t n)
{
    json_t *header = json_object();
    size_t offset = 0;
    int failed = json_object_set_new(header, "__metadata__", metadata);
    for (size_t i = 0; i < n && !failed; i++)
        failed |= json_object_set_new(header, tensors[i].name, entry(&tensors[i], &offset));
    if (!failed)
        return header;
    json_decref(header);
    return NULL;
}

/* Steals metadata. */
static gn_status header_text(const char *who, json_t *metadata, const gni_tensor *tensors, size_t n, char **text,
                             size_t *length)
{
    json_t *header = describe(metadata, tensors, n);
    gn_status status = GN_OK;
    *length = 0;
    *text = gni_json_text(header, length);
    if (*length > MOST_HEADER)
        status = gni_header_too_large(who, header, *length, MOST_HEADER);
    else if (!*text)
        status = gn_fail(GN_ERR_MEMORY, "%s: no memory for the header of %zu tensors", who, n);
    json_decref(header);
    if (status < 0)
        gni_free(*text);
    return status;
}

static void write_numbers(gni_output *out, const gni_tensor *t)
{
    const uint8_t *from = t->data;
    size_t n = gni_tensor_elements(t), size = gni_tensor_width(t);
    uint8_t chunk[CHUNK];
    if (is_little_endian()) {
        gni_write(out, from, n * size); /* as it lies */
        n = 0;
    }
    for (size_t some; n; n -= some, from += some * size) {
        some = n < CHUNK / size ? n : CHUNK / size;
        memcpy(chunk, from, some * size);
        gni_little_endian(chunk, some, size);
        gni_write(out, chunk, some * size);
    }
}

gn_status gni_tensors_write(gni_output *out, json_t *metadata, const gni_tensor *tensors, size_t n)
{
    size_t length;
    char *text;
    gn_status status = header_text(gni_writer(out), metadata, tensors, n, &text, &length);
    if (status < 0)
        return status;
    uint64_t whole = (length + 7) / 8 * 8;
    uint8_t prefix[LENGTH];
    for (int i = 0; i < LENGTH; i++)
        prefix[i] = (uint8_t)(whole >> (8 * i));
    gni_write(out, prefix, LENGTH);
    gni_write(out, text, length);
    gni_write(out, "       ", (size_t)whole - length);
    gni_free(text);
    for (size_t i = 0; i < n; i++)
        write_numbers(out, &tensors[i]);
    return GN_OK;
}

/* ---- reading ---- */

typedef struct span { size_t begin, end; const char *name; } span;

static int compare(const void *a, const void *b)
{
    const span *x = a, *y = b;
    return x->begin != y->begin ? (x->begin > y->begin) - (x->begin < y->begin)
                                : (x->end > y->end) - (x->end < y->end);
}

/* Bytes of a number of each type that the format has; 0: there is no such type. */
static size_t type_size(const char *dtype)
{
    static const struct { const char *name; size_t size; } types[] = {
        { "F32", 4 }, { "F64", 8 }, { "F16", 2 }, { "BF16", 2 }, { "I64", 8 }, { "I32", 4 }, { "I16", 2 },
        { "I8", 1 }, { "U64", 8 }, { "U32", 4 }, { "U16", 2 }, { "U8", 1 }, { "BOOL", 1 },
        { "F8_E4M3", 1 }, { "F8_E5M2", 1 },
    };
    for (size_t i = 0; dtype && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, dtype) == 0)
            return types[i].size;
    return 0;
}

/* What a tensor's shape and type take, against what its offsets give it. */
static gn_status check_entry(const gni_tensors *t, const char *name, const json_t *json, span *where)
{
    const char *dtype = json_string_value(json_object_get(json, "dtype"));
    const json_t *shape = json_object_get(json, "shape"), *offsets = json_object_get(json, "data_offsets");
    size_t bytes = type_size(dtype), dim;
    if (!bytes || !json_is_array(shape) || json_array_size(offsets) != 2 || json_object_size(json) != 3)
        return gn_fail(GN_ERR_FORMAT, "%s: tensor %.64s has no type that there is, shape or offsets",
                       t->in.name, name);
    for (size_t i = 0; i < json_array_size(shape); i++)
        if (!gni_json_size(json_array_get(shape, i), &dim) || !gni_multiply(bytes, dim, &bytes))
            return gn_fail(GN_ERR_FORMAT, "%s: tensor %.64s has dimension %zu of %" JSON_INTEGER_FORMAT,
                           t->in.name, name, i, json_integer_value(json_array_get(shape, i)));
    if (!gni_json_size(json_array_get(offsets, 0), &where->begin) ||
        !gni_json_size(json_array_get(offsets, 1), &where->end) || where->end < where->begin ||
        where->end - where->begin != bytes)
        return gn_fail(GN_ERR_FORMAT, "%s: tensor %.64s takes %zu bytes and lies from %" JSON_INTEGER_FORMAT
                       " to %" JSON_INTEGER_FORMAT, t->in.name, name, bytes,
                       json_integer_value(json_array_get(offsets, 0)),
                       json_integer_value(json_array_get(offsets, 1)));
    where->name = name;
    return GN_OK;
}

static gn_status check_metadata(const gni_tensors *t, const json_t *metadata)
{
    const char *key;
    json_t *value;
    if (!json_is_object(metadata))
        return gn_fail(GN_ERR_FORMAT, "%s: __metadata__ is no object", t->in.name);
    json_object_foreach((json_t *)(uintptr_t)metadata, key, value)
        if (!json_is_string(value))
            return gn_fail(GN_ERR_FORMAT, "%s: %.64s in __metadata__ is no string", t->in.name, key);
    return GN_OK;
}

/* Sorted, each tensor begins where the one before ends, and the last ends with the file. */
static gn_status check_spans(const gni_tensors *t, span *spans, size_t n)
{
    size_t at = 0, size = t->in.size - t->begin;
    if (n)
        qsort(spans, n, sizeof *spans, compare);
    for (size_t i = 0; i < n; at = spans[i++].end)
        if (spans[i].begin != at)
            return gn_fail(GN_ERR_FORMAT, "%s: tensor %.64s begins at %zu, the one before it ends at %zu",
                           t->in.name, spans[i].name, spans[i].begin, at);
    if (at != size)
        return gn_fail(GN_ERR_FORMAT, "%s: its tensors end at %zu of %zu bytes", t->in.name, at, size);
    return GN_OK;
}

static gn_status check_header(gni_tensors *t)
{
    const char *name;
    json_t *value;
    gn_status status = GN_OK;
    if (!json_is_object(t->header))
        return gn_fail(GN_ERR_FORMAT, "%s: its header is no object", t->in.name);
    span *spans = gni_alloc(json_object_size(t->header), sizeof *spans);
    if (!spans)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu tensors", t->in.name,
                       json_object_size(t->header));
    json_object_foreach(t->header, name, value) {
        if (strcmp(name, "__metadata__") == 0)
            status = check_metadata(t, value);
        else
            status = check_entry(t, name, value, &spans[t->n++]);
        if (status < 0)
            break;
    }
    if (status >= 0)
        status = check_spans(t, spans, t->n);
    gni_free(spans);
    return status;
}

static gn_status header_length(gni_tensors *t, size_t *length)
{
    uint8_t prefix[LENGTH];
    uint64_t n = 0;
    if (t->in.size < LENGTH)
        return gn_fail(GN_ERR_FORMAT, "%s: %zu bytes are no safetensors", t->in.name, t->in.size);
    gn_status status = gni_input_read(&t->in, 0, prefix, LENGTH);
    for (int i = 0; i < LENGTH && status >= 0; i++)
        n |= (uint64_t)prefix[i] << (8 * i);
    if (status >= 0 && n > t->in.size - LENGTH)
        status = gn_fail(GN_ERR_FORMAT, "%s: no safetensors, or cut: its first bytes promise a header of %llu bytes, "
                         "of a file of %zu", t->in.name, (unsigned long long)n, t->in.size);
    else if (status >= 0 && n > MOST_HEADER)
        status = gn_fail(GN_ERR_FORMAT, "%s: its header has %llu bytes, and %d are the most that is read", t->in.name,
                         (unsigned long long)n, MOST_HEADER);
    *length = (size_t)n;
    t->begin = LENGTH + (size_t)n;
    return status;
}

/* The format begins a header with its brace, and pads it with spaces behind. */
static gn_status check_padding(const char *name, const char *text, size_t length)
{
    size_t n = length;
    while (n && text[n - 1] == ' ')
        n--;
    if (n && text[0] == '{' && text[n - 1] == '}')
        return GN_OK;
    return gn_fail(GN_ERR_FORMAT, "%s: its header is no JSON object from { to } with spaces behind it", name);
}

static gn_status read_header(gni_tensors *t)
{
    size_t length = 0;
    gn_status status = header_length(t, &length);
    if (status < 0)
        return status;
    char *text = gni_alloc(length, 1);
    if (!text)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for a header of %zu bytes", t->in.name, length);
    status = gni_input_read(&t->in, LENGTH, text, length);
    if (status >= 0)
        status = check_padding(t->in.name, text, length);
    if (status >= 0)
        status = gni_json_parse(t->in.name, text, length, &t->header);
    gni_free(text);
    return status >= 0 ? check_header(t) : status;
}

gn_status gni_tensors_open(gni_tensors *t, gni_input in)
{
    *t = (gni_tensors){ .in = in };
    gn_status status = gni_recognise_input(read_header(t), GNI_SAFETENSORS, &t->in);
    if (status < 0)
        gni_tensors_close(t);
    return status;
}

void gni_tensors_close(gni_tensors *t)
{
    json_decref(t->header);
    t->header = NULL;
    gni_input_close(&t->in);
}
