/* One step of training: the lanes' gradients, their sum, its norm, and the update. */
#include <math.h>
#include "train/train.h"

typedef struct step {
    gn_trainer *t;
    const gni_minibatch *m;
    double loss, correct, rows; /* sums, and what they are sums over */
} step;

static void keep_good(const step *s)
{
    if (s->m->may_go_back && isfinite(s->loss))
        gni_keep_good(s->t);
}

/* Adds up over ranks, in the caller's thread. */
static gn_status reduce(const char *who, step *s)
{
    gn_status status = gni_add_up(who, s->t, &s->loss, &s->rows);
    if (status == GN_OK) {
        gni_combine(s->t->ctx, 1, NULL, NULL); /* the squares of the new sum */
        keep_good(s); /* only now, as all ranks do */
    }
    return status;
}

/* True where the norm decides nothing but whether to go on, and the caller can go back: then
 * a block's update finds its sum in L1 (6 % at batch 1). */
static bool at_once(const step *s)
{
    const gn_train_options *o = &s->t->options;
    return s->m->may_go_back && !o->reduce && !(o->max_gradient_norm > 0) && isfinite(s->loss);
}

static gn_status check(const char *who, const step *s)
{
    double squares = gni_gradient_squares(s->t->ctx);
    if (!isfinite(s->loss))
        return gni_lost(who, s->t, s->m->data, "the loss", s->loss / s->rows);
    if (!isfinite(squares))
        return gni_lost(who, s->t, s->m->data, "the gradient's norm", sqrt(squares));
    return GN_OK;
}

/* Factor from the summed gradient to the gradient of the mean loss, clipped to
 * max_gradient_norm. */
static double shrink_of(const step *s)
{
    const gn_train_options *o = &s->t->options;
    double scale = o->reduce ? 1 / s->rows : 1, most = o->max_gradient_norm;
    double norm = sqrt(gni_gradient_squares(s->t->ctx)) * scale;
    return scale * (most > 0 && norm > most ? most / norm : 1);
}

static gn_status find_rate(const char *who, gn_trainer *t)
{
    gni_lend(&t->ctx->held);
    double rate = gni_next_rate(&t->options.schedule, &t->at);
    gni_take_back(&t->ctx->held);
    if (!(rate >= 0 && isfinite(rate)))
        return gn_fail(rate < 0 ? GN_ERR_ARGUMENT : GN_ERR_NONFINITE,
                       "%s: the learning rate of step %llu is %g", who,
                       (unsigned long long)t->at.step + 1, rate);
    t->position.rate = rate;
    return GN_OK;
}

/* m has its data and rows; the rest is the trainer's to say. */
static void complete(gni_minibatch *m, const gn_trainer *t, const gn_draw *draw)
{
    const gn_train_options *o = &t->options;
    m->loss = o->loss;
    m->draw = draw;
    m->scale = o->reduce ? 1 : 1 / (double)m->rows.n;
    m->n_lanes = gni_lanes_of(t->ctx, m->rows.n, o->lanes);
    /* (a last minibatch may have longer lanes: there is room for at least 256 rows) */
    m->tile_rows = t->net->whole_lanes ? t->ctx->options.tile_rows : o->tile_rows;
    m->count_correct = o->train_accuracy;
}

GNI_APART gn_status gni_step(const char *who, gn_trainer *t, gni_minibatch *m, double *loss,
                             double *correct)
{
    const gn_draw draw = { t->options.seed, t->at.step, 0 };
    step s = { .t = t, .m = m, .rows = (double)m->rows.n };
    complete(m, t, &draw);
    gn_status status = find_rate(who, t);
    if (status >= 0)
        status = gni_run_lanes(t->ctx, m);
    if (status < 0)
        return status;
    gni_sum_lanes(t->ctx, m->n_lanes, &s.loss, &s.correct);
    if (!t->options.reduce)
        keep_good(&s);
    gni_descent descent = { t, t->position.rate, 1, s.rows };
    bool early = at_once(&s);
    gni_combine(t->ctx, m->n_lanes, early ? gni_descend : NULL, &descent);
    if (t->options.reduce)
        status = reduce(who, &s);
    if (status == GN_OK)
        status = check(who, &s);
    if (status != GN_OK)
        return status;
    if (!early) {
        descent.shrink = shrink_of(&s);
        descent.rows = s.rows;
        gni_each_block(t->ctx, m->n_lanes, gni_descend, &descent);
    }
    t->at.step++;
    t->updates++;
    *loss = s.loss / s.rows;
    *correct = s.correct;
    return GN_OK;
}
