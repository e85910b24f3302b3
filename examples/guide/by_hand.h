/* The network of chapter 4: two inputs, two units, one unit, worked out by hand. */
#ifndef BY_HAND_H
#define BY_HAND_H

#include <math.h>
#include <gemmnet/gemmnet.h>

enum { PARAMS = 9 };
typedef struct params { double w[2][2], b[2], v[2], c; } params; /* as the library's lie */
typedef struct values { double z[3], h[2], y, loss; } values;

static const params p = { { { 0.5, -0.5 }, { 1, 0.5 } }, { 0.5, -1 }, { 3, -2 }, 0.5 };
static const gn_real x[2] = { 1, 2 }, target = 1;

static inline double sigmoid(double z) { return 1 / (1 + exp(-z)); }
static inline double slope(double y) { return y * (1 - y); } /* of sigmoid, where it is y */

static inline values forward(void)
{
    values a;
    for (int u = 0; u < 2; u++) {
        a.z[u] = p.w[u][0] * (double)x[0] + p.w[u][1] * (double)x[1] + p.b[u];
        a.h[u] = sigmoid(a.z[u]);
    }
    a.z[2] = p.v[0] * a.h[0] + p.v[1] * a.h[1] + p.c;
    a.y = sigmoid(a.z[2]);
    a.loss = pow(a.y - (double)target, 2);
    return a;
}

/* The slope of the loss in each value and in each parameter, from the last to the first. */
static inline params backward(const values *a, values *d)
{
    params dp;
    d->y = 2 * (a->y - (double)target);
    d->z[2] = dp.c = d->y * slope(a->y);
    for (int u = 0; u < 2; u++) {
        dp.v[u] = d->z[2] * a->h[u];
        d->h[u] = d->z[2] * p.v[u];
        d->z[u] = dp.b[u] = d->h[u] * slope(a->h[u]);
        for (int i = 0; i < 2; i++)
            dp.w[u][i] = d->z[u] * (double)x[i];
    }
    return dp;
}

#endif
