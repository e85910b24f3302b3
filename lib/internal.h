/* The three objects of the library, and what its files offer one another. (docs/inside.md
 * says in which order to read.) A network is read-only while it runs, a context is one
 * caller's scratch, a trainer is what changes a network. */
#ifndef GEMMNET_INTERNAL_H
#define GEMMNET_INTERNAL_H

#include <assert.h>
#include <gemmnet/layer.h>
#include "kernels/kernels.h"
#include "hold.h"

enum {
    GNI_MOST_THREADS = 1024,
    GNI_MESSAGE = 512,       /* bytes of an error message */
    GNI_UNKNOWN_BATCH = 256, /* what a context plans its tiles for */
};

struct gn_network {
    gn_shape input;
    size_t n_layers;
    gn_layer *layers;
    size_t n_params;
    gn_real *params; /* one block, its first real 64-byte aligned, layer after layer */
    gn_scaling scaling;
    gn_real *scaling_memory; /* the block in which its arrays lie */
    struct gni_note *notes;
};

/* The scratch of one thread: a tile and what the layers make of it. Meant to
 * fit into L2: see tiling.c. */
typedef struct gni_scratch {
    gn_tile tile;               /* as losses and readers see it */
    const gn_real *x;           /* tile.x, or the user's own rows; pass[0].x_stride is theirs */
    gn_real *x_buffer, *targets, *weights; /* tile_rows x inputs, x outputs, x 1 */
    int32_t *labels;
    size_t *row_numbers;
    gn_pass *pass;              /* one per layer; y, cache, work and params are wired */
    gn_real *dy[2];             /* dL/dy of a layer and dL/dx, in turn; NULL to predict */
    gn_draw draw;
    gni_held *held;             /* by the caller's thread; NULL in another one's scratch */
    gn_status status;           /* of this thread's part in the latest call ... */
    char message[GNI_MESSAGE];  /* ... and what it says of an error */
} gni_scratch;

/* A fixed share of a minibatch's rows and what they add up to, whoever runs it. */
typedef struct gni_lane {
    gn_real *gradient;   /* n_params; lane 0's is where the sum shall stand */
    double loss, correct;
} gni_lane;

struct gn_context {
    const gn_network *net;
    gn_context_options options; /* defaults filled in */
    gni_scratch *scratch;       /* options.threads of them */
    size_t n_lanes;             /* 0 to predict */
    gni_lane *lanes;
    gni_held held;              /* by the call in progress */
    double *squares;            /* of the gradient, of each block of GNI_BLOCK parameters */
    void *memory;               /* the one block in which all of this lies */
};

/* Where a fit stands, so that the next call can go on. */
typedef struct gni_position {
    uint64_t goal;              /* epochs at which the fit is complete */
    size_t in_epoch;            /* rows of the current epoch that have been trained on */
    double loss, correct, rows; /* sums over them */
    double rate, seconds;
} gni_position;

/* Neighbouring parameters that training treats alike. */
typedef struct gni_run { size_t from, end; bool decays; } gni_run;

struct gn_trainer {
    gn_network *net;
    gn_train_options options;   /* defaults filled in */
    gn_context *ctx;            /* as many lanes as a minibatch has */
    gn_progress at;
    gni_position position;
    gni_run *runs;              /* all parameters but the frozen ones */
    size_t n_runs;
    gn_real *gradient, *state[2];
    gn_real *good;              /* the latest weights kept whose loss was finite ... */
    bool has_good;              /* since this fit began */
    bool keep_next;             /* those of the next step are kept ... */
    uint64_t keep_every;        /* ... and those of each step that this divides */
    bool diverged;              /* the latest step's loss or gradient was not finite */
    uint64_t updates;           /* by the optimizer since its state was fresh */
    gn_real *best;              /* of the best epoch, with patience; else NULL */
    double best_loss;
    uint64_t best_epoch;        /* 0: none yet */
    uint64_t patient_from;      /* the epoch from which patience counts */
    void *memory;               /* the block of all the above */
    size_t *order, n_order;     /* rows of the training data: n_train to train on, then those split off */
    size_t n_train;
    bool order_made;
    gn_epoch *history;
    size_t n_history, history_capacity;
};

