/* Chapter 1: what an activation bends, docs/guide/1-neuron.md. */
#include <stdio.h>
#include <string.h>
#include <gemmnet/gemmnet.h>
#include <gemmnet/layer.h>
#include "sections.h"

enum { UNITS = 3, POINTS = 9 };

/* Each function as the library computes it: forward(f, rows, cols, stride, z, y). */
static gn_status activations(const double *unused)
{
    const gn_activation *f[] = { &gn_relu, &gn_tanh, &gn_sigmoid, &gn_identity };

    (void)unused;
    puts("$data << EOD");
    for (int i = -30; i <= 30; i++) {
        gn_real z = (gn_real)i / 10, y;
        printf("%.1f", (double)z);
        for (int k = 0; k < 4; k++) {
            f[k]->forward(f[k], 1, 1, 1, &z, &y);
            printf(" %.3f", (double)y);
        }
        puts("");
    }
    puts("EOD\nset xlabel 'z'; set ylabel 'y = f(z)'; set key left top; set yrange [-1.5:3]\n"
         "set grid\nplot \\");
    for (int k = 0; k < 4; k++)
        printf("    $data using 1:%d with lines lw 2 dashtype %d title '%s'%s\n", k + 2,
               k < 3 ? 1 : 2, f[k]->name, k < 3 ? ", \\" : ""); /* relu shows through the last */
    return GN_OK;
}

/* Three units see x, each with a bias of its own; one unit behind them adds up what they say. */
static const gn_real hidden_weights[UNITS] = { 1, 1, 1 }, hidden_bias[UNITS] = { 1, 0, -1 };

/* y of each x with activation f, and what the hidden units say. */
static gn_status predict(const gn_activation *f, const double *output_weights, const gn_matrix *x,
                         gn_real *y, gn_real hidden[POINTS][UNITS])
{
    const gn_layer_spec layers[] = {
        { .units = UNITS, .activation = f },
        { .units = 1, .no_bias = true },
    };
    gn_network *net = NULL;
    gn_context *ctx = NULL;

    gn_status status = gn_network_create(&net, gn_vector(1), layers, 2, 1);
    if (status >= 0) status = gn_context_create(&ctx, net, NULL);
    if (status >= 0) {
        memcpy(gn_network_weights(net, 0, NULL), hidden_weights, sizeof hidden_weights);
        memcpy(gn_network_bias(net, 0, NULL), hidden_bias, sizeof hidden_bias);
        for (int u = 0; u < UNITS; u++)
            gn_network_weights(net, 1, NULL)[u] = (gn_real)output_weights[u];
        status = gn_predict(ctx, x, y, 0);
    }
    size_t rows, stride;
    const gn_real *out = status >= 0 ? gn_context_output(ctx, 0, &rows, &stride) : NULL;
    for (size_t r = 0; out && r < rows; r++)
        memcpy(hidden[r], out + r * stride, sizeof hidden[r]);
    gn_context_destroy(ctx);
    gn_network_destroy(net);
    return status;
}

static gn_status table(const double *output_weights)
{
    gn_real x[POINTS], bent[POINTS], straight[POINTS], h[POINTS][UNITS], skip[POINTS][UNITS];
    const gn_matrix all = { .data = x, .rows = POINTS, .cols = 1 };

    for (int i = 0; i < POINTS; i++)
        x[i] = (gn_real)i / 2 - 2;
    gn_status status = predict(&gn_relu, output_weights, &all, bent, h);
    if (status >= 0) status = predict(&gn_identity, output_weights, &all, straight, skip);
    if (status < 0)
        return status;
    puts("    x   unit 1  unit 2  unit 3        y   without ReLU");
    for (int i = 0; i < POINTS; i++)
        printf("%5.1f %8.1f %7.1f %7.1f %8.1f %14.1f\n", (double)x[i], (double)h[i][0],
               (double)h[i][1], (double)h[i][2], (double)bent[i], (double)straight[i]);
    return status;
}

/* The same as a picture, and with other weights another one. */
static gn_status tent(const double *output_weights)
{
    gn_real x[POINTS], y[POINTS], h[POINTS][UNITS];
    const gn_matrix all = { .data = x, .rows = POINTS, .cols = 1 };

    for (int i = 0; i < POINTS; i++)
        x[i] = (gn_real)i / 2 - 2;
    gn_status status = predict(&gn_relu, output_weights, &all, y, h);
    puts("$data << EOD");
    for (int i = 0; i < POINTS && status >= 0; i++)
        printf("%.1f %.1f %.1f %.1f %.1f\n", (double)x[i], (double)h[i][0], (double)h[i][1],
               (double)h[i][2], (double)y[i]);
    puts("EOD\nset xlabel 'x'; set key left top; set yrange [-0.1:3.1]; set grid\n"
         "plot for [u = 1:3] $data using 1:u + 1 with lines title sprintf('unit %d', u), \\\n"
         "    $data using 1:5 with lines lw 4 title 'y, their weighted sum'");
    return status;
}

int main(int argc, char **argv)
{
    const section sections[] = {
        { .name = "activations", .print = activations, .picture = true },
        { .name = "table", .print = table, .numbers = { 1, -2, 1 } },
        { .name = "tent", .print = tent, .numbers = { 1, -2, 1 }, .picture = true },
    };
    return print_sections(sections, sizeof sections / sizeof sections[0], argc, argv);
}
