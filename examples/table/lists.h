/* Options that are lists. */
#ifndef LISTS_H
#define LISTS_H

#include "../common/options.h"
#include "table.h"

option_parser list_widths,      /* widths */
              list_activations; /* activations */

#endif /* LISTS_H */
