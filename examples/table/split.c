/* Rows to train on, rows by which to stop, rows by which to judge. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

/* ---- which row is what ----------------------------------------------------------- */

/* SplitMix64 (Steele et al. 2014) */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void shuffle(size_t *order, size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++) {
        size_t j = (size_t)(draw(&seed) % (i + 1));

        order[i] = order[j];
        order[j] = i;
    }
}

/* Each class gives its share to each part; a table of numbers is one class. due: two per class,
 * how much of a row is owed to validation and test. */
static void deal(const size_t *order, size_t n, const int32_t *labels, const settings *s,
                 double *due, unsigned char *part_of)
{
    for (size_t i = 0; i < n; i++) {
        double *d = due + 2 * (labels != NULL ? (size_t)labels[order[i]] : 0);
        int which = TRAINING;

        d[0] += s->validation;
        d[1] += s->test_share;
        if (d[1] >= 0.5)
            which = TEST;
        else if (d[0] >= 0.5)
            which = VALIDATION;
        if (which != TRAINING)
            d[which == TEST] -= 1;
        part_of[order[i]] = (unsigned char)which;
    }
}

/* ---- moving them --------------------------------------------------------------------- */

static void copy_row(const gn_matrix *m, size_t row, gn_real *to)
{
    memcpy(to, (const gn_real *)m->data + row * m->stride, m->cols * sizeof *to);
}

/* The rows of one part, behind the `at` rows of those before it. */
static size_t gather(parts *p, int which, size_t at, const gn_csv *csv, const model *m,
                     const size_t *order, const unsigned char *part_of, const int32_t *labels)
{
    static const char *const called[] = { "training", "validation", "test" };
    const gn_matrix x = source_inputs(csv, m), y = source_outputs(csv, m);
    const size_t first = at;

    for (size_t i = 0; i < x.rows; i++) {
        if (part_of[order[i]] != which)
            continue;
        copy_row(&x, order[i], p->x + at * x.cols);
        if (labels != NULL)
            p->labels[at] = labels[order[i]];
        else
            copy_row(&y, order[i], p->y + at * y.cols);
        at++;
    }
    p->at[which] = (part){ called[which], { .x = { .data = p->x + first * x.cols,
                                                        .rows = at - first, .cols = x.cols } } };
    if (labels != NULL)
        p->at[which].data.labels = p->labels + first;
    else
        p->at[which].data.y = (gn_matrix){ .data = p->y + first * y.cols, .rows = at - first,
                                          .cols = y.cols };
    return at;
}

/* Of n rows in k classes, each of n_c rows: n / (k n_c), the same for all rows on the average. */
static void weigh(parts *p, const model *m, size_t *counts)
{
    const size_t n = p->at[TRAINING].data.x.rows, k = m->classes.n;
    gn_data *training = &p->at[TRAINING].data, *validation = &p->at[VALIDATION].data;

    for (size_t i = 0; i < n; i++)
        counts[p->labels[i]]++;
    for (size_t i = 0; i < n + validation->x.rows; i++) {
        size_t count = counts[p->labels[i]];

        p->weights[i] = count > 0 ? (gn_real)((double)n / ((double)k * (double)count)) : 1;
    }
    training->weights = p->weights;
    validation->weights = p->weights + n;
}

bool split_rows(parts *p, const gn_csv *csv, const model *m, const settings *s)
{
    const size_t n = csv->matrix.rows, classes = m->classifies ? m->classes.n : 1;
    size_t *order = calloc(n, sizeof *order), *counts = calloc(classes, sizeof *counts), at = 0;
    int32_t *labels = calloc(n, sizeof *labels);
    double *due = calloc(classes, 2 * sizeof *due);
    unsigned char *part_of = calloc(n, 1);
    bool good = order && counts && labels && due && part_of;

    p->x = calloc(n, m->inputs.n * sizeof *p->x);
    p->y = calloc(n, m->outputs.n * sizeof *p->y);
    p->weights = calloc(n, sizeof *p->weights);
    p->labels = calloc(n, sizeof *p->labels);
    if (!good || !p->x || !p->y || !p->weights || !p->labels)
        good = complain("no memory for %zu rows", n);
    if (good && m->classifies)
        good = target_labels(m, csv, s->words[0], labels);
    if (good) {
        shuffle(order, n, s->seed);
        deal(order, n, m->classifies ? labels : NULL, s, due, part_of);
        for (int which = 0; which < PARTS; which++)
            at = gather(p, which, at, csv, m, order, part_of, m->classifies ? labels : NULL);
        if (s->class_weights == WEIGHTS_BALANCED)
            weigh(p, m, counts);
    }
    free(order);
    free(counts);
    free(labels);
    free(due);
    free(part_of);
    return good;
}

/* ---- a file of its own to be judged by -------------------------------------------------- */

bool split_test_file(parts *p, const model *m, const settings *s)
{
    gn_data data = { .labels = NULL };

    if (!source_read(&p->test, s->test, s, m, true))
        return false;
    data.x = source_inputs(&p->test, m);
    if (m->classifies) {
        p->test_labels = calloc(data.x.rows, sizeof *p->test_labels);
        if (p->test_labels == NULL)
            return complain("no memory for %zu labels", data.x.rows);
        data.labels = p->test_labels;
        if (!target_labels(m, &p->test, s->test, p->test_labels))
            return false;
    } else {
        data.y = source_outputs(&p->test, m);
        for (size_t i = 0; i < m->outputs.n; i++)
            if (p->test.columns[m->inputs.n + i].classes != NULL)
                return complain("%s: column '%s' holds text (in line %zu)", s->test,
                                m->outputs.at[i], p->test.columns[m->inputs.n + i].text_line);
    }
    p->at[TEST].data = data;
    return true;
}

void split_free(parts *p)
{
    free(p->x);
    free(p->y);
    free(p->weights);
    free(p->labels);
    free(p->test_labels);
    gn_csv_free(&p->test);
}
