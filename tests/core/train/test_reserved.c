/* What is reserved at the end of a struct must be 0, so that a program of today and a library of
 * tomorrow understand one another. */
#include <gemmnet/files.h>
#include "support_rich.h"

static void refused(gn_status got, const char *words)
{
    CHECK(got == GN_ERR_ARGUMENT && says("reserved[") && says(words), "%s: %d, \"%s\"", words,
          (int)got, gn_error_message());
}

static void no_function(void) {}

static gn_status create(gn_layer_spec layer)
{
    gn_network *net;
    return gn_network_create(&net, gn_vector(2), &layer, 1, 1);
}

static void test_specs(void **state)
{
    gn_activation f = gn_tanh;
    gn_init init = gn_zeros;
    gn_layer_type type = scale_layer;
    (void)state;
    refused(create((gn_layer_spec){ .units = 1, .reserved = { 0, 0, 0, 1 } }), "dense");
    f.reserved[2] = no_function;
    refused(create((gn_layer_spec){ .units = 1, .activation = &f }), "tanh");
    init.reserved[0] = 9;
    refused(create((gn_layer_spec){ .units = 1, .init = &init }), "zeros");
    type.reserved[3] = no_function;
    refused(create((gn_layer_spec){ .type = &type }), "scale");
}

static void test_training(void **state)
{
    gn_network *net = NETWORK(2, 1, { .units = 1 });
    gn_trainer *t;
    gn_train_options o = { .loss = &gn_squared_error,
                           .optimizer = gn_sgd(0, false),
                           .schedule = gn_constant(1) };
    gn_loss loss = gn_squared_error;
    (void)state;
    o.reserved[3] = 1;
    refused(gn_trainer_create(&t, net, &o), "options");
    o.reserved[3] = 0;
    o.optimizer.reserved[0] = 1;
    refused(gn_trainer_create(&t, net, &o), "optimizer");
    o.optimizer.reserved[0] = 0;
    o.schedule.reserved[1] = 1;
    refused(gn_trainer_create(&t, net, &o), "schedule");
    o.schedule.reserved[1] = 0;
    loss.reserved[2] = 1;
    o.loss = &loss;
    refused(gn_trainer_create(&t, net, &o), "squared_error");
    gn_network_destroy(net);
}

static void test_data(void **state)
{
    const gn_real x[2] = { 1, 2 };
    gn_real out[1];
    gn_network *net = NETWORK(2, 1, { .units = 1 });
    gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true });
    gn_score score;
    gn_matrix m = matrix_of(x, 1, 2);
    gn_data data = { .x = m, .y = matrix_of(x, 1, 1) };
    (void)state;
    m.reserved[1] = 3;
    refused(gn_predict(ctx, &m, out, 0), "x");
    data.reserved[1] = 3;
    refused(gn_evaluate(ctx, &data, &gn_squared_error, &score), "data");
    data.reserved[1] = 0;
    data.y.reserved[0] = 3;
    refused(gn_evaluate(ctx, &data, &gn_squared_error, &score), "y");
    refused(gn_network_set_scaling(net, &(gn_scaling){ .reserved = { 1 } }), "scaling");
    gn_context_destroy(ctx);
    refused(gn_context_create(&ctx, net, &(gn_context_options){ .reserved = { 0, 1 } }), "options");
    gn_network_destroy(net);
}

static void test_files(void **state)
{
    gn_network *net = NETWORK(2, 1, { .units = 1 }), *loaded;
    uint8_t bytes[2048];
    size_t size;
    (void)state;
    if (gn_network_encode(net, bytes, sizeof bytes, &size) == GN_OK)
        refused(gn_network_decode(&loaded, bytes, size, &(gn_own_parts){ .reserved = { 0, 0, 2 } }),
             "own parts");
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_specs),
        cmocka_unit_test(test_training),
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
