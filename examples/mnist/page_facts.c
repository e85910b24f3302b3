/* All that the scripts of the page draw, as one JSON object. What is unknown is null. */
#include "page.h"

#include <gemmnet/layer.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MISTAKES = 48, MOST_EPOCHS = 500 };

static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

/* ---- the network, as its file --------------------------------------------------------- */

static json_t *encode_model(const gn_network *net)
{
    size_t size = 0;
    char *text = NULL;
    unsigned char *bytes = NULL;
    json_t *value = NULL;

    gn_network_encode(net, NULL, 0, &size);
    bytes = malloc(size > 0 ? size : 1);
    if (bytes != NULL && worked(gn_network_encode(net, bytes, size, &size)))
        text = base64(bytes, size);
    if (text != NULL)
        value = json_string(text);
    free(text);
    free(bytes);
    return value;
}

/* ---- images: what they are of, how well they were read --------------------------------- */

static json_t *class_names(int kind)
{
    json_t *list = json_array();

    for (int i = 0; i < CLASSES; i++)
        json_array_append_new(list, json_string(class_name(kind, i)));
    return list;
}

static json_t *test_facts(const result *r)
{
    json_t *rows = json_array(), *precision = json_array(), *recall = json_array();

    for (int i = 0; i < CLASSES; i++) {
        json_t *row = json_array();

        for (int j = 0; j < CLASSES; j++)
            json_array_append_new(row, json_integer((json_int_t)r->confusion[i][j]));
        json_array_append_new(rows, row);
        json_array_append_new(precision, number(r->precision[i]));
        json_array_append_new(recall, number(r->recall[i]));
    }
    return json_pack("{sI so so so so so}", "images", (json_int_t)r->images,
                     "accuracy", number(r->accuracy), "loss", number(r->loss), "confusion", rows,
                     "precision", precision, "recall", recall);
}

/* ---- the worst mistakes ---------------------------------------------------------------- */

/* The surest first. */
static int compare_mistakes(const void *a, const void *b)
{
    const mistake *x = a, *y = b;

    if (x->of_guess != y->of_guess)
        return x->of_guess > y->of_guess ? -1 : 1;
    return x->image < y->image ? -1 : x->image > y->image;
}

static json_t *one_mistake(const mistake *m, const image_set *set)
{
    size_t pixels = set->idx.matrix.cols;
    char *text = base64((const unsigned char *)set->idx.matrix.data + m->image * pixels, pixels);
    json_t *value = text == NULL ? NULL :
        json_pack("{sI si si so so ss}", "image", (json_int_t)m->image, "truth", m->truth,
                  "guess", m->guess, "ofTruth", number(m->of_truth), "ofGuess",
                  number(m->of_guess), "pixels", text);

    free(text);
    return value;
}

static json_t *list_mistakes(const beliefs *b, const image_set *set)
{
    mistake *all = calloc(b->images, sizeof *all);
    json_t *list = json_array();
    size_t n = 0;

    if (all != NULL) {
        n = beliefs_mistakes(b, set->labels, NOT_GIVEN, b->images, all);
        qsort(all, n, sizeof *all, compare_mistakes);
        for (size_t i = 0; i < n && i < MOST_MISTAKES; i++)
            json_array_append_new(list, one_mistake(&all[i], set));
    }
    free(all);
    return json_pack("{sI so}", "count", (json_int_t)n, "worst", list);
}

static json_t *mistakes(const run_facts *f)
{
    gn_context_options options = { .threads = (int)f->s->recipe.threads };
    gn_context *ctx = NULL;
    beliefs b = { .out = NULL };
    json_t *value = NULL;

    if (worked(gn_context_create(&ctx, f->net, &options)) &&
        beliefs_make(&b, f->net, ctx, &f->d->test))
        value = list_mistakes(&b, &f->d->test);
    beliefs_free(&b);
    gn_context_destroy(ctx);
    return value;
}

/* ---- the training -------------------------------------------------------------------------- */

