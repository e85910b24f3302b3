/* Prints a weight that both precisions learned, with the digits that each can promise. */
#include <stdio.h>
#include "learn.h"

int main(void)
{
    printf("%.5f in float, %.13f in double\n", learned_in_float(), learned_in_double());
    return 0;
}
