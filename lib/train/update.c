/* The update: what the optimizer makes of the summed gradient, block by block. */
#include "train/train.h"

static void update_run(const gni_descent *d, size_t from, size_t end, bool decays)
{
    gn_trainer *t = d->t;
    const gn_train_options *o = &t->options;
    double l1 = decays ? o->l1 : 0, l2 = decays ? o->l2 : 0;
    gn_update u = { .rate = d->rate, .decay = decays ? o->weight_decay : 0, .step = t->updates + 1,
                    .n = end - from, .params = t->net->params + from,
                    .gradient = t->gradient + from };
    for (int i = 0; i < 2; i++)
        u.state[i] = i < o->optimizer.states ? t->state[i] + from : NULL;
    if (d->shrink < 1 || d->shrink > 1 || l1 > 0 || l2 > 0)
        gni_kernels_used->regularise(u.n, d->shrink, l1, l2, u.params, t->gradient + from);
    gni_optimizer_update(&o->optimizer, &u);
}

/* Of these parameters, the ones that are not frozen. */
void gni_descend(void *descent, gni_range params)
{
    const gni_descent *d = descent;
    size_t first = params.first, end = first + params.n;
    for (size_t i = 0; i < d->t->n_runs; i++) {
        const gni_run *run = &d->t->runs[i];
        size_t a = run->from > first ? run->from : first, b = run->end < end ? run->end : end;
        if (a < b)
            update_run(d, a, b, run->decays);
    }
}