/* status.c: an error of a user's function that did not call gn_fail gets a sentence too */
unsigned gni_failures(void); /* calls of gn_fail in this thread */
gn_status gni_explain(const char *who, gn_status status, unsigned before);

/* memory.c: sizes are products checked for overflow */
bool  gni_multiply(size_t a, size_t b, size_t *product); /* false: it overflows */
bool  gni_add(size_t a, size_t b, size_t *sum);
void *gni_alloc(size_t count, size_t size); /* zeroed, 64-byte aligned, or NULL */
void  gni_free(void *memory);

/* One block that holds many arrays: measured first, then handed out; see memory.c */
typedef struct gni_arena {
    char *base;     /* NULL: measuring */
    size_t used;
    bool overflow;
} gni_arena;
void *gni_take(gni_arena *arena, size_t count, size_t size); /* 64-byte aligned */

/* blas.c: the only file that knows CBLAS; row-major C = A B + beta C, m x n sums of k */
typedef enum gni_form { GNI_NN, GNI_NT, GNI_TN } gni_form; /* T: that one lies transposed */
void gni_gemm(gni_form form, size_t m, size_t n, size_t k, const gn_real *a, size_t lda,
              const gn_real *b, size_t ldb, gn_real beta, gn_real *c, size_t ldc);
#define GNI_BLAS_MAX 2147483647u /* BLAS counts in int */

/* team.c: OpenMP */
int gni_default_threads(void);
int gni_team_size(int wanted, size_t parts); /* no more than parts; 1 in a forked child */
/* Calls part(user, member, size of the team) by each member of a team of at most n. */
void gni_team(int n, void (*part)(void *user, int member, int size), void *user);
void gni_barrier(int size); /* of the team that one is called in */

/* random.c: Philox4x32-10; a key is made from what the numbers are for */
typedef enum gni_purpose { GNI_WEIGHTS = 1, GNI_ORDER, GNI_SPLIT, GNI_DROPOUT } gni_purpose;
gni_key gni_random_key(uint64_t seed, gni_purpose purpose, uint64_t stream, uint64_t step);
void gni_shuffle(uint64_t seed, gni_purpose purpose, uint64_t epoch, size_t n, size_t *order);

/* tiling.c: pure functions of the network's widths and the batch; no cache is asked */
size_t gni_tile_rows(const gn_network *net, size_t batch);
size_t gni_lane_count(const gn_network *net, size_t batch);
size_t gni_max_lanes(const gn_network *net);
bool gni_wants_whole(const gn_network *net); /* its minibatches run in one tile */

#define GNI_DEFAULT_RATE 0.001 /* of a schedule that is all zero */

/* loss.c: which loss goes with which network */
gn_status gni_check_loss(const char *who, const gn_network *net, const gn_loss *loss);
bool gni_is_raw(const gn_loss *loss); /* it wants what goes into the last activation */

/* data.c: checks before, so that nothing can go wrong later. loss NULL: inputs alone. */
gn_status gni_check_matrix(const char *who, const char *name, const gn_matrix *m, size_t cols);
gn_status gni_check_data(const char *who, const gn_network *net, const gn_loss *loss,
                         const gn_data *data);
/* Slow: it reads it all. numbers: what to call the rows; NULL: as they are */
gn_status gni_check_finite(const char *who, const gn_data *data, const gn_loss *loss,
                           const size_t *numbers);
/* Fails with what in the data is not finite, or else with what and its value. */
gn_status gni_nonfinite(const char *who, const gn_data *data, const gn_loss *loss,
                        const char *what, double value);
gn_status gni_check_labels(const char *who, const gn_network *net, size_t n, const int32_t *labels,
                           const size_t *numbers);
bool gni_has_labels(const gn_data *data, const gn_loss *loss);

/* gather.c: some rows of the data into a scratch's tile, asking for n_next more of order to
 * come nearer. order NULL: rows as they lie. */
typedef struct gni_rows { const size_t *order; size_t first, n; } gni_rows;
gn_status gni_gather(const gn_network *net, const gn_data *from, const gn_loss *loss,
                     gni_rows rows, size_t n_next, gni_scratch *s);

