/* Chapter 4: a gradient by hand, docs/guide/4-backpropagation.md. What is called dq is the slope
 * of the loss in q. */
#include <stdio.h>
#include "by_hand.h"
#include "sections.h"

typedef struct line { const char *formula; double value; } line;

static gn_status print_lines(const line *lines, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("%-32s %7.4f\n", lines[i].formula, lines[i].value);
    return GN_OK;
}

static gn_status print_forward(const double *unused)
{
    const values a = forward();
    const line lines[] = {
        { "z1 = w11 x1 + w12 x2 + b1", a.z[0] }, { "h1 = sigmoid(z1)", a.h[0] },
        { "z2 = w21 x1 + w22 x2 + b2", a.z[1] }, { "h2 = sigmoid(z2)", a.h[1] },
        { "z3 = v1 h1 + v2 h2 + c", a.z[2] },    { "y  = sigmoid(z3)", a.y },
        { "L  = (y - t)^2", a.loss },
    };
    (void)unused;
    return print_lines(lines, sizeof lines / sizeof lines[0]);
}

static gn_status print_backward(const double *unused)
{
    values a = forward(), d;
    const params dp = backward(&a, &d);
    const line lines[] = {
        { "dy   = 2 (y - t)", d.y },           { "dz3  = dy y (1 - y)", d.z[2] },
        { "dv1  = dz3 h1", dp.v[0] },          { "dv2  = dz3 h2", dp.v[1] },
        { "dc   = dz3", dp.c },
        { "dh1  = dz3 v1", d.h[0] },           { "dh2  = dz3 v2", d.h[1] },
        { "dz1  = dh1 h1 (1 - h1)", d.z[0] },  { "dz2  = dh2 h2 (1 - h2)", d.z[1] },
        { "dw11 = dz1 x1", dp.w[0][0] },       { "dw12 = dz1 x2", dp.w[0][1] },
        { "dw21 = dz2 x1", dp.w[1][0] },       { "dw22 = dz2 x2", dp.w[1][1] },
        { "db1  = dz1", dp.b[0] },             { "db2  = dz2", dp.b[1] },
    };
    (void)unused;
    return print_lines(lines, sizeof lines / sizeof lines[0]);
}

int main(int argc, char **argv)
{
    const section sections[] = {
        { .name = "forward", .print = print_forward },
        { .name = "backward", .print = print_backward },
    };
    return print_sections(sections, sizeof sections / sizeof sections[0], argc, argv);
}
