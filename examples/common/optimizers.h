/* The library's optimizers by name, each with a rate and a weight decay that suit it. */
#ifndef OPTIMIZERS_H
#define OPTIMIZERS_H

#include <gemmnet/gemmnet.h>
#include "options.h"

typedef struct named_optimizer {
    const char *name;
    double rate, weight_decay; /* its defaults */
    bool full_batch;           /* by default each step takes all rows */
    gn_optimizer (*create)(void);
} named_optimizer;

/* The default first; the last has no name. */
extern const named_optimizer named_optimizers[];

option_parser option_optimizer; /* const named_optimizer * */

#endif /* OPTIMIZERS_H */
