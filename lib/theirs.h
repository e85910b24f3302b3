/* Calls of functions that may be the user's, which then run in the host's floating-point mode, in
 * whichever thread; ours are called as they are. Nobody else calls one while a mode is held. */
#ifndef GNI_THEIRS_H
#define GNI_THEIRS_H

#include <gemmnet/layer.h>
#include "float_mode.h"

/* layers: what they need and begin with (init may be NULL) */
gn_status gni_layer_plan(gn_layer *layer);
void gni_layer_init(const gn_layer *layer, gn_real *params, uint64_t seed);
void gni_init_fill(const gn_layer *layer, double gain, uint64_t seed, size_t n, gn_real *weights);

/* of a pass, rows and strides */
void gni_layer_forward(const gn_layer *layer, const gn_pass *p);
void gni_layer_backward(const gn_layer *layer, const gn_pass *p);

/* activations: as gn_activation has them, with the pass's rows and stride of y */
void gni_activation_forward(const gn_layer *layer, const gn_pass *p, const gn_real *z);
void gni_activation_forward_bias(const gn_layer *layer, const gn_pass *p, const gn_real *bias);
void gni_activation_backward(const gn_layer *layer, const gn_pass *p);

double gni_loss_eval(const gn_loss *loss, const gn_tile *tile, size_t cols, size_t stride, const gn_real *z,
                     double scale, gn_real *dz);
gn_status gni_fill(const gn_data *data, const size_t *rows, gn_tile *tile);

/* training */
void gni_optimizer_update(const gn_optimizer *o, const gn_update *u);
double gni_rate(const gn_schedule *s, const gn_progress *at);
bool gni_on_step(const gn_train_options *o, const gn_progress *at, double loss);
bool gni_on_epoch(const gn_train_options *o, const gn_epoch *line);
gn_status gni_reduce(const gn_train_options *o, size_t n, gn_real *gradient, double *loss, double *rows);

/* optimizer.c, schedule.c: is its function one of ours? */
bool gni_is_our_optimizer(const gn_optimizer *o);
bool gni_is_our_schedule(const gn_schedule *s);

#endif /* GNI_THEIRS_H */
