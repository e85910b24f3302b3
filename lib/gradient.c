/* The gradient of a minibatch: that of its lanes, added in their order. */
#include <math.h>
#include <string.h>
#include "internal.h"

gni_rows gni_share_of_blocks(const gn_network *net, int member, int size)
{
    return gni_share(net->n_params / GNI_BLOCK + 1, (size_t)member, (size_t)size);
}

/* Block by block, so that what is squared is still in the cache. */
void gni_combine(gn_context *ctx, size_t n_lanes, gni_rows blocks)
{
    size_t n = ctx->net->n_params;
    for (size_t b = blocks.first; b < blocks.first + blocks.n; b++) {
        size_t from = b * GNI_BLOCK, count = n - from < GNI_BLOCK ? n - from : GNI_BLOCK;
        gn_real *sum = ctx->lanes[0].gradient + from;
        for (size_t i = 1; i < n_lanes; i++)
            gni_kernels_used->add(count, sum, ctx->lanes[i].gradient + from);
        ctx->squares[b] = gni_kernels_used->squares(count, sum);
    }
}

double gni_gradient_squares(const gn_context *ctx)
{
    double sum = 0;
    for (size_t b = 0; b < ctx->net->n_params / GNI_BLOCK + 1; b++)
        sum += ctx->squares[b];
    return sum;
}

typedef struct call {
    gn_context *ctx;
    gni_minibatch m;
} call;

static void take_part(void *user, int member, int size)
{
    call *c = user;
    gni_run_lanes(c->ctx, &c->m, member, size);
    gni_barrier(size);
    if (!gni_any_error(c->ctx))
        gni_combine(c->ctx, c->m.n_lanes, gni_share_of_blocks(c->ctx->net, member, size));
}

/* Layers that are frozen write nothing: their gradient is 0. */
static void clear_frozen(const gn_network *net, gn_real *gradient)
{
    for (size_t i = 0; i < net->n_layers; i++)
        if (net->layers[i].spec.frozen)
            memset(gradient + net->layers[i].first_param, 0,
                   net->layers[i].n_params * sizeof *gradient);
}

static gn_status check(const gn_context *ctx, const gn_data *batch, const gn_loss *loss,
                       const gn_real *gradient)
{
    const char *who = "gn_gradient";
    if (!ctx || !gradient)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, ctx ? "gradient" : "ctx");
    if (!ctx->options.gradients)
        return gn_fail(GN_ERR_ARGUMENT, "%s: the context was created without gradients", who);
    gn_status status = gni_check_loss(who, ctx->net, loss);
    if (status >= 0)
        status = gni_check_data(who, ctx->net, loss, batch);
    return status >= 0 ? gni_check_whole(who, ctx, batch->x.rows) : status;
}

gn_status gn_gradient(gn_context *ctx, const gn_data *batch, const gn_loss *loss, double *value,
                      gn_real *gradient)
{
    gn_status status = check(ctx, batch, loss, gradient);
    if (status < 0)
        return status;
    size_t rows = batch->x.rows;
    call c = { ctx, { .data = batch, .rows = { NULL, 0, rows }, .loss = loss,
                      .scale = 1 / (double)rows, .n_lanes = gni_lanes_of(ctx, rows, 0),
                      .tile_rows = ctx->options.tile_rows } };
    int threads = gni_team_size(ctx->options.threads, c.m.n_lanes);
    status = gni_hold("gn_gradient", ctx, threads, true);
    if (status < 0)
        return status;
    ctx->lanes[0].gradient = gradient;
    clear_frozen(ctx->net, gradient);
    gni_forget_errors(ctx);
    gni_team(threads, take_part, &c);
    gni_release(ctx);

    status = gni_raise_error(ctx);
    double loss_sum, correct;
    gni_sum_lanes(ctx, c.m.n_lanes, &loss_sum, &correct);
    if (status >= 0 && !isfinite(loss_sum))
        status = gni_nonfinite("gn_gradient", batch, loss, "the loss", loss_sum);
    if (status >= 0 && !isfinite(gni_gradient_squares(ctx)))
        status = gni_nonfinite("gn_gradient", batch, loss, "the square of the gradient's norm",
                               gni_gradient_squares(ctx));
    if (status >= 0 && value)
        *value = loss_sum / (double)rows;
    return status;
}
