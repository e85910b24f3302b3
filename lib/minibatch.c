/* A minibatch: rows are dealt to lanes, a lane takes its rows through the network tile by
 * tile and adds up one gradient, and the lanes' gradients are added in their order. Who
 * runs a lane decides nothing, so neither does the number of threads. */
#include "internal.h"

/* Forward, loss, backward of the tile in s. */
static void run_tile(const gn_context *ctx, const gni_minibatch *m, gni_scratch *s,
                     gni_lane *lane, bool first)
{
    const gn_network *net = ctx->net;
    bool raw = gni_is_raw(m->loss);
    size_t cols = gn_size(gn_network_output(net)), stride = gni_output_stride(net);
    const gn_real *z = gni_forward(net, s, m->draw ? &s->draw : NULL, raw);
    lane->loss += gni_loss_eval(m->loss, &s->tile, cols, stride, z, m->scale, s->dy[0]);
    if (m->count_correct)
        lane->correct += gni_count_correct(&s->tile, cols, stride, z, raw);
    gni_backward(net, s, first ? 0 : 1, lane->gradient);
}

/* Any thread, with its scratch. The lane's rows are n of m's, from first on. */
static gn_status run_lane(const gn_context *ctx, const gni_minibatch *m, gni_scratch *s,
                          gni_lane *lane, gni_rows share)
{
    size_t tile_rows = m->tile_rows;
    lane->loss = lane->correct = 0;
    for (size_t done = 0; done < share.n; done += tile_rows) {
        size_t left = share.n - done, n = left < tile_rows ? left : tile_rows;
        size_t first = share.first + done, follow = m->rows.n + m->n_ahead - first - n;
        gni_rows rows = { m->rows.order, m->rows.first + first, n };
        gn_status status = gni_gather(ctx->net, m->data, m->loss, rows, follow, s);
        if (status < 0)
            return status;
        if (m->draw)
            s->draw = (gn_draw){ m->draw->seed, m->draw->step, first };
        run_tile(ctx, m, s, lane, done == 0);
    }
    return GN_OK;
}

/* Lanes are never more than rows, nor than the context has. */
size_t gni_lanes_of(const gn_context *ctx, size_t rows, size_t wanted)
{
    size_t lanes = wanted ? wanted : gni_lane_count(ctx->net, rows);
    lanes = lanes < rows ? lanes : rows;
    return lanes < ctx->n_lanes ? lanes : ctx->n_lanes;
}

/* The member's lanes, in their order, up to the first that fails. */
void gni_run_lanes(gn_context *ctx, const gni_minibatch *m, int member, int size)
{
    gni_scratch *s = &ctx->scratch[member];
    gni_rows mine = gni_share(m->n_lanes, (size_t)member, (size_t)size);
    for (size_t i = mine.first; i < mine.first + mine.n && s->status >= 0; i++)
        gni_note_error(s, run_lane(ctx, m, s, &ctx->lanes[i], gni_share(m->rows.n, i, m->n_lanes)));
}

void gni_sum_lanes(const gn_context *ctx, size_t n_lanes, double *loss, double *correct)
{
    *loss = *correct = 0;
    for (size_t i = 0; i < n_lanes; i++) {
        *loss += ctx->lanes[i].loss;
        *correct += ctx->lanes[i].correct;
    }
}
