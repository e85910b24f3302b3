/* Elementary functions as straight lines of arithmetic, for compilers to vectorise. NaN
 * goes in and comes out; errors are below 4 ulp (measured in tests/core/functions/test_kernels.c).
 *
 * exp(x) = 2^n (1 + expm1(r)), n = round(x / ln 2), r = x - n ln 2, |r| <= 0.347, and
 * expm1(r) is its Taylor polynomial, whose rest is below half an ulp. ln 2 is split in two,
 * so that n times its first part is exact (Cody and Waite 1980). */
#ifndef GNI_MATH_H
#define GNI_MATH_H

#include <float.h>
#include <math.h>
#include <string.h>
#include <gemmnet/gemmnet.h>

#ifdef GN_DOUBLE
typedef uint64_t bits;
#define MANTISSA 52
#define BIAS 1023
#define ROUND 0x1.8p52              /* added and taken away again, it rounds to an integer */
#define EXP_MIN (-800.0)            /* there, exp is 0, even times 800 ... */
#define EXP_MAX 710.0               /* ... above, infinite */
#define LN2_HI 0x1.62e42feep-1
#define LN2_LO 0x1.a39ef35793c76p-33
#define SQRT_HALF 0x3fe6a09e667f3bcdu
#define REAL_MAX DBL_MAX
#define real_sqrt sqrt
#define real_erfc erfc
#else
typedef uint32_t bits;
#define MANTISSA 23
#define BIAS 127
#define ROUND 0x1.8p23f
#define EXP_MIN (-150.0f)
#define EXP_MAX 89.0f
#define LN2_HI 0x1.62e4p-1f
#define LN2_LO 0x1.7f7d1cp-20f
#define SQRT_HALF 0x3f3504f3u
#define REAL_MAX FLT_MAX
#define real_sqrt sqrtf
#define real_erfc erfcf
#endif
#define LOG2E (gn_real)1.44269504088896340736

static inline bits to_bits(gn_real x)
{
    bits b;
    memcpy(&b, &x, sizeof b);
    return b;
}

static inline gn_real from_bits(bits b)
{
    gn_real x;
    memcpy(&x, &b, sizeof x);
    return x;
}

static inline gn_real absolute(gn_real x)
{
    return from_bits(to_bits(x) & ~((bits)1 << (sizeof x * 8 - 1)));
}

/* x with the sign of s; x >= 0 */
static inline gn_real with_sign(gn_real x, gn_real s)
{
    return from_bits(to_bits(x) | (to_bits(s) & ((bits)1 << (sizeof x * 8 - 1))));
}

static inline gn_real at_least(gn_real low, gn_real x) /* NaN stays */
{
    return x < low ? low : x;
}

static inline gn_real at_most(gn_real high, gn_real x)
{
    return x > high ? high : x;
}

/* 2^n for integral n within the exponent's range: the low bits of n + ROUND hold n. */
static inline gn_real power_of_two(gn_real n)
{
    return from_bits((to_bits(n + ROUND) + BIAS) << MANTISSA);
}

static inline gn_real round_off(gn_real x)
{
    return (gn_real)(x + ROUND) - ROUND; /* the cast: C may compute with more digits than gn_real
                                            has */
}

/* expm1(r) for |r| <= 0.347: r + r^2 (1/2! + r/3! + ...) */
static inline gn_real expm1_reduced(gn_real r)
{
#ifdef GN_DOUBLE
    gn_real p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
#else
    gn_real p = 1.0f / 5040.0f;
#endif
    p = p * r + (gn_real)(1.0 / 720.0);
    p = p * r + (gn_real)(1.0 / 120.0);
    p = p * r + (gn_real)(1.0 / 24.0);
    p = p * r + (gn_real)(1.0 / 6.0);
    p = p * r + (gn_real)0.5;
    return p * (r * r) + r;
}

static inline gn_real reduce(gn_real x, gn_real n)
{
    return (x - n * LN2_HI) - n * LN2_LO;
}

/* c exp(x). The power of two is applied in halves: it may be too large or small for one
 * number, and what comes before the second is not yet rounded to a denormal one. */
static inline gn_real real_scaled_exp(gn_real c, gn_real x)
{
    x = at_most(EXP_MAX, at_least(EXP_MIN, x));
    gn_real n = round_off(x * LOG2E), half = round_off(n * (gn_real)0.5);
    gn_real q = expm1_reduced(reduce(x, n));
    return c * (1 + q) * power_of_two(half) * power_of_two(n - half);
}

static inline gn_real real_exp(gn_real x)
{
    return real_scaled_exp(1, x);
}

/* exp(x) - 1 for x <= 0: 2^n expm1(r) + (2^n - 1) */
static inline gn_real real_expm1_negative(gn_real x)
{
    x = at_least(-40, x);
    gn_real n = round_off(x * LOG2E), s = power_of_two(n);
    return s * expm1_reduced(reduce(x, n)) + (s - 1);
}

/* 1 / (1 + exp(-x)), from exp(-|x|), which cannot overflow */
static inline gn_real real_sigmoid(gn_real x)
{
    gn_real e = real_exp(-absolute(x));
    return (x < 0 ? e : 1) / (1 + e);
}

/* tanh |x| = -t / (2 + t), t = exp(-2 |x|) - 1 */
static inline gn_real real_tanh(gn_real x)
{
    gn_real t = real_expm1_negative(-2 * absolute(x));
    return with_sign(-t / (2 + t), x);
}

/* log x of a finite x >= 1 (or NaN): x = 2^e m, m within sqrt(1/2) .. sqrt(2), and
 * log m = 2 (s + s^3/3 + s^5/5 + ...), s = (m - 1) / (m + 1). */
static inline gn_real real_log(gn_real x)
{
    bits b = to_bits(x), e = (b - SQRT_HALF) >> MANTISSA; /* not negative: x >= 1 */
    gn_real m = from_bits(b - (e << MANTISSA)), s = (m - 1) / (m + 1), z = s * s;
#ifdef GN_DOUBLE
    gn_real p = 1.0 / 21.0;
    p = p * z + 1.0 / 19.0;
    p = p * z + 1.0 / 17.0;
    p = p * z + 1.0 / 15.0;
    p = p * z + 1.0 / 13.0;
    p = p * z + 1.0 / 11.0;
    p = p * z + 1.0 / 9.0;
#else
    gn_real p = 1.0f / 9.0f;
#endif
    p = p * z + (gn_real)(1.0 / 7.0);
    p = p * z + (gn_real)(1.0 / 5.0);
    p = p * z + (gn_real)(1.0 / 3.0);
    gn_real log_m = 2 * s + 2 * s * z * p, n = (gn_real)(int32_t)e;
    return n * LN2_HI + (n * LN2_LO + log_m) + x * 0; /* x * 0: NaN stays */
}

/* log(1 + u), 0 <= u <= 1: log(w) u / (w - 1), w = 1 + u rounded (Kahan) */
static inline gn_real real_log1p(gn_real u)
{
    gn_real w = 1 + u;
    return w == 1 ? u : real_log(w) * (u / (w - 1));
}

/* log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)) */
static inline gn_real real_log1p_exp(gn_real x)
{
    return at_least(0, x) + real_log1p(real_exp(-absolute(x)));
}

#endif /* GNI_MATH_H */
