/* Teams of threads: OpenMP, because that is what scientific hosts use. */
#include <omp.h>
#include <pthread.h>
#include "internal.h"

/* After a fork the child has none of its parent's threads, and OpenMP does not know. */
static bool forked;

static void remember_fork(void)
{
    forked = true;
}

__attribute__((constructor)) static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, remember_fork);
}

int gni_default_threads(void)
{
    return omp_in_parallel() ? 1 : omp_get_max_threads();
}

int gni_team_size(int wanted, size_t parts)
{
    return forked ? 1 : (size_t)wanted < parts ? wanted : (int)parts;
}

void gni_team(int n, void (*part)(void *user, int member, int size), void *user)
{
    if (n <= 1 || forked) {
        part(user, 0, 1);
        return;
    }
    const gni_float_mode mode = gni_mode_here();
    bool lent = gni_lend_mode(); /* threads that OpenMP starts here take over this one's mode, for good */
#pragma omp parallel num_threads(n)
    {
        bool is_caller = omp_get_thread_num() == 0;
        gni_float_mode own = { 0 };
        if (is_caller)
            gni_take_mode_back(lent);
        else
            own = gni_join_mode(mode);
        part(user, omp_get_thread_num(), omp_get_num_threads());
        if (is_caller)
            lent = gni_lend_mode();
        else
            gni_leave_mode(own);
    }
    gni_take_mode_back(lent);
}

/* A team of one has nobody to wait for; its barrier would be that of the caller's team. */
void gni_barrier(int size)
{
    if (size > 1) {
#pragma omp barrier
    }
}
