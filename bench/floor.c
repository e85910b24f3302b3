/* The floor: a step's own matrix products, on the whole minibatch, and nothing else – no
 * gathering, no bias, no activation, no loss, no update, and not even a barrier.
 *
 * Each thread has its share of the rows, and a gradient of its own, as in data parallelism. The
 * orientations and strides are the step's. Buffers are reused in each round. */
#include "throughput.h"

#include <gemmnet/layer.h>
#include <omp.h>
#include <stdlib.h>

typedef struct part { /* of one thread */
    size_t rows;
    double seconds;  /* that its own products took the last time */
    gn_real **x;     /* what goes into each layer, and what comes out of the last */
    gn_real *dz;     /* of the last layer, where a step's loss puts it anew each time */
    gn_real *dx[2];  /* of the other layers, in turn */
    gn_real *dw;     /* of one layer after the other */
} part;

struct floor_calls {
    const sizes *layers;
    bool backward;
    size_t n_parts, rows, rounds; /* rows: of all parts */
    part *parts;
    gn_real **w;                  /* units x inputs, of each layer */
};

/* ---- one round -------------------------------------------------------------------- */

/* Rows of the inputs are packed, those between layers are whole vectors. */
static size_t stride_of(const floor_calls *f, size_t i)
{
    return i == 0 ? f->layers->at[0] : gn_row_stride(f->layers->at[i]);
}

static void forward(const floor_calls *f, const part *p)
{
    for (size_t i = 0; i + 1 < f->layers->n; i++) {
        size_t in = f->layers->at[i], out = f->layers->at[i + 1];

        gemm_nt(p->rows, out, in, p->x[i], stride_of(f, i), f->w[i], in,
                p->x[i + 1], stride_of(f, i + 1));                            /* Y = X W^T */
    }
}

static void backward(const floor_calls *f, const part *p)
{
    const gn_real *dz = p->dz;

    for (size_t i = f->layers->n - 1; i-- > 0;) {
        size_t in = f->layers->at[i], out = f->layers->at[i + 1], stride = stride_of(f, i + 1);
        gn_real *dx = p->dx[i % 2];

        /* dW = dZ^T X */
        gemm_tn(out, in, p->rows, dz, stride, p->x[i], stride_of(f, i), p->dw, in);
        if (i > 0)
            gemm_nn(p->rows, in, out, dz, stride, f->w[i], in, dx, stride_of(f, i)); /* dX = dZ W */
        dz = dx;
    }
}

static void run_part(const floor_calls *f, part *p)
{
    double begin = seconds_now();

    for (size_t round = 0; round < f->rounds; round++) {
        forward(f, p);
        if (f->backward)
            backward(f, p);
    }
    p->seconds = seconds_now() - begin;
}

static double run(const floor_calls *f)
{
    double begin = seconds_now();

#pragma omp parallel for num_threads((int)f->n_parts) schedule(static, 1)
    for (size_t i = 0; i < f->n_parts; i++)
        run_part(f, &f->parts[i]);
    return seconds_now() - begin;
}

double floor_seconds_per_sample(floor_calls *f)
{
    return run(f) / ((double)f->rows * (double)f->rounds);
}

/* Of the last run: without the time that threads take to meet, which on a busy machine is long
 * and says nothing of how many rounds there are to be. */
static double slowest_part(const floor_calls *f)
{
    double most = 0;

    for (size_t i = 0; i < f->n_parts; i++)
        most = f->parts[i].seconds > most ? f->parts[i].seconds : most;
    return most;
}

static double rehearse(const floor_calls *f)
{
    run(f);
    return slowest_part(f);
}

void floor_calibrate(floor_calls *f, double seconds)
{
    double took;

    run(f); /* to warm up */
    while ((took = rehearse(f)) < seconds / 2 || (took = rehearse(f)) < seconds / 2)
        f->rounds *= 2; /* one may be slow by accident */
    if (took < seconds)
        f->rounds = (size_t)((double)f->rounds * seconds / took);
}

/* ---- memory ------------------------------------------------------------------------ */

static gn_real *take_matrix(size_t rows, size_t stride)
{
    if (stride > SIZE_MAX / sizeof(gn_real)) {
        complain("rows of %zu numbers are too long", stride);
        return NULL;
    }
    return take(rows, stride * sizeof(gn_real));
}

