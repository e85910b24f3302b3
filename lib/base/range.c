/* How n things are shared out: ranges that differ by one at most, in their order. */
#include "base/base.h"

gni_range gni_share(size_t n, size_t member, size_t size)
{
    size_t each = n / size, more = n % size; /* the first `more` get one more */
    size_t first = member * each + (member < more ? member : more);
    return (gni_range){ first, each + (member < more ? 1 : 0) };
}
