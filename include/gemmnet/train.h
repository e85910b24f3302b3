/* Training: optimizers, schedules, the trainer. gemmnet.h includes this, and says what holds
 * for all functions. */
#ifndef GEMMNET_TRAIN_H
#define GEMMNET_TRAIN_H

#include <gemmnet/gemmnet.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gn_update { /* some parameters that share a decay */
    double rate, decay;    /* decay is decoupled: params -= rate * decay * params */
    uint64_t step;         /* from 1 */
    size_t n;
    gn_real *params;
    const gn_real *gradient;
    gn_real *state[2];
} gn_update;

typedef struct gn_optimizer gn_optimizer;
struct gn_optimizer {
    const char *name;
    int states;            /* how many arrays like the parameters it keeps, zero at first: 0..2 */
    double hyper[4];
    const void *user;      /* yours; of our own ones: ours */
    void (*update)(const gn_optimizer *self, const gn_update *u); /* elementwise; any thread */
};

/* g is the gradient, p the parameters. All agree with PyTorch's formulas. */
GN_API gn_optimizer gn_sgd(double momentum, bool nesterov); /* v = m v + g; p -= rate v, or
                                                               rate (g + m v) (Nesterov) */
GN_API gn_optimizer gn_adagrad(double epsilon);             /* Duchi et al. 2011 */
GN_API gn_optimizer gn_rmsprop(double decay, double epsilon); /* Tieleman and Hinton 2012 */
GN_API gn_optimizer gn_adam(double beta1, double beta2, double epsilon); /* Kingma and Ba 2014;
                                             with options.weight_decay: AdamW (Loshchilov 2017) */
GN_API gn_optimizer gn_adam_defaults(void);  /* 0.9, 0.999, 1e-8 */
GN_API gn_optimizer gn_rprop_defaults(void); /* for full batches (Riedmiller and Braun 1993):
                                                first step = rate, factors 0.5 and 1.2, steps
                                                within 1e-6 .. 50 */

typedef struct gn_progress {
    uint64_t step;            /* steps so far */
    uint64_t epoch;           /* whole epochs so far */
    uint64_t steps_per_epoch; /* 0 in a stream of gn_trainer_step */
    uint64_t total_steps;     /* steps so far and those that this fit is still to make; in a
                                 stream options.total_steps; 0: unknown */
} gn_progress;

typedef struct gn_schedule { /* the learning rate as a function of progress */
    double (*rate)(const struct gn_schedule *self, const gn_progress *at);
    double first, last, factor;
    uint64_t every;          /* epochs (gn_staircase) */
    uint64_t warmup;         /* steps of linear rise in front of it */
    const void *user;
} gn_schedule;

GN_API gn_schedule gn_constant(double rate);
GN_API gn_schedule gn_exponential(double rate, double factor_per_epoch); /* rate f^epoch */
GN_API gn_schedule gn_exponential_per_step(double rate, double factor);  /* rate f^step */
GN_API gn_schedule gn_staircase(double rate, double factor, uint64_t every_epochs);
GN_API gn_schedule gn_cosine(double first, double last); /* half a cosine over total_steps */
/* The rate rises linearly over `steps` steps to where `then` begins; that sees steps and epochs
 * as if they were counted from the end of it. (A second warm-up replaces the first.) */
GN_API gn_schedule gn_warmup(gn_schedule then, uint64_t steps);
/* The rate of the step that follows `at`, warm-up included. */
GN_API double gn_schedule_rate(const gn_schedule *schedule, const gn_progress *at);

typedef struct gn_epoch { /* one line of history */
    uint64_t epoch, step;  /* from 1; steps so far */
    double rate;           /* of its last step */
    gn_score train;        /* mean over the epoch, while it was learning; accuracy NaN
                              unless options.train_accuracy */
    gn_score valid;        /* NaN without validation data */
    double seconds;        /* of training, without validation */
} gn_epoch;

