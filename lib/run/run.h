/* One pass of data through a network: the context, which is one caller's scratch, and the way of a sample
 * out and back. (docs/inside.md says in which order to read.) Nothing here changes a network. */
#ifndef GNI_RUN_H
#define GNI_RUN_H

#include "network/network.h"
#include "run/hold.h"

enum { GNI_UNKNOWN_BATCH = 256 }; /* what a context plans its tiles for */

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

/* tiling.c: pure functions of the network's widths and the batch; no cache is asked */
size_t gni_tile_rows(const gn_network *net, size_t batch);
size_t gni_lane_count(const gn_network *net, size_t batch);
size_t gni_max_lanes(const gn_network *net);
bool gni_wants_whole(const gn_network *net); /* its minibatches run in one tile */

/* pairing.c: which loss goes with which network */
gn_status gni_check_loss(const char *who, const gn_network *net, const gn_loss *loss);

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
/* theirs.c: calls of layers, which may be the user's, and of the user's readers; see functions.h */
void gni_layer_forward(const gn_layer *layer, const gn_pass *p);
void gni_layer_backward(const gn_layer *layer, const gn_pass *p);
gn_status gni_fill(const gn_data *data, const size_t *rows, gn_tile *tile);

/* reader.c: the tile that the user's reader fills, whose rows are s->row_numbers */
gn_status gni_call_reader(const gn_context *ctx, const gn_data *from, const gn_loss *loss, gni_scratch *s);
/* targets.c: what our losses cannot learn from */
gn_status gni_check_targets(const char *who, const gn_network *net, const gn_loss *loss, const gn_matrix *y,
                            const size_t *numbers);
gn_status gni_check_weights(const char *who, bool negative, size_t n, const gn_real *weights,
                            const size_t *numbers);

/* gather.c: some rows of the data into a scratch's tile, asking for n_next more of order to
 * come nearer. order NULL: rows as they lie. */
typedef struct gni_rows { const size_t *order; size_t first, n; } gni_rows;
gn_status gni_gather(const gn_context *ctx, const gn_data *from, const gn_loss *loss,
                     gni_rows rows, size_t n_next, gni_scratch *s);

/* chain.c: one tile through the chain, out and back. What backward starts from
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

/* evaluate.c */
gn_status gni_evaluate(const char *who, gn_context *ctx, const gn_data *data, gni_rows rows,
                       const gn_loss *loss, gn_score *score);
gn_status gni_check_whole(const char *who, const gn_context *ctx, size_t rows);
double gni_count_correct(const gn_tile *tile, size_t cols, size_t stride, const gn_real *z,
                         bool raw);

#endif /* GNI_RUN_H */
