/* Chapter 2: what a minibatch saves, docs/guide/2-matrices.md. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <gemmnet/layer.h>
#include "layers.h"
#include "sections.h"

enum { INPUTS = 784, UNITS = 512, LARGEST = 512, SIDE = 2048 };

static float x[LARGEST * INPUTS], w[UNITS * INPUTS], b[UNITS], y[LARGEST * UNITS], other[LARGEST * UNITS];
static float square[SIDE][SIDE];

/* That this thread has worked: what other programs take meanwhile does not count. */
static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void fill(float *numbers, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++, seed = seed * 1664525 + 1013904223)
        numbers[i] = (float)(seed >> 8) / (1 << 24) - 0.5f;
}

typedef void product(size_t rows, size_t units, size_t inputs, const float *x, const float *w,
                     const float *b, float *y);

/* Microseconds per row: the fastest of some calls. */
static double per_row(product compute, size_t rows, float *out)
{
    double least = INFINITY, begin = seconds();
    for (int i = 0; i < 3 || seconds() < begin + 0.03; i++) {
        double before = seconds();
        compute(rows, UNITS, INPUTS, x, w, b, out);
        least = fmin(least, seconds() - before);
    }
    return 1e6 * least / (double)rows;
}

static bool agree(size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(y[i] - other[i]) < 1e-3f))
            return false;
    return true;
}

static gn_status measure(const char *format)
{
    fill(x, LARGEST * INPUTS, 1);
    fill(w, UNITS * INPUTS, 2);
    fill(b, UNITS, 3);
    for (size_t rows = 1; rows <= LARGEST; rows *= 2) {
        double loops = per_row(by_loops, rows, y), sgemm = per_row(by_sgemm, rows, other);
        if (!agree(rows * UNITS))
            return gn_fail(GN_ERR_NONFINITE, "loops and sgemm disagree for %zu rows", rows);
        printf(format, rows, loops, sgemm, loops / sgemm);
    }
    return GN_OK;
}

static gn_status table(const double *unused)
{
    (void)unused;
    printf("%d inputs, %d units, weights: %d\n\n", INPUTS, UNITS, INPUTS * UNITS);
    puts("batch   loops, us/sample   sgemm, us/sample   times as fast");
    return measure("%5zu %14.2f %18.2f %15.1f\n");
}

static gn_status curve(const double *unused)
{
    (void)unused;
    puts("$data << EOD");
    gn_status status = measure("%zu %.1f %.2f %.1f\n");
    puts("EOD\nset xlabel 'batch size'; set ylabel 'microseconds per sample'\n"
         "set logscale xy; set xtics 2; set mxtics 1; set xrange [1:512]; set yrange [1:]; set key center right\n"
         "plot $data using 1:2 with linespoints pt 7 ps 0.5 lw 2 title 'loops', \\\n"
         "    $data using 1:3 with linespoints pt 7 ps 0.5 lw 2 title 'cblas\\_sgemm'");
    return status;
}

/* The sum of a square: of each row from left to right, or of each column from top to bottom. */
static gn_status walk(const double *unused)
{
    (void)unused;
    fill(&square[0][0], SIDE * SIDE, 4);
    for (int down = 0; down < 2; down++) {
        float sum = 0;
        double begin = seconds();
        for (size_t i = 0; i < SIDE; i++)
            for (size_t j = 0; j < SIDE; j++)
                sum += down ? square[j][i] : square[i][j];
        double nanoseconds = 1e9 * (seconds() - begin) / (SIDE * SIDE);
        printf("%s %6.2f ns per number%s\n", down ? "down the columns" : "along the rows  ", nanoseconds,
               isfinite(sum) ? "" : ", and not finite");
    }
    return GN_OK;
}

int main(int argc, char **argv)
{
    const section sections[] = {
        { .name = "walk", .print = walk },
        { .name = "table", .print = table },
        { .name = "curve", .print = curve, .picture = true },
    };
    return print_sections(sections, sizeof sections / sizeof sections[0], argc, argv);
}
