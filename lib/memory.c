/* Memory: sizes that cannot overflow, blocks that begin at a cache line. */
#include <stdlib.h>
#include <string.h>
#include "internal.h"

enum { ALIGNMENT = 64 };

bool gni_multiply(size_t a, size_t b, size_t *product)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *product = a * b;
    return true;
}

bool gni_add(size_t a, size_t b, size_t *sum)
{
    if (a > SIZE_MAX - b)
        return false;
    *sum = a + b;
    return true;
}

/* The bytes of an array, up to whole cache lines. */
static bool bytes_of(size_t count, size_t size, size_t *bytes)
{
    if (!gni_multiply(count, size, bytes) || !gni_add(*bytes, ALIGNMENT - 1, bytes))
        return false;
    *bytes -= *bytes % ALIGNMENT;
    return *bytes <= PTRDIFF_MAX;
}

void *gni_alloc(size_t count, size_t size)
{
    size_t bytes;
    if (!bytes_of(count, size, &bytes))
        return NULL;
    void *memory = aligned_alloc(ALIGNMENT, bytes ? bytes : ALIGNMENT);
    if (memory)
        memset(memory, 0, bytes ? bytes : ALIGNMENT);
    return memory;
}

void gni_free(void *memory)
{
    free(memory);
}

/* An object of many arrays is laid out by one function that takes them one after the other.
 * It runs twice: over an arena without a base, to learn how much it wants (what it returns
 * is then NULL), and over a block of that size. */
void *gni_take(gni_arena *arena, size_t count, size_t size)
{
    size_t bytes, first = arena->used;
    if (!bytes_of(count, size, &bytes) || !gni_add(arena->used, bytes, &arena->used)) {
        arena->overflow = true;
        return NULL;
    }
    return arena->base ? arena->base + first : NULL;
}
