/** @file
 * gemmnet: neural networks whose minibatches run through cblas_sgemm. What everybody includes. */

/** @defgroup rules Rules for every function
 * What holds for every function here, so that it need not be said there:
 *   - GN_OK (0) is success, a negative status is an error, a positive one is success that stopped
 *     early. gn_error_message() says what went wrong. (Here errors are named without GN_ERR_.)
 *   - A call that fails changes nothing (but where it says so), and *out of a create is NULL.
 *   - NULL for what a function needs is the error ARGUMENT. Functions without a status that look
 *     into an object give 0 or NULL for the object NULL.
 *   - What *_create or *_copy gives you, *_destroy takes back; NULL is fine.
 *   - Pointers you pass are borrowed for the call, except that a context keeps its network, a
 *     trainer its network and its loss, and everybody what a struct that was copied points to
 *     (layer types, initialisations, names, `user`): these must outlive it.
 *   - Matrices are row-major, one sample per row, as a Fortran array x(features, samples) is.
 *   - Any number of threads may read a network at once, each with its own context. A trainer writes
 *     its network, and so do functions that take it without const: nobody may read it meanwhile. A
 *     context or a trainer is for one caller at a time. All else may be called by any thread.
 *   - Prediction, gradients and training steps allocate no memory.
 *   - In every struct, zero means "the default". Start from { 0 }.
 *   - Numbers have no unit but what your data give them (gemmnet/scaling.h); a loss is that of the
 *     network's own numbers. Times are seconds, sizes of memory bytes, all others numbers of
 *     elements.
 *   - Calls compute in a floating-point mode of their own: nothing traps, rounding is to nearest,
 *     and subnormal numbers are 0 (but not in creating, saving, loading and reading). When they
 *     return, and in each function of yours that they call, the mode is the one that you called in.
 *   - Bitwise and concurrency promises hold where BLAS runs one thread at a time. The library sees
 *     to that where BLAS is OpenBLAS, but not within a parallel region of yours: set it to one
 *     thread there (OPENBLAS_NUM_THREADS=1; OMP_NUM_THREADS=1 of its OpenMP build).
 *   - A callback of a trainer, and with one thread every function of yours, may leave the call by
 *     longjmp or an exception. Then its trainer or context may only be destroyed, by the same
 *     thread.
 *
 * docs/threads.md says more of threads, memory, BLAS, and the floating-point mode.
 * Papers are named by author and year; docs/literature.md says where to find them. */
#ifndef GEMMNET_H
#define GEMMNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef GN_DOUBLE              /* set by gemmnet-double.pc, never by hand */
#include <gemmnet/names.h>    /* every gn_x below is then gnd_x to the linker */
typedef double gn_real;
#else
typedef float gn_real; /**< What is computed in: float, or double in gemmnet-double. */
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GN_API __attribute__((visibility("default")))
#else
#define GN_API
#endif

/** @defgroup status Status and errors
 * How calls end, and the words for it.
 * @{ */
/** All statuses: X(name, value, text). */
#define GN_STATUS_LIST(X)                                                       \
    X(GN_STOPPED,          1, "stopped early, as asked")                        \
    X(GN_OK,               0, "success")                                        \
    X(GN_ERR_ARGUMENT,    -1, "an argument is missing or out of range")         \
    X(GN_ERR_SHAPE,       -2, "sizes do not agree")                             \
    X(GN_ERR_MEMORY,      -3, "out of memory")                                  \
    X(GN_ERR_IO,          -4, "reading or writing failed")                      \
    X(GN_ERR_FORMAT,      -5, "not a valid file of its kind")                   \
    X(GN_ERR_UNKNOWN,     -6, "a file names an unknown layer or activation")    \
    X(GN_ERR_NONFINITE,   -7, "a number is not finite")                         \
    X(GN_ERR_UNSUPPORTED, -8, "this layer, activation or loss cannot do that")

#define GN_STATUS_ENUM(name, value, text) name = (value),
/** How a call ended: `if (status < 0)` it failed. */
typedef enum gn_status { GN_STATUS_LIST(GN_STATUS_ENUM) } gn_status;
#undef GN_STATUS_ENUM

