/* CSV: fields become columns of numbers, or of classes. */
#include "files/table/csv.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

gn_status gni_csv_no_memory(const gni_csv_reader *r)
{
    return gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu rows and %zu columns", r->f.name, r->f.n_rows,
                   r->f.n_cols);
}

/* ---- which columns ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(((const gni_csv_entry *)a)->text, ((const gni_csv_entry *)b)->text);
}

static int name_to_text(const void *name, const void *e)
{
    return strcmp(name, ((const gni_csv_entry *)e)->text);
}

static gn_status no_column(const gni_csv_reader *r, const char *name, const char *how_many)
{
    return gn_fail(GN_ERR_FORMAT, "%s: %s column is called '%s' (%s; its %zu are '%s' to '%s')", r->f.name,
                   how_many, gni_word_excerpt(name).text,
                   r->csv.has_header ? "the first row names them" : "it has no header", r->f.n_cols,
                   gni_word_excerpt(r->names[0]).text, gni_word_excerpt(r->names[r->f.n_cols - 1]).text);
}

/* index: all names, sorted. taken: the columns that were found before. */
static gn_status find_column(const gni_csv_reader *r, const gni_csv_entry *index, bool *taken,
                             const char *name, size_t *column)
{
    const gni_csv_entry *last = index + r->f.n_cols - 1,
                        *e = bsearch(name, index, r->f.n_cols, sizeof *index, name_to_text);
    if (!e)
        return no_column(r, name, "no");
    if ((e > index && by_text(e - 1, e) == 0) || (e < last && by_text(e, e + 1) == 0))
        return no_column(r, name, "more than one");
    if (taken[e->row])
        return gn_fail(GN_ERR_ARGUMENT, "%s: column '%s' is asked for twice", r->f.name,
                       gni_word_excerpt(name).text);
    taken[e->row] = true;
    *column = e->row;
    return GN_OK;
}

static gn_status find_columns(gni_csv_reader *r)
{
    const size_t n = r->f.n_cols;
    gni_csv_entry *index = gni_alloc(n, sizeof *index);
    bool *taken = gni_alloc(n, sizeof *taken);
    gn_status status = index && taken ? GN_OK : gni_csv_no_memory(r);
    for (size_t i = 0; status >= 0 && i < n; i++)
        index[i] = (gni_csv_entry){ r->names[i], i };
    if (status >= 0)
        qsort(index, n, sizeof *index, by_text);
    for (size_t i = 0; status >= 0 && i < r->n; i++)
        status = find_column(r, index, taken, r->options.columns[i],
                             &r->wanted[i].column);
    gni_free(index);
    gni_free(taken);
    return status;
}

gn_status gni_csv_choose(gni_csv_reader *r)
{
    const char *const *names = r->options.columns;
    r->n = names ? 0 : r->f.n_cols;
    while (names && names[r->n])
        r->n++;
    r->wanted = gni_alloc(r->n, sizeof *r->wanted);
    if (!r->wanted)
        return gni_csv_no_memory(r);
    for (size_t i = 0; !names && i < r->n; i++)
        r->wanted[i].column = i;
    return names && r->n ? find_columns(r) : GN_OK;
}

/* ---- one column ---- */

static char **fields_of(const gni_csv_reader *r, size_t j)
{
    return r->fields + r->wanted[j].column * r->rows;
}

static gn_status refuse(const gni_csv_reader *r, gn_status status, size_t j, size_t row, const char *what)
{
    const size_t column = r->wanted[j].column;
    const gni_excerpt field = gni_word_excerpt(fields_of(r, j)[row]);
    return gn_fail(status, "%s: line %zu, column %zu (%s): %s%s%s%s", r->f.name,
                   r->f.lines[r->first + row], column + 1,
                   gni_word_excerpt(r->names[column]).text, what, *field.text ? " ('" : "", field.text,
                   *field.text ? "')" : "");
}

/* Nothing may be missing. Where does its first text stand? */
static gn_status look_at_column(const gni_csv_reader *r, size_t j)
{
    char **fields = fields_of(r, j);
    r->wanted[j].text_row = r->rows;
    for (size_t i = 0; i < r->rows; i++) {
        gni_word kind = gni_word_kind(fields[i], r->options.decimal);
        if (kind == GNI_MISSING)
            return refuse(r, GN_ERR_FORMAT, j, i, "the value is missing");
        if (kind == GNI_TEXT && r->wanted[j].text_row == r->rows)
            r->wanted[j].text_row = i;
    }
    return GN_OK;
}

/* Of a float, if the numbers are 4096 times as large as their range. */
static double proper_offset(double least, double greatest)
{
    const double epsilon = sizeof(gn_real) == sizeof(float) ? (double)FLT_EPSILON : DBL_EPSILON;
    return fmax(-least, greatest) * epsilon > (greatest - least) / 2048 && least < greatest ? least : 0;
}

