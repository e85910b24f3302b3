/* The table: a line for each row, what varies on the left, and then what was measured. */
#include "explore.h"
#include "common/canvas.h"

#include <math.h>
#include <string.h>

/* ---- columns --------------------------------------------------------------------- */

static int width_of(const rows *r, axis_kind kind)
{
    size_t most = strlen(axis_name(kind));

    for (const row *one = r->at; one < r->at + r->n; one++)
        most = strlen(one->value[kind]) > most ? strlen(one->value[kind]) : most;
    return (int)most;
}

void table_begin(table *t, const plan *p, const rows *r, const dataset *d)
{
    size_t all = d->train.idx.matrix.rows;

    *t = (table){ .plan = p, .plus_minus = terminal_look().utf8 ? "\u00b1" : "+-" };
    t->n_columns = plan_varying(p, t->columns);
    for (size_t i = 0; i < t->n_columns; i++)
        t->width[i] = width_of(r, t->columns[i]);
    t->validation_images = all - recipe_train_rows(&r->at->recipe, all);
    t->test_images = d->test.idx.matrix.rows;
}

/* What is right of the columns that vary. */
static const char head[] = "parameters  train loss  train acc.  validation acc.  CPU sec  images/s";

enum { PARAMETERS = 10, SPREAD = 9 }; /* SPREAD: of " +- 0.3 %" */

void table_head(const table *t)
{
    printf(" ");
    for (size_t i = 0; i < t->n_columns; i++)
        printf(" %*s ", axis_is_numeric(t->columns[i]) ? t->width[i] : -t->width[i],
               axis_name(t->columns[i]));
    printf(" %s\n", head);
}

size_t table_width(const table *t)
{
    size_t sum = 2 + sizeof head - 1;

    for (size_t i = 0; i < t->n_columns; i++)
        sum += (size_t)t->width[i] + 2;
    return sum;
}

static void print_values(const table *t, const row *r)
{
    for (size_t i = 0; i < t->n_columns; i++)
        printf(" %*s ", axis_is_numeric(t->columns[i]) ? t->width[i] : -t->width[i],
               r->value[t->columns[i]]);
    printf(" %*zu", PARAMETERS, row_parameters(r));
}

/* One image of a thousand in a class is 0.1 %: more digits would say nothing. */
static void print_figures(const table *t, const row *r)
{
    printf("  %10.4f    %6.1f %%", r->loss.mean, 100 * r->accuracy.mean);
    printf("  %*.1f %%", t->plan->seeds > 1 ? 13 - SPREAD : 13, 100 * r->validation.mean);
    if (t->plan->seeds > 1)
        printf(" %s %3.1f %%", t->plus_minus, 100 * r->validation.spread);
    printf("  %7.2f  %8.0f", r->seconds.mean, r->images_per_second.mean);
}

static void print_fate(const row *r)
{
    const run *bad = r->runs;

    while (bad->status >= 0)
        bad++;
    if (bad->status != GN_ERR_NONFINITE)
        printf("  %s", gn_status_text(bad->status));
    else if (r->n_runs == 1)
        printf("  diverged in epoch %zu: its loss was no number any more", bad->n_epochs + 1);
    else
        printf("  %zu of %zu diverged", r->diverged, r->n_runs);
}

void table_line(const table *t, const row *r, char mark)
{
    printf("%c", mark);
    print_values(t, r);
    if (r->good > 0)
        print_figures(t, r);
    if (r->good < r->n_runs)
        print_fate(r);
    putchar('\n');
}

/* ---- the verdict ----------------------------------------------------------------- */

/* All options that were given, so that one may train it. */
static void print_command(const row *r)
{
    printf("    mnist train");
    for (int kind = 0; kind < AXES; kind++)
        if (r->value[kind] != NULL)
            printf(" --%s %s", axis_name((axis_kind)kind), r->value[kind]);
    putchar('\n');
}

static void print_share(const table *t, const char *what, figure f, bool has_spread)
{
    printf("%s %.1f %%", what, 100 * f.mean);
    if (has_spread)
        printf(" %s %.1f %%", t->plus_minus, 100 * f.spread);
}

static void print_best(const table *t, const row *best, bool has_peers)
{
    printf("\n* best on the %zu validation images", t->validation_images);
    if (has_peers)
        printf("; ~ within two standard errors:\nthe difference may be chance%s",
               best->n_runs == 1 ? " (and that of the seed comes on top: see --seeds)" : "");
    print_share(t, ".\nIts test accuracy, on images that had no part in the choice:", best->test,
                best->n_runs > 1);
    printf(".\nTo train it on all training images:\n");
    print_command(best);
}

/* Seeds are no choice: nothing is best about the luckiest. */
static void print_luck(const table *t, const row **sorted, size_t n)
{
    figure validation = { 0, 0 }, test = { 0, 0 };
    double least = INFINITY, most = -INFINITY, good = 0;

    for (size_t i = 0; i < n; i++)
        if (sorted[i]->good > 0) {
            double x = sorted[i]->validation.mean, y = sorted[i]->test.mean;

            good++;
            validation.spread += (x - validation.mean) * (x - validation.mean) * (good - 1) / good;
            test.spread += (y - test.mean) * (y - test.mean) * (good - 1) / good;
            validation.mean += (x - validation.mean) / good; /* Welford 1962 */
            test.mean += (y - test.mean) / good;
            least = fmin(least, x);
            most = fmax(most, x);
        }
    if (good < 2)
        return;
    validation.spread = sqrt(validation.spread / (good - 1));
    test.spread = sqrt(test.spread / (good - 1));
    printf("\n%.0f seeds", good);
    print_share(t, ": validation accuracy", validation, true);
    printf(", from %.1f to %.1f %%;\n", 100 * least, 100 * most);
    print_share(t, "test accuracy", test, true);
    puts(". No seed is better than another: what differs is luck.");
}

void table_end(const table *t, const rows *r, const row **sorted, size_t n)
{
    const row *best = rank_best(r, t->plan);
    bool has_peers = false;

    table_head(t);
    for (size_t i = 0; i < n; i++) {
        bool peer = best != NULL && sorted[i] != best &&
                    rank_is_as_good(sorted[i], best, t->validation_images);

        table_line(t, sorted[i], sorted[i] == best && r->n > 1 ? '*' : peer ? '~' : ' ');
        has_peers |= peer;
    }
    if (plan_is_about_luck(t->plan)) {
        print_luck(t, sorted, n);
    } else if (best != NULL && r->n > 1) {
        print_best(t, best, has_peers);
    } else if (best != NULL) {
        print_share(t, "\nTest accuracy", best->test, best->n_runs > 1);
        putchar('\n');
    }
}
