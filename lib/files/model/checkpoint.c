/* A trainer as a file: its network's own tensors, so that a checkpoint is a network too, and
 * beside them what the optimizer remembers, the best weights, sums and history as tensors, and
 * whole numbers and options as JSON in the metadata. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "train/train.h"
#include "files/model/tensors.h"

enum { VERSION = 1, SUMS = 6, COLUMNS = 8, MOST_OTHERS = 5 };

/* ---- what it consists of ---- */

/* Whole numbers that training changes. */
static uint64_t *counters(gn_trainer *t, size_t i, const char **name)
{
    const struct { const char *name; uint64_t *value; } all[] = {
        { "step", &t->at.step }, { "epoch", &t->at.epoch },
        { "steps_per_epoch", &t->at.steps_per_epoch }, { "total_steps", &t->at.total_steps },
        { "goal", &t->position.goal }, { "updates", &t->updates },
        { "best_epoch", &t->best_epoch }, { "patient_from", &t->patient_from },
    };
    if (i >= sizeof all / sizeof *all)
        return NULL;
    *name = all[i].name;
    return all[i].value;
}

/* The same, of sizes. */
static size_t *sizes(gn_trainer *t, size_t i, const char **name)
{
    const struct { const char *name; size_t *value; } all[] = {
        { "in_epoch", &t->position.in_epoch }, { "rows", &t->n_order }, { "train_rows", &t->n_train },
    };
    if (i >= sizeof all / sizeof *all)
        return NULL;
    *name = all[i].name;
    return all[i].value;
}

static void get_sums(const gn_trainer *t, double sums[SUMS])
{
    const gni_position *p = &t->position;
    const double all[SUMS] = { p->loss, p->correct, p->rows, p->rate, p->seconds, t->best_loss };
    memcpy(sums, all, sizeof all);
}

static void set_sums(gn_trainer *t, const double sums[SUMS])
{
    gni_position *p = &t->position;
    p->loss = sums[0], p->correct = sums[1], p->rows = sums[2], p->rate = sums[3], p->seconds = sums[4];
    t->best_loss = sums[5];
}

static void get_line(const gn_epoch *e, double line[COLUMNS])
{
    const double all[COLUMNS] = { (double)e->epoch, (double)e->step, e->rate, e->train.loss,
                                  e->train.accuracy, e->valid.loss, e->valid.accuracy, e->seconds };
    memcpy(line, all, sizeof all);
}

static bool set_line(gn_epoch *e, const double line[COLUMNS])
{
    if (!(line[0] >= 0 && line[0] < 0x1p53 && line[1] >= 0 && line[1] < 0x1p53))
        return false;
    *e = (gn_epoch){ .epoch = (uint64_t)line[0], .step = (uint64_t)line[1], .rate = line[2],
                     .train = { line[3], line[4] }, .valid = { line[5], line[6] }, .seconds = line[7] };
    return true;
}

/* Arrays like the parameters: states of the optimizer, and the best weights. */
static size_t arrays(const gn_trainer *t, gni_tensor tensors[3])
{
    static const char *const names[] = { "trainer.state.0", "trainer.state.1", "trainer.best" };
    const gn_real *const data[] = { t->state[0], t->state[1], t->best };
    size_t n = 0;
    for (int i = 0; i < 3; i++)
        if (data[i])
            tensors[n++] = (gni_tensor){ .name = names[i], .doubles = GNI_REALS_ARE_DOUBLES, .rank = 1,
                                         .dims = { t->net->n_params, 0 }, .data = data[i] };
    return n;
}

/* ---- saving ---- */

