/* Layer types. Ours are public constants; what is here calls any type's functions. */
#ifndef GNI_LAYERS_H
#define GNI_LAYERS_H

#include "functions/functions.h"

extern const void *const gni_layer_types[]; /* types.c: as gni_activations is */

/* theirs.c: what a layer needs, and begins with (type->init may be NULL) */
gn_status gni_layer_plan(gn_layer *layer);
void gni_layer_init(const gn_layer *layer, gn_real *params, uint64_t seed);
/* of a pass */
void gni_layer_forward(const gn_layer *layer, const gn_pass *p);
void gni_layer_backward(const gn_layer *layer, const gn_pass *p);

#endif /* GNI_LAYERS_H */
