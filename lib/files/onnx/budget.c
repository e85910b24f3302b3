/* All memory that a file makes us take is bounded by its size: two bytes can be an empty message,
 * whose structure has a hundred, and a few can name a matrix of the file once more. Memory comes
 * from chunks that are freed together, so that nothing of a damaged file can leak. */
#include "files/onnx/parts.h"

enum {
    TIMES = 56,            /* the file's size; the file itself and rounding come on top ... */
    BESIDES = 3 << 18,     /* ... of it and this, within 64 times and 1 MiB */
    FIRST_CHUNK = 1 << 12, LARGEST_CHUNK = 1 << 20,
    ALIGNMENT = 16,
    ROUNDED_FROM = 1 << 22, ROUNDING = 1 << 21, /* gni_alloc: large blocks are whole pages */
};

typedef struct gni_chunk {
    struct gni_chunk *older;
    size_t size, used; /* of the bytes that follow this head */
} gni_chunk;

enum { HEAD = (sizeof(gni_chunk) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT };

static void *allocate(void *budget, size_t size)
{
    return gni_budget_take(budget, size, 1);
}

static void keep(void *budget, void *memory)
{
    (void)budget; (void)memory;
}

void gni_budget_open(gni_budget *b, size_t file_size)
{
    *b = (gni_budget){ .allocator = { allocate, keep, b } };
    if (!gni_multiply(file_size, TIMES, &b->left) || !gni_add(b->left, BESIDES, &b->left))
        b->left = SIZE_MAX;
}

bool gni_budget_spend(gni_budget *b, size_t bytes)
{
    if (bytes >= ROUNDED_FROM && !gni_add(bytes, ROUNDING, &bytes))
        bytes = SIZE_MAX;
    if (bytes > b->left) {
        b->refused = true;
        return false;
    }
    b->left -= bytes;
    return true;
}

/* Chunks double; where little is left, one is no larger than it must be. */
static bool add_chunk(gni_budget *b, size_t least)
{
    size_t size = b->chunks ? 2 * (b->chunks->size + HEAD) : FIRST_CHUNK;
    size = size < LARGEST_CHUNK ? size : LARGEST_CHUNK;
    if (!gni_add(least, HEAD, &least))
        least = SIZE_MAX;
    if (size < least || size > b->left / 2)
        size = least;
    if (!gni_budget_spend(b, size))
        return false;
    gni_chunk *chunk = gni_alloc(size, 1);
    if (!chunk) {
        b->failed = true;
        return false;
    }
    *chunk = (gni_chunk){ .older = b->chunks, .size = size - HEAD };
    b->chunks = chunk;
    return true;
}

void *gni_budget_take(gni_budget *b, size_t count, size_t size)
{
    size_t bytes;
    if (!gni_multiply(count, size, &bytes) || !gni_add(bytes, ALIGNMENT - 1, &bytes))
        bytes = SIZE_MAX - ALIGNMENT + 1;
    bytes -= bytes % ALIGNMENT;
    if ((!b->chunks || bytes > b->chunks->size - b->chunks->used) && !add_chunk(b, bytes))
        return NULL;
    char *memory = (char *)b->chunks + HEAD + b->chunks->used;
    b->chunks->used += bytes;
    return memory;
}

gn_status gni_budget_error(const gni_budget *b, const char *name)
{
    if (b->refused)
        return gn_fail(GN_ERR_FORMAT, "%s: it would take more than 64 times its size in memory", name);
    return gn_fail(GN_ERR_MEMORY, "%s: no memory", name);
}

void gni_budget_close(gni_budget *b)
{
    while (b->chunks) {
        gni_chunk *older = b->chunks->older;
        gni_free(b->chunks);
        b->chunks = older;
    }
}
