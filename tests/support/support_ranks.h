/* Ranks: trainers in threads of this process, whose numbers a reduce hook with a barrier adds up,
 * and of which to one or two something happens. */
#ifndef GEMMNET_TESTS_SUPPORT_RANKS_H
#define GEMMNET_TESTS_SUPPORT_RANKS_H

#include <pthread.h>
#include <stdatomic.h>
#include "support.h"

enum { MOST = 3, INPUTS = 3, ROWS = 24, BATCH = 10, EPOCHS = 4 };

typedef enum event {
    NOTHING,
    FEWER_ROWS,
    OTHER_BATCH,
    OTHER_EPOCHS,
    OTHER_PATIENCE,
    NO_DATA,
    MORE_THAN_BATCH,  /* rows of a step */
    NAN_IN_MATRIX,
    NO_VALIDATION,    /* but the others have */
    /* in step `at`, from 0 */
    READER_FAILS,
    READER_FAILS_TO_VALIDATE,
    RATE_IS_NEGATIVE,
    LOSS_IS_LOST,
    VALIDATION_IS_LOST,
    HOOK_FAILS,       /* in the call number `at`, on all ranks */
    /* after step `at` or epoch `at`, from 1 */
    STEP_STOPS,
    EPOCH_STOPS,
} event;

typedef struct world {
    int n;
    pthread_barrier_t barrier;
    gn_real *gradient[MOST];
    double loss[MOST], rows[MOST];
} world;

/* What one rank is and does; its numbers after a call of the library. */
typedef struct rank {
    world *w;
    int index;
    event event;
    uint64_t at, hook_fails_at, calls;
    atomic_ullong step; /* readers run in several threads */
    samples train, valid;
    gn_data data, valid_data;
    bool validates;
    const gn_loss *loss;
    gn_network *net;
    gn_trainer *t;
    gn_status status;
    char message[512];
} rank;

#define ANOTHER "another rank failed" /* words of a rank that is told so */

void set_up_world(world *w, rank *ranks, int n);
/* Of what has been filled in: event, at. Its seed is its own. */
void set_up_rank(rank *r, const gn_train_options *options, bool labels);
void tear_down_world(world *w, rank *ranks);

/* f(&ranks[i]) for each, in a thread of its own. f does not CHECK: it notes how its call ended. */
void at_once(world *w, rank *ranks, void *(*f)(void *));
void note_end(rank *r, gn_status status);
void check_end(const char *name, const rank *r, gn_status status, const char *words);
/* Weights, history and number of calls. */
void check_alike(const char *name, const rank *a, const rank *b);

#endif /* GEMMNET_TESTS_SUPPORT_RANKS_H */
