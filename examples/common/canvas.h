/* A canvas of cells, to draw on before it is printed on a terminal. */
#ifndef CANVAS_H
#define CANVAS_H

#include <stdint.h>
#include "terminal.h"

enum { CANVAS_COLUMNS = 100, CANVAS_LINES = 32 };
enum { TERMINALS_OWN = -1 }; /* no colour, but that which the terminal has anyway */

/* Colours are 0xrrggbb and become the nearest that the terminal has; those of ours are among
 * the 256. They can be read on a dark and on a light background, and told apart by those who
 * see no red or green. */
enum { RIGHT = 0x0087d7, WRONG = 0xd75f00, DIM = 0x808080, WHITE = 0xffffff };

typedef struct style { int32_t ink, paper; bool bold; } style;

extern const style normal, bold, dim, right, wrong;

typedef struct cell { char glyph[4]; style look; } cell; /* UTF-8 of up to 3 bytes; "": blank */

typedef struct canvas {
    terminal terminal;
    cell cells[CANVAS_LINES][CANVAS_COLUMNS];
} canvas;

/* What lies beyond the canvas is not drawn, what lies beyond the terminal not printed. */
void canvas_clear(canvas *c, terminal t);
void canvas_put(canvas *c, size_t x, size_t y, const char *glyph, style look);
#if defined(__GNUC__)
__attribute__((format(printf, 5, 6)))
#endif
size_t canvas_text(canvas *c, size_t x, size_t y, style look, const char *format, ...);
                                            /* ASCII; returns the column behind it */
void canvas_print_line(const canvas *c, size_t y); /* no newline */
void canvas_print(const canvas *c);                /* down to the last line that is not blank */

/* ---- bars.c: shares and curves -------------------------------------------------- */

void bar_draw(canvas *c, size_t x, size_t y, size_t width, double share, style look);
void progress_bar_draw(canvas *c, size_t x, size_t y, size_t width, double share);
/* The n values resampled to width columns, on a logarithmic scale. */
void curve_draw(canvas *c, size_t x, size_t y, size_t width, const double *values, size_t n);

#endif /* CANVAS_H */
