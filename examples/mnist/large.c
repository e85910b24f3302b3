/* Large figures, of half blocks. */
#include "picture.h"

#include <string.h>

enum { HEIGHT = 2 * LARGE_LINES };

static const struct figure { char letter; const char *lines[HEIGHT]; } figures[] = {
    { '0', { ".##.", "#..#", "#..#", "#..#", "#..#", ".##." } },
    { '1', { ".#", "##", ".#", ".#", ".#", ".#" } },
    { '2', { ".##.", "#..#", "...#", "..#.", ".#..", "####" } },
    { '3', { "###.", "...#", ".##.", "...#", "...#", "###." } },
    { '4', { "#..#", "#..#", "#..#", "####", "...#", "...#" } },
    { '5', { "####", "#...", "###.", "...#", "...#", "###." } },
    { '6', { ".##.", "#...", "###.", "#..#", "#..#", ".##." } },
    { '7', { "####", "...#", "..#.", "..#.", ".#..", ".#.." } },
    { '8', { ".##.", "#..#", ".##.", "#..#", "#..#", ".##." } },
    { '9', { ".##.", "#..#", "#..#", ".###", "...#", ".##." } },
    { '.', { ".", ".", ".", ".", ".", "#" } },
    { '%', { "#...#", "...#.", "..#..", "..#..", ".#...", "#...#" } },
    { ' ', { ".", ".", ".", ".", ".", "." } },
};

static const struct figure *find(char letter)
{
    for (const struct figure *f = figures; f < figures + sizeof figures / sizeof *figures; f++)
        if (f->letter == letter)
            return f;
    return NULL;
}

/* Returns its width. */
static size_t draw_figure(canvas *c, size_t x, size_t y, const struct figure *f, style look)
{
    static const char *const glyph[] = { "", "\u2580", "\u2584", "\u2588" };
    size_t width = strlen(f->lines[0]);

    for (size_t v = 0; v < HEIGHT; v += 2)
        for (size_t u = 0; u < width; u++) {
            int halves = (f->lines[v][u] == '#') + 2 * (f->lines[v + 1][u] == '#');

            canvas_put(c, x + u, y + v / 2, glyph[halves], look);
        }
    return width;
}

size_t large_draw(canvas *c, size_t x, size_t y, const char *text, style look)
{
    if (!c->terminal.utf8) {
        canvas_text(c, x, y, look, "%s", text);
        return 1;
    }
    for (; *text != '\0'; text++)
        if (find(*text) != NULL)
            x += draw_figure(c, x, y, find(*text), look) + 1;
    return LARGE_LINES;
}
