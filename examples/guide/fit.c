/* Chapter 3: what a network has learned, docs/guide/3-training.md. */
#include <stdio.h>
#include "learn.h"
#include "sections.h"

enum { POINTS = 81, DOTS = 128 };

/* What it says among the samples. Numbers are rate, factor and batch, as in training.c. */
static gn_status curve(const double *numbers)
{
    const gn_data *data = samples();
    const gn_real *x = data->x.data, *y = data->y.data;
    gn_real at[POINTS], says[POINTS] = { 0 };
    const gn_matrix points = { .data = at, .rows = POINTS, .cols = 1 };
    result r;
    gn_network *net = NULL;
    gn_context *ctx = NULL;
    const settings how = { numbers[0], numbers[1], numbers[2] >= 1 ? (size_t)numbers[2] : 1 };

    for (int i = 0; i < POINTS; i++)
        at[i] = (gn_real)(2 * i) / (POINTS - 1) - 1;
    gn_status status = train(&how, &r, &net);
    if (status >= 0) status = gn_context_create(&ctx, net, NULL);
    if (status >= 0) status = gn_predict(ctx, &points, says, 0);
    puts("$samples << EOD");
    for (int i = 0; i < DOTS; i++)
        printf("%.3f %.3f\n", (double)x[i], (double)y[i]);
    puts("EOD\n$network << EOD");
    for (int i = 0; i < POINTS; i++)
        printf("%.3f %.3f\n", (double)at[i], (double)says[i]);
    puts("EOD\nset xlabel 'x'; set ylabel 'y'; set key left top\n"
         "plot $samples with points pt 7 ps 0.3 lc rgb '#888888' title 'a quarter of the samples', \\\n"
         "    sin(3 * x) with lines lw 2 dashtype 2 lt 2 title 'sin(3 x)', \\\n"
         "    $network with lines lw 2 lt 1 title 'the network'");
    gn_context_destroy(ctx);
    gn_network_destroy(net);
    return status;
}

int main(int argc, char **argv)
{
    const section sections[] = {
        { .name = "curve", .print = curve, .numbers = { 0.3, 0.97, 16 }, .picture = true },
    };
    return print_sections(sections, sizeof sections / sizeof sections[0], argc, argv);
}
