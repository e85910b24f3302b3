/* What does batch size buy? Measures training and prediction for each batch size and number
 * of threads, beside the matrix products that they consist of.
 *
 * sweep.c reads the command line, samples.c the rows; train.c and infer.c measure one point in
 * repetitions (series.c), each beside its own products alone (floor.c) and between looks at the
 * fastest product there is (peak.c); machine.c says on what, table.c and plot.c show it. */
#include "throughput.h"
#include "common/gnuplot.h"
#include "common/output.h"

#include <stdlib.h>

const char program_name[] = "throughput";

enum { FAILURE = 1, USAGE = 2 };

static const double first_look = 0.3; /* seconds for the peak at the start, at most */

typedef struct bench {
    sweep sweep;
    samples data;
    peak peak;
    point *points;
    size_t n_points;
} bench;

/* ---- measuring ----------------------------------------------------------------- */

static bool measure(bench *b, point p)
{
    bool good = p.mode == MODE_TRAIN ? train_measure(&p, &b->sweep, &b->data)
                                     : infer_measure(&p, &b->sweep, &b->data.data.x);

    if (!good)
        return false;
    peak_measure(&b->peak, 0);
    table_line(&p, &b->sweep, b->peak.gflops);
    b->points[b->n_points++] = p;
    return true;
}

static bool measure_mode(bench *b, int mode)
{
    const sizes *threads = &b->sweep.threads, *batches = &b->sweep.batches;

    if (b->sweep.mode != mode && b->sweep.mode != MODE_BOTH)
        return true;
    for (size_t i = 0; i < threads->n; i++)
        for (size_t j = 0; j < batches->n; j++)
            if (!measure(b, (point){ .mode = mode, .batch = batches->at[j],
                                     .threads = threads->at[i] }))
                return false;
    return true;
}

/* What a program sees that predicts one row at a time, and has it in reals. */
static bool measure_one(bench *b)
{
    point p;
    double nanoseconds;

    if (b->sweep.mode == MODE_TRAIN)
        return true;
    if (!infer_measure_one(&p, &b->sweep, &b->data))
        return false;
    nanoseconds = 1e9 / p.rate;
    printf("\npredict one sample, a row of reals: %.0f ns, %.3f of its matrix products alone, "
           "%.0f ns\n", nanoseconds, p.floor_ratio, nanoseconds / p.floor_ratio);
    return true;
}

/* ---- before and after ------------------------------------------------------------- */

/* It is a pity to find out after an hour. */
static bool can_write(const char *path)
{
    output o;
    bool good = output_open(&o, path);

    output_discard(&o);
    return good;
}

static bool check_network(const sweep *s)
{
    gn_network *net = NULL;
    bool good = sweep_network(&net, s);

    gn_network_destroy(net);
    return good;
}

static bool prepare(bench *b)
{
    sweep *s = &b->sweep;

    if (!can_write(s->csv) || !can_write(s->plot) || (s->plot != NULL && !gnuplot_is_there()) ||
        !samples_load(&b->data, s) || !sweep_settle(s, b->data.data.x.rows) || !check_network(s))
        return false;
    b->points = take(2 * s->threads.n * s->batches.n, sizeof *b->points);
    blas_use_one_thread();
    if (b->points == NULL || !peak_create(&b->peak))
        return false;
    peak_measure(&b->peak, s->seconds < first_look ? s->seconds : first_look);
    return true;
}

static bool write_csv(const bench *b)
{
    output o;

    if (!output_open(&o, b->sweep.csv))
        return false;
    if (o.file != NULL)
        table_csv(o.file, b->points, b->n_points, &b->sweep, b->peak.gflops);
    return output_commit(&o);
}

static bool tell(const bench *b)
{
    const sweep *s = &b->sweep;

    printf("\npeak: %.1f GFLOP/s, the best of %zu products of squares of 1024 on one thread, at "
           "the start\nand after each line; the lines take the best until then, files the best of "
           "all\n", b->peak.gflops, b->peak.runs);
    return write_csv(b) &&
           (s->plot == NULL || plot_write(s->plot, b->points, b->n_points, s, b->peak.gflops)) &&
           (fflush(stdout) == 0 || complain("standard output cannot be written"));
}

static void clean_up(bench *b)
{
    samples_free(&b->data);
    peak_free(&b->peak);
    free(b->points);
}

static int run(bench *b)
{
    bool good = prepare(b);

    if (good) {
        machine_describe(stdout);
        sweep_describe(stdout, &b->sweep);
        table_head();
        good = measure_mode(b, MODE_TRAIN) && measure_mode(b, MODE_INFER) &&
               measure_one(b) && tell(b);
    }
    clean_up(b);
    return good ? EXIT_SUCCESS : FAILURE;
}

int main(int argc, char **argv)
{
    bench b = { .points = NULL };
    int code = USAGE;

    if (sweep_parse(&b.sweep, argc, argv)) {
        code = EXIT_SUCCESS;
        if (b.sweep.help)
            sweep_help();
        else
            code = run(&b);
    }
    sweep_free(&b.sweep);
    return code;
}
