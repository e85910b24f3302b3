/* A tile that the user's own reader fills in: the call, and the checks that matrices get earlier. */
#include "run/run.h"

static const char *const who = "gn_data.fill";

static gn_status check_filled(const gn_context *ctx, const gn_loss *loss, const gni_scratch *s)
{
    const gn_network *net = ctx->net;
    const gn_tile *t = &s->tile;
    const gn_data filled = {
        .x = { .data = t->x, .rows = t->rows, .cols = gn_size(net->input) },
        .y = { .data = t->y, .rows = t->rows, .cols = gn_size(gn_network_output(net)) },
        .weights = t->weights,
    };
    gn_status status = gni_check_finite(who, &filled, NULL, s->row_numbers);
    if (status >= 0)
        status = gni_check_weights(who, ctx->options.negative_weights, t->rows, t->weights, s->row_numbers);
    if (status >= 0 && t->y)
        status = gni_check_targets(who, net, loss, &filled.y, s->row_numbers);
    if (status >= 0 && t->labels)
        status = gni_check_labels(who, net, t->rows, t->labels, s->row_numbers);
    return status;
}

gn_status gni_call_reader(const gn_context *ctx, const gn_data *from, const gn_loss *loss, gni_scratch *s)
{
    s->tile.x = s->x_buffer;
    s->x = s->x_buffer;
    s->pass[0].x_stride = gn_size(ctx->net->input);
    unsigned before = gni_failures();
    gni_lend(s->held);
    gn_status status = gni_fill(from, s->row_numbers, &s->tile);
    gni_take_back(s->held);
    status = gni_explain(who, status, before);
    return status < 0 ? status : check_filled(ctx, loss, s);
}
