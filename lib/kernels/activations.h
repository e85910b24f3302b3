/* Activations: each function beside its derivative. */

#define INLINE static inline __attribute__((always_inline))

/* A row of GNI_PADDING numbers as one value: an array would live in memory. */
typedef gn_real lanes __attribute__((vector_size(GNI_PADDING * sizeof(gn_real)),
                                     aligned(sizeof(gn_real)), may_alias));

typedef gn_real function(gn_real z, gn_real alpha);
typedef gn_real slope(gn_real z, gn_real y, gn_real alpha); /* dy/dz */

/* What lies between the rows may be written: a padded tile is one run of numbers. */
INLINE size_t run_rows(size_t *rows, size_t cols, size_t stride)
{
    if (stride - cols >= GNI_PADDING || *rows == 0)
        return cols;
    size_t run = (*rows - 1) * stride + cols;
    *rows = 1;
    return run;
}

INLINE void map(function f, double alpha, size_t rows, size_t cols, size_t stride,
                const gn_real *z, gn_real *y)
{
    const gn_real a = (gn_real)alpha;
    size_t run = run_rows(&rows, cols, stride);
    for (size_t r = 0; r < rows; r++)
#pragma omp simd
        for (size_t j = 0; j < run; j++)
            y[r * stride + j] = f(z[r * stride + j], a);
}

/* One block of columns of padded rows: all loops of one length, bias in a register. */
INLINE void map_bias_block(function f, gn_real a, size_t rows, size_t cols, size_t stride,
                           const gn_real *bias, gn_real *y)
{
    gn_real b[GNI_PADDING] = { 0 };
    for (size_t j = 0; j < GNI_PADDING && j < cols; j++)
        b[j] = bias[j];
    for (size_t r = 0; r < rows; r++)
#pragma omp simd
        for (size_t j = 0; j < GNI_PADDING; j++)
            y[r * stride + j] = f(y[r * stride + j] + b[j], a);
}

INLINE void map_bias(function f, double alpha, size_t rows, size_t cols, size_t stride,
                     const gn_real *bias, gn_real *y)
{
    const gn_real a = (gn_real)alpha;
    if (cols <= 4 * GNI_PADDING && stride == gn_row_stride(cols)) {
        for (size_t j = 0; j < cols; j += GNI_PADDING)
            map_bias_block(f, a, rows, cols - j, stride, bias + j, y + j);
        return;
    }
    for (size_t r = 0; r < rows; r++)
#pragma omp simd
        for (size_t j = 0; j < cols; j++)
            y[r * stride + j] = f(y[r * stride + j] + bias[j], a);
}

/* dz = dy f'(z), in place; without z, the slope is one of y. */
INLINE void chain(slope df, double alpha, size_t rows, size_t cols, size_t stride,
                  const gn_real *z, const gn_real *y, gn_real *dy)
{
    const gn_real a = (gn_real)alpha, *from = z ? z : y;
    size_t run = run_rows(&rows, cols, stride);
    for (size_t r = 0; r < rows; r++)
#pragma omp simd
        for (size_t j = 0; j < run; j++)
            dy[r * stride + j] *= df(from[r * stride + j], y[r * stride + j], a);
}

/* ---- the functions ---- */

INLINE gn_real identity(gn_real z, gn_real a) { (void)a; return z; }
INLINE gn_real identity_slope(gn_real z, gn_real y, gn_real a)
{
    (void)z;
    (void)y;
    (void)a;
    return 1;
}
INLINE gn_real sigmoid(gn_real z, gn_real a) { (void)a; return real_sigmoid(z); }
INLINE gn_real sigmoid_slope(gn_real z, gn_real y, gn_real a)
{
    (void)z;
    (void)a;
    return y * (1 - y);
}
INLINE gn_real hyperbolic(gn_real z, gn_real a) { (void)a; return real_tanh(z); }
INLINE gn_real hyperbolic_slope(gn_real z, gn_real y, gn_real a)
{
    (void)z; (void)a;
    return (1 - y) * (1 + y);
}
INLINE gn_real relu(gn_real z, gn_real a) { (void)a; return at_least(0, z); }
INLINE gn_real relu_slope(gn_real z, gn_real y, gn_real a)
{
    (void)z;
    (void)a;
    return y > 0 ? 1 : 0;
}
INLINE gn_real leaky(gn_real z, gn_real a) { return z < 0 ? a * z : z; }
INLINE gn_real leaky_slope(gn_real z, gn_real y, gn_real a) { (void)y; return z > 0 ? 1 : a; }
INLINE gn_real elu(gn_real z, gn_real a) { return z < 0 ? a * real_expm1_negative(z) : z; }
INLINE gn_real elu_slope(gn_real z, gn_real y, gn_real a)
{
    (void)y;
    return z > 0 ? 1 : a * real_exp(at_most(0, z));
}
INLINE gn_real softplus(gn_real z, gn_real a) { (void)a; return real_log1p_exp(z); }
INLINE gn_real softplus_slope(gn_real z, gn_real y, gn_real a) /* sigmoid(z) = 1 - exp(-y) */
{
    (void)z; (void)a;
    return -real_expm1_negative(-y);
}

