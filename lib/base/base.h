/* What everything else stands on: errors, memory, products of matrices, threads, random numbers.
 * Nothing here knows what a network is. */
#ifndef GNI_BASE_H
#define GNI_BASE_H

#include <assert.h>
#include "kernels/kernels.h"
#include "base/float_mode.h"

enum {
    GNI_MOST_THREADS = 1024,
    GNI_MESSAGE = 512, /* bytes of an error message */
};

/* status.c: an error of a user's function that did not call gn_fail gets a sentence too */
unsigned gni_failures(void); /* calls of gn_fail in this thread */
gn_status gni_explain(const char *who, gn_status status, unsigned before);

/* What users fill in ends in zeros, so that it can grow. */
gn_status gni_check_reserved(const char *who, const char *what, size_t n, const uint64_t *reserved);

/* memory.c: sizes are products checked for overflow */
bool  gni_multiply(size_t a, size_t b, size_t *product); /* false: it overflows */
bool  gni_add(size_t a, size_t b, size_t *sum);
void *gni_alloc(size_t count, size_t size); /* zeroed, 64-byte aligned, or NULL */
void  gni_free(void *memory);

/* One block that holds many arrays: measured first, then handed out; see memory.c */
typedef struct gni_arena {
    char *base;     /* NULL: measuring */
    size_t used;
    bool overflow;
} gni_arena;
void *gni_take(gni_arena *arena, size_t count, size_t size); /* 64-byte aligned */

/* text.c, now.c */
bool gni_is_utf8(const char *text);
void gni_make_printable(char *text); /* '?' for what a terminal would obey */
int64_t gni_now(void);               /* ns of the steady clock */

/* range.c: a range of anything, be it rows, tiles, blocks or parameters */
typedef struct gni_range { size_t first, n; } gni_range;
gni_range gni_share(size_t n, size_t member, size_t size); /* the member's share of n */
gni_range gni_overlap(gni_range a, gni_range b); /* what both have; n may be 0 */

/* random.c: Philox4x32-10; a key is made from what the numbers are for */
typedef enum gni_purpose { GNI_WEIGHTS = 1, GNI_ORDER, GNI_SPLIT, GNI_DROPOUT } gni_purpose;
gni_key gni_random_key(uint64_t seed, gni_purpose purpose, uint64_t stream, uint64_t step);
void gni_shuffle(uint64_t seed, gni_purpose purpose, uint64_t epoch, size_t n, size_t *order);

/* blas.c: the only file that knows CBLAS; row-major C = A B + beta C, m x n sums of k */
typedef enum gni_form { GNI_NN, GNI_NT, GNI_TN } gni_form; /* T: that one lies transposed */
void gni_gemm(gni_form form, size_t m, size_t n, size_t k, const gn_real *a, size_t lda,
              const gn_real *b, size_t ldb, gn_real beta, gn_real *c, size_t ldc);
#define GNI_BLAS_MAX 2147483647u /* BLAS counts in int */

/* team.c: threads that share the items of one phase after the other. team NULL: one thread */
typedef struct gni_team gni_team;
typedef gn_status gni_item(void *user, int member, size_t item);
int gni_default_threads(void);
gni_team *gni_team_create(int most); /* NULL: no memory */
void gni_team_destroy(gni_team *team);
int gni_team_size(const gni_team *team, size_t items); /* members that may work on them ... */
int gni_team_members(const gni_team *team, size_t items); /* ... and that will, on these cores */
/* Runs all items, each by one member; the error is that of the first item that fails. */
gn_status gni_team_run(gni_team *team, size_t items, gni_item *run, void *user);

#endif /* GNI_BASE_H */
