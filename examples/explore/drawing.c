/* What goes where in the picture. Numbers go on the x axis, and everything else becomes a line. */
#include "drawing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- x --------------------------------------------------------------------------- */

/* Numbers first, and of these such that have many values; then layers, which have a number of
 * parameters; then names. */
static size_t merit(const plan *p, axis_kind kind)
{
    return p->axes[kind].n + (axis_is_numeric(kind) ? 2000000 : kind == HIDDEN ? 1000000 : 0);
}

static axis_kind choose_x(const plan *p)
{
    axis_kind kinds[AXES], found = AXES;
    size_t n = plan_varying(p, kinds);

    for (size_t i = 0; i < n; i++)
        if (found == AXES || merit(p, kinds[i]) > merit(p, found))
            found = kinds[i];
    return found;
}

/* All layers of each row are as wide as its first. */
static bool has_units(const rows *r, axis_kind x)
{
    for (const row *one = r->at; x == HIDDEN && one < r->at + r->n; one++) {
        const recipe *how = &one->recipe;

        for (size_t i = 0; i < how->hidden.n; i++)
            if (how->hidden.at[i] != how->hidden.at[0])
                return false;
        if (how->hidden.n == 0)
            return false;
    }
    return x == HIDDEN;
}

static double number_of(const drawing *d, const row *r)
{
    return d->x != HIDDEN ? strtod(r->value[d->x], NULL)
         : d->by_units    ? (double)r->recipe.hidden.at[0] : (double)row_parameters(r);
}

static size_t place_of(const plan *p, axis_kind kind, const row *r)
{
    size_t i = 0;

    while (strcmp(p->axes[kind].values[i], r->value[kind]) != 0)
        i++;
    return i;
}

/* Decades want logarithms, and what these cannot have (0) is but a name then. */
static spacing choose_spacing(const drawing *d, const rows *r)
{
    double low = INFINITY, high = 0;
    bool zero = false;

    if (d->x == AXES || (d->x != HIDDEN && !axis_is_numeric(d->x)))
        return NAMED;
    for (const row *one = r->at; one < r->at + r->n; one++) {
        double value = number_of(d, one);

        if (value > 0)
            low = fmin(low, value);
        zero |= !(value > 0);
        high = fmax(high, value);
    }
    return high < 5 * low ? LINEAR : zero ? NAMED : LOGARITHMIC;
}

/* ---- lines ----------------------------------------------------------------------- */

static bool has_depths(const rows *r, axis_kind x)
{
    for (const row *one = r->at; x == HIDDEN && one < r->at + r->n; one++)
        if (one->recipe.hidden.n != r->at->recipe.hidden.n)
            return true;
    return false;
}

static void name_line(mark *m, const drawing *d)
{
    size_t depth = m->row->recipe.hidden.n, used;

    row_name(m->line_name, LINE_NAME, m->row, d->plan, d->x);
    used = strlen(m->line_name);
    if (d->by_depth && used < LINE_NAME)
        snprintf(m->line_name + used, LINE_NAME - used, "%s%zu hidden layer%s",
                 used > 0 ? ", " : "", depth, depth == 1 ? "" : "s");
}

/* The lines in the order in which they first appear. */
static void count_lines(drawing *d)
{
    for (mark *m = d->marks; m < d->marks + d->n; m++) {
        const mark *other = d->marks;

        while (strcmp(other->line_name, m->line_name) != 0)
            other++;
        m->line = other == m ? d->n_lines++ : other->line;
    }
}

static int by_line_and_x(const void *a, const void *b)
{
    const mark *m = a, *k = b;

    if (m->line != k->line)
        return m->line < k->line ? -1 : 1;
    if (m->x < k->x || m->x > k->x)
        return m->x < k->x ? -1 : 1;
    return (m->row > k->row) - (m->row < k->row);
}

/* ---- all of it ------------------------------------------------------------------- */