typedef struct gn_train_options {
    const gn_loss *loss;       /* required */
    gn_optimizer optimizer;    /* default gn_adam_defaults() */
    gn_schedule schedule;      /* default gn_constant(0.001) */
    size_t batch, epochs;      /* default 64, 10 */
    double validation;         /* a share of the rows (to the nearest row), 0 <= share < 1, split off
                                  at random by seed to validate with where gn_trainer_fit gets no
                                  data for it */
    size_t patience;           /* epochs without a better validation loss; 0: never stop. If not 0,
                                  a fit that ends (but not one that a callback stopped before its
                                  last epoch) has the weights of its best epoch */
    double weight_decay;       /* decoupled; like l1 and l2, on weights and not on biases */
    double l1, l2;             /* l1 sum |w| + l2/2 sum w^2 joins what is minimised (the loss that
                                  is reported is without) */
    double max_gradient_norm;  /* longer gradients (of the loss, without l1 and l2) are shortened
                                  to this; 0: any */
    int threads;               /* default: 1 within a parallel region, else omp_get_max_threads();
                                  always 1 in a process forked from the one that loaded us */
    size_t tile_rows, lanes;   /* default: from the widths of the layers and the batch. Rows are
                                  dealt to lanes, which add up a gradient each, tile by tile; they
                                  decide the last bits, and as many threads work as there are lanes
                                  at most (1024) */
    uint64_t seed;             /* of sample order, dropout and the validation split */
    uint64_t total_steps;      /* of a stream of gn_trainer_step, for schedules; fit counts its own */
    bool keep_order, drop_last; /* no shuffling; no ragged last minibatch */
    bool train_accuracy;       /* count it while training */
    bool keep_blas_threads;    /* see the head of this file */
    /* Called, as reduce and the schedule are, by the thread that called fit or step. */
    bool (*on_step)(void *user, const gn_progress *at, double loss);  /* true: stop */
    bool (*on_epoch)(void *user, const gn_epoch *epoch);              /* true: stop */
    /* Between gradient and update, to add up over machines: n sums of gradients, the sum of
     * losses and the number of rows that they are sums over. Not called where a reader failed. */
    gn_status (*reduce)(void *user, size_t n, gn_real *gradient, double *loss, double *rows);
    void *user;
    uint64_t reserved[4];      /* zero */
} gn_train_options;

typedef struct gn_trainer gn_trainer;

/* Plans everything that training needs. options are copied. Errors: ARGUMENT, SHAPE, MEMORY,
 * UNSUPPORTED (a loss that does not go with the network's last activation). */
GN_API gn_status gn_trainer_create(gn_trainer **out, gn_network *net,
                                   const gn_train_options *options);
GN_API void      gn_trainer_destroy(gn_trainer *trainer);

/* One minibatch of 1 .. options.batch rows: forward, loss, backward, update. *loss (may be
 * NULL) is that before the update. A step that fails leaves weights and optimizer as they
 * were: NONFINITE (loss, gradient or rate, or a number in the data, which the message then
 * names), ARGUMENT (a negative rate, ...), SHAPE, and what fill or reduce returns. */
GN_API gn_status gn_trainer_step(gn_trainer *trainer, const gn_data *batch, double *loss);

/* options.epochs epochs over a data set. valid may be NULL. After a stop (GN_STOPPED: a
 * callback, or patience) call again to go on, in the middle of an epoch too; after the last
 * epoch, for as many again (the schedule goes on). Errors as in gn_trainer_step, and MEMORY. A
 * fit whose loss or gradient stops being finite ends with NONFINITE, the latest weights kept
 * whose loss was finite (kept in each epoch's first step and about every 4,096 rows) and a
 * fresh optimizer state; the next fit begins that epoch anew. Data are checked before the first
 * step, a reader's when it is called. */
GN_API gn_status gn_trainer_fit(gn_trainer *trainer, const gn_data *train,
                                const gn_data *valid);
/* The epochs so far, oldest first; the array lives until the next fit or destroy. */
GN_API size_t gn_trainer_history(const gn_trainer *trainer, const gn_epoch **epochs);
/* The rows of a tile, the lanes and the threads that a full minibatch runs in. */
typedef struct gn_plan { size_t tile_rows, lanes; int threads; } gn_plan;
GN_API gn_plan gn_trainer_plan(const gn_trainer *trainer);

#ifdef __cplusplus
}
#endif
#endif /* GEMMNET_TRAIN_H */
