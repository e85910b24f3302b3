/* The options of a training that decide bits, as JSON, so that two trainings can be compared. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "train/train.h"
#include "files/model/tensors.h"

/* How many rates of a schedule are compared, since functions have no names. */
enum { RATES = 4 };

static json_t *schedule_json(const gn_trainer *t)
{
    const gn_schedule *s = &t->options.schedule;
    json_t *json = json_array();
    const double numbers[] = { s->first, s->last, s->factor, (double)s->every, (double)s->warmup };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        json_array_append_new(json, json_real(numbers[i]));
    for (uint64_t i = 0; i < RATES; i++) {
        gn_progress at = {
            .step = 7 * i, .epoch = 3 * i, .steps_per_epoch = 3, .total_steps = 100
        };
        double rate = gni_next_rate(s, &at);
        json_array_append_new(json, json_real(isfinite(rate) ? rate : -1));
    }
    return json;
}

static json_t *optimizer_json(const gn_optimizer *o)
{
    return json_pack("[s?iffff]", o->name, o->states, o->hyper[0], o->hyper[1], o->hyper[2],
                     o->hyper[3]);
}

/* Each option that must agree, by its name; NULL: no memory */
json_t *gni_trainer_options(const gn_trainer *t)
{
    const gn_train_options *o = &t->options;
    const gn_plan plan = gn_trainer_plan(t);
    json_t *json =
        json_pack("{s:[sf], s:f, s:f, s:f, s:f, s:f, s:b, s:b}", "loss", o->loss->name,
                  o->loss->alpha, "validation", o->validation, "weight_decay", o->weight_decay,
                  "l1", o->l1, "l2", o->l2, "max_gradient_norm", o->max_gradient_norm, "keep_order",
                  o->keep_order, "drop_last", o->drop_last);
    const struct { const char *name; uint64_t value; } whole[] = {
        { "batch", o->batch },   { "epochs", o->epochs },           { "patience", o->patience },
        { "seed", o->seed },     { "total_steps", o->total_steps }, { "tile_rows", plan.tile_rows },
        { "lanes", plan.lanes },
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        failed |= json_object_set_new(json, whole[i].name, gni_json_from_u64(whole[i].value));
    failed |= json_object_set_new(json, "optimizer", optimizer_json(&o->optimizer));
    failed |= json_object_set_new(json, "schedule", schedule_json(t));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

gn_status gni_check_trainer_options(const char *path, const gn_trainer *t, const json_t *theirs)
{
    json_t *mine = gni_trainer_options(t), *value;
    const char *name;
    gn_status status = mine ? GN_OK : gn_fail(GN_ERR_MEMORY, "%s: no memory for options", path);
    json_object_foreach(mine, name, value) {
        const json_t *other = json_object_get(theirs, name);
        if (json_equal(value, other))
            continue;
        char *a = json_dumps(value, JSON_ENCODE_ANY), *b = json_dumps(other, JSON_ENCODE_ANY);
        status = gn_fail(GN_ERR_ARGUMENT, "%s: the option %s is %.100s, in the checkpoint %.100s",
                         path, name, a ? a : "?", b ? b : "missing");
        free(a);
        free(b);
        break;
    }
    json_decref(mine);
    return status;
}

static gn_status another_network(const char *path, const char *theirs, const char *mine)
{
    const char *what = "the checkpoint of another network";
    json_t *a = NULL, *b = NULL;
    if (!theirs)
        return gn_fail(GN_ERR_FORMAT, "%s: its metadata do not say what the layers are", path);
    gn_status status = gni_json_parse(path, theirs, strlen(theirs), &a);
    if (status >= 0)
        status = gni_json_parse(path, mine, strlen(mine), &b);
    if (status >= 0)
        status = gni_model_differs(path, what, a, b);
    if (status == GN_OK) /* in a digit that this precision does not see, or in its letters */
        status = gn_fail(GN_ERR_FORMAT, "%s: %s: %.180s, not %.180s", path, what, theirs, mine);
    json_decref(a);
    json_decref(b);
    return status;
}

/* The layers and the scaling decide bits as well. */
gn_status gni_check_trained(const gni_tensors *file, const gn_network *net)
{
    json_t *mine = gni_model_metadata(net);
    const char *a = json_string_value(json_object_get(mine, "gemmnet")),
               *b = gni_tensors_metadata(file, "gemmnet");
    gn_status status = GN_OK;
    if (!mine)
        status = gn_fail(GN_ERR_MEMORY, "%s: no memory to describe the network", file->in.name);
    else if (!b || strcmp(a, b) != 0)
        status = another_network(file->in.name, b, a);
    json_decref(mine);
    return status;
}
