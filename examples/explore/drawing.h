/* What goes where in the picture: drawing.c decides, plot.c draws. */
#ifndef DRAWING_H
#define DRAWING_H

#include "explore.h"

enum { LINE_NAME = 96 };

typedef enum spacing { LINEAR, LOGARITHMIC, NAMED } spacing; /* NAMED: one next to the other */

typedef struct mark {            /* a row in the picture */
    const row *row;
    double x;
    size_t line;
    char line_name[LINE_NAME];   /* what varies beside x; "": nothing */
} mark;

typedef struct drawing {
    const plan *plan;
    axis_kind x;                 /* AXES: nothing varies */
    spacing spacing;
    bool by_units;               /* x is hidden, and its layers have units alike: those; else ... */
    bool by_depth;               /* ... the parameters. Depths differ: a line each */
    bool ordered;                /* colours are of numbers: a scale and no set */
    mark *marks;                 /* of rows that are over; by line, then by x */
    size_t n, n_lines;
    const row *best;
} drawing;

bool drawing_make(drawing *d, const plan *p, const rows *r); /* false: it has complained */
void drawing_free(drawing *d);

/* Accuracies lie as far apart as the logarithms of the errors do: from 90 to 95 % half of the
 * mistakes go, as from 98 to 99 %. */
double drawing_y(double accuracy);

typedef struct range { double low, high; } range; /* of such */

range drawing_results(const drawing *d);   /* of all marks, with their spreads */
range drawing_curves(const drawing *d);    /* of all curves, but what lies far below */
double row_curve(const row *r, size_t epoch); /* mean validation accuracy; NaN: it has none */
size_t row_epochs(const row *r);

#endif /* DRAWING_H */
