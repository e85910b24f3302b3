/* Hidden layers on a command line: their units, and their activations by name. */
#ifndef LAYERS_H
#define LAYERS_H

#include <gemmnet/gemmnet.h>
#include "options.h"

typedef struct widths { size_t *at, n; } widths;                         /* at: to be freed */
typedef struct activations { const gn_activation **at; size_t n; } activations; /* the same */

option_parser option_widths,      /* widths: "16,16", or "none" */
              option_activations; /* activations: "relu,tanh" */
option_word activation_word;      /* all activations, for the help */

/* One activation, or as many as layers. false: it has complained. */
bool layers_agree(const widths *hidden, const activations *of);
const gn_activation *layers_activation(const activations *of, size_t layer);

#endif /* LAYERS_H */
