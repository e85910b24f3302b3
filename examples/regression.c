/* A surrogate of a function: z = sin(3 x) exp(-y^2), learned from 4,096 samples of it, with
 * early stopping on a tenth of them.
 *
 *     cc regression.c $(pkg-config --cflags --libs gemmnet) -lm -o regression
 *     ./regression surrogate.safetensors      # or without a name, and then it is not saved */
#include <math.h>
#include <stdio.h>
#include <gemmnet/files.h>

enum { N = 4096 };
static gn_real x[N][2], z[N];

static gn_real truth(gn_real a, gn_real b)
{
    return (gn_real)(sin(3 * (double)a) * exp(-(double)(b * b)));
}

/* Points that fill the square evenly: multiples of two irrational numbers, modulo 1. */
static void sample(void)
{
    for (int i = 0; i < N; i++) {
        x[i][0] = (gn_real)(2 * fmod(i * 0.7548776662466927, 1) - 1);
        x[i][1] = (gn_real)(2 * fmod(i * 0.5698402909980532, 1) - 1);
        z[i] = truth(x[i][0], x[i][1]);
    }
}

static bool print_epoch(void *user, const gn_epoch *e)
{
    (void)user;
    if (e->epoch % 20 == 0)
        printf("epoch %3llu  train %.2e  valid %.2e  rate %.1e\n", (unsigned long long)e->epoch,
               e->train.loss, e->valid.loss, e->rate);
    return false;
}

int main(int argc, char **argv)
{
    const gn_layer_spec layers[] = {
        { .units = 32, .activation = &gn_tanh },
        { .units = 32, .activation = &gn_tanh },
        { .units = 1 },
    };
    const gn_train_options options = {
        .loss = &gn_squared_error, .schedule = gn_cosine(1e-2, 1e-5), .epochs = 100,
        .validation = 0.1, .patience = 30, .on_epoch = print_epoch,
    };
    const gn_data data = { .x = { .data = x, .rows = N, .cols = 2 },
                           .y = { .data = z, .rows = N, .cols = 1 } };
    const gn_real point[2] = { (gn_real)0.4, (gn_real)-0.3 };
    const gn_matrix one = { .data = point, .rows = 1, .cols = 2 };
    gn_network *net = NULL;
    gn_trainer *trainer = NULL;
    gn_context *ctx = NULL;
    gn_real guess = 0;

    sample();
    gn_status status = gn_network_create(&net, gn_vector(2), layers, 3, 1);
    if (status >= 0) status = gn_trainer_create(&trainer, net, &options);
    if (status >= 0) status = gn_trainer_fit(trainer, &data, NULL);
    if (status >= 0) status = gn_context_create(&ctx, net, NULL);
    if (status >= 0) status = gn_predict(ctx, &one, &guess, 0);
    if (status >= 0 && argc > 1) status = gn_network_save(net, argv[1]);
    const double wanted = (double)truth(point[0], point[1]), error = fabs((double)guess - wanted);
    if (status < 0)
        fprintf(stderr, "regression: %s\n", gn_error_message());
    else
        printf("z(0.4, -0.3): %.4f, in truth %.4f\n", (double)guess, wanted);
    gn_context_destroy(ctx);
    gn_trainer_destroy(trainer);
    gn_network_destroy(net);
    return status < 0 || !(error < 0.02);
}
