/* Elementary functions of every table of kernels that this CPU can run, against libm's in
 * long double, in ulp. */
#include <float.h>
#include "support.h"
#include "run/run.h"

static const gni_kernels *tables[3];
static size_t n_tables;

/* ---- errors in ulp ---- */

static const double tiny = IS_DOUBLE ? 0x1p-1074 : 0x1p-149;
static const double smallest = IS_DOUBLE ? DBL_MIN : (double)FLT_MIN;
static const double huge = IS_DOUBLE ? DBL_MAX : (double)FLT_MAX;
static const int digits = IS_DOUBLE ? 53 : 24;

/* The distance of the neighbours of gn_real about x. */
static long double ulp(long double x)
{
    int exponent;
    (void)frexpl(x, &exponent);
    return fmaxl(ldexpl(1, exponent - digits), (long double)tiny);
}

static double error_in_ulp(gn_real got, long double exact)
{
    if (isnan(exact) || isnan(got))
        return isnan(exact) && isnan(got) ? 0 : HUGE_VAL;
    if (fabsl(exact) > (long double)huge)
        return isinf(got) && (got > 0) == (exact > 0) ? 0
             : fabs((double)got) >= huge * (1 - 4 / pow(2, digits)) ? 0 : HUGE_VAL;
    return isinf(got) ? HUGE_VAL : (double)(fabsl((long double)got - exact) / ulp(exact));
}

/* ---- the functions ---- */

static long double ref_exp(long double x) { return expl(x); }
static long double ref_log1p_exp(long double x)
{
    return isinf((double)x) ? (x > 0 ? x : 0) : fmaxl(x, 0) + log1pl(expl(-fabsl(x))) + 0 * x;
}
static long double ref_sigmoid(long double x)
{
    return x >= 0 ? 1 / (1 + expl(-x)) : expl(x) / (1 + expl(x));
}
static long double ref_tanh(long double x) { return tanhl(x); }
static long double ref_relu(long double x) { return x < 0 ? 0 : x; }
static long double ref_leaky(long double x) { return x < 0 ? (long double)(gn_real)0.01 * x : x; }
static long double ref_elu(long double x) { return x < 0 ? expm1l(x) : x; }
static long double ref_silu(long double x)
{
    return isinf((double)x) ? (x > 0 ? x : 0) : x * ref_sigmoid(x);
}
static long double ref_gelu(long double x)
{
    return isinf((double)x) ? (x > 0 ? x : 0)
                            : x * erfcl(-x * 0.707106781186547524400844362104849L) / 2;
}

typedef struct function {
    const char *name;
    long double (*exact)(long double);
    int id; /* of an activation, or EXP */
    double bound; /* ulp */
} function;

enum { EXP = -1 };

static const function functions[] = {
    { "exp", ref_exp, EXP, 4 },
    { "sigmoid", ref_sigmoid, GNI_SIGMOID, 4 },
    { "tanh", ref_tanh, GNI_TANH, 4 },
    { "relu", ref_relu, GNI_RELU, 0 },
    { "leaky relu", ref_leaky, GNI_LEAKY_RELU, 1 },
    { "elu", ref_elu, GNI_ELU, 4 },
    { "silu", ref_silu, GNI_SILU, 4 },
    { "softplus", ref_log1p_exp, GNI_SOFTPLUS, 4 },
    { "gelu", ref_gelu, GNI_GELU, 4 },
};

/* z times a denormal number is off by z times its last bit; erfc's argument is rounded, and
 * its slope magnifies that by z^2 (an ulp is up to two roundings). */
static double allowed(const function *f, double x)
{
    double bound = in_valgrind() ? 2 * f->bound + 1 : f->bound; /* a lesser oracle */
    if (x < 0 && f->id == GNI_SILU && f->exact((long double)x) > x * smallest)
        return bound - x;
    return x < 0 && f->id == GNI_GELU ? bound + 2 * x * x : bound;
}

static void apply(const gni_kernels *k, const function *f, size_t n, const gn_real *x, gn_real *y)
{
    if (f->id == EXP)
        k->exp(n, x, y);
    else
        k->activation[f->id].forward(f->id == GNI_LEAKY_RELU ? 0.01 : 1, 1, n, n, x, y);
}

static void check_function(const function *f, size_t n, const gn_real *x)
{
    gn_real *y = reals(n);
    for (size_t t = 0; t < n_tables; t++) {
        apply(tables[t], f, n, x, y);
        for (size_t i = 0; i < n; i++) {
            double e = error_in_ulp(y[i], f->exact((long double)x[i]));
            CHECK(e <= allowed(f, (double)x[i]), "%s: %s(%.17g) is %.17g, %g ulp off",
                  tables[t]->name, f->name, (double)x[i], (double)y[i], e);
        }
    }
    free(y);
}

static const double specials[] = {
    0, -0.0, 1, -1, 0.5, -0.5, (double)NAN, (double)INFINITY, -(double)INFINITY, 1e-30, -1e-30,
    0x1p-149, -0x1p-149, 0x1p-126, -0x1p-126, 0x1.8p-130, 0x1p-1074, -0x1p-1074, 0x1p-1022, 88,
    88.7, 88.8, 89, -87, -88, -103, -104, -105, 709, 709.7, 710, 711, -708, -745, -746, -750,
    (double)FLT_MAX, -(double)FLT_MAX, DBL_MAX, -DBL_MAX, 1e10, -1e10, 0.34657359, -0.34657359,
    17, 20, -20, 40, -40, -40.5, 1000, -1000,
};

static void test_special_values(void **state)
{
    gn_real x[COUNT(specials)];
    (void)state;
    for (size_t i = 0; i < COUNT(specials); i++)
        x[i] = (gn_real)specials[i];
    for (size_t i = 0; i < COUNT(functions); i++)
        check_function(&functions[i], COUNT(x), x);
}

/* Evenly over where they bend, and over all magnitudes. */
static void test_sweep(void **state)
{
    const size_t N = 200000 / one_in(4, 40);
    gn_real *x = reals(2 * N);
    rng r = { 12 };
    (void)state;
    for (size_t i = 0; i < N; i++) {
        const double reaches[] = { IS_DOUBLE ? 750 : 105, 30, 5, 0.8 }, reach = reaches[i % 4];
        x[i] = (gn_real)draw_real(&r, -reach, reach);
        x[N + i] = (gn_real)((draw_coin(&r) ? 1 : -1) * exp2(draw_real(&r, -140, 12)));
    }
    for (size_t i = 0; i < COUNT(functions); i++)
        check_function(&functions[i], 2 * N, x);
    free(x);
}

static int set_up(void **state)
{
    (void)state;
    n_tables = gni_kernels_here(tables);
    return 0;
}

/* Sizes that overflow, or that no object may have. */
static void test_allocations(void **state)
{
    const struct { size_t count, size; } sizes[] = {
        { SIZE_MAX / 2, 8 }, { SIZE_MAX, 1 }, { SIZE_MAX - 8, 1 }, { PTRDIFF_MAX, 1 },
        { SIZE_MAX, SIZE_MAX },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        gni_arena arena = { 0 };
        void *memory = gni_alloc(sizes[i].count, sizes[i].size);
        CHECK(!memory, "case %zu", i);
        gni_take(&arena, sizes[i].count, sizes[i].size);
        CHECK(arena.overflow, "case %zu of an arena", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_special_values), cmocka_unit_test(test_allocations),
        cmocka_unit_test(test_sweep),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
