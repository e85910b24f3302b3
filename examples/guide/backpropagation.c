/* Chapter 4: the gradient of the same network from the library, docs/guide/4-backpropagation.md. */
#include <stdio.h>
#include "by_hand.h"
#include "sections.h"

static const char *const names[PARAMS] = { "w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c" };

static gn_status create(gn_network **net, gn_context **ctx)
{
    const gn_layer_spec layers[] = {
        { .units = 2, .activation = &gn_sigmoid },
        { .units = 1, .activation = &gn_sigmoid },
    };
    gn_status status = gn_network_create(net, gn_vector(2), layers, 2, 1);
    if (status >= 0) status = gn_context_create(ctx, *net, &(gn_context_options){ .gradients = true });
    const double *from = (const double *)&p;
    for (int i = 0; i < PARAMS && status >= 0; i++)
        gn_network_params(*net)[i] = (gn_real)from[i];
    return status;
}

static gn_status gradient(gn_context *ctx, double *loss, gn_real *g)
{
    const gn_data sample = { .x = { .data = x, .rows = 1, .cols = 2 },
                             .y = { .data = &target, .rows = 1, .cols = 1 } };
    return gn_gradient(ctx, &sample, &gn_squared_error, loss, g);
}

/* Slopes by hand, by the library, and by trying: (L(p + h) - L(p - h)) / (2 h). */
static gn_status compare(const double *numbers)
{
    gn_network *net = NULL;
    gn_context *ctx = NULL;
    gn_real g[PARAMS], unused[PARAMS];
    double loss, above = 0, below = 0, h = numbers[0];
    values a = forward(), d;
    params dp = backward(&a, &d);

    gn_status status = create(&net, &ctx);
    if (status >= 0) status = gradient(ctx, &loss, g);
    if (status >= 0) printf("       by hand  gn_gradient  by trying\n");
    for (int i = 0; i < PARAMS && status >= 0; i++) {
        gn_real *param = gn_network_params(net) + i, was = *param;
        *param = was + (gn_real)h;
        status = gradient(ctx, &above, unused);
        *param = was - (gn_real)h;
        if (status >= 0) status = gradient(ctx, &below, unused);
        *param = was;
        printf("d%-4s %8.4f %12.4f %10.4f\n", names[i], ((const double *)&dp)[i], (double)g[i],
               (above - below) / (2 * h));
    }
    gn_context_destroy(ctx);
    gn_network_destroy(net);
    return status;
}

/* Downhill: each step takes rate times the gradient from the parameters. */
static gn_status descend(const double *numbers)
{
    gn_network *net = NULL;
    gn_context *ctx = NULL;
    gn_real g[PARAMS];
    double loss, rate = numbers[0];

    gn_status status = create(&net, &ctx);
    for (int step = 0, shown = 1; step <= numbers[1] && status >= 0; step++) {
        status = gradient(ctx, &loss, g);
        if (step == 0 || step == shown)
            printf("after %4d steps: L = %.4f\n", step, loss);
        shown = step == shown ? 10 * shown : shown;
        for (int i = 0; i < PARAMS; i++)
            gn_network_params(net)[i] -= (gn_real)rate * g[i];
    }
    gn_context_destroy(ctx);
    gn_network_destroy(net);
    return status;
}

int main(int argc, char **argv)
{
    const section sections[] = {
        { .name = "compare", .print = compare, .numbers = { 0.01 } },
        { .name = "descend", .print = descend, .numbers = { 1, 100 } },
    };
    return print_sections(sections, sizeof sections / sizeof sections[0], argc, argv);
}
