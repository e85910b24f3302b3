/* A column of a CSV file as labels. */
#include "files/table/csv.h"
#include <string.h>

static gn_status refuse(const gn_csv *csv, size_t column, size_t row, const char *what, const char *why)
{
    return gn_fail(GN_ERR_ARGUMENT, "gn_csv_labels: line %zu, column '%s': %s%s", csv->lines[row],
                   gni_word_excerpt(csv->columns[column].name).text, what, why);
}

static gn_real number(const gn_csv *csv, size_t row, size_t column)
{
    return ((const gn_real *)csv->matrix.data)[row * csv->matrix.cols + column];
}

/* The numbers themselves; of a column of text, the numbers of its classes. */
static gn_status read_labels(const gn_csv *csv, size_t column, int32_t *labels)
{
    for (int write = 0; write < 2; write++) /* a failed call changes nothing */
        for (size_t i = 0; i < csv->matrix.rows; i++) {
            gn_real x = number(csv, i, column);
            bool whole = x >= 0 && x < (gn_real)INT32_MAX && (gn_real)(int32_t)x == x;
            if (!whole)
                return refuse(csv, column, i, "the number is no label", "");
            if (write)
                labels[i] = (int32_t)x;
        }
    return GN_OK;
}

/* Where a column's own classes stand among others; -1: nowhere. */
static int32_t *find_classes(const gn_column *c, const char *const *classes, size_t n_classes)
{
    int32_t *found = gni_alloc(c->n_classes, sizeof *found);
    for (size_t i = 0; found && i < c->n_classes; i++) {
        size_t k = 0;
        while (k < n_classes && strcmp(c->classes[i], classes[k]) != 0)
            k++;
        found[i] = k < n_classes ? (int32_t)k : -1;
    }
    return found;
}

static gn_status translate(const gn_csv *csv, size_t column, const int32_t *found, int32_t *labels)
{
    for (size_t i = 0; i < csv->matrix.rows; i++) {
        size_t mine = (size_t)number(csv, i, column);
        if (found[mine] < 0)
            return refuse(csv, column, i, gni_word_excerpt(csv->columns[column].classes[mine]).text,
                          " is none of the classes");
    }
    for (size_t i = 0; i < csv->matrix.rows; i++)
        labels[i] = found[(size_t)number(csv, i, column)];
    return GN_OK;
}

gn_status gn_csv_labels(const gn_csv *csv, size_t column, const char *const *classes, size_t n_classes,
                        int32_t *labels)
{
    if (!csv || !labels)
        return gn_fail(GN_ERR_ARGUMENT, "gn_csv_labels: %s is NULL", csv ? "labels" : "csv");
    if (column >= csv->matrix.cols)
        return gn_fail(GN_ERR_ARGUMENT, "gn_csv_labels: there is no column %zu, there are %zu", column,
                       csv->matrix.cols);
    const gn_column *c = &csv->columns[column];
    if (!classes)
        return read_labels(csv, column, labels);
    if (!c->classes || n_classes > INT32_MAX)
        return gn_fail(GN_ERR_ARGUMENT, "gn_csv_labels: column '%s' holds %s and there are %zu classes",
                       gni_word_excerpt(c->name).text, c->classes ? "text" : "numbers", n_classes);
    int32_t *found = find_classes(c, classes, n_classes);
    gn_status status = found ? translate(csv, column, found, labels)
                             : gn_fail(GN_ERR_MEMORY, "gn_csv_labels: no memory for %zu classes", c->n_classes);
    gni_free(found);
    return status;
}
