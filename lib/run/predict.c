/* Prediction: tiles of the user's rows through the network, into the user's rows. */
#include <string.h>
#include "run/run.h"

enum { SPLIT_BY_BLAS = 200000 }; /* multiplications; OpenBLAS does from 262,144 on */

typedef struct call {
    gn_context *ctx;
    gn_data data;
    gn_real *out;
    size_t out_stride;
} call;

static void predict_tile(const call *c, gni_scratch *s, gni_rows rows, size_t n_next)
{
    const gn_network *net = c->ctx->net;
    size_t cols = gn_size(gn_network_output(net)), stride = gni_output_stride(net);
    gni_gather(c->ctx, &c->data, NULL, rows, n_next, s); /* a matrix: cannot fail */
    const gn_real *y = gni_forward(net, s, GNI_PREDICT, false);
    gn_real *out = c->out + rows.first * c->out_stride;
    for (size_t r = 0; r < rows.n; r++)
        memcpy(out + r * c->out_stride, y + r * stride, cols * sizeof *out);
    gni_unscale(net, rows.n, out, c->out_stride);
}

/* Whole tiles are dealt, so that the number of threads changes no bit. */
static gn_status run_tile(void *user, int member, size_t tile)
{
    call *c = user;
    size_t tile_rows = c->ctx->options.tile_rows, first = tile * tile_rows;
    size_t left = c->data.x.rows - first, n = left < tile_rows ? left : tile_rows;
    predict_tile(c, &c->ctx->scratch[member], (gni_rows){ NULL, first, n }, left - n);
    return GN_OK;
}

static gn_status check(const gn_context *ctx, const gn_matrix *x, const gn_real *out,
                       size_t out_stride)
{
    const char *who = "gn_predict";
    if (!ctx || !x || !out)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, !ctx ? "ctx" : !x ? "x" : "out");
    size_t size, cols = gn_size(gn_network_output(ctx->net));
    gn_status status = gni_check_matrix(who, "x", x, gn_size(ctx->net->input));
    if (status < 0)
        return status;
    if (out_stride != 0 && out_stride < cols)
        return gn_fail(GN_ERR_SHAPE, "%s: rows of out are %zu apart, the network gives %zu", who,
                       out_stride, cols);
    if (!gni_multiply(x->rows, out_stride ? out_stride : cols, &size) ||
        !gni_multiply(size, sizeof *out, &size))
        return gn_fail(GN_ERR_SHAPE, "%s: out of %zu rows, %zu apart, is too large", who, x->rows,
                       out_stride);
    return GN_OK;
}

/* Multiplications for a row in the largest product that BLAS makes: narrow layers have a loop of ours; a
 * layer of the user's may do anything. */
static size_t largest_product(const gn_network *net)
{
    size_t most = 0;
    for (size_t i = 0; i < net->n_layers; i++) {
        const gn_layer *layer = &net->layers[i];
        size_t in = gn_size(layer->in), n = layer->spec.type == &gn_dense ? layer->n_weights : SIZE_MAX;
        if (!layer->spec.type->only_in_training && in > GNI_NARROW)
            most = n > most ? n : most;
    }
    return most;
}

gn_status gn_predict(gn_context *ctx, const gn_matrix *x, gn_real *out, size_t out_stride)
{
    gn_status status = check(ctx, x, out, out_stride);
    if (status < 0)
        return status;
    size_t tiles = (x->rows - 1) / ctx->options.tile_rows + 1;
    call c = { ctx, { .x = *x }, out,
               out_stride ? out_stride : gn_size(gn_network_output(ctx->net)) };
    int members = gni_team_members(ctx->team, tiles);
    size_t largest = x->rows > 1 ? largest_product(ctx->net) : 0; /* a single row is multiplied without BLAS */
    bool split = largest > SPLIT_BY_BLAS / x->rows; /* BLAS would divide it among its threads */
    status = gni_hold("gn_predict", ctx, largest ? members : 0, split || members > 1);
    if (status < 0)
        return status;
    gni_team_run(ctx->team, tiles, run_tile, &c);
    gni_release(ctx);
    return GN_OK;
}
