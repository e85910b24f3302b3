/* Which row is best, and which may be so by chance. */
#include "explore.h"

#include <math.h>
#include <stdlib.h>

/* Smaller is first. Rows of which a network diverged come last: a setting that learns now and
 * then is none to rely on. */
static double key_of(const row *r, int sort)
{
    switch (sort) {
    case BY_ACCURACY:   return -r->validation.mean;
    case BY_LOSS:       return r->loss.mean;
    case BY_SECONDS:    return r->seconds.mean;
    case BY_PARAMETERS: return (double)row_parameters(r);
    default:            return 0;
    }
}

static int sort_by; /* qsort's function has no room for it */

static int compare(const void *a, const void *b)
{
    const row *x = *(const row *const *)a, *y = *(const row *const *)b;
    size_t bad_x = x->n_runs - x->good, bad_y = y->n_runs - y->good;
    double key_x = key_of(x, sort_by), key_y = key_of(y, sort_by);

    if (sort_by != AS_GIVEN && bad_x != bad_y)
        return bad_x < bad_y ? -1 : 1;
    if (key_x < key_y || key_x > key_y) /* neither, of such as have no figures at all */
        return key_x < key_y ? -1 : 1;
    return (x > y) - (x < y); /* as they are in the array: in the user's order */
}

const row **rank_rows(const rows *r, const plan *p, size_t *n)
{
    const row **list = malloc(r->n * sizeof *list);

    if (list == NULL) {
        complain("no memory to sort %zu rows", r->n);
        return NULL;
    }
    *n = 0;
    for (const row *one = r->at; one < r->at + r->n; one++)
        if (row_is_over(one))
            list[(*n)++] = one;
    sort_by = p->sort;
    qsort(list, *n, sizeof *list, compare);
    return list;
}

const row *rank_best(const rows *r, const plan *p)
{
    const row *best = NULL;

    for (const row *one = r->at; one < r->at + r->n && !plan_is_about_luck(p); one++)
        if (row_is_over(one) && one->good == one->n_runs &&
            (best == NULL || one->validation.mean > best->validation.mean))
            best = one;
    return best;
}

/* The square of the standard error of a row's validation accuracy: of a mean over seeds, from
 * their spread; of one network, from the number of images (a share p of n: p (1 - p) / n). */
static double error_squared(const row *r, size_t images)
{
    double p = r->validation.mean;

    if (r->good > 1)
        return r->validation.spread * r->validation.spread / (double)r->good;
    return p * (1 - p) / (double)images;
}

bool rank_is_as_good(const row *r, const row *best, size_t validation_images)
{
    double error = sqrt(error_squared(r, validation_images) +
                        error_squared(best, validation_images));

    return r->good == r->n_runs && best->validation.mean - r->validation.mean <= 2 * error;
}