static gn_status read_numbers(const gni_csv_reader *r, size_t j, locale_t c)
{
    const double offset = r->options.offsets ? r->options.offsets[j] : 0;
    const char decimal = r->options.decimal;
    double least = HUGE_VAL, greatest = -HUGE_VAL;
    char **fields = fields_of(r, j);
    for (size_t i = 0; i < r->rows; i++) {
        bool finite = gni_word_kind(fields[i], decimal) == GNI_NUMBER;
        double exact = 0;
        gn_real value = finite ? gni_word_number(fields[i], decimal, c, &exact) : 0;
        if (offset != 0)
            value = (gn_real)(exact - offset);
        if (!finite || !isfinite(value))
            return refuse(r, GN_ERR_NONFINITE, j, i, "this is too large");
        least = exact < least ? exact : least;
        greatest = exact > greatest ? exact : greatest;
        r->reals[i * r->n + j] = value;
    }
    r->columns[j].offset = proper_offset(least, greatest);
    return GN_OK;
}

/* Whole numbers that a gn_real holds: of a float, those up to 2^24. */
#define MOST_CLASSES (sizeof(gn_real) == sizeof(float) ? (size_t)1 << 24 : (size_t)INT32_MAX)

/* Codes become what is read, and the column's fields its classes. */
static gn_status read_classes(gni_csv_reader *r, size_t j)
{
    char **fields = fields_of(r, j);
    size_t n = 0;
    if (!r->entries && !(r->entries = gni_alloc(r->rows, sizeof *r->entries)))
        return gni_csv_no_memory(r);
    for (size_t i = 0; i < r->rows; i++)
        r->entries[i] = (gni_csv_entry){ fields[i], i };
    qsort(r->entries, r->rows, sizeof *r->entries, by_text);
    for (size_t i = 0; i < r->rows; i++) {
        if (i == 0 || by_text(&r->entries[i - 1], &r->entries[i]) != 0)
            fields[n++] = r->entries[i].text;
        r->reals[r->entries[i].row * r->n + j] = (gn_real)(n - 1);
    }
    if (n > MOST_CLASSES)
        return gn_fail(GN_ERR_FORMAT, "%s: column %zu (%s) has %zu different texts", r->f.name,
                       r->wanted[j].column + 1, gni_word_excerpt(r->columns[j].name).text, n);
    r->columns[j].n_classes = n;
    r->columns[j].text_line = r->f.lines[r->first + r->wanted[j].text_row];
    return GN_OK;
}

/* ---- all columns ---- */

static void find_fields(gni_csv_reader *r)
{
    char *field = r->f.text;
    for (size_t i = 0; i < r->f.n_rows; i++)
        for (size_t j = 0; j < r->f.n_cols; j++, field += strlen(field) + 1)
            if (i >= r->first)
                r->fields[j * r->rows + i - r->first] = field;
}

/* The classes of all columns, out of the fields, which go. */
static gn_status keep_classes(gni_csv_reader *r, gni_csv_store *s)
{
    size_t n = 0;
    for (size_t j = 0; j < r->n; j++)
        n += r->columns[j].n_classes;
    const char **to = s->classes = n ? gni_alloc(n, sizeof *to) : NULL;
    if (n && !to)
        return gni_csv_no_memory(r);
    for (size_t j = 0; j < r->n; j++) {
        char **fields = fields_of(r, j);
        r->columns[j].classes = r->columns[j].n_classes ? to : NULL;
        for (size_t i = 0; i < r->columns[j].n_classes; i++)
            *to++ = fields[i];
    }
    return GN_OK;
}

/* Before there are columns: a field that is missing needs less of the file than one that is not. */
static gn_status look_at_fields(gni_csv_reader *r)
{
    r->fields = gni_alloc(r->f.n_cols * r->rows, sizeof *r->fields);
    if (!r->fields)
        return gni_csv_no_memory(r);
    find_fields(r);
    gn_status status = GN_OK;
    for (size_t j = 0; status >= 0 && j < r->n; j++)
        status = look_at_column(r, j);
    return status;
}

static gn_status read_columns(gni_csv_reader *r, locale_t c)
{
    gn_status status = GN_OK;
    for (size_t j = 0; status >= 0 && j < r->n; j++) {
        r->columns[j].name = r->names[r->wanted[j].column];
        status = r->wanted[j].text_row == r->rows ? read_numbers(r, j, c) : read_classes(r, j);
    }
    return status;
}

gn_status gni_csv_columns(gni_csv_reader *r, gni_csv_store *s)
{
    gn_status status = look_at_fields(r);
    if (status < 0)
        return status;
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    r->columns = s->columns = gni_alloc(r->n, sizeof *r->columns);
    r->reals = s->reals = gni_alloc(r->n * r->rows, sizeof *r->reals);
    if (c == (locale_t)0 || !r->columns || !r->reals)
        status = gni_csv_no_memory(r);
    else
        status = read_columns(r, c);
    if (c != (locale_t)0)
        freelocale(c);
    return status >= 0 ? keep_classes(r, s) : status;
}
