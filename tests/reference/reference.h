/* What the tests against NumPy and PyTorch share. The tables beside this header are made by
 * make.py in float64; inputs are the same numbers in float and double. A tolerance is so many
 * times the rounding of gn_real of a size that each test derives from the mathematics. */
#ifndef GEMMNET_TESTS_REFERENCE_H
#define GEMMNET_TESTS_REFERENCE_H

#include "support.h"

#include <float.h>

#define EPSILON TOLERANCE(DBL_EPSILON, (double)FLT_EPSILON)
#define LEAST_NORMAL TOLERANCE(DBL_MIN, (double)FLT_MIN)

/* As its base, with another alpha; alpha 0: its own. */
static inline gn_activation activation_of(const gn_activation *base, double alpha)
{
    gn_activation f = *base;
    f.alpha = alpha > 0 ? alpha : f.alpha;
    return f;
}

static inline gn_loss loss_of(const gn_loss *base, double alpha)
{
    gn_loss loss = *base;
    loss.alpha = alpha > 0 ? alpha : loss.alpha;
    return loss;
}

static inline gn_real *reals_of(const double *from, size_t n)
{
    gn_real *to = reals(n);
    for (size_t i = 0; i < n; i++)
        to[i] = (gn_real)from[i];
    return to;
}

/* |got - want| <= allowed, and false for NaN. Subnormal numbers may be off by a few. */
static inline bool is_near(double got, double want, double allowed)
{
    return fabs(got - want) <= allowed + 4 * EPSILON * LEAST_NORMAL;
}

/* All within so many roundings of the largest number among them. */
static inline void check_array(const char *what, const char *which, const gn_real *got,
                               const double *want, size_t n, double allowed)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(want[i]));
    for (size_t i = 0; i < n; i++)
        CHECK(is_near((double)got[i], want[i], allowed * most), "%s: %s %zu is %.17g, not %.17g",
              what, which, i, (double)got[i], want[i]);
}

/* Makers of optimizers and schedules from numbers, for tables. */
static inline gn_optimizer make_sgd(const double *h) { return gn_sgd(h[0], h[1] > 0); }
static inline gn_optimizer make_adagrad(const double *h) { return gn_adagrad(h[0]); }
static inline gn_optimizer make_rmsprop(const double *h) { return gn_rmsprop(h[0], h[1]); }
static inline gn_optimizer make_adam(const double *h) { return gn_adam(h[0], h[1], h[2]); }
static inline gn_optimizer make_rprop(const double *h) { (void)h; return gn_rprop_defaults(); }

static inline gn_schedule make_exponential(double first, double factor, uint64_t every)
{
    (void)every;
    return gn_exponential(first, factor);
}

static inline gn_schedule make_exponential_per_step(double first, double factor, uint64_t every)
{
    (void)every;
    return gn_exponential_per_step(first, factor);
}

static inline gn_schedule make_staircase(double first, double factor, uint64_t every)
{
    return gn_staircase(first, factor, every);
}

static inline gn_schedule make_cosine(double first, double last, uint64_t every)
{
    (void)every;
    return gn_cosine(first, last);
}

/* A dense layer of a table, and a network of them that holds the table's parameters. */
typedef struct reference_layer {
    size_t units;
    const gn_activation *activation;
    double alpha; /* 0: its own */
    bool no_bias;
} reference_layer;

static inline gn_network *reference_network(size_t inputs, const reference_layer *layers,
                                            size_t n, const double *params)
{
    gn_layer_spec specs[3] = { { 0 } };
    gn_activation activations[3];
    CHECK(n <= COUNT(specs), "%zu layers", n);
    for (size_t i = 0; i < n; i++) {
        activations[i] = activation_of(layers[i].activation, layers[i].alpha);
        specs[i] = (gn_layer_spec){ .units = layers[i].units, .activation = &activations[i],
                                    .no_bias = layers[i].no_bias };
    }
    gn_network *net = make_network(inputs, specs, n, 1);
    for (size_t i = 0; i < gn_network_param_count(net); i++)
        gn_network_params(net)[i] = (gn_real)params[i];
    return net;
}

#endif /* GEMMNET_TESTS_REFERENCE_H */
