/* JSON through jansson, with the bounds that a file from anywhere needs. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "files/model/tensors.h"

/* An object takes jansson some 250 bytes and may be two bytes of text. A header has a bracket
 * for each 15 bytes, a network one for each 20: so many more are not ours to read, and the
 * memory stays below 64 times the text. */
enum { BYTES_PER_BRACKET = 8, FREE_BRACKETS = 64 };

static bool has_too_many_brackets(const char *text, size_t n)
{
    size_t brackets = 0;
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\\' && quoted)
            i++;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted)
            brackets += text[i] == '{' || text[i] == '[';
    }
    return brackets > n / BYTES_PER_BRACKET + FREE_BRACKETS;
}

/* jansson's scanner grows its buffer for the longest string, and where it has no memory for that,
 * it leaves letters out and goes on. So it is fed an array of a string that is as long as the text,
 * and of the text: if the first is whole, the buffer is large enough for the second. */
typedef struct meal { const char *text; size_t n, at; } meal;

static char byte_of(const meal *m, size_t at)
{
    return at < 2          ? "[\""[at]
         : at < m->n + 2   ? 'x'
         : at < m->n + 4   ? "\","[at - m->n - 2]
         : at < 2 * m->n + 4 ? m->text[at - m->n - 4] : ']';
}

static size_t feed(void *to, size_t room, void *user)
{
    meal *m = user;
    size_t left = 2 * m->n + 5 - m->at, some = left < room ? left : room;
    for (size_t i = 0; i < some; i++)
        ((char *)to)[i] = byte_of(m, m->at++);
    return some;
}

static gn_status no_memory(const char *name, size_t n)
{
    return gn_fail(GN_ERR_MEMORY, "%s: no memory for its JSON of %zu bytes", name, n);
}

gn_status gni_json_parse(const char *name, const char *text, size_t n, json_t **json)
{
    *json = NULL;
    if (has_too_many_brackets(text, n))
        return gn_fail(GN_ERR_FORMAT, "%s: its JSON of %zu bytes has more brackets than it can have", name, n);
    json_error_t error = { .text = "" }; /* all of it: where there was no memory it stays as it is */
    meal m = { text, n, 0 };
    json_t *pair = json_load_callback(feed, &m, JSON_REJECT_DUPLICATES, &error);
    gn_status status = GN_OK;
    if (!pair && (json_error_code(&error) == json_error_out_of_memory || !*error.text))
        status = no_memory(name, n);
    else if (!pair)
        status = gn_fail(GN_ERR_FORMAT, "%s: its JSON fails at byte %lld of %zu: %s", name,
                         error.position - (long long)n - 4, n, error.text);
    else if (json_string_length(json_array_get(pair, 0)) != n)
        status = no_memory(name, n);
    else if (json_array_size(pair) != 2)
        status = gn_fail(GN_ERR_FORMAT, "%s: its JSON of %zu bytes is more than one value", name, n);
    else
        *json = json_incref(json_array_get(pair, 1));
    json_decref(pair);
    return status;
}

bool gni_json_size(const json_t *json, size_t *value)
{
    json_int_t number = json_integer_value(json);
    *value = (size_t)number;
    return json_is_integer(json) && number >= 0 && (uint64_t)number <= SIZE_MAX;
}

bool gni_json_u64(const json_t *json, uint64_t *value)
{
    const char *text = json_string_value(json);
    if (!text || text[0] < '0' || text[0] > '9')
        return false;
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    *value = number;
    return errno == 0 && *end == 0;
}

json_t *gni_json_from_u64(uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return json_string(text);
}

enum { DENSE = JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY };

char *gni_json_text(const json_t *json, size_t *n)
{
    *n = json ? json_dumpb(json, NULL, 0, DENSE) : 0;
    char *text = *n ? gni_alloc(*n, 1) : NULL;
    if (text && json_dumpb(json, text, *n, DENSE) == *n)
        return text;
    gni_free(text);
    return NULL;
}

/* Bytes of the value's text, and of that text as a string */
static size_t length_of(const json_t *json)
{
    return json ? json_dumpb(json, NULL, 0, DENSE) : 0;
}

static size_t quoted_length(const json_t *json)
{
    size_t n = 0;
    char *text = gni_json_text(json, &n);
    json_t *string = text ? json_stringn(text, n) : NULL;
    n = length_of(string);
    json_decref(string);
    gni_free(text);
    return n;
}

gn_status gni_header_too_large(const char *who, const json_t *header, size_t length, size_t most)
{
    const json_t *metadata = json_object_get(header, "__metadata__"), *ours = json_object_get(metadata, "gemmnet");
    json_t *model = ours ? json_loads(json_string_value(ours), 0, NULL) : NULL;
    size_t scaling = quoted_length(json_object_get(model, "scaling"));
    size_t network = length_of(ours), trainer = length_of(json_object_get(metadata, "trainer"));
    size_t notes = length_of(metadata) - network - trainer;
    json_decref(model);
    return gn_fail(GN_ERR_UNSUPPORTED, "%s: the header would have %zu bytes, and %zu are the most: the notes take %zu, "
                   "the scaling %zu, the layers %zu, the tensors' names and the rest %zu", who, length, most, notes,
                   scaling, network - scaling, length - notes - network);
}
