/* Files with a model's columns. */
#include "table.h"

#include <stdlib.h>

bool source_look(gn_csv *look, const char *path, const settings *s)
{
    static const char *const none[] = { NULL };
    gn_csv_options options = s->csv;

    options.columns = none;
    return worked(gn_csv_read(look, path, &options));
}

/* Where the i-th of a model's columns stands in a file without names, from 1; 0: nowhere. A file
 * of as many columns as there are inputs has those, one with all columns has all where they
 * were. */
static size_t place_of(const model *m, const gn_csv *look, size_t i)
{
    if (look->n_names == m->columns)
        return m->places[i];
    return look->n_names == m->inputs.n && i < m->inputs.n ? i + 1 : 0;
}

static bool add_place(names *list, const model *m, const gn_csv *look, size_t i, const char *path)
{
    size_t place = place_of(m, look, i);

    return place > 0
               ? names_add(list, look->names[place - 1])
               : complain("%s has no header and %zu columns: the model wants %zu inputs, or the "
                          "%zu columns that it was trained with",
                          path, look->n_names, m->inputs.n, m->columns);
}

/* What the columns are called in this file. */
static bool name_columns(names *list, const model *m, const gn_csv *look, size_t n,
                         const char *path)
{
    bool good = true;

    for (size_t i = 0; good && i < n; i++) {
        const char *name = i < m->inputs.n ? m->inputs.at[i] : m->outputs.at[i - m->inputs.n];

        good = look->has_header ? names_add(list, name) : add_place(list, m, look, i, path);
    }
    return good;
}

/* Inputs are numbers. */
static bool check_inputs(const gn_csv *csv, const char *path, const model *m, bool may_ignore)
{
    const char *before = " --ignore ";
    size_t i = 0;

    while (i < m->inputs.n && csv->columns[i].classes == NULL)
        i++;
    if (i == m->inputs.n)
        return true;
    complain("%s: inputs are numbers, but column '%s' holds text (in line %zu)%s", path,
             csv->columns[i].name, csv->columns[i].text_line,
             may_ignore ? "; this leaves out all such columns:" : "");
    for (; may_ignore && i < m->inputs.n; i++)
        if (csv->columns[i].classes != NULL) {
            fprintf(stderr, "%s%s", before, name_shown(csv->columns[i].name).text);
            before = ",";
        }
    if (may_ignore)
        fputc('\n', stderr);
    return false;
}

bool source_read(gn_csv *csv, const char *path, const settings *s, const model *m, bool outputs)
{
    size_t n = m->inputs.n + (outputs ? m->outputs.n : 0);
    names list = { NULL, 0 };
    gn_csv_options options = s->csv;
    gn_csv look;
    bool *text = calloc(n + 1, sizeof *text);
    bool good = source_look(&look, path, s);

    *csv = (gn_csv){ .memory = NULL };
    if (good) {
        options.header = look.has_header ? GN_HEADER_YES : GN_HEADER_NO;
        good = name_columns(&list, m, &look, n, path);
        options.columns = (const char *const *)list.at;
        options.offsets = m->offsets;
        options.as_text = text;
        if (text != NULL && outputs && m->codes)
            text[m->inputs.n] = true;
        good = good && (text != NULL || complain("no memory for %zu columns", n)) &&
               worked(gn_csv_read(csv, path, &options)) &&
               check_inputs(csv, path, m, outputs);
    }
    names_free(&list);
    gn_csv_free(&look);
    free(text);
    return good;
}

/* Neighbours in the rows of one matrix. */
static gn_matrix columns(const gn_csv *csv, size_t first, size_t n)
{
    gn_matrix m = csv->matrix;

    m.data = (const gn_real *)m.data + first;
    m.stride = m.cols;
    m.cols = n;
    return m;
}

gn_matrix source_inputs(const gn_csv *csv, const model *m)
{
    return columns(csv, 0, m->inputs.n);
}

gn_matrix source_outputs(const gn_csv *csv, const model *m)
{
    return columns(csv, m->inputs.n, m->outputs.n);
}
