/* Activations, losses, initialisations, optimizers, schedules: tables of functions, ours and the
 * user's alike. Nothing here knows a layer's neighbours or what a network is. */
#ifndef GNI_FUNCTIONS_H
#define GNI_FUNCTIONS_H

#include "base/base.h"

#define GNI_DEFAULT_RATE 0.001 /* of a schedule that is all zero */

/* theirs.c: calls of functions that may be the user's, which then run in the host's floating-point
 * mode, in whichever thread; ours are called as they are. Nobody else calls one while a mode is
 * held. */

/* as gn_activation has them, with the pass's rows and stride of y */
void gni_activation_forward(const gn_layer *layer, const gn_pass *p, const gn_real *z);
void gni_activation_forward_bias(const gn_layer *layer, const gn_pass *p, const gn_real *bias);
void gni_activation_backward(const gn_layer *layer, const gn_pass *p);
double gni_loss_eval(const gn_loss *loss, const gn_tile *tile, size_t cols, size_t stride,
                     const gn_real *z, double scale, gn_real *dz);
void gni_optimizer_update(const gn_optimizer *o, const gn_update *u);
double gni_rate(const gn_schedule *s, const gn_progress *at);
void gni_init_fill(const gn_layer *layer, double gain, uint64_t seed, size_t n, gn_real *weights);
void gni_init_fill_bias(const gn_layer *layer, const gn_real *weights, uint64_t seed, size_t n,
                        gn_real *bias);

/* activation.c, loss.c, init.c, optimizer.c: all of ours, in the order of the headers, ended by
 * NULL. Their structs all begin with the name, so that network/named.c finds any of them. */
extern const void *const gni_activations[]; /* of gn_activation */
extern const void *const gni_losses[];      /* of gn_loss */
extern const void *const gni_inits[];       /* of gn_init */
extern const void *const gni_optimizers[];  /* of gn_optimizer */

/* loss.c */
bool gni_is_our_loss(const gn_loss *loss); /* not a function of the user's */

/* Whether it takes what goes into the last activation. */
static inline bool gni_is_raw(const gn_loss *loss)
{
    return loss->fuses != NULL;
}

double gni_next_rate(const gn_schedule *schedule,
                     const gn_progress *at); /* schedule.c: in the mode that is held */

/* optimizer.c, schedule.c: is its function one of ours? */
bool gni_is_our_optimizer(const gn_optimizer *o);
bool gni_is_our_schedule(const gn_schedule *s);
gn_status gni_check_optimizer(const char *who,
                              const gn_optimizer *o); /* the numbers of our own ones */

#endif /* GNI_FUNCTIONS_H */
