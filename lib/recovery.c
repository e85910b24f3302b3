/* Going back: a fit whose loss stops being finite ends with recent weights whose loss was
 * finite. */
#include <string.h>
#include "training.h"

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
