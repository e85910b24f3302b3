/* Random rows and one target each, for squared errors, and a network that is small. */
#ifndef GEMMNET_TESTS_SUPPORT_SQUARES_H
#define GEMMNET_TESTS_SUPPORT_SQUARES_H

#include "support.h"

enum { ROWS = 100, INPUTS = 2 };

extern const gn_data squares;

int set_up_squares(void **state); /* of a group: fills them */
gn_network *small_network(void);

#endif /* GEMMNET_TESTS_SUPPORT_SQUARES_H */
