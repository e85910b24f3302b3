/* Predictions: the rows as they came, what the network says, and whether to believe it. */
#include "table.h"
#include "common/same_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- CSV -------------------------------------------------------------------------- */

/* In quotes where it must be. */
static void print_text(const char *text, char separator)
{
    const char special[] = { '"', '\n', '\r', separator, '\0' };

    if (text[strcspn(text, special)] == '\0' && text[0] != ' ') {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

/* Where a row's own bytes end, and those of its line's end begin. */
static const char *row_end(const char *row, const char *next)
{
    if (next > row && next[-1] == '\n')
        next--;
    return next > row && next[-1] == '\r' ? next - 1 : next;
}

static void print_row(const char *row, const char *next)
{
    fwrite(row, 1, (size_t)(row_end(row, next) - row), stdout);
}

/* As the file's first line ends, so do ours. */
static const char *line_end(const gn_csv *csv)
{
    const char *row = csv->header != NULL ? csv->header : csv->rows[0];
    const char *next = csv->header != NULL ? csv->rows[0] : csv->rows[1], *end = row_end(row, next);

    return next - end == 2 ? "\r\n" : next - end == 1 && *end == '\r' ? "\r" : "\n";
}

static int digits_before_point(double x)
{
    return x != 0 ? (int)floor(log10(fabs(x))) + 1 : 0;
}

/* Seven digits of x, and as many more as the sum has on its left; a double has no more than 15. */
static void print_number(double x, double offset, const gn_csv *csv, const settings *s)
{
    int digits = 7 + digits_before_point(x + offset) - digits_before_point(x);
    char text[40];
    char *point;

    snprintf(text, sizeof text, "%.*g", digits < 7 ? 7 : digits < 15 ? digits : 15, x + offset);
    point = strchr(text, '.');
    if (point != NULL && s->csv.decimal == ',')
        *point = ',';
    print_text(text, csv->separator);
}

static void print_header(const gn_csv *csv, const model *m)
{
    print_row(csv->header, csv->rows[0]);
    for (size_t i = 0; i < m->outputs.n; i++) {
        printf("%cpredicted", csv->separator);
        if (m->outputs.n > 1) {
            putchar('_');
            fputs(m->outputs.at[i], stdout);
        }
    }
    printf("%coutside%s", csv->separator, line_end(csv));
}

static void print_rows(const gn_csv *csv, const model *m, const settings *s, const gn_real *guess,
                       const size_t *outside)
{
    const size_t n = m->classifies ? m->classes.n : m->outputs.n;

    if (csv->header != NULL)
        print_header(csv, m);
    for (size_t i = 0; i < csv->matrix.rows; i++, guess += n) {
        print_row(csv->rows[i], csv->rows[i + 1]);
        for (size_t j = 0; j < m->outputs.n; j++) {
            putchar(csv->separator);
            if (m->classifies)
                print_text(m->classes.at[scores_largest(guess, n)], csv->separator);
            else
                print_number((double)guess[j], m->offsets != NULL ? m->offsets[m->inputs.n + j] : 0,
                             csv, s);
        }
        printf("%c%d%s", csv->separator, outside[i] < m->inputs.n, line_end(csv));
    }
}

/* ---- extrapolation ------------------------------------------------------------------ */

/* Which inputs lie outside of the range seen in training, of how many rows first. */
static bool tell_outside(const gn_csv *csv, const model *m, const size_t *outside, size_t n)
{
    size_t *count = calloc(m->inputs.n + 1, sizeof *count);
    const char *before = ": ";

    if (count == NULL)
        return complain("no memory for %zu inputs", m->inputs.n);
    for (size_t i = 0; i < csv->matrix.rows; i++)
        count[outside[i]]++;
    fprintf(stderr, "%zu of %zu rows have an input outside of what was seen in training", n,
            csv->matrix.rows);
    for (size_t j = 0; j < m->inputs.n; j++)
        if (count[j] > 0) {
            fprintf(stderr, "%s%s (%zu)", before, name_shown(m->inputs.at[j]).text, count[j]);
            before = ", ";
        }
    fputc('\n', stderr);
    free(count);
    return true;
}

/* ---- the whole ------------------------------------------------------------------------- */

static bool predict_all(const gn_network *net, const gn_csv *csv, const model *m, const settings *s)
{
    const gn_matrix x = source_inputs(csv, m);
    size_t *outside = calloc(x.rows, sizeof *outside), n = 0;
    gn_real *guess = outside != NULL ? scores_predict(net, &x, s->threads) : NULL;
    bool good = outside != NULL || complain("no memory for %zu rows", x.rows);

    good = good && guess != NULL && worked(gn_network_outside(net, &x, outside, &n));
    if (good)
        print_rows(csv, m, s, guess, outside);
    if (good && n > 0 && !s->quiet)
        good = tell_outside(csv, m, outside, n);
    free(guess);
    free(outside);
    return good;
}

int predict(const settings *s)
{
    gn_network *net = NULL;
    gn_csv csv = { .memory = NULL };
    model m = { .columns = 0 };
    bool good = output_differs(&(named_file){ "the model", s->words[0] }) &&
                output_differs(&(named_file){ "the table", s->words[1] }) &&
                model_load(&m, &net, s->words[0]) && source_read(&csv, s->words[1], s, &m, false) &&
                predict_all(net, &csv, &m, s);

    gn_csv_free(&csv);
    model_free(&m);
    gn_network_destroy(net);
    return good ? EXIT_SUCCESS : FAILURE;
}