static json_t *trainer_json(const gn_trainer *trainer)
{
    gn_trainer copy = *trainer; /* whose counters may be pointed to */
    json_t *json = json_pack("{s:i, s:s}", "version", VERSION, "precision",
                             GNI_REALS_ARE_DOUBLES ? "double" : "float");
    const char *name;
    int failed = json_object_set_new(json, "options", gni_trainer_options(trainer));
    for (size_t i = 0; counters(&copy, i, &name); i++)
        failed |= json_object_set_new(json, name, gni_json_from_u64(*counters(&copy, i, &name)));
    for (size_t i = 0; sizes(&copy, i, &name); i++)
        failed |= json_object_set_new(json, name, gni_json_from_u64(*sizes(&copy, i, &name)));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *metadata(const gn_trainer *t)
{
    json_t *json = gni_model_metadata(t->net), *ours = trainer_json(t);
    size_t n = 0;
    char *text = gni_json_text(ours, &n);
    int failed = json_object_set_new(json, "trainer", text ? json_stringn(text, n) : NULL);
    json_decref(ours);
    gni_free(text);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

/* What a file is written from: doubles first, so that they are aligned. */
typedef struct parts {
    gni_tensor *tensors;
    char (*names)[32];
    double (*history)[COLUMNS];
    double sums[SUMS];
} parts;

static size_t collect(const gn_trainer *t, parts *p)
{
    size_t n = 0;
    get_sums(t, p->sums);
    p->tensors[n++] = (gni_tensor){ .name = "trainer.sums", .doubles = true, .rank = 2, .dims = { 1, SUMS },
                                    .data = p->sums };
    for (size_t i = 0; i < t->n_history; i++)
        get_line(&t->history[i], p->history[i]);
    p->tensors[n++] = (gni_tensor){ .name = "trainer.history", .doubles = true, .rank = 2,
                                    .dims = { t->n_history, COLUMNS }, .data = p->history };
    n += gni_model_tensors(t->net, p->tensors + n, p->names);
    return n + arrays(t, p->tensors + n);
}

static gn_status write_trainer(const gn_trainer *t, gni_output *out)
{
    size_t layers = t->net->n_layers;
    parts p = {
        .tensors = gni_alloc(2 * layers + MOST_OTHERS, sizeof *p.tensors),
        .names = gni_alloc(2 * layers, sizeof *p.names),
        .history = gni_alloc(t->n_history, sizeof *p.history),
    };
    gn_status status = gni_model_check(out->who, t->net);
    if (status >= 0 && p.tensors && p.names && p.history)
        status = gni_tensors_write(out, metadata(t), p.tensors, collect(t, &p));
    else if (status >= 0)
        status = gn_fail(GN_ERR_MEMORY, "%s: no memory for the names of %zu layers", out->who, layers);
    gni_free(p.tensors);
    gni_free(p.names);
    gni_free(p.history);
    return status;
}

gn_status gn_trainer_save(const gn_trainer *t, const char *path)
{
    const char *who = "gn_trainer_save";
    gni_output out;
    if (!t || !path)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, t ? "path" : "trainer");
    gn_status status = gni_check_ending(who, path, GNI_SAFETENSORS);
    if (status >= 0)
        status = gni_output_open(&out, who, path);
    return status < 0 ? status : gni_output_close(&out, write_trainer(t, &out));
}

/* ---- resuming ---- */

/* All that is read, before the trainer is touched. */
typedef struct saved {
    gn_trainer t;          /* its counters and sums; else a copy of the trainer */
    gn_real *memory;       /* parameters, then the arrays */
    size_t n_history;
    double (*lines)[COLUMNS];
    gn_epoch *history;
} saved;

static gn_status check_options(const char *path, const gn_trainer *t, const json_t *theirs)
{
    json_t *mine = gni_trainer_options(t), *value;
    const char *name;
    gn_status status = mine ? GN_OK : gn_fail(GN_ERR_MEMORY, "%s: no memory for options", path);
    json_object_foreach(mine, name, value) {
        const json_t *other = json_object_get(theirs, name);
        if (json_equal(value, other))
            continue;
        char *a = json_dumps(value, JSON_ENCODE_ANY), *b = json_dumps(other, JSON_ENCODE_ANY);
        status = gn_fail(GN_ERR_ARGUMENT, "%s: the option %s is %.100s, in the checkpoint %.100s", path, name,
                         a ? a : "?", b ? b : "missing");
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
static gn_status check_network(const gni_tensors *file, const gn_network *net)
{
    json_t *mine = gni_model_metadata(net);
    const char *a = json_string_value(json_object_get(mine, "gemmnet")), *b = gni_tensors_metadata(file, "gemmnet");
    gn_status status = GN_OK;
    if (!mine)
        status = gn_fail(GN_ERR_MEMORY, "%s: no memory to describe the network", file->in.name);
    else if (!b || strcmp(a, b) != 0)
        status = another_network(file->in.name, b, a);
    json_decref(mine);
    return status;
}

static gn_status no_counter(const char *path, const json_t *json, const char *name)
{
    const json_t *value = json_object_get(json, name);
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
    gn_status status = gn_fail(GN_ERR_FORMAT, value ? "%s: the %s of its trainer is %.80s, and no whole number in quotes"
                                                    : "%s: its trainer has no %s", path, name, text ? text : "damaged");
    free(text);
    return status;
}

static gn_status read_counters(saved *s, const char *path, const json_t *json)
{
    const char *name;
    uint64_t value;
    for (size_t i = 0; counters(&s->t, i, &name); i++)
        if (!gni_json_u64(json_object_get(json, name), counters(&s->t, i, &name)))
            return no_counter(path, json, name);
    for (size_t i = 0; sizes(&s->t, i, &name); i++) {
        if (!gni_json_u64(json_object_get(json, name), &value) || value > SIZE_MAX)
            return no_counter(path, json, name);
        *sizes(&s->t, i, &name) = (size_t)value;
    }
    if (s->t.n_train > s->t.n_order || s->t.position.in_epoch > s->t.n_train)
        return gn_fail(GN_ERR_FORMAT, "%s: it stands at row %zu of %zu, of a data set of %zu", path,
                       s->t.position.in_epoch, s->t.n_train, s->t.n_order);
    return GN_OK;
}

static gn_status read_json(saved *s, const gni_tensors *file)
{
    const char *path = file->in.name, *text = gni_tensors_metadata(file, "trainer");
    json_t *json = NULL;
    if (!text)
        return gn_fail(GN_ERR_FORMAT, "%s: it is not a checkpoint, its metadata have no trainer", path);
    gn_status status = gni_json_parse(path, text, strlen(text), &json);
    if (status < 0)
        return status;
    const char *precision = json_string_value(json_object_get(json, "precision"));
    json_int_t version = json_integer_value(json_object_get(json, "version"));
    if (version != VERSION)
        status = gn_fail(GN_ERR_FORMAT, "%s: a checkpoint of version %" JSON_INTEGER_FORMAT ", this library "
                         "reads %d", path, version, VERSION);
    else if (!precision || strcmp(precision, GNI_REALS_ARE_DOUBLES ? "double" : "float") != 0)
        status = gn_fail(GN_ERR_FORMAT, "%s: a checkpoint of precision %.16s", path, precision ? precision : "?");
    if (status >= 0)
        status = check_network(file, s->t.net);
    if (status >= 0)
        status = check_options(path, &s->t, json_object_get(json, "options"));
    if (status >= 0)
        status = read_counters(s, path, json);
    json_decref(json);
    return status;
}

static gn_status read_history(saved *s, const gni_tensors *file)
{
    gni_tensor like = { .name = "trainer.history", .doubles = true, .rank = 2, .dims = { 0, COLUMNS } };
    gn_status status = gni_tensors_rows(file, like.name, COLUMNS, &s->n_history);
    if (status < 0)
        return status;
    like.dims[0] = s->n_history;
    s->lines = gni_alloc(s->n_history, sizeof *s->lines);
    s->history = gni_alloc(s->n_history, sizeof *s->history);
    if (!s->lines || !s->history)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for a history of %zu epochs", file->in.name, s->n_history);
    status = gni_tensors_read(file, &like, s->lines);
    for (size_t i = 0; i < s->n_history && status >= 0; i++)
        if (!set_line(&s->history[i], s->lines[i]))
            status = gn_fail(GN_ERR_FORMAT, "%s: line %zu of its history is of epoch %g, step %g", file->in.name,
                             i, s->lines[i][0], s->lines[i][1]);
    return status;
}

static gn_status read_arrays(saved *s, const gni_tensors *file)
{
    const gn_network *net = s->t.net;
    gni_tensor tensors[3];
    size_t n = arrays(&s->t, tensors);
    double sums[SUMS];
    const gni_tensor like = { .name = "trainer.sums", .doubles = true, .rank = 2, .dims = { 1, SUMS } };
    s->memory = gni_alloc(net->n_params, (1 + n) * sizeof *s->memory);
    if (!s->memory)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu parameters, %zu times", file->in.name,
                       net->n_params, 1 + n);
    gn_status status = gni_tensors_read(file, &like, sums);
    if (status >= 0)
        status = gni_model_read(file, net, false, true, s->memory);
    for (size_t i = 0; i < n && status >= 0; i++)
        status = gni_tensors_read(file, &tensors[i], s->memory + (1 + i) * net->n_params);
    if (status >= 0)
        set_sums(&s->t, sums);
    return status;
}

/* Nothing can fail any more. */
static void take_over(gn_trainer *t, saved *s)
{
    size_t n = t->net->n_params;
    gni_tensor tensors[3];
    size_t k = arrays(t, tensors);
    memcpy(t->net->params, s->memory, n * sizeof *s->memory);
    for (size_t i = 0; i < k; i++)
        memcpy((gn_real *)(uintptr_t)tensors[i].data, s->memory + (1 + i) * n, n * sizeof *s->memory);
    gni_free(t->order);
    gni_free(t->history);
    s->t.order = NULL;
    s->t.order_made = s->t.recovery.has_good = s->t.recovery.lost = false;
    s->t.history = s->history;
    s->t.n_history = s->t.history_capacity = s->n_history;
    s->history = NULL;
    *t = s->t;
}

static gn_status read_all(gn_trainer *t, const gni_tensors *file)
{
    saved s = { .t = *t };
    gn_status status = read_json(&s, file);
    if (status >= 0)
        status = read_history(&s, file);
    if (status >= 0)
        status = read_arrays(&s, file);
    if (status >= 0)
        take_over(t, &s);
    gni_free(s.memory);
    gni_free(s.lines);
    gni_free(s.history);
    return status;
}

/* A fit that had come to its end left the best weights; it was saved before that. */
static gn_status finish(gn_trainer *t)
{
    if (t->at.epoch < t->position.goal || t->at.epoch == 0)
        return GN_OK;
    if (t->best && t->best_epoch)
        memcpy(t->net->params, t->best, t->net->n_params * sizeof *t->best);
    return GN_STOPPED;
}

gn_status gn_trainer_resume(gn_trainer *t, const char *path)
{
    gni_input in;
    gni_tensors file;
    if (!t || !path)
        return gn_fail(GN_ERR_ARGUMENT, "gn_trainer_resume: %s is NULL", t ? "path" : "trainer");
    gn_status status = gni_input_open(&in, path);
    if (status >= 0)
        status = gni_tensors_open(&file, in);
    if (status < 0)
        return status;
    status = read_all(t, &file);
    gni_tensors_close(&file);
    return status < 0 ? status : finish(t);
}
