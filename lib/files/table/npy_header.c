/* The header of an NPY file: "\x93NUMPY", a version, a length, and then in Python's words a
 * dictionary such as {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } and spaces. */
#include "files/table/npy.h"
#include <string.h>

/* ---- Python's words ---- */

typedef struct cursor {
    const char *at, *end;
    const char *name; /* of the file, for messages */
} cursor;

typedef struct words { const char *at; size_t n; } words;

static void skip_spaces(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n'))
        c->at++;
}

/* Goes past a word, if that is what comes next. */
static bool take(cursor *c, const char *word)
{
    size_t n = strlen(word);
    skip_spaces(c);
    if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n) != 0)
        return false;
    c->at += n;
    return true;
}

static bool take_string(cursor *c, words *string)
{
    char quote = take(c, "'") ? '\'' : take(c, "\"") ? '"' : 0;
    const char *end = quote ? memchr(c->at, quote, (size_t)(c->end - c->at)) : NULL;
    if (!end)
        return false;
    *string = (words){ c->at, (size_t)(end - c->at) };
    c->at = end + 1;
    return true;
}

static bool take_number(cursor *c, size_t *value)
{
    skip_spaces(c);
    const char *first = c->at;
    for (*value = 0; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
        if (!gni_multiply(*value, 10, value) || !gni_add(*value, (size_t)(*c->at - '0'), value))
            return false;
    bool any = c->at > first;
    take(c, "L"); /* as Python 2 wrote long integers */
    return any;
}

static bool is(words string, const char *word)
{
    return string.n == strlen(word) && memcmp(string.at, word, string.n) == 0;
}

static gn_status malformed(const cursor *c, const char *what)
{
    return gn_fail(GN_ERR_FORMAT, "%s: not a valid NPY file: %s", c->name, what);
}

/* ---- the three entries ---- */

/* An order ('<', '>', or '|' where there is none), a kind and a size. */
static bool is_known_type(words type, gni_npy_header *h)
{
    if (type.n != 3 || !strchr("<>|", type.at[0]) || !strchr("fiub", type.at[1]))
        return false;
    h->big_endian = type.at[0] == '>';
    h->kind = type.at[1];
    h->size = (size_t)(type.at[2] - '0');
    const char *sizes = h->kind == 'b' ? "1" : h->kind == 'f' ? "248" : "1248";
    return strchr(sizes, type.at[2]) && (type.at[0] != '|' || h->size == 1);
}

static gn_status read_type(cursor *c, gni_npy_header *h)
{
    words type;
    if (take(c, "["))
        return malformed(c, "a structured dtype, where plain numbers can be read");
    if (!take_string(c, &type) || memchr(type.at, 0, type.n))
        return malformed(c, "the dtype is no string");
    if (is_known_type(type, h))
        return GN_OK;
    return gn_fail(GN_ERR_FORMAT, "%s: numbers of type '%.*s'%s; what can be read is b1, i1 to i8, u1 to "
                   "u8, and f2 to f8", c->name, (int)(type.n < 20 ? type.n : 20), type.at,
                   type.n == 2 && type.at[1] == 'O' ? " (Python objects)" : "");
}

static gn_status read_order(cursor *c, gni_npy_header *h)
{
    h->fortran = take(c, "True");
    return h->fortran || take(c, "False") ? GN_OK : malformed(c, "fortran_order is neither True nor False");
}

/* A tuple: of one number, it ends in a comma. */
static gn_status read_shape(cursor *c, gni_npy_header *h)
{
    bool comma = true;
    if (!take(c, "("))
        return malformed(c, "the shape is no tuple");
    for (h->n_dims = 0; !take(c, ")"); h->n_dims++) {
        size_t size;
        if (!comma || !take_number(c, &size))
            return malformed(c, "the shape is no tuple of sizes");
        if (h->n_dims == GNI_NPY_DIMENSIONS)
            return gn_fail(GN_ERR_FORMAT, "%s: more than %d dimensions", c->name, GNI_NPY_DIMENSIONS);
        h->dims[h->n_dims] = size;
        comma = take(c, ",");
    }
    return h->n_dims == 1 && !comma ? malformed(c, "the shape is no tuple") : GN_OK;
}

static gn_status read_dictionary(cursor *c, gni_npy_header *h)
{
    static const struct { const char *key; gn_status (*read)(cursor *c, gni_npy_header *h); } entries[] = {
        { "descr", read_type }, { "fortran_order", read_order }, { "shape", read_shape },
    };
    bool comma = true, seen[3] = { false };
    if (!take(c, "{"))
        return malformed(c, "the header is no dictionary");
    while (!take(c, "}")) {
        words key;
        size_t i = 0;
        if (!comma || !take_string(c, &key) || !take(c, ":"))
            return malformed(c, "the header is no dictionary");
        while (i < 3 && !is(key, entries[i].key))
            i++;
        if (i == 3 || seen[i])
            return malformed(c, i == 3 ? "an unknown key in the header" : "a key twice in the header");
        seen[i] = true;
        gn_status status = entries[i].read(c, h);
        if (status < 0)
            return status;
        comma = take(c, ",");
    }
    skip_spaces(c);
    return seen[0] && seen[1] && seen[2] && c->at == c->end ? GN_OK
         : malformed(c, "the header wants descr, fortran_order, shape, and nothing else");
}

/* ---- the whole ---- */

/* Where the dictionary begins and ends; its length has two bytes in version 1, four in 2 and 3. */
static bool find_dictionary(const uint8_t *bytes, size_t n, size_t *begin, size_t *end)
{
    if (n < 10 || memcmp(bytes, "\x93NUMPY", 6) != 0 || bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0)
        return false;
    *begin = bytes[6] == 1 ? 10 : 12;
    if (n < *begin)
        return false;
    size_t length = 0;
    for (size_t i = *begin; i-- > 8;)
        length = length << 8 | bytes[i];
    *end = *begin + length;
    return length <= n - *begin;
}

static gn_status check_sizes(gni_npy_header *h, size_t n, const char *name)
{
    size_t bytes;
    bool fits = true;
    h->elements = 1;
    for (size_t i = 0; i < h->n_dims; i++) {
        if (h->dims[i] == 0)
            return gn_fail(GN_ERR_FORMAT, "%s: dimension %zu of %zu is 0", name, i + 1, h->n_dims);
        fits = fits && gni_multiply(h->elements, h->dims[i], &h->elements);
    }
    if (h->n_dims == 0)
        return gn_fail(GN_ERR_FORMAT, "%s: a number without dimensions", name);
    if (fits && gni_multiply(h->elements, h->size, &bytes) && bytes == n - h->begin)
        return GN_OK;
    return gn_fail(GN_ERR_FORMAT, "%s: %s%zu numbers of %zu bytes are promised, %zu bytes follow", name,
                   fits ? "" : "more than ", h->elements, h->size, n - h->begin);
}

gn_status gni_npy_read_header(gni_npy_header *h, const uint8_t *bytes, size_t n, const char *name)
{
    size_t begin;
    *h = (gni_npy_header){ 0 };
    if (!find_dictionary(bytes, n, &begin, &h->begin))
        return gn_fail(GN_ERR_FORMAT, h->begin ? "%s: %zu bytes, cut within the header of an NPY file, which ends at %zu"
                       : "%s: %zu bytes that do not begin like an NPY file of version 1, 2 or 3", name, n, h->begin);
    cursor c = { (const char *)bytes + begin, (const char *)bytes + h->begin, name };
    gn_status status = read_dictionary(&c, h);
    return status >= 0 ? check_sizes(h, n, name) : status;
}
