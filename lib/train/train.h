/* The trainer, and what its files offer one another. */
#ifndef GNI_TRAIN_H
#define GNI_TRAIN_H

#include "run/run.h"

/* Where a fit stands, so that the next call can go on. */
typedef struct gni_position {
    uint64_t goal;              /* epochs at which the fit is complete */
    size_t in_epoch;            /* rows of the current epoch that have been trained on */
    double loss, correct, rows; /* sums over them */
    double rate, seconds;
} gni_position;

/* Neighbouring parameters that training treats alike. */
typedef struct gni_run {
    gni_range params;
    bool decays;
    double momentum; /* of running statistics, which are not learned; else 0 */
} gni_run;

/* recovery.c: from a lost loss a fit goes back to recent weights whose loss was finite. */
typedef struct gni_recovery {
    gn_real *good;              /* a copy of them */
    bool has_good;              /* taken in this fit */
    bool keep_next;             /* copy before the next update */
    uint64_t keep_every;        /* and in each step whose number is a multiple of this */
    bool lost;                  /* the latest loss or gradient was not finite */
} gni_recovery;

/* ranks.c: what this rank knows of the others */
typedef struct gni_ranks {
    double n;                   /* how many, itself included */
    bool count_correct, informed; /* one of them at least needs that; all know how this call ends */
} gni_ranks;

/* How a fit will run. */
typedef struct gni_course {
    size_t n, n_train, in_epoch; /* rows; those to train on; those of the current epoch that are
                                    done */
    bool same_rows, counts_correct; /* rows as in the fit before */
    uint64_t goal;
    gn_progress at;
} gni_course;

struct gn_trainer {
    gn_network *net;
    gn_train_options options;   /* defaults filled in */
    gn_context *ctx;            /* as many lanes as a minibatch has */
    gn_progress at;
    gni_position position;
    gni_run *runs;              /* all parameters but the frozen ones */
    size_t n_runs;
    gn_real *gradient, *state[2];
    gni_recovery recovery;
    uint64_t updates;           /* by the optimizer since its state was fresh */
    gn_real *best;              /* of the best epoch, with patience; else NULL */
    double best_loss;
    uint64_t best_epoch;        /* 0: none yet */
    uint64_t patient_from;      /* the epoch from which patience counts */
    gni_ranks ranks;
    void *memory;               /* the block of all the above */
    size_t *order, n_order;     /* rows of the training data: n_train to train on, then those split
                                   off */
    size_t n_train;
    bool order_made;
    gn_epoch *history;
    size_t n_history, history_capacity;
};

/* options.c: a trainer's options, checked and with their defaults */
gn_status gni_complete_options(gn_train_options *options, const gn_network *net);

/* step.c, update.c: one step of training, and what it ends in */
gn_status gni_step(const char *who, gn_trainer *t, gni_minibatch *m, double *loss, double *correct);
typedef struct gni_descent {
    gn_trainer *t;
    double rate, shrink; /* shrink: of the sum */
    double rows;         /* of all ranks */
} gni_descent;
void gni_descend(void *descent, gni_range params);

void gni_recovery_begin(gn_trainer *t); /* of a fit */
void gni_keep_good(gn_trainer *t);      /* before an update, where it is time to */
void gni_go_back(gn_trainer *t);
/* Fails with what in the data is not finite, or else with what of the fit and its value. */
gn_status gni_lost(const char *who, gn_trainer *t, const gn_data *data, const char *what,
                   double value);

/* ranks.c: several trainers whose numbers options.reduce adds up. GN_STOPPED: another rank stops;
 * IO: it failed. */
gn_status gni_add_up(const char *who, gn_trainer *t, double *loss,
                     double *rows); /* with the gradient */
/* At the end of an epoch: scores of n rows (may be 0), which become those of all ranks, and all
 * n. */
gn_status gni_add_scores(const char *who, gn_trainer *t, double *n, gn_score *score);
gn_status gni_agree(const char *who, gn_trainer *t, const gni_course *course);
/* Tells the others how this rank ends, and returns how all do: an error if there is one, its own
 * first. */
gn_status gni_part(const char *who, gn_trainer *t, gn_status status);

/* theirs.c: calls of the user's functions; see functions.h */
bool gni_on_step(const gn_train_options *o, const gn_progress *at, double loss);
bool gni_on_epoch(const gn_train_options *o, const gn_epoch *line);
gn_status gni_reduce(const gn_train_options *o, size_t n, gn_real *gradient, double *loss,
                     double *rows);

/* epoch.c: one epoch of a fit, or the rest of it; and the rows that it trains on, of n_train */
size_t gni_rows_of_epoch(const gn_trainer *t, size_t n_train);
gn_status gni_run_epoch(gn_trainer *t, const gn_data *train, const gn_data *valid);

#endif /* GNI_TRAIN_H */
