/* What the library makes of test images:  browser_predictions MODEL IMAGES COUNT >PROBABILITIES
 * The outputs of the first COUNT images, as text, a line for each. */
#include <stdio.h>
#include <stdlib.h>
#include <gemmnet/files.h>
#include <gemmnet/idx.h>

static void check(gn_status status)
{
    if (status >= 0)
        return;
    fprintf(stderr, "browser_predictions: %s\n", gn_error_message());
    exit(1);
}

static gn_real *predict(const gn_network *net, const gn_matrix *images, size_t outputs)
{
    gn_context *ctx = NULL;
    gn_real *y = calloc(images->rows * outputs, sizeof *y);
    if (!y)
        exit(1);
    check(gn_context_create(&ctx, net, NULL));
    check(gn_predict(ctx, images, y, 0));
    gn_context_destroy(ctx);
    return y;
}

int main(int argc, char **argv)
{
    gn_network *net = NULL;
    gn_idx images;
    if (argc != 4) {
        fprintf(stderr, "usage: browser_predictions MODEL IMAGES COUNT\n");
        return 2;
    }
    check(gn_network_load(&net, argv[1], NULL));
    check(gn_idx_read(&images, argv[2]));
    size_t count = strtoul(argv[3], NULL, 10), outputs = gn_network_output(net).channels;
    if (count > images.matrix.rows) {
        fprintf(stderr, "browser_predictions: %s has %zu images\n", argv[2], images.matrix.rows);
        return 1;
    }
    images.matrix.rows = count;
    gn_real *y = predict(net, &images.matrix, outputs);
    for (size_t i = 0; i < count * outputs; i++)
        printf("%.9g%c", (double)y[i], (i + 1) % outputs ? ' ' : '\n');
    free(y);
    gn_idx_free(&images);
    gn_network_destroy(net);
    return ferror(stdout) ? 1 : 0;
}