/* An infinite z would give infinity times zero. */
INLINE gn_real finite(gn_real z) { return at_most(REAL_MAX, at_least(-REAL_MAX, z)); }

INLINE gn_real silu(gn_real z, gn_real a) /* z / (1 + e), or z e / (1 + e), e = exp(-|z|) */
{
    (void)a;
    gn_real e = real_exp(-absolute(z)), c = at_least(EXP_MIN, z) / (1 + e);
    return z < 0 ? real_scaled_exp(c, z) : c;
}
INLINE gn_real silu_slope(gn_real z, gn_real y, gn_real a) /* s + z s (1 - s), s = sigmoid(z) */
{
    (void)y; (void)a;
    gn_real s = real_sigmoid(z), t = real_sigmoid(-z);
    return s + finite(z) * s * t;
}

INLINE gn_real normal(gn_real z) /* Phi(z) = erfc(-z / sqrt 2) / 2 */
{
    return (gn_real)0.5 * real_erfc(z * (gn_real)-0.70710678118654752440);
}
INLINE gn_real gelu(gn_real z, gn_real a) { (void)a; return at_least(-REAL_MAX, z) * normal(z); }
INLINE gn_real gelu_slope(gn_real z, gn_real y, gn_real a) /* Phi(z) + z phi(z) */
{
    (void)y; (void)a;
    gn_real density = (gn_real)0.39894228040143267794 * real_exp((gn_real)-0.5 * z * z);
    return normal(z) + finite(z) * density;
}

/* ---- the kernels ---- */

#define KERNELS(f)                                                                          \
    static void f##_forward(double alpha, size_t rows, size_t cols, size_t stride,          \
                            const gn_real *z, gn_real *y)                                   \
    {                                                                                       \
        map(f, alpha, rows, cols, stride, z, y);                                            \
    }                                                                                       \
    static void f##_forward_bias(double alpha, size_t rows, size_t cols, size_t stride,     \
                                 const gn_real *bias, gn_real *y)                           \
    {                                                                                       \
        map_bias(f, alpha, rows, cols, stride, bias, y);                                    \
    }                                                                                       \
    static void f##_backward(double alpha, size_t rows, size_t cols, size_t stride,         \
                             const gn_real *z, const gn_real *y, gn_real *dy)               \
    {                                                                                       \
        chain(f##_slope, alpha, rows, cols, stride, z, y, dy);                              \
    }

KERNELS(identity) KERNELS(sigmoid) KERNELS(hyperbolic) KERNELS(relu) KERNELS(leaky) KERNELS(elu)
KERNELS(gelu) KERNELS(silu) KERNELS(softplus)

static void add_bias(size_t rows, size_t cols, size_t stride, const gn_real *bias, gn_real *y)
{
    map_bias(identity, 0, rows, cols, stride, bias, y);
}

/* ---- softmax: exp(z_j - max) / sum ---- */

INLINE gn_real row_max(size_t cols, const gn_real *z)
{
    gn_real most = z[0];
#pragma omp simd reduction(max : most)
    for (size_t j = 1; j < cols; j++)
        most = z[j] > most ? z[j] : most;
    return most;
}

/* The largest and the sum of GNI_PADDING numbers, by halves. */
INLINE gn_real lanes_max(const gn_real *v)
{
    gn_real a[8], b[4];
    for (int j = 0; j < 8; j++)
        a[j] = v[j] > v[j + 8] ? v[j] : v[j + 8];
    for (int j = 0; j < 4; j++)
        b[j] = a[j] > a[j + 4] ? a[j] : a[j + 4];
    gn_real c = b[0] > b[2] ? b[0] : b[2], d = b[1] > b[3] ? b[1] : b[3];
    return c > d ? c : d;
}

INLINE gn_real lanes_sum(const gn_real *v)
{
    gn_real a[8], b[4];
    for (int j = 0; j < 8; j++)
        a[j] = v[j] + v[j + 8];
    for (int j = 0; j < 4; j++)
        b[j] = a[j] + a[j + 4];
    return (b[0] + b[2]) + (b[1] + b[3]);
}

/* e = exp(z - shift); returns their sum */
INLINE gn_real row_exp(size_t cols, const gn_real *z, gn_real shift, gn_real *e)
{
    gn_real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < cols; j++) {
        e[j] = real_exp(z[j] - shift);
        sum += e[j];
    }
    return sum;
}

