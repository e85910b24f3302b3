/* What is drawn on a terminal: images, and what a network makes of them. */
#ifndef PICTURE_H
#define PICTURE_H

#include "common/canvas.h"
#include "mnist.h"

/* ---- picture.c: images; matrix.c; large.c: large figures ------ */

enum { PICTURE_SIDE = 28 };

typedef struct picture {
    size_t width, height;
    unsigned char grey[PICTURE_SIDE][PICTURE_SIDE];
} picture;

/* An image, on at most side x side pixels (side <= PICTURE_SIDE): as it is, or what of it is
 * not black, or smaller. false: it has several channels, or is no image but a vector. */
bool picture_take(picture *p, const image_set *set, size_t index, size_t side);
void picture_draw(canvas *c, size_t x, size_t y, const picture *p); /* 2 pixels to a cell */

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

#endif /* PICTURE_H */
