/* Real numbers as decimal ones: the shortest that reads back as the same number (Steele and
 * White 1990, Burger and Dybvig 1996), in whole numbers of any length. printf would follow
 * the locale, and write 0.1f as 0.100000001. */
#include <float.h>
#include <math.h>
#include <string.h>
#include "files/files.h"

#ifdef GN_DOUBLE
enum { MANTISSA = DBL_MANT_DIG, LEAST_EXPONENT = DBL_MIN_EXP };
#else
enum { MANTISSA = FLT_MANT_DIG, LEAST_EXPONENT = FLT_MIN_EXP };
#endif

enum { LIMBS = 40 }; /* of 32 bits: 64 * 2^53 * 10^324 times 2^32 has 1,168 */

/* The least limb comes first; those from n on are 0. */
typedef struct natural { int n; uint32_t limb[LIMBS]; } natural;

/* number / one is what is left to be written; margin / one is how far from it one may stay. */
typedef struct fraction { natural number, margin, one; } fraction;

static void multiply(natural *a, uint32_t by)
{
    uint64_t carry = 0;
    for (int i = 0; i < a->n; i++) {
        carry += (uint64_t)a->limb[i] * by;
        a->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        a->limb[a->n++] = (uint32_t)carry;
}

static void times_power_of_ten(natural *a, int power)
{
    for (; power >= 9; power -= 9)
        multiply(a, 1000000000);
    for (; power > 0; power--)
        multiply(a, 10);
}

/* a = of * 2^bits */
static void set(natural *a, uint64_t of, int bits)
{
    a->n = bits / 32 + 2;
    a->limb[a->n - 2] = (uint32_t)of;
    a->limb[a->n - 1] = (uint32_t)(of >> 32);
    multiply(a, (uint32_t)1 << bits % 32);
}

/* a - times b, of n limbs, which is not negative */
static void subtract(int n, uint32_t *a, uint32_t times, const uint32_t *b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < n; i++) {
        borrow += (uint64_t)times * b[i];
        uint32_t low = (uint32_t)borrow;
        borrow = (borrow >> 32) + (a[i] < low);
        a[i] -= low;
    }
}

/* The sign of a + b - c, of n limbs each. */
static int compare_sum(int n, const uint32_t *a, const uint32_t *b, const uint32_t *c)
{
    int64_t rest = 0; /* of the limbs so far; once it is no 0 or -1, lesser ones decide nothing */
    for (int i = n - 1; i >= 0; i--) {
        rest = rest * ((int64_t)1 << 32) + (int64_t)a[i] + (int64_t)b[i] - (int64_t)c[i];
        if (rest > 0 || rest < -1)
            return rest > 0 ? 1 : -1;
    }
    return (int)rest;
}

static int compare(int n, const uint32_t *a, const uint32_t *b)
{
    while (n > 0 && a[n - 1] == b[n - 1])
        n--;
    return n == 0 ? 0 : a[n - 1] < b[n - 1] ? -1 : 1;
}

/* one's highest limb gets 28 bits: ten times one then has no more limbs, and the highest ones tell
 * a digit but for 1. */
static void normalise(fraction *f)
{
    int bits = 0;
    while (f->one.limb[f->one.n - 1] == 0)
        f->one.n--;
    for (uint32_t top = f->one.limb[f->one.n - 1]; top; top >>= 1)
        bits++;
    uint32_t factor = (uint32_t)1 << (bits > 28 ? 60 - bits : 28 - bits);
    multiply(&f->one, factor);
    multiply(&f->number, factor);
    multiply(&f->margin, factor);
}

/* The places in front of the point of a number whose highest bit stands for 2^b, or one less:
 * b log10(2), rounded down, and 1. */
static int places_of(int b)
{
    return (b + 2136) * 78913 / 262144 - 642;
}

/* number / one = x / 10^places. To the next number it is half the distance of the two, so 30 of
 * 64 parts of that are a margin that a reader who rounds twice has too. */
