/* Trains a network to read handwritten digits, and shows how well it does.
 *
 * settings.c reads the command line, dataset.c the images; recipe.c makes a network and
 * training options of the settings; the library trains while progress.c watches and model.c
 * keeps what it has; result.c measures on the test images, and report.c and record.c tell
 * people and programs. */
#include "mnist.h"

#include <stdlib.h>

enum { FAILURE = 1, USAGE = 2, INTERRUPTED = 130 };

const char program_name[] = "mnist";

typedef struct run {
    dataset data;
    gn_network *net;
    gn_trainer *trainer;
    progress progress;
    checkpoint checkpoint;
    result result;
    output history, json;
} run;

static bool prepare(run *r, settings *s)
{
    gn_train_options options;
    size_t rows;

    if (!output_open(&r->history, s->history) || !output_open(&r->json, s->json) ||
        !dataset_load(&r->data, s))
        return false;
    rows = r->data.train.idx.matrix.rows;
    recipe_settle(s, rows);
    options = recipe_options(s, rows);
    progress_attach(&r->progress, s, recipe_train_rows(s, rows), &r->checkpoint, &options);
    if (!recipe_network(&r->net, s, r->data.train.idx.matrix.cols) ||
        !worked(gn_trainer_create(&r->trainer, r->net, &options)))
        return false;
    r->checkpoint = (checkpoint){ s->checkpoint, s->checkpoint_every, r->trainer, false, false };
    return true;
}

static bool fit(run *r)
{
    gn_data data = dataset_view(&r->data.train);
    gn_status status;

    progress_start(&r->progress);
    status = gn_trainer_fit(r->trainer, &data, NULL);
    progress_end(&r->progress);
    if (!worked(status))
        return false;
    if (!progress_interrupted())
        checkpoint_save(&r->checkpoint); /* that it is complete */
    return true;
}

/* What came of it is saved whole, half or not trained at all. */
static bool train(run *r, const settings *s)
{
    if (!checkpoint_resume(&r->checkpoint, s) || (!r->checkpoint.complete && !fit(r)) ||
        !model_save(r->net, s->model))
        return false;
    if (s->model != NULL && !s->quiet)
        printf("%s: the network%s is saved\n", s->model,
               progress_interrupted() ? ", as far as it was trained," : "");
    return true;
}

static bool tell(run *r, const settings *s)
{
    report_end(s, &r->result);
    if (r->history.file != NULL)
        record_history(r->history.file, &r->result);
    if (r->json.file != NULL)
        record_json(r->json.file, s, &r->data, &r->result);
    return output_commit(&r->history) && output_commit(&r->json) &&
           (fflush(stdout) == 0 || complain("standard output cannot be written"));
}

static void clean_up(run *r)
{
    output_discard(&r->history);
    output_discard(&r->json);
    gn_trainer_destroy(r->trainer);
    gn_network_destroy(r->net);
    dataset_free(&r->data);
}

static int train_and_tell(settings *s)
{
    run r = { .net = NULL };
    bool good = prepare(&r, s) &&
                report_start(s, &r.data, r.net, gn_trainer_plan(r.trainer)) &&
                train(&r, s) &&
                result_measure(&r.result, s, &r.data, r.net, r.trainer) &&
                tell(&r, s) && !r.checkpoint.failed;

    clean_up(&r);
    return !good ? FAILURE : progress_interrupted() ? INTERRUPTED : EXIT_SUCCESS;
}

static int test_model(const settings *s)
{
    run r = { .net = NULL };
    bool good = model_load(&r.net, s->model) && dataset_load(&r.data, s) &&
                model_fits(r.net, r.data.test.idx.matrix.cols, s->model) &&
                result_measure(&r.result, s, &r.data, r.net, NULL);

    if (good)
        report_test(&r.result);
    clean_up(&r);
    return good && fflush(stdout) == 0 ? EXIT_SUCCESS : FAILURE;
}

static int export_model(const settings *s)
{
    gn_network *net = NULL;
    bool good = model_load(&net, s->from) && model_export(net, s->to);

    gn_network_destroy(net);
    return good ? EXIT_SUCCESS : FAILURE;
}

static int do_verb(settings *s)
{
    switch (s->verb) {
    case TEST:   return test_model(s);
    case EXPORT: return export_model(s);
    default:     return train_and_tell(s);
    }
}

int main(int argc, char **argv)
{
    settings s;
    int code = USAGE;

    if (!settings_parse(&s, argc, argv))
        goto done;
    code = EXIT_SUCCESS;
    if (s.help)
        settings_help();
    else if (s.version)
        printf("mnist, gemmnet %s\n", gn_version());
    else
        code = do_verb(&s);
done:
    settings_free(&s);
    return code;
}
