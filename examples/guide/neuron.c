/* Chapter 1: what a neuron does, docs/guide/1-neuron.md. */
#include <math.h>
#include <stdio.h>
#include <gemmnet/gemmnet.h>
#include "sections.h"

/* Fog, from humidity and wind. */
static const double x[2] = { 0.9, 0.2 }, w[2] = { 4, -3 }, b = -2;

static double sum(double x1, double x2)
{
    return w[0] * x1 + w[1] * x2 + b;
}

static double sigmoid(double z)
{
    return 1 / (1 + exp(-z));
}

/* A network of one neuron: y[r] = sigmoid(weights . row r of points + bias). */
static gn_status predict(const double *weights, double bias, const gn_matrix *points, gn_real *y)
{
    const gn_layer_spec layer = { .units = 1, .activation = &gn_sigmoid };
    gn_network *net = NULL;
    gn_context *ctx = NULL;

    gn_status status = gn_network_create(&net, gn_vector(2), &layer, 1, 1);
    if (status >= 0) status = gn_context_create(&ctx, net, NULL);
    if (status >= 0) {
        gn_network_weights(net, 0, NULL)[0] = (gn_real)weights[0];
        gn_network_weights(net, 0, NULL)[1] = (gn_real)weights[1];
        gn_network_bias(net, 0, NULL)[0] = (gn_real)bias;
        status = gn_predict(ctx, points, y, 0);
    }
    gn_context_destroy(ctx);
    gn_network_destroy(net);
    return status;
}

static gn_status one(const double *unused)
{
    const gn_real row[2] = { (gn_real)x[0], (gn_real)x[1] };
    const gn_matrix point = { .data = row, .rows = 1, .cols = 2 };
    gn_real y = 0;
    gn_status status = predict(w, b, &point, &y);

    (void)unused;
    printf("humidity    %4.1f *%3.0f  = %5.2f\n", x[0], w[0], x[0] * w[0]);
    printf("wind        %4.1f *%3.0f  = %5.2f\n", x[1], w[1], x[1] * w[1]);
    printf("bias                  %5.2f\n", b);
    printf("sum z                 %5.2f\n", sum(x[0], x[1]));
    printf("1 / (1 + exp(-z))     %6.3f\n", sigmoid(sum(x[0], x[1])));
    printf("the library's answer  %6.3f\n", (double)y);
    return status;
}

/* The square from above: tenths of y, or a dot below one half. Numbers are w1, w2, bias. */
static gn_status map(const double *numbers)
{
    enum { ROWS = 10, COLS = 30 };
    gn_real points[ROWS][COLS][2], y[ROWS][COLS];
    const gn_matrix all = { .data = points, .rows = ROWS * COLS, .cols = 2 };

    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLS; j++) {
            points[i][j][0] = (gn_real)((j + 0.5) / COLS);
            points[i][j][1] = (gn_real)((ROWS - 1 - i + 0.5) / ROWS);
        }
    gn_status status = predict(numbers, numbers[2], &all, &y[0][0]);
    for (int i = 0; i < ROWS && status >= 0; i++) {
        fputs(i == 0 ? "x2 = 1  " : i == ROWS - 1 ? "x2 = 0  " : "        ", stdout);
        for (int j = 0; j < COLS; j++)
            putchar((double)y[i][j] < 0.5 ? '.' : '0' + (int)fmin(10 * (double)y[i][j], 9));
        puts("");
    }
    printf("        x1 = 0%*s\n", COLS - 6, "x1 = 1");
    return status;
}

/* Where z = 0, that is x2 = -(w1 x1 + b) / w2, for three biases. */
static gn_status lines(const double *biases)
{
    puts("set xlabel 'humidity x1'; set ylabel 'wind x2'; set key left top\n"
         "set xrange [0:1]; set yrange [0:1]\n"
         "set title 'fog (z > 0) lies below the line, no fog (z < 0) above'\n"
         "set label '(0.9, 0.2)' at 0.9,0.2 offset -4,1 point pt 7\nplot \\");
    for (int i = 0; i < 3; i++)
        printf("    -(%g * x + %g) / %g lw 2 title 'bias %g'%s\n", w[0], biases[i], w[1],
               biases[i], i < 2 ? ", \\" : "");
    return GN_OK;
}

int main(int argc, char **argv)
{
    const section sections[] = {
        { .name = "one", .print = one },
        { .name = "map", .print = map, .numbers = { w[0], w[1], b } },
        { .name = "lines", .print = lines, .numbers = { -3.5, -2, -0.5 }, .picture = true },
    };
    return print_sections(sections, sizeof sections / sizeof sections[0], argc, argv);
}
