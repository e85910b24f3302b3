/* Float's and double's library in one program: the consumer's learn.c is compiled once for each.
 * Each learns y = 2 x, at the precision that it has. */
#include <float.h>
#include <stdio.h>
#include "learn.h"

static int off(double weight, double epsilon)
{
    return weight - 2 > 4 * epsilon || 2 - weight > 4 * epsilon;
}

int main(void)
{
    double single = learned_in_float(), twice = learned_in_double();
    if (!off(single, FLT_EPSILON) && !off(twice, DBL_EPSILON))
        return 0;
    printf("learned %.17g in float, %.17g in double, instead of 2\n", single, twice);
    return 1;
}
