/* A context: the scratch of each thread and the gradients of each lane, in one block. */
#include "base/blas.h"
#include "run/run.h"

static size_t widest(const gn_network *net)
{
    size_t most = gn_size(net->input);
    for (size_t i = 0; i < net->n_layers; i++) {
        size_t out = gn_size(net->layers[i].out);
        most = out > most ? out : most;
    }
    return most;
}

static gn_real *take_rows(gni_arena *arena, size_t rows, size_t cols)
{
    size_t count = 0;
    if (!gni_multiply(rows, cols, &count))
        arena->overflow = true;
    return gni_take(arena, count, sizeof(gn_real));
}

/* Some later layer has its output as second input. */
static bool is_second_input(const gn_network *net, size_t i)
{
    for (size_t k = i + 1; k < net->n_layers; k++)
        if (net->layers[k].spec.from == i + 1)
            return true;
    return false;
}

static void wire_pass(gni_arena *arena, const gn_context *ctx, const gn_layer *layer, gn_pass *pass)
{
    size_t rows = ctx->options.tile_rows, stride = gn_row_stride(gn_size(layer->out));
    gn_pass wired = {
        .params = ctx->net->params + layer->first_param,
        .y = take_rows(arena, rows, stride),
        .y_stride = stride,
        .work = layer->work_per_row ? take_rows(arena, rows, layer->work_per_row) : NULL,
        .tile_work = layer->work_per_tile ? take_rows(arena, 1, layer->work_per_tile) : NULL,
    };
    if (pass)
        *pass = wired;
}

static void wire_kept(gni_arena *arena, const gn_context *ctx, const gn_layer *layer,
                      gni_kept *kept)
{
    size_t rows = ctx->options.tile_rows, stride = gn_row_stride(gn_size(layer->out));
    gni_kept wired = {
        .cache = layer->cache_per_row ? take_rows(arena, rows, layer->cache_per_row) : NULL,
        .tile_cache = layer->cache_per_tile ? take_rows(arena, 1, layer->cache_per_tile) : NULL,
        .dy = is_second_input(ctx->net, layer->index) ? take_rows(arena, rows, stride) : NULL,
    };
    if (kept)
        *kept = wired;
}

static void wire_scratch(gni_arena *arena, const gn_context *ctx, gni_scratch *scratch)
{
    const gn_network *net = ctx->net;
    size_t rows = ctx->options.tile_rows, stride = gn_row_stride(widest(net));
    gni_scratch s = { 0 };
    s.x_buffer = take_rows(arena, rows, gn_size(net->input));
    s.targets = take_rows(arena, rows, gn_size(gn_network_output(net)));
    s.weights = take_rows(arena, rows, 1);
    s.labels = gni_take(arena, rows, sizeof *s.labels);
    s.row_numbers = gni_take(arena, rows, sizeof *s.row_numbers);
    s.pass = gni_take(arena, net->n_layers, sizeof *s.pass);
    s.kept = gni_take(arena, net->n_layers, sizeof *s.kept);
    for (size_t i = 0; i < net->n_layers; i++)
        wire_pass(arena, ctx, &net->layers[i], s.pass ? &s.pass[i] : NULL);
    for (size_t i = 0; i < net->n_layers && ctx->options.gradients; i++)
        wire_kept(arena, ctx, &net->layers[i], s.kept ? &s.kept[i] : NULL);
    for (size_t i = 0; i < 2 && ctx->options.gradients; i++)
        s.dy[i] = take_rows(arena, rows, stride);
    if (scratch)
        *scratch = s;
}

static void wire(gni_arena *arena, gn_context *ctx, size_t n_lanes)
{
    size_t threads = (size_t)ctx->options.threads, n = ctx->net->n_params;
    ctx->scratch = gni_take(arena, threads, sizeof *ctx->scratch);
    for (size_t i = 0; i < threads; i++)
        wire_scratch(arena, ctx, ctx->scratch ? &ctx->scratch[i] : NULL);
    ctx->n_lanes = n_lanes;
    ctx->lanes = gni_take(arena, n_lanes, sizeof *ctx->lanes);
    ctx->gradients = gni_take(arena, n_lanes, sizeof *ctx->gradients);
    for (size_t i = 1; i < n_lanes; i++) {
        gn_real *gradient = gni_take(arena, n, sizeof *gradient);
        if (ctx->gradients)
            ctx->gradients[i] = gradient;
    }
    if (n_lanes)
        ctx->squares = gni_take(arena, n / GNI_BLOCK + 1, sizeof *ctx->squares);
}

