/* Is a team worth it, and of which threads? Members decide no bits, so fewer may work where more
 * bring nothing: items are too small, or other processes want the cores. The caller's own items
 * tell how long it would take alone.
 *
 * Where other threads of this process keep cores busy, they may be OpenMP's, which spin for a
 * while after each parallel region of the host's and leave ours no core: then those are tried
 * (a host that alternates regions of its own with predictions of 4,096 rows: 1.5 times as fast). */
#include <time.h>
#include "base/team.h"

enum {
    TRIAL = 8000000,          /* ns: longer than a scheduler lets one thread wait for another */
    LOST = 2000000,           /* ns: behind one thread by so much, a trial ends at once */
    LONG = 200000,            /* ns of a phase */
    LEAST_REST = 4000000,     /* ns, four times as long after each trial in vain ... */
    MOST_REST = 1000000000,   /* ... up to here, so that trials cost some percent at most */
};

static int64_t read_clock(clockid_t clock)
{
    struct timespec now = { 0, 0 };
    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int64_t gni_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* CPU time that threads of this process other than the team's have used. */
static int64_t others(const gni_team *team)
{
    int64_t used = read_clock(CLOCK_PROCESS_CPUTIME_ID) - read_clock(CLOCK_THREAD_CPUTIME_ID);
    clockid_t clock;
    for (int i = 1; i <= team->n_threads; i++)
        if (pthread_getcpuclockid(team->members[i].thread, &clock) == 0)
            used -= read_clock(clock);
    return used;
}

static void begin_trial(gni_team *team, int active, bool borrow, int64_t now)
{
    gni_worth *w = &team->worth;
    w->active = active;
    w->borrow = borrow;
    w->alone = w->together = 0;
    w->others = others(team);
    w->begun = now;
}

static void rest(gni_team *team, int64_t now)
{
    gni_worth *w = &team->worth;
    w->rest = w->rest < LEAST_REST ? LEAST_REST : 4 * w->rest < MOST_REST ? 4 * w->rest : MOST_REST;
    w->until = now + w->rest;
    begin_trial(team, w->active > 3 ? w->active / 2 : 1, false, now);
}

/* A quarter of a core, and our team brings less than half of what it could. */
static bool others_are_busy(const gni_team *team, int64_t now)
{
    const gni_worth *w = &team->worth;
    return others(team) - w->others > (now - w->begun) / 4 &&
           2 * w->alone < (int64_t)(w->active + 1) * w->together;
}

static void end_trial(gni_team *team, int most, int64_t now)
{
    gni_worth *w = &team->worth;
    double speed = (double)w->alone / (double)w->together;
    bool lost = speed < 1.0625 || (w->borrow && speed < w->own_speed);
    if (!w->borrow && now >= w->until && others_are_busy(team, now)) {
        w->own_speed = speed;
        w->until = now + MOST_REST; /* then ours may try again */
        begin_trial(team, most, true, now);
    } else if (lost)
        rest(team, now);
    else {
        w->rest -= w->active == most ? w->rest / 4 : 0;
        begin_trial(team, w->active, w->borrow, now);
    }
}

/* What the caller's work is measured by: where phases are long, by its CPU time, since it may lose
 * its core; where they are short, by the clock, which costs less (20 ns, not 200). */
int64_t gni_work_now(const gni_worth *w)
{
    return read_clock(w->longest > LONG ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC);
}

/* A phase took so many ns; alone: what the caller would have needed for all items, 0: unknown. A
 * short one that took long has met a lost core, and tells nothing of that. */
void gni_note_phase(gni_worth *w, int64_t took, int64_t alone)
{
    bool knows = alone > 0 && !(w->longest <= LONG && took > LONG);
    w->usual = knows ? alone : w->usual;
    w->alone += w->usual;
    w->together += took;
    w->longest = took > w->longest ? took : w->longest - w->longest / 8;
}

void gni_judge(gni_team *team, int most, int64_t now)
{
    gni_worth *w = &team->worth;
    if ((w->active < most || w->borrow) && now >= w->until)
        begin_trial(team, most, false, now);
    else if (w->active > 1 && (w->together > TRIAL || w->together - w->alone > LOST))
        end_trial(team, most, now);
}
