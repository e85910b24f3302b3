/* Networks for c_source.sh, drawn by their number, so that the process that compares
 * has those of the process that wrote:
 *     c_networks write FOLDER     as C, into files of the folder
 *     c_networks compare LIBRARY  what they compute, compiled, with gn_predict
 *     c_networks tenth LIBRARY    the same of those whose number ends in 0
 *     c_networks names FOLDER     a network, into the folder, under each name on stdin that it
 *                                   may have */
#include <dlfcn.h>
#include <float.h>
#include <gemmnet/files.h>
#include "support.h"

enum { NETWORKS = 200, ROWS = 8, GUARD = 16 };

static const gn_activation *const activations[] = {
    &gn_identity, &gn_sigmoid, &gn_tanh, &gn_relu, &gn_leaky_relu,
    &gn_elu, &gn_gelu, &gn_silu, &gn_softplus, &gn_softmax,
};

/* They could clash with what the source calls its own. */
static const char *const odd_names[] = {
    "x", "y", "a", "b", "w", "n", "i", "j", "z", "e", "s0", "sum", "most", "alpha", "shift",
    "scale",
    "copy", "dense", "relu", "softmax", "inputs", "units", "A_H", "Q", "f2", "a_1", "double_",
    "network_of_the_longest_name_that_a_file_may_have",
};

/* ---- networks ---- */

static gn_real *draw_reals(rng *r, size_t n, double from, double to)
{
    gn_real *out = reals(n);
    for (size_t i = 0; i < n; i++)
        out[i] = (gn_real)draw_real(r, from, to);
    return out;
}

static void draw_scaling(rng *r, gn_network *net, bool inputs, bool outputs)
{
    size_t in = inputs_of(net), out = outputs_of(net);
    gn_real *shift[2] = { draw_reals(r, in, -3, 3), draw_reals(r, out, -3, 3) };
    gn_real *scale[2] = { draw_reals(r, in, 0.2, 5), draw_reals(r, out, 0.2, 5) };
    gn_scaling s = { 0 };
    if (inputs)
        s.input_shift = shift[0], s.input_scale = scale[0];
    if (outputs)
        s.output_shift = shift[1], s.output_scale = scale[1];
    CHECK_OK(gn_network_set_scaling(net, &s));
    for (int i = 0; i < 2; i++)
        free(shift[i]), free(scale[i]);
}

static void draw_biases(rng *r, gn_network *net)
{
    for (size_t l = 0; l < gn_network_layer_count(net); l++) {
        size_t n;
        gn_real *bias = gn_network_bias(net, l, &n);
        for (size_t i = 0; i < n; i++)
            bias[i] = (gn_real)draw_real(r, -0.5, 0.5);
    }
}

/* The first four are dropout alone; the number of each other decides the activation that it has in
 * any case. */
static gn_network *draw_network(size_t number)
{
    rng r = { number };
    size_t n = draw_size(&r, 1, 7), inputs = draw_size(&r, 1, draw_coin(&r) ? 9 : 100);
    gn_layer_spec layers[7] = { { 0 } };
    gn_activation with_alpha[7];
    for (size_t l = 0; l < n; l++) {
        if (number < 4 || (l != number % n && draw_size(&r, 0, 4) == 0)) {
            layers[l] = (gn_layer_spec){ .type = &gn_dropout, .param = { 0.3 } };
            continue;
        }
        size_t which = draw_size(&r, 0, COUNT(activations) - 1);
        if (l == number % n)
            which = number % COUNT(activations);
        with_alpha[l] = *activations[which];
        if (draw_coin(&r))
            with_alpha[l].alpha = draw_real(&r, 0, 2);
        layers[l] = (gn_layer_spec){ .units = draw_size(&r, 1, draw_coin(&r) ? 9 : 60),
                                     .activation = &with_alpha[l],
                                     .no_bias = draw_size(&r, 0, 3) == 0 };
    }
    gn_network *net = make_network(inputs, layers, n, number);
    draw_biases(&r, net);
    bool inputs_too = number < 4 ? number & 1 : draw_coin(&r);
    draw_scaling(&r, net, inputs_too, number < 4 ? number & 2 : draw_coin(&r));
    return net;
}

