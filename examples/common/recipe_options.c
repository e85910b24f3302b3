/* What decides a training, as options of the command line. */
#include "recipe.h"
#include "complain.h"

#include <stdlib.h>

const char *const schedule_names[] = { "constant", "exponential", "step", "cosine", NULL };

const recipe recipe_unread = {
    .schedule = NOT_GIVEN, .validation = NOT_GIVEN, .weight_decay = NOT_GIVEN, .warmup = NOT_GIVEN,
    .dataset = NOT_GIVEN, .optimizer = named_optimizers,
};

#define INTO(field) .offset = offsetof(recipe, field)

const option recipe_options[] = {
    { "hidden", "N,N", "16,16", "units of each hidden layer, or none",
      option_widths, INTO(hidden) },
    { "activation", "F,F", "relu", "of all hidden layers, or of each: ",
      option_activations, INTO(activations), .words = activation_word },
    { "epochs", "N", "15", "of training",
      option_count, INTO(epochs), .low = 1, .high = 1e6 },
    { "batch", "N", NULL, "images a step (64; rprop: all)", .beside = true,
      .parse = option_count, INTO(batch), .low = 1, .high = 1e6 },
    { "optimizer", "NAME", NULL, "adamw, or ",
      option_optimizer, INTO(optimizer), .words = optimizer_other_word },
    { "rate", "X", NULL, "learning rate (each optimizer has its own, and weight decay)",
      option_number, INTO(rate), .low = 0, .high = 1e6, .above = true },
    { "schedule", "NAME", NULL, "of the rate (cosine): ", option_choice, INTO(schedule),
      .choices = schedule_names },
    { "warmup", "X", NULL, "epochs in which it rises to that (1, and a quarter at most)",
      option_number, INTO(warmup), .low = 0, .high = 1e6 },
    { "decay", "X", NULL, "exponential: times X per epoch (0.9); step: per third (0.1)",
      option_number, INTO(decay), .low = 0, .high = 1, .above = true },
    { "dropout", "X", "0", "share of each hidden layer",
      option_number, INTO(dropout), .low = 0, .high = 1, .below = true },
    { "weight-decay", "X", NULL, "decoupled", .beside = true,
      .parse = option_number, INTO(weight_decay), .low = 0, .high = 1e6 },
    { "patience", "N", NULL, "epochs without a better validation loss before it stops",
      option_count, INTO(patience), .low = 1, .high = 1e6 },
    { "validation", "X", NULL, "share of the training images (0; with --patience 0.1)",
      option_number, INTO(validation), .low = 0, .high = 1, .below = true },
    { "seed", "N", "1", "of weights, order, dropout", option_seed, INTO(seed) },
    { "threads", "N", NULL, "at most (all)", .beside = true,
      .parse = option_count, INTO(threads), .low = 1, .high = 1024 },
    { "dataset", "NAME", "mnist", "", option_choice, INTO(dataset), .choices = dataset_names },
    { "data", "DIR", NULL, "of its IDX files", .beside = true,
      .parse = option_text, INTO(data) },
};

_Static_assert(sizeof recipe_options / sizeof recipe_options[0] == RECIPE_OPTIONS,
               "the header says how many");

/* ---- what goes with what ------------------------------------------------------- */

/* A rate that decays is exponential unless something else was asked for. */
static bool check_schedule(recipe *r)
{
    if (r->schedule == NOT_GIVEN)
        r->schedule = r->decay > 0 ? EXPONENTIAL : COSINE;
    if (r->decay > 0 && r->schedule != EXPONENTIAL && r->schedule != STEP)
        return complain("--decay goes with --schedule exponential or step, not with %s",
                        schedule_names[r->schedule]);
    return true;
}

static bool check_validation(recipe *r)
{
    if (r->validation < 0)
        r->validation = r->patience > 0 ? 0.1 : 0;
    if (r->patience > 0 && !(r->validation > 0))
        return complain("--patience wants validation images: --validation 0.1");
    return true;
}

bool recipe_check(recipe *r)
{
    return check_schedule(r) && check_validation(r) && layers_agree(&r->hidden, &r->activations);
}

bool recipe_parse(recipe *r, int argc, char **argv)
{
    *r = recipe_unread;
    return options_parse(recipe_options, RECIPE_OPTIONS, r, argc, argv) && recipe_check(r);
}

void recipe_free(recipe *r)
{
    free(r->hidden.at);
    free(r->activations.at);
}
