/* The library's optimizers by name, each with a rate and a weight decay that suit it. */
#ifndef OPTIMIZERS_H
#define OPTIMIZERS_H

#include <gemmnet/gemmnet.h>
#include "options.h"

typedef struct named_optimizer {
    const char *name, *base;   /* base: the library's name, whose numbers it has */
    double rate, weight_decay; /* its defaults */
    bool full_batch;           /* by default each step takes all rows */
} named_optimizer;

/* The default first; the last has no name. */
extern const named_optimizer named_optimizers[];

option_parser option_optimizer; /* const named_optimizer * */
option_word optimizer_word,       /* all of them, for the help */
            optimizer_other_word; /* all but the default */

#endif /* OPTIMIZERS_H */
