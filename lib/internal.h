/* The three objects of the library, and what its files offer one another. (docs/inside.md
 * says in which order to read.) A network is read-only while it runs, a context is one
 * caller's scratch, a trainer is what changes a network. */
#ifndef GEMMNET_INTERNAL_H
#define GEMMNET_INTERNAL_H

#include <assert.h>
#include <gemmnet/layer.h>
#include "kernels/kernels.h"
#include "hold.h"
#include "theirs.h"

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
    gn_pass *pass;              /* one per layer; y, work and params are wired */
    gn_real **cache;            /* of each layer: pass.cache where backward follows, else that is NULL */
    gn_real *dy[2];             /* dL/dy of a layer and dL/dx, in turn; NULL to predict */
    gn_draw draw;
    gni_held *held;             /* by the caller's thread; NULL in another one's scratch */
} gni_scratch;

/* A fixed share of a minibatch's rows and what they add up to, whoever runs it. */
typedef struct gni_lane {
    gn_real *gradient;   /* n_params; lane 0's is where the sum shall stand */
    double loss, correct;
} gni_lane;

struct gn_context {
    const gn_network *net;
    gn_context_options options; /* defaults filled in */
    struct gni_team *team;      /* NULL: the caller works by itself */
    gni_scratch *scratch;       /* options.threads of them, one per member of the team */
    size_t n_lanes;             /* 0 to predict */
    gni_lane *lanes;
    gni_held held;              /* by the call in progress */
    double *squares;            /* of the gradient, of each block of GNI_BLOCK parameters */
    void *memory;               /* the one block in which all of this lies */
};

/* status.c: an error of a user's function that did not call gn_fail gets a sentence too */
unsigned gni_failures(void); /* calls of gn_fail in this thread */
gn_status gni_explain(const char *who, gn_status status, unsigned before);
void gni_make_printable(char *text); /* printable.c: '?' for what a terminal would obey */
int64_t gni_now(void); /* now.c: ns of the steady clock */

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

/* A range of anything: rows, tiles, blocks, parameters. */
typedef struct gni_range { size_t first, n; } gni_range;
gni_range gni_share(size_t n, size_t member, size_t size); /* range.c: the member's share of n */

/* team.c: threads that share the items of one phase after the other. team NULL: one thread */
typedef struct gni_team gni_team;
typedef gn_status gni_item(void *user, int member, size_t item);
int gni_default_threads(void);
gni_team *gni_team_create(int most); /* NULL: no memory */
void gni_team_destroy(gni_team *team);
int gni_team_size(const gni_team *team, size_t items); /* members that may work on them ... */
int gni_team_members(const gni_team *team, size_t items); /* ... and that will, on these cores */
/* Runs all items, each by one member; the error is that of the first item that fails. */
gn_status gni_team_run(gni_team *team, size_t items, gni_item *run, void *user);

/* random.c: Philox4x32-10; a key is made from what the numbers are for */
typedef enum gni_purpose { GNI_WEIGHTS = 1, GNI_ORDER, GNI_SPLIT, GNI_DROPOUT } gni_purpose;
gni_key gni_random_key(uint64_t seed, gni_purpose purpose, uint64_t stream, uint64_t step);
void gni_shuffle(uint64_t seed, gni_purpose purpose, uint64_t epoch, size_t n, size_t *order);

/* tiling.c: pure functions of the network's widths and the batch; no cache is asked */
size_t gni_tile_rows(const gn_network *net, size_t batch);
size_t gni_lane_count(const gn_network *net, size_t batch);
size_t gni_max_lanes(const gn_network *net);
bool gni_wants_whole(const gn_network *net); /* its minibatches run in one tile */

/* loss.c: which loss goes with which network */
gn_status gni_check_loss(const char *who, const gn_network *net, const gn_loss *loss);
bool gni_is_raw(const gn_loss *loss); /* it wants what goes into the last activation */
const gn_layer *gni_last_layer(const gn_network *net); /* dropout after it left aside */

