/* What the target holds: numbers, or which classes. */
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const gn_column *column_of(const gn_csv *csv, const model *m, size_t output)
{
    return &csv->columns[m->inputs.n + output];
}

static double number(const gn_csv *csv, const model *m, size_t row)
{
    const gn_real *at = csv->matrix.data;

    return (double)at[row * csv->matrix.cols + m->inputs.n];
}

/* ---- regression or classes --------------------------------------------------------- */

/* 0, 1, .. k or 1, 2, .. k with k up to 9, which are the usual codes of classes, each for five
 * rows or more on the average. (Other whole numbers are rather counts, years, grades.) */
static bool looks_like_classes(const gn_csv *csv, const model *m)
{
    bool seen[10] = { false };
    size_t n = 0, first, last;

    for (size_t i = 0; i < csv->matrix.rows; i++) {
        double x = number(csv, m, i);

        if (!(x >= 0 && x < 10) || x != floor(x))
            return false;
        n += !seen[(size_t)x];
        seen[(size_t)x] = true;
    }
    first = seen[0] ? 0 : 1;
    for (last = first; last + 1 < 10 && seen[last + 1]; last++)
        ;
    return n >= 2 && n == last - first + 1 && csv->matrix.rows >= 5 * n;
}

/* 20240101 and 20240102 are one float. */
bool target_has_codes(const model *m, const gn_csv *csv, const settings *s)
{
    bool many = false;

    for (size_t i = 0; i < csv->matrix.rows; i++)
        many |= fabs(number(csv, m, i)) >= 1e7;
    return many && s->task == CLASSIFICATION && m->outputs.n == 1 &&
           column_of(csv, m, 0)->classes == NULL;
}

/* The first of the targets that is text, or NULL. */
static const gn_column *text_column(const gn_csv *csv, const model *m)
{
    for (size_t i = 0; i < m->outputs.n; i++)
        if (column_of(csv, m, i)->classes != NULL)
            return column_of(csv, m, i);
    return NULL;
}

/* ---- classes ------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* What a class is called that is a number. */
typedef struct digits { char text[32]; } digits;

static digits call(double x)
{
    digits d;

    snprintf(d.text, sizeof d.text, "%.9g", x);
    return d;
}

static bool add_numbers(model *m, const gn_csv *csv)
{
    size_t n = csv->matrix.rows;
    double *sorted = calloc(n, sizeof *sorted);
    bool good = sorted != NULL || complain("no memory for %zu rows", n);

    for (size_t i = 0; good && i < n; i++)
        sorted[i] = number(csv, m, i);
    if (good)
        qsort(sorted, n, sizeof *sorted, by_size);
    for (size_t i = 0; good && i < n; i++)
        if (i == 0 || sorted[i] > sorted[i - 1])
            good = names_add(&m->classes, call(sorted[i]).text);
    free(sorted);
    return good;
}

static bool add_classes(model *m, const gn_csv *csv)
{
    const gn_column *c = column_of(csv, m, 0);
    bool good = true;

    if (c->classes == NULL)
        return add_numbers(m, csv);
    for (size_t i = 0; good && i < c->n_classes; i++)
        good = names_add(&m->classes, c->classes[i]);
    return good;
}

static bool check_classes(const model *m, const gn_csv *csv, const char *path)
{
    const gn_column *c = column_of(csv, m, 0);

    if (m->classes.n < 2)
        return complain("%s: all rows of column '%s' are '%s': there is nothing to learn", path,
                        c->name, m->classes.at[0]);
    if (m->classes.n <= csv->matrix.rows / 2)
        return true;
    if (c->classes == NULL || m->codes)
        return complain(
            "%s: column '%s' holds %zu different numbers in %zu rows, too many for classes", path,
            c->name, m->classes.n, csv->matrix.rows);
    return complain(
        "%s: column '%s' holds %zu different texts in %zu rows, too many for classes (line "
        "%zu is the first that is no number)",
        path, c->name, m->classes.n, csv->matrix.rows, c->text_line);
}

