/* Throughput against batch size, drawn by gnuplot: a line for each number of threads, and
 * where the whole step ran at sgemm's peak. */
#include "throughput.h"

#include <signal.h>
#include <stdlib.h>

/* Told apart by those who see no red or no green (Okabe and Ito 2008). */
static const char *const colours[] = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
};

enum { N_COLOURS = sizeof colours / sizeof colours[0] };

bool plot_is_possible(void)
{
    return system("gnuplot --version >/dev/null 2>&1") == 0 ||
           complain("--plot wants gnuplot, which is not there (Debian: apt-get install "
                    "gnuplot-nox); --csv writes the same numbers");
}

/* ---- the script -------------------------------------------------------------------- */

static void quote(FILE *script, const char *text)
{
    fputc('\'', script);
    for (; *text != '\0'; text++)
        fprintf(script, *text == '\'' ? "''" : "%c", *text);
    fputc('\'', script);
}

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

static void write_panel(FILE *script, const sweep *s, int mode, double peak_gflops)
{
    double limit = 1e9 * peak_gflops / sweep_flops(s, mode);

    fprintf(script, "set title '%s'\nplot ", mode == MODE_TRAIN ? "training" : "prediction");
    for (size_t i = 0; i < s->threads.n; i++) {
        size_t threads = s->threads.at[i];
        const char *colour = colours[i % N_COLOURS];

        fprintf(script, "%s$%s_%zu using 1:2 with linespoints pt 7 ps 0.6 lw 2 lc rgb '%s' "
                "title '%zu thread%s', ", i > 0 ? ", " : "", mode_names[mode], threads, colour,
                threads, threads > 1 ? "s" : "");
        fprintf(script, "%.6g with lines dt 2 lw 1.5 lc rgb '%s' title 'limit by sgemm, %zu'",
                limit * (double)threads, colour, threads);
    }
    fputc('\n', script);
}

static void write_script(FILE *script, const char *file, const point *points, size_t n,
                         const sweep *s, double peak_gflops)
{
    bool both = s->mode == MODE_BOTH;
    int first = both ? MODE_TRAIN : s->mode, last = both ? MODE_INFER : s->mode;

    fprintf(script, "set terminal svg size %d,460 background 'white'\nset output ",
            both ? 1100 : 640);
    quote(script, file);
    fputs("\nset logscale x 2\nset xlabel 'batch size'\nset ylabel 'samples per second'\n"
          "set yrange [0:*]\nset format y '%.1s%c'\nset grid lt 1 lw 0.5 lc rgb '#cccccc'\n"
          "set key below\n", script);
    for (int mode = first; mode <= last; mode++)
        for (size_t i = 0; i < s->threads.n; i++)
            write_block(script, points, n, mode, s->threads.at[i]);
    fprintf(script, "set multiplot layout 1,%d\n", both ? 2 : 1);
    for (int mode = first; mode <= last; mode++)
        write_panel(script, s, mode, peak_gflops);
}

/* ---- the drawing --------------------------------------------------------------------- */

bool plot_write(const char *path, const point *points, size_t n, const sweep *s,
                double peak_gflops)
{
    output o;
    FILE *script;
    int status;

    if (!output_open(&o, path))
        return false;
    signal(SIGPIPE, SIG_IGN); /* a gnuplot that dies tells by its status */
    script = popen("gnuplot", "w");
    if (script == NULL) {
        output_discard(&o);
        return complain("cannot start gnuplot");
    }
    write_script(script, o.part != NULL ? o.part : path, points, n, s, peak_gflops);
    status = pclose(script);
    if (status != 0) {
        output_discard(&o);
        return complain("gnuplot could not draw %s", path);
    }
    return output_commit(&o);
}