INLINE void row_scale(size_t cols, gn_real factor, gn_real *y)
{
#pragma omp simd
    for (size_t j = 0; j < cols; j++)
        y[j] *= factor;
}

enum { ROWS = 64 }; /* rows that are taken together: whatever is one number per row is a vector */

typedef struct row_numbers { gn_real most[ROWS], sum[ROWS], factor[ROWS]; } row_numbers;

/* e = exp(z - max) and the sums of its rows, which may be of any length. */
INLINE void wide_rows(size_t rows, size_t cols, size_t stride, const gn_real *z, gn_real *e,
                      row_numbers *n)
{
    for (size_t r = 0; r < rows; r++) {
        n->most[r] = row_max(cols, z + r * stride);
        n->sum[r] = row_exp(cols, z + r * stride, n->most[r], e + r * stride);
    }
}

/* The same where a row is one vector of GNI_PADDING: one kind of work at a time, each a loop
 * of one length, so that rows do not wait for one another. */
INLINE void narrow_rows(size_t rows, size_t cols, const gn_real *z, gn_real *e, row_numbers *n)
{
    for (size_t r = 0; r < rows; r++)
#pragma omp simd
        for (int j = 0; j < GNI_PADDING; j++)
            e[r * GNI_PADDING + (size_t)j] =
                j < (int)cols ? z[r * GNI_PADDING + (size_t)j] : -REAL_MAX;
    for (size_t r = 0; r < rows; r++)
        n->most[r] = lanes_max(e + r * GNI_PADDING);
    for (size_t r = 0; r < rows; r++)
#pragma omp simd
        for (size_t j = 0; j < GNI_PADDING; j++)
            e[r * GNI_PADDING + j] = real_exp(e[r * GNI_PADDING + j] - n->most[r]);
    for (size_t r = 0; r < rows; r++)
        n->sum[r] = lanes_sum(e + r * GNI_PADDING);
}

/* Either, of at most ROWS rows; returns how many columns of e were written. */
INLINE size_t exp_rows(size_t rows, size_t cols, size_t stride, const gn_real *z, gn_real *e,
                       row_numbers *n)
{
    if (cols <= GNI_PADDING && stride == GNI_PADDING) {
        narrow_rows(rows, cols, z, e, n);
        return GNI_PADDING;
    }
    wide_rows(rows, cols, stride, z, e, n);
    return cols;
}

static void softmax_forward(double alpha, size_t rows, size_t cols, size_t stride,
                            const gn_real *z, gn_real *y)
{
    (void)alpha;
    row_numbers n;
    for (size_t first = 0; first < rows; first += ROWS, z += ROWS * stride, y += ROWS * stride) {
        size_t some = rows - first < ROWS ? rows - first : ROWS;
        size_t width = exp_rows(some, cols, stride, z, y, &n);
        for (size_t r = 0; r < some; r++)
            row_scale(width, 1 / n.sum[r], y + r * stride);
    }
}

static void softmax_forward_bias(double alpha, size_t rows, size_t cols, size_t stride,
                                 const gn_real *bias, gn_real *y)
{
    add_bias(rows, cols, stride, bias, y);
    softmax_forward(alpha, rows, cols, stride, y, y);
}

/* dz_j = y_j (dy_j - sum_k dy_k y_k) */
static void softmax_backward(double alpha, size_t rows, size_t cols, size_t stride,
                             const gn_real *z, const gn_real *y, gn_real *dy)
{
    (void)alpha; (void)z;
    for (size_t r = 0; r < rows; r++, y += stride, dy += stride) {
        gn_real dot = 0;
#pragma omp simd reduction(+ : dot)
        for (size_t j = 0; j < cols; j++)
            dot += dy[j] * y[j];
#pragma omp simd
        for (size_t j = 0; j < cols; j++)
            dy[j] = y[j] * (dy[j] - dot);
    }
}