static gn_status allocate(const char *who, gn_context *ctx, size_t n_lanes)
{
    gni_arena arena = { 0 };
    wire(&arena, ctx, n_lanes);
    ctx->memory = arena.overflow ? NULL : gni_alloc(arena.used, 1);
    if (!ctx->memory)
        return gn_fail(GN_ERR_MEMORY,
                       "%s: no memory for tiles of %zu rows by %d threads, %zu lanes", who,
                       ctx->options.tile_rows, ctx->options.threads, n_lanes);
    arena = (gni_arena){ .base = ctx->memory };
    wire(&arena, ctx, n_lanes);
    ctx->scratch[0].held = &ctx->held;
    if (ctx->options.threads > 1)
        ctx->team = gni_team_create(ctx->options.threads);
    if (ctx->options.threads > 1 && !ctx->team)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for a team of %d threads", who,
                       ctx->options.threads);
    return gni_buffers_reserve(who, gni_team_members(ctx->team, n_lanes ? n_lanes : SIZE_MAX));
}

gn_status gni_context_create(const char *who, gn_context **out, const gn_network *net,
                             const gn_context_options *options, size_t n_lanes)
{
    gn_context *ctx = gni_alloc(1, sizeof *ctx);
    if (!ctx)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory", who);
    ctx->net = net;
    ctx->options = *options;
    ctx->largest_product = gni_largest_product(net);
    gn_status status = allocate(who, ctx, n_lanes);
    if (status >= 0)
        *out = ctx;
    else
        gn_context_destroy(ctx);
    return status;
}

gn_status gni_check_sizes(const char *who, int threads, size_t tile_rows)
{
    if (threads < 0 || threads > GNI_MOST_THREADS)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %d threads, not 0 .. %d", who, threads,
                       GNI_MOST_THREADS);
    if (tile_rows > GNI_BLAS_MAX)
        return gn_fail(GN_ERR_SHAPE, "%s: tiles of %zu rows, at most %u", who, tile_rows,
                       GNI_BLAS_MAX);
    return GN_OK;
}

gn_status gn_context_create(gn_context **out, const gn_network *net,
                            const gn_context_options *options)
{
    if (!out)
        return gn_fail(GN_ERR_ARGUMENT, "gn_context_create: out is NULL");
    *out = NULL;
    if (!net)
        return gn_fail(GN_ERR_ARGUMENT, "gn_context_create: net is NULL");
    gn_context_options complete = options ? *options : (gn_context_options){ 0 };
    gn_status status = gni_check_sizes("gn_context_create", complete.threads,
                                       complete.tile_rows);
    if (status >= 0)
        status = gni_check_reserved("gn_context_create", "options", 4, complete.reserved);
    if (status < 0)
        return status;
    if (complete.threads == 0)
        complete.threads = 1;
    if (complete.tile_rows == 0)
        complete.tile_rows = gni_tile_rows(net, GNI_UNKNOWN_BATCH,
                                           gni_lane_count(net, GNI_UNKNOWN_BATCH, 0));
    return gni_context_create("gn_context_create", out, net, &complete,
                              complete.gradients ? GNI_CONTEXT_LANES : 0);
}

void gn_context_destroy(gn_context *ctx)
{
    if (!ctx)
        return;
    gni_team_destroy(ctx->team);
    gni_abandon(&ctx->held);
    gni_free(ctx->memory);
    gni_free(ctx);
}

const gn_real *gn_context_output(const gn_context *ctx, size_t layer, size_t *rows, size_t *stride)
{
    if (!ctx || layer >= ctx->net->n_layers)
        return NULL;
    const gn_pass *pass = &ctx->scratch[0].pass[layer];
    bool skipped = ctx->net->layers[layer].spec.type->only_in_training && pass->mode != GN_TRAINING;
    if (rows)
        *rows = pass->rows;
    if (stride)
        *stride = skipped ? pass->x_stride : pass->y_stride;
    return pass->rows == 0 ? NULL : skipped ? pass->x : pass->y;
}
