/** @file
 * Scaling: what the numbers of a network mean outside of it. gemmnet.h includes this, and says
 * what holds for all functions. */
#ifndef GEMMNET_SCALING_H
#define GEMMNET_SCALING_H

#include <gemmnet/gemmnet.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @defgroup scaling Scaling
 * The user's units, outside of the network.
 *
 * A network that has a scaling computes with (x - input_shift) / input_scale of its inputs x;
 * what it computes, times output_scale plus output_shift, are its outputs. Data and
 * predictions are then in the user's units everywhere, targets too; losses are in the
 * network's. All of it belongs to one column (input or output) at a time.
 * @{ */
/** Each pair of arrays may be NULL: as they are. */
typedef struct gn_scaling {
    const gn_real *input_shift, /**< a number for each input */
        *input_scale;           /**< the same; none is 0 */
    const gn_real *output_shift, /**< a number for each output */
        *output_scale;          /**< the same; none is 0 */
    const gn_real *input_low,   /**< the range seen in training: a number for each input */
        *input_high;            /**< the same; none is below its input_low */
    uint64_t reserved[4];       /**< zero */
} gn_scaling;

/** Where a scaling comes from. */
typedef enum gn_scale_rule {
    GN_AS_IS,       /**< no scaling */
    GN_STANDARDISE, /**< mean 0, standard deviation 1 (of the rows, not of what they stand for:
                         the root of the sum of squares divided by their number) */
    GN_MIN_MAX      /**< the least number becomes 0, the largest 1 */
} gn_scale_rule;

/** Fits a scaling to the rows of data (matrices, not a reader), which replaces the network's;
 * outputs other than GN_AS_IS want data->y. A column whose numbers are all the same gets the
 * scale 1. Weights of rows do not count. Call it before training, with the rows that are
 * trained on. Errors: ARGUMENT, SHAPE, NONFINITE (also a column, named, whose scale or 1 / scale
 * would be none), MEMORY. */
GN_API gn_status gn_network_fit_scaling(gn_network *net, const gn_data *data,
                                        gn_scale_rule inputs, gn_scale_rule outputs);
/** Copies a scaling of your own; NULL takes the network's away. Errors: ARGUMENT (one of a pair,
 * a low above its high), NONFINITE (also 1 / scale), MEMORY. */
GN_API gn_status gn_network_set_scaling(gn_network *net, const gn_scaling *scaling);
/** The network's arrays, which live until its scaling is replaced; all NULL if it has none. */
GN_API gn_scaling gn_network_scaling(const gn_network *net);
/** Extrapolation: first[r] becomes, for each of x's rows, the first input that lies outside of the
 * range seen in training (NaN does), or the number of inputs if none does; *count (may be NULL)
 * is how many rows have one. Errors: ARGUMENT (a network without a range, ...), SHAPE, NONFINITE
 * (scale or offset of bytes). */
GN_API gn_status gn_network_outside(const gn_network *net, const gn_matrix *x, size_t *first,
                                    size_t *count);

/** @} */

#ifdef __cplusplus
}
#endif
#endif /* GEMMNET_SCALING_H */
