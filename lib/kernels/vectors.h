/* Sums, conversion, random numbers: what is neither activation, loss nor optimizer. */

/* db = beta db + the sum of dz over its rows; a block of columns at a time. */
INLINE void sum_block(size_t rows, size_t cols, size_t stride, size_t width, const gn_real *dz,
                      gn_real beta, gn_real *db)
{
    gn_real sum[GNI_PADDING] = { 0 };
    for (size_t r = 0; r < rows; r++)
#pragma omp simd
        for (size_t j = 0; j < width; j++)
            sum[j] += dz[r * stride + j];
    for (size_t j = 0; j < cols; j++)
        db[j] = beta == 0 ? sum[j] : beta * db[j] + sum[j];
}

static void sum_rows(size_t rows, size_t cols, size_t stride, const gn_real *dz, gn_real beta,
                     gn_real *db)
{
    for (size_t j = 0; j < cols; j += GNI_PADDING) {
        size_t n = cols - j < GNI_PADDING ? cols - j : GNI_PADDING;
        if (j + GNI_PADDING <= stride && (n == GNI_PADDING || stride == gn_row_stride(cols)))
            sum_block(rows, n, stride, GNI_PADDING, dz + j, beta, db + j);
        else
            sum_block(rows, n, stride, n, dz + j, beta, db + j);
    }
}

/* ---- the forward product of a narrow layer, which OpenBLAS does not do without copies ---- */

/* sum += x v. Where C computes with more digits than gn_real has (x87, s390), the compiler refuses
 * the product of a number and a vector. */
INLINE void add_times(lanes *sum, gn_real x, const lanes *v)
{
#if FLT_EVAL_METHOD == 0
    *sum += x * *v;
#else
    for (int j = 0; j < GNI_PADDING; j++)
        (*sum)[j] += x * (*v)[j];
#endif
}

/* N rows (a constant) of Y = X W^T, with W^T at hand: the sum of x_k times a row of W^T. */
INLINE void narrow_rows_of(size_t n, size_t in, const gn_real *x, size_t x_stride,
                           const lanes *wt, gn_real *y, size_t y_stride)
{
    lanes sum[4] = { { 0 } };
    for (size_t k = 0; k < in; k++)
        for (size_t r = 0; r < n; r++)
            add_times(&sum[r], x[r * x_stride + k], &wt[k]);
    for (size_t r = 0; r < n; r++)
        *(lanes *)(y + r * y_stride) = sum[r];
}

INLINE void narrow_block(size_t rows, size_t units, size_t in, const gn_real *x, size_t x_stride,
                         const gn_real *w, gn_real *y, size_t y_stride)
{
    gn_real wt[GNI_NARROW][GNI_PADDING] = { { 0 } };
    for (size_t j = 0; j < units; j++)
        for (size_t k = 0; k < in; k++)
            wt[k][j] = w[j * in + k];
    const lanes *columns = (const lanes *)wt;
    size_t r = 0;
    for (; r + 4 <= rows; r += 4)
        narrow_rows_of(4, in, x + r * x_stride, x_stride, columns, y + r * y_stride, y_stride);
    for (; r < rows; r++)
        narrow_rows_of(1, in, x + r * x_stride, x_stride, columns, y + r * y_stride, y_stride);
}

static void narrow_nt(size_t rows, size_t out, size_t in, const gn_real *x, size_t x_stride,
                      const gn_real *w, gn_real *y, size_t y_stride)
{
    for (size_t u = 0; u < out; u += GNI_PADDING)
        narrow_block(rows, out - u < GNI_PADDING ? out - u : GNI_PADDING, in, x, x_stride,
                     w + u * in, y + u, y_stride);
}

/* ---- products of a single row, for which a call of sgemm costs more than its mathematics ---- */

#define LOAD(x) (*(const lanes *)(x))

/* sum_i x_i y_i, as four sums: one would wait for its own last addition. */
INLINE gn_real dot(size_t n, const gn_real *x, const gn_real *y)
{
    enum { L = GNI_PADDING };
    lanes a = { 0 }, b = a, c = a, d = a;
    size_t i = 0;
    for (; i + 4 * L <= n; i += 4 * L) {
        a += LOAD(x + i) * LOAD(y + i);
        b += LOAD(x + i + L) * LOAD(y + i + L);
        c += LOAD(x + i + 2 * L) * LOAD(y + i + 2 * L);
        d += LOAD(x + i + 3 * L) * LOAD(y + i + 3 * L);
    }
    for (; i + L <= n; i += L)
        a += LOAD(x + i) * LOAD(y + i);
    a = (a + b) + (c + d);
    gn_real sum = lanes_sum((const gn_real *)&a);
    for (; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* y_u = sum_k x_k w_uk */
static void row_nt(size_t out, size_t in, const gn_real *x, const gn_real *w, gn_real *y)
{
    for (size_t u = 0; u < out; u++)
        y[u] = dot(in, x, w + u * in);
}

/* dW = dz^T x + beta dW */
static void row_tn(size_t out, size_t in, const gn_real *dz, const gn_real *x, gn_real beta,
                   gn_real *dw)
{
    for (size_t u = 0; u < out; u++, dw += in) {
        const gn_real d = dz[u];
#pragma omp simd
        for (size_t k = 0; k < in; k++)
            dw[k] = (beta == 0 ? 0 : beta * dw[k]) + d * x[k];
    }
}

/* dx = dz W, by four units at a time, since each waits for the sums of those before */
static void row_nn(size_t out, size_t in, const gn_real *dz, const gn_real *w, gn_real *dx)
{
    size_t u = 0;
    memset(dx, 0, in * sizeof *dx);
    for (; u + 4 <= out; u += 4, w += 4 * in) {
        const gn_real a = dz[u], b = dz[u + 1], c = dz[u + 2], d = dz[u + 3];
#pragma omp simd
        for (size_t k = 0; k < in; k++)
            dx[k] += (a * w[k] + b * w[in + k]) + (c * w[2 * in + k] + d * w[3 * in + k]);
    }
    for (; u < out; u++, w += in) {
        const gn_real d = dz[u];
#pragma omp simd
        for (size_t k = 0; k < in; k++)
            dx[k] += d * w[k];
    }
}

static void convert(size_t n, const uint8_t *from, gn_real scale, gn_real offset, gn_real *to)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        to[i] = scale * (gn_real)from[i] + offset;
}

static void add(size_t n, gn_real *sum, const gn_real *lane)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        sum[i] += lane[i];
}

