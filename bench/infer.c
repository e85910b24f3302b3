/* One point of prediction: each thread, with a context of its own, goes through all rows in
 * order, in calls of `batch` rows, over and over; each begins at another place. Outputs are
 * stored. */
#include "throughput.h"

#include <gemmnet/layer.h>
#include <omp.h>
#include <stdlib.h>

typedef struct reader { /* one thread */
    gn_context *ctx;
    gn_real *out;       /* of all rows */
    size_t at, done;    /* its next row; rows predicted in this repetition ... */
    double seconds;     /* ... and the time that it took itself */
    gn_status status;
    char pad[64];       /* no cache line is shared */
} reader;

typedef struct infer_point {
    const gn_matrix *x;
    size_t batch, outputs, n_readers, calls; /* of each reader, in one repetition */
    reader *readers;
    gn_network *net;
    floor_calls *floor;
} infer_point;

/* ---- a repetition ---------------------------------------------------------------- */

static gn_status predict(const infer_point *p, reader *r, size_t rows)
{
    const unsigned char *bytes = p->x->data;
    size_t size = p->x->type == GN_U8 ? 1 : sizeof(gn_real);
    gn_matrix x = *p->x;

    x.data = bytes + r->at * x.cols * size;
    x.rows = rows;
    return gn_predict(r->ctx, &x, r->out + r->at * p->outputs, 0);
}

static void read_on(const infer_point *p, reader *r)
{
    double begin = seconds_now();

    r->done = 0;
    for (size_t call = 0; call < p->calls; call++) {
        size_t left = p->x->rows - r->at, rows = p->batch < left ? p->batch : left;
        gn_status status = predict(p, r, rows);

        if (status < 0)
            r->status = status;
        r->done += rows;
        r->at = rows < left ? r->at + rows : 0;
    }
    r->seconds = seconds_now() - begin;
}

static double run(infer_point *p, double *rows)
{
    double begin = seconds_now(), seconds;

#pragma omp parallel for num_threads((int)p->n_readers) schedule(static, 1)
    for (size_t i = 0; i < p->n_readers; i++)
        read_on(p, &p->readers[i]);
    seconds = seconds_now() - begin;
    *rows = 0;
    for (size_t i = 0; i < p->n_readers; i++)
        *rows += (double)p->readers[i].done;
    return seconds;
}

/* Without the time that threads take to meet: see floor.c. */
static double rehearse(infer_point *p)
{
    double rows, most = 0;

    run(p, &rows);
    for (size_t i = 0; i < p->n_readers; i++)
        most = p->readers[i].seconds > most ? p->readers[i].seconds : most;
    return most;
}

static void warm_up(infer_point *p, const series *s)
{
    double wanted = series_repetition(s), begin = seconds_now(), took;

    rehearse(p);
    while ((took = rehearse(p)) < wanted / 2 || (took = rehearse(p)) < wanted / 2)
        p->calls *= 2; /* one may be slow by accident */
    if (took < wanted)
        p->calls = (size_t)((double)p->calls * wanted / took);
    while (seconds_now() - begin < series_warm_up(s))
        rehearse(p);
    floor_calibrate(p->floor, series_repetition(s));
}

static bool all_well(const infer_point *p)
{
    for (size_t i = 0; i < p->n_readers; i++)
        if (p->readers[i].status < 0)
            return complain("gn_predict: %s", gn_status_text(p->readers[i].status));
    return true;
}

static bool repeat(infer_point *p, series *s)
{
    double rows, seconds;

    for (warm_up(p, s); !series_is_full(s);) {
        seconds = run(p, &rows);
        series_add(s, rows, seconds, floor_seconds_per_sample(p->floor));
    }
    return all_well(p);
}

/* ---- before and after --------------------------------------------------------------- */

static bool prepare(infer_point *p, const sweep *s)
{
    gn_context_options options = { .tile_rows = s->tile };

    p->outputs = sweep_outputs(s);
    p->readers = calloc(p->n_readers, sizeof *p->readers);
    if (p->readers == NULL)
        return complain("out of memory");
    if (!sweep_network(&p->net, s))
        return false;
    for (size_t i = 0; i < p->n_readers; i++) {
        reader *r = &p->readers[i];

        r->at = p->x->rows / p->n_readers * i;
        r->out = take(p->x->rows, p->outputs * sizeof *r->out);
        if (r->out == NULL || !worked(gn_context_create(&r->ctx, p->net, &options)))
            return false;
    }
    p->floor = floor_create(s, p->n_readers, p->batch, MODE_INFER);
    return p->floor != NULL;
}

static size_t latest_tile(const infer_point *p, reader *r, size_t rows)
{
    size_t tile = 0;

    r->at = 0;
    predict(p, r, rows);
    return gn_context_output(r->ctx, 0, &tile, NULL) != NULL && tile > 0 ? tile : rows;
}

/* Rows of a tile of a call. The latest may be a smaller rest; without it, all are whole. */
static size_t tile_of(const infer_point *p)
{
    reader *r = &p->readers[0];
    size_t last = latest_tile(p, r, p->batch);

    return last < p->batch ? latest_tile(p, r, p->batch - last) : last;
}

static void clean_up(infer_point *p)
{
    for (size_t i = 0; i < p->n_readers && p->readers != NULL; i++) {
        gn_context_destroy(p->readers[i].ctx);
        free(p->readers[i].out);
    }
    free(p->readers);
    floor_destroy(p->floor);
    gn_network_destroy(p->net);
}

bool infer_measure(point *p, const sweep *s, const gn_matrix *x)
{
    infer_point i = { .x = x, .batch = p->batch, .n_readers = p->threads, .calls = 1 };
    bool good = prepare(&i, s);

    if (good) {
        series repetitions = series_start(s->seconds);

        good = repeat(&i, &repetitions);
        p->tile = tile_of(&i);
        point_conclude(p, &repetitions);
    }
    clean_up(&i);
    return good;
}

bool infer_measure_one(point *p, const sweep *s, const samples *data)
{
    const unsigned char *bytes = data->data.x.data;
    size_t n = sweep_inputs(s);
    gn_real *row = take(n, sizeof *row);
    gn_matrix x = { .data = row, .rows = 1, .cols = n };
    bool good = row != NULL;

    for (size_t i = 0; i < n && good; i++)
        row[i] = (gn_real)bytes[i] / 255;
    *p = (point){ .mode = MODE_INFER, .batch = 1, .threads = 1 };
    good = good && infer_measure(p, s, &x);
    free(row);
    return good;
}
