/* How good a network is: errors of numbers, or what classes were taken for. */
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

gn_real *scores_predict(const gn_network *net, const gn_matrix *x, size_t threads)
{
    const gn_context_options options = { .threads = (int)threads };
    gn_shape out = gn_network_output(net);
    gn_real *y = calloc(x->rows, out.channels * out.height * out.width * sizeof *y);
    gn_context *ctx = NULL;
    bool good = y != NULL || complain("no memory for %zu predictions", x->rows);

    good = good && worked(gn_context_create(&ctx, net, &options)) &&
           worked(gn_predict(ctx, x, y, 0));
    gn_context_destroy(ctx);
    if (good)
        return y;
    free(y);
    return NULL;
}

size_t scores_largest(const gn_real *row, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        if (row[i] > row[best])
            best = i;
    return best;
}

/* ---- numbers ------------------------------------------------------------------------ */

/* Of one output. R squared is 1 - (sum of squared errors) / (sum of squares about the mean). */
static void print_errors(const part *p, const gn_real *guess, size_t output, const char *name)
{
    const gn_matrix *y = &p->data.y;
    const size_t stride = y->stride != 0 ? y->stride : y->cols;
    const double n = (double)y->rows;
    double mean = 0, squares = 0, absolute = 0, squared = 0;

    for (size_t i = 0; i < y->rows; i++)
        mean += (double)((const gn_real *)y->data)[i * stride + output] / n;
    for (size_t i = 0; i < y->rows; i++) {
        double truth = (double)((const gn_real *)y->data)[i * stride + output];
        double error = (double)guess[i * y->cols + output] - truth;

        squares += (truth - mean) * (truth - mean);
        absolute += fabs(error) / n;
        squared += error * error / n;
    }
    printf("%-16s %-11s %8zu %14.6g %14.6g %14.6g", name_shown(name).text, p->name, y->rows,
           absolute, squared, sqrt(squared));
    /* (equal numbers differ from their mean by its rounding) */
    printf(squares > n * mean * mean * 1e-28 ? " %8.4f\n" : "        -\n",
           1 - squared * n / squares);
}

static bool print_regression(const gn_network *net, const model *m, const parts *p)
{
    gn_real *guesses[PARTS] = { NULL };
    bool good = true;

    for (int i = 0; good && i < PARTS; i++)
        if (p->at[i].data.x.rows > 0) {
            guesses[i] = scores_predict(net, &p->at[i].data.x, 0);
            good = guesses[i] != NULL;
        }
    if (good)
        printf("%-16s %-11s %8s %14s %14s %14s %8s\n", "target", "", "rows", "mean |error|",
               "mean error^2", "its root", "R^2");
    for (size_t output = 0; good && output < m->outputs.n; output++)
        for (int i = 0; i < PARTS; i++)
            if (guesses[i] != NULL)
                print_errors(&p->at[i], guesses[i], output, m->outputs.at[output]);
    for (int i = 0; i < PARTS; i++)
        free(guesses[i]);
    return good;
}

/* ---- classes -------------------------------------------------------------------------- */

/* confusion: [what it is][what it was taken for]; false: it has complained. */
static bool count(const gn_network *net, const model *m, const part *p, size_t *confusion)
{
    const size_t k = m->classes.n;
    gn_real *guess = scores_predict(net, &p->data.x, 0);

    for (size_t i = 0; guess != NULL && i < p->data.x.rows; i++)
        confusion[(size_t)p->data.labels[i] * k + scores_largest(guess + i * k, k)]++;
    free(guess);
    return guess != NULL;
}

static void print_share(size_t some, size_t whole)
{
    if (whole > 0)
        printf("%9.2f %%", 100 * (double)some / (double)whole);
    else
        printf("%11s", "-");
}

static void print_accuracy(const model *m, const part *p, const size_t *confusion)
{
    size_t right = 0;

    for (size_t i = 0; i < m->classes.n; i++)
        right += confusion[i * (m->classes.n + 1)];
    printf("%-11s %8zu", p->name, p->data.x.rows);
    print_share(right, p->data.x.rows);
    putchar('\n');
}

enum { MOST_CLASSES_ACROSS = 12 };

/* A line per class: how often it is right to say so, how many of it are found, and what they are
 * taken for. */
static void print_classes(const model *m, const part *p, const size_t *confusion)
{
    const size_t k = m->classes.n;
    const bool all = k <= MOST_CLASSES_ACROSS;

    printf("\n%s rows: what they are (down)%s\n%-16s %8s%11s%11s", p->name,
           all ? ", what they are taken for (across)" : "", "", "rows", "precision", "recall");
    for (size_t j = 0; all && j < k; j++)
        printf(" %9.9s", name_shown(m->classes.at[j]).text);
    putchar('\n');
    for (size_t i = 0; i < k; i++) {
        size_t is = 0, taken = 0;

        for (size_t j = 0; j < k; j++) {
            is += confusion[i * k + j];
            taken += confusion[j * k + i];
        }
        printf("%-16.16s %8zu", name_shown(m->classes.at[i]).text, is);
        print_share(confusion[i * k + i], taken);
        print_share(confusion[i * k + i], is);
        for (size_t j = 0; all && j < k; j++)
            printf(" %9zu", confusion[i * k + j]);
        putchar('\n');
    }
}

static bool print_classification(const gn_network *net, const model *m, const parts *p)
{
    const size_t k = m->classes.n;
    size_t *confusion = calloc(k, k * sizeof *confusion);
    const part *last = NULL;
    bool good = confusion != NULL || complain("no memory for %zu classes", k);

    if (good)
        printf("%-11s %8s%11s\n", "", "rows", "accuracy");
    for (int i = 0; good && i < PARTS; i++)
        if (p->at[i].data.x.rows > 0) {
            last = &p->at[i];
            memset(confusion, 0, k * k * sizeof *confusion);
            good = count(net, m, last, confusion);
            if (good)
                print_accuracy(m, last, confusion);
        }
    if (good)
        print_classes(m, last, confusion);
    free(confusion);
    return good;
}

bool scores_print(const gn_network *net, const model *m, const parts *p)
{
    return m->classifies ? print_classification(net, m, p) : print_regression(net, m, p);
}
