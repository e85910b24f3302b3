/* Where loss meets network: which of them go together. */
#include <math.h>
#include "run/run.h"

gn_status gni_check_loss(const char *who, const gn_network *net, const gn_loss *loss)
{
    if (!loss)
        return gn_fail(GN_ERR_ARGUMENT, "%s: there is no loss", who);
    if (!loss->name || !loss->eval || (!loss->takes_labels && !loss->takes_targets))
        return gn_fail(GN_ERR_ARGUMENT, "%s: the loss %s lacks a name, eval, or what it takes",
                       who, loss->name ? loss->name : "without a name");
    gn_status status = gni_check_reserved(who, loss->name, 4, loss->reserved);
    if (status < 0)
        return status;
    if (!isfinite(loss->alpha) || (loss->user == gn_huber.user && !(loss->alpha > 0)))
        return gn_fail(GN_ERR_ARGUMENT, "%s: the loss %s has alpha %g", who, loss->name,
                       loss->alpha);
    if (loss->user == gn_softmax_cross_entropy.user && gn_size(gn_network_output(net)) < 2)
        return gn_fail(GN_ERR_SHAPE, "%s: the loss %s wants two outputs or more, the network has 1",
                       who, loss->name);
    const gn_layer *last = gni_last_layer(net);
    bool fused = gn_same_activation(&last->activation, loss->fuses ? loss->fuses : &gn_identity);
    if (loss->fuses && !gn_same_activation(&last->activation, &gn_identity) &&
        (!fused || last->index + 1 < net->n_layers))
        return gn_fail(GN_ERR_UNSUPPORTED,
                       "%s: the loss %s follows %s or identity, the network ends in %s%s", who,
                       loss->name, loss->fuses->name, last->activation.name,
                       fused ? " and dropout" : "");
    return GN_OK;
}
