/* See support_squares.h. */
#include "support_squares.h"

static gn_real x[ROWS * INPUTS], y[ROWS];

const gn_data squares = { .x = { x, ROWS, INPUTS, 0, GN_REAL, 0, 0, { 0 } },
                          .y = { y, ROWS, 1, 0, GN_REAL, 0, 0, { 0 } } };

int set_up_squares(void **state)
{
    rng r = { 5 };
    (void)state;
    fill_normal(&r, ROWS * INPUTS, x);
    fill_normal(&r, ROWS, y);
    return 0;
}

gn_network *small_network(void)
{
    return NETWORK(INPUTS, 1, { .units = 3, .activation = &gn_tanh }, { .units = 1 });
}
