#include "learn.h"

#include <math.h>

/* About normal, of mean 0 and deviation 1: the sum of twelve numbers evenly from [0, 1), less 6. */
static double noise(uint32_t *state)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        *state = *state * 1664525u + 1013904223u; /* Numerical Recipes, "quick and dirty" */
        sum += (*state >> 8) / 16777216.0;
    }
    return sum;
}

/* x fills [-1, 1) evenly: multiples of an irrational number, modulo 1. */
const gn_data *samples(void)
{
    static gn_real x[SAMPLES], y[SAMPLES];
    static const gn_data data = { .x = { .data = x, .rows = SAMPLES, .cols = 1 },
                                  .y = { .data = y, .rows = SAMPLES, .cols = 1 } };
    uint32_t state = 1;
    for (int i = 0; i < SAMPLES; i++) {
        double at = 2 * fmod(i * 0.7548776662466927, 1) - 1;
        x[i] = (gn_real)at;
        y[i] = (gn_real)(sin(3 * at) + 0.2 * noise(&state));
    }
    return &data;
}

static bool count_step(void *user, const gn_progress *at, double loss)
{
    (void)loss;
    ((result *)user)->steps = (size_t)at->step;
    return false;
}

static gn_status first_loss(const gn_network *net, double *loss)
{
    gn_context *ctx = NULL;
    gn_score score = { 0 };
    gn_status status = gn_context_create(&ctx, net, NULL);
    if (status >= 0) status = gn_evaluate(ctx, samples(), &gn_squared_error, &score);
    *loss = score.loss;
    gn_context_destroy(ctx);
    return status;
}

gn_status train(const settings *how, result *r, gn_network **net)
{
    const gn_layer_spec layers[] = {
        { .units = 16, .activation = &gn_tanh },
        { .units = 16, .activation = &gn_tanh },
        { .units = 1 },
    };
    const gn_train_options options = {
        .loss = &gn_squared_error, .optimizer = gn_sgd(0, false),
        .schedule = gn_exponential(how->rate, how->factor), .batch = how->batch, .epochs = EPOCHS,
        .seed = 1, .on_step = count_step, .user = r,
    };
    gn_trainer *trainer = NULL;
    const gn_data *data = samples();

    r->steps = 0;
    gn_status status = gn_network_create(net, gn_vector(1), layers, 3, 1);
    if (status >= 0) status = first_loss(*net, &r->loss[0]);
    if (status >= 0) status = gn_trainer_create(&trainer, *net, &options);
    if (status >= 0) status = gn_trainer_fit(trainer, data, data);
    r->epochs = gn_trainer_epoch_count(trainer);
    for (size_t i = 0; i < r->epochs; i++)
        r->loss[i + 1] = gn_trainer_epoch(trainer, i)->valid.loss;
    gn_trainer_destroy(trainer);
    return status == GN_ERR_NONFINITE ? GN_OK : status; /* that is a result too */
}
