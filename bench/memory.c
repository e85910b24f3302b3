/* Arrays that begin at a cache line, and numbers to put there. */
#include "throughput.h"

#include <stdlib.h>

enum { ALIGNMENT = 64 };

void *take(size_t count, size_t size)
{
    size_t bytes = count * size, padded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    void *memory = NULL;

    if (count <= (SIZE_MAX - ALIGNMENT) / size)
        memory = aligned_alloc(ALIGNMENT, padded > 0 ? padded : ALIGNMENT);
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
