/* Chapter 3: one weight goes downhill, docs/guide/3-training.md. */
#include <math.h>
#include <stdio.h>
#include "sections.h"

/* Two samples: y is wanted where x is seen. */
enum { SAMPLES = 2, STEPS = 5 };
static const double x[SAMPLES] = { 1, 2 }, y[SAMPLES] = { 2, 3 };

/* L(w) = mean of (w x - y)^2 */
static double loss(double w)
{
    double sum = 0;
    for (int i = 0; i < SAMPLES; i++)
        sum += pow(w * x[i] - y[i], 2);
    return sum / SAMPLES;
}

/* dL/dw = mean of 2 (w x - y) x */
static double slope(double w)
{
    double sum = 0;
    for (int i = 0; i < SAMPLES; i++)
        sum += 2 * (w * x[i] - y[i]) * x[i];
    return sum / SAMPLES;
}

static double step(double w, double rate)
{
    return w - rate * slope(w);
}

static gn_status steps(const double *numbers)
{
    double w = numbers[1], rate = numbers[0];
    puts("step      w     loss    slope   rate * slope");
    for (int i = 0; i <= STEPS; i++, w = step(w, rate))
        printf("%4d %6.2f %8.3f %8.2f %14.3f\n", i, w, loss(w), slope(w), rate * slope(w));
    return GN_OK;
}

static gn_status rates(const double *unused)
{
    const double all[] = { 0.02, 0.1, 0.2, 0.38, 0.45 };
    (void)unused;
    puts("rate   w after 0, 1, 2, ... steps");
    for (int k = 0; k < 5; k++) {
        double w = 0;
        printf("%.2f", all[k]);
        for (int i = 0; i <= STEPS; i++, w = step(w, all[k]))
            printf(" %7.3f", w);
        puts("");
    }
    return GN_OK;
}

/* The parabola, and the way of w down it. */
static gn_status parabola(const double *numbers)
{
    puts("$loss << EOD");
    for (int i = -2; i <= 34; i++)
        printf("%.1f %.3f\n", i / 10.0, loss(i / 10.0));
    puts("EOD");
    for (int k = 0; k < 2; k++) {
        double w = 0;
        printf("$way%d << EOD\n", k + 1);
        for (int i = 0; i <= STEPS; i++, w = step(w, numbers[k]))
            printf("%.3f %.3f\n", w, loss(w));
        puts("EOD");
    }
    printf("set xlabel 'weight w'; set ylabel 'loss'; set yrange [0:7]; set key above\n"
           "plot $loss with lines lc rgb '#888888' title 'loss', \\\n"
           "    $way1 with linespoints pt 7 ps 0.6 lt 1 title 'rate %g', \\\n"
           "    $way2 with linespoints pt 7 ps 0.6 lt 2 title 'rate %g'\n", numbers[0], numbers[1]);
    return GN_OK;
}

int main(int argc, char **argv)
{
    const section sections[] = {
        { .name = "steps", .print = steps, .numbers = { 0.1 } },
        { .name = "rates", .print = rates },
        { .name = "parabola", .print = parabola, .numbers = { 0.1, 0.38 }, .picture = true },
    };
    return print_sections(sections, sizeof sections / sizeof sections[0], argc, argv);
}
