/* Is a team worth it? Members decide no bits, so fewer may work where more bring nothing: the
 * items are too small, or other processes want the cores. The caller's own items tell how long
 * it would have taken alone. */
#define _POSIX_C_SOURCE 200809L
#include <time.h>
#include "team.h"

enum {
    TRIAL = 8000000,          /* ns: longer than a scheduler lets one thread wait for another */
    LOST = 2000000,           /* ns: behind one thread by so much, a trial ends at once */
    LEAST_REST = 16000000,    /* ns, twice as long after each trial in vain ... */
    MOST_REST = 512000000,    /* ... up to here, so that trials cost some percent at most */
};

int64_t gni_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void begin_trial(gni_worth *w, int active)
{
    w->active = active;
    w->alone = w->together = 0;
}

static void rest(gni_worth *w, int64_t now)
{
    begin_trial(w, w->active > 3 ? w->active / 2 : 1);
    w->rest = w->rest == 0 ? LEAST_REST : w->rest < MOST_REST ? 2 * w->rest : w->rest;
    w->until = now + w->rest;
}

/* After each phase, of at most `most` members. */
void gni_judge(gni_worth *w, int most, int64_t now)
{
    if (w->active < most && now >= w->until)
        begin_trial(w, most);
    else if (w->active > 1 && w->together - w->alone > LOST)
        rest(w, now);
    else if (w->active > 1 && w->together > TRIAL) {
        if (w->together > w->alone - w->alone / 16)
            rest(w, now);
        else {
            w->rest = w->active == most ? 0 : w->rest;
            begin_trial(w, w->active);
        }
    }
}
