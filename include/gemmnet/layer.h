/** @file
 * Writing a layer type or an initialisation of your own, and looking inside. Users of
 * networks do not need this header. */
#ifndef GEMMNET_LAYER_H
#define GEMMNET_LAYER_H

#include <gemmnet/gemmnet.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @defgroup own Layers and initialisations of your own
 * What they are given, and what they must do.
 *
 * examples/custom_layer.c is one, as a whole program.
 * @{ */
/** One of a layer's parameters: an array with a name. */
typedef struct gn_tensor {
    const char *name;         /**< as in files: "weight", "bias", "running_mean"; outlives the
                                   network */
    size_t rank, dims[4];     /**< 1 to 4 of them are used; row-major */
    bool decays;              /**< weight_decay, l1 and l2 apply to it */
    double momentum;          /**< not 0, at most 1: a running statistic, which is not learned.
                                   backward() adds to its dparams the statistic of each row, and
                                   training then does p += momentum * (mean over rows - p); norms,
                                   decay and optimizers leave it out, and gn_gradient() gives 0 */
    size_t first, n;          /**< where it starts in the layer's parameters, and how many numbers
                                   it has: the network's to set */
} gn_tensor;

#define GN_TENSORS 8 /**< so many a layer has at most */

/** A layer in a network: constant once planned, so threads may share it. */
typedef struct gn_layer {
    gn_layer_spec spec;       /**< as the user gave it, defaults filled in */
    gn_activation activation; /**< spec.activation points here */
    size_t index;             /**< its place in the network, from 0 */
    gn_shape in,              /**< what it gets, of one sample */
        from,                 /**< what it gets besides, where spec.from is not 0 */
        out;                  /**< what it gives: gn_vector(spec.units) to begin with; plan() may
                                   change it, and sets what follows */
    size_t n_tensors;         /**< how many it has ... */
    gn_tensor tensors[GN_TENSORS]; /**< ... which lie one after the other */
    size_t cache_per_row,     /**< reals to keep from forward to backward, for each row ... */
        cache_per_tile;       /**< ... and for each tile */
    size_t work_per_row,      /**< reals that need not outlive a call, for each row ... */
        work_per_tile;        /**< ... and for each tile */
    size_t tile_rows;         /**< rows up to which its buffers stay in L2; 0: any. Tiles have no
                                   more unless the user says so */
    size_t copyless_rows;     /**< rows up to which BLAS multiplies without copying its weights
                                   first; 0: any. If that is few in one layer, tiles have several
                                   hundred */
    double in_low, in_high;   /**< what its inputs lie within, about: see gn_init.fill_bias */
    size_t n_params,          /**< numbers in all tensors: the network's to set, as ... */
        first_param;          /**< ... where they start in its parameters */
} gn_layer;

/** How many numbers a shape holds. */
static inline size_t gn_size(gn_shape shape)
{
    return shape.channels * shape.height * shape.width;
}

/** Matrices between layers have rows of this many reals: n rounded up to whole vectors. */
static inline size_t gn_row_stride(size_t n)
{
    return (n + 15) / 16 * 16;
}

/** Where random numbers come from: a function of these, never of hidden state. */
typedef struct gn_draw {
    uint64_t seed, /**< of the training */ step; /**< from 0 */
    uint64_t first_row; /**< of this tile within the minibatch */
} gn_draw;

/** n numbers in [0, 1) for one row of the tile; the same for the same arguments, whoever
 * asks (Philox4x32-10, Salmon et al. 2011). Any thread. */
GN_API void gn_draw_uniform(const gn_draw *draw, size_t layer, size_t row, size_t n, gn_real *out);

/** What a pass is for. */
typedef enum gn_mode {
    GN_PREDICTING,      /**< forward only; evaluation too */
    GN_DIFFERENTIATING, /**< forward and back, as predicting: nothing random */
    GN_TRAINING         /**< forward and back; draw is not NULL */
} gn_mode;

/** One tile on its way through one layer. All matrices are row-major. x has rows of x_stride reals,
 * from of from_stride, dx of dx_stride, y and dy of y_stride = gn_row_stride(outputs); what lies
 * between the end of a row of y, dy, dx or dfrom and the next row may be written but means nothing.
 * x and from may be the user's own memory and have any stride. A layer sees tiles, not minibatches:
 * which rows share a tile is the trainer's business. */
typedef struct gn_pass {
    gn_mode mode;          /**< what it is for */
    size_t rows;           /**< of the tile */
    const gn_real *params; /**< n_params */
    const gn_real *x;      /**< rows x in */
    size_t x_stride;       /**< reals from one row to the next */
    const gn_real *from;   /**< rows x from: the second input, or NULL */
    size_t from_stride;    /**< reals from one row to the next */
    gn_real *y;            /**< rows x out: forward writes it */
    size_t y_stride;       /**< reals from one row to the next */
    gn_real *cache;        /**< rows x cache_per_row; NULL exactly when predicting */
    gn_real *work;         /**< rows x work_per_row */
    gn_real *tile_cache;   /**< cache_per_tile; NULL exactly when predicting */
    gn_real *tile_work;    /**< work_per_tile */
    const gn_draw *draw;   /**< NULL unless training: do nothing random */
    bool raw;              /**< leave the activation to the loss: y is z */
    gn_real *dy;      /**< backward only: rows x out: dL/dy (raw: dL/dz), yours to overwrite */
    gn_real *dx;      /**< backward only: rows x in: write dL/dx; NULL where nobody wants it */
    size_t dx_stride; /**< reals from one row to the next */
    gn_real *dfrom;   /**< backward only: rows x from: add dL/dfrom; NULL where nobody wants it */
    size_t dfrom_stride; /**< reals from one row to the next */
    gn_real *dparams; /**< backward only: n_params: beta * dparams + this tile's, as in BLAS; NULL
                           where nobody wants it ... */
    gn_real beta;     /**< ... 0: overwrite, whatever stands there */
} gn_pass;

/** A type of layer. Its functions are called by several threads at once. forward and backward
 * cannot fail: whatever may go wrong, plan() refuses. They run in the host's floating-point mode,
 * and so does a layer of ours that they call: there it may meet subnormal numbers, and raise
 * flags. */
struct gn_layer_type {
    const char *name;               /**< recorded in files */
    const char *const *param_names; /**< of spec.param, ended by NULL; NULL: none */
    const void *user;               /**< yours */
    bool takes_from;                /**< a second input, by spec.from */
    bool only_in_training;          /**< skipped when draw is NULL; then it has no parameters,
                                         and as many outputs as inputs */
    bool whole_lane;                /**< learns from all rows of a lane at once (see
                                         gn_train_options), which gets one tile of at least 32 rows,
                                         or all of the minibatch, and never of a single one. So the
                                         number of lanes is part of what is computed. (Predicting,
                                         tiles are of any size.) */
    gn_status (*plan)(gn_layer *self); /**< REQUIRED: check spec and in, fill in sizes; see
                                            gn_fail() */
    void (*forward)(const gn_layer *self, const gn_pass *pass);  /**< REQUIRED */
    void (*backward)(const gn_layer *self, const gn_pass *pass); /**< REQUIRED; after forward, same
                                                                      tile */
    /** OPTIONAL: parameters to begin with; NULL: they stay 0 */
    void (*init)(const gn_layer *self, gn_real *params, uint64_t seed);
    void (*reserved[4])(void);      /**< NULL */
};

/** An initialisation of weights. */
struct gn_init {
    const char *name; /**< for messages */
    const void *user; /**< yours; of our own ones: ours */
    /** Fills n weights of a layer of so many inputs and outputs, in gn_network_create(), by its
     * thread and in the host's floating-point mode; equal for equal arguments. stream tells the
     * layers of one network apart. */
    void (*fill)(const gn_init *self, size_t inputs, size_t outputs, double gain, uint64_t seed,
                 size_t stream, size_t n, gn_real *weights);
    /** OPTIONAL: for spec.bias_init: fills the n biases of a layer's n units, whose weights are n x
     * inputs. Its inputs lie about within low .. high: what the activation before it gives, or
     * -sqrt(3) .. sqrt(3), as standardised numbers do. */
    void (*fill_bias)(const gn_init *self, size_t inputs, const gn_real *weights, double low,
                      double high, uint64_t seed, size_t stream, size_t n, gn_real *bias);
    uint64_t reserved[4]; /**< zero */
};

/** Sets this thread's gn_error_message() as printf would, with '?' for control characters, and
 * returns status: for functions of yours that the library calls. */
GN_API gn_status gn_fail(gn_status status, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/** Whether two activations are the same function: functions, user and alpha are equal. Neither is
 * NULL. */
GN_API bool gn_same_activation(const gn_activation *a, const gn_activation *b);

/** @} */

/** @defgroup inspect Looking inside
 * Layers and what they gave.
 * @{ */
/** A layer of the network, from 0; NULL if there is none such. Lives as long as net. */
GN_API const gn_layer *gn_network_layer(const gn_network *net, size_t index);
/** What a layer gave for the latest tile of ctx's first thread: *rows rows, each *stride
 * reals after the one before (both may be NULL). NULL before the first, or if there is no such
 * layer. Lives until the next call with ctx. */
GN_API const gn_real *gn_context_output(const gn_context *ctx, size_t layer,
                                        size_t *rows, size_t *stride);
/** The network that a trainer trains, for callbacks, which may read it. */
GN_API const gn_network *gn_trainer_network(const gn_trainer *trainer);
/** The context that a trainer works in, to look into between steps; the trainer's. */
GN_API const gn_context *gn_trainer_context(const gn_trainer *trainer);

/** @} */

#ifdef __cplusplus
}
#endif
#endif /* GEMMNET_LAYER_H */