/** What a status means, in words; never NULL, and not to be freed. */
GN_API const char *gn_status_text(gn_status status);
/** What this thread's latest error was, with its numbers, in printable letters: "" before the
 * first. Lives until this thread's next error. */
GN_API const char *gn_error_message(void);

/** @} */
/** @defgroup activations Activations
 * Functions y = f(z), elementwise or row by row.
 * @{ */
typedef struct gn_init gn_init; /* write your own: gemmnet/layer.h */

typedef struct gn_activation gn_activation;
/** A function and its derivative. A value: copy one and change alpha, or fill in your own.
 * Matrices are rows x cols, each row `stride` reals after the one before; the last one too
 * has room for `stride`, and what lies between cols and stride may be written but means
 * nothing. Called from several threads at once, for different rows. */
struct gn_activation {
    const char *name;    /**< recorded in files */
    double alpha;        /**< a slope or the like; finite */
    const void *user;    /**< yours; of our own ones: ours */
    const gn_init *init; /**< of weights in front of it; NULL: gn_glorot_uniform. Ours have that,
                              but gn_he_uniform from gn_relu to gn_softplus */
    double gain;         /**< a factor on the deviation of initial weights; 0: 1. Sigmoid's is 2. In
                              the network's last layer sigmoid's and softmax's counts as 1, whatever
                              it is */
    bool keeps_input;    /**< backward wants z too: the layer then keeps z beside y */
    /** y = f(z); y may be z, unless keeps_input */
    void (*forward)(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                    const gn_real *z, gn_real *y);
    /** dL/dy becomes dL/dz in place; z is NULL unless keeps_input */
    void (*backward)(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                     const gn_real *z, const gn_real *y, gn_real *dy);
    /** OPTIONAL, where not keeps_input: y becomes f(y + bias), bias of cols reals, in one
     * pass; without it two are made */
    void (*forward_bias)(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                         const gn_real *bias, gn_real *y);
    double low, /**< y is from low to high; equal: unknown (see gn_init) */ high; /**< see low */
    void (*reserved[4])(void); /**< NULL */
};

GN_API extern const gn_activation
    gn_identity,   /**< z */
    gn_sigmoid,    /**< 1 / (1 + exp(-z)) */
    gn_tanh,       /**< tanh z */
    gn_relu,       /**< max(0, z); slope 0 at 0 (Nair and Hinton 2010) */
    gn_leaky_relu, /**< z where z > 0, else alpha z; alpha = 0.01 (Maas et al. 2013) */
    gn_elu,        /**< z where z > 0, else alpha (exp(z) - 1); alpha = 1 (Clevert et al. 2015) */
    gn_gelu,       /**< z Phi(z), Phi the normal distribution's (Hendrycks and Gimpel 2016) */
    gn_silu,       /**< z / (1 + exp(-z)) (Elfwing et al. 2017) */
    gn_softplus,   /**< log(1 + exp(z)) (Dugas et al. 2000) */
    gn_softmax;    /**< exp(z_j) / sum over the row (Bridle 1990) */

/** @} */
/** @defgroup networks Networks
 * Chains of layers, each of which takes what the one before gives.
 * @{ */
/** What one sample consists of: channels x height x width numbers. */
typedef struct gn_shape { size_t channels, height, width; } gn_shape;

/** The shape of a vector of n. */
static inline gn_shape gn_vector(size_t n)
{
    gn_shape shape = { n, 1, 1 };
    return shape;
}

typedef struct gn_layer_type gn_layer_type; /* write your own: gemmnet/layer.h */

GN_API extern const gn_layer_type
    gn_dense,   /**< y = f(x W^T + b), W is units x inputs */
    gn_dropout; /**< in training zeroes inputs with probability param[0], a share in [0, 1), and
                     divides the rest by 1 - share; else not there (Srivastava et al. 2014) */

/** @name Initial weights
 * Numbers of mean 0 and of a deviation that is multiplied by the activation's gain. The normal
 * ones are not truncated (Box and Muller 1958).
 * @{ */
