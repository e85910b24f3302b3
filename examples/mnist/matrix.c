/* The confusion matrix: what it is (down), what it was taken for (across); of those that are of
 * a class the share that was found, of those taken for it the share that are. */
#include "picture.h"

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

/* Mistakes glow the more, the more there are of them; the rarest do not. */
static style cell_style(bool is_right, size_t count, size_t most)
{
    static const int32_t glow[] = { TERMINALS_OWN, TERMINALS_OWN, 0x875f00, 0xaf5f00, WRONG };
    enum { LEVELS = sizeof glow / sizeof glow[0] };
    size_t level = (LEVELS * count - 1) / most;

    if (count == 0)
        return dim;
    if (is_right)
        return (style){ WHITE, 0x005faf, true };
    return glow[level] < 0 ? normal : (style){ WHITE, glow[level], false };
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

static void draw_share(canvas *c, size_t x, size_t y, int columns, double share)
{
    if (isnan(share))
        canvas_text(c, x, y, dim, "%*s", columns, "-");
    else
        canvas_text(c, x, y, dim, "%*.*f", columns, columns > 4 ? 1 : 0, 100 * share);
}

void matrix_draw(canvas *c, size_t x, size_t y, const result *r)
{
    size_t most = most_mistakes(r);

    canvas_text(c, x + 2 + 4 * CLASSES, y, dim, "recall");
    canvas_text(c, x + 2 + 4 * CLASSES, y + 1 + CLASSES, dim, " precision %%");
    for (size_t i = 0; i < CLASSES; i++) {
        canvas_text(c, x + 4 + 4 * i, y, dim, "%zu", i);
        canvas_text(c, x, y + 1 + i, dim, "%zu", i);
        for (size_t j = 0; j < CLASSES; j++)
            draw_count(c, x + 2 + 4 * j, y + 1 + i, r->confusion[i][j],
                       cell_style(i == j, r->confusion[i][j], most));
        draw_share(c, x + 2 + 4 * CLASSES, y + 1 + i, 5, r->recall[i]);
        draw_share(c, x + 2 + 4 * i, y + 1 + CLASSES, 3, r->precision[i]);
    }
}
