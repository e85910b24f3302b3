/* The memory in which OpenBLAS multiplies, so that a lack of it becomes a status.
 *
 * A product that copies its arguments first (all but small ones on some processors) takes a buffer from a
 * table of the process, and puts it back; it maps a new one where all are taken, 128 MiB of addresses on
 * x86-64, of which it touches as much as the product needs, and never unmaps it. (The pthread build's own
 * threads take one each when the program starts, the OpenMP build one for each thread of
 * OMP_NUM_THREADS.) Where a mapping fails, OpenBLAS (0.3.21, and earlier) tries again for ever. So we
 * have it map as many buffers as calls may need at once, by its own function, after we saw that there is
 * room. (Between the look and the mapping another thread of the host may take the room, if it is the
 * last 128 MiB.) */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include "base/blas.h"
#include "base/openblas.h"

/* The table has two entries for each thread that OpenBLAS was built for, 50 at least, and its own threads
 * take up to half of them. More members than these get theirs when they multiply, as OpenBLAS does it. */
enum { MOST_BUFFERS = 24, BUFFER_MIB = 128 };

static atomic_int members_now;  /* of all calls in progress */
static atomic_int n_known;      /* buffers that are mapped */
static void *known[MOST_BUFFERS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local int mine;  /* of the members: those of calls of this thread */
static _Thread_local int lent;  /* members that are this thread, in a function of the user's */

static void *map(size_t size)
{
    void *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return block == MAP_FAILED ? NULL : block;
}

static bool is_room(int buffers)
{
    size_t size = (size_t)buffers * BUFFER_MIB << 20;
    void *block = map(size);
    return block && munmap(block, size) == 0;
}

/* The pthread build's own threads take their buffers when they start, which may be after this: then they
 * would take the ones that we had mapped. A product by all of them waits until they have started. */
static void wait_for_blas_threads(void)
{
    enum { N = 256 }; /* large enough for a product by 64 threads */
    static bool done;
    int threads = gni_which_blas() == GNI_BLAS_PTHREAD ? openblas_get_num_threads() : 1;
    size_t size = 3 * N * N * sizeof(gn_real);
    gn_real *zeros = NULL;
    if (done || threads < 2 || omp_in_parallel() || !is_room(threads) || !(zeros = map(size)))
        return;
    gni_gemm(GNI_NN, N, N, N, zeros, N, zeros + N * N, N, 0, zeros + 2 * N * N, N);
    munmap(zeros, size);
    done = true;
}

static void remember(void *buffer)
{
    int n = atomic_load(&n_known);
    for (int i = 0; i < n; i++)
        if (known[i] == buffer)
            return;
    known[n] = buffer;
    atomic_store(&n_known, n + 1);
}

/* Takes buffers, known ones among them, until enough are known; then puts them back. */
static bool map_buffers(int wanted)
{
    void *taken[MOST_BUFFERS];
    int n = 0;
    bool room = true;
    while (atomic_load(&n_known) < wanted && (room = is_room(1))) {
        taken[n] = blas_memory_alloc(0);
        room = taken[n] != NULL; /* NULL where all entries of the table are in use */
        if (!room)
            break;
        remember(taken[n++]);
    }
    while (n > 0)
        blas_memory_free(taken[--n]);
    return room;
}

static bool ensure(int wanted)
{
    if (wanted <= atomic_load(&n_known))
        return true;
    pthread_mutex_lock(&mutex);
    bool enough = map_buffers(wanted);
    if (enough)
        wait_for_blas_threads();
    pthread_mutex_unlock(&mutex);
    return enough;
}

gn_status gni_buffers_hold(const char *who, int members)
{
    if (members == 0 || !GNI_HAS_BUFFERS)
        return GN_OK;
    int wanted = atomic_fetch_add(&members_now, members) + members - lent;
    mine += members;
    int most = gni_which_blas() == GNI_BLAS_SERIAL ? 1 : MOST_BUFFERS; /* gni_gemm lets in one */
    wanted = wanted < most ? wanted : most;
    if (ensure(wanted))
        return GN_OK;
    gni_buffers_release(members);
    return gn_fail(GN_ERR_MEMORY,
                   "%s: no memory for OpenBLAS to multiply in: %d MiB for each of %d threads%s", who,
                   BUFFER_MIB, wanted, wanted > 1 ? " (fewer threads need less)" : "");
}

void gni_buffers_release(int members)
{
    int counted = members < mine ? members : mine; /* 0: nobody counts; or in a child, another thread's */
    mine -= counted;
    atomic_fetch_sub(&members_now, counted);
}

gn_status gni_buffers_reserve(const char *who, int members)
{
    gn_status status = gni_buffers_hold(who, members);
    if (status >= 0)
        gni_buffers_release(members);
    return status;
}

void gni_buffers_lend(int n)
{
    lent += n;
}

static void lock(void)
{
    pthread_mutex_lock(&mutex);
}

static void unlock(void)
{
    pthread_mutex_unlock(&mutex);
}

static void unlock_in_child(void)
{
    atomic_store(&members_now, mine); /* other threads' stayed with its parent */
    unlock();
}

__attribute__((constructor)) static void watch_forks(void)
{
    pthread_atfork(lock, unlock, unlock_in_child);
}

bool gni_has_buffers(void)
{
    return GNI_HAS_BUFFERS;
}
