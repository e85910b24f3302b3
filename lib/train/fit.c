/* A fit: epochs over a data set, as many as were asked for, or up to a stop. */
#include <math.h>
#include <string.h>
#include "train/train.h"

static const char *const who = "gn_trainer_fit";

/* The share that is split off where there are no other data to validate with. */
static size_t rows_split_off(const gn_trainer *t, const gn_data *train, const gn_data *valid)
{
    size_t n = valid ? 0 : (size_t)(t->options.validation * (double)train->x.rows + 0.5);
    return n < train->x.rows ? n : train->x.rows - 1;
}

static gn_status check_amounts(const gn_trainer *t, const gn_data *train, const gn_data *valid)
{
    const gn_train_options *o = &t->options;
    size_t split = rows_split_off(t, train, valid);
    if (o->drop_last && train->x.rows - split < o->batch)
        return gn_fail(GN_ERR_ARGUMENT,
                       "%s: drop_last leaves nothing of %zu rows in batches of %zu", who,
                       train->x.rows - split, o->batch);
    if (train->x.rows - split < 2 && t->net->whole_lanes)
        return gn_fail(GN_ERR_SHAPE,
                       "%s: a layer learns from at least two rows at once, and there is one", who);
    if (!valid && split == 0 && o->validation > 0)
        return gn_fail(GN_ERR_ARGUMENT,
                       "%s: a validation share of %g of %zu rows is no row: take a larger "
                       "share, or data to validate with, or a share of 0",
                       who, o->validation, train->x.rows);
    if (o->patience && !valid && split == 0)
        return gn_fail(GN_ERR_ARGUMENT, "%s: a patience of %zu epochs wants data to validate with",
                       who, o->patience);
    return GN_OK;
}

static gn_status check(const gn_trainer *t, const gn_data *train, const gn_data *valid)
{
    gn_status status = gni_check_data(who, t->ctx, t->options.loss, train);
    if (status >= 0 && valid)
        status = gni_check_data("gn_trainer_fit: validation", t->ctx, t->options.loss, valid);
    if (status >= 0)
        status = check_amounts(t, train, valid);
    if (status >= 0)
        status = gni_check_finite(who, train, t->options.loss, NULL);
    if (status >= 0 && valid)
        status = gni_check_finite("gn_trainer_fit: validation", valid, t->options.loss, NULL);
    return status;
}

static void forget_best(gn_trainer *t)
{
    t->patient_from = t->at.epoch;
    t->best_loss = INFINITY;
    t->best_epoch = 0;
}

/* Other data, or another share of them, begin with an epoch of their own. */
static gn_status reserve_order(gn_trainer *t, const gni_course *c)
{
    bool needed = !t->options.keep_order || c->n_train < c->n;
    if (c->same_rows && (t->order || !needed)) /* a trainer just resumed has no order yet */
        return GN_OK;
    size_t *order = needed ? gni_alloc(c->n, sizeof *order) : NULL;
    if (needed && !order)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for the order of %zu rows", who, c->n);
    gni_free(t->order);
    t->order = order;
    t->order_made = false;
    t->n_order = c->n;
    t->n_train = c->n_train;
    if (!c->same_rows) {
        t->position = (gni_position){ .goal = t->position.goal };
        forget_best(t);
    }
    return GN_OK;
}

static gni_course course_of(const gn_trainer *t, const gn_data *train, const gn_data *valid)
{
    const gn_train_options *o = &t->options;
    size_t n = train->x.rows, n_train = n - rows_split_off(t, train, valid);
    bool same = n == t->n_order && n_train == t->n_train;
    uint64_t goal = t->at.epoch < t->position.goal ? t->position.goal : t->at.epoch + o->epochs;
    gni_course c = { .n = n,
                     .n_train = n_train,
                     .in_epoch = same ? t->position.in_epoch : 0,
                     .at = t->at,
                     .goal = goal < t->at.epoch ? UINT64_MAX : goal,
                     .same_rows = same };
    c.counts_correct = o->train_accuracy || gni_has_labels(valid ? valid : train, o->loss);
    c.at.steps_per_epoch = (gni_rows_of_epoch(t, n_train) + o->batch - 1) / o->batch;
    c.at.total_steps = c.at.step + (c.goal - c.at.epoch) * c.at.steps_per_epoch -
                       (c.in_epoch + o->batch - 1) / o->batch;
    return c;
}

static gn_status prepare(gn_trainer *t, const gni_course *c)
{
    gn_status status = reserve_order(t, c);
    if (status < 0)
        return status;
    if (c->goal != t->position.goal)
        forget_best(t); /* a fit of its own, with its own best epoch */
    t->position.goal = c->goal;
    t->at = c->at;
    return GN_OK;
}

/* A validation has parts for all, a minibatch one for each lane. */
static int most_members(const gn_trainer *t, const gn_data *valid)
{
    bool validates = valid || t->n_train < t->n_order;
    return gni_team_members(t->ctx->team, validates ? SIZE_MAX : t->ctx->n_lanes);
}

GNI_APART static gn_status set_out(gn_trainer *t, const gn_data *train, const gn_data *valid)
{
    gn_status status = check(t, train, valid);
    if (status < 0)
        return status;
    gni_course course = course_of(t, train, valid);
    status = gni_agree(who, t, &course);
    return status == GN_OK ? prepare(t, &course) : status;
}

static gn_status begin(gn_trainer *t, const gn_data *train, const gn_data *valid)
{
    gni_float_mode mode = gni_hold_exact(); /* a share of the rows is rounded */
    gn_status status = gni_release_after(set_out(t, train, valid), mode);
    return status == GN_OK ? gni_hold(who, t->ctx, most_members(t, valid), true) : status;
}

gn_status gn_trainer_fit(gn_trainer *t, const gn_data *train, const gn_data *valid)
{
    if (!t)
        return gn_fail(GN_ERR_ARGUMENT, "%s: trainer is NULL", who);
    t->ranks.informed = false;
    gn_status status = begin(t, train, valid);
    if (status != GN_OK)
        return gni_part(who, t, status);
    gni_recovery_begin(t);
    while (status == GN_OK && t->at.epoch < t->position.goal)
        status = gni_run_epoch(t, train, valid);
    gni_release(t->ctx);
    status = gni_part(who, t, status);
    if (t->recovery.lost)
        gni_go_back(t);
    if (status >= 0 && t->at.epoch >= t->position.goal && t->best_epoch)
        memcpy(t->net->params, t->best, t->net->n_params * sizeof *t->best);
    return status;
}