/* Colours form a scale where the only thing that they stand for is a number. */
static bool is_ordered(const drawing *d)
{
    axis_kind kinds[AXES], colour = d->x;
    size_t n = plan_varying(d->plan, kinds);

    for (size_t i = 0; i < n; i++)
        colour = kinds[i] != d->x ? kinds[i] : colour;
    return n <= 2 && colour != AXES && (axis_is_numeric(colour) || (n == 1 && colour == HIDDEN));
}

bool drawing_make(drawing *d, const plan *p, const rows *r)
{
    *d = (drawing){ .plan = p, .x = choose_x(p), .best = rank_best(r, p) };
    d->marks = calloc(r->n, sizeof *d->marks);
    if (d->marks == NULL)
        return complain("no memory to draw %zu rows", r->n);
    d->by_units = has_units(r, d->x);
    d->spacing = choose_spacing(d, r);
    d->by_depth = has_depths(r, d->x);
    d->ordered = is_ordered(d);
    for (const row *one = r->at; one < r->at + r->n; one++) {
        mark *m = &d->marks[d->n];

        if (!row_is_over(one))
            continue;
        m->row = one;
        m->x = d->x == AXES ? 0
             : d->spacing == NAMED ? (double)place_of(p, d->x, one) : number_of(d, one);
        name_line(m, d);
        d->n++;
    }
    count_lines(d);
    qsort(d->marks, d->n, sizeof *d->marks, by_line_and_x);
    return true;
}

void drawing_free(drawing *d)
{
    free(d->marks);
}

/* ---- y --------------------------------------------------------------------------- */

double drawing_y(double accuracy)
{
    return isfinite(accuracy) ? -log10(fmax(1 - accuracy, 1e-4)) : NAN;
}

static void widen(range *r, double y)
{
    if (isfinite(y)) {
        r->low = fmin(r->low, y);
        r->high = fmax(r->high, y);
    }
}

static range with_room(range r)
{
    double room = 0.06 * (r.high - r.low) + 0.005;

    return r.low <= r.high ? (range){ r.low - room, r.high + room } : (range){ 0, 2 };
}

range drawing_results(const drawing *d)
{
    range all = { INFINITY, -INFINITY };

    for (const mark *m = d->marks; m < d->marks + d->n; m++) {
        figure v = m->row->validation;

        widen(&all, drawing_y(v.mean - v.spread));
        widen(&all, drawing_y(v.mean + v.spread));
    }
    return with_room(all);
}

/* From where the most accurate one begins, or where the worst ends. */
range drawing_curves(const drawing *d)
{
    range all = { INFINITY, -INFINITY };
    const mark *top = d->marks;

    for (const mark *m = d->marks; m < d->marks + d->n; m++)
        if (top->row->good == 0 || m->row->validation.mean > top->row->validation.mean)
            top = m;

    for (const mark *m = d->marks; m < d->marks + d->n; m++) {
        size_t n = row_epochs(m->row);

        widen(&all, drawing_y(row_curve(m->row, n > 0 ? n - 1 : 0)));
        for (size_t i = 0; m == top && i < n; i++)
            widen(&all, drawing_y(row_curve(m->row, i)));
    }
    return with_room(all);
}

/* ---- curves ---------------------------------------------------------------------- */

static bool has_part(const row *r, const run *one)
{
    return one->over && (one->status >= 0 || r->good == 0);
}

/* So many as all its networks have, with patience some have more. */
size_t row_epochs(const row *r)
{
    size_t least = SIZE_MAX;

    for (const run *one = r->runs; one < r->runs + r->n_runs; one++)
        if (has_part(r, one) && one->n_epochs < least)
            least = one->n_epochs;
    return least == SIZE_MAX ? 0 : least;
}

double row_curve(const row *r, size_t epoch)
{
    double sum = 0, n = 0;

    for (const run *one = r->runs; one < r->runs + r->n_runs; one++)
        if (has_part(r, one) && epoch < one->n_epochs) {
            sum += one->history[epoch].valid.accuracy;
            n++;
        }
    return sum / n;
}
