/* Calls of the user's functions in a fit. */
#include "train/train.h"

GNI_APART bool gni_on_step(const gn_train_options *o, const gn_progress *at, double loss)
{
    bool lent = gni_lend_mode(), stop = o->on_step(o->user, at, loss);
    gni_take_mode_back(lent);
    return stop;
}

GNI_APART bool gni_on_epoch(const gn_train_options *o, const gn_epoch *line)
{
    bool lent = gni_lend_mode(), stop = o->on_epoch(o->user, line);
    gni_take_mode_back(lent);
    return stop;
}

GNI_APART gn_status gni_reduce(const gn_train_options *o, size_t n, gn_real *gradient, double *loss,
                               double *rows)
{
    bool lent = gni_lend_mode();
    gn_status status = o->reduce(o->user, n, gradient, loss, rows);
    gni_take_mode_back(lent);
    return status;
}
