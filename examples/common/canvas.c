/* A canvas of cells: parts draw side by side on it, and it is printed line by line. */
#include "canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const style normal = { TERMINALS_OWN, TERMINALS_OWN, false };
const style bold   = { TERMINALS_OWN, TERMINALS_OWN, true };
const style dim    = { DIM, TERMINALS_OWN, false };
const style right  = { RIGHT, TERMINALS_OWN, true };
const style wrong  = { WRONG, TERMINALS_OWN, true };

/* ---- drawing ---------------------------------------------------------------------- */

void canvas_clear(canvas *c, terminal t)
{
    memset(c, 0, sizeof *c);
    c->terminal = t;
}

void canvas_put(canvas *c, size_t x, size_t y, const char *glyph, style look)
{
    if (x < CANVAS_COLUMNS && y < CANVAS_LINES) {
        snprintf(c->cells[y][x].glyph, sizeof c->cells[y][x].glyph, "%s", glyph);
        c->cells[y][x].look = look;
    }
}

size_t canvas_text(canvas *c, size_t x, size_t y, style look, const char *format, ...)
{
    char text[CANVAS_COLUMNS + 1];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (const char *at = text; *at != '\0'; at++)
        canvas_put(c, x++, y, (char[]){ *at, '\0' }, look);
    return x;
}

/* ---- colours: of 0xrrggbb the nearest that there is ----------------------------------- */

static int distance(int32_t a, int32_t b)
{
    int sum = 0;

    for (int shift = 0; shift < 24; shift += 8) {
        int d = (int)(a >> shift & 255) - (int)(b >> shift & 255);

        sum += d * d;
    }
    return sum;
}

/* The first 16 as xterm has them, then a cube of 6 x 6 x 6, then 24 greys. */
static int32_t palette(int i)
{
    static const int32_t first[16] = {
        0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
        0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
    };
    static const int32_t level[6] = { 0, 95, 135, 175, 215, 255 };

    if (i < 16)
        return first[i];
    if (i >= 232)
        return (8 + 10 * (i - 232)) * 0x010101;
    i -= 16;
    return level[i / 36] << 16 | level[i / 6 % 6] << 8 | level[i % 6];
}

/* Of 256 the first 16 are left out: people give them colours of their own. */
static int nearest(int32_t colour, int colours)
{
    int from = colours == 256 ? 16 : 0, best = from;

    for (int i = from; i < colours; i++)
        if (distance(palette(i), colour) < distance(palette(best), colour))
            best = i;
    return best;
}

/* ISO 6429's "select graphic rendition"; ground is 30 for ink and 40 for paper. */
static void print_colour(int32_t colour, int ground, int colours)
{
    if (colour == TERMINALS_OWN)
        return;
    if (colours == TRUE_COLOUR) {
        printf(";%d;2;%d;%d;%d", ground + 8, (int)(colour >> 16), (int)(colour >> 8 & 255),
               (int)(colour & 255));
    } else if (colours == 256) {
        printf(";%d;5;%d", ground + 8, nearest(colour, 256));
    } else {
        int i = nearest(colour, 16);

        printf(";%d", i < 8 ? ground + i : ground + 60 + i - 8);
    }
}

static bool same(style a, style b)
{
    return a.ink == b.ink && a.paper == b.paper && a.bold == b.bold;
}

static void change_style(style *now, style wanted, int colours)
{
    if (colours == 0 || same(*now, wanted))
        return;
    fputs(wanted.bold ? "\033[0;1" : "\033[0", stdout);
    print_colour(wanted.ink, 30, colours);
    print_colour(wanted.paper, 40, colours);
    putchar('m');
    *now = wanted;
}

/* ---- printing ------------------------------------------------------------------------ */

static bool blank(const cell *one)
{
    return one->glyph[0] == '\0' ||
           (strcmp(one->glyph, " ") == 0 && one->look.paper == TERMINALS_OWN);
}

static size_t line_end(const canvas *c, size_t y)
{
    size_t end = c->terminal.columns < CANVAS_COLUMNS ? c->terminal.columns : CANVAS_COLUMNS;

    while (end > 0 && blank(&c->cells[y][end - 1]))
        end--;
    return end;
}

void canvas_print_line(const canvas *c, size_t y)
{
    size_t end = line_end(c, y);
    style now = normal;

    for (const cell *one = c->cells[y]; one < c->cells[y] + end; one++) {
        change_style(&now, blank(one) ? normal : one->look, c->terminal.colours);
        fputs(blank(one) ? " " : one->glyph, stdout);
    }
    change_style(&now, normal, c->terminal.colours);
}

void canvas_print(const canvas *c)
{
    size_t lines = CANVAS_LINES;

    while (lines > 0 && line_end(c, lines - 1) == 0)
        lines--;
    for (size_t y = 0; y < lines; y++) {
        canvas_print_line(c, y);
        putchar('\n');
    }
}
