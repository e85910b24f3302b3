/* Trains a network for each combination of settings, several at a time, and compares them.
 *
 * plan.c reads the command line: lists of values. rows.c makes a recipe of each
 * combination. Each network is trained by one thread (learn.c), as many at a time as there are
 * cores (crew.c); the images are there once for all of them. The order in which they come to
 * their ends decides nothing: a network has the same bits as if it were alone. rank.c finds the
 * best by the validation images; table.c, chart.c, csv.c and plot.c tell. */
#include "explore.h"
#include "common/gnuplot.h"
#include "common/interrupt.h"
#include "common/output.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

enum { USAGE = 2 };

const char program_name[] = "explore";

static bool can_write(const plan *p)
{
    return output_check(p->csv) && output_check(p->plot) &&
           (p->plot == NULL || gnuplot_is_there());
}

static bool has_failed(const rows *r)
{
    size_t failed = 0;

    for (const row *one = r->at; one < r->at + r->n; one++)
        failed += one->failed;
    return failed > 0;
}

/* What is over is told, also where Ctrl-C came before the end. */
static bool tell(const plan *p, const table *t, const rows *r)
{
    size_t n;
    const row **sorted = rank_rows(r, p, &n);

    if (sorted == NULL)
        return false;
    if (n > 0) {
        table_end(t, r, sorted, n);
        chart_print(p, r);
    }
    free(sorted);
    return csv_write(p->csv, p, r) && (n == 0 || plot_write(p->plot, p, r)) &&
           (fflush(stdout) == 0 || complain("standard output cannot be written"));
}

static bool explore(plan *p, rows *r, dataset *d)
{
    const recipe *first = &r->at->recipe; /* all are of the same images */
    table t;

    if (p->threads == 0)
        p->threads = (size_t)omp_get_max_threads(); /* all that are ours */
    if (!can_write(p) || !dataset_load(d, first->dataset, first->data, false) || !rows_settle(r, d))
        return false;
    table_begin(&t, p, r, d);
    interrupt_catch();
    if (!watch_all(p, &t, r, d))
        return false;
    return tell(p, &t, r) && !has_failed(r);
}

int main(int argc, char **argv)
{
    plan p;
    rows r = { .n = 0 };
    dataset d = { .train.labels = NULL };
    int code = USAGE;

    if (!plan_parse(&p, argc, argv))
        goto done;
    code = EXIT_SUCCESS;
    if (p.help)
        plan_help();
    else if (p.version)
        printf("explore, gemmnet %s\n", gn_version());
    else if (!rows_make(&r, &p))
        code = USAGE;
    else if (!explore(&p, &r, &d))
        code = EXIT_FAILURE;
    else if (interrupted())
        code = interrupt_code();
done:
    rows_free(&r);
    dataset_free(&d);
    plan_free(&p);
    return code;
}
