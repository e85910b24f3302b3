/* The benchmark: what its files offer one another. Read throughput.c first; roofline.c is a
 * program of its own. */
#ifndef THROUGHPUT_H
#define THROUGHPUT_H

#include <gemmnet/idx.h>
#include <stdio.h>
#include "common/complain.h"
#include "common/optimizers.h"
#include "common/options.h"

/* ---- lists.c: options that are lists of numbers ------------------------------- */

typedef struct sizes { size_t *at, n; } sizes; /* at to be freed */

option_parser lists_numbers, /* N,N: low .. high each */
              lists_layers;  /* N-N-N: two or more */
void lists_print(FILE *file, const sizes *list, const char *between);

/* ---- sweep.c: what the command line asks for ---------------------------------- */

enum { MODE_TRAIN, MODE_INFER, MODE_BOTH };

typedef struct sweep {
    sizes layers, batches, threads;  /* batches.n 0: powers of two */
    const gn_activation *activation; /* of all layers but the last, which is a softmax */
    const named_optimizer *optimizer;
    int mode;
    double seconds;                  /* per point */
    size_t tile;                     /* 0: the library's choice */
    const char *data, *csv, *plot;   /* NULL: not given */
    bool help;
} sweep;

extern const char *const mode_names[];

/* false: it has complained. To be freed in either case. */
bool sweep_parse(sweep *s, int argc, char **argv);
bool sweep_settle(sweep *s, size_t rows); /* the batches of a data set of so many rows */
void sweep_help(void);
void sweep_describe(FILE *file, const sweep *s);
void sweep_free(sweep *s);

bool sweep_network(gn_network **out, const sweep *s);
size_t sweep_inputs(const sweep *s);
size_t sweep_outputs(const sweep *s);
/* Two per multiply-add that the mathematics of one sample needs, biases left out. */
double sweep_flops(const sweep *s, int mode);

/* ---- samples.c: the rows to train on ------------------------------------------ */

typedef struct samples {
    gn_data data;
    gn_idx idx;            /* of MNIST; else ... */
    unsigned char *bytes;  /* ... generated */
    int32_t *labels;
} samples;

bool samples_load(samples *s, const sweep *w);
void samples_free(samples *s);

/* ---- blas.c: the matrix products of the floor and of the peak -------------------- */

void gemm_nt(size_t m, size_t n, size_t k, const gn_real *a, size_t lda,  /* C = A B^T */
             const gn_real *b, size_t ldb, gn_real *c, size_t ldc);
void gemm_tn(size_t m, size_t n, size_t k, const gn_real *a, size_t lda,  /* C = A^T B */
             const gn_real *b, size_t ldb, gn_real *c, size_t ldc);
void gemm_nn(size_t m, size_t n, size_t k, const gn_real *a, size_t lda,  /* C = A B */
             const gn_real *b, size_t ldb, gn_real *c, size_t ldc);
void blas_use_one_thread(void);
void blas_describe(FILE *file);

/* ---- peak.c: the fastest that this BLAS multiplies on one thread ------------------ */

typedef struct peak { gn_real *a, *b, *c; double gflops; size_t runs; } peak; /* the best so far */

bool peak_create(peak *p);
void peak_measure(peak *p, double seconds); /* a few more times */
void peak_free(peak *p);

/* ---- floor.c: a step's own matrix products and nothing else ----------------------- */

typedef struct floor_calls floor_calls;

/* Each of so many threads has so many rows. NULL: it has complained. */
floor_calls *floor_create(const sweep *s, size_t threads, size_t batch, int mode);
void floor_destroy(floor_calls *f);
void floor_calibrate(floor_calls *f, double seconds); /* how long one repetition is to take */
double floor_seconds_per_sample(floor_calls *f);      /* of one repetition */

/* ---- series.c: the repetitions of one point ----------------------------------------- */

enum { LEAST_REPETITIONS = 5, MOST_REPETITIONS = 51, USUAL_REPETITIONS = 9 };

typedef struct series {
    double seconds, start; /* that it is to take, and when it began */
    size_t n;
    double rates[MOST_REPETITIONS];  /* samples per second */
    double ratios[MOST_REPETITIONS]; /* a sample's time over the floor's, measured beside it */
} series;

double seconds_now(void);
series series_start(double seconds);
double series_repetition(const series *s); /* seconds that one, and the floor's, are to take */
double series_warm_up(const series *s);
void series_add(series *s, double rows, double seconds, double floor_seconds_per_sample);
bool series_is_full(const series *s);

/* ---- train.c, infer.c: one point ------------------------------------------------------ */

typedef struct point { /* one line of the table */
    int mode;
    size_t batch, threads, tile;
    double rate, spread;   /* samples per second: the median, and (p75 - p25) / median */
    double floor_ratio;    /* the median */
} point;

void point_conclude(point *p, series *s); /* series.c; it sorts */
bool train_measure(point *p, const sweep *s, const samples *data);
bool infer_measure(point *p, const sweep *s, const gn_matrix *x);
/* Predicts one row of reals over and over, as a program that embeds a network does. */
bool infer_measure_one(point *p, const sweep *s, const samples *data);

/* ---- table.c: figures and those who are told; machine.c, plot.c ------------------------- */

typedef struct figures { double gflops, peak_fraction, overhead_ns; } figures;

figures figures_of(const point *p, const sweep *s, double peak_gflops);
void table_head(void);
void table_line(const point *p, const sweep *s, double peak_gflops);
void table_csv(FILE *file, const point *points, size_t n, const sweep *s, double peak_gflops);

void machine_describe(FILE *file);

bool plot_write(const char *path, const point *points, size_t n, const sweep *s,
                double peak_gflops);

/* ---- memory.c --------------------------------------------------------------------------- */

void *take(size_t count, size_t size); /* aligned to 64 bytes; NULL: it has complained */
void fill_random(gn_real *x, size_t n, double low, double high);

#endif /* THROUGHPUT_H */