enum { TREE_CHUNK = 256 }; /* reals: those of all levels stay in L1 */

/* Of reals from `at` on: the sum of the first lanes, as many as the largest power of two that
 * leaves some, plus that of the rest; so lane i takes lane i + s for s = 1, 2, 4, ... */
static void sum_tree(size_t n, size_t at, size_t count, gn_real *const *lane, gn_real *sum)
{
    gn_real rest[TREE_CHUNK];
    size_t first = 1;
    if (count == 1) {
        for (size_t i = 0; sum != lane[0] + at && i < n; i++)
            sum[i] = lane[0][at + i];
        return;
    }
    if (count == 2) {
        const gn_real *a = lane[0] + at, *b = lane[1] + at;
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            sum[i] = a[i] + b[i];
        return;
    }
    while (2 * first < count)
        first *= 2;
    sum_tree(n, at, first, lane, sum);
    sum_tree(n, at, count - first, lane + first, rest);
    add(n, sum, rest);
}

static void sum_lanes(size_t n, size_t at, size_t count, gn_real *const *lane, gn_real *sum)
{
    for (size_t done = 0; done < n; done += TREE_CHUNK) {
        size_t left = n - done, some = left < TREE_CHUNK ? left : TREE_CHUNK;
        sum_tree(some, at + done, count, lane, sum + done);
    }
}

/* Squares that overflow (or NaN) are looked at again, in double. */
static double squares(size_t n, const gn_real *x)
{
    gn_real sum = dot(n, x, x);
    if (sum <= REAL_MAX)
        return (double)sum;
    double exact = 0;
    for (size_t i = 0; i < n; i++)
        exact += (double)x[i] * (double)x[i];
    return exact;
}

static void regularise(size_t n, double shrink, double l1, double l2, const gn_real *p, gn_real *g)
{
    const gn_real s = (gn_real)shrink, a = (gn_real)l1, b = (gn_real)l2;
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        g[i] = s * g[i] + b * p[i] + (p[i] > 0 ? a : (p[i] < 0 ? -a : 0));
}

/* ---- random numbers: Philox4x32-10, ten rounds of multiplication that turn a key and a counter
 * (here a block and a row) into four words (Salmon, Moraes, Dror, Shaw: "Parallel random
 * numbers: as easy as 1, 2, 3", 2011) ---- */

enum { WORDS = GNI_WORDS, BLOCKS = WORDS / 4 }; /* computed side by side */

/* The words of BLOCKS blocks, from block first on, a multiple of BLOCKS. */
static void words(gni_key key, uint64_t row, uint64_t first, uint32_t out[WORDS])
{
    uint32_t c[4][BLOCKS], k0 = key.word[0], k1 = key.word[1];
    for (uint32_t i = 0; i < BLOCKS; i++) {
        c[0][i] = (uint32_t)first + i;
        c[1][i] = (uint32_t)(first >> 32);
        c[2][i] = (uint32_t)row;
        c[3][i] = (uint32_t)(row >> 32);
    }
    for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u)
#pragma omp simd
        for (int i = 0; i < BLOCKS; i++) {
            uint64_t a = (uint64_t)0xD2511F53u * c[0][i], b = (uint64_t)0xCD9E8D57u * c[2][i];
            c[0][i] = (uint32_t)(b >> 32) ^ c[1][i] ^ k0;
            c[2][i] = (uint32_t)(a >> 32) ^ c[3][i] ^ k1;
            c[1][i] = (uint32_t)b;
            c[3][i] = (uint32_t)a;
        }
    for (int i = 0; i < WORDS; i++)
        out[i] = c[i % 4][i / 4];
}

/* float takes the top 24 bits of one word, double the top 53 of two; both are exact. */
static void uniform(gni_key key, uint64_t row, size_t n, gn_real *out)
{
    enum { SOME = WORDS * 4 / sizeof(gn_real) };
    uint32_t w[WORDS];
    for (size_t i = 0; i < n; i += SOME) {
        size_t m = n - i < SOME ? n - i : SOME;
        words(key, row, i / SOME * BLOCKS, w);
        for (size_t j = 0; j < m; j++)
#ifdef GN_DOUBLE
            out[i + j] = (gn_real)(((uint64_t)w[2 * j] << 32 | w[2 * j + 1]) >> 11) * 0x1p-53;
#else
            out[i + j] = (gn_real)(w[j] >> 8) * 0x1p-24f;
#endif
    }
}

static void drop(size_t n, gn_real keep, const gn_real *u, const gn_real *x, gn_real *y)
{
    const gn_real scale = 1 / keep;
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = u[i] < keep ? x[i] * scale : 0;
}
