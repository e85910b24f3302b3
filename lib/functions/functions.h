/* Activations, losses, initialisations, optimizers, schedules: tables of functions, ours and the user's
 * alike. Nothing here knows a layer's neighbours or what a network is. */
#ifndef GNI_FUNCTIONS_H
#define GNI_FUNCTIONS_H

#include "base/base.h"

#define GNI_DEFAULT_RATE 0.001 /* of a schedule that is all zero */

/* theirs.c: calls of functions that may be the user's, which then run in the host's floating-point mode,
 * in whichever thread; ours are called as they are. Nobody else calls one while a mode is held. */

/* as gn_activation has them, with the pass's rows and stride of y */
void gni_activation_forward(const gn_layer *layer, const gn_pass *p, const gn_real *z);
void gni_activation_forward_bias(const gn_layer *layer, const gn_pass *p, const gn_real *bias);
void gni_activation_backward(const gn_layer *layer, const gn_pass *p);
double gni_loss_eval(const gn_loss *loss, const gn_tile *tile, size_t cols, size_t stride, const gn_real *z,
                     double scale, gn_real *dz);
void gni_optimizer_update(const gn_optimizer *o, const gn_update *u);
double gni_rate(const gn_schedule *s, const gn_progress *at);

/* loss.c */
bool gni_is_our_loss(const gn_loss *loss); /* not a function of the user's */
bool gni_is_raw(const gn_loss *loss);      /* it takes what goes into the last activation */

/* optimizer.c, schedule.c: is its function one of ours? */
bool gni_is_our_optimizer(const gn_optimizer *o);
bool gni_is_our_schedule(const gn_schedule *s);
gn_status gni_check_optimizer(const char *who, const gn_optimizer *o); /* the numbers of our own ones */

#endif /* GNI_FUNCTIONS_H */