/* f of x, x and -x. */
static gn_network *edge_network(size_t which)
{
    static const gn_real weights[] = { 1, 1, -1 };
    gn_network *net = NETWORK(1, 1,
                              { .units = 3, .activation = activations[which], .no_bias = true });
    memcpy(gn_network_params(net), weights, sizeof weights);
    return net;
}

/* One layer with each of the activations. */
static gn_network *whole_network(void)
{
    gn_layer_spec layers[COUNT(activations)];
    rng r = { 1 };
    for (size_t l = 0; l < COUNT(layers); l++)
        layers[l] = (gn_layer_spec){ .units = 4 + l % 3, .activation = activations[l],
                                     .no_bias = l == 3 };
    gn_network *net = make_network(5, layers, COUNT(layers), 1);
    draw_scaling(&r, net, true, true);
    return net;
}

/* ---- write ---- */

static void write_network(const char *folder, const char *name, gn_network *net)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.c", folder, name);
    CHECK_OK(gn_network_export_c(net, path));
    gn_network_destroy(net);
}

/* (3 leaves all ten activations, 10 those whose file has a name that ends in 0) */
static bool is_drawn(size_t number, size_t step)
{
    return number < 4 || number % (step * one_in(3, 3)) == 0;
}

static void write_all(const char *folder)
{
    char name[32];
    for (size_t i = 0; i < NETWORKS; i++) {
        if (!is_drawn(i, 1))
            continue;
        snprintf(name, sizeof name, "net_%zu", i);
        write_network(folder, name, draw_network(i));
    }
    for (size_t i = 0; i < COUNT(activations); i++) {
        snprintf(name, sizeof name, "edge_%zu", i);
        write_network(folder, name, edge_network(i));
    }
    for (size_t i = 0; i < COUNT(odd_names); i++)
        write_network(folder, odd_names[i], whole_network());
}

/* ---- compare ---- */

typedef void network_function(const gn_real *x, gn_real *y);

static network_function *find(void *library, const char *name)
{
    network_function *f;
    *(void **)&f = dlsym(library, name);
    CHECK(f, "%s: %s", name, dlerror());
    return f;
}

/* What the function gives for each row; it must leave x and what lies after y alone. */
static gn_real *call_rows(network_function *f, const char *name, size_t in, size_t out,
                          const gn_real *x)
{
    gn_real *all = reals(ROWS * out), *y = reals(out + GUARD), *before = copy_reals(x, ROWS * in);
    for (size_t r = 0; r < ROWS; r++) {
        for (size_t j = 0; j < out + GUARD; j++)
            y[j] = 77;
        f(x + r * in, y);
        for (size_t j = out; j < out + GUARD; j++)
            CHECK(y[j] == 77, "%s writes number %zu of %zu", name, j, out);
        memcpy(all + r * out, y, out * sizeof *y);
    }
    CHECK(same_bits(before, x, ROWS * in), "%s changes its inputs", name);
    free(y);
    free(before);
    return all;
}

static gn_real *predict(const gn_network *net, const gn_real *x)
{
    gn_real *out = reals(ROWS * outputs_of(net));
    gn_context *ctx = make_context(net, (gn_context_options){ 0 });
    gn_matrix m = matrix_of(x, ROWS, inputs_of(net));
    CHECK_OK(gn_predict(ctx, &m, out, 0));
    gn_context_destroy(ctx);
    return out;
}

