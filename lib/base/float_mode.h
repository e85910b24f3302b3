/* The floating-point mode that the library computes in, and the host's.
 *
 * Ours, from the beginning of a public call to its end, in each of its threads: subnormal numbers
 * are taken as 0 and never made, no exception traps, rounding is to nearest. A thread that meets
 * subnormal numbers is 20 to 100 times slower, and hosts that trap exceptions would die of what
 * products by other people's BLAS, or loops over padding, raise and nobody asks for. When the call
 * returns, the host has its whole mode back, with the flags that were raised before; so it has while
 * a function of the user's runs.
 *
 * Compilers move arithmetic across calls that they cannot look into, if its numbers do not come from
 * memory. So a function that switches does no arithmetic of its own, and what it calls in between is
 * GNI_APART or a pointer. */
#ifndef GNI_FLOAT_MODE_H
#define GNI_FLOAT_MODE_H

#include <stdbool.h>

#define GNI_APART __attribute__((noinline))

#if defined(__x86_64__) || defined(__aarch64__)
#include <stdint.h>
typedef uint64_t gni_float_word; /* control and flags */
#else
#include <fenv.h>
typedef fenv_t gni_float_word;
#endif

/* Of a thread. */
typedef struct gni_float_mode {
    bool held;           /* it works in ours ... */
    gni_float_word host; /* ... for a host whose mode is this */
} gni_float_mode;

/* From here to there; calls may lie in calls. */
gni_float_mode gni_hold_mode(void);
void gni_release_mode(gni_float_mode before);

/* The host's mode, with its flags, around a function of the user's: false where there is nothing to
 * take back, since nobody holds a mode. */
bool gni_lend_mode(void);
void gni_take_mode_back(bool lent);

/* Other threads of the same call: the caller's mode, which a member joins, and leaves with its own. */
gni_float_mode gni_mode_here(void);
gni_float_mode gni_join_mode(gni_float_mode callers);
void gni_leave_mode(gni_float_mode own);

#endif /* GNI_FLOAT_MODE_H */
