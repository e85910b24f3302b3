/* mnist train */
#include "page.h"
#include "common/interrupt.h"
#include "common/output.h"

#include <stdlib.h>

typedef struct run {
    settings *s;
    dataset data;
    gn_network *net;
    gn_trainer *trainer;
    progress progress;
    checkpoint checkpoint;
    training training;
    result result;
    bool complete; /* the checkpoint was that of a training's end */
} run;

/* ---- what the trainer calls -------------------------------------------------------- */

static bool on_step(void *user, const gn_progress *at, double loss)
{
    run *r = user;

    r->training.at = *at;
    if (!r->s->quiet)
        progress_step(&r->progress, at, loss);
    checkpoint_step(&r->checkpoint, at->step);
    r->training.stopped = interrupted();
    return r->training.stopped;
}

/* Never stops: a fit that is complete ends as one, whoever pressed Ctrl-C at its last moment. */
static bool on_epoch(void *user, const gn_epoch *epoch)
{
    run *r = user;

    if (!r->s->quiet)
        progress_epoch(&r->progress, epoch);
    checkpoint_epoch(&r->checkpoint, epoch->step);
    return false;
}

/* ---- one after the other ------------------------------------------------------------- */

/* What would fail after hours of training is asked for now. */
static bool can_write(const settings *s, const gn_network *net)
{
    size_t size;

    if ((s->model != NULL || s->checkpoint != NULL) &&
        gn_network_encode(net, NULL, 0, &size) == GN_ERR_UNSUPPORTED)
        return worked(GN_ERR_UNSUPPORTED);
    return output_check(s->history) && output_check(s->json) && output_check(s->model) &&
           output_check(s->checkpoint) && output_check(s->report) &&
           (s->report == NULL || page_can_show(net, "this network"));
}

static bool prepare(run *r)
{
    gn_train_options options;
    settings *s = r->s;
    size_t rows;

    if (!dataset_load(&r->data, s->recipe.dataset, s->recipe.data, false))
        return false;
    rows = r->data.train.idx.matrix.rows;
    recipe_settle(&s->recipe, rows);
    options = recipe_train_options(&s->recipe, rows);
    /* with a checkpoint too: a run that goes on may be quiet, or the one before it was */
    options.train_accuracy = !s->quiet || s->checkpoint != NULL || s->report != NULL;
    options.user = r;
    options.on_step = on_step;
    options.on_epoch = on_epoch;
    return recipe_network(&r->net, &s->recipe, r->data.train.idx.matrix.cols) &&
           can_write(s, r->net) && (s->report == NULL || page_can_show_images(&r->data.test)) &&
           worked(gn_network_set_note(r->net, "dataset", dataset_names[s->recipe.dataset])) &&
           command_note(r->net, s) && worked(gn_trainer_create(&r->trainer, r->net, &options));
}

static bool learn(run *r)
{
    gn_data data = dataset_view(&r->data.train);
    gn_status status;

    if (r->complete)
        return true;
    progress_start(&r->progress, r->s, recipe_train_rows(&r->s->recipe, data.x.rows));
    interrupt_catch();
    status = gn_trainer_fit(r->trainer, &data, NULL);
    progress_end(&r->progress);
    return worked(status);
}

static bool save(run *r)
{
    training *t = &r->training;

    if (t->stopped)
        worked(gn_network_set_note(r->net, "stopped", "before its last epoch's end"));
    t->checkpointed = checkpoint_end(&r->checkpoint, t->at.step);
    t->saved = r->s->model == NULL || model_save(r->net, r->s->model);
    interrupt_release();
    return t->checkpointed && t->saved;
}

static bool tell(run *r)
{
    const settings *s = r->s;

    if (!training_sum_up(&r->training, s, &r->data, r->trainer) ||
        !result_measure(&r->result, &r->data, r->net, r->training.plan.threads))
        return false;
    if (!s->quiet)
        screen_end(s, &r->data, &r->result, &r->training);
    return record_history(s->history, &r->training) &&
           record_training(s->json, s, &r->data, r->net, &r->result, &r->training) &&
           report_training(s, &r->data, r->net, &r->result, &r->training) &&
           (fflush(stdout) == 0 || complain("standard output cannot be written"));
}

/* What came out is told even if it could not be saved. */
static bool save_and_tell(run *r)
{
    bool saved = save(r);

    return tell(r) && saved;
}

int train(settings *s)
{
    run r = { .s = s };
    bool good = prepare(&r) &&
                screen_start(s, &r.data, r.net, gn_trainer_plan(r.trainer)) &&
                checkpoint_start(&r.checkpoint, s, r.trainer, &r.complete) &&
                learn(&r) &&
                save_and_tell(&r);

    training_free(&r.training);
    gn_trainer_destroy(r.trainer);
    gn_network_destroy(r.net);
    dataset_free(&r.data);
    return !good ? EXIT_FAILURE : r.training.stopped ? interrupt_code() : EXIT_SUCCESS;
}
