/* Throughput against batch size, drawn by gnuplot: a line for each number of threads, and
 * where the whole step ran at sgemm's peak. */
#include "throughput.h"
#include "common/gnuplot.h"

enum { MOST_TICS = 16 };

/* ---- the script -------------------------------------------------------------------- */

static bool is_on_line(const point *p, int mode, size_t threads)
{
    return p->mode == mode && p->threads == threads;
}

static void write_block(FILE *script, const point *points, size_t n, int mode, size_t threads)
{
    fprintf(script, "$%s_%zu << END\n", mode_names[mode], threads);
    for (size_t i = 0; i < n; i++)
        if (is_on_line(&points[i], mode, threads))
            fprintf(script, "%zu %.6g\n", points[i].batch, points[i].rate);
    fputs("END\n", script);
}

/* The largest of what a panel shows: the limit of the largest number of threads, or a point. */
static double highest(const point *points, size_t n, const sweep *s, int mode, double limit)
{
    double most = 0;

    for (size_t i = 0; i < s->threads.n; i++)
        most = limit * (double)s->threads.at[i] > most ? limit * (double)s->threads.at[i] : most;
    for (size_t i = 0; i < n; i++)
        most = points[i].mode == mode && points[i].rate > most ? points[i].rate : most;
    return most;
}

/* Tics are then short numbers, whatever the network. */
static double write_unit(FILE *script, double most)
{
    double unit = most >= 2e6 ? 1e6 : most >= 2e3 ? 1e3 : 1;

    fprintf(script, "set ylabel '%ssamples per second'\nset yrange [0:%.6g]\n",
            unit > 1e3 ? "million " : unit > 1 ? "thousand " : "", 1.06 * most / unit);
    return unit;
}

static void write_panel(FILE *script, const point *points, size_t n, const sweep *s, int mode,
                        double peak_gflops)
{
    double limit = 1e9 * peak_gflops / sweep_flops(s, mode);
    double unit = write_unit(script, highest(points, n, s, mode, limit));

    fprintf(script, "set title '%s ", mode == MODE_TRAIN ? "training" : "prediction");
    lists_print(script, &s->layers, "-");
    fprintf(script, ", %s%s%s'\nplot ", s->activation->name, mode == MODE_TRAIN ? ", " : "",
            mode == MODE_TRAIN ? s->optimizer->name : "");
    for (size_t i = 0; i < s->threads.n; i++) {
        size_t threads = s->threads.at[i];
        const char *colour = gnuplot_colours[i % GNUPLOT_COLOURS];

        fprintf(script, "%.6g with lines dt 2 lw 1.5 lc rgb '%s' notitle, ",
                limit * (double)threads / unit, colour);
        fprintf(script, "$%s_%zu using 1:($2/%.0f) with linespoints pt 7 ps 0.6 lw 2 "
                "lc rgb '%s' title '%zu thread%s', ", mode_names[mode], threads, unit, colour,
                threads, threads > 1 ? "s" : "");
    }
    fputs("NaN with lines dt 2 lw 1.5 lc rgb '#555555' title 'limit by sgemm'\n", script);
}

/* With room at both ends, so that no point lies on the frame. */
static void write_axis(FILE *script, const sizes *batches)
{
    size_t low = batches->at[0], high = low;

    for (size_t i = 0; i < batches->n; i++) {
        low = batches->at[i] < low ? batches->at[i] : low;
        high = batches->at[i] > high ? batches->at[i] : high;
    }
    fprintf(script, "set logscale x 2\nset xrange [%.6g:%.6g]\nset xlabel 'batch size'\n"
            "set ytics nomirror out scale 0.5\nset xtics nomirror out scale 0.5 ",
            0.8 * (double)low, 1.25 * (double)high);
    fputs(batches->n > MOST_TICS ? "1,2" : "(", script);
    if (batches->n <= MOST_TICS)
        lists_print(script, batches, ", ");
    fputs(batches->n > MOST_TICS ? "\n" : ")\n", script);
}

static void write_script(FILE *script, const point *points, size_t n, const sweep *s,
                         double peak_gflops)
{
    bool both = s->mode == MODE_BOTH;
    int first = both ? MODE_TRAIN : s->mode, last = both ? MODE_INFER : s->mode;

    fputs("set key at graph 0.5, graph -0.23 center top horizontal Left reverse\n"
          "set rmargin 3\nset samples 2\n", script); /* limits are straight lines */
    fprintf(script, "set bmargin %zu\n", 6 + s->threads.n / 3); /* for three columns of the key */
    write_axis(script, &s->batches);
    for (int mode = first; mode <= last; mode++)
        for (size_t i = 0; i < s->threads.n; i++)
            write_block(script, points, n, mode, s->threads.at[i]);
    fprintf(script, "set multiplot layout 1,%d\n", both ? 2 : 1);
    for (int mode = first; mode <= last; mode++)
        write_panel(script, points, n, s, mode, peak_gflops);
}

/* ---- the drawing --------------------------------------------------------------------- */

bool plot_write(const char *path, const point *points, size_t n, const sweep *s,
                double peak_gflops)
{
    gnuplot g;

    if (!gnuplot_start(&g, path, s->mode == MODE_BOTH ? 1240 : 680, 500))
        return false;
    write_script(g.script, points, n, s, peak_gflops);
    return gnuplot_end(&g);
}
