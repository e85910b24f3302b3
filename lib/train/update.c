/* The update: what the optimizer makes of the summed gradient, block by block. */
#include "train/train.h"

/* Of some parameters of one run. */
static void learn(const gni_descent *d, gni_range params, bool decays)
{
    gn_trainer *t = d->t;
    const gn_train_options *o = &t->options;
    double l1 = decays ? o->l1 : 0, l2 = decays ? o->l2 : 0;
    gn_update u = { .rate = d->rate, .decay = decays ? o->weight_decay : 0, .step = t->updates + 1,
                    .n = params.n, .params = t->net->params + params.first,
                    .gradient = t->gradient + params.first };
    for (int i = 0; i < 2; i++)
        u.state[i] = i < o->optimizer.states ? t->state[i] + params.first : NULL;
    if (d->shrink < 1 || d->shrink > 1 || l1 > 0 || l2 > 0)
        gni_kernels_used->regularise(u.n, d->shrink, l1, l2, u.params, t->gradient + params.first);
    gni_optimizer_update(&o->optimizer, &u);
}

/* A running statistic moves towards its mean over the minibatch, whose sum stands where others have
 * a gradient. */
static void move_statistic(const gni_descent *d, gni_range params, double momentum)
{
    const gn_real *sum = d->t->gradient + params.first;
    gn_real *p = d->t->net->params + params.first;
    for (size_t i = 0; i < params.n; i++)
        p[i] += (gn_real)(momentum * ((double)sum[i] / d->rows - (double)p[i]));
}

/* Of these parameters, the ones that are not frozen. */
void gni_descend(void *descent, gni_range params)
{
    const gni_descent *d = descent;
    for (size_t i = 0; i < d->t->n_runs; i++) {
        const gni_run *run = &d->t->runs[i];
        gni_range both = gni_overlap(params, run->params);
        if (both.n && run->momentum > 0)
            move_statistic(d, both, run->momentum);
        else if (both.n)
            learn(d, both, run->decays);
    }
}
