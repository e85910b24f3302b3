/* Random networks, for other programs to run and to make:
 *     networks write FOLDER COUNT    N.safetensors, inputs N.x, and what the network makes of them:
 *                                    N.y
 *     networks weights FOLDER COUNT  the same networks with the weights of N.torch.safetensors, and
 *                                    what they make of N.x: N.torch.y
 * Numbers are reals as they lie in memory, rows after rows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gemmnet/files.h>
#include <gemmnet/layer.h>

enum { MOST_LAYERS = 6, ROWS = 9 };

static void check(gn_status status, const char *what)
{
    if (status >= 0)
        return;
    fprintf(stderr, "%s: %s\n", what, gn_error_message());
    exit(1);
}

/* ---- random numbers: SplitMix64 (Steele et al. 2014) ---- */

static uint64_t state;

static uint64_t bits(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static size_t whole(size_t least, size_t most)
{
    return least + (size_t)(bits() % (most - least + 1));
}

static gn_real real(double from, double to)
{
    return (gn_real)(from + (to - from) * ((double)(bits() >> 11) * 0x1p-53));
}

static gn_real *reals(size_t n, double from, double to)
{
    gn_real *x = malloc((n ? n : 1) * sizeof *x);
    if (!x)
        exit(1);
    for (size_t i = 0; i < n; i++)
        x[i] = real(from, to);
    return x;
}

/* ---- random networks ---- */

static void draw_layer(gn_layer_spec *spec, gn_activation *f)
{
    static const gn_activation *const all[] = { &gn_identity, &gn_sigmoid, &gn_tanh, &gn_relu,
                                                &gn_leaky_relu,
                                                &gn_elu, &gn_gelu, &gn_silu, &gn_softplus,
                                                &gn_softmax };
    *f = *all[whole(0, 9)];
    if ((f->name == gn_leaky_relu.name || f->name == gn_elu.name) && whole(0, 1))
        f->alpha = (double)(float)real(0.01, 2);
    *spec = (gn_layer_spec){ .units = whole(0, 9) ? whole(1, 20) : whole(100, 300), .activation = f,
                             .no_bias = whole(0, 2) == 0 };
    if (whole(0, 5) == 0)
        *spec = (gn_layer_spec){ .type = &gn_dropout, .param = { (double)real(0, 0.9) } };
}

static void draw_scaling(gn_network *net)
{
    size_t in = gn_size(gn_network_input(net)), out = gn_size(gn_network_output(net));
    gn_real *shift = reals(in + out, -2, 2), *scale = reals(in + out, 0.5, 3);
    gn_scaling s = { 0 };
    if (whole(0, 1))
        s.input_shift = shift, s.input_scale = scale, s.input_low = s.input_high = shift;
    if (whole(0, 1))
        s.output_shift = shift + in, s.output_scale = scale + in;
    check(gn_network_set_scaling(net, &s), "scaling");
    free(shift);
    free(scale);
}

/* The number-th: the same whenever asked. */
static gn_network *random_network(size_t number)
{
    gn_layer_spec specs[MOST_LAYERS];
    gn_activation activations[MOST_LAYERS];
    gn_network *net;
    state = 1000003 * number;
    size_t n = whole(1, MOST_LAYERS);
    gn_shape input = whole(0, 3) ? gn_vector(whole(1, 40)) : (gn_shape){ whole(1, 3), whole(1, 4),
                                                                         whole(1, 4) };
    for (size_t i = 0; i < n; i++)
        draw_layer(&specs[i], &activations[i]);
    check(gn_network_create(&net, input, specs, n, number), "network");
    for (size_t i = 0; i < gn_network_layer_count(net); i++) {
        size_t count;
        gn_real *bias = gn_network_bias(net, i, &count);
        for (size_t j = 0; j < count; j++)
            bias[j] = real(-1, 1);
    }
    draw_scaling(net);
    return net;
}

/* ---- files ---- */

static const char *name(const char *folder, size_t number, const char *end)
{
    static char path[4096];
    if (snprintf(path, sizeof path, "%s/%zu%s", folder, number, end) >= (int)sizeof path)
        exit(1);
    return path;
}

static void write_reals(const char *path, const gn_real *x, size_t n)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(x, sizeof *x, n, file) != n || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void predict(const gn_network *net, const gn_real *x, const char *path)
{
    size_t outputs = gn_size(gn_network_output(net));
    gn_context *ctx;
    gn_real *y = reals(ROWS * outputs, 0, 0);
    check(gn_context_create(&ctx, net, NULL), "context");
    check(gn_predict(ctx, &(gn_matrix){ .data = x, .rows = ROWS,
                                        .cols = gn_size(gn_network_input(net)) }, y, 0),
          "prediction");
    write_reals(path, y, ROWS * outputs);
    free(y);
    gn_context_destroy(ctx);
}

static void run(const char *folder, size_t number, bool weights)
{
    gn_network *net = random_network(number);
    size_t inputs = gn_size(gn_network_input(net));
    gn_real *x = reals(ROWS * inputs, -3, 3);
    if (weights) {
        check(gn_network_load_weights(net, name(folder, number, ".torch.safetensors")), "weights");
    } else {
        check(gn_network_save(net, name(folder, number, ".safetensors")), "saving");
        write_reals(name(folder, number, ".x"), x, ROWS * inputs);
    }
    predict(net, x, name(folder, number, weights ? ".torch.y" : ".y"));
    free(x);
    gn_network_destroy(net);
}

int main(int argc, char **argv)
{
    bool weights = argc == 4 && strcmp(argv[1], "weights") == 0;
    if (argc != 4 || (!weights && strcmp(argv[1], "write") != 0)) {
        fprintf(stderr, "usage: %s write|weights FOLDER COUNT\n", argv[0]);
        return 2;
    }
    for (size_t i = 0; i < (size_t)atol(argv[3]); i++)
        run(argv[2], i, weights);
    return 0;
}
