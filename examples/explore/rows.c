/* All combinations of the values: the rows of the table, and what their networks came to. */
#include "explore.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NETWORKS = 100000, MOST_WORDS = 2 * AXES + 8, NAME = 24 };

/* ---- recipes: each row is a command line ------------------------------------------ */

typedef struct words { char *at[MOST_WORDS]; int n; char names[AXES][NAME]; } words;

static void add(words *w, const char *name, const char *value)
{
    if (value != NULL) {
        w->at[w->n++] = (char *)name; /* the parser takes what main gets, and only reads it */
        w->at[w->n++] = (char *)value;
    }
}

static bool parse(row *r, const plan *p)
{
    words w = { .n = 0 };

    for (int kind = 0; kind < AXES; kind++) {
        snprintf(w.names[kind], NAME, "--%s", axis_name((axis_kind)kind));
        add(&w, w.names[kind], r->value[kind]);
    }
    add(&w, "--validation", p->validation);
    add(&w, "--dataset", p->dataset);
    add(&w, "--data", p->data);
    add(&w, "--threads", "1"); /* the others have networks of their own */
    return recipe_parse(&r->recipe, w.n, w.at) &&
           (r->recipe.validation > 0 || complain("--validation %s: the networks are compared on "
                                                   "validation images", p->validation));
}

/* The number-th combination: the axis that was named last varies fastest. */
static void choose_values(row *r, const plan *p, size_t number)
{
    for (size_t place = p->given; place-- > 0;)
        for (int kind = 0; kind < AXES; kind++) {
            const axis *a = &p->axes[kind];

            if (a->n > 0 && a->place == place) {
                r->value[kind] = a->values[number % a->n];
                number /= a->n;
            }
        }
}

static bool count_networks(size_t *n, const plan *p)
{
    *n = 1;
    for (const axis *a = p->axes; a < p->axes + AXES; a++) {
        *n *= a->n > 0 ? a->n : 1;
        if (*n * p->seeds > MOST_NETWORKS)
            return complain("these are more than %d networks", MOST_NETWORKS);
    }
    return true;
}

bool rows_make(rows *r, const plan *p)
{
    size_t n;

    *r = (rows){ .n = 0 };
    if (!count_networks(&n, p))
        return false;
    r->at = calloc(n, sizeof *r->at);
    r->runs = calloc(n * p->seeds, sizeof *r->runs);
    if (r->at == NULL || r->runs == NULL)
        return complain("no memory for %zu networks", n * p->seeds);
    r->n_runs = n * p->seeds;
    while (r->n < n) {
        row *one = &r->at[r->n];

        choose_values(one, p, r->n);
        one->runs = r->runs + r->n++ * p->seeds;
        one->n_runs = p->seeds;
        if (!parse(one, p))
            return false;
        for (size_t i = 0; i < one->n_runs; i++)
            one->runs[i].seed = one->recipe.seed + i;
    }
    return true;
}

bool rows_settle(rows *r, const dataset *d)
{
    size_t all = d->train.idx.matrix.rows, rest;

    for (row *one = r->at; one < r->at + r->n; one++)
        recipe_settle(&one->recipe, all);
    rest = recipe_train_rows(&r->at->recipe, all);
    return rest < all || complain("--validation %g of %zu images are none",
                                  r->at->recipe.validation, all);
}

static void swap(run *a, run *b)
{
    run c = *a;

    *a = *b;
    *b = c;
}

size_t rows_cut(rows *r)
{
    size_t all = 0;

    for (row *one = r->at; one < r->at + r->n; one++) {
        size_t n = 0;

        for (size_t i = 0; i < one->n_runs; i++)
            if (one->runs[i].over)
                swap(&one->runs[n++], &one->runs[i]);
        one->n_runs = n;
        all += n;
        row_sum_up(one);
    }
    return all;
}

void rows_free(rows *r)
{
    for (size_t i = 0; i < r->n; i++)
        recipe_free(&r->at[i].recipe);
    for (size_t i = 0; i < r->n_runs; i++)
        free(r->runs[i].history);
    free(r->at);
    free(r->runs);
}

/* ---- a row ----------------------------------------------------------------------- */

bool row_is_over(const row *r)
{
    for (const run *one = r->runs; one < r->runs + r->n_runs; one++)
        if (!one->over)
            return false;
    return r->n_runs > 0;
}

size_t row_parameters(const row *r)
{
    return r->runs[0].parameters;
}

void row_name(char *text, size_t size, const row *r, const plan *p, axis_kind without)
{
    axis_kind kinds[AXES];
    size_t n = plan_varying(p, kinds), used = 0;

    *text = '\0';
    for (size_t i = 0; i < n && used < size; i++)
        if (kinds[i] != without)
            used += (size_t)snprintf(text + used, size - used, "%s%s %s", used > 0 ? ", " : "",
                                     axis_name(kinds[i]), r->value[kinds[i]]);
}

/* ---- means and spreads ----------------------------------------------------------- */

static double loss_of(const run *r)       { return r->final.train.loss; }
static double accuracy_of(const run *r)   { return r->final.train.accuracy; }
static double validation_of(const run *r) { return r->final.valid.accuracy; }
static double test_of(const run *r)       { return r->test.accuracy; }
static double seconds_of(const run *r)    { return r->seconds; }
static double speed_of(const run *r)
{
    return (double)r->rows * (double)r->n_epochs / r->seconds;
}

static bool is_good(const run *r)
{
    return r->over && r->status >= 0;
}

/* Of the runs that came to a good end: mean, and the deviation of one of them, the sum of
 * squares divided by n - 1. */
static figure figure_of(const row *r, double (*of)(const run *))
{
    double sum = 0, squares = 0, n = (double)r->good, mean;

    for (const run *one = r->runs; one < r->runs + r->n_runs; one++)
        sum += is_good(one) ? of(one) : 0;
    mean = sum / n;
    for (const run *one = r->runs; one < r->runs + r->n_runs; one++)
        squares += is_good(one) ? (of(one) - mean) * (of(one) - mean) : 0;
    return (figure){ mean, n > 1 ? sqrt(squares / (n - 1)) : 0 };
}

void row_sum_up(row *r)
{
    r->good = r->diverged = r->failed = 0;
    for (const run *one = r->runs; one < r->runs + r->n_runs; one++) {
        bool diverged = one->status == GN_ERR_NONFINITE;

        r->good += is_good(one);
        r->diverged += one->over && diverged;
        r->failed += one->over && one->status < 0 && !diverged;
    }
    r->loss = figure_of(r, loss_of);
    r->accuracy = figure_of(r, accuracy_of);
    r->validation = figure_of(r, validation_of);
    r->test = figure_of(r, test_of);
    r->seconds = figure_of(r, seconds_of);
    r->images_per_second = figure_of(r, speed_of);
}
