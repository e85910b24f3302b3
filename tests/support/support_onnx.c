/* See support_onnx.h. */
#include "support_onnx.h"

static const gn_activation *const activations[] = {
    &gn_identity, &gn_sigmoid, &gn_tanh, &gn_relu, &gn_leaky_relu, &gn_elu, &gn_gelu, &gn_silu,
    &gn_softplus, &gn_softmax,
};

/* Any activation, its alpha as it is or another; softmax mostly in the end. */
static gn_activation any_activation(rng *r, bool last)
{
    gn_activation f =
        *activations[draw_size(r, 0, COUNT(activations) - (last || draw_coin(r) ? 1 : 2))];
    if (f.alpha > 0 && draw_coin(r))
        f.alpha = draw_real(r, 0.01, 1.5);
    return f;
}

static gn_real *positive(rng *r, size_t n)
{
    gn_real *x = reals(n);
    for (size_t i = 0; i < n; i++)
        x[i] = (gn_real)draw_real(r, 0.25, 4);
    return x;
}

static gn_real *shifts(rng *r, size_t n)
{
    gn_real *x = reals(n);
    fill_normal(r, n, x);
    return x;
}

static void scale_randomly(gn_network *net, rng *r)
{
    size_t in = inputs_of(net), out = outputs_of(net);
    gn_real *input_shift = shifts(r, in), *input_scale = positive(r, in),
        *output_shift = shifts(r, out),
            *output_scale = positive(r, out);
    gn_scaling s = { 0 };
    if (draw_coin(r))
        s.input_shift = input_shift, s.input_scale = input_scale;
    if (draw_coin(r))
        s.output_shift = output_shift, s.output_scale = output_scale;
    CHECK_OK(gn_network_set_scaling(net, &s));
    free(input_shift);
    free(input_scale);
    free(output_shift);
    free(output_scale);
}

/* Weights as large as they are after training, biases of the same size. */
gn_network *exportable_network(uint64_t seed)
{
    rng r = { seed };
    gn_layer_spec layers[8];
    gn_activation f[8];
    size_t n = draw_size(&r, 1, COUNT(layers)), inputs = draw_size(&r, 1, 30);
    for (size_t i = 0; i < n; i++) {
        layers[i] = (gn_layer_spec){ .type = &gn_dropout, .param = { 0.3 } };
        if (draw_size(&r, 0, 3) == 0)
            continue;
        f[i] = any_activation(&r, i + 1 == n);
        layers[i] = (gn_layer_spec){ .units = draw_size(&r, 1, 30), .activation = &f[i],
                                     .no_bias = draw_size(&r, 0, 3) == 0 };
    }
    gn_network *net = make_network(inputs, layers, n, seed);
    gn_real *params = gn_network_params(net);
    for (size_t i = 0; i < gn_network_param_count(net); i++)
        params[i] += (gn_real)(0.1 * draw_normal(&r));
    scale_randomly(net, &r);
    return net;
}

gn_real *outputs_for(const gn_network *net, const gn_real *x, size_t n)
{
    gn_context *ctx = make_context(net, (gn_context_options){ 0 });
    gn_real *y = reals(n * outputs_of(net));
    gn_matrix m = matrix_of(x, n, inputs_of(net));
    CHECK_OK(gn_predict(ctx, &m, y, 0));
    gn_context_destroy(ctx);
    return y;
}
