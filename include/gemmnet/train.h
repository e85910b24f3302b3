/** @file
 * Training: optimizers, schedules, the trainer. gemmnet.h includes this, and says what holds
 * for all functions. */
#ifndef GEMMNET_TRAIN_H
#define GEMMNET_TRAIN_H

#include <gemmnet/gemmnet.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @defgroup optimizers Optimizers
 * What makes a step of a gradient.
 *
 * They are values: take one of ours, or fill in your own. Their numbers are checked when a trainer
 * is created. Below, g is the gradient, p the parameters, s, v and m what is remembered for each
 * parameter, zero at first; all agree with PyTorch's formulas.
 * @{ */
/** Some parameters that share a decay. */
typedef struct gn_update {
    double rate,           /**< of this step */
        decay;             /**< decoupled: params -= rate * decay * params */
    uint64_t step;         /**< from 1 */
    size_t n;              /**< elements of each of the arrays */
    gn_real *params;       /**< to be changed */
    const gn_real *gradient; /**< of the loss, l1 and l2 */
    gn_real *state[2];     /**< as many as the optimizer keeps, else NULL */
} gn_update;

typedef struct gn_optimizer gn_optimizer;
/** An optimizer: its numbers and its function. */
struct gn_optimizer {
    const char *name;      /**< recorded in checkpoints */
    int states;            /**< how many arrays like the parameters it keeps: 0..2 */
    double hyper[4];       /**< its numbers; finite */
    const void *user;      /**< yours; of our own ones: ours */
    void (*update)(const gn_optimizer *self, const gn_update *u); /**< elementwise; any thread */
    uint64_t reserved[4];  /**< zero */
};

/** v = momentum v + g; p -= rate v (Polyak 1964), or, of Nesterov, p -= rate (g + momentum v)
 * (Nesterov 1983, Sutskever et al. 2013). momentum is within [0, 1); 0: p -= rate g. */
GN_API gn_optimizer gn_sgd(double momentum, bool nesterov);
/** s += g^2; p -= rate g / (sqrt(s) + epsilon) (Duchi et al. 2011); epsilon >= 0. */
GN_API gn_optimizer gn_adagrad(double epsilon);
/** s = decay s + (1 - decay) g^2; p -= rate g / (sqrt(s) + epsilon) (Tieleman and Hinton
 * 2012); decay within [0, 1], epsilon >= 0. */
GN_API gn_optimizer gn_rmsprop(double decay, double epsilon);
/** m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; in step t
 * p -= rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon) (Kingma and Ba 2014; with
 * options.weight_decay: AdamW, Loshchilov and Hutter 2017); betas within [0, 1), epsilon >= 0. */
GN_API gn_optimizer gn_adam(double beta1, double beta2, double epsilon);
GN_API gn_optimizer gn_adam_defaults(void);  /**< gn_adam(0.9, 0.999, 1e-8), as in the paper. */
/** For full batches (Riedmiller and Braun 1993, in the form iRPROP- of Igel and Huesken 2000): each
 * parameter moves against the sign of its g by a step of its own, first the rate, then times 1.2
 * while the sign stays and times 0.5, without moving once, when it changes; within 1e-6 .. 50. */
GN_API gn_optimizer gn_rprop_defaults(void);

/** @} */
/** @defgroup schedules Learning rates
 * The rate as a function of progress. Values; their numbers, none of them negative, are checked
 * when a trainer is created, a rate before each step.
 * @{ */
/** How far training has come. */
typedef struct gn_progress {
    uint64_t step;            /**< steps so far */
    uint64_t epoch;           /**< whole epochs so far */
    uint64_t steps_per_epoch; /**< 0 in a stream of gn_trainer_step() */
    uint64_t total_steps;     /**< steps so far and those that this fit is still to make; in a
                                   stream options.total_steps; 0: unknown */
} gn_progress;

/** A learning rate as a function of progress. */
typedef struct gn_schedule {
    double (*rate)(const struct gn_schedule *self, const gn_progress *at); /**< of the next step */
    double first,            /**< numbers as the functions below set them, or as yours needs */
        last, /**< see first */ factor; /**< see first */
    uint64_t every;          /**< epochs, of gn_staircase(); 0: 1 */
    uint64_t warmup;         /**< steps of linear rise in front of it */
    const void *user;        /**< yours */
    uint64_t reserved[4];    /**< zero */
} gn_schedule;

GN_API gn_schedule gn_constant(double rate); /**< rate */
GN_API gn_schedule gn_exponential(double rate, double factor_per_epoch); /**< rate factor^epoch */
GN_API gn_schedule gn_exponential_per_step(double rate, double factor);  /**< rate factor^step */
/** rate factor^(epoch / every_epochs, rounded down) */
GN_API gn_schedule gn_staircase(double rate, double factor, uint64_t every_epochs);
/** Half a cosine over total_steps: last + (first - last) (1 + cos(pi step / total_steps)) / 2
 * (Loshchilov and Hutter 2016); first where total_steps is unknown. */
GN_API gn_schedule gn_cosine(double first, double last);
/** The rate rises linearly over `steps` steps to where `then` begins (Goyal et al. 2017): step k,
 * from 0, gets (k + 1) / (steps + 1) of its first rate. `then` sees steps and epochs as if they
 * were counted from the end of that. (A second warm-up replaces the first.) */
GN_API gn_schedule gn_warmup(gn_schedule then, uint64_t steps);
/** The rate of the step that follows `at`, warm-up included. Neither is NULL. */
GN_API double gn_schedule_rate(const gn_schedule *schedule, const gn_progress *at);

/** @} */
/** @defgroup training Training
 * Minibatches, epochs, fits: gradients and their steps, over and over.
 * @{ */
/** One line of history. */
typedef struct gn_epoch {
    uint64_t epoch,        /**< from 1 */
        step;              /**< steps so far */
    double rate;           /**< of its last step */
    gn_score train;        /**< mean over the epoch, while it was learning; accuracy NaN
                                unless options.train_accuracy */
    gn_score valid;        /**< NaN without validation data */
    double seconds;        /**< of training, without validation */
} gn_epoch;

/** How to train. All but the loss may be zero. */
typedef struct gn_train_options {
    const gn_loss *loss;       /**< required */
    gn_optimizer optimizer;    /**< default gn_adam_defaults() */
    gn_schedule schedule;      /**< default gn_constant(0.001) */
    size_t batch,              /**< rows of a minibatch; default 64 */
        epochs;                /**< of a fit; default 10 */
    double validation;         /**< a share of the rows (to the nearest row; refused if that is
                                    none), 0 <= share < 1, split off at random by seed to validate
                                    with where gn_trainer_fit() gets no data for it */
    size_t patience;           /**< epochs without a better validation loss; 0: never stop. If not
                                    0, a fit that ends (but not one that a callback stopped before
                                    its last epoch) has the weights of its best epoch (Prechelt
                                    1998) */
    double weight_decay;       /**< decoupled, times the rate; like l1 and l2, on weights and not on
                                    biases */
    double l1,                 /**< l1 sum |w| joins what is minimised, and so does ... */
        l2;                    /**< ... l2/2 sum w^2 (the loss that is reported is without) */
    double max_gradient_norm;  /**< longer gradients (of the loss, without l1 and l2) are shortened
                                    to this (Pascanu et al. 2013); 0: any */
    int threads;               /**< the most that work; default: 1 within a parallel region, else
                                    omp_get_max_threads(); 1024 at most; always 1 in a process
                                    forked from the one that loaded us */
    size_t tile_rows,          /**< default: from the layers' widths and the batch; and so ... */
        lanes;                 /**< ... is this. Rows are dealt to lanes, which add up a gradient
                                    each, tile by tile; they decide the last bits, and as many
                                    threads work as there are lanes at most (1024) */
    uint64_t seed;             /**< of sample order, dropout and the validation split */
    uint64_t total_steps;      /**< of a stream of steps, for schedules; a fit counts its own */
    bool keep_order,           /**< no shuffling */
        drop_last;             /**< no ragged last minibatch */
    bool train_accuracy;       /**< count it while training */
    bool keep_blas_threads;    /**< see the rules for every function */
    bool negative_weights;     /**< take weights of rows below 0, which else are refused */
    /** Called after a step, as on_epoch after an epoch, reduce and the schedule, by the thread that
     * called fit or step. Meanwhile the network may be read, and the trainer looked into and
     * saved. true: stop. loss is that of the step's minibatch. */
    bool (*on_step)(void *user, const gn_progress *at, double loss);
    bool (*on_epoch)(void *user, const gn_epoch *epoch); /**< true: stop */
    /** Adds up over ranks: trainers, in threads, processes or machines, that train the same
     * weights, each on rows of its own. It gets n sums of gradients (n: the number of parameters),
     * the sum of losses and the number of rows, and replaces each by its sum over all ranks, the
     * same on all to the last bit. A negative status ends the call. docs/ranks.md says when it is
     * called, and what ranks must have in common. */
    gn_status (*reduce)(void *user, size_t n, gn_real *gradient, double *loss, double *rows);
    void *user;                /**< the first argument of all three */
    uint64_t reserved[4];      /**< zero */
} gn_train_options;

typedef struct gn_trainer gn_trainer; /**< A network in training. */

/** Plans everything that training needs. options are copied. Errors: ARGUMENT, SHAPE, MEMORY,
 * UNSUPPORTED (a loss that does not go with the network's last activation). */
GN_API gn_status gn_trainer_create(gn_trainer **out, gn_network *net,
                                   const gn_train_options *options);
GN_API void      gn_trainer_destroy(gn_trainer *trainer); /**< Its network stays, trained. */

/** One minibatch of 1 to options.batch rows: forward, loss, backward, update. *loss (may be
 * NULL) is that before the update. GN_STOPPED: on_step said so.
 * @code{.c}
 * gn_status learn(gn_trainer *trainer, const gn_real in[2], const gn_real out[1]) // of one row
 * {
 *     const gn_data row = { .x = { .data = in, .rows = 1, .cols = 2 },
 *                           .y = { .data = out, .rows = 1, .cols = 1 } };
 *     return gn_trainer_step(trainer, &row, NULL);
 * }
 * @endcode
 * A step that fails leaves weights and optimizer as they were. Errors: NONFINITE (loss, gradient
 * or rate, or a number in the data, which the message then names), ARGUMENT (a negative rate,
 * ...), SHAPE, IO (another rank failed: see reduce), and what fill or reduce returns. */
GN_API gn_status gn_trainer_step(gn_trainer *trainer, const gn_data *batch, double *loss);

/** options.epochs epochs over a data set. valid may be NULL. After a stop (GN_STOPPED: a callback,
 * or patience) call again to go on, in the middle of an epoch too; after the last epoch, for as
 * many again (the schedule goes on). Data are checked before the first step, a reader's when it is
 * called. A fit whose loss or gradient stops being finite ends with NONFINITE, the latest weights
 * kept whose loss was finite (kept in each epoch's first step and about every 4,096 rows) and a
 * fresh optimizer state; the next fit begins that epoch anew. Errors: as a step's, and MEMORY. */
GN_API gn_status gn_trainer_fit(gn_trainer *trainer, const gn_data *train, const gn_data *valid);
/** How many epochs so far. */
GN_API size_t gn_trainer_epoch_count(const gn_trainer *trainer);
/** One of them, from 0; NULL if there is none such. Lives until the next fit, resume or destroy. */
GN_API const gn_epoch *gn_trainer_epoch(const gn_trainer *trainer, size_t index);
/** The rows of a tile and the lanes of a full minibatch, and how many threads at most run it. */
typedef struct gn_plan { size_t tile_rows, lanes; int threads; } gn_plan;
GN_API gn_plan gn_trainer_plan(const gn_trainer *trainer); /**< See gn_plan. */

/** @} */

#ifdef __cplusplus
}
#endif
#endif /* GEMMNET_TRAIN_H */
