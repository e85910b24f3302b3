/* What came out, for programs: a line of CSV per epoch, and one JSON object. */
#include "mnist.h"

#include <inttypes.h>
#include <math.h>

/* ---- CSV: what is not known stays empty ----------------------------------------- */

static void csv_number(FILE *file, double x)
{
    if (isfinite(x))
        fprintf(file, ",%.9g", x);
    else
        fputc(',', file);
}

void record_history(FILE *file, const result *r)
{
    fputs("epoch,step,rate,train_loss,train_accuracy,validation_loss,validation_accuracy,"
          "seconds\n", file);
    for (const gn_epoch *e = r->history; e < r->history + r->n_epochs; e++) {
        fprintf(file, "%" PRIu64 ",%" PRIu64, e->epoch, e->step);
        csv_number(file, e->rate);
        csv_number(file, e->train.loss);
        csv_number(file, e->train.accuracy);
        csv_number(file, e->valid.loss);
        csv_number(file, e->valid.accuracy);
        csv_number(file, e->seconds);
        fputc('\n', file);
    }
}

/* ---- JSON: what is not known is null ---------------------------------------------- */

static void json_number(FILE *file, const char *name, double x)
{
    if (isfinite(x))
        fprintf(file, "  \"%s\": %.9g,\n", name, x);
    else
        fprintf(file, "  \"%s\": null,\n", name);
}

static void json_whole(FILE *file, const char *name, uint64_t n)
{
    fprintf(file, "  \"%s\": %" PRIu64 ",\n", name, n);
}

/* Our own names, in which nothing is to be escaped. */
static void json_name(FILE *file, const char *name, const char *text)
{
    fprintf(file, "  \"%s\": \"%s\",\n", name, text);
}

static void json_network(FILE *file, const settings *s, size_t inputs)
{
    fprintf(file, "  \"layers\": [%zu", inputs);
    for (size_t i = 0; i < s->n_hidden; i++)
        fprintf(file, ", %zu", s->hidden[i]);
    fprintf(file, ", %d],\n  \"activations\": [", CLASSES);
    for (size_t i = 0; i < s->n_hidden; i++)
        fprintf(file, "\"%s\", ", s->activations[s->n_activations == 1 ? 0 : i]->name);
    fputs("\"softmax\"],\n", file);
}

static void json_recipe(FILE *file, const settings *s)
{
    json_name(file, "dataset", dataset_names[s->dataset]);
    json_whole(file, "batch", s->batch);
    json_name(file, "optimizer", s->optimizer->name);
    json_number(file, "rate", s->rate);
    json_number(file, "warmup", s->warmup);
    json_name(file, "schedule", schedule_names[s->schedule]);
    if (s->schedule == EXPONENTIAL || s->schedule == STEP)
        json_number(file, "decay", s->decay);
    json_number(file, "dropout", s->dropout);
    json_number(file, "weight_decay", s->weight_decay);
    json_whole(file, "patience", s->patience);
    json_number(file, "validation", s->validation);
    json_whole(file, "seed", s->seed);
}

static void json_epoch(FILE *file, const gn_epoch *epoch)
{
    json_number(file, "train_loss", epoch->train.loss);
    json_number(file, "train_accuracy", epoch->train.accuracy);
    json_number(file, "validation_loss", epoch->valid.loss);
    json_number(file, "validation_accuracy", epoch->valid.accuracy);
}

/* The epoch whose weights the network has: with patience, that of the least validation loss. */
static const gn_epoch *epoch_of_weights(const settings *s, const result *r)
{
    const gn_epoch *found = &r->history[r->n_epochs - 1];

    for (size_t i = r->n_epochs; s->patience > 0 && !progress_interrupted() && i-- > 0;)
        if (r->history[i].valid.loss <= found->valid.loss)
            found = &r->history[i];
    return found;
}

void record_json(FILE *file, const settings *s, const dataset *d, const result *r)
{
    double rows = (double)r->rows * (double)r->n_epochs;

    fputs("{\n", file);
    json_number(file, "test_accuracy", r->test.accuracy);
    json_number(file, "test_loss", r->test.loss);
    if (r->n_epochs > 0)
        json_epoch(file, epoch_of_weights(s, r));
    json_number(file, "train_seconds", r->seconds);
    json_number(file, "samples_per_second", rows / r->seconds);
    json_whole(file, "epochs", r->n_epochs);
    json_whole(file, "parameters", r->parameters);
    json_whole(file, "threads", (uint64_t)r->plan.threads);
    json_whole(file, "lanes", r->plan.lanes);
    json_whole(file, "tile_rows", r->plan.tile_rows);
    json_network(file, s, d->train.idx.matrix.cols);
    json_recipe(file, s);
    json_name(file, "precision", sizeof(gn_real) == sizeof(float) ? "float" : "double");
    json_name(file, "version", gn_version());
    fprintf(file, "  \"weights_checksum\": \"%016" PRIx64 "\"\n}\n", r->checksum);
}
