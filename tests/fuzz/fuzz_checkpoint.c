/* Checkpoints: what is accepted can be trained on, whatever its numbers; what is refused changes no
 * weight. */
#include "fuzz.h"

enum { ROWS = 6, INPUTS = 2, PARAMS = 3 * 2 + 3 + 2 * 3 + 2 };

static gn_network *the_network(void)
{
    const gn_layer_spec layers[] = { { .units = 3, .activation = &gn_tanh },
                                     { .units = 2, .activation = &gn_softmax } };
    gn_network *net = NULL;
    DEMAND(gn_network_create(&net, gn_vector(INPUTS), layers, 2, 1) == GN_OK);
    return net;
}

static gn_trainer *the_trainer(gn_network *net)
{
    gn_trainer *trainer = NULL;
    DEMAND(gn_trainer_create(&trainer, net, &(gn_train_options){
        .loss = &gn_softmax_cross_entropy, .batch = 2, .epochs = 3, .validation = 0.34,
        .patience = 2, .threads = 1 }) == GN_OK);
    return trainer;
}

static gn_data the_data(void)
{
    static const gn_real x[ROWS * INPUTS] = { 1, 2, 3, -4, -5, 6, 7, 8, -9, 1, 2, 3 };
    static const int32_t labels[ROWS] = { 0, 1, 1, 0, 1, 0 };
    return (gn_data){ .x = { .data = x, .rows = ROWS, .cols = INPUTS }, .labels = labels };
}

/* A fit goes on for as many epochs as the file says: a few steps are enough. */
static bool stop(void *user, const gn_progress *at, double loss)
{
    (void)at;
    (void)loss;
    return --*(int *)user <= 0;
}

static void check_resumed(gn_network *net, const char *path)
{
    int steps = 4;
    gn_data data = the_data();
    gn_trainer *trainer = NULL;
    DEMAND(gn_trainer_create(&trainer, net, &(gn_train_options){
        .loss = &gn_softmax_cross_entropy, .batch = 2, .epochs = 3, .validation = 0.34,
        .patience = 2, .threads = 1, .on_step = stop, .user = &steps }) == GN_OK);
    DEMAND(gn_trainer_resume(trainer, path) >= 0);
    (void)gn_trainer_fit(trainer, &data, NULL);
    gn_trainer_destroy(trainer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    gn_real before[PARAMS];
    gn_network *net = the_network();
    gn_trainer *trainer = the_trainer(net);
    const char *path = fuzz_file(bytes, size);
    memcpy(before, gn_network_params(net), sizeof before);
    (void)gn_fail(GN_OK, "%s", "");
    gn_status status = gn_trainer_resume(trainer, path);
    DEMAND(status >= 0 || (*gn_error_message() &&
                           memcmp(before, gn_network_params(net), sizeof before) == 0));
    DEMAND(status != GN_ERR_IO && status != GN_ERR_MEMORY);
    gn_trainer_destroy(trainer);
    if (status >= 0)
        check_resumed(net, path);
    gn_network_destroy(net);
    return 0;
}
