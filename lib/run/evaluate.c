/* Loss and accuracy over data: chunks of rows, whose sums are added in their order. */
#include <math.h>
#include "run/run.h"

enum { MOST_CHUNKS = 64 };

double gni_count_correct(const gn_tile *tile, size_t cols, size_t stride, const gn_real *z,
                         bool raw)
{
    const gn_real middle = (gn_real)(raw ? 0 : 0.5); /* where a single probability is one half */
    size_t correct = 0;
    for (size_t r = 0; tile->labels && r < tile->rows; r++, z += stride) {
        size_t guess = cols == 1 && z[0] > middle;
        for (size_t j = 1; j < cols; j++)
            guess = z[j] > z[guess] ? j : guess;
        correct += guess == (size_t)tile->labels[r];
    }
    return (double)correct;
}

typedef struct evaluation {
    gn_context *ctx;
    const gn_data *data;
    gni_rows rows;
    const gn_loss *loss;
    bool learns; /* it is a fit's validation */
    size_t n_chunks;
    double loss_of[MOST_CHUNKS], correct_of[MOST_CHUNKS];
} evaluation;

static gn_status run_chunk(void *user, int member, size_t chunk)
{
    evaluation *e = user;
    gni_scratch *s = &e->ctx->scratch[member];
    const gn_network *net = e->ctx->net;
    size_t tile_rows = e->ctx->options.tile_rows, cols = gn_size(gn_network_output(net));
    gni_range mine = gni_share(e->rows.n, chunk, e->n_chunks);
    bool raw = gni_is_raw(e->loss);
    for (size_t done = 0; done < mine.n; done += tile_rows) {
        size_t left = mine.n - done, n = left < tile_rows ? left : tile_rows;
        gni_rows rows = { e->rows.order, e->rows.first + mine.first + done, n };
        gn_status status = gni_gather(e->ctx, e->data, e->loss, rows, left - n, e->learns, s);
        if (status < 0)
            return status;
        const gn_real *z = gni_forward(net, s, GN_PREDICTING, raw);
        e->loss_of[chunk] +=
            gni_loss_eval(e->loss, &s->tile, cols, gni_output_stride(net), z, 1, NULL);
        e->correct_of[chunk] += gni_count_correct(&s->tile, cols, gni_output_stride(net), z, raw);
    }
    return GN_OK;
}

GNI_APART gn_status gni_evaluate(const char *who, gn_context *ctx, const gn_data *data,
                                 gni_rows rows, const gn_loss *loss, bool learns, gn_score *score)
{
    size_t tiles = (rows.n - 1) / ctx->options.tile_rows + 1;
    evaluation e = { .ctx = ctx, .data = data, .rows = rows, .loss = loss, .learns = learns,
                     .n_chunks = tiles < MOST_CHUNKS ? tiles : MOST_CHUNKS };
    gn_status status = gni_team_run(ctx->team, e.n_chunks, run_chunk, &e);
    if (status < 0)
        return status;
    gn_score sum = { 0, 0 };
    for (size_t i = 0; i < e.n_chunks; i++) {
        sum.loss += e.loss_of[i];
        sum.accuracy += e.correct_of[i];
    }
    *score = sum;
    if (!isfinite(sum.loss))
        return gni_nonfinite(who, data, loss, "the loss", sum.loss);
    score->loss = sum.loss / (double)rows.n;
    score->accuracy = gni_has_labels(data, loss) ? sum.accuracy / (double)rows.n : NAN;
    return GN_OK;
}

gn_status gni_check_whole(const char *who, const gn_context *ctx, size_t rows, size_t lanes)
{
    if (!ctx->net->whole_lanes)
        return GN_OK;
    if (rows < 2)
        return gn_fail(GN_ERR_SHAPE,
                       "%s: a layer learns from whole lanes, and %zu row%s are too few", who, rows,
                       rows == 1 ? "" : "s");
    if ((rows - 1) / lanes + 1 > ctx->options.tile_rows)
        return gn_fail(GN_ERR_SHAPE,
                       "%s: a layer learns from whole lanes, of %zu rows here, and tiles have %zu",
                       who, (rows - 1) / lanes + 1, ctx->options.tile_rows);
    return GN_OK;
}

gn_status gn_evaluate(gn_context *ctx, const gn_data *data, const gn_loss *loss, gn_score *score)
{
    const char *who = "gn_evaluate";
    if (!ctx || !score)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, ctx ? "score" : "ctx");
    gn_status status = gni_check_loss(who, ctx->net, loss);
    if (status >= 0)
        status = gni_check_data(who, ctx, loss, data);
    if (status < 0)
        return status;
    size_t tiles = (data->x.rows - 1) / ctx->options.tile_rows + 1;
    status = gni_hold(who, ctx, gni_team_members(ctx->team, tiles), true);
    if (status < 0)
        return status;
    gn_score found;
    status = gni_evaluate(who, ctx, data, (gni_rows){ NULL, 0, data->x.rows }, loss, false, &found);
    gni_release(ctx);
    if (status >= 0)
        *score = found;
    return status;
}