GN_API extern const gn_init
    gn_glorot_uniform, /**< sqrt(2 / (inputs + outputs)) (Glorot and Bengio 2010) */
    gn_glorot_normal,  /**< the same, normal */
    gn_he_uniform,     /**< sqrt(2 / inputs) (He et al. 2015) */
    gn_he_normal,      /**< the same, normal */
    gn_lecun_uniform,  /**< 1 / sqrt(inputs) (LeCun et al. 1998) */
    gn_lecun_normal,   /**< the same, normal */
    gn_zeros;          /**< 0 */
/** @} */

/** A line of the table that makes a network. */
typedef struct gn_layer_spec {
    const gn_layer_type *type;       /**< NULL: gn_dense */
    size_t units;                    /**< outputs; 0: as many as inputs */
    const gn_activation *activation; /**< NULL: gn_identity; copied */
    const gn_init *init;             /**< NULL: the activation's own */
    const gn_init *bias_init;        /**< of the biases; NULL: 0 */
    bool no_bias;                    /**< y = f(x W^T) */
    bool frozen;                     /**< training leaves its parameters alone */
    size_t from;                     /**< a second input for types that take one: the output of an
                                          earlier layer, counted from 1 (of one that is skipped,
                                          what that layer gets), or GN_FROM_INPUT; 0: none */
    const void *user;                /**< yours, for a type of your own; must outlive the network */
    double param[16];                /**< the type names and explains them */
    uint64_t reserved[4];            /**< zero */
} gn_layer_spec;

#define GN_FROM_INPUT SIZE_MAX /**< the network's input, for gn_layer_spec.from */

typedef struct gn_network gn_network; /**< Layers and their parameters. */

/** A network is a table of n_layers layers (at least one), which is copied. The seed decides
 * the initial weights; initial biases are 0. Errors: ARGUMENT, SHAPE (a width that does not
 * fit, sizes whose product overflows), MEMORY, UNSUPPORTED, and what a type's plan returns. */
GN_API gn_status gn_network_create(gn_network **out, gn_shape input, const gn_layer_spec *layers,
                                   size_t n_layers, uint64_t seed);
/** The same layers, parameters, scaling and notes, copied. Errors: ARGUMENT, MEMORY. */
GN_API gn_status gn_network_copy(gn_network **out, const gn_network *net);
GN_API void      gn_network_destroy(gn_network *net); /**< After its contexts and trainers. */

GN_API gn_shape gn_network_input(const gn_network *net);  /**< The shape of one sample. */
GN_API gn_shape gn_network_output(const gn_network *net); /**< The shape of what one becomes. */
GN_API size_t   gn_network_layer_count(const gn_network *net); /**< How many layers it has. */

GN_API size_t   gn_network_param_count(const gn_network *net); /**< Numbers in all tensors. */
/** All parameters, layer after layer without gaps, each layer's weights before its bias.
 * The memory is the network's: yours to read and, while nobody runs it, to write. */
GN_API gn_real *gn_network_params(gn_network *net);
GN_API const gn_real *gn_network_read_params(const gn_network *net); /**< The same, to read. */
/** The weights of one layer, from 0, among the above: *count (may be NULL) of them, of a dense
 * layer units x inputs, row-major; NULL and 0 where it has none. */
GN_API gn_real *gn_network_weights(gn_network *net, size_t layer, size_t *count);
/** The biases of one layer in the same way, one for each unit. */
GN_API gn_real *gn_network_bias(gn_network *net, size_t layer, size_t *count);
/** The same of the tensor of that name, of any type of layer: "weight" and "bias" are the above. */
GN_API gn_real *gn_network_tensor(gn_network *net, size_t layer, const char *name, size_t *count);

/** A table for people, as snprintf: writes at most capacity bytes with the final 0, and
 * returns the length that the whole text has without it. text may be NULL if capacity is 0. */
GN_API size_t gn_network_describe(const gn_network *net, char *text, size_t capacity);

/** @} */
/** @defgroup data Data
 * Views of your memory, which is never copied whole.
 * @{ */
/** What the elements of a matrix are. */
typedef enum gn_type {
    GN_REAL, /**< a gn_real */
    GN_U8    /**< a byte that stands for scale * byte + offset */
} gn_type;

