/* How n things are shared out: ranges that differ by one at most, in their order. */
#include "base/base.h"

gni_range gni_share(size_t n, size_t member, size_t size)
{
    size_t each = n / size, more = n % size; /* the first `more` get one more */
    size_t first = member * each + (member < more ? member : more);
    return (gni_range){ first, each + (member < more ? 1 : 0) };
}

gni_range gni_overlap(gni_range a, gni_range b)
{
    size_t first = a.first > b.first ? a.first : b.first;
    size_t a_end = a.first + a.n, b_end = b.first + b.n, end = a_end < b_end ? a_end : b_end;
    return (gni_range){ first, end > first ? end - first : 0 };
}
