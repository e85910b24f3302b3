/* What came out, for programs: a line of CSV per epoch, and one JSON object. */
#include "page.h"
#include "common/output.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* ---- CSV: what is not known stays empty ----------------------------------------- */

const char history_columns[] = "epoch,step,rate,train_loss,train_accuracy,validation_loss,"
                               "validation_accuracy,seconds";

static void csv_number(FILE *file, double x)
{
    if (isfinite(x))
        fprintf(file, ",%.9g", x);
    else
        fputc(',', file);
}

bool record_history(const char *path, const training *t)
{
    output o;

    if (path == NULL)
        return true;
    if (!output_open(&o, path))
        return false;
    fprintf(o.file, "%s\n", history_columns);
    for (const gn_epoch *e = t->history; e < t->history + t->n_epochs; e++) {
        fprintf(o.file, "%" PRIu64 ",%" PRIu64, e->epoch, e->step);
        csv_number(o.file, e->rate);
        csv_number(o.file, e->train.loss);
        csv_number(o.file, e->train.accuracy);
        csv_number(o.file, e->valid.loss);
        csv_number(o.file, e->valid.accuracy);
        csv_number(o.file, e->seconds);
        fputc('\n', o.file);
    }
    return output_commit(&o);
}

/* ---- JSON: what is not known is null ---------------------------------------------- */

typedef struct record { json_t *members; bool failed; } record;

static void put(record *r, const char *name, json_t *value)
{
    if (json_object_set_new(r->members, name, value) != 0)
        r->failed = true;
}

static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static void put_number(record *r, const char *name, double x)
{
    put(r, name, number(x));
}

static void put_whole(record *r, const char *name, size_t n)
{
    put(r, name, json_integer((json_int_t)n));
}

/* jansson's numbers end at 2^63 - 1. */
static void put_seed(record *r, uint64_t seed)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRIu64, seed);
    put(r, "seed", seed <= INT64_MAX ? json_integer((json_int_t)seed) : json_string(text));
}

static void put_name(record *r, const char *name, const char *text)
{
    put(r, name, json_string(text));
}

static void put_result(record *r, const result *came_out)
{
    char checksum[24];

    put_number(r, "test_accuracy", came_out->accuracy);
    put_number(r, "test_loss", came_out->loss);
    put_whole(r, "parameters", came_out->parameters);
    put_name(r, "precision", sizeof(gn_real) == sizeof(float) ? "float" : "double");
    put_name(r, "version", gn_version());
    snprintf(checksum, sizeof checksum, "%016" PRIx64, came_out->checksum);
    put_name(r, "weights_checksum", checksum);
}

/* A member a line, for sed and for people. */
static void write_members(FILE *file, record *r)
{
    const char *name, *before = "{";
    json_t *value;

    json_object_foreach(r->members, name, value) {
        json_t *member = json_pack("{sO}", name, value);
        char *text = json_dumps(member, JSON_EMBED | JSON_REAL_PRECISION(9));

        r->failed |= text == NULL;
        fprintf(file, "%s\n  %s", before, text != NULL ? text : "");
        before = ",";
        free(text);
        json_decref(member);
    }
    fputs("\n}\n", file);
}

/* Takes the members away. */
static bool write_record(record *r, const char *path)
{
    output o;
    bool good = output_open(&o, path);

    if (good) {
        write_members(o.file, r);
        if (r->failed)
            good = complain("no memory to write %s", path);
        good = good && output_commit(&o);
        output_discard(&o);
    }
    json_decref(r->members);
    return good;
}

/* ---- of a training ------------------------------------------------------------------ */

static json_t *list_widths(const settings *s, size_t inputs)
{
    json_t *list = json_pack("[I]", (json_int_t)inputs);

    for (size_t i = 0; i < s->recipe.hidden.n; i++)
        json_array_append_new(list, json_integer((json_int_t)s->recipe.hidden.at[i]));
    json_array_append_new(list, json_integer(CLASSES));
    return list;
}

static json_t *list_activations(const settings *s)
{
    json_t *list = json_array();

    for (size_t i = 0; i < s->recipe.hidden.n; i++)
        json_array_append_new(list, json_string(
            layers_activation(&s->recipe.activations, i)->name));
    json_array_append_new(list, json_string("softmax"));
    return list;
}

