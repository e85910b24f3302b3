/* A program outside the tree: it learns which of two numbers is larger. */
#include <gemmnet/gemmnet.h>

int main(void)
{
    static const gn_real x[4][2] = { { 0, 1 }, { 1, 0 }, { 0, 2 }, { 2, 0 } };
    static const int32_t larger[4] = { 1, 0, 1, 0 };
    gn_data data = { .x = { .data = x, .rows = 4, .cols = 2 }, .labels = larger };
    gn_train_options options = { .loss = &gn_softmax_cross_entropy, .batch = 4, .epochs = 100,
                                 .schedule = gn_constant(0.1) };
    gn_layer_spec layer = { .units = 2, .activation = &gn_softmax };
    gn_network *net;
    gn_trainer *trainer;
    bool good = gn_network_create(&net, gn_vector(2), &layer, 1, 1) == GN_OK &&
                gn_trainer_create(&trainer, net, &options) == GN_OK &&
                gn_trainer_fit(trainer, &data, NULL) == GN_OK &&
                gn_trainer_epoch_count(trainer) == 100 &&
                    gn_trainer_epoch(trainer, 99)->train.loss < 0.1;

    return good ? 0 : 1;
}
