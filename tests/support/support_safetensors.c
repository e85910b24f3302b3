/* See support_safetensors.h. */
#include "support_safetensors.h"

/* ---- bytes ---- */

blob encoded(const gn_network *net)
{
    blob b = { NULL, 0 };
    (void)gn_network_encode(net, NULL, 0, &b.n);
    b.bytes = allocate(b.n, 1);
    size_t size;
    CHECK_OK(gn_network_encode(net, b.bytes, b.n, &size));
    CHECK(size == b.n, "%zu bytes, and %zu at first", size, b.n);
    return b;
}

static void put_u64(uint8_t *to, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get_u64(const uint8_t *from)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value |= (uint64_t)from[i] << (8 * i);
    return value;
}

blob safetensors(const char *header, const void *data, size_t n)
{
    size_t length = strlen(header), padded = (length + 7) / 8 * 8;
    blob b = { allocate(8 + padded + n, 1), 8 + padded + n };
    put_u64(b.bytes, padded);
    memset(b.bytes + 8, ' ', padded);
    memcpy(b.bytes + 8, header, length);
    if (n)
        memcpy(b.bytes + 8 + padded, data, n);
    return b;
}

gn_status decode(gn_network **out, blob b)
{
    return gn_network_decode(out, b.bytes, b.n, &own_parts);
}

/* ---- a reader of JSON, of as much as such headers have ---- */

typedef struct json { const char *at, *end; } json;

static void expect(json *j, char c)
{
    CHECK(j->at < j->end && *j->at == c, "'%c' is missing in \"%.*s\"", c,
          (int)(j->end - j->at < 60 ? j->end - j->at : 60), j->at);
    j->at++;
}

static bool accept(json *j, char c)
{
    bool is = j->at < j->end && *j->at == c;
    j->at += is;
    return is;
}

/* Escapes of ASCII alone: other characters stay as \uXXXX. */
static char *read_string(json *j)
{
    char *text = allocate((size_t)(j->end - j->at) + 1, 1), *to = text;
    expect(j, '"');
    while (j->at < j->end && *j->at != '"') {
        CHECK((unsigned char)*j->at >= 0x20, "a control character %d", *j->at);
        if (*j->at == '\\' && j->at + 1 < j->end && strchr("\"\\/", j->at[1]))
            j->at++;
        else if (*j->at == '\\')
            *to++ = *j->at++;
        *to++ = *j->at++;
    }
    expect(j, '"');
    *to = 0;
    return text;
}

static size_t read_size(json *j)
{
    size_t value = 0;
    const char *begin = j->at;
    for (; j->at < j->end && *j->at >= '0' && *j->at <= '9'; j->at++)
        value = 10 * value + (size_t)(*j->at - '0');
    CHECK(j->at > begin && (*begin != '0' || j->at == begin + 1), "no number in \"%.20s\"", begin);
    return value;
}

static size_t read_sizes(json *j, size_t *sizes, size_t most)
{
    size_t n = 0;
    expect(j, '[');
    while (!accept(j, ']')) {
        CHECK(n < most, "%zu numbers", n);
        sizes[n++] = read_size(j);
        if (!accept(j, ','))
            CHECK(j->at < j->end && *j->at == ']', "no ] in \"%.20s\"", j->at);
    }
    return n;
}

static void read_tensor(json *j, tensor *t)
{
    size_t offsets[2], seen = 0;
    expect(j, '{');
    do {
        char *key = read_string(j), *dtype;
        expect(j, ':');
        if (strcmp(key, "dtype") == 0) {
            dtype = read_string(j);
            (void)snprintf(t->dtype, sizeof t->dtype, "%s", dtype);
            free(dtype);
        } else if (strcmp(key, "shape") == 0) {
            t->rank = read_sizes(j, t->dims, COUNT(t->dims));
        } else {
            CHECK(strcmp(key, "data_offsets") == 0, "the key %s", key);
            CHECK(read_sizes(j, offsets, 2) == 2, "%s", "one offset");
            t->begin = offsets[0];
            t->end = offsets[1];
        }
        free(key);
        seen++;
    } while (accept(j, ','));
    expect(j, '}');
    CHECK(seen == 3, "%s has %zu keys", t->name, seen);
}

static void read_metadata(json *j, safetensors_file *f)
{
    expect(j, '{');
    do {
        CHECK(f->n_metadata < COUNT(f->metadata), "%zu entries", f->n_metadata);
        char *key = read_string(j);
        expect(j, ':');
        (void)snprintf(f->metadata[f->n_metadata].key, sizeof f->metadata->key, "%s", key);
        f->metadata[f->n_metadata++].value = read_string(j);
        free(key);
    } while (accept(j, ','));
    expect(j, '}');
}

