/* Learns y = 2 x. Compiled once for each precision: gemmnet-double defines GN_DOUBLE. */
#include <gemmnet/layer.h>
#include "learn.h"

static double learned(void)
{
    static const gn_real x[] = { 1, -1, 2, -2 }, y[] = { 2, -2, 4, -4 };
    gn_data data = { .x = { .data = x, .rows = 4, .cols = 1 },
                     .y = { .data = y, .rows = 4, .cols = 1 } };
    gn_layer_spec layer = { .units = 1, .no_bias = true };
    gn_train_options options = { .loss = &gn_squared_error,
                                 .batch = 4,
                                 .epochs = 60,
                                 .optimizer = gn_sgd(0, false),
                                 .schedule = gn_constant(0.1) };
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
#endif
