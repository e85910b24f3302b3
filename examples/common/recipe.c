/* What the library makes of a recipe: a network, options of its training. */
#include "recipe.h"
#include "complain.h"

#include <math.h>
#include <stdlib.h>

enum { DEFAULT_BATCH = 64 };

void recipe_settle(recipe *r, size_t rows)
{
    if (!(r->rate > 0))
        r->rate = r->optimizer->rate;
    if (r->weight_decay < 0)
        r->weight_decay = r->optimizer->weight_decay;
    if (r->warmup < 0)
        r->warmup = r->optimizer->full_batch ? 0 : fmin(1, 0.25 * (double)r->epochs);
    if (r->batch == 0)
        r->batch = r->optimizer->full_batch ? rows : DEFAULT_BATCH;
    if (r->batch > rows)
        r->batch = rows;
    if (!(r->decay > 0))
        r->decay = r->schedule == STEP ? 0.1 : 0.9;
}

size_t recipe_train_rows(const recipe *r, size_t rows)
{
    size_t split = (size_t)(r->validation * (double)rows + 0.5); /* as the library rounds */

    return split < rows ? rows - split : 1;
}

static gn_schedule after_warmup(const recipe *r)
{
    switch (r->schedule) {
    case EXPONENTIAL: return gn_exponential(r->rate, r->decay);
    case STEP:        return gn_staircase(r->rate, r->decay, (r->epochs + 2) / 3);
    case COSINE:      return gn_cosine(r->rate, 0);
    default:          return gn_constant(r->rate);
    }
}

static gn_schedule schedule(const recipe *r, size_t rows)
{
    double steps = ceil((double)recipe_train_rows(r, rows) / (double)r->batch);

    return gn_warmup(after_warmup(r), (uint64_t)(r->warmup * steps));
}

gn_train_options recipe_train_options(const recipe *r, size_t rows)
{
    return (gn_train_options){
        .loss = &gn_softmax_cross_entropy,
        .optimizer = *gn_optimizer_named(r->optimizer->base),
        .schedule = schedule(r, rows),
        .batch = r->batch,
        .epochs = r->epochs,
        .validation = r->validation,
        .patience = r->patience,
        .weight_decay = r->weight_decay,
        .threads = (int)r->threads,
        .seed = r->seed,
    };
}

const gn_epoch *recipe_epoch(const recipe *r, const gn_epoch *history, size_t n)
{
    const gn_epoch *found = &history[n - 1];

    for (size_t i = n; r->patience > 0 && i-- > 0;)
        if (history[i].valid.loss <= found->valid.loss)
            found = &history[i];
    return found;
}

/* ---- layers: each hidden one, dropout after it, and ten outputs ---------------- */

bool recipe_network(gn_network **out, const recipe *r, size_t inputs)
{
    size_t n = 0, each = r->dropout > 0 ? 2 : 1;
    gn_layer_spec *layers = calloc(each * r->hidden.n + 1, sizeof *layers);
    bool good;

    if (layers == NULL)
        return complain("no memory for %zu hidden layers", r->hidden.n);
    for (size_t i = 0; i < r->hidden.n; i++) {
        layers[n++] = (gn_layer_spec){
            .units = r->hidden.at[i],
            .activation = layers_activation(&r->activations, i),
        };
        if (r->dropout > 0)
            layers[n++] = (gn_layer_spec){ .type = &gn_dropout, .param = { r->dropout } };
    }
    layers[n++] = (gn_layer_spec){ .units = CLASSES, .activation = &gn_softmax };
    good = worked(gn_network_create(out, gn_vector(inputs), layers, n, r->seed));
    free(layers);
    return good;
}
