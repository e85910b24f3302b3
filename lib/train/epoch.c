/* One epoch of a fit, or the rest of one that was stopped. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "train/train.h"

static double seconds_now(void)
{
    return 1e-9 * (double)gni_now();
}

static int compare(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The order of rows is a function of the seed and the epoch alone: first which rows are
 * split off, then how the others are shuffled (or that they are not). */
static void make_order(gn_trainer *t)
{
    const gn_train_options *o = &t->options;
    if (o->keep_order && t->order_made)
        return;
    for (size_t i = 0; i < t->n_order; i++)
        t->order[i] = i;
    if (t->n_train < t->n_order)
        gni_shuffle(o->seed, GNI_SPLIT, 0, t->n_order, t->order);
    if (o->keep_order)
        qsort(t->order, t->n_train, sizeof *t->order, compare);
    else
        gni_shuffle(o->seed, GNI_ORDER, t->at.epoch, t->n_train, t->order);
    t->order_made = true;
}

/* (Nothing is to be learned from a whole lane of one row.) */
size_t gni_rows_of_epoch(const gn_trainer *t, size_t n_train)
{
    size_t rest = n_train % t->options.batch;
    bool dropped = t->options.drop_last || (rest == 1 && t->net->whole_lanes);
    return dropped ? n_train - rest : n_train;
}

static size_t next_batch(const gn_trainer *t)
{
    size_t rows = gni_rows_of_epoch(t, t->n_train), batch = t->options.batch;
    size_t left = rows - t->position.in_epoch;
    return left < batch ? left : batch;
}

static gn_status run_step(gn_trainer *t, const gn_data *train, size_t n, double *loss)
{
    gni_position *p = &t->position;
    size_t n_next = t->n_train - p->in_epoch - n;
    /* order is NULL where rows are taken as they lie */
    gni_minibatch m = { .data = train, .n_next = n_next, .rows = { t->order, p->in_epoch, n },
                        .may_go_back = true };
    double correct;
    gn_status status = gni_step("gn_trainer_fit", t, &m, loss, &correct);
    if (status != GN_OK)
        return status;
    p->in_epoch += n;
    p->loss += *loss * (double)n;
    p->correct += correct;
    p->rows += (double)n;
    return GN_OK;
}

/* Steps up to the end of the epoch, or to where a callback stops. */
static gn_status run_steps(gn_trainer *t, const gn_data *train)
{
    const gn_train_options *o = &t->options;
    double begin = seconds_now() - t->position.seconds, loss; /* as if it had not paused */
    gn_status status = GN_OK;
    if (t->order)
        make_order(t);
    for (size_t n = next_batch(t); n && status == GN_OK; n = next_batch(t)) {
        status = run_step(t, train, n, &loss);
        if (status != GN_OK || !o->on_step)
            continue;
        t->position.seconds = seconds_now() - begin; /* the callback may save them */
        gni_lend(&t->ctx->held);
        if (gni_on_step(o, &t->at, loss))
            status = GN_STOPPED;
        gni_take_back(&t->ctx->held);
    }
    t->position.seconds = seconds_now() - begin;
    return status;
}

/* valid, or the rows that were split off, or nothing: NaN. Ranks get the score of all their
 * rows. */
static gn_status validate(gn_trainer *t, const gn_data *train, const gn_data *valid,
                          gn_score *score)
{
    const char *who = "gn_trainer_fit: validation";
    const gn_data *data = valid ? valid : train;
    gni_rows rows = { t->order, t->n_train, t->n_order - t->n_train };
    if (valid)
        rows = (gni_rows){ NULL, 0, valid->x.rows };
    double n = (double)rows.n;
    *score = (gn_score){ 0, 0 };
    gn_status status = GN_OK;
    if (rows.n)
        status = gni_evaluate(who, t->ctx, data, rows, t->options.loss, true, score);
    if (status < 0 && isfinite(score->loss))
        return status;
    status = t->options.reduce ? gni_add_scores(who, t, &n, score) : GN_OK;
    if (status == GN_OK && !(n > 0))
        *score = (gn_score){ NAN, NAN };
    else if (status == GN_OK && !isfinite(score->loss))
        status = gni_lost(who, t, data, "the loss", score->loss);
    return status;
}

/* Room for a line more of history (at first for as many as most fits have), so that neither
 * a step nor the end of an epoch needs memory. */
static gn_status reserve_history(gn_trainer *t)
{
    if (t->n_history < t->history_capacity)
        return GN_OK;
    size_t capacity = t->history_capacity ? 2 * t->history_capacity : 1024;
    gn_epoch *more = gni_alloc(capacity, sizeof *more);
    if (!more)
        return gn_fail(GN_ERR_MEMORY, "gn_trainer_fit: no memory for a history of %zu epochs",
                       capacity);
    if (t->n_history)
        memcpy(more, t->history, t->n_history * sizeof *more);
    gni_free(t->history);
    t->history = more;
    t->history_capacity = capacity;
    return GN_OK;
}

static gn_epoch *close_epoch(gn_trainer *t, gn_score valid)
{
    gni_position *p = &t->position;
    gn_epoch *line = &t->history[t->n_history++];
    t->at.epoch++;
    *line = (gn_epoch){
        .epoch = t->at.epoch, .step = t->at.step, .rate = p->rate,
        .train = { p->loss / p->rows, t->options.train_accuracy ? p->correct / p->rows : NAN },
        .valid = valid, .seconds = p->seconds,
    };
    *p = (gni_position){ .goal = p->goal };
    return line;
}

/* With patience: true when it is at its end. */
static bool out_of_patience(gn_trainer *t, const gn_epoch *line)
{
    if (!t->best)
        return false;
    if (line->valid.loss < t->best_loss) {
        t->best_loss = line->valid.loss;
        t->best_epoch = line->epoch;
        memcpy(t->best, t->net->params, t->net->n_params * sizeof *t->best);
    }
    uint64_t since = t->best_epoch > t->patient_from ? t->best_epoch : t->patient_from;
    return line->epoch - since >= t->options.patience;
}

GNI_APART gn_status gni_run_epoch(gn_trainer *t, const gn_data *train, const gn_data *valid)
{
    const gn_train_options *o = &t->options;
    gn_status status = reserve_history(t);
    if (status < 0)
        return status;
    t->recovery.keep_next = true;
    status = run_steps(t, train);
    if (status != GN_OK)
        return status;
    gn_score score;
    status = validate(t, train, valid, &score);
    if (status != GN_OK)
        return status;
    const gn_epoch *line = close_epoch(t, score);
    bool give_up = out_of_patience(t, line);
    if (give_up)
        t->position.goal = t->at.epoch; /* the fit is complete, as on_epoch may save */
    bool stop = give_up;
    gni_lend(&t->ctx->held);
    if (o->on_epoch && gni_on_epoch(o, line))
        stop = true;
    gni_take_back(&t->ctx->held);
    return stop ? GN_STOPPED : GN_OK;
}
