/* CSV: from a file to a table, and its end. */
#include "files/table/csv.h"
#include <math.h>
#include <string.h>

/* ---- options ---- */

static gn_status check_options(const gn_csv_options *o)
{
    const char *who = "gn_csv_parse";
    gn_status status = gni_check_reserved(who, "options", 1, o->reserved);
    if (status < 0)
        return status;
    if (o->header < GN_HEADER_GUESS || o->header > GN_HEADER_NO)
        return gn_fail(GN_ERR_ARGUMENT, "%s: there is no header %d", who, (int)o->header);
    if ((o->offsets || o->as_text) && !o->columns)
        return gn_fail(GN_ERR_ARGUMENT,
                       "%s: options.%s without options.columns, to which they belong", who,
                       o->offsets ? "offsets" : "as_text");
    for (size_t i = 0; o->offsets && o->columns[i]; i++)
        if (!isfinite(o->offsets[i]))
            return gn_fail(GN_ERR_ARGUMENT, "%s: the offset of column '%s' is %g", who,
                           gni_word_excerpt(o->columns[i]).text, o->offsets[i]);
    if (o->decimal != '.' && o->decimal != ',')
        return gn_fail(GN_ERR_ARGUMENT, "%s: byte %d is no decimal point", who, o->decimal);
    if (o->separator && (strchr("\"\r\n", o->separator) || o->separator == o->decimal))
        return gn_fail(GN_ERR_ARGUMENT, "%s: byte %d cannot separate fields%s", who, o->separator,
                       o->separator == o->decimal ? " and be the decimal point" : "");
    return GN_OK;
}

/* ---- the header ---- */

/* The texts of the first row stand in front of all others. */
static bool guess_header(const gni_csv_reader *r)
{
    const char *field = r->f.text;
    bool text = false;
    for (size_t i = 0; i < r->f.n_cols; i++, field += strlen(field) + 1) {
        gni_word kind = gni_word_kind(field, r->options.decimal);
        if (kind == GNI_NUMBER || kind == GNI_INFINITE)
            return false;
        text |= kind == GNI_TEXT;
    }
    return text;
}

static gn_status find_rows(gni_csv_reader *r)
{
    r->csv.has_header = r->options.header == GN_HEADER_YES ||
                        (r->options.header == GN_HEADER_GUESS && r->f.n_rows && guess_header(r));
    r->first = r->csv.has_header;
    if (r->f.n_rows <= r->first)
        return gn_fail(GN_ERR_FORMAT, "%s: there are no rows%s", r->f.name,
                       r->f.n_rows ? " but a header" : "");
    r->rows = r->f.n_rows - r->first;
    return GN_OK;
}

static size_t digits_of(size_t n)
{
    size_t digits = 1;
    while (n /= 10)
        digits++;
    return digits;
}

static char *write_number(char *to, size_t n)
{
    size_t digits = digits_of(n);
    for (size_t i = digits; i-- > 0; n /= 10)
        to[i] = (char)('0' + n % 10);
    to[digits] = 0;
    return to + digits + 1;
}

static gn_status name_columns(gni_csv_reader *r, gni_csv_store *s)
{
    const size_t n = r->f.n_cols, width = digits_of(n) + 1;
    char **names = s->names = gni_alloc(n, sizeof *names + width); /* and behind them digits */
    if (!names)
        return gni_csv_no_memory(r);
    char *digits = (char *)(names + n), *field = r->f.text;
    for (size_t i = 0; i < n; i++) {
        if (r->csv.has_header && *field) {
            names[i] = field;
        } else {
            names[i] = digits;
            digits = write_number(digits, i + 1);
        }
        field += r->csv.has_header ? strlen(field) + 1 : 0;
    }
    r->names = names;
    return GN_OK;
}

/* ---- the whole ---- */

static void free_store(gni_csv_store *s)
{
    void *const all[] = { s->file,    s->text,  s->rows,    s->lines, s->names,
                          s->columns, s->reals, s->classes, s };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        gni_free(all[i]);
}

static gn_csv finish(const gni_csv_reader *r, gni_csv_store *s)
{
    gn_csv csv = r->csv;
    csv.matrix = (gn_matrix){ .data = r->reals, .rows = r->rows, .cols = r->n };
    csv.columns = r->columns;
    csv.names = (const char *const *)r->names;
    csv.n_names = r->f.n_cols;
    csv.separator = r->f.separator;
    csv.header = csv.has_header ? r->f.rows[0] : NULL;
    csv.rows = r->f.rows + r->first;
    csv.lines = r->f.lines + r->first;
    csv.memory = s;
    return csv;
}

static gn_status read_bytes(gni_csv_reader *r, gni_csv_store *s, const char *bytes, size_t n)
{
    gn_status status = gni_csv_scan(&r->f, bytes, n, r->options.separator);
    s->text = r->f.text;
    s->rows = r->f.rows;
    s->lines = r->f.lines;
    if (status >= 0)
        status = find_rows(r);
    if (status >= 0)
        status = name_columns(r, s);
    if (status >= 0)
        status = gni_csv_choose(r);
    if (status >= 0)
        status = gni_csv_columns(r, s);
    gni_free(r->wanted);
    gni_free(r->fields);
    gni_free(r->entries);
    return status;
}

/* ---- public ---- */

GNI_APART static gn_status parse(gn_csv *out, const void *bytes, size_t n, const char *name,
                                 const gn_csv_options *options)
{
    if (!out || !bytes || !name)
        return gn_fail(GN_ERR_ARGUMENT, "gn_csv_parse: %s is NULL",
                       !out     ? "out"
                       : !bytes ? "bytes"
                                : "name");
    *out = (gn_csv){ 0 };
    gni_csv_reader r = { .f.name = name, .options = options ? *options : (gn_csv_options){ 0 } };
    r.options.decimal = r.options.decimal ? r.options.decimal : '.';
    gn_status status = check_options(&r.options);
    if (status < 0)
        return status;
    gni_csv_store *s = gni_alloc(1, sizeof *s);
    if (!s)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory", name);
    status = read_bytes(&r, s, bytes, n);
    if (status >= 0)
        *out = finish(&r, s);
    else
        free_store(s);
    return status;
}

gn_status gn_csv_parse(gn_csv *out, const void *bytes, size_t n, const char *name,
                       const gn_csv_options *options)
{
    gni_float_mode mode = gni_hold_exact();
    return gni_release_after(parse(out, bytes, n, name, options), mode);
}

gn_status gn_csv_read(gn_csv *out, const char *path, const gn_csv_options *options)
{
    if (!out || !path)
        return gn_fail(GN_ERR_ARGUMENT, "gn_csv_read: %s is NULL", out ? "path" : "out");
    *out = (gn_csv){ 0 };
    uint8_t *bytes = NULL;
    size_t n = 0;
    gn_status status = gni_read_file(path, &bytes, &n);
    if (status >= 0)
        status = gn_csv_parse(out, bytes, n, path, options);
    if (status >= 0)
        ((gni_csv_store *)out->memory)->file = bytes; /* header and rows point into them */
    else
        gni_free(bytes);
    return status;
}

void gn_csv_free(gn_csv *csv)
{
    if (!csv)
        return;
    if (csv->memory)
        free_store(csv->memory);
    *csv = (gn_csv){ 0 };
}
