/* See support_count.h. */
#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include "support_count.h"

atomic_long calls, live, fail_at;
atomic_size_t live_bytes, peak_bytes;

void forget_peak(void)
{
    atomic_store(&peak_bytes, atomic_load(&live_bytes));
}

static bool fails(void)
{
    return atomic_fetch_add(&calls, 1) + 1 == atomic_load(&fail_at);
}

static void *count(void *memory)
{
    if (!memory)
        return NULL;
    size_t size = malloc_usable_size(memory), now = atomic_fetch_add(&live_bytes, size) + size;
    size_t peak = atomic_load(&peak_bytes);
    while (now > peak && !atomic_compare_exchange_weak(&peak_bytes, &peak, now))
        continue;
    atomic_fetch_add(&live, 1);
    return memory;
}

static void uncount(void *memory)
{
    if (!memory)
        return;
    atomic_fetch_sub(&live, 1);
    atomic_fetch_sub(&live_bytes, malloc_usable_size(memory));
}

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__real_aligned_alloc(size_t, size_t);
int   __real_posix_memalign(void **, size_t, size_t);
void  __real_free(void *);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
void *__wrap_aligned_alloc(size_t, size_t);
int   __wrap_posix_memalign(void **, size_t, size_t);
void  __wrap_free(void *);

void *__wrap_malloc(size_t n) { return fails() ? NULL : count(__real_malloc(n)); }
void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : count(__real_calloc(n, size));
}
void *__wrap_aligned_alloc(size_t a, size_t n)
{
    return fails() ? NULL : count(__real_aligned_alloc(a, n));
}

/* Not for 0 bytes, and memory that there is not leaves the old block. */
void *__wrap_realloc(void *old, size_t n)
{
    if (fails())
        return NULL;
    uncount(old);
    return count(__real_realloc(old, n));
}

int __wrap_posix_memalign(void **out, size_t a, size_t n)
{
    int error = fails() ? 12 : __real_posix_memalign(out, a, n);
    if (!error)
        count(*out);
    return error;
}

void __wrap_free(void *memory)
{
    uncount(memory);
    __real_free(memory);
}
