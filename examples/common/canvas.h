/* What a terminal can do, and a canvas of cells to draw on before it is printed there. */
#ifndef CANVAS_H
#define CANVAS_H

#include "../mnist/mnist.h"

/* ---- terminal.c ---------------------------------------------------------------- */

enum { TRUE_COLOUR = 1 << 24 };

typedef struct terminal {
    bool plain;      /* a file, a pipe, a terminal without skills: text, ASCII, no escapes */
    bool utf8;       /* it shows half blocks; else ASCII */
    int colours;     /* 0, 16, 256 or TRUE_COLOUR */
    size_t columns;
} terminal;

terminal terminal_look(void); /* at standard output, as it is now: windows are resized */

/* A sentence, broken between words where the terminal ends (a plain one has no end). */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void terminal_say(const terminal *t, const char *format, ...);

/* ---- canvas.c ------------------------------------------------------------------- */

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

/* ---- picture.c: images; bars.c: shares and curves; matrix.c; large.c: large figures -- */

enum { PICTURE_SIDE = 28 };

typedef struct picture {
    size_t width, height;
    unsigned char grey[PICTURE_SIDE][PICTURE_SIDE];
} picture;

/* An image, on at most side x side pixels (side <= PICTURE_SIDE): as it is, or what of it is
 * not black, or smaller. false: it has several channels, or is no image but a vector. */
bool picture_take(picture *p, const image_set *set, size_t index, size_t side);
void picture_draw(canvas *c, size_t x, size_t y, const picture *p); /* 2 pixels to a cell */

void bar_draw(canvas *c, size_t x, size_t y, size_t width, double share, style look);
void progress_bar_draw(canvas *c, size_t x, size_t y, size_t width, double share);
/* The n values resampled to width columns, on a logarithmic scale. */
void curve_draw(canvas *c, size_t x, size_t y, size_t width, const double *values, size_t n);

/* Confusion, beside it recall, below it precision. */
enum { MATRIX_COLUMNS = 2 + 4 * CLASSES + 6, MATRIX_LINES = 1 + CLASSES + 1 };

void matrix_draw(canvas *c, size_t x, size_t y, const result *r);

enum { LARGE_LINES = 3 };

/* Digits, '.', ' ' and '%', three lines high where the terminal has half blocks. Returns the
 * lines it took. */
size_t large_draw(canvas *c, size_t x, size_t y, const char *text, style look);

/* ---- scoreboard.c: what came out, on one screen of 80 x 24 ------------------------ */

void scoreboard(const terminal *t, const dataset *d, const result *r,
                const training *trained); /* NULL: there was no training, only a test */

#endif /* CANVAS_H */
