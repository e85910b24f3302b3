/* A user's layer type with all that one can have: tensors of rank 1 to 4, one of them a running
 * statistic, working memory per row and per tile, a second input, twelve parameters. */
#ifndef GEMMNET_TESTS_SUPPORT_RICH_H
#define GEMMNET_TESTS_SUPPORT_RICH_H

#include "support.h"

#define RICH_PARAMS { 0.5, -0.25, 1, 0.75, 0.3, -0.6, 0.9, 0.2, 0.4, -0.1, 0.05, 0.8 }

extern const gn_layer_type rich_layer;

#endif /* GEMMNET_TESTS_SUPPORT_RICH_H */
