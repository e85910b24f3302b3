/* What came out, for programs: a line of CSV per epoch, and one JSON object. */
#include "mnist.h"

#include <inttypes.h>
#include <jansson.h>
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

static void set(json_t *json, const char *name, json_t *value)
{
    json_object_set_new(json, name, value); /* no memory: it will be missing */
}

static void json_number(json_t *json, const char *name, double x)
{
    set(json, name, isfinite(x) ? json_real(x) : json_null());
}

static void json_whole(json_t *json, const char *name, uint64_t n)
{
    set(json, name, json_integer((json_int_t)n));
}

static void json_name(json_t *json, const char *name, const char *text)
{
    set(json, name, json_string(text));
}

static void json_network(json_t *json, const settings *s, size_t inputs)
{
    json_t *layers = json_array(), *activations = json_array();

    json_array_append_new(layers, json_integer((json_int_t)inputs));
    for (size_t i = 0; i < s->n_hidden; i++) {
        const gn_activation *f = s->activations[s->n_activations == 1 ? 0 : i];

        json_array_append_new(layers, json_integer((json_int_t)s->hidden[i]));
        json_array_append_new(activations, json_string(f->name));
    }
    json_array_append_new(layers, json_integer(CLASSES));
    json_array_append_new(activations, json_string("softmax"));
    set(json, "layers", layers);
    set(json, "activations", activations);
}

static void json_recipe(json_t *json, const settings *s)
{
    json_name(json, "dataset", dataset_names[s->dataset]);
    json_whole(json, "batch", s->batch);
    json_name(json, "optimizer", s->optimizer->name);
    json_number(json, "rate", s->rate);
    json_number(json, "warmup", s->warmup);
    json_name(json, "schedule", schedule_names[s->schedule]);
    if (s->schedule == EXPONENTIAL || s->schedule == STEP)
        json_number(json, "decay", s->decay);
    json_number(json, "dropout", s->dropout);
    json_number(json, "weight_decay", s->weight_decay);
    json_whole(json, "patience", s->patience);
    json_number(json, "validation", s->validation);
    json_whole(json, "seed", s->seed);
}

static void json_epoch(json_t *json, const gn_epoch *epoch)
{
    json_number(json, "train_loss", epoch->train.loss);
    json_number(json, "train_accuracy", epoch->train.accuracy);
    json_number(json, "validation_loss", epoch->valid.loss);
    json_number(json, "validation_accuracy", epoch->valid.accuracy);
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

static json_t *describe(const settings *s, const dataset *d, const result *r)
{
    double rows = (double)r->rows * (double)r->n_epochs;
    json_t *json = json_object();
    char checksum[24];

    json_number(json, "test_accuracy", r->test.accuracy);
    json_number(json, "test_loss", r->test.loss);
    if (r->n_epochs > 0)
        json_epoch(json, epoch_of_weights(s, r));
    json_number(json, "train_seconds", r->seconds);
    json_number(json, "samples_per_second", rows / r->seconds);
    json_whole(json, "epochs", r->n_epochs);
    json_whole(json, "parameters", r->parameters);
    json_whole(json, "threads", (uint64_t)r->plan.threads);
    json_whole(json, "lanes", r->plan.lanes);
    json_whole(json, "tile_rows", r->plan.tile_rows);
    json_network(json, s, d->train.idx.matrix.cols);
    json_recipe(json, s);
    json_name(json, "precision", sizeof(gn_real) == sizeof(float) ? "float" : "double");
    json_name(json, "version", gn_version());
    snprintf(checksum, sizeof checksum, "%016" PRIx64, r->checksum);
    json_name(json, "weights_checksum", checksum);
    return json;
}

/* A line for each name, so that line tools can read it too. */
void record_json(FILE *file, const settings *s, const dataset *d, const result *r)
{
    json_t *json = describe(s, d, r), *value;
    const char *name, *between = "{\n";

    json_object_foreach(json, name, value) {
        fprintf(file, "%s  \"%s\": ", between, name);
        json_dumpf(value, file, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
        between = ",\n";
    }
    fputs("\n}\n", file);
    json_decref(json);
}
