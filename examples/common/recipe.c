/* Settings as the library wants them: optimizers, schedules, layers. */
#include "../mnist/mnist.h"

#include <math.h>
#include <stdlib.h>

/* ---- optimizers: a constructor each, and the rate that suits it --------------- */

static gn_optimizer plain_sgd(void) { return gn_sgd(0, false); }
static gn_optimizer momentum(void)  { return gn_sgd(0.9, false); }
static gn_optimizer nesterov(void)  { return gn_sgd(0.9, true); }
static gn_optimizer adagrad(void)   { return gn_adagrad(1e-10); }
static gn_optimizer rmsprop(void)   { return gn_rmsprop(0.99, 1e-8); }

/* The first is the default. Rates are chosen, like all defaults here, for 784-16-16-10, on
 * images split off from the training images. */
const recipe_optimizer recipe_optimizers[] = {
    { "adamw",    0.01,  0.05,   false, gn_adam_defaults }, /* all weight decay is decoupled */
    { "adam",     0.006, 0,      false, gn_adam_defaults },
    { "sgd",      0.3,   0.0005, false, plain_sgd },
    { "momentum", 0.06,  0.003,  false, momentum },
    { "nesterov", 0.06,  0.003,  false, nesterov },
    { "adagrad",  0.1,   0,      false, adagrad },
    { "rmsprop",  0.006, 0.03,   false, rmsprop },
    { "rprop",    0.001, 0,      true,  gn_rprop_defaults },
    { NULL, 0, 0, false, NULL },
};

enum { DEFAULT_BATCH = 64 };

void recipe_settle(settings *s, size_t rows)
{
    if (!(s->rate > 0))
        s->rate = s->optimizer->rate;
    if (s->weight_decay < 0)
        s->weight_decay = s->optimizer->weight_decay;
    if (s->warmup < 0)
        s->warmup = s->optimizer->full_batch ? 0 : fmin(1, 0.25 * (double)s->epochs);
    if (s->batch == 0)
        s->batch = s->optimizer->full_batch ? rows : DEFAULT_BATCH;
    if (s->batch > rows)
        s->batch = rows;
    if (!(s->decay > 0))
        s->decay = s->schedule == STEP ? 0.1 : 0.9;
}

size_t recipe_train_rows(const settings *s, size_t rows)
{
    size_t split = (size_t)(s->validation * (double)rows + 0.5); /* as the library rounds */

    return split < rows ? rows - split : 1;
}

static gn_schedule after_warmup(const settings *s)
{
    switch (s->schedule) {
    case EXPONENTIAL: return gn_exponential(s->rate, s->decay);
    case STEP:        return gn_staircase(s->rate, s->decay, (s->epochs + 2) / 3);
    case COSINE:      return gn_cosine(s->rate, 0);
    default:          return gn_constant(s->rate);
    }
}

static gn_schedule schedule(const settings *s, size_t rows)
{
    double steps = ceil((double)recipe_train_rows(s, rows) / (double)s->batch);

    return gn_warmup(after_warmup(s), (uint64_t)(s->warmup * steps));
}

gn_train_options recipe_options(const settings *s, size_t rows)
{
    return (gn_train_options){
        .loss = &gn_softmax_cross_entropy,
        .optimizer = s->optimizer->create(),
        .schedule = schedule(s, rows),
        .batch = s->batch,
        .epochs = s->epochs,
        .validation = s->validation,
        .patience = s->patience,
        .weight_decay = s->weight_decay,
        .threads = (int)s->threads,
        .seed = s->seed,
        /* with a checkpoint too: a run that goes on may be quiet, or that before it was */
        .train_accuracy = !s->quiet || s->checkpoint != NULL || s->report != NULL,
    };
}

const gn_epoch *recipe_epoch(const settings *s, const gn_epoch *history, size_t n)
{
    const gn_epoch *found = &history[n - 1];

    for (size_t i = n; s->patience > 0 && i-- > 0;)
        if (history[i].valid.loss <= found->valid.loss)
            found = &history[i];
    return found;
}

/* ---- layers: each hidden one, dropout behind it, and ten outputs ---------------- */

bool recipe_network(gn_network **out, const settings *s, size_t inputs)
{
    size_t n = 0, each = s->dropout > 0 ? 2 : 1;
    gn_layer_spec *layers = calloc(each * s->n_hidden + 1, sizeof *layers);
    bool good;

    if (layers == NULL)
        return complain("no memory for %zu hidden layers", s->n_hidden);
    for (size_t i = 0; i < s->n_hidden; i++) {
        layers[n++] = (gn_layer_spec){
            .units = s->hidden[i],
            .activation = s->activations[s->n_activations == 1 ? 0 : i],
        };
        if (s->dropout > 0)
            layers[n++] = (gn_layer_spec){ .type = &gn_dropout, .param = { s->dropout } };
    }
    layers[n++] = (gn_layer_spec){ .units = CLASSES, .activation = &gn_softmax };
    good = worked(gn_network_create(out, gn_vector(inputs), layers, n, s->seed));
    free(layers);
    return good;
}
