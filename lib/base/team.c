/* A team: the caller and its helpers, who run the items of one phase after the other.
 *
 * A phase ends when its items are done, not when all members have come: a helper that has
 * lost its core holds up nothing but the item that it is in. Each member has a share of the
 * items, which it takes in order, so that its caches stay warm; then it takes what others have
 * not begun. One word of each member holds the phase and how many items of its share are
 * open: a late member cannot take an item of a phase that is over. Who has taken an item reads
 * what to do with it afterwards, when the phase cannot end before the item does. */
#include <omp.h>
#include <stdio.h>
#include "base/team.h"

bool gni_team_eager;

int gni_default_threads(void)
{
    return omp_in_parallel() ? 1 : omp_get_max_threads();
}

gni_team *gni_team_create(int most)
{
    gni_team *team = gni_alloc(1, sizeof *team);
    gni_member *members = gni_alloc((size_t)most, sizeof *members);
    if (!team || !members) {
        gni_free(team);
        gni_free(members);
        return NULL;
    }
    team->most = most;
    team->cores = gni_cores();
    team->members = members;
    for (int i = 0; i < most; i++) {
        members[i].team = team;
        members[i].index = i;
        members[i].failed = UINT32_MAX;
        gni_bell_init(&members[i].bell);
    }
    return team;
}

void gni_team_destroy(gni_team *team)
{
    if (!team)
        return;
    gni_end_helpers(team);
    for (int i = 0; i < team->most && !gni_forked(); i++)
        gni_bell_destroy(&team->members[i].bell);
    gni_free(team->members);
    gni_free(team);
}

/* OpenMP's limits are ours: within its parallel regions, and on all threads. */
static int most_now(const gni_team *team)
{
    int most = team->most, limit = omp_get_thread_limit();
    if (gni_forked() || omp_get_active_level() >= omp_get_max_active_levels())
        return 1;
    return most < limit ? most : limit;
}

int gni_team_size(const gni_team *team, size_t items)
{
    int most = team ? most_now(team) : 1;
    return items < (size_t)most ? (int)items : most;
}

int gni_team_members(const gni_team *team, size_t items)
{
    int size = gni_team_size(team, items);
    return team && team->cores < size && !gni_team_eager ? team->cores : size;
}

static bool take(gni_member *from, uint32_t phase, size_t *item)
{
    uint64_t open = atomic_load_explicit(&from->open, memory_order_relaxed);
    do {
        if (open >> 32 != phase || (uint32_t)open == 0)
            return false;
    } while (!atomic_compare_exchange_weak(&from->open, &open, open - 1));
    *item = from->first + from->count - (uint32_t)open;
    return true;
}

static void note(gni_member *me, uint32_t item, gn_status status)
{
    uint32_t first = atomic_load(&me->team->failed);
    while (item < first && !atomic_compare_exchange_weak(&me->team->failed, &first, item))
        ;
    if (item >= me->failed)
        return;
    me->failed = item;
    me->status = status;
    snprintf(me->message, sizeof me->message, "%s", gn_error_message());
}

/* Takes items of a phase with so many shares; returns how many. */
static size_t work(gni_team *team, int index, uint32_t phase, uint32_t size)
{
    gni_member *me = &team->members[index];
    size_t item, taken = 0;
    for (uint32_t k = 0; k < size; k++)
        while (take(&team->members[((uint32_t)index + k) % size], phase, &item)) {
            if (taken++ == 0 && index != 0)
                gni_join_mode(team->mode); /* for good: a helper has no other (OpenMP's has joined) */
            gn_status status = item < atomic_load(&team->failed) ? team->run(team->user, index, item) : GN_OK;
            if (status < 0)
                note(me, (uint32_t)item, status);
            if (atomic_fetch_sub(&team->left, 1) == 1 && index != 0)
                gni_ring(&team->members[0].bell);
        }
    return taken;
}

/* A late one may find another phase than it was rung for. If that is of OpenMP's threads, one of them
 * is the member of this index, and has its scratch. */
void gni_help(gni_team *team, int index)
{
    uint64_t begun = atomic_load(&team->phase);
    work(team, index, (uint32_t)(begun >> 32), (uint32_t)begun);
}

static uint32_t phase_now(const gni_team *team)
{
    return (uint32_t)(atomic_load(&team->phase) >> 32);
}