/* data.c: checks before, so that nothing can go wrong later */
gn_status gni_check_matrix(const char *who, const char *name, const gn_matrix *m, size_t cols);
gn_status gni_check_data(const char *who, const gn_context *ctx, const gn_loss *loss, const gn_data *data);
/* Slow: it reads it all. numbers: what to call the rows; NULL: as they are */
gn_status gni_check_finite(const char *who, const gn_data *data, const gn_loss *loss,
                           const size_t *numbers);
/* Fails with what in the data is not finite, or else with what and its value. */
gn_status gni_nonfinite(const char *who, const gn_data *data, const gn_loss *loss,
                        const char *what, double value);
gn_status gni_check_labels(const char *who, const gn_network *net, size_t n, const int32_t *labels,
                           const size_t *numbers);
bool gni_has_labels(const gn_data *data, const gn_loss *loss);
/* reader.c: the tile that the user's reader fills, whose rows are s->row_numbers */
gn_status gni_call_reader(const gn_context *ctx, const gn_data *from, const gn_loss *loss,
                          bool learns, gni_scratch *s);
/* targets.c: what our losses cannot learn from */
bool gni_is_ours(const gn_loss *loss); /* not a function of the user's */
gn_status gni_check_targets(const char *who, const gn_network *net, const gn_loss *loss, const gn_matrix *y,
                            const size_t *numbers);
gn_status gni_check_weights(const char *who, bool negative, size_t n, const gn_real *weights,
                            const size_t *numbers);

/* gather.c: some rows of the data into a scratch's tile, asking for n_next more of order to come
 * nearer. order NULL: rows as they lie. learns: a reader's inputs must be finite, else no NaN. */
typedef struct gni_rows { const size_t *order; size_t first, n; } gni_rows;
gn_status gni_gather(const gn_context *ctx, const gn_data *from, const gn_loss *loss,
                     gni_rows rows, size_t n_next, bool learns, gni_scratch *s);

/* forward_backward.c: one tile through the chain, out and back. What backward starts from
 * stands in s->dy[0]. */
typedef enum gni_mode { GNI_PREDICT, GNI_DIFFERENTIATE, GNI_TRAIN } gni_mode; /* the last draws */
const gn_real *gni_forward(const gn_network *net, gni_scratch *s, gni_mode mode, bool raw);
void gni_backward(const gn_network *net, gni_scratch *s, gn_real beta, gn_real *gradient);
size_t gni_output_stride(const gn_network *net);

/* context.c */
gn_status gni_check_sizes(const char *who, int threads, size_t tile_rows, const uint64_t reserved[4]);
gn_status gni_context_create(const char *who, gn_context **out, const gn_network *net,
                             const gn_context_options *options, size_t n_lanes);

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
    bool may_go_back;           /* the caller goes back if the loss is lost */
} gni_minibatch;
size_t gni_lanes_of(const gn_context *ctx, size_t rows, size_t wanted); /* wanted 0: by the rule */
gn_status gni_run_lanes(gn_context *ctx, const gni_minibatch *m);
void gni_sum_lanes(const gn_context *ctx, size_t n_lanes, double *loss, double *correct);

/* gradient.c: the lanes' gradients are added in lane 0's place, in their order */
enum { GNI_BLOCK = 4096 };      /* parameters whose squares are added up together */
void gni_each_block(gn_context *ctx, size_t n_lanes, void (*f)(void *user, gni_range params), void *user);
/* then (may be NULL) gets each block after its sum. */
void gni_combine(gn_context *ctx, size_t n_lanes, void (*then)(void *user, gni_range params), void *user);
double gni_gradient_squares(const gn_context *ctx);

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
                       const gn_loss *loss, bool learns, gn_score *score);
gn_status gni_check_whole(const char *who, const gn_context *ctx, size_t rows);
double gni_count_correct(const gn_tile *tile, size_t cols, size_t stride, const gn_real *z,
                         bool raw);

#endif /* GEMMNET_INTERNAL_H */
