/* CSV files, read in several ways: what is accepted is finite numbers and classes in their order,
 * and its rows lie one behind the other in the file. */
#include <math.h>
#include <gemmnet/table.h>
#include "fuzz.h"

static const gn_csv_options ways[] = {
    { 0 },
    { .header = GN_HEADER_YES, .separator = ';', .decimal = ',' },
    { .header = GN_HEADER_NO, .separator = ',' },
    { .columns = (const char *const[]){ "b", "a", NULL } },
    { .columns = (const char *const[]){ "b", "a", NULL },
      .offsets = (const double[]){ 1.7e9, -0.5 } },
    { .columns = (const char *const[]){ "2", NULL }, .header = GN_HEADER_NO },
};

static void check_column(const gn_csv *csv, size_t j)
{
    const gn_column *c = &csv->columns[j];
    const gn_real *numbers = csv->matrix.data;
    DEMAND(c->name && !c->classes == !c->n_classes && !c->text_line == !c->classes);
    for (size_t i = 1; i < c->n_classes; i++)
        DEMAND(strcmp(c->classes[i - 1], c->classes[i]) < 0);
    DEMAND(isfinite(c->offset) && (c->offset == 0 || !c->classes));
    for (size_t i = 0; i < csv->matrix.rows; i++) {
        gn_real x = numbers[i * csv->matrix.cols + j];
        DEMAND(isfinite(x) && (!c->classes || (x >= 0 && (size_t)x < c->n_classes)));
    }
}

static void check_labels(const gn_csv *csv, size_t j)
{
    const gn_column *c = &csv->columns[j];
    int32_t *labels = malloc(csv->matrix.rows * sizeof *labels);
    if (!labels)
        return;
    gn_status status = gn_csv_labels(csv, j, c->classes, c->n_classes, labels);
    DEMAND(status == GN_OK || (status == GN_ERR_ARGUMENT && !c->classes));
    for (size_t i = 0; status == GN_OK && i < csv->matrix.rows; i++)
        DEMAND((gn_real)labels[i] == ((const gn_real *)csv->matrix.data)[i * csv->matrix.cols + j]);
    free(labels);
}

static void check_rows(const gn_csv *csv, const char *begin, const char *end)
{
    DEMAND(!csv->header == !csv->has_header && (!csv->header || csv->header < csv->rows[0]));
    DEMAND(csv->matrix.rows > 0 && csv->rows[0] >= begin && csv->rows[csv->matrix.rows] <= end);
    for (size_t i = 0; i < csv->matrix.rows; i++)
        DEMAND(csv->rows[i] < csv->rows[i + 1] && csv->lines[i] > (i ? csv->lines[i - 1] : 0));
    for (size_t i = 0; i < csv->n_names; i++)
        DEMAND(csv->names[i][0]);
}

static void read_one_way(const char *bytes, size_t size, const gn_csv_options *options)
{
    gn_csv csv;
    gn_status status = gn_csv_parse(&csv, bytes, size, "fuzz", options);
    if (status == GN_OK) {
        check_rows(&csv, bytes, bytes + size);
        for (size_t j = 0; j < csv.matrix.cols; j++)
            check_column(&csv, j);
        if (csv.matrix.cols)
            check_labels(&csv, csv.matrix.cols - 1);
    } else {
        DEMAND(status == GN_ERR_FORMAT || status == GN_ERR_NONFINITE);
        DEMAND(strstr(gn_error_message(), "fuzz: ") == gn_error_message());
        DEMAND(!csv.matrix.data && !csv.memory && !csv.rows && csv.matrix.rows == 0);
    }
    gn_csv_free(&csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        read_one_way(size ? (const char *)bytes : "", size, &ways[i]);
    return 0;
}