static void set_fraction(fraction *f, gn_real x, int *places)
{
    int exponent;
    (void)frexp((double)x, &exponent);
    exponent = exponent > LEAST_EXPONENT ? exponent : LEAST_EXPONENT;
    uint64_t m = (uint64_t)ldexp((double)x, MANTISSA - exponent);
    int e = exponent - MANTISSA;                        /* x = m 2^e; the next one is x + 2^e, */
    bool at_power = m == (uint64_t)1 << (MANTISSA - 1); /* the one before may be half as far */
    *f = (fraction){ .number.n = 0 };
    set(&f->number, 64 * m, e > 0 ? e : 0);
    set(&f->margin, at_power ? 15 : 30, e > 0 ? e : 0);
    set(&f->one, 64, e < 0 ? -e : 0);
    while (m >>= 1)
        e++;
    *places = places_of(e);
    times_power_of_ten(&f->one, *places);
    times_power_of_ten(&f->number, -*places);
    times_power_of_ten(&f->margin, -*places);
    normalise(f);
}

static bool ends(const fraction *f, bool *up)
{
    int n = f->one.n;
    const uint32_t *number = f->number.limb, *margin = f->margin.limb, *one = f->one.limb;
    bool below = compare(n, number, margin) < 0, above = compare_sum(n, number, margin, one) > 0;
    *up = above && (!below || compare_sum(n, number, number, one) > 0);
    return below || above;
}

/* The whole part of number / one, which is less than 10, is taken away. */
static int next_digit(fraction *f)
{
    int n = f->one.n;
    uint32_t *number = f->number.limb, *one = f->one.limb;
    uint32_t digit = number[n - 1] / (one[n - 1] + 1);
    subtract(n, number, digit, one);
    if (compare(n, number, one) >= 0) {
        subtract(n, number, 1, one);
        digit++;
    }
    return (int)digit;
}

/* The digits d of a positive x = 0.ddd 10^places; returns how many. */
static int digits_of(gn_real x, char *digits, int *places)
{
    int n = 0;
    bool up;
    fraction f;
    set_fraction(&f, x, places);
    if (compare_sum(f.one.n, f.number.limb, f.margin.limb, f.one.limb) > 0)
        ++*places;
    else
        multiply(&f.number, 10), multiply(&f.margin, 10);
    while (digits[n++] = (char)('0' + next_digit(&f)), !ends(&f, &up))
        multiply(&f.number, 10), multiply(&f.margin, 10);
    digits[n - 1] = (char)(digits[n - 1] + up); /* 9 does not go up: it would have ended before */
    return n;
}

/* ---- as text ---- */

static char *put(char *to, const char *from, int n)
{
    memcpy(to, from, (size_t)n);
    return to + n;
}

static char *put_exponent(char *to, int exponent)
{
    *to++ = 'e';
    if (exponent < 0)
        *to++ = '-';
    exponent = exponent < 0 ? -exponent : exponent;
    if (exponent >= 100)
        *to++ = (char)('0' + exponent / 100);
    if (exponent >= 10)
        *to++ = (char)('0' + exponent / 10 % 10);
    *to++ = (char)('0' + exponent % 10);
    return to;
}

static char *put_positive(char *to, gn_real x)
{
    static const char zeros[] = "0000000000.0";
    char digits[24];
    int places, n = digits_of(x, digits, &places);
    if (places > 10 || places < -3) { /* d.dde-7 */
        to = put(to, digits, 1);
        if (n > 1)
            to = put(put(to, ".", 1), digits + 1, n - 1);
        return put_exponent(to, places - 1);
    }
    if (places <= 0) /* 0.00ddd */
        return put(put(put(to, "0.", 2), zeros, -places), digits, n);
    if (places < n) /* d.dd */
        return put(put(put(to, digits, places), ".", 1), digits + places, n - places);
    return put(put(put(to, digits, n), zeros, places - n), ".0", 2); /* ddd00.0 */
}

size_t gni_decimal(gn_real x, char text[GNI_DECIMAL])
{
    char *end = text;
    assert(isfinite(x));
    if (signbit(x))
        *end++ = '-';
    end = x == 0 ? put(end, "0.0", 3) : put_positive(end, signbit(x) ? -x : x);
    *end = 0;
    return (size_t)(end - text);
}
