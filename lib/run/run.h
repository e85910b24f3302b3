/* One pass of data through a network: the context, which is one caller's scratch, and the way of a
 * sample out and back. (docs/inside.md says in which order to read.) Nothing here changes a
 * network. */
#ifndef GNI_RUN_H
#define GNI_RUN_H

#include "network/network.h"
#include "run/checks.h"
#include "run/hold.h"

enum { GNI_UNKNOWN_BATCH = 256 }; /* what a context plans its tiles for */

/* What a layer keeps of a tile for the way back; NULL to predict. */
typedef struct gni_kept {
    gn_real *cache, *tile_cache; /* pass.cache and pass.tile_cache, where backward follows */
    gn_real *dy;                 /* if it is a second input, what comes back from there */
} gni_kept;

/* The scratch of one thread: a tile and what the layers make of it. Meant to
 * fit into L2: see tiling.c. */
typedef struct gni_scratch {
    gn_tile tile;               /* as losses and readers see it */
    const gn_real *x;           /* tile.x, or the user's own rows; pass[0].x_stride is theirs */
    gn_real *x_buffer, *targets, *weights; /* tile_rows x inputs, x outputs, x 1 */
    int32_t *labels;
    size_t *row_numbers;
    gn_pass *pass;              /* one per layer; y, work and params are wired */
    gni_kept *kept;             /* one per layer */
    gn_real *dy[2];             /* dL/dy of a layer and dL/dx, in turn; NULL to predict */
    gn_draw draw;
    gni_held *held;             /* by the caller's thread; NULL in another one's scratch */
} gni_scratch;

/* A fixed share of a minibatch's rows and what they add up to, whoever runs it. */
typedef struct gni_lane { double loss, correct; } gni_lane;

struct gn_context {
    const gn_network *net;
    gn_context_options options; /* defaults filled in */
    struct gni_team *team;      /* NULL: the caller works by itself */
    gni_scratch *scratch;       /* options.threads of them, one per member of the team */
    size_t n_lanes;             /* 0 to predict */
    gni_lane *lanes;
    gn_real **gradients;        /* of each lane; the first is where the sum shall stand */
    gni_held held;              /* by the call in progress */
    size_t largest_product;     /* of the network, for a row: see predict.c */
    double *squares;            /* of the gradient, of each block of GNI_BLOCK parameters */
    void *memory;               /* the one block in which all of this lies */
};

/* tiling.c: pure functions of the network's widths and the batch; no cache is asked */
enum { GNI_MOST_LANES = 64, GNI_CONTEXT_LANES = 16 }; /* by the rule; in a context of a user's */
size_t gni_tile_rows(const gn_network *net, size_t batch, size_t lanes);
size_t gni_lane_count(const gn_network *net, size_t batch, size_t wanted); /* 0: by the rule */
size_t gni_fewer_lanes(const gn_network *net, size_t rows, size_t lanes); /* of too few rows */

/* theirs.c: the user's reader; see functions.h */
gn_status gni_fill(const gn_data *data, const size_t *rows, gn_tile *tile);

/* reader.c: the tile that the user's reader fills, whose rows are s->row_numbers */
gn_status gni_call_reader(const gn_context *ctx, const gn_data *from, const gn_loss *loss,
                          bool learns, gni_scratch *s);
/* gather.c: some rows of the data into a scratch's tile, asking for n_next more of order to come
 * nearer. order NULL: rows as they lie. learns: a reader's inputs must be finite, else no NaN. */
typedef struct gni_rows { const size_t *order; size_t first, n; } gni_rows;
gn_status gni_gather(const gn_context *ctx, const gn_data *from, const gn_loss *loss,
                     gni_rows rows, size_t n_next, bool learns, gni_scratch *s);

/* chain.c: one tile through the chain, out and back. What backward starts from
 * stands in s->dy[0]. */
const gn_real *gni_forward(const gn_network *net, gni_scratch *s, gn_mode mode, bool raw);
void gni_backward(const gn_network *net, gni_scratch *s, gn_real beta, gn_real *gradient);
size_t gni_output_stride(const gn_network *net);

/* context.c */
gn_status gni_context_create(const char *who, gn_context **out, const gn_network *net,
                             const gn_context_options *options, size_t n_lanes);

size_t gni_largest_product(const gn_network *net); /* predict.c */

/* minibatch.c: rows are dealt to lanes, lanes to threads */
typedef struct gni_minibatch {
    const gn_data *data;
    gni_rows rows;
    size_t n_next;              /* so many more of rows.order follow */
    const gn_loss *loss;
    const gn_draw *draw;        /* its seed and step; NULL: dropout is off */
    double scale;               /* of the gradient: 1 / rows */
    size_t n_lanes, tile_rows;
    bool count_correct;
    bool may_go_back;           /* the caller goes back if the loss is lost */
} gni_minibatch;
size_t gni_lanes_of(const gn_context *ctx, size_t rows, size_t wanted);
gn_status gni_run_lanes(gn_context *ctx, const gni_minibatch *m);
void gni_sum_lanes(gn_context *ctx, size_t n_lanes, double *loss, double *correct);

/* gradient.c: the lanes' gradients are added as a tree, in lane 0's place */
enum { GNI_BLOCK = 4096 };      /* parameters whose squares are added up together */
void gni_each_block(gn_context *ctx, size_t n_lanes, void (*f)(void *user, gni_range params),
                    void *user);
/* then (may be NULL) gets each block after its sum. */
void gni_combine(gn_context *ctx, size_t n_lanes, void (*then)(void *user, gni_range params),
                 void *user);
double gni_gradient_squares(const gn_context *ctx);

/* evaluate.c */
gn_status gni_evaluate(const char *who, gn_context *ctx, const gn_data *data, gni_rows rows,
                       const gn_loss *loss, bool learns, gn_score *score);
double gni_count_correct(const gn_tile *tile, size_t cols, size_t stride, const gn_real *z,
                         bool raw);

#endif /* GNI_RUN_H */
