/* The network: a table of layers, one vector of parameters, and what travels with them. It is
 * read-only while it runs, and knows nothing of how it is run. */
#ifndef GNI_NETWORK_H
#define GNI_NETWORK_H

#include "layers/layers.h"

/* notes.c: strings that travel with a network */
typedef struct gni_note {
    struct gni_note *next;
    const char *key, *value;
} gni_note;
#define GNI_DESCRIPTION "description" /* the note that exports show to people */
gni_note *gni_make_note(const char *key, const char *value); /* copies both; NULL: no memory */

struct gn_network {
    gn_shape input;
    size_t n_layers;
    gn_layer *layers;
    size_t n_params;
    bool has_statistics; /* running ones, among them */
    bool whole_lanes;    /* some layer learns from whole lanes */
    gn_real *params; /* one block, its first real 64-byte aligned, layer after layer */
    gn_scaling scaling;
    gn_real *scaling_memory; /* the block in which its arrays lie */
    gni_note *notes;
};

/* network.c: a network in two steps: its layers; then memory for its parameters, all 0 */
gn_status gni_network_plan(gn_network **out, gn_shape input, const gn_layer_spec *layers,
                           size_t n_layers);
gn_status gni_network_allocate(gn_network *net);
gn_status gni_plan_layers(gn_network *net, const gn_layer_spec *layers); /* plan.c */
const gn_layer *gni_last_layer(const gn_network *net); /* dropout after it left aside */

/* scaling.c: rows from the user's units to the network's, and back */
void gni_scale_inputs(const gn_network *net, size_t rows, gn_real *x);
void gni_scale_targets(const gn_network *net, size_t rows, gn_real *y);
void gni_unscale(const gn_network *net, size_t rows, gn_real *y, size_t stride);

/* notes.c: the scaling and the notes, which are luggage of a network */
gn_status gni_copy_luggage(gn_network *copy, const gn_network *net);
void gni_free_luggage(gn_network *net);
const void *gni_find(gn_kind kind, const char *name); /* named.c: as gn_x_named, without an error */

#endif /* GNI_NETWORK_H */