/** Rows that lie in your memory. */
typedef struct gn_matrix {
    const void *data;      /**< the first element */
    size_t rows,           /**< samples */
        cols;              /**< numbers of each */
    size_t stride;         /**< elements from one row to the next; 0: cols */
    gn_type type;          /**< reals, where it is 0 */
    double scale,          /**< of GN_U8; 0: 1/255 */
        offset;            /**< of GN_U8 */
    uint64_t reserved[2];  /**< zero */
} gn_matrix;

/** Some rows on their way through the network, packed. A reader fills in x and y in the user's
 * units; a loss of yours gets them in the network's (gemmnet/scaling.h), x always. */
typedef struct gn_tile {
    size_t rows;           /**< how many */
    gn_real *x;            /**< rows x inputs */
    gn_real *y;            /**< targets, rows x outputs, or NULL ... */
    int32_t *labels;       /**< ... and then the class of each row */
    gn_real *weights;      /**< of each row; NULL: all 1 */
} gn_tile;

/** Samples and what is to be learned of them. */
typedef struct gn_data {
    gn_matrix x;             /**< inputs */
    gn_matrix y;             /**< targets, one row per row of x; or instead */
    const int32_t *labels;   /**< the class of each row of x, from 0; if the loss takes labels,
                                  these go before targets */
    const gn_real *weights;  /**< of each row; NULL: all 1. Below 0: see negative_weights */
    /** Or, instead of matrices (x.rows still says how many): your own reader. It fills
     * tile->x for tile->rows rows, whose numbers are in rows[], and whichever of tile->y
     * and tile->labels is not NULL: labels if has_labels, else y; tile->weights if
     * has_weights. It is called by several threads at once, for different rows; a
     * negative status (see gn_fail()) ends the call that wanted the rows. */
    gn_status (*fill)(void *user, const size_t *rows, gn_tile *tile);
    void *user;              /**< fill's first argument */
    bool has_labels,         /**< of fill alone */
        has_weights;         /**< of fill alone */
    uint64_t reserved[4];    /**< zero */
} gn_data;

/** @} */
/** @defgroup losses Losses
 * What training makes small.
 *
 * The loss of a minibatch is the sum of weight * loss over its rows, divided by the
 * number of rows; a loss over several outputs is their mean (the cross-entropy of softmax
 * is one number per row). A loss that fuses an activation follows a network that ends in
 * exactly that one, and training hands it what went into the activation (gn_predict()
 * applies it), or in gn_identity, and the outputs are taken as what would go in; any other
 * pairing is refused. A loss that fuses none takes any outputs as they are.
 * @{ */
typedef struct gn_loss gn_loss;
/** A loss and its gradient. A value, as an activation is. */
struct gn_loss {
    const char *name;           /**< recorded in checkpoints */
    double alpha;               /**< of gn_huber: more than 0 */
    const void *user;           /**< yours; of our own ones: ours */
    const gn_activation *fuses; /**< NULL: none */
    bool takes_labels,          /**< of the two it takes one or both */
        takes_targets;          /**< see takes_labels */
    /** Returns the sum of weight * loss over the tile's rows; dz, if not NULL, gets
     * scale * d(sum)/dz. z and dz lie as an activation's matrices do; dz is not z. Called
     * from several threads at once. Labels are checked before: 0 <= label < cols (< 2 if cols
     * is 1). */
    double (*eval)(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                   const gn_real *z, double scale, gn_real *dz);
    uint64_t reserved[4];       /**< zero */
};

GN_API extern const gn_loss
    gn_squared_error,         /**< (z - y)^2 */
    gn_absolute_error,        /**< |z - y|; slope 0 at 0 */
    gn_huber,                 /**< d^2 / 2 where |d| < alpha, else alpha (|d| - alpha / 2);
                                   d = z - y, alpha = 1 (Huber 1964) */
    gn_softmax_cross_entropy, /**< -sum of y_j log softmax(z)_j; fuses gn_softmax; two outputs or
                                   more; labels, or targets within [0, 1] whose rows sum to 1, but
                                   for 0.001 (Bridle 1990) */
    gn_sigmoid_cross_entropy; /**< log(1 + exp(z)) - y z; fuses gn_sigmoid; targets within [0, 1],
                                   or labels: one output is the probability of class 1, several
                                   are one-hot. Both refuse other targets (by more than 1e-6) */