static bool take_backward(part *p, size_t widest, size_t largest)
{
    p->dz = take_matrix(p->rows, widest);
    p->dx[0] = take_matrix(p->rows, widest);
    p->dx[1] = take_matrix(p->rows, widest);
    p->dw = take(largest, sizeof *p->dw);
    return p->dz != NULL && p->dx[0] != NULL && p->dx[1] != NULL && p->dw != NULL;
}

static bool take_part(const floor_calls *f, part *p)
{
    size_t widest = 0, largest = 0, n = f->layers->n;

    p->x = calloc(n, sizeof *p->x);
    for (size_t i = 0; i < n && p->x != NULL; i++) {
        size_t stride = stride_of(f, i);
        size_t weights = i > 0 ? f->layers->at[i - 1] * f->layers->at[i] : 0;

        p->x[i] = take_matrix(p->rows, stride);
        if (p->x[i] == NULL)
            return false;
        widest = stride > widest ? stride : widest;
        largest = weights > largest ? weights : largest;
    }
    return p->x != NULL && (!f->backward || take_backward(p, widest, largest));
}

/* By the thread that will use it, so that it lies near. */
static void fill_part(const floor_calls *f, const part *p)
{
    for (size_t i = 0; i < f->layers->n; i++)
        fill_random(p->x[i], p->rows * stride_of(f, i), 0, 1);
    if (f->backward)
        fill_random(p->dz, p->rows * stride_of(f, f->layers->n - 1), 0, 1);
}

/* Weights that keep the size of numbers as they pass, out and back. */
static bool take_weights(floor_calls *f)
{
    f->w = calloc(f->layers->n - 1, sizeof *f->w);
    for (size_t i = 0; i + 1 < f->layers->n && f->w != NULL; i++) {
        size_t in = f->layers->at[i], count = in * f->layers->at[i + 1];
        double bound = 2 / (1 + (double)in);

        f->w[i] = take(count, sizeof *f->w[i]);
        if (f->w[i] == NULL)
            return false;
        fill_random(f->w[i], count, 0, bound);
    }
    return f->w != NULL;
}

static bool take_all(floor_calls *f, size_t batch, int mode)
{
    f->parts = calloc(f->n_parts, sizeof *f->parts);
    if (f->parts == NULL || !take_weights(f))
        return false;
    for (size_t i = 0; i < f->n_parts; i++) {
        part *p = &f->parts[i];

        p->rows = mode == MODE_INFER ? batch : batch / f->n_parts + (i < batch % f->n_parts);
        f->rows += p->rows;
        if (!take_part(f, p))
            return false;
    }
#pragma omp parallel for num_threads((int)f->n_parts) schedule(static, 1)
    for (size_t i = 0; i < f->n_parts; i++)
        fill_part(f, &f->parts[i]);
    return true;
}

/* To train, threads share a minibatch, as many as it has rows for; to predict, each has its own.
 * (The network has been created before, so that products of its sizes do not overflow.) */
floor_calls *floor_create(const sweep *s, size_t threads, size_t batch, int mode)
{
    floor_calls *f = calloc(1, sizeof *f);

    if (f == NULL) {
        complain("out of memory");
        return NULL;
    }
    *f = (floor_calls){ .layers = &s->layers, .backward = mode == MODE_TRAIN, .rounds = 1,
                        .n_parts = mode == MODE_TRAIN && batch < threads ? batch : threads };
    if (take_all(f, batch, mode))
        return f;
    floor_destroy(f);
    return NULL;
}

static void free_part(const floor_calls *f, part *p)
{
    for (size_t i = 0; i < f->layers->n && p->x != NULL; i++)
        free(p->x[i]);
    free(p->x);
    free(p->dz);
    free(p->dx[0]);
    free(p->dx[1]);
    free(p->dw);
}

void floor_destroy(floor_calls *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < f->n_parts && f->parts != NULL; i++)
        free_part(f, &f->parts[i]);
    for (size_t i = 0; i + 1 < f->layers->n && f->w != NULL; i++)
        free(f->w[i]);
    free(f->parts);
    free(f->w);
    free(f);
}
