/* CSV: bytes become fields, in one pass. */
#include "files/table/csv.h"
#include <string.h>

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Of two bytes, or of one. */
static const char *past_line_end(const char *at, const char *end)
{
    return at + (end - at > 1 && at[0] == '\r' && at[1] == '\n' ? 2 : 1);
}

/* Of *at, which is a byte of a line's end, but not before that of CRLF. */
static bool ends_line(const char *at, const char *end)
{
    return *at == '\n' || (*at == '\r' && (end - at == 1 || at[1] != '\n'));
}

/* ---- one field ---- */

typedef struct scan {
    const gni_csv_fields *f;
    const char *at;
    size_t line;   /* of at, from 1 */
    char *to;      /* where the next byte of text goes ... */
    char *field;   /* ... and where this field began */
    bool row_ends; /* with this field */
} scan;

static bool is_space(const scan *s, char c)
{
    return (c == ' ' || c == '\t') && c != s->f->separator;
}

static void skip_spaces(scan *s)
{
    while (s->at < s->f->end && is_space(s, *s->at))
        s->at++;
}

static void put(scan *s, char c)
{
    if (s->to > s->field || !is_space(s, c))
        *s->to++ = c;
}

static void read_plain(scan *s)
{
    while (s->at < s->f->end && *s->at != s->f->separator && !is_line_end(*s->at))
        put(s, *s->at++);
}

/* From the opening quote to what follows the closing one. */
static gn_status read_quoted(scan *s)
{
    const size_t first_line = s->line;
    const char *end = s->f->end;
    for (s->at++; s->at < end && (*s->at != '"' || (end - s->at > 1 && s->at[1] == '"')); s->at++) {
        s->line += ends_line(s->at, end);
        s->at += *s->at == '"'; /* the second of two */
        put(s, *s->at);
    }
    if (s->at == end)
        return gn_fail(GN_ERR_FORMAT, "%s: line %zu: a quote is opened and never closed", s->f->name,
                       first_line);
    s->at++;
    skip_spaces(s);
    if (s->at < end && *s->at != s->f->separator && !is_line_end(*s->at))
        return gn_fail(GN_ERR_FORMAT, "%s: line %zu: something follows a closing quote before the next "
                       "separator", s->f->name, s->line);
    return GN_OK;
}

static gn_status read_field(scan *s)
{
    const char *end = s->f->end;
    gn_status status = GN_OK;
    s->field = s->to;
    skip_spaces(s);
    if (s->at < end && *s->at == '"')
        status = read_quoted(s);
    else
        read_plain(s);
    while (s->to > s->field && is_space(s, s->to[-1]))
        s->to--;
    *s->to++ = 0;
    s->row_ends = s->at == end || is_line_end(*s->at);
    if (s->row_ends) {
        s->line += s->at < end;
        s->at = s->at < end ? past_line_end(s->at, end) : end;
    } else
        s->at++; /* the separator */
    return status;
}

/* ---- rows ---- */

static gn_status read_row(scan *s, size_t *fields)
{
    gn_status status = GN_OK;
    *fields = 0;
    do {
        status = read_field(s);
        ++*fields;
    } while (status >= 0 && !s->row_ends);
    return status;
}

/* At the begin of a row: only blank lines follow. A blank line before others is no row. */
static gn_status look_for_end(const scan *s, bool *ends)
{
    const char *at = s->at, *end = s->f->end;
    while (at < end && is_space(s, *at))
        at++;
    bool blank = at == end || is_line_end(*at);
    while (blank && at < end && (is_space(s, *at) || is_line_end(*at)))
        at++;
    *ends = blank && at == end;
    if (blank && !*ends)
        return gn_fail(GN_ERR_FORMAT, "%s: line %zu is blank", s->f->name, s->line);
    return GN_OK;
}

