/* The options of a training that decide bits, as JSON, so that two trainings can be compared. */
#include <math.h>
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
        gn_progress at = { .step = 7 * i, .epoch = 3 * i, .steps_per_epoch = 3, .total_steps = 100 };
        double rate = gn_schedule_rate(s, &at);
        json_array_append_new(json, json_real(isfinite(rate) ? rate : -1));
    }
    return json;
}

static json_t *optimizer_json(const gn_optimizer *o)
{
    return json_pack("[s?iffff]", o->name, o->states, o->hyper[0], o->hyper[1], o->hyper[2], o->hyper[3]);
}

/* Of a trainer: each option that must agree by its name. */
json_t *gni_trainer_options(const gn_trainer *t)
{
    const gn_train_options *o = &t->options;
    const gn_plan plan = gn_trainer_plan(t);
    json_t *json = json_pack("{s:[sf], s:f, s:f, s:f, s:f, s:f, s:b, s:b}",
        "loss", o->loss->name, o->loss->alpha, "validation", o->validation, "weight_decay", o->weight_decay,
        "l1", o->l1, "l2", o->l2, "max_gradient_norm", o->max_gradient_norm, "keep_order", o->keep_order,
        "drop_last", o->drop_last);
    const struct { const char *name; uint64_t value; } whole[] = {
        { "batch", o->batch }, { "epochs", o->epochs }, { "patience", o->patience }, { "seed", o->seed },
        { "total_steps", o->total_steps }, { "tile_rows", plan.tile_rows }, { "lanes", plan.lanes },
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
