/* The loops that are not sgemm. They are compiled once for each instruction set, from the
 * same sources (table.c), into tables; cpu.c chooses one when the program starts. */
#ifndef GNI_KERNELS_H
#define GNI_KERNELS_H

#ifdef GN_DOUBLE
#include "internal_names.h" /* both libraries may be linked into one program */
#endif
#include <gemmnet/layer.h>

#define GNI_PADDING 16 /* reals to which rows are padded by gn_row_stride */

#define GNI_NARROW 31 /* inputs up to which narrow_nt beats sgemm */

enum gni_activation_id {
    GNI_IDENTITY, GNI_SIGMOID, GNI_TANH, GNI_RELU, GNI_LEAKY_RELU, GNI_ELU, GNI_GELU, GNI_SILU,
    GNI_SOFTPLUS, GNI_SOFTMAX, GNI_ACTIVATIONS
};
enum gni_loss_id {
    GNI_SQUARED_ERROR, GNI_ABSOLUTE_ERROR, GNI_HUBER, GNI_SOFTMAX_CROSS_ENTROPY,
    GNI_SIGMOID_CROSS_ENTROPY, GNI_LOSSES
};
enum gni_optimizer_id {
    GNI_SGD, GNI_MOMENTUM, GNI_RMSPROP, GNI_ADAM, GNI_RPROP, GNI_OPTIMIZERS
};

typedef struct gni_key { uint32_t word[2]; } gni_key; /* of Philox */
#define GNI_WORDS 64

typedef struct gni_activation_kernels { /* see gn_activation */
    void (*forward)(double alpha, size_t rows, size_t cols, size_t stride, const gn_real *z,
                    gn_real *y);
    void (*forward_bias)(double alpha, size_t rows, size_t cols, size_t stride,
                         const gn_real *bias, gn_real *y);
    void (*backward)(double alpha, size_t rows, size_t cols, size_t stride, const gn_real *z,
                     const gn_real *y, gn_real *dy);
} gni_activation_kernels;

typedef struct gni_kernels {
    const char *name; /* see gn_kernels */
    gni_activation_kernels activation[GNI_ACTIVATIONS];
    double (*loss[GNI_LOSSES])(double alpha, const gn_tile *tile, size_t cols, size_t stride,
                               const gn_real *z, double scale, gn_real *dz);
    void (*update[GNI_OPTIMIZERS])(const double *hyper, const gn_update *u);

    void (*add_bias)(size_t rows, size_t cols, size_t stride, const gn_real *bias, gn_real *y);
    /* db = beta db + sum over rows of dz */
    void (*sum_rows)(size_t rows, size_t cols, size_t stride, const gn_real *dz, gn_real beta,
                     gn_real *db);
    /* Y = X W^T of at most GNI_NARROW inputs; rows of Y are padded */
    void (*narrow_nt)(size_t rows, size_t out, size_t in, const gn_real *x, size_t x_stride,
                      const gn_real *w, gn_real *y, size_t y_stride);
    /* a layer's three products for a single row: y = x W^T, dW = dz^T x + beta dW, dx = dz W */
    void (*row_nt)(size_t out, size_t in, const gn_real *x, const gn_real *w, gn_real *y);
    void (*row_tn)(size_t out, size_t in, const gn_real *dz, const gn_real *x, gn_real beta,
                   gn_real *dw);
    void (*row_nn)(size_t out, size_t in, const gn_real *dz, const gn_real *w, gn_real *dx);
    /* to = scale * from + offset */
    void (*convert)(size_t n, const uint8_t *from, gn_real scale, gn_real offset, gn_real *to);
    void (*add)(size_t n, gn_real *sum, const gn_real *x); /* sum = sum + x */
    /* sum = the lanes' n reals from `at` on, added up as a tree; sum may be lane[0] + at */
    void (*sum_lanes)(size_t n, size_t at, size_t lanes, gn_real *const *lane, gn_real *sum);
    double (*squares)(size_t n, const gn_real *x); /* their sum; not finite if some x is not */
    /* g = shrink g + l1 sign(p) + l2 p */
    void (*regularise)(size_t n, double shrink, double l1, double l2, const gn_real *p, gn_real *g);
    /* Philox4x32-10: n numbers in [0, 1) of stream (key, row), the same in every table */
    void (*uniform)(gni_key key, uint64_t row, size_t n, gn_real *out);
    /* GNI_WORDS words of it, from block `first`, a multiple of 16, on */
    void (*words)(gni_key key, uint64_t row, uint64_t first, uint32_t *out);
    /* y = x / keep where u < keep, else 0 */
    void (*drop)(size_t n, gn_real keep, const gn_real *u, const gn_real *x, gn_real *y);
    void (*exp)(size_t n, const gn_real *x, gn_real *y); /* for tests: y = exp(x) */
} gni_kernels;

extern const gni_kernels gni_kernels_baseline, gni_kernels_avx2, gni_kernels_avx512;
extern const gni_kernels *gni_kernels_used; /* changes only before main */

/* The tables that this CPU can run, the best one last; returns how many. */
size_t gni_kernels_here(const gni_kernels *tables[3]);

#endif /* GNI_KERNELS_H */
