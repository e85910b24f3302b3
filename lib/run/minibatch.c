/* A minibatch: rows are dealt to lanes, a lane takes its rows through the network tile by
 * tile and adds up one gradient, and the lanes' gradients are added as a fixed tree. The
 * result does not depend on which thread runs a lane, hence not on the number of threads. */
#include "run/run.h"

/* Forward, loss, backward of the tile in s. */
static void run_tile(const gn_context *ctx, const gni_minibatch *m, gni_scratch *s,
                     size_t index, bool first)
{
    const gn_network *net = ctx->net;
    gni_lane *lane = &ctx->lanes[index];
    bool raw = gni_is_raw(m->loss);
    size_t cols = gn_size(gn_network_output(net)), stride = gni_output_stride(net);
    const gn_real *z = gni_forward(net, s, m->draw ? GN_TRAINING : GN_DIFFERENTIATING, raw);
    lane->loss += gni_loss_eval(m->loss, &s->tile, cols, stride, z, m->scale, s->dy[0]);
    if (m->count_correct)
        lane->correct += gni_count_correct(&s->tile, cols, stride, z, raw);
    gni_backward(net, s, first ? 0 : 1, ctx->gradients[index]);
}

typedef struct call {
    gn_context *ctx;
    const gni_minibatch *m;
} call;

/* Any thread, with its scratch. */
static gn_status run_lane(void *user, int member, size_t index)
{
    const call *c = user;
    const gn_context *ctx = c->ctx;
    const gni_minibatch *m = c->m;
    gni_scratch *s = &ctx->scratch[member];
    gni_range share = gni_share(m->rows.n, index, m->n_lanes);
    ctx->lanes[index] = (gni_lane){ 0, 0 };
    for (size_t done = 0; done < share.n; done += m->tile_rows) {
        size_t left = share.n - done, n = left < m->tile_rows ? left : m->tile_rows;
        size_t first = share.first + done, n_next = m->rows.n + m->n_next - first - n;
        gni_rows rows = { m->rows.order, m->rows.first + first, n };
        gn_status status = gni_gather(ctx, m->data, m->loss, rows, n_next, true, s);
        if (status < 0)
            return status;
        if (m->draw)
            s->draw = (gn_draw){ m->draw->seed, m->draw->step, first };
        run_tile(ctx, m, s, index, done == 0);
    }
    return GN_OK;
}

/* Lanes are never more than rows, nor than the context has. */
size_t gni_lanes_of(const gn_context *ctx, size_t rows, size_t wanted)
{
    size_t lanes = gni_fewer_lanes(ctx->net, rows, gni_lane_count(ctx->net, rows, wanted));
    return lanes < ctx->n_lanes ? lanes : ctx->n_lanes;
}

gn_status gni_run_lanes(gn_context *ctx, const gni_minibatch *m)
{
    call c = { ctx, m };
    return gni_team_run(ctx->team, m->n_lanes, run_lane, &c);
}

void gni_sum_lanes(gn_context *ctx, size_t n_lanes, double *loss, double *correct)
{
    gni_lane *lane = ctx->lanes;
    for (size_t s = 1; s < n_lanes; s *= 2)
        for (size_t i = 0; i + s < n_lanes; i += 2 * s) { /* as gradients are added */
            lane[i].loss += lane[i + s].loss;
            lane[i].correct += lane[i + s].correct;
        }
    *loss = lane[0].loss;
    *correct = lane[0].correct;
}
