/* Predicts each row of a table in an OpenMP loop. Threads share the network; each has a context.
 *
 *     cc -fopenmp predict.c $(pkg-config --cflags --libs gemmnet) -o predict
 *     ./predict surrogate.safetensors points.csv */
#include <stdio.h>
#include <stdlib.h>
#include <gemmnet/files.h>
#include <gemmnet/layer.h>
#include <gemmnet/table.h>

/* out: a row of outputs for each row of x. Error messages are a thread's own, so it prints them. */
static bool predict(const gn_network *net, const gn_matrix *x, gn_real *out)
{
    const size_t n_out = gn_size(gn_network_output(net));
    bool good = true;
#pragma omp parallel reduction(&& : good)
    {
        gn_context *ctx = NULL;
        gn_status status = gn_context_create(&ctx, net, NULL);
#pragma omp for
        for (size_t i = 0; i < x->rows; i++) {
            const gn_real *in = (const gn_real *)x->data + i * x->cols;
            const gn_matrix row = { .data = in, .rows = 1, .cols = x->cols };
            if (status >= 0) status = gn_predict(ctx, &row, out + i * n_out, 0);
        }
        if (status < 0) fprintf(stderr, "predict: %s\n", gn_error_message());
        good = status >= 0;
        gn_context_destroy(ctx);
    }
    return good;
}

int main(int argc, char **argv)
{
    gn_network *net = NULL;
    gn_csv csv = { 0 };
    if (argc != 3) return fprintf(stderr, "usage: predict NETWORK.safetensors ROWS.csv\n"), 2;
    bool good = gn_network_load(&net, argv[1], NULL) >= 0 && gn_csv_read(&csv, argv[2], NULL) >= 0;
    if (!good) fprintf(stderr, "predict: %s\n", gn_error_message());
    const size_t n_out = good ? gn_size(gn_network_output(net)) : 1, n = csv.matrix.rows * n_out;
    gn_real *out = malloc(n * sizeof *out);
    good = good && (out != NULL ? predict(net, &csv.matrix, out) : (perror("predict"), false));
    for (size_t i = 0; good && i < n; i++)
        printf("%.9g%c", (double)out[i], (i + 1) % n_out == 0 ? '\n' : ',');
    free(out);
    gn_csv_free(&csv);
    gn_network_destroy(net);
    return !good;
}