static void begin(gni_team *team, uint32_t items, int size, gni_item *run, void *user)
{
    uint64_t phase = phase_now(team) + 1u;
    team->mode = gni_mode_here();
    team->run = run;
    team->user = user;
    atomic_store(&team->left, items);
    atomic_store(&team->failed, UINT32_MAX);
    for (int i = 0; i < size; i++) {
        gni_member *m = &team->members[i];
        gni_range share = gni_share(items, (size_t)i, (size_t)size);
        m->first = share.first;
        m->count = share.n;
        atomic_store(&m->open, phase << 32 | share.n);
    }
    atomic_store(&team->phase, phase << 32 | (team->worth.borrow ? 0 : (uint32_t)size));
}

static void wait_for_others(gni_team *team)
{
    gni_bell *bell = &team->members[0].bell;
    for (;;) {
        uint32_t heard = atomic_load(&bell->rings);
        if (atomic_load(&team->left) == 0)
            return;
        gni_listen(bell, heard);
    }
}

/* The status of the first item that has failed. */
static gn_status outcome(gni_team *team)
{
    uint32_t failed = atomic_load(&team->failed);
    gn_status status = GN_OK;
    for (int i = 0; i <= team->n_threads && failed != UINT32_MAX; i++) {
        gni_member *m = &team->members[i];
        if (m->failed == failed)
            status = gn_fail(m->status, "%s", m->message);
        m->failed = UINT32_MAX;
    }
    return status;
}

/* The caller's part; returns how many ns all items would have taken it (0: it had none). */
static int64_t work_of_caller(gni_team *team, uint32_t items, int size)
{
    int64_t begun = gni_work_now(&team->worth);
    size_t mine = work(team, 0, phase_now(team), (uint32_t)size);
    double took = (double)(gni_work_now(&team->worth) - begun);
    return mine ? (int64_t)(took * items / (double)mine) : 0; /* (took * items may pass 2^63) */
}

static int64_t work_with_helpers(gni_team *team, uint32_t items, int size)
{
    for (int i = 1; i < size; i++)
        gni_ring(&team->members[i].bell);
    int64_t alone = work_of_caller(team, items, size);
    wait_for_others(team);
    return alone;
}

/* The host's OpenMP threads. However few come, the caller takes what is left. Threads that OpenMP
 * starts here take over the caller's mode for good, so that is lent meanwhile. */
static int64_t work_with_openmp(gni_team *team, uint32_t items, int size)
{
    int64_t alone = 0;
    bool lent = gni_lend_mode();
#pragma omp parallel num_threads(size)
    if (omp_get_thread_num() == 0) {
        gni_take_mode_back(lent);
        alone = work_of_caller(team, items, size);
        lent = gni_lend_mode();
    } else {
        gni_float_mode own = gni_join_mode(team->mode);
        work(team, omp_get_thread_num(), phase_now(team), (uint32_t)size);
        gni_leave_mode(own);
    }
    gni_take_mode_back(lent);
    return alone;
}

static gn_status run_together(gni_team *team, uint32_t items, int size, gni_item *run, void *user)
{
    int64_t start = gni_now();
    begin(team, items, size, run, user);
    int64_t alone = team->worth.borrow ? work_with_openmp(team, items, size)
                                       : work_with_helpers(team, items, size);
    gni_note_phase(&team->worth, gni_now() - start, alone);
    return outcome(team);
}

static gn_status run_alone(size_t items, gni_item *run, void *user)
{
    gn_status status = GN_OK;
    for (size_t i = 0; i < items && status >= 0; i++)
        status = run(user, 0, i);
    return status;
}

/* Members that have threads and, but for tests, are worth their while. */
static int useful(gni_team *team, size_t items)
{
    if (!team || items < 2 || items >= UINT32_MAX || most_now(team) < 2)
        return 1;
    if (!team->tried)
        gni_start_helpers(team);
    int most = most_now(team), started = team->n_threads + 1;
    most = started < most ? started : most;
    if (!gni_team_eager) {
        gni_judge(team, most, gni_now());
        most = team->worth.active < most ? team->worth.active : most;
    }
    return items < (size_t)most ? (int)items : most;
}

gn_status gni_team_run(gni_team *team, size_t items, gni_item *run, void *user)
{
    int size = useful(team, items);
    return size < 2 ? run_alone(items, run, user) : run_together(team, (uint32_t)items, size, run, user);
}
