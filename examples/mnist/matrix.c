/* The confusion matrix: what it is (down), what it was taken for (across). */
#include "canvas.h"

#include <math.h>

static size_t most_mistakes(const result *r)
{
    size_t most = 1;

    for (int i = 0; i < CLASSES; i++)
        for (int j = 0; j < CLASSES; j++)
            if (i != j && r->confusion[i][j] > most)
                most = r->confusion[i][j];
    return most;
}

/* The colour a share of the way from one to another. */
static int32_t between(int32_t from, int32_t to, double share)
{
    int32_t colour = 0;

    for (int shift = 0; shift < 24; shift += 8) {
        double a = from >> shift & 255, b = to >> shift & 255;

        colour |= (int32_t)(a + share * (b - a) + 0.5) << shift;
    }
    return colour;
}

enum { RIGHT_CELL = 0x1f67b1, FEW = 0x74483c, MANY = 0xd9480f };

/* Mistakes glow the more, the more there are of them; the rarest do not. */
static style cell_style(bool is_right, size_t count, size_t most)
{
    double share = (double)count / (double)most;

    if (count == 0)
        return dim;
    if (is_right)
        return (style){ WHITE, RIGHT_CELL, true };
    return share < 0.2 ? normal : (style){ WHITE, between(FEW, MANY, share), false };
}

static void draw_count(canvas *c, size_t x, size_t y, size_t count, style look)
{
    if (count == 0)
        canvas_text(c, x + 2, y, look, ".");
    else if (count < 10000)
        canvas_text(c, x, y, look, count < 1000 ? "%3zu " : "%4zu", count);
    else
        canvas_text(c, x, y, look, "%3zuk", count / 1000 < 1000 ? count / 1000 : 999);
}

void matrix_draw(canvas *c, size_t x, size_t y, const result *r)
{
    size_t most = most_mistakes(r);

    for (size_t j = 0; j < CLASSES; j++)
        canvas_text(c, x + 4 + 4 * j, y, dim, "%zu", j);
    for (size_t i = 0; i < CLASSES; i++) {
        canvas_text(c, x, y + 1 + i, dim, "%zu", i);
        for (size_t j = 0; j < CLASSES; j++)
            draw_count(c, x + 2 + 4 * j, y + 1 + i, r->confusion[i][j],
                       cell_style(i == j, r->confusion[i][j], most));
    }
}
