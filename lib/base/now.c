/* The steady clock, which nobody sets. */
#include <time.h>
#include "base/base.h"

int64_t gni_now(void)
{
    struct timespec now = { 0, 0 };
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}
