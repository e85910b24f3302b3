/* Arrays that begin at a cache line, and numbers to put there. Large ones ask for huge pages, as
 * the library does for its own, files of images among them. */
#define _DEFAULT_SOURCE /* madvise */
#include "throughput.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { CACHE_LINE = 64, HUGE_PAGE = 1 << 21 };

void *take(size_t count, size_t size)
{
    size_t bytes = count * size, alignment = bytes >= 2 * HUGE_PAGE ? HUGE_PAGE : CACHE_LINE;
    void *memory = NULL;

    if (count <= (SIZE_MAX - HUGE_PAGE) / size)
        memory = aligned_alloc(alignment, bytes / alignment * alignment + alignment);
#ifdef MADV_HUGEPAGE
    if (memory != NULL && alignment == HUGE_PAGE)
        madvise(memory, bytes, MADV_HUGEPAGE); /* a wish: it may fail */
#endif
    if (memory == NULL)
        complain("no memory for %zu times %zu bytes", count, size);
    return memory;
}

/* Zeros, equal numbers or denormal ones might be faster or slower than those of a network. */
void fill_random(gn_real *x, size_t n, double low, double high)
{
    uint64_t state = 1;

    for (size_t i = 0; i < n; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u; /* Knuth's, MMIX */
        x[i] = (gn_real)(low + (high - low) * (double)(state >> 40) / 16777216.0);
    }
}
