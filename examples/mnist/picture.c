/* Images in characters: a cell is two pixels, one above the other. */
#include "picture.h"

#include <math.h>
#include <string.h>

/* ---- pixels ------------------------------------------------------------------------- */

typedef struct image { const gn_matrix *matrix; size_t index, width, height; } image;

/* From 0 (black) to 255; what lies outside is black. */
static double pixel(const image *i, long x, long y)
{
    size_t at;

    if (x < 0 || y < 0 || x >= (long)i->width || y >= (long)i->height)
        return 0;
    at = i->index * (i->matrix->stride != 0 ? i->matrix->stride : i->matrix->cols) +
         (size_t)y * i->width + (size_t)x;
    if (i->matrix->type == GN_U8)
        return ((const unsigned char *)i->matrix->data)[at];
    return 255 * fmax(0, fmin(1, (double)((const gn_real *)i->matrix->data)[at]));
}

typedef struct box { long left, top, right, bottom; } box; /* without right and bottom */

static box find_content(const image *i)
{
    box b = { (long)i->width, (long)i->height, 0, 0 };

    for (long y = 0; y < (long)i->height; y++)
        for (long x = 0; x < (long)i->width; x++)
            if (pixel(i, x, y) > 0) {
                b.left = x < b.left ? x : b.left;
                b.top = y < b.top ? y : b.top;
                b.right = x >= b.right ? x + 1 : b.right;
                b.bottom = y + 1;
            }
    return b;
}

static void copy_window(picture *p, const image *i, long left, long top)
{
    for (size_t y = 0; y < p->height; y++)
        for (size_t x = 0; x < p->width; x++)
            p->grey[y][x] = (unsigned char)(pixel(i, left + (long)x, top + (long)y) + 0.5);
}

/* The part of [at, at + 1) that lies in [from, to). */
static double overlap(size_t at, double from, double to)
{
    return fmax(0, fmin((double)at + 1, to) - fmax((double)at, from));
}

/* The mean over the part of the image, scale x scale pixels, that becomes pixel (x, y). */
static double mean(const image *i, size_t x, size_t y, double scale)
{
    double left = (double)x * scale, top = (double)y * scale, sum = 0;

    for (size_t v = (size_t)top; (double)v < top + scale; v++)
        for (size_t u = (size_t)left; (double)u < left + scale; u++)
            sum += pixel(i, (long)u, (long)v) * overlap(u, left, left + scale) *
                   overlap(v, top, top + scale);
    return sum / (scale * scale);
}

static void shrink(picture *p, const image *i, size_t side)
{
    double scale = (double)(i->width > i->height ? i->width : i->height) / (double)side;

    p->width = (size_t)ceil((double)i->width / scale - 1e-9);
    p->height = (size_t)ceil((double)i->height / scale - 1e-9);
    for (size_t y = 0; y < p->height; y++)
        for (size_t x = 0; x < p->width; x++)
            p->grey[y][x] = (unsigned char)(mean(i, x, y, scale) + 0.5);
}

bool picture_take(picture *p, const image_set *set, size_t index, size_t side)
{
    gn_shape shape = set->idx.shape;
    image i = { &set->idx.matrix, index, shape.width, shape.height };
    box b;

    if (shape.channels != 1)
        return false;
    *p = (picture){ .width = side, .height = side };
    if (shape.width <= side && shape.height <= side) {
        p->width = shape.width;
        p->height = shape.height;
        copy_window(p, &i, 0, 0);
        return true;
    }
    b = find_content(&i);
    if (b.right - b.left <= (long)side && b.bottom - b.top <= (long)side)
        copy_window(p, &i, (b.left + b.right - (long)side) / 2,
                    (b.top + b.bottom - (long)side) / 2);
    else
        shrink(p, &i, side);
    return true;
}

/* ---- cells ------------------------------------------------------------------------------ */

typedef struct shade { const char *glyph; int top, bottom; } shade; /* how much ink, of 255 */

static const shade blocks[] = {
    { " ", 0, 0 },          { "\u2591", 64, 64 },    { "\u2592", 128, 128 },
    { "\u2593", 191, 191 }, { "\u2588", 255, 255 },  { "\u2580", 255, 0 },
    { "\u2584", 0, 255 },
};
static const shade letters[] = {
    { " ", 0, 0 },      { ".", 0, 64 },     { "'", 64, 0 },     { ":", 64, 64 },
    { "-", 96, 96 },    { "=", 128, 128 },  { "+", 150, 150 },  { "*", 172, 172 },
    { "\"", 172, 0 },   { "_", 0, 172 },    { "#", 210, 210 },  { "@", 255, 255 },
};

static const char *nearest(const shade *shades, size_t n, int top, int bottom)
{
    const shade *best = shades;
    long least = 1L << 30;

    for (const shade *s = shades; s < shades + n; s++) {
        long above = s->top - top, below = s->bottom - bottom;

        if (above * above + below * below < least) {
            least = above * above + below * below;
            best = s;
        }
    }
    return best->glyph;
}

static void draw_cell(canvas *c, size_t x, size_t y, int top, int bottom)
{
    const terminal *t = &c->terminal;
    style both = { top * 0x010101, bottom * 0x010101, false };

    if (t->colours > 0 && t->utf8) {
        /* the upper half is ink, the lower paper */
        canvas_put(c, x, y, top == bottom ? " " : "\u2580", both);
    } else if (t->colours > 0) {
        both.paper = (top + bottom + 1) / 2 * 0x010101;
        canvas_put(c, x, y, " ", both);
    } else if (t->utf8) {
        canvas_put(c, x, y, nearest(blocks, sizeof blocks / sizeof blocks[0], top, bottom), normal);
    } else {
        canvas_put(c, x, y, nearest(letters, sizeof letters / sizeof letters[0], top, bottom),
                   normal);
    }
}

void picture_draw(canvas *c, size_t x, size_t y, const picture *p)
{
    for (size_t v = 0; v < p->height; v += 2)
        for (size_t u = 0; u < p->width; u++)
            draw_cell(c, x + u, y + v / 2, p->grey[v][u],
                      v + 1 < p->height ? p->grey[v + 1][u] : 0);
}