/* ---- numbers ---------------------------------------------------------------------------- */

static bool varies(const gn_csv *csv, size_t column)
{
    const gn_real *at = csv->matrix.data;

    for (size_t i = 1; i < csv->matrix.rows; i++)
        if (memcmp(&at[i * csv->matrix.cols + column], &at[column], sizeof *at) != 0)
            return true;
    return false;
}

static bool check_numbers(const model *m, const gn_csv *csv, const char *path)
{
    for (size_t i = 0; i < m->outputs.n; i++)
        if (!varies(csv, m->inputs.n + i))
            return complain("%s: all rows of column '%s' are %.9g, to the digits that a %s has: "
                            "there is nothing to learn", path, column_of(csv, m, i)->name,
                            (double)((const gn_real *)csv->matrix.data)[m->inputs.n + i],
                            sizeof(gn_real) == sizeof(float) ? "float" : "double");
    return true;
}

/* ---- deciding ------------------------------------------------------------------------- */

static void tell(const model *m, const settings *s, bool text)
{
    const bool open = s->task == TO_BE_GUESSED && !text && m->outputs.n == 1;

    if (s->quiet)
        return;
    fprintf(stderr, "%zu inputs: ", m->inputs.n);
    names_print(stderr, &m->inputs);
    fputs("\ntarget: ", stderr);
    names_print(stderr, &m->outputs);
    if (m->classifies) {
        fprintf(stderr, ", of %zu classes: ", m->classes.n);
        names_print(stderr, &m->classes);
    }
    fputs(!open ? "\n" : m->classifies ? " (numbers they are with --task regression)\n"
                                     : " (classes it has with --task classification)\n", stderr);
    offsets_tell(m);
}

bool target_decide(model *m, const gn_csv *csv, const settings *s, const char *path)
{
    const gn_column *text = text_column(csv, m);

    if (text != NULL && (m->outputs.n > 1 || s->task == REGRESSION))
        return complain("%s: column '%s' holds text (in line %zu), where regression wants numbers",
                        path, text->name, text->text_line);
    if (m->outputs.n > 1 && s->task == CLASSIFICATION)
        return complain("--task classification wants one target, not %zu", m->outputs.n);
    m->classifies = s->task == CLASSIFICATION || text != NULL ||
                    (s->task == TO_BE_GUESSED && m->outputs.n == 1 && looks_like_classes(csv, m));
    if (m->classifies ? !add_classes(m, csv) || !check_classes(m, csv, path)
                      : !check_numbers(m, csv, path))
        return false;
    if (!m->classifies && s->class_weights == WEIGHTS_BALANCED)
        return complain("--class-weights: column '%s' is a number, there are no classes",
                        m->outputs.at[0]);
    tell(m, s, text != NULL);
    return true;
}

/* ---- labels ----------------------------------------------------------------------------- */

static bool label_numbers(const model *m, const gn_csv *csv, const char *path, int32_t *labels)
{
    for (size_t i = 0; i < csv->matrix.rows; i++) {
        const digits d = call(number(csv, m, i));
        size_t label = names_find(&m->classes, d.text);

        if (label == m->classes.n)
            return complain("%s: line %zu: %s is none of the classes of column '%s'", path,
                            csv->lines[i], d.text, m->outputs.at[0]);
        labels[i] = (int32_t)label;
    }
    return true;
}

bool target_labels(const model *m, const gn_csv *csv, const char *path, int32_t *labels)
{
    if (column_of(csv, m, 0)->classes == NULL)
        return label_numbers(m, csv, path, labels);
    return gn_csv_labels(csv, m->inputs.n, (const char *const *)m->classes.at, m->classes.n,
                         labels) >= 0 ||
           complain("%s: %s", path, gn_error_message());
}
