/* OpenBLAS's own threads, and when they have their buffers.
 *
 * Each thread of the pthread build takes a buffer (see blas_buffers.c) when it begins, which may
 * be long after it was made. If the rest of the process has taken the room meanwhile, it tries
 * again for ever; then a product that waits for it never ends, nor does exit(), which joins it.
 * And it may take a buffer that we had mapped for ourselves. So we call all of them to a meeting,
 * to which each comes after it has its buffer: before we map buffers of our own; and, where
 * addresses are limited (ulimit -v), when the library is loaded, since data may fill memory before
 * there is a context. */
#include <omp.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include "base/blas.h"
#include "base/openblas.h"

static atomic_int missing;

/* A thread that is here cannot come a second time in another one's place. */
static void come(void *user)
{
    (void)user;
    atomic_fetch_sub(&missing, 1);
    while (atomic_load(&missing) > 0)
        sched_yield();
}

bool gni_blas_meet(void)
{
    static int met = 1;
    bool can = gni_which_blas() == GNI_BLAS_PTHREAD && GNI_HAS_MEETINGS;
    int threads = can ? openblas_get_num_threads() : 1;
    if (threads <= met || omp_in_parallel() || !gni_is_room(threads - 1))
        return false;
    atomic_store(&missing, threads);
    gotoblas_pthread(threads, come, &missing, 0);
    met = threads;
    return true;
}

/* OpenBLAS has been loaded before, or has a constructor of a higher priority. */
__attribute__((constructor)) static void meet_in_time(void)
{
    struct rlimit addresses;
    if (getrlimit(RLIMIT_AS, &addresses) == 0 && addresses.rlim_cur != RLIM_INFINITY)
        gni_buffers_meet();
}
