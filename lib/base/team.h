/* Threads that work together on one call, and wait politely: see team.c. */
#ifndef GNI_TEAM_H
#define GNI_TEAM_H

#include <pthread.h>
#include <stdatomic.h>
#include "base/base.h"

/* bell.c: one thread waits for another one to ring. It spins for a moment, then sleeps. */
typedef struct gni_bell {
    _Atomic uint32_t rings;   /* so far */
    _Atomic bool asleep;
    bool impatient;           /* spinning was in vain the last time */
    pthread_mutex_t mutex;
    pthread_cond_t cond;
} gni_bell;
void gni_bell_init(gni_bell *b);
void gni_bell_destroy(gni_bell *b);
void gni_ring(gni_bell *b);
void gni_listen(gni_bell *b, uint32_t heard); /* until rings is not heard */

/* worth.c: how many members, and of whose threads, have been worth their while lately */
typedef struct gni_worth {
    int active;               /* so many work now */
    bool borrow;              /* they are OpenMP's threads */
    int64_t alone, together;  /* ns of this trial: by one thread (an estimate), and as measured */
    int64_t begun, others;    /* its begin, and the CPU time of other threads until then */
    int64_t longest, usual;   /* ns: of recent phases, and the latest that one thread would need */
    int64_t rest, until;      /* ns: how long fewer members work, and the end of that */
    double own_speed;         /* of our own threads, when OpenMP's were tried */
} gni_worth;
int64_t gni_now(void);        /* ns */
int64_t gni_work_now(const gni_worth *w);
void gni_note_phase(gni_worth *w, int64_t took, int64_t alone);
void gni_judge(gni_team *team, int most, int64_t now); /* most: members */

/* One member's share of the phase, and, but for the caller, its thread. */
typedef struct gni_member {
    _Alignas(64) _Atomic uint64_t open; /* phase << 32 | items of its share that nobody has begun */
    size_t first, count;      /* its share */
    uint32_t failed;          /* the first of its items that has failed ... */
    gn_status status;         /* ... and with what */
    char message[GNI_MESSAGE];
    gni_team *team;
    int index;                /* 0: the caller */
    pthread_t thread;
    gni_bell bell;            /* rung when a phase begins; the caller's: when one has ended */
} gni_member;

struct gni_team {
    int most;                 /* members, the caller included ... */
    int cores;                /* ... and how many of them find a core */
    int n_threads;            /* that have been started, besides the caller */
    bool tried;               /* to start them */
    _Atomic bool over;        /* they are to end */
    _Atomic uint64_t phase;   /* its number << 32 | members whose threads are the team's; 0: OpenMP's */
    _Atomic uint32_t left;    /* items that are not done */
    _Atomic uint32_t failed;  /* the first item that has failed; those after it are left out */
    gni_item *run;            /* of the phase */
    void *user;
    gni_float_mode mode;      /* the caller's */
    gni_worth worth;
    gni_member *members;
};

/* helpers.c: the threads */
void gni_start_helpers(gni_team *team);
void gni_end_helpers(gni_team *team);
int gni_cores(void);          /* that the caller's threads may run on */
bool gni_forked(void);        /* in a child, whose parent's threads are not there */
void gni_help(gni_team *team, int index); /* team.c: takes items, if the phase is for helpers */
extern bool gni_team_eager;   /* for tests: more members than cores, and all of them always */

#endif /* GNI_TEAM_H */