size_t page_stride(size_t n_epochs)
{
    return (n_epochs + MOST_EPOCHS - 1) / MOST_EPOCHS;
}

static json_t *one_epoch(const gn_epoch *e)
{
    return json_pack("[IIoooooo]", (json_int_t)e->epoch, (json_int_t)e->step, number(e->rate),
                     number(e->train.loss), number(e->train.accuracy), number(e->valid.loss),
                     number(e->valid.accuracy), number(e->seconds));
}

/* As the history's file has it, so that sums of either are the same. */
static double nine_digits(double x)
{
    char text[32];

    snprintf(text, sizeof text, "%.9g", x);
    return strtod(text, NULL);
}

static json_t *history_facts(const run_facts *f)
{
    json_t *list;
    double seconds = 0;
    size_t n = f->n_epochs, stride = page_stride(n);

    if (n == 0)
        return json_null();
    list = json_array();
    for (size_t i = 0; i < n; i++) {
        seconds += nine_digits(f->epochs[i].seconds);
        if (i % stride == 0 || i == n - 1)
            json_array_append_new(list, one_epoch(&f->epochs[i]));
    }
    return json_pack("{sI sI so so}", "count", (json_int_t)n, "stride", (json_int_t)stride,
                     "seconds", number(seconds), "epochs", list);
}

static json_t *command_facts(const run_facts *f)
{
    const char *text = gn_network_note(f->net, "command");

    if (text == NULL && f->record != NULL)
        text = json_string_value(json_object_get(f->record, "command"));
    return text != NULL && command_is_sound(text) ? json_string(text) : json_null();
}

/* A page is made of whatever file one gives: no count is below 0, and no name fills a screen. */
static bool is_likely(const json_t *value)
{
    enum { LONGEST_NAME = 200 };

    if (json_is_string(value))
        return json_string_length(value) <= LONGEST_NAME;
    return !json_is_number(value) || json_number_value(value) >= 0;
}

/* Of the record what the page shows, where it is of the type that it should have. */
static json_t *record_facts(const json_t *record)
{
    static const struct { const char *name; json_type type; } wanted[] = {
        { "cpu", JSON_STRING }, { "version", JSON_STRING }, { "precision", JSON_STRING },
        { "kernels", JSON_STRING }, { "cores", JSON_INTEGER }, { "threads", JSON_INTEGER },
        { "lanes", JSON_INTEGER }, { "tile_rows", JSON_INTEGER }, { "epochs", JSON_INTEGER },
        { "train_images", JSON_INTEGER }, { "train_seconds", JSON_REAL },
        { "samples_per_second", JSON_REAL }, { "stopped", JSON_TRUE }, { "stopped", JSON_FALSE },
    };
    json_t *found = json_object();

    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        json_t *value = json_object_get(record, wanted[i].name);

        if (value != NULL && json_typeof(value) == wanted[i].type && is_likely(value))
            json_object_set(found, wanted[i].name, value);
    }
    return found;
}

/* ---- all of it ------------------------------------------------------------------------------ */

json_t *page_facts(const run_facts *f)
{
    const image_set *test = &f->d->test;
    json_t *model = encode_model(f->net), *wrong = model != NULL ? mistakes(f) : NULL;
    json_t *all = json_pack(
        "{ss s{si si} so so sI so so so sb so so}", "dataset", dataset_names[f->s->recipe.dataset],
        "image", "rows", (int)test->idx.shape.height, "cols", (int)test->idx.shape.width,
        "classes", class_names(f->s->recipe.dataset), "test", test_facts(f->result),
        "parameters", (json_int_t)gn_network_param_count(f->net), "mistakes", wrong,
        "history", history_facts(f), "command", command_facts(f),
        "stopped", gn_network_note(f->net, "stopped") != NULL,
        "record", f->record != NULL ? record_facts(f->record) : json_null(), "model", model);

    if (all == NULL)
        complain("no memory for the facts of the page");
    return all;
}