static void read_header(json *j, safetensors_file *f)
{
    expect(j, '{');
    do {
        char *key = read_string(j);
        expect(j, ':');
        if (strcmp(key, "__metadata__") == 0) {
            read_metadata(j, f);
        } else {
            CHECK(f->n < COUNT(f->tensors), "%zu tensors", f->n);
            tensor *t = &f->tensors[f->n++];
            (void)snprintf(t->name, sizeof t->name, "%s", key);
            read_tensor(j, t);
        }
        free(key);
    } while (accept(j, ','));
    expect(j, '}');
}

/* One after the other, from the beginning to the end, and each name once. */
static void check_layout(const safetensors_file *f, size_t n_data)
{
    size_t at = 0;
    for (size_t i = 0; i < f->n; i++) {
        const tensor *t = &f->tensors[i];
        size_t bytes = strcmp(t->dtype, "F64") == 0 ? 8 : 4;
        CHECK(bytes == 8 || strcmp(t->dtype, "F32") == 0, "%s is of %s", t->name, t->dtype);
        for (size_t k = 0; k < t->rank; k++)
            bytes *= t->dims[k];
        CHECK(t->begin == at && t->end == at + bytes && bytes > 0,
              "%s of %zu bytes lies from %zu to %zu, after "
              "%zu", t->name, bytes, t->begin, t->end, at);
        at = t->end;
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(t->name, f->tensors[k].name) != 0, "%s is there twice", t->name);
    }
    CHECK(at == n_data, "tensors end at %zu of %zu", at, n_data);
}

safetensors_file *parsed(blob b)
{
    safetensors_file *f = allocate(1, sizeof *f);
    CHECK(b.n >= 16, "%zu bytes", b.n);
    uint64_t length = get_u64(b.bytes);
    CHECK(length <= b.n - 8 && length % 8 == 0, "a header of %zu bytes of %zu", (size_t)length,
          b.n);
    f->header = (size_t)length;
    f->data = b.bytes + 8 + length;
    json j = { (const char *)b.bytes + 8, (const char *)b.bytes + 8 + length };
    read_header(&j, f);
    CHECK(j.end - j.at < 8, "%zu spaces", (size_t)(j.end - j.at));
    while (j.at < j.end)
        expect(&j, ' ');
    check_layout(f, b.n - 8 - f->header);
    return f;
}

void free_parsed(safetensors_file *f)
{
    for (size_t i = 0; i < f->n_metadata; i++)
        free(f->metadata[i].value);
    free(f);
}

const char *metadata_of(const safetensors_file *f, const char *key)
{
    for (size_t i = 0; i < f->n_metadata; i++)
        if (strcmp(f->metadata[i].key, key) == 0)
            return f->metadata[i].value;
    return NULL;
}

/* ---- the other precision ---- */

static size_t write_entry(char *to, size_t room, const tensor *t, bool doubles, size_t *offset)
{
    size_t n = (t->end - t->begin) / (strcmp(t->dtype, "F64") == 0 ? 8 : 4),
        end = *offset + n * (doubles ? 8 : 4);
    char shape[100] = "";
    for (size_t k = 0, at = 0; k < t->rank; k++)
        at += (size_t)snprintf(shape + at, sizeof shape - at, "%s%zu", k ? "," : "", t->dims[k]);
    int length = snprintf(to, room,
                          ",\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%zu,%zu]}",
                          t->name, doubles ? "F64" : "F32", shape, *offset, end);
    *offset = end;
    return (size_t)length;
}

blob converted(blob from, bool to_doubles)
{
    safetensors_file *f = parsed(from);
    /* the metadata as they stand, up to their bracket; their values have none that is not quoted */
    const char *text = (const char *)from.bytes + 8, *end = text + 1;
    for (bool quoted = false; *end != '}' || quoted; end++) {
        quoted ^= *end == '"';
        end += *end == '\\';
    }
    size_t room = f->header + 200 * f->n + 100, length = (size_t)(end + 1 - text), offset = 0;
    char *header = allocate(room, 1);
    memcpy(header, text, length);
    for (size_t i = 0; i < f->n; i++)
        length += write_entry(header + length, room - length, &f->tensors[i], to_doubles, &offset);
    header[length] = '}';
    uint8_t *data = allocate(offset, 1), *to = data;
    for (const uint8_t *at = f->data; at < from.bytes + from.n; ) {
        float narrow;
        double wide;
        if (to_doubles == IS_DOUBLE) {
            CHECK(false, "%s", "nothing to convert");
        } else if (to_doubles) {
            memcpy(&narrow, at, sizeof narrow);
            wide = (double)narrow;
            memcpy(to, &wide, sizeof wide);
        } else {
            memcpy(&wide, at, sizeof wide);
            narrow = (float)wide;
            memcpy(to, &narrow, sizeof narrow);
        }
        at += sizeof(gn_real);
        to += to_doubles ? 8 : 4;
    }
    blob b = safetensors(header, data, offset);
    free(header);
    free(data);
    free_parsed(f);
    return b;
}
