/* Optimizers, as PyTorch defines them: g gradient, p parameters, decay decoupled (p shrinks
 * by rate * decay first). State arrays start at zero. */

INLINE gn_real shrink_of(const gn_update *u)
{
    return (gn_real)(1 - u->rate * u->decay);
}

static void sgd(const double *hyper, const gn_update *u)
{
    (void)hyper;
    const gn_real rate = (gn_real)u->rate, shrink = shrink_of(u);
    gn_real *p = u->params;
    const gn_real *g = u->gradient;
#pragma omp simd
    for (size_t i = 0; i < u->n; i++)
        p[i] = p[i] * shrink - rate * g[i];
}

/* v = m v + g (PyTorch's first v is g: the same, as v starts at 0); p -= rate v, or, of
 * Nesterov, rate (g + m v) */
static void momentum(const double *hyper, const gn_update *u)
{
    const bool nesterov = hyper[1] > 0;
    const gn_real m = (gn_real)hyper[0], rate = (gn_real)u->rate, shrink = shrink_of(u),
                  of_g = nesterov ? 1 : 0, of_v = nesterov ? m : 1;
    gn_real *p = u->params, *v = u->state[0];
    const gn_real *g = u->gradient;
#pragma omp simd
    for (size_t i = 0; i < u->n; i++) {
        v[i] = m * v[i] + g[i];
        p[i] = p[i] * shrink - rate * (of_g * g[i] + of_v * v[i]);
    }
}

/* s = d s + c g^2; p -= rate g / (sqrt(s) + e). AdaGrad: d = c = 1; RMSProp: c = 1 - d. */
static void rmsprop(const double *hyper, const gn_update *u)
{
    const gn_real d = (gn_real)hyper[0], e = (gn_real)hyper[1], c = (gn_real)hyper[2],
                  rate = (gn_real)u->rate, shrink = shrink_of(u);
    gn_real *p = u->params, *s = u->state[0];
    const gn_real *g = u->gradient;
#pragma omp simd
    for (size_t i = 0; i < u->n; i++) {
        s[i] = d * s[i] + c * (g[i] * g[i]);
        p[i] = p[i] * shrink - rate * g[i] / (real_sqrt(s[i]) + e);
    }
}

/* m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; with t = step,
 * p -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + e) */
static void adam(const double *hyper, const gn_update *u)
{
    const double t = (double)u->step;
    const gn_real b1 = (gn_real)hyper[0], rest1 = (gn_real)(1 - hyper[0]),
                  b2 = (gn_real)hyper[1], rest2 = (gn_real)(1 - hyper[1]), e = (gn_real)hyper[2],
                  rate = (gn_real)(u->rate / (1 - pow(hyper[0], t))),
                  unbias = (gn_real)(1 / sqrt(1 - pow(hyper[1], t))), shrink = shrink_of(u);
    gn_real *p = u->params, *m = u->state[0], *v = u->state[1];
    const gn_real *g = u->gradient;
#pragma omp simd
    for (size_t i = 0; i < u->n; i++) {
        m[i] = b1 * m[i] + rest1 * g[i];
        v[i] = b2 * v[i] + rest2 * (g[i] * g[i]);
        p[i] = p[i] * shrink - rate * m[i] / (real_sqrt(v[i]) * unbias + e);
    }
}

/* Each parameter has a step of its own (state 1; at first the rate), which grows while its
 * gradient keeps its sign (state 0: the last one) and shrinks when it changes; then nothing
 * moves. hyper: factors down and up, smallest and largest step. */
static void rprop(const double *hyper, const gn_update *u)
{
    const gn_real down = (gn_real)hyper[0], up = (gn_real)hyper[1], least = (gn_real)hyper[2],
                  most = (gn_real)hyper[3], first = (gn_real)u->rate, shrink = shrink_of(u);
    gn_real *p = u->params, *last = u->state[0], *step = u->state[1];
    const gn_real *gradient = u->gradient;
#pragma omp simd
    for (size_t i = 0; i < u->n; i++) {
        gn_real g = gradient[i], agree = g * last[i], d = step[i] == 0 ? first : step[i];
        d *= agree > 0 ? up : (agree < 0 ? down : 1);
        d = at_most(most, at_least(least, d));
        g = agree < 0 ? 0 : g;
        p[i] = p[i] * shrink - (g > 0 ? d : (g < 0 ? -d : 0));
        last[i] = g;
        step[i] = d;
    }
}
