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
/** A layer in a network: constant once planned, so threads may share it. */
typedef struct gn_layer {
    gn_layer_spec spec;       /**< as the user gave it, defaults filled in */
    gn_activation activation; /**< spec.activation points here */
    size_t index;             /**< its place in the network, from 0 */
    gn_shape in,              /**< what it gets, of one sample */
        out;                  /**< what it gives: gn_vector(spec.units) to begin with; plan() may
                                   change it, and sets the rest */
    size_t n_params;          /**< parameters, weights first */
    size_t n_weights;         /**< so many, from the first, take decay, l1 and l2 */
    size_t cache_per_row;     /**< reals to keep from forward to backward */
    size_t work_per_row;      /**< reals that need not outlive a call */
    size_t first_param;       /**< where they start; the network's to set */
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

/** One tile on its way through one layer. All matrices are row-major. x and dx have rows of
 * x_stride reals, y and dy rows of y_stride = gn_row_stride(outputs); what lies between the
 * end of a row of y, dy or dx and the next row may be written but means nothing. x may be
 * the user's own memory and have any stride. A layer sees tiles, not minibatches: which
 * rows share a tile is the trainer's business. */
typedef struct gn_pass {
    size_t rows;           /**< of the tile */
    const gn_real *params; /**< n_params */
    const gn_real *x;      /**< rows x in */
    size_t x_stride;       /**< reals from one row to the next */
    gn_real *y;            /**< rows x out: forward writes it */
    size_t y_stride;       /**< reals from one row to the next */
    gn_real *cache;        /**< rows x cache_per_row; NULL when predicting or evaluating */
    gn_real *work;         /**< rows x work_per_row */
    const gn_draw *draw;   /**< NULL when predicting: do nothing random */
    bool raw;              /**< leave the activation to the loss: y is z */
    gn_real *dy;      /**< backward only: rows x out: dL/dy (raw: dL/dz), yours to overwrite */
    gn_real *dx;      /**< backward only: rows x in: write dL/dx; NULL where nobody wants it */
    gn_real *dparams; /**< backward only: n_params: beta * dparams + this tile's, as in BLAS; NULL
                           where nobody wants it ... */
    gn_real beta;     /**< ... 0: overwrite, whatever stands there */
} gn_pass;

/** A type of layer. Its functions are called by several threads at once. forward and backward
 * cannot fail: whatever may go wrong, plan() refuses. They run in the host's floating-point mode, and so
 * does a layer of ours that they call: there it may meet subnormal numbers, and raise flags. */
struct gn_layer_type {
    const char *name;               /**< recorded in files */
    const char *const *param_names; /**< of spec.param, ended by NULL; NULL: none */
    bool only_in_training;          /**< skipped when draw is NULL; then it has no parameters,
                                         and as many outputs as inputs */
    bool whole_minibatch;           /**< needs all rows at once to learn: gradients and training
                                         run in one tile (in prediction, where cache is NULL,
                                         tiles are of any size) */
    gn_status (*plan)(gn_layer *self); /**< REQUIRED: check spec and in, fill in sizes; see
                                            gn_fail() */
    void (*forward)(const gn_layer *self, const gn_pass *pass);  /**< REQUIRED */
    void (*backward)(const gn_layer *self, const gn_pass *pass); /**< REQUIRED; after forward, same
                                                                      tile */
    /** OPTIONAL: parameters to begin with; NULL: they stay 0 */
    void (*init)(const gn_layer *self, gn_real *params, uint64_t seed);
};

/** An initialisation of weights. */
struct gn_init {
    const char *name; /**< for messages */
    const void *user; /**< yours; of our own ones: ours */
    /** Fills n weights of a layer of so many inputs and outputs, in gn_network_create() and by its
     * thread; equal for equal arguments. stream tells the layers of one network apart. */
    void (*fill)(const gn_init *self, size_t inputs, size_t outputs, double gain, uint64_t seed,
                 size_t stream, size_t n, gn_real *weights);
};

/** Sets this thread's gn_error_message() as printf would, and returns status: for functions of
 * yours that the library calls. */
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
/** The context that a trainer works in, to look into between steps; the trainer's. */
GN_API const gn_context *gn_trainer_context(const gn_trainer *trainer);

/** @} */

#ifdef __cplusplus
}
#endif
#endif /* GEMMNET_LAYER_H */
