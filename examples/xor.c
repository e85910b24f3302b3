/* The smallest problem that needs a hidden layer: y is 1 where exactly one input is.
 *
 *     cc xor.c $(pkg-config --cflags --libs gemmnet) -o xor
 *     ./xor */
#include <stdio.h>
#include <gemmnet/gemmnet.h>

int main(void)
{
    const gn_real x[4][2] = { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } };
    const int32_t y[4] = { 0, 1, 1, 0 };
    const gn_data data = { .x = { .data = x, .rows = 4, .cols = 2 }, .labels = y };
    const gn_layer_spec layers[] = {
        { .units = 4, .activation = &gn_tanh },
        { .units = 1, .activation = &gn_sigmoid },
    };
    const gn_train_options options = {
        .loss = &gn_sigmoid_cross_entropy, .schedule = gn_constant(0.05),
        .batch = 4, .epochs = 500,
    };
    gn_network *net = NULL;
    gn_trainer *trainer = NULL;
    gn_context *ctx = NULL;
    gn_real p[4];

    gn_status status = gn_network_create(&net, gn_vector(2), layers, 2, 1);
    if (status >= 0) status = gn_trainer_create(&trainer, net, &options);
    if (status >= 0) status = gn_trainer_fit(trainer, &data, NULL);
    if (status >= 0) status = gn_context_create(&ctx, net, NULL);
    if (status >= 0) status = gn_predict(ctx, &data.x, p, 0);
    if (status < 0)
        fprintf(stderr, "xor: %s\n", gn_error_message());

    int wrong = 0;
    for (int i = 0; i < 4 && status >= 0; i++) {
        printf("%g xor %g: %.3f\n", (double)x[i][0], (double)x[i][1], (double)p[i]);
        wrong += (p[i] > (gn_real)0.5) != y[i];
    }
    gn_context_destroy(ctx);
    gn_trainer_destroy(trainer);
    gn_network_destroy(net);
    return status < 0 || wrong;
}
