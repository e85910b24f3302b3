/* Initial weights: numbers of a deviation that the numbers of inputs and outputs decide. */
#include <math.h>
#include "functions/functions.h"

enum { CHUNK = 256 };

/* Uniform within -d sqrt(3) .. d sqrt(3), whose deviation is d. */
static void uniform(double d, gni_key key, size_t n, gn_real *w)
{
    gn_real u[CHUNK];
    for (size_t i = 0; i < n; i += CHUNK) {
        size_t m = n - i < CHUNK ? n - i : CHUNK;
        gni_kernels_used->uniform(key, i / CHUNK, m, u);
        for (size_t j = 0; j < m; j++)
            w[i + j] = (gn_real)(d * sqrt(3.0) * (2 * (double)u[j] - 1));
    }
}

/* Two uniform numbers make two normal ones (Box and Muller 1958). */
static void normal(double d, gni_key key, size_t n, gn_real *w)
{
    const double two_pi = 6.28318530717958647692;
    gn_real u[CHUNK];
    for (size_t i = 0; i < n; i += CHUNK) {
        gni_kernels_used->uniform(key, i / CHUNK, CHUNK, u);
        for (size_t j = 0; j < CHUNK && i + j < n; j++) {
            double radius = d * sqrt(-2 * log(1 - (double)u[j / 2 * 2]));
            double angle = two_pi * (double)u[j / 2 * 2 + 1];
            w[i + j] = (gn_real)(radius * (j % 2 ? sin(angle) : cos(angle)));
        }
    }
}

typedef struct kind {
    bool is_normal;
    double in_share, out_share, numerator; /* d^2 = gain^2 numerator / (shares of in and out) */
} kind;

static double deviation(const kind *k, size_t in, size_t out)
{
    return sqrt(k->numerator / (k->in_share * (double)in + k->out_share * (double)out));
}

/* Weights are the first two of a layer's streams of random numbers, biases the next two. */
static void fill(const gn_init *self, size_t in, size_t out, double gain, uint64_t seed,
                 size_t stream, size_t n, gn_real *w)
{
    const kind *k = self->user;
    gni_key key = gni_random_key(seed, GNI_WEIGHTS, stream, k->is_normal);
    (k->is_normal ? normal : uniform)(gain * deviation(k, in, out), key, n, w);
}

/* Of the deviation of weights. */
static void fill_bias(const gn_init *self, size_t in, const gn_real *weights, double low,
                      double high, uint64_t seed, size_t stream, size_t n, gn_real *b)
{
    const kind *k = self->user;
    gni_key key = gni_random_key(seed, GNI_WEIGHTS, stream, k->is_normal ? 3 : 2);
    (void)weights, (void)low, (void)high;
    (k->is_normal ? normal : uniform)(deviation(k, in, n), key, n, b);
}

static const kind kinds[] = {
    { false, 1, 1, 2 }, { true, 1, 1, 2 },  /* Glorot */
    { false, 1, 0, 2 }, { true, 1, 0, 2 },  /* He */
    { false, 1, 0, 1 }, { true, 1, 0, 1 },  /* LeCun */
    { false, 1, 0, 0 },                     /* zeros */
};

const gn_init gn_glorot_uniform = { "glorot_uniform", &kinds[0], fill, fill_bias, { 0 } };
const gn_init gn_glorot_normal = { "glorot_normal", &kinds[1], fill, fill_bias, { 0 } };
const gn_init gn_he_uniform = { "he_uniform", &kinds[2], fill, fill_bias, { 0 } };
const gn_init gn_he_normal = { "he_normal", &kinds[3], fill, fill_bias, { 0 } };
const gn_init gn_lecun_uniform = { "lecun_uniform", &kinds[4], fill, fill_bias, { 0 } };
const gn_init gn_lecun_normal = { "lecun_normal", &kinds[5], fill, fill_bias, { 0 } };
const gn_init gn_zeros = { "zeros", &kinds[6], fill, fill_bias, { 0 } };

const void *const gni_inits[] = {
    &gn_glorot_uniform, &gn_glorot_normal, &gn_he_uniform, &gn_he_normal, &gn_lecun_uniform,
    &gn_lecun_normal, &gn_zeros, NULL,
};
