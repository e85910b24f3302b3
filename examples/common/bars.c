/* Shares as bars, values as curves of one line. */
#include "canvas.h"

#include <math.h>

/* ---- bars: whole cells, then one in eighths ------------------------------------------- */

void bar_draw(canvas *c, size_t x, size_t y, size_t width, double share, style look)
{
    static const char *const eighth[] = { "", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b",
                                          "\u258a", "\u2589" };
    size_t parts = (size_t)(fmax(0, fmin(1, share)) * (double)width * 8 + 0.5);

    if (!c->terminal.utf8)
        parts = (parts + 4) / 8 * 8;
    for (; parts >= 8; parts -= 8)
        canvas_put(c, x++, y, c->terminal.utf8 ? "\u2588" : "#", look);
    if (parts > 0)
        canvas_put(c, x, y, eighth[parts], look);
}

/* [=====     ], or a line that grows heavy */
void progress_bar_draw(canvas *c, size_t x, size_t y, size_t width, double share)
{
    bool utf8 = c->terminal.utf8;
    size_t cells, done;

    if (width < 3)
        return;
    if (!utf8) {
        canvas_put(c, x, y, "[", normal);
        canvas_put(c, x + width - 1, y, "]", normal);
    }
    x += !utf8;
    cells = utf8 ? width : width - 2;
    done = (size_t)(fmax(0, fmin(1, share)) * (double)cells + 1e-9);
    for (size_t i = 0; i < cells; i++)
        canvas_put(c, x + i, y, i < done ? (utf8 ? "\u2501" : "=") : utf8 ? "\u2500" : " ",
                   i < done ? right : dim);
}

/* ---- curves ------------------------------------------------------------------------------ */

/* The mean of the share of the values that falls to column i of width. */
static double column(const double *values, size_t n, size_t i, size_t width)
{
    size_t from = i * n / width, to = (i + 1) * n / width;
    double sum = 0;

    if (to <= from)
        to = from + 1;
    for (size_t k = from; k < to; k++)
        sum += values[k];
    return sum / (double)(to - from);
}

void curve_draw(canvas *c, size_t x, size_t y, size_t width, const double *values, size_t n)
{
    static const char *const high[] = { "\u2581", "\u2582", "\u2583", "\u2584",
                                        "\u2585", "\u2586", "\u2587", "\u2588" };
    static const char *const low[] = { "_", ".", "-", "=", "+", "*", "^", "\"" };
    double least = INFINITY, most = -INFINITY;

    width = width < n ? width : n;
    for (size_t i = 0; i < width; i++) {
        double value = log(fmax(1e-30, column(values, n, i, width)));

        least = fmin(least, value);
        most = fmax(most, value);
    }
    for (size_t i = 0; i < width; i++) {
        double value = log(fmax(1e-30, column(values, n, i, width)));
        int level = most > least ? (int)(7 * (value - least) / (most - least) + 0.5) : 0;

        canvas_put(c, x + i, y, c->terminal.utf8 ? high[level] : low[level], right);
    }
}
