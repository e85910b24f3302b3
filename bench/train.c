/* One point of training: epochs of the trainer's own fit, which a callback cuts into
 * repetitions. A repetition is whole epochs, or, of an epoch much longer than a repetition is to
 * take, some of its steps. So each shuffle is timed where it happens. */
#include "throughput.h"

#include <math.h>
#include <string.h>

/* Speed does not depend on the rate; a small one keeps any network finite. */
static const double learning_rate = 1e-4, adamw_decay = 0.01;

enum { EPOCHS_PER_FIT = 1000 }; /* of which it keeps a history */

typedef struct train_point {
    size_t rows, batch;
    floor_calls *floor;
    series series;
    bool warm;
    uint64_t from, next;  /* steps at which this repetition began, and at which it will end */
    uint64_t steps;       /* per repetition */
    double begin;
} train_point;

/* ---- repetitions --------------------------------------------------------------- */

/* Rows that so many steps take: the last of each epoch may be smaller. */
static double rows_of_steps(const train_point *p, const gn_progress *at, uint64_t steps)
{
    uint64_t epochs = steps / at->steps_per_epoch, rest = steps % at->steps_per_epoch;

    return (double)epochs * (double)p->rows + (double)rest * (double)p->batch;
}

static uint64_t steps_of_repetition(const train_point *p, const gn_progress *at, double seconds)
{
    double per_step = seconds / (double)at->step;
    double steps = series_repetition(&p->series) / per_step;
    double epoch = (double)at->steps_per_epoch;

    if (steps >= epoch / 2)
        steps = epoch * round(steps / epoch > 1 ? steps / epoch : 1);
    return steps >= 1 ? (uint64_t)steps : 1;
}

static void warm_up(train_point *p, const gn_progress *at, double seconds)
{
    if (seconds < series_warm_up(&p->series)) {
        p->next = at->step + 1;
        return;
    }
    p->warm = true;
    p->steps = steps_of_repetition(p, at, seconds);
    floor_calibrate(p->floor, series_repetition(&p->series));
}

static void end_repetition(train_point *p, const gn_progress *at, double seconds)
{
    double rows = rows_of_steps(p, at, at->step) - rows_of_steps(p, at, p->from);

    series_add(&p->series, rows, seconds, floor_seconds_per_sample(p->floor));
}

static bool on_step(void *user, const gn_progress *at, double loss)
{
    train_point *p = user;
    double seconds;

    (void)loss;
    if (at->step < p->next)
        return false;
    seconds = seconds_now() - p->begin;
    if (!p->warm) {
        warm_up(p, at, seconds);
        if (!p->warm)
            return false;
    } else {
        end_repetition(p, at, seconds);
    }
    p->from = at->step;
    p->next = at->step + p->steps;
    p->begin = seconds_now();
    return series_is_full(&p->series);
}

/* ---- the trainer ------------------------------------------------------------------ */

static gn_train_options options_for(train_point *p, const sweep *s, size_t threads)
{
    return (gn_train_options){
        .loss = &gn_softmax_cross_entropy,
        .optimizer = *gn_optimizer_named(s->optimizer->base),
        .schedule = gn_constant(learning_rate),
        .weight_decay = strcmp(s->optimizer->name, "adamw") == 0 ? adamw_decay : 0,
        .batch = p->batch,
        .epochs = EPOCHS_PER_FIT,
        .threads = (int)threads,
        .tile_rows = s->tile,
        .seed = 1,
        .on_step = on_step,
        .user = p,
    };
}

static bool fit(train_point *p, gn_trainer *trainer, const gn_data *data)
{
    gn_status status = GN_OK;

    p->series.start = p->begin = seconds_now();
    while (status == GN_OK)
        status = gn_trainer_fit(trainer, data, NULL);
    return worked(status);
}

bool train_measure(point *p, const sweep *s, const samples *data)
{
    train_point t = { .rows = data->data.x.rows, .batch = p->batch,
                      .series = series_start(s->seconds) };
    gn_train_options options = options_for(&t, s, p->threads);
    gn_network *net = NULL;
    gn_trainer *trainer = NULL;
    bool good = sweep_network(&net, s) && worked(gn_trainer_create(&trainer, net, &options));

    if (good) {
        p->tile = gn_trainer_plan(trainer).tile_rows;
        t.floor = floor_create(s, p->threads, p->batch, MODE_TRAIN);
        good = t.floor != NULL && fit(&t, trainer, &data->data);
    }
    if (good)
        point_conclude(p, &t.series);
    floor_destroy(t.floor);
    gn_trainer_destroy(trainer);
    gn_network_destroy(net);
    return good;
}
