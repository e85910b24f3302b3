/* The library's optimizers by name. */
#include "optimizers.h"
#include "complain.h"

#include <string.h>

/* The first is the default. Rates are chosen, like all defaults here, for 784-16-16-10, on
 * images split off from the training images. */
const named_optimizer named_optimizers[] = {
    { "adamw",    "adam",     0.01,  0.05,   false }, /* all weight decay is decoupled */
    { "adam",     "adam",     0.006, 0,      false },
    { "sgd",      "sgd",      0.3,   0.0005, false },
    { "momentum", "momentum", 0.06,  0.003,  false },
    { "nesterov", "nesterov", 0.06,  0.003,  false },
    { "adagrad",  "adagrad",  0.1,   0,      false },
    { "rmsprop",  "rmsprop",  0.006, 0.03,   false },
    { "rprop",    "rprop",    0.001, 0,      true },
    { NULL, NULL, 0, 0, false },
};

const char *optimizer_word(size_t i)
{
    return named_optimizers[i].name;
}

const char *optimizer_other_word(size_t i)
{
    return named_optimizers[i + 1].name;
}

bool option_optimizer(const option *self, const char *text, void *field)
{
    for (const named_optimizer *o = named_optimizers; o->name != NULL; o++)
        if (strcmp(o->name, text) == 0) {
            *(const named_optimizer **)field = o;
            return true;
        }
    return complain("--%s %s: there is no such optimizer (see --help)", self->name, text);
}
