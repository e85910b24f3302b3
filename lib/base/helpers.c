/* The threads of a team. They start with the first call that has work for them, sleep between
 * calls, and end with the team. */
#define _GNU_SOURCE /* places: pthread_setaffinity_np */
#include <omp.h>
#include <sched.h>
#include <signal.h>
#include "base/blas.h"
#include "base/team.h"

/* After a fork the child has none of its parent's threads. */
static bool forked;

static void remember_fork(void)
{
    forked = true;
}

__attribute__((constructor)) static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, remember_fork);
}

bool gni_forked(void)
{
    return forked;
}

static void *help(void *user)
{
    gni_member *me = user;
    uint32_t heard = 0;
    gni_blas_join(); /* for good: one thread makes its products */
    for (;;) {
        gni_listen(&me->bell, heard);
        heard = atomic_load(&me->bell.rings);
        if (atomic_load(&me->team->over))
            return NULL;
        gni_help(me->team, me->index);
    }
}

/* The host's signals are for the host's threads; faults are for those that make them. */
static void block_signals(sigset_t *before)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF };
    sigset_t all;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&all, faults[i]);
    pthread_sigmask(SIG_BLOCK, &all, before);
}

/* Under OMP_PROC_BIND OpenMP has put the caller on one core, and a thread of ours would begin
 * there too: it goes to the place that a thread of OpenMP's would have. */
static void go_to_place(pthread_t thread, int index)
{
#ifdef __linux__
    int n = omp_get_num_places(), place = omp_get_place_num();
    if (omp_get_proc_bind() == omp_proc_bind_false || n < 1 || place < 0)
        return;
    int cpus[CPU_SETSIZE], mine = (place + index) % n, count = omp_get_place_num_procs(mine);
    cpu_set_t set;
    if (count < 1 || count > CPU_SETSIZE)
        return;
    omp_get_place_proc_ids(mine, cpus);
    CPU_ZERO(&set);
    for (int i = 0; i < count; i++)
        if (cpus[i] >= 0 && cpus[i] < CPU_SETSIZE)
            CPU_SET((size_t)cpus[i], &set);
    pthread_setaffinity_np(thread, sizeof set, &set);
#else
    (void)thread, (void)index;
#endif
}

/* More threads than that would wait for one another. */
int gni_cores(void)
{
#ifdef __linux__
    cpu_set_t set;
    int n = 0;
    if (omp_get_proc_bind() != omp_proc_bind_false)
        for (int i = 0; i < omp_get_num_places(); i++)
            n += omp_get_place_num_procs(i);
    if (n == 0 && sched_getaffinity(0, sizeof set, &set) == 0)
        n = CPU_COUNT(&set);
    return n > 0 ? n : GNI_MOST_THREADS;
#else
    return GNI_MOST_THREADS;
#endif
}

/* As many as can be had; fewer change no bits. */
void gni_start_helpers(gni_team *team)
{
    sigset_t before;
    team->tried = true;
    block_signals(&before);
    while (team->n_threads + 1 < gni_team_members(team, SIZE_MAX)) {
        gni_member *m = &team->members[team->n_threads + 1];
        if (pthread_create(&m->thread, NULL, help, m) != 0)
            break;
        go_to_place(m->thread, m->index);
        team->n_threads++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void gni_end_helpers(gni_team *team)
{
    if (forked)
        return;
    atomic_store(&team->over, true);
    for (int i = 1; i <= team->n_threads; i++)
        gni_ring(&team->members[i].bell);
    for (int i = 1; i <= team->n_threads; i++)
        pthread_join(team->members[i].thread, NULL);
}