/** @} */
/** @defgroup prediction Prediction, evaluation, gradients
 * What a network gives, how well it does, and where down is.
 * @{ */
typedef struct gn_context gn_context; /**< One caller's working memory. */

/** What a context is for. */
typedef struct gn_context_options {
    bool gradients;         /**< default: prediction alone, which needs less memory */
    size_t tile_rows;       /**< default: from the widths of the layers */
    int threads;            /**< the most that work, 1024 at most; default 1: the caller */
    bool keep_blas_threads; /**< see the rules for every function */
    bool negative_weights;  /**< take weights of rows below 0, which else are refused */
    uint64_t reserved[4];   /**< zero */
} gn_context_options;

/** Working memory for a caller. options may be NULL. Errors: ARGUMENT, SHAPE, MEMORY. */
GN_API gn_status gn_context_create(gn_context **out, const gn_network *net,
                                   const gn_context_options *options);
GN_API void      gn_context_destroy(gn_context *ctx); /**< Its network stays. */

/** Outputs of any number of rows (at least one): x is rows x inputs, out is rows x outputs,
 * each row out_stride reals after the one before (0: packed), and does not overlap x. NaN and
 * Inf pass through.
 * @code{.c}
 * gn_status square(gn_context *ctx, const gn_real in[2], gn_real *out) // one row
 * {
 *     const gn_matrix x = { .data = in, .rows = 1, .cols = 2 };
 *     return gn_predict(ctx, &x, out, 0);
 * }
 * @endcode
 * Errors: ARGUMENT, SHAPE, NONFINITE (scale or offset of bytes). */
GN_API gn_status gn_predict(gn_context *ctx, const gn_matrix *x, gn_real *out, size_t out_stride);

/** What gn_evaluate() finds. */
typedef struct gn_score {
    double loss;     /**< the mean over rows, of the network's own numbers */
    double accuracy; /**< share of rows whose largest output is their label's (one output:
                          which is over one half exactly if the label is 1); NaN where the data
                          have no labels or the loss takes none */
} gn_score;

/** Loss and accuracy over all rows of data (at least one). Inf in x passes through, as in
 * gn_predict(), where the loss is finite; training refuses it. Errors: ARGUMENT (a label or target
 * out of range, a negative weight, ...), SHAPE, UNSUPPORTED (a loss that does not go with the
 * network), NONFINITE, and what data->fill returns. */
GN_API gn_status gn_evaluate(gn_context *ctx, const gn_data *data, const gn_loss *loss,
                             gn_score *score);
/** Loss and gradient of one minibatch, overwriting gn_network_param_count() reals in the order
 * of gn_network_params(): all that an optimizer of your own needs. Dropout is off; frozen
 * layers get zeros. The context has been created with gradients. value may be NULL. Errors:
 * as gn_evaluate(); *value and *gradient are then undefined. */
GN_API gn_status gn_gradient(gn_context *ctx, const gn_data *batch, const gn_loss *loss,
                             double *value, gn_real *gradient);

/** @} */
/** @defgroup version Version
 * Of the header, and of the library that is there.
 * @{ */
#define GN_VERSION_MAJOR 0 /**< of the header; before 1.0, the minor one may change the API */
#define GN_VERSION_MINOR 1 /**< of the header */
#define GN_VERSION_PATCH 0 /**< of the header */
GN_API const char *gn_version(void); /**< Of the library actually loaded: "0.1.0". */
GN_API const char *gn_kernels(void); /**< Whose loops run: "baseline", "avx2", "avx512". */
/** @} */

#ifdef __cplusplus
}
#endif

#include <gemmnet/scaling.h> /* the user's units */
#include <gemmnet/train.h>   /* optimizers, schedules, the trainer */
#include <gemmnet/named.h>   /* the parts by name */

#endif /* GEMMNET_H */