static gn_status ragged(const gni_csv_fields *f, size_t fields)
{
    const char between[] = { '\'', f->separator, '\'', 0 };
    return gn_fail(GN_ERR_FORMAT, "%s: line %zu has %zu field%s, the first row has %zu (the separator is "
                   "%s)", f->name, f->lines[f->n_rows], fields, fields == 1 ? "" : "s", f->n_cols,
                   f->separator == '\t' ? "a tab" : between);
}

static gn_status read_rows(gni_csv_fields *f)
{
    scan s = { .f = f, .at = f->begin, .line = 1, .to = f->text };
    gn_status status = GN_OK;
    bool ends = false;
    f->n_rows = 0;
    while (status >= 0) {
        size_t fields;
        f->rows[f->n_rows] = s.at;
        f->lines[f->n_rows] = s.line;
        status = look_for_end(&s, &ends);
        if (status < 0 || ends)
            break;
        status = read_row(&s, &fields);
        f->n_cols = f->n_rows ? f->n_cols : fields;
        if (status >= 0 && fields != f->n_cols)
            status = ragged(f, fields);
        f->n_rows++;
    }
    return status;
}

/* Room for a row on each line, and for what stands behind the last one. */
static gn_status take_room(gni_csv_fields *f)
{
    const size_t n = (size_t)(f->end - f->begin);
    size_t lines = 1, room;
    for (const char *at = f->begin; at < f->end; at++)
        lines += ends_line(at, f->end);
    /* Each field but the last has a byte behind it, where its 0 goes. */
    f->text = gni_add(n, 1, &room) ? gni_alloc(room, 1) : NULL;
    f->rows = gni_alloc(lines + 1, sizeof *f->rows);
    f->lines = gni_alloc(lines + 1, sizeof *f->lines);
    if (!f->text || !f->rows || !f->lines)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for the fields of %zu bytes", f->name, n);
    return GN_OK;
}

static gn_status check_bytes(const gni_csv_fields *f)
{
    size_t n = (size_t)(f->end - f->begin);
    const char *zero = n ? memchr(f->begin, 0, n) : NULL;
    if (zero)
        return gn_fail(GN_ERR_FORMAT, "%s: byte %zu is 0: it is no text, or one in UTF-16", f->name,
                       (size_t)(zero - f->begin));
    return GN_OK;
}

gn_status gni_csv_scan(gni_csv_fields *f, const char *bytes, size_t n, char separator)
{
    const bool marked = n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
    f->begin = bytes + (marked ? 3 : 0);
    f->end = bytes + n;
    f->separator = separator ? separator : gni_csv_separator(f->begin, f->end);
    gn_status status = gni_recognise(check_bytes(f), GNI_CSV, f->name, bytes, n);
    if (status >= 0)
        status = take_room(f);
    return status >= 0 ? read_rows(f) : status;
}

/* ---- which separator ---- */

enum { ROWS_LOOKED_AT = 16 };

/* How often c stands in a row outside of quotes; blank lines behind it are passed over. */
static size_t count_in_row(const char **row, const char *end, char c)
{
    size_t n = 0;
    bool quoted = false;
    const char *at = *row;
    for (; at < end && (quoted || !is_line_end(*at)); at++) {
        quoted ^= *at == '"';
        n += !quoted && *at == c;
    }
    while (at < end && is_line_end(*at))
        at++;
    *row = at;
    return n;
}

/* The first that stands equally often in all of the first rows; else the one that stands most
 * often in the first one. (Commas come last: they may be decimal ones.) */
char gni_csv_separator(const char *begin, const char *end)
{
    char best = ',';
    size_t most = 0;
    for (const char *c = "\t;,"; *c; c++) {
        const char *at = begin;
        const size_t first = count_in_row(&at, end, *c);
        bool agree = first > 0;
        for (int row = 1; row < ROWS_LOOKED_AT && at < end; row++)
            agree &= count_in_row(&at, end, *c) == first;
        if (agree)
            return *c;
        if (first > most)
            most = first, best = *c;
    }
    return best;
}
