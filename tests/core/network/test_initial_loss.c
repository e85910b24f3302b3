/* Networks that have learned nothing: what sigmoid's gain makes of hidden layers, and of the last
 * one. */
#include "support.h"

enum { ROWS = 200, PIXELS = 120 };

static double first_loss(const gn_activation *hidden, const gn_activation *last, size_t units,
                         uint64_t seed)
{
    rng r = { 7 };
    int32_t labels[ROWS];
    gn_real *pixels = reals(ROWS * PIXELS);
    gn_score score;
    for (size_t i = 0; i < ROWS * PIXELS; i++)
        pixels[i] = draw_coin(&r);
    for (size_t i = 0; i < ROWS; i++)
        labels[i] = (int32_t)draw_size(&r, 0, 1);
    gn_network *net = NETWORK(PIXELS, seed, { .units = 32, .activation = hidden },
                              { .units = units, .activation = last }, { .type = &gn_dropout });
    const gn_data data = { .x = matrix_of(pixels, ROWS, PIXELS), .labels = labels };
    gn_network *bare = NETWORK(PIXELS, seed, { .units = 32, .activation = hidden },
                               { .units = units, .activation = last });
    const size_t n = gn_network_param_count(bare);
    CHECK(same_bits(gn_network_params(net), gn_network_params(bare), n), "dropout after %s",
          last->name);
    gn_context *ctx = make_context(bare, (gn_context_options){ 0 });
    CHECK_OK(gn_evaluate(ctx, &data, &gn_sigmoid_cross_entropy, &score));
    gn_context_destroy(ctx);
    gn_network_destroy(bare);
    gn_network_destroy(net);
    free(pixels);
    return score.loss;
}

static void test_first_loss_is_log_2(void **state)
{
    const gn_activation *hidden[] = { &gn_relu, &gn_tanh, &gn_sigmoid };
    gn_activation steep = gn_sigmoid;
    (void)state;
    steep.gain = 4;
    for (size_t i = 0; i < COUNT(hidden); i++)
        for (size_t units = 1; units <= 3; units += 2) {
            double mean = 0;
            for (uint64_t seed = 1; seed <= 10; seed++)
                mean += first_loss(hidden[i], seed % 2 ? &gn_sigmoid : &steep, units, seed) / 10;
            CHECK(fabs(mean - log(2)) < 0.3, "%s, %zu outputs: %g", hidden[i]->name, units, mean);
        }
}

/* Weights of a layer, by the deviation that they were drawn with. */
static double deviation(const gn_network *net, size_t layer)
{
    size_t n;
    const gn_real *w = gn_network_weights((gn_network *)(uintptr_t)net, layer, &n);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)w[i] * (double)w[i];
    return sqrt(sum / (double)n);
}

static void test_gain_of_sigmoid(void **state)
{
    const gn_activation *f[] = { &gn_tanh, &gn_sigmoid };
    gn_network *net[2];
    (void)state;
    for (int i = 0; i < 2; i++)
        net[i] = NETWORK(50, 1, { .units = 50, .activation = f[i] },
                         { .units = 50, .activation = f[i] });
    CHECK(close_to(deviation(net[1], 0), 2 * deviation(net[0], 0), 1e-5),
          "%g in a hidden layer, of tanh %g", deviation(net[1], 0), deviation(net[0], 0));
    CHECK(close_to(deviation(net[1], 1), deviation(net[0], 1), 1e-5),
          "%g in the last layer, of tanh %g", deviation(net[1], 1), deviation(net[0], 1));
    gn_network_destroy(net[0]);
    gn_network_destroy(net[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_loss_is_log_2),
        cmocka_unit_test(test_gain_of_sigmoid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