/* forward_backward.c: one tile through the chain, out and back. What backward starts from
 * stands in s->dy[0]. */
const gn_real *gni_forward(const gn_network *net, gni_scratch *s, const gn_draw *draw, bool raw);
void gni_backward(const gn_network *net, gni_scratch *s, gn_real beta, gn_real *gradient);
size_t gni_output_stride(const gn_network *net);

/* context.c */
gn_status gni_check_sizes(const char *who, int threads, size_t tile_rows, const uint64_t reserved[4]);
gn_status gni_context_create(const char *who, gn_context **out, const gn_network *net,
                             const gn_context_options *options, size_t n_lanes);
/* The share of the member of a team, or of a lane of a minibatch, in n rows (or blocks). */
gni_rows gni_share(size_t n, size_t member, size_t size);
/* Each member's errors: forgotten before a team starts, noted by the member (its thread's
 * message is its own), and the first of them raised in the caller's thread. */
void gni_forget_errors(gn_context *ctx);
void gni_note_error(gni_scratch *s, gn_status status);
const gni_scratch *gni_any_error(const gn_context *ctx);
gn_status gni_raise_error(const gn_context *ctx);

/* minibatch.c: rows are dealt to lanes, lanes to threads */
typedef struct gni_minibatch {
    const gn_data *data;
    gni_rows rows;
    size_t n_ahead;             /* so many more of rows.order follow */
    const gn_loss *loss;
    const gn_draw *draw;        /* its seed and step; NULL: dropout is off */
    double scale;               /* of the gradient: 1 / rows */
    size_t n_lanes, tile_rows;
    bool count_correct;
    bool may_go_back;           /* the caller takes back a step that fails */
} gni_minibatch;
size_t gni_lanes_of(const gn_context *ctx, size_t rows, size_t wanted); /* wanted 0: by the rule */
void gni_run_lanes(gn_context *ctx, const gni_minibatch *m, int member, int size);
void gni_sum_lanes(const gn_context *ctx, size_t n_lanes, double *loss, double *correct);

/* gradient.c: the lanes' gradients are added in lane 0's place, in their order; block by block,
 * a member's share of the parameters being whole blocks */
enum { GNI_BLOCK = 4096 };      /* parameters whose squares are added up together */
gni_rows gni_share_of_blocks(const gn_network *net, int member, int size);
void gni_combine(gn_context *ctx, size_t n_lanes, gni_rows blocks);
double gni_gradient_squares(const gn_context *ctx); /* after a barrier */

/* network.c: a network in two steps: its layers; then memory for its parameters, all 0 */
gn_status gni_network_plan(gn_network **out, gn_shape input, const gn_layer_spec *layers, size_t n_layers);
gn_status gni_network_allocate(gn_network *net);

/* formats/scaling.c: from the user's units to the network's, and back */
void gni_scale_tile(const gn_network *net, const gni_scratch *s);
void gni_unscale(const gn_network *net, size_t rows, gn_real *y, size_t stride);
/* formats/notes.c: the scaling and the notes, which are luggage of a network */
gn_status gni_copy_luggage(gn_network *copy, const gn_network *net);
void gni_free_luggage(gn_network *net);

/* evaluate.c */
gn_status gni_evaluate(const char *who, gn_context *ctx, const gn_data *data, gni_rows rows,
                       const gn_loss *loss, gn_score *score);
gn_status gni_check_whole(const char *who, const gn_context *ctx, size_t rows);
double gni_count_correct(const gn_tile *tile, size_t cols, size_t stride, const gn_real *z,
                         bool raw);

/* optimizer.c: the numbers of our own ones */
gn_status gni_check_optimizer(const char *who, const gn_optimizer *o);

/* options.c: a trainer's options, checked and with their defaults */
gn_status gni_complete_options(gn_train_options *options, const gn_network *net);

/* update.c: one step of training */
gn_status gni_step(const char *who, gn_trainer *t, gni_minibatch *m, double *loss, double *correct);

/* epoch.c: one epoch of a fit, or the rest of it */
gn_status gni_run_epoch(gn_trainer *t, const gn_data *train, const gn_data *valid);

#endif /* GEMMNET_INTERNAL_H */
