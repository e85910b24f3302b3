/* Pictures by gnuplot: a script is written to it, and the picture appears whole or not at all. */
#ifndef GNUPLOT_H
#define GNUPLOT_H

#include "output.h"

typedef struct gnuplot { FILE *script; output output; } gnuplot;

/* Told apart by those who see no red or no green (Okabe and Ito 2008). */
enum { GNUPLOT_COLOURS = 7 };
extern const char *const gnuplot_colours[GNUPLOT_COLOURS];

bool gnuplot_is_there(void); /* if not, it has complained */
/* A picture of so many pixels: SVG, or PNG or PDF where path ends so. false: it has complained. */
bool gnuplot_start(gnuplot *g, const char *path, int width, int height);
bool gnuplot_end(gnuplot *g);
void gnuplot_quote(FILE *script, const char *text); /* as gnuplot's strings are */

#endif /* GNUPLOT_H */
