/* The library's parts by name, from the lists of the rooms where they live. */
#include <stdio.h>
#include <string.h>
#include "network/network.h"

typedef struct kind {
    const char *what;
    const void *const *all; /* ended by NULL */
} kind;

static const kind kinds[] = {
    [GN_ACTIVATION] = { "activation", gni_activations },
    [GN_LOSS] = { "loss", gni_losses },
    [GN_INIT] = { "initialisation", gni_inits },
    [GN_LAYER_TYPE] = { "layer type", gni_layer_types },
    [GN_OPTIMIZER] = { "optimizer", gni_optimizers },
};

/* A pointer to a struct points to its first member too (C11 6.7.2.1), which is the name in all. */
static const char *name_of(const void *part)
{
    return *(const char *const *)part;
}

_Static_assert(offsetof(gn_activation, name) == 0 && offsetof(gn_loss, name) == 0 &&
                   offsetof(gn_init, name) == 0 && offsetof(gn_layer_type, name) == 0 &&
                   offsetof(gn_optimizer, name) == 0,
               "each begins with its name");

const char *gn_name(gn_kind of, size_t i)
{
    if ((size_t)of >= sizeof kinds / sizeof kinds[0])
        return NULL;
    for (const void *const *part = kinds[of].all; *part; part++)
        if (i-- == 0)
            return name_of(*part);
    return NULL;
}

const void *gni_find(gn_kind of, const char *name)
{
    for (const void *const *part = kinds[of].all; *part; part++)
        if (strcmp(name_of(*part), name) == 0)
            return *part;
    return NULL;
}

/* gni_find, and where there is none, an error that says which there are. */
static const void *named(gn_kind of, const char *name)
{
    const void *found = name ? gni_find(of, name) : NULL;
    char names[GNI_MESSAGE] = "";
    size_t n = 0;
    if (found)
        return found;
    for (const void *const *part = kinds[of].all; *part && n < sizeof names; part++)
        n += (size_t)snprintf(names + n, sizeof names - n, " %s", name_of(*part));
    if (name)
        gn_fail(GN_ERR_UNKNOWN, "unknown %s \"%.64s\": there are%s", kinds[of].what, name, names);
    else
        gn_fail(GN_ERR_ARGUMENT, "the name of the %s is NULL: there are%s", kinds[of].what, names);
    return NULL;
}

const gn_activation *gn_activation_named(const char *name)
{
    return named(GN_ACTIVATION, name);
}

const gn_loss *gn_loss_named(const char *name)
{
    return named(GN_LOSS, name);
}

const gn_init *gn_init_named(const char *name)
{
    return named(GN_INIT, name);
}

const gn_layer_type *gn_layer_type_named(const char *name)
{
    return named(GN_LAYER_TYPE, name);
}

const gn_optimizer *gn_optimizer_named(const char *name)
{
    return named(GN_OPTIMIZER, name);
}
