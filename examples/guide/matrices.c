/* Chapter 2: weights and biases as matrices, docs/guide/2-matrices.md. */
#include <stdio.h>
#include <gemmnet/gemmnet.h>
#include "layers.h"
#include "sections.h"

enum { UNITS = 2, INPUTS = 3, ROWS = 4 };
static const float w[UNITS * INPUTS] = { 0.5f, -1, 2, 1.5f, 0, -0.5f }, b[UNITS] = { 1, -1 };
static const float x[ROWS * INPUTS] = { 2, 1, 0.5f, 1, 0, 0, 0, 1, 0, 0, 0, 1 };

static gn_status memory(const double *unused)
{
    (void)unused;
    for (int k = 0; k < UNITS * INPUTS; k++)
        printf("w[%d] = %4.1f   unit %d, input %d\n", k, (double)w[k], k / INPUTS + 1, k % INPUTS + 1);
    return GN_OK;
}

/* The same by the library, in its precision. */
static gn_status predict(gn_real *y)
{
    const gn_layer_spec layer = { .units = UNITS };
    gn_real in[ROWS * INPUTS];
    const gn_matrix rows = { .data = in, .rows = ROWS, .cols = INPUTS };
    gn_network *net = NULL;
    gn_context *ctx = NULL;

    for (int i = 0; i < ROWS * INPUTS; i++)
        in[i] = x[i];
    gn_status status = gn_network_create(&net, gn_vector(INPUTS), &layer, 1, 1);
    if (status >= 0) status = gn_context_create(&ctx, net, NULL);
    for (int k = 0; k < UNITS * INPUTS && status >= 0; k++)
        gn_network_weights(net, 0, NULL)[k] = w[k];
    for (int u = 0; u < UNITS && status >= 0; u++)
        gn_network_bias(net, 0, NULL)[u] = b[u];
    if (status >= 0) status = gn_predict(ctx, &rows, y, 0);
    gn_context_destroy(ctx);
    gn_network_destroy(net);
    return status;
}

static gn_status batch(const double *unused)
{
    float loops[ROWS][UNITS], gemm[ROWS][UNITS];
    gn_real ours[ROWS][UNITS];
    gn_status status = predict(&ours[0][0]);

    (void)unused;
    by_loops(ROWS, UNITS, INPUTS, x, w, b, &loops[0][0]);
    by_sgemm(ROWS, UNITS, INPUTS, x, w, b, &gemm[0][0]);
    puts("sample         x               loops       cblas_sgemm    gn_predict");
    for (int r = 0; r < ROWS && status >= 0; r++) {
        const float *row = x + r * INPUTS;
        printf("  %d    %4.1f %4.1f %4.1f", r + 1, (double)row[0], (double)row[1], (double)row[2]);
        printf("   %5.2f %5.2f    %5.2f %5.2f    %5.2f %5.2f\n", (double)loops[r][0], (double)loops[r][1],
               (double)gemm[r][0], (double)gemm[r][1], (double)ours[r][0], (double)ours[r][1]);
    }
    return status;
}

int main(int argc, char **argv)
{
    const section sections[] = {
        { .name = "memory", .print = memory },
        { .name = "batch", .print = batch },
    };
    return print_sections(sections, sizeof sections / sizeof sections[0], argc, argv);
}
