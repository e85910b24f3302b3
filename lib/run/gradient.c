/* The gradient of a minibatch: that of its lanes, added as a tree (kernels/vectors.h). */
#include <math.h>
#include <string.h>
#include "run/run.h"

enum { BLOCK_ITEMS = 64 }; /* at most: few enough that dealing them out costs little */

typedef struct blocks {
    const gn_context *ctx;
    size_t n, items;
    void (*f)(void *user, gni_range params);
    void *user;
} blocks;

/* The last block first, since the way back has just left it in the cache. */
static gn_status run_blocks(void *user, int member, size_t item)
{
    const blocks *b = user;
    gni_range mine = gni_share(b->n, item, b->items);
    (void)member;
    for (size_t block = mine.first + mine.n; block-- > mine.first;) {
        size_t from = block * GNI_BLOCK, left = b->ctx->net->n_params - from;
        b->f(b->user, (gni_range){ from, left < GNI_BLOCK ? left : GNI_BLOCK });
    }
    return GN_OK;
}

/* Calls f for all parameters, block by block (loops over other ranges may round in another way),
 * which the team shares; after a single lane the caller does it, since they are in its cache. */
void gni_each_block(gn_context *ctx, size_t n_lanes, void (*f)(void *user, gni_range params),
                    void *user)
{
    size_t n = (ctx->net->n_params + GNI_BLOCK - 1) / GNI_BLOCK,
           most = n_lanes > 1 ? BLOCK_ITEMS : 1;
    blocks b = { ctx, n, n < most ? n : most, f, user };
    gni_team_run(ctx->team, b.items, run_blocks, &b);
}

typedef struct lanes_sum {
    gn_context *ctx;
    size_t n_lanes;
    void (*then)(void *user, gni_range params);
    void *user;
} lanes_sum;

/* Of what is learned: running statistics have no gradient, and no part in its norm. */
static double squares(const gn_network *net, gni_range params, const gn_real *gradient)
{
    double sum = 0;
    if (!net->has_statistics)
        return gni_kernels_used->squares(params.n, gradient);
    for (size_t i = 0; i < net->n_layers; i++)
        for (size_t k = 0; k < net->layers[i].n_tensors; k++) {
            const gn_tensor *t = &net->layers[i].tensors[k];
            gni_range both =
                gni_overlap(params, (gni_range){ net->layers[i].first_param + t->first, t->n });
            if (both.n && !(t->momentum > 0))
                sum += gni_kernels_used->squares(both.n, gradient + (both.first - params.first));
        }
    return sum;
}

/* Of a block, which is in L1 when it is squared and then updated. */
static void add_lanes(void *user, gni_range params)
{
    const lanes_sum *s = user;
    gn_real *const *lane = s->ctx->gradients, *total = lane[0] + params.first;
    if (s->n_lanes > 1)
        gni_kernels_used->sum_lanes(params.n, params.first, s->n_lanes, lane, total);
    s->ctx->squares[params.first / GNI_BLOCK] = squares(s->ctx->net, params, total);
    if (s->then)
        s->then(s->user, params);
}

void gni_combine(gn_context *ctx, size_t n_lanes, void (*then)(void *user, gni_range params),
                 void *user)
{
    lanes_sum s = { ctx, n_lanes, then, user };
    gni_each_block(ctx, n_lanes, add_lanes, &s);
}

double gni_gradient_squares(const gn_context *ctx)
{
    double sum = 0;
    for (size_t b = 0; b * GNI_BLOCK < ctx->net->n_params; b++)
        sum += ctx->squares[b];
    return sum;
}

/* Layers that are frozen write nothing, and statistics are not a gradient: it is 0 there. */
static void clear(const gn_network *net, gn_real *gradient)
{
    for (size_t i = 0; i < net->n_layers; i++)
        for (size_t k = 0; k < net->layers[i].n_tensors; k++) {
            const gn_tensor *t = &net->layers[i].tensors[k];
            if (net->layers[i].spec.frozen || t->momentum > 0)
                memset(gradient + net->layers[i].first_param + t->first, 0,
                       t->n * sizeof *gradient);
        }
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
        status = gni_check_data(who, ctx, loss, batch);
    return status >= 0
               ? gni_check_whole(who, ctx, batch->x.rows, gni_lanes_of(ctx, batch->x.rows, 0))
               : status;
}

GNI_APART static gn_status run(gn_context *ctx, gni_minibatch *m, double *value)
{
    double loss, correct;
    m->scale = 1 / (double)m->rows.n;
    gn_status status = gni_run_lanes(ctx, m);
    if (status < 0)
        return status;
    gni_sum_lanes(ctx, m->n_lanes, &loss, &correct);
    gni_combine(ctx, m->n_lanes, NULL, NULL);
    double squares = gni_gradient_squares(ctx);
    if (!isfinite(loss))
        return gni_nonfinite("gn_gradient", m->data, m->loss, "the loss", loss);
    if (!isfinite(squares))
        return gni_nonfinite("gn_gradient", m->data, m->loss, "the square of the gradient's norm",
                             squares);
    if (value)
        *value = loss / (double)m->rows.n;
    return GN_OK;
}

gn_status gn_gradient(gn_context *ctx, const gn_data *batch, const gn_loss *loss, double *value,
                      gn_real *gradient)
{
    gn_status status = check(ctx, batch, loss, gradient);
    if (status < 0)
        return status;
    size_t rows = batch->x.rows;
    gni_minibatch m = { .data = batch,
                        .rows = { NULL, 0, rows },
                        .loss = loss,
                        .n_lanes = gni_lanes_of(ctx, rows, 0),
                        .tile_rows = ctx->options.tile_rows };
    status = gni_hold("gn_gradient", ctx, gni_team_members(ctx->team, m.n_lanes), true);
    if (status < 0)
        return status;
    ctx->gradients[0] = gradient;
    clear(ctx->net, gradient);
    status = run(ctx, &m, value);
    gni_release(ctx);
    if (ctx->net->has_statistics)
        clear(ctx->net, gradient);
    return status;
}
