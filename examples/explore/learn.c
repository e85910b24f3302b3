/* One network: made, trained, tested, all by the thread that calls. */
#include "explore.h"
#include "common/interrupt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct lesson {
    run *run;
    gn_network *net;
    gn_trainer *trainer;
    double start;   /* of a trial: of its second step */
    uint64_t steps; /* of a trial */
} lesson;

/* Of this thread, whatever else runs on its core: so rows can be compared. */
static double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- what the trainer calls ------------------------------------------------------ */

static bool on_step(void *user, const gn_progress *at, double loss)
{
    lesson *l = user;

    (void)loss;
    atomic_store_explicit(&l->run->steps, at->step, memory_order_relaxed);
    return interrupted();
}

/* The first step is slower than all others. A fiftieth of a second is some dozens of small ones. */
static bool on_trial_step(void *user, const gn_progress *at, double loss)
{
    lesson *l = user;
    double t = now();

    (void)loss;
    if (l->steps++ == 0)
        l->start = t;
    l->run->total_steps = at->total_steps;
    if (l->steps > 1)
        l->run->expected = (t - l->start) / (double)(l->steps - 1) * (double)at->total_steps;
    return (l->steps > 1 && t - l->start > 0.02) || interrupted();
}

/* ---- one after the other --------------------------------------------------------- */

typedef bool step_function(void *user, const gn_progress *at, double loss);

static gn_status fit(lesson *l, const recipe *how, const dataset *d, step_function *step)
{
    gn_data data = dataset_view(&d->train);
    gn_train_options options = recipe_train_options(how, data.x.rows);
    gn_status status;
    double start;

    options.train_accuracy = true;
    options.on_step = step;
    options.user = l;
    if (!recipe_network(&l->net, how, data.x.cols))
        return GN_ERR_MEMORY;
    status = gn_trainer_create(&l->trainer, l->net, &options);
    start = cpu_seconds();
    if (status >= 0)
        status = gn_trainer_fit(l->trainer, &data, NULL);
    l->run->seconds = cpu_seconds() - start;
    return status;
}

static void end(lesson *l)
{
    gn_trainer_destroy(l->trainer);
    gn_network_destroy(l->net);
}

bool learn_try(run *r, const recipe *how, const dataset *d)
{
    lesson l = { .run = r };
    gn_status status = fit(&l, how, d, on_trial_step);
    bool good = l.net != NULL && (status == GN_ERR_NONFINITE || worked(status));

    if (good)
        r->parameters = gn_network_param_count(l.net);
    end(&l);
    return good;
}

/* The test images, too, are for later: a network is not kept, and so asked now. */
static gn_status measure(lesson *l, const dataset *d)
{
    gn_data test = dataset_view(&d->test);
    gn_context *ctx = NULL;
    gn_status status = gn_context_create(&ctx, l->net, NULL);

    if (status >= 0)
        status = gn_evaluate(ctx, &test, &gn_softmax_cross_entropy, &l->run->test);
    gn_context_destroy(ctx);
    return status;
}

static gn_status keep_history(lesson *l, const recipe *how)
{
    run *r = l->run;

    r->n_epochs = gn_trainer_epoch_count(l->trainer);
    r->history = malloc((r->n_epochs + 1) * sizeof *r->history);
    if (r->history == NULL)
        return GN_ERR_MEMORY;
    if (r->n_epochs == 0)
        return GN_OK;
    for (size_t i = 0; i < r->n_epochs; i++)
        r->history[i] = *gn_trainer_epoch(l->trainer, i);
    r->final = *recipe_epoch(how, r->history, r->n_epochs);
    return GN_OK;
}

void learn(run *r, const recipe *how, const dataset *d)
{
    recipe mine = *how;
    lesson l = { .run = r };

    if (interrupted())
        return;
    mine.seed = r->seed;
    r->status = fit(&l, &mine, d, on_step);
    if (l.trainer != NULL) {
        gn_status kept = keep_history(&l, &mine);

        r->status = r->status < 0 ? r->status : kept;
    }
    r->rows = recipe_train_rows(how, d->train.idx.matrix.rows);
    r->parameters = l.net != NULL ? gn_network_param_count(l.net) : 0;
    /* (patience stops, too; Ctrl-C after the last step was too late) */
    r->over = r->status < 0 || r->n_epochs == how->epochs || !interrupted();
    if (r->over && r->status >= 0)
        r->status = measure(&l, d);
    end(&l);
}
