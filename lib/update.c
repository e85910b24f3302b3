/* One step of training: the lanes' gradients, their sum, and the optimizer. */
#include <math.h>
#include <string.h>
#include "internal.h"

typedef struct step {
    gn_trainer *t;
    const gni_minibatch *m;
    double loss, correct, rows; /* sums, and what they are sums over */
    gn_update update;           /* without its arrays */
    gn_status hook;             /* of options.reduce */
} step;

/* Adds up over machines, in the caller's thread; every member returns the same. */
static bool reduce(step *s, gni_rows blocks, int member, int size)
{
    gn_trainer *t = s->t;
    unsigned before = gni_failures();
    if (member == 0) {
        gni_lend(&t->ctx->held);
        s->hook = gni_explain("reduce", t->options.reduce(t->options.user, t->net->n_params, t->gradient,
                                                          &s->loss, &s->rows), before);
        gni_take_back(&t->ctx->held);
    }
    gni_barrier(size);
    if (s->hook < 0)
        return false;
    gni_combine(t->ctx, 1, blocks); /* the squares of the new sum */
    gni_barrier(size);
    return true;
}

/* What makes of the lanes' sums the gradient of the mean loss, and of it what clipping leaves. */
static double shrink_of(const step *s)
{
    const gn_train_options *o = &s->t->options;
    double scale = o->reduce ? 1 / s->rows : 1, most = o->max_gradient_norm;
    double norm = sqrt(gni_gradient_squares(s->t->ctx)) * scale;
    return scale * (most > 0 && norm > most ? most / norm : 1);
}

static void update_run(const step *s, double shrink, size_t from, size_t end, bool decays)
{
    gn_trainer *t = s->t;
    const gn_train_options *o = &t->options;
    double l1 = decays ? o->l1 : 0, l2 = decays ? o->l2 : 0;
    gn_update u = s->update;
    u.decay = decays ? o->weight_decay : 0;
    u.n = end - from;
    u.params = t->net->params + from;
    u.gradient = t->gradient + from;
    for (int i = 0; i < 2; i++)
        u.state[i] = i < o->optimizer.states ? t->state[i] + from : NULL;
    if (shrink < 1 || shrink > 1 || l1 > 0 || l2 > 0)
        gni_kernels_used->regularise(u.n, shrink, l1, l2, u.params, t->gradient + from);
    o->optimizer.update(&o->optimizer, &u);
}

/* Of these blocks' parameters, what is not frozen. */
static void update_blocks(const step *s, double shrink, gni_rows blocks)
{
    gn_trainer *t = s->t;
    size_t n = t->net->n_params, from = blocks.first * GNI_BLOCK, end = from + blocks.n * GNI_BLOCK;
    end = end < n ? end : n;
    if (from < end && (t->keep_next || t->at.step % t->keep_every == 0))
        memcpy(t->good + from, t->net->params + from, (end - from) * sizeof *t->good);
    for (size_t i = 0; i < t->n_runs; i++) {
        const gni_run *run = &t->runs[i];
        size_t a = run->from > from ? run->from : from, b = run->end < end ? run->end : end;
        if (a < b)
            update_run(s, shrink, a, b, run->decays);
    }
}

static bool is_finite(const step *s)
{
    return isfinite(s->loss) && isfinite(gni_gradient_squares(s->t->ctx));
}

/* Where the gradient's norm decides nothing but whether to go on, and the caller can go back. */
static bool in_one_pass(const step *s)
{
    const gn_train_options *o = &s->t->options;
    return s->m->may_go_back && !o->reduce && !(o->max_gradient_norm > 0);
}

/* A block's update finds in L1 what the sum has left there; that of the last block also what
 * the backward pass has. */
static void combine_and_update(const step *s, gni_rows blocks)
{
    for (size_t i = blocks.n; i-- > 0;) {
        gni_rows block = { NULL, blocks.first + i, 1 };
        gni_combine(s->t->ctx, s->m->n_lanes, block);
        update_blocks(s, 1, block);
    }
}

static void take_part(void *user, int member, int size)
{
    step *s = user;
    gn_context *ctx = s->t->ctx;
    gni_rows blocks = gni_share_of_blocks(ctx->net, member, size);
    double loss, correct;
    gni_run_lanes(ctx, s->m, member, size);
    gni_barrier(size);
    if (gni_any_error(ctx))
        return;
    gni_sum_lanes(ctx, s->m->n_lanes, &loss, &correct); /* every member for itself */
    if (member == 0)
        s->loss = loss, s->correct = correct;
    if (in_one_pass(s)) {
        if (isfinite(loss))
            combine_and_update(s, blocks);
        return;
    }
    gni_combine(ctx, s->m->n_lanes, blocks);
    gni_barrier(size);
    if (s->t->options.reduce && !reduce(s, blocks, member, size))
        return;
    if (is_finite(s))
        update_blocks(s, shrink_of(s), blocks);
}

static gn_status outcome(const char *who, const step *s)
{
    gn_trainer *t = s->t;
    gn_status status = gni_raise_error(t->ctx);
    if (status < 0 || s->hook < 0)
        return status < 0 ? status : s->hook;
    bool loss = !isfinite(s->loss);
    if (!loss && in_one_pass(s))
        t->has_good = true;
    t->diverged = !is_finite(s);
    if (!t->diverged)
        return GN_OK;
    return gni_nonfinite(who, s->m->data, s->m->loss, loss ? "the loss" : "the gradient's norm",
                         loss ? s->loss / s->rows : sqrt(gni_gradient_squares(t->ctx)));
}

gn_status gni_step(const char *who, gn_trainer *t, gni_minibatch *m, double *loss, double *correct)
{
    const gn_train_options *o = &t->options;
    gn_draw draw = { o->seed, t->at.step, 0 };
    m->loss = o->loss;
    m->draw = &draw;
    m->scale = o->reduce ? 1 : 1 / (double)m->rows.n;
    m->n_lanes = gni_lanes_of(t->ctx, m->rows.n, o->lanes);
    m->tile_rows = o->tile_rows;
    m->count_correct = o->train_accuracy;

    step s = { .t = t, .m = m, .rows = (double)m->rows.n };
    gni_lend(&t->ctx->held);
    s.update.rate = gn_schedule_rate(&o->schedule, &t->at);
    gni_take_back(&t->ctx->held);
    s.update.step = t->updates + 1;
    if (!(s.update.rate >= 0 && isfinite(s.update.rate)))
        return gn_fail(s.update.rate < 0 ? GN_ERR_ARGUMENT : GN_ERR_NONFINITE,
                       "%s: the learning rate of step %llu is %g", who,
                       (unsigned long long)t->at.step + 1, s.update.rate);
    t->position.rate = s.update.rate;
    gni_forget_errors(t->ctx);
    gni_team(gni_team_size(o->threads, m->n_lanes), take_part, &s);

    gn_status status = outcome(who, &s);
    if (status < 0)
        return status;
    t->at.step++;
    t->updates++;
    t->has_good = true;
    t->keep_next = false;
    *loss = s.loss / s.rows;
    *correct = s.correct;
    return GN_OK;
}
