/* Random networks with everything that files must keep, and what makes two of them the same. */
#ifndef GEMMNET_TESTS_SUPPORT_NETWORKS_H
#define GEMMNET_TESTS_SUPPORT_NETWORKS_H

#include <gemmnet/files.h>
#include "support.h"

/* A layer type (with weights, biases, and parameters by name and by number) and an activation
 * that are not the library's. */
extern const gn_layer_type affine_layer;
extern const gn_activation squash;
extern const gn_own_parts own_parts;

/* Layers of all types with all activations, random weights, scaling, notes; finite. */
gn_network *random_network(rng *r);
void check_same_network(const char *what, const gn_network *a, const gn_network *b);

#endif /* GEMMNET_TESTS_SUPPORT_NETWORKS_H */
