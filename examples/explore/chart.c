/* A picture for the terminal: a bar for each row, in the order in which the user named them, so
 * that a curve shows. */
#include "explore.h"
#include "common/canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 160, LONGEST_NAME = 40, LONGEST_BAR = 40, FIGURES = 12 };

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

typedef struct scale { double low, high; } scale;

/* From whole percent to whole percent. It begins a little below the worst, but far ones (networks
 * that did not learn) shall not make the others all alike. */
static bool choose_scale(scale *s, const rows *r)
{
    double *all = malloc(r->n * sizeof *all), span;
    size_t n = 0;

    if (all == NULL)
        return complain("no memory to draw %zu rows", r->n);
    for (const row *one = r->at; one < r->at + r->n; one++)
        if (row_is_over(one) && one->good > 0)
            all[n++] = one->validation.mean;
    qsort(all, n, sizeof *all, descending);
    if (n > 0) {
        span = fmin(all[0] - all[n - 1], 4 * (all[0] - all[n / 2]) + 0.01);
        s->low = fmax(0, floor(100 * (all[0] - 1.1 * span)) / 100);
        s->high = fmin(1, ceil(100 * all[0]) / 100);
        s->low = fmin(s->low, s->high - 0.01);
    }
    free(all);
    return n > 0;
}

static void print_row(canvas *c, terminal t, const row *r, const char *name, size_t names,
                      size_t bar, const scale *s)
{
    double x = r->validation.mean;

    canvas_clear(c, t);
    canvas_text(c, 0, 0, normal, "%.*s", (int)names, name);
    if (r->good == 0)
        canvas_text(c, names + 2, 0, dim, "diverged");
    else if (x < s->low)
        canvas_text(c, names + 2, 0, dim, "<");
    else
        bar_draw(c, names + 2, 0, bar, (x - s->low) / (s->high - s->low), right);
    if (r->good > 0)
        canvas_text(c, names + 2 + bar + 2, 0, normal, "%5.1f %%", 100 * x);
    canvas_print_line(c, 0);
    putchar('\n');
}

/* The scale stands over the bars: "90 %         97 %". */
static void print_scale(const scale *s, size_t names, size_t bar)
{
    printf("\n%-*s  %.0f %%%*.0f %%\n", (int)names, "validation", 100 * s->low, (int)bar - 6,
           100 * s->high);
}

void chart_print(const plan *p, const rows *r)
{
    terminal t = terminal_look();
    size_t names = strlen("validation"), bar;
    canvas *c = malloc(sizeof *c);
    char name[NAME];
    scale s = { 0, 1 };

    for (const row *one = r->at; one < r->at + r->n; one++) {
        row_name(name, sizeof name, one, p, AXES);
        names = strlen(name) > names ? strlen(name) : names;
    }
    names = names < LONGEST_NAME ? names : LONGEST_NAME;
    bar = t.columns > names + FIGURES + 10 ? t.columns - names - FIGURES : 10;
    bar = bar < LONGEST_BAR ? bar : LONGEST_BAR;
    if (c != NULL && r->n > 1 && choose_scale(&s, r)) {
        print_scale(&s, names, bar);
        for (const row *one = r->at; one < r->at + r->n; one++) {
            row_name(name, sizeof name, one, p, AXES);
            if (row_is_over(one))
                print_row(c, t, one, name, names, bar, &s);
        }
    }
    free(c);
}
