/* The library's optimizers by name. */
#include "optimizers.h"
#include "complain.h"

#include <string.h>

/* Constructors without arguments. */
static gn_optimizer plain_sgd(void) { return gn_sgd(0, false); }
static gn_optimizer momentum(void)  { return gn_sgd(0.9, false); }
static gn_optimizer nesterov(void)  { return gn_sgd(0.9, true); }
static gn_optimizer adagrad(void)   { return gn_adagrad(1e-10); }
static gn_optimizer rmsprop(void)   { return gn_rmsprop(0.99, 1e-8); }

/* The first is the default. Rates are chosen, like all defaults here, for 784-16-16-10, on
 * images split off from the training images. */
const named_optimizer named_optimizers[] = {
    { "adamw",    0.01,  0.05,   false, gn_adam_defaults }, /* all weight decay is decoupled */
    { "adam",     0.006, 0,      false, gn_adam_defaults },
    { "sgd",      0.3,   0.0005, false, plain_sgd },
    { "momentum", 0.06,  0.003,  false, momentum },
    { "nesterov", 0.06,  0.003,  false, nesterov },
    { "adagrad",  0.1,   0,      false, adagrad },
    { "rmsprop",  0.006, 0.03,   false, rmsprop },
    { "rprop",    0.001, 0,      true,  gn_rprop_defaults },
    { NULL, 0, 0, false, NULL },
};

bool option_optimizer(const option *self, const char *text, void *field)
{
    for (const named_optimizer *o = named_optimizers; o->name != NULL; o++)
        if (strcmp(o->name, text) == 0) {
            *(const named_optimizer **)field = o;
            return true;
        }
    return complain("--%s %s: there is no such optimizer (see --help)", self->name, text);
}
