/* Float's and double's library in one program: this file is compiled once for each, and the
 * half that is float's has main. Each learns y = 2 x, at the precision that it has. */
#include <float.h>
#include <stdio.h>
#include <gemmnet/layer.h>

/* The weight that is learned, or -1. */
double learned_in_float(void);
double learned_in_double(void);

static double learned(void)
{
    static const gn_real x[] = { 1, -1, 2, -2 }, y[] = { 2, -2, 4, -4 };
    gn_data data = { .x = { .data = x, .rows = 4, .cols = 1 },
                     .y = { .data = y, .rows = 4, .cols = 1 } };
    gn_layer_spec layer = { .units = 1, .no_bias = true };
    gn_train_options options = { .loss = &gn_squared_error, .batch = 4, .epochs = 60,
                                 .optimizer = gn_sgd(0, false), .schedule = gn_constant(0.1) };
    gn_network *net = NULL;
    gn_trainer *trainer = NULL;
    double weight = -1;
    if (gn_network_create(&net, gn_vector(1), &layer, 1, 1) == GN_OK &&
        gn_trainer_create(&trainer, net, &options) == GN_OK &&
        gn_trainer_fit(trainer, &data, NULL) == GN_OK)
        weight = (double)gn_network_params(net)[0];
    gn_trainer_destroy(trainer);
    gn_network_destroy(net);
    return weight;
}

#ifdef GN_DOUBLE

double learned_in_double(void)
{
    return learned();
}

#else

double learned_in_float(void)
{
    return learned();
}

static int off(double weight, double epsilon)
{
    return weight - 2 > 4 * epsilon || 2 - weight > 4 * epsilon;
}

int main(void)
{
    double single = learned_in_float(), twice = learned_in_double();
    if (!off(single, FLT_EPSILON) && !off(twice, DBL_EPSILON))
        return 0;
    printf("learned %.17g in float, %.17g in double, instead of 2\n", single, twice);
    return 1;
}

#endif