static void put_recipe(record *r, const settings *s)
{
    put_name(r, "dataset", dataset_names[s->recipe.dataset]);
    put_whole(r, "batch", s->recipe.batch);
    put_name(r, "optimizer", s->recipe.optimizer->name);
    put_number(r, "rate", s->recipe.rate);
    put_number(r, "warmup", s->recipe.warmup);
    put_name(r, "schedule", schedule_names[s->recipe.schedule]);
    if (s->recipe.schedule == EXPONENTIAL || s->recipe.schedule == STEP)
        put_number(r, "decay", s->recipe.decay);
    put_number(r, "dropout", s->recipe.dropout);
    put_number(r, "weight_decay", s->recipe.weight_decay);
    put_whole(r, "patience", s->recipe.patience);
    put_number(r, "validation", s->recipe.validation);
    put_seed(r, s->recipe.seed);
}

static const gn_epoch *epoch_of_weights(const settings *s, const training *t)
{
    return t->stopped ? &t->history[t->n_epochs - 1]
                      : recipe_epoch(&s->recipe, t->history, t->n_epochs);
}

static void put_epoch(record *r, const gn_epoch *epoch)
{
    put_number(r, "train_loss", epoch->train.loss);
    put_number(r, "train_accuracy", epoch->train.accuracy);
    put_number(r, "validation_loss", epoch->valid.loss);
    put_number(r, "validation_accuracy", epoch->valid.accuracy);
}

static void put_training(record *r, const training *t)
{
    put_number(r, "train_seconds", t->seconds);
    put_number(r, "samples_per_second", (double)t->rows * (double)t->n_epochs / t->seconds);
    put_whole(r, "epochs", t->n_epochs);
    put(r, "stopped", json_boolean(t->stopped));
    put_whole(r, "threads", (size_t)t->plan.threads);
    put_whole(r, "lanes", t->plan.lanes);
    put_whole(r, "tile_rows", t->plan.tile_rows);
    put_whole(r, "train_images", t->rows);
}

static void put_machine(record *r)
{
    machine m = machine_look();

    put(r, "cpu", m.cpu[0] != '\0' ? json_string(m.cpu) : json_null());
    put_whole(r, "cores", m.cores);
    put_name(r, "kernels", gn_kernels());
}

static record training_record(const settings *s, const dataset *d, const gn_network *net,
                              const result *came_out, const training *t)
{
    record r = { json_object(), false };

    put_result(&r, came_out);
    if (t->n_epochs > 0)
        put_epoch(&r, epoch_of_weights(s, t));
    put_training(&r, t);
    put(&r, "layers", list_widths(s, d->train.idx.matrix.cols));
    put(&r, "activations", list_activations(s));
    put_recipe(&r, s);
    put_machine(&r);
    put_name(&r, "command", gn_network_note(net, "command"));
    return r;
}

json_t *record_make(const settings *s, const dataset *d, const gn_network *net,
                    const result *came_out, const training *t)
{
    record r = training_record(s, d, net, came_out, t);

    if (r.failed) {
        json_decref(r.members);
        return NULL;
    }
    return r.members;
}

bool record_training(const char *path, const settings *s, const dataset *d,
                     const gn_network *net, const result *came_out, const training *t)
{
    record r;

    if (path == NULL)
        return true;
    r = training_record(s, d, net, came_out, t);
    return write_record(&r, path);
}

/* ---- of a test ------------------------------------------------------------------------ */

static json_t *shares(const double values[CLASSES])
{
    json_t *list = json_array();

    for (int i = 0; i < CLASSES; i++)
        json_array_append_new(list, number(values[i]));
    return list;
}

static json_t *confusion(const result *r)
{
    json_t *rows = json_array();

    for (int i = 0; i < CLASSES; i++) {
        json_t *row = json_array();

        for (int j = 0; j < CLASSES; j++)
            json_array_append_new(row, json_integer((json_int_t)r->confusion[i][j]));
        json_array_append_new(rows, row);
    }
    return rows;
}

bool record_test(const char *path, const settings *s, const result *came_out)
{
    record r = { path != NULL ? json_object() : NULL, false };

    if (path == NULL)
        return true;
    put_result(&r, came_out);
    put_name(&r, "dataset", dataset_names[s->recipe.dataset]);
    put_whole(&r, "images", came_out->images);
    put(&r, "class_precision", shares(came_out->precision));
    put(&r, "class_recall", shares(came_out->recall));
    put(&r, "confusion", confusion(came_out));
    return write_record(&r, path);
}
