/* Figures, and the lines that show them. */
#include "throughput.h"


/* A thread's own: gflops counts what the mathematics needs; overhead is the time of a sample
 * beyond what that would take at the peak, in nanoseconds of one thread. */
figures figures_of(const point *p, const sweep *s, double peak_gflops)
{
    double gflops = 1e-9 * p->rate * sweep_flops(s, p->mode);
    double fraction = gflops / ((double)p->threads * peak_gflops);

    return (figures){ gflops, fraction, 1e9 * (1 - fraction) / p->rate * (double)p->threads };
}

void table_head(void)
{
    puts("\nmode  threads  batch    samples/s  spread  GFLOP/s  of peak  overhead  over floor  "
         "tile");
}

void table_line(const point *p, const sweep *s, double peak_gflops)
{
    figures f = figures_of(p, s, peak_gflops);

    printf("%s %8zu %6zu %12.0f %6.1f%% %8.1f %7.1f%% %6.0f ns %11.3f %5zu\n",
           mode_names[p->mode], p->threads, p->batch, p->rate, 100 * p->spread, f.gflops,
           100 * f.peak_fraction, f.overhead_ns, p->floor_ratio, p->tile);
    fflush(stdout);
}

static void csv_line(FILE *file, const point *p, const sweep *s, double peak_gflops)
{
    figures f = figures_of(p, s, peak_gflops);

    for (size_t i = 0; i < s->layers.n; i++)
        fprintf(file, "%s%zu", i > 0 ? "-" : "", s->layers.at[i]);
    fprintf(file, ",%s,%zu,%zu,%.6g,%.4g,%.6g,%.6g,%.6g,%.4g,%zu\n", mode_names[p->mode], p->batch,
            p->threads, p->rate, p->spread, f.gflops, f.peak_fraction, f.overhead_ns,
            p->floor_ratio, p->tile);
}

void table_csv(FILE *file, const point *points, size_t n, const sweep *s, double peak_gflops)
{
    fputs("layers,mode,batch,threads,samples_per_second,spread,gflops,peak_fraction,overhead_ns,"
          "floor_ratio,tile\n", file);
    for (size_t i = 0; i < n; i++)
        csv_line(file, &points[i], s, peak_gflops);
}
