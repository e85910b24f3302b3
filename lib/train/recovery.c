/* Going back: a fit whose loss stops being finite ends with recent weights whose loss was
 * finite. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "train/train.h"

void gni_recovery_begin(gn_trainer *t)
{
    t->recovery.has_good = t->recovery.lost = false;
}

/* The loss of these weights is known to be finite: their gradient has just been computed. */
void gni_keep_good(gn_trainer *t)
{
    gni_recovery *r = &t->recovery;
    if (!r->keep_next && t->at.step % r->keep_every != 0)
        return;
    memcpy(r->good, t->net->params, t->net->n_params * sizeof *r->good);
    r->has_good = true;
    r->keep_next = false;
}

gn_status gni_lost(const char *who, gn_trainer *t, const gn_data *data, const char *what, double value)
{
    gn_status status = gni_check_finite(who, data, t->options.loss, NULL);
    char epoch[64] = "";
    t->recovery.lost = true;
    if (status < 0)
        return status;
    if (t->at.steps_per_epoch) /* a stream has none */
        snprintf(epoch, sizeof epoch, ", in epoch %llu", (unsigned long long)t->at.epoch + 1);
    return gn_fail(GN_ERR_NONFINITE, "%s: %s%s is %g after %llu steps%s, at a rate of %g: lower the rate, or "
                   "scale the inputs (gemmnet/scaling.h)", who, what,
                   t->options.reduce ? ", summed over ranks," : "", isnan(value) ? (double)NAN : value,
                   (unsigned long long)t->at.step, epoch, t->position.rate);
}

/* The optimizer's state may not be finite, so it is forgotten. */
void gni_go_back(gn_trainer *t)
{
    if (!t->recovery.has_good)
        return; /* this fit has changed nothing */
    memcpy(t->net->params, t->recovery.good, t->net->n_params * sizeof *t->recovery.good);
    for (int i = 0; i < t->options.optimizer.states; i++)
        memset(t->state[i], 0, t->net->n_params * sizeof *t->state[i]);
    t->updates = 0;
    t->position = (gni_position){ .goal = t->position.goal }; /* the epoch begins anew */
}
