/* A layer's sum for a minibatch, Y = X W^T + b, in two ways. All matrices are row-major. */
#ifndef LAYERS_H
#define LAYERS_H

#include <cblas.h>
#include <stddef.h>
#include <string.h>

/* A row of X after the other, and for each the units one after the other. */
static inline void by_loops(size_t rows, size_t units, size_t inputs, const float *x, const float *w,
                            const float *b, float *y)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t u = 0; u < units; u++) {
            float sum = b[u];
            for (size_t i = 0; i < inputs; i++)
                sum += w[u * inputs + i] * x[r * inputs + i];
            y[r * units + u] = sum;
        }
}

/* Each row of Y begins as the bias; one call adds all the products. */
static inline void by_sgemm(size_t rows, size_t units, size_t inputs, const float *x, const float *w,
                            const float *b, float *y)
{
    for (size_t r = 0; r < rows; r++)
        memcpy(y + r * units, b, units * sizeof *y);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)rows, (int)units, (int)inputs,
                1, x, (int)inputs, w, (int)inputs, 1, y, (int)units);
}

#endif
