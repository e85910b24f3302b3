/* All of our layer types. */
#include "layers/layers.h"

const void *const gni_layer_types[] = { &gn_dense, &gn_dropout, NULL };