/* max |a - b| <= tolerance max |b|; returns the quotient of the two. */
static double compare(void *library, const char *name, gn_network *net, size_t number)
{
    rng r = { number + 1000 };
    size_t in = inputs_of(net), out = outputs_of(net);
    gn_real *x = reals(ROWS * in);
    double most = 0, worst = 0;
    fill_normal(&r, ROWS * in, x);
    gn_real *a = call_rows(find(library, name), name, in, out, x), *b = predict(net, x);
    for (size_t i = 0; i < ROWS * out; i++) {
        most = fmax(most, fabs((double)b[i]));
        worst = fmax(worst, fabs((double)a[i] - (double)b[i]));
    }
    CHECK(worst <= TOLERANCE(1e-12, 1e-5) * most, "%s: off by %g of %g", name, worst, most);
    free(x);
    free(a);
    free(b);
    gn_network_destroy(net);
    return worst > 0 ? worst / most : 0;
}

/* To a few of the last bits; below the least normal number, none of them need be there. */
static bool agree(double a, double b)
{
    double off = TOLERANCE(1e-13, 1e-6) * fabs(b) + TOLERANCE(DBL_MIN, FLT_MIN);
    return isfinite(b) ? fabs(a - b) <= off : isnan(b) ? isnan(a) : a == b;
}

/* Numbers at which a careless function overflows or loses all its digits. */
static void compare_edges(void *library, size_t which)
{
    static const double edges[][ROWS] = {
        { 0, 1e-6, 1e-3, 0.5, 10, 30, 50, 95 },
        { 200, 750, 800.5, 1000, 1e30, INFINITY, -INFINITY, NAN },
    };
    char name[32];
    gn_network *net = edge_network(which);
    snprintf(name, sizeof name, "edge_%zu", which);
    for (size_t e = 0; e < COUNT(edges); e++) {
        gn_real x[ROWS];
        for (size_t i = 0; i < ROWS; i++)
            x[i] = (gn_real)edges[e][i];
        gn_real *a = call_rows(find(library, name), name, 1, 3, x), *b = predict(net, x);
        for (size_t i = 0; i < 3 * ROWS; i++)
            CHECK(agree((double)a[i], (double)b[i]), "%s of %g, number %zu: %g, not %g",
                  activations[which]->name, edges[e][i / 3], i % 3, (double)a[i], (double)b[i]);
        free(a);
        free(b);
    }
    gn_network_destroy(net);
}

static void compare_all(const char *path, size_t step)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    char name[32];
    double worst = 0;
    CHECK(library, "%s", dlerror());
    for (size_t i = 0; i < NETWORKS; i += step) {
        if (!is_drawn(i, step))
            continue;
        snprintf(name, sizeof name, "net_%zu", i);
        worst = fmax(worst, compare(library, name, draw_network(i), i));
    }
    for (size_t i = 0; i < COUNT(activations); i++)
        compare_edges(library, i);
    for (size_t i = 0; i < COUNT(odd_names) && step == 1; i++)
        worst = fmax(worst, compare(library, odd_names[i], whole_network(), i));
    dlclose(library);
    printf("the worst is off by %.2g of its largest output\n", worst);
}

/* ---- names ---- */

static void try_names(const char *folder)
{
    char name[64], path[512];
    gn_network *net = NETWORK(1, 1, { .units = 1 });
    while (scanf("%63s", name) == 1) {
        snprintf(path, sizeof path, "%s/%s.c", folder, name);
        gn_status status = gn_network_export_c(net, path);
        CHECK(status == GN_OK || status == GN_ERR_ARGUMENT, "%s: %s", name, gn_error_message());
    }
    gn_network_destroy(net);
}

static const char *const *arguments;

static void run(void **state)
{
    (void)state;
    if (strcmp(arguments[1], "write") == 0)
        write_all(arguments[2]);
    else if (strcmp(arguments[1], "compare") == 0)
        compare_all(arguments[2], 1);
    else if (strcmp(arguments[1], "tenth") == 0)
        compare_all(arguments[2], 10);
    else
        try_names(arguments[2]);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(run) };
    if (argc != 3)
        return 2;
    arguments = (const char *const *)argv;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
