/* The trainer: an object that knows everybody, and contains no mathematics. */
#include <math.h>
#include <string.h>
#include "train/train.h"

/* Copying the weights once for so many rows costs less than a thousandth of training. */
enum { ROWS_PER_KEEP = 4096 };

static bool are_alike(const gn_trainer *t, const gni_run *a, const gni_run *b)
{
    const gn_train_options *o = &t->options;
    bool decay_matters = o->weight_decay > 0 || o->l1 > 0 || o->l2 > 0;
    return a->params.first + a->params.n == b->params.first && !(a->momentum > 0) &&
           !(b->momentum > 0) && (!decay_matters || a->decays == b->decays);
}

static void add_run(gn_trainer *t, const gn_layer *layer, const gn_tensor *tensor)
{
    const gni_run run = { { layer->first_param + tensor->first, tensor->n },
                          tensor->decays,
                          tensor->momentum };
    gni_run *last = t->n_runs ? &t->runs[t->n_runs - 1] : NULL;
    if (run.params.n == 0)
        return;
    if (last && are_alike(t, last, &run))
        last->params.n += run.params.n;
    else
        t->runs[t->n_runs++] = run;
}

static void find_runs(gn_trainer *t)
{
    for (size_t i = 0; i < t->net->n_layers; i++) {
        const gn_layer *layer = &t->net->layers[i];
        if (layer->spec.frozen)
            continue;
        for (size_t k = 0; k < layer->n_tensors; k++)
            add_run(t, layer, &layer->tensors[k]);
    }
}

static void wire(gni_arena *arena, gn_trainer *t)
{
    size_t n = t->net->n_params;
    t->runs = gni_take(arena, GN_TENSORS * t->net->n_layers, sizeof *t->runs);
    t->gradient = gni_take(arena, n, sizeof *t->gradient);
    for (int i = 0; i < t->options.optimizer.states; i++)
        t->state[i] = gni_take(arena, n, sizeof *t->state[i]);
    t->recovery.good = gni_take(arena, n, sizeof *t->recovery.good);
    if (t->options.patience)
        t->best = gni_take(arena, n, sizeof *t->best);
}

static gn_status allocate(gn_trainer *t)
{
    gni_arena arena = { 0 };
    wire(&arena, t);
    t->memory = arena.overflow ? NULL : gni_alloc(arena.used, 1);
    if (!t->memory)
        return gn_fail(GN_ERR_MEMORY, "gn_trainer_create: no memory for arrays of %zu parameters",
                       t->net->n_params);
    arena = (gni_arena){ .base = t->memory };
    wire(&arena, t);
    find_runs(t);
    return GN_OK;
}

/* Lanes of the largest minibatch: the rule gives no more to a smaller one. Tiles have room for
 * those of a validation, which need not be as small as a minibatch is. */
static gn_status create_context(gn_trainer *t)
{
    const gn_train_options *o = &t->options;
    gn_context_options options = { .gradients = true, .tile_rows = o->tile_rows,
                                   .threads = o->threads, .keep_blas_threads = o->keep_blas_threads,
                                   .negative_weights = o->negative_weights };
    size_t rows = gni_tile_rows(t->net, GNI_UNKNOWN_BATCH, 1);
    if (options.tile_rows < rows)
        options.tile_rows = rows;
    size_t lanes = gni_lane_count(t->net, o->batch, o->lanes);
    lanes = lanes < o->batch ? lanes : o->batch;
    gn_status status = gni_context_create("gn_trainer_create", &t->ctx, t->net, &options, lanes);
    if (status >= 0)
        t->ctx->gradients[0] = t->gradient;
    return status;
}

gn_status gn_trainer_create(gn_trainer **out, gn_network *net, const gn_train_options *options)
{
    if (!out)
        return gn_fail(GN_ERR_ARGUMENT, "gn_trainer_create: out is NULL");
    *out = NULL;
    if (!net || !options)
        return gn_fail(GN_ERR_ARGUMENT, "gn_trainer_create: %s is NULL", net ? "options" : "net");
    gn_train_options complete = *options;
    gni_float_mode mode = gni_hold_exact();
    gn_status status = gni_release_after(gni_complete_options(&complete, net), mode);
    if (status < 0)
        return status;
    gn_trainer *t = gni_alloc(1, sizeof *t);
    if (!t)
        return gn_fail(GN_ERR_MEMORY, "gn_trainer_create: no memory");
    t->net = net;
    t->options = complete;
    t->at.total_steps = complete.total_steps;
    t->best_loss = INFINITY;
    t->recovery.keep_every = complete.batch < ROWS_PER_KEEP ? ROWS_PER_KEEP / complete.batch : 1;
    status = allocate(t);
    if (status >= 0)
        status = create_context(t);
    if (status >= 0)
        *out = t;
    else
        gn_trainer_destroy(t);
    return status;
}

void gn_trainer_destroy(gn_trainer *t)
{
    if (!t)
        return;
    gn_context_destroy(t->ctx);
    gni_free(t->memory);
    gni_free(t->order);
    gni_free(t->history);
    gni_free(t);
}

static gn_status step(gn_trainer *t, const gn_data *batch, double *loss)
{
    const char *who = "gn_trainer_step";
    gn_status status = gni_check_data(who, t->ctx, t->options.loss, batch);
    if (status >= 0 && batch->x.rows > t->options.batch)
        status = gn_fail(GN_ERR_SHAPE, "%s: x has %zu rows, options.batch is %zu", who,
                         batch->x.rows, t->options.batch);
    size_t lanes = gni_lanes_of(t->ctx, batch ? batch->x.rows : 1, t->options.lanes);
    if (status >= 0)
        status = gni_check_whole(who, t->ctx, batch->x.rows, lanes);
    if (status < 0)
        return status;
    gni_minibatch m = { .data = batch, .rows = { NULL, 0, batch->x.rows } };
    double correct;
    int members = gni_team_members(t->ctx->team, lanes);
    status = gni_hold(who, t->ctx, members, true);
    if (status < 0)
        return status;
    t->at.steps_per_epoch = 0; /* a stream has no epochs */
    t->at.total_steps = t->options.total_steps;
    status = gni_step(who, t, &m, loss, &correct);
    gni_release(t->ctx);
    return status;
}

gn_status gn_trainer_step(gn_trainer *t, const gn_data *batch, double *loss)
{
    double value;
    if (!t)
        return gn_fail(GN_ERR_ARGUMENT, "gn_trainer_step: trainer is NULL");
    t->ranks.informed = false;
    gn_status status = step(t, batch, &value);
    if (status != GN_OK)
        return gni_part("gn_trainer_step", t, status);
    if (loss)
        *loss = value;
    if (t->options.on_step && t->options.on_step(t->options.user, &t->at, value))
        return GN_STOPPED;
    return GN_OK;
}

size_t gn_trainer_epoch_count(const gn_trainer *t)
{
    return t ? t->n_history : 0;
}

const gn_epoch *gn_trainer_epoch(const gn_trainer *t, size_t index)
{
    return t && index < t->n_history ? &t->history[index] : NULL;
}

const gn_network *gn_trainer_network(const gn_trainer *t)
{
    return t ? t->net : NULL;
}

gn_plan gn_trainer_plan(const gn_trainer *t)
{
    if (!t)
        return (gn_plan){ 0, 0, 0 };
    size_t lanes = gni_lanes_of(t->ctx, t->options.batch, t->options.lanes);
    return (gn_plan){ t->options.tile_rows, lanes, gni_team_size(t->ctx->team, lanes) };
}

const gn_context *gn_trainer_context(const gn_trainer *t)
{
    return t ? t->ctx : NULL;
}
