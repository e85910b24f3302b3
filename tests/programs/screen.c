/* Reads what a program has written to a terminal, as that terminal would:
 *   screen width < OUTPUT                      the columns of its longest line, at any time
 *   screen text < OUTPUT                       its lines, as they are in the end
 *   screen picture IMAGES N ERROR < OUTPUT     succeeds if there, at the top left, stands the
 *                                              N-th image of an IDX file, no pixel off by more
 * Fails at escapes other than colours and "erase to the end of the line". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 4000, COLUMNS = 400, GLYPH = 5 };

struct cell { char glyph[GLYPH]; int ink, paper; /* greys; -1: none or coloured */ };

static struct cell screen[LINES][COLUMNS];
static int x, y, width, ink = -1, paper = -1;

static int fail(const char *words, int c)
{
    fprintf(stderr, "line %d, column %d: %s %d\n", y + 1, x + 1, words, c);
    exit(1);
}

/* ---- colours ------------------------------------------------------------------------- */

static int grey_of_256(int i)
{
    static const int level[6] = { 0, 95, 135, 175, 215, 255 };

    if (i >= 232)
        return 8 + 10 * (i - 232);
    i -= 16;
    return i >= 0 && i / 36 == i / 6 % 6 && i / 6 % 6 == i % 6 ? level[i % 6] : -1;
}

static int grey_of_16(int i)
{
    return i == 0 ? 0 : i == 8 ? 127 : i == 7 ? 229 : i == 15 ? 255 : -1;
}

/* Of 38;2;r;g;b or 38;5;i; *used of the numbers. */
static int extended(const int *numbers, int n, int *used)
{
    if (n >= 5 && numbers[1] == 2) {
        *used = 5;
        return numbers[2] == numbers[3] && numbers[3] == numbers[4] ? numbers[2] : -1;
    }
    if (n < 3 || numbers[1] != 5)
        fail("not a colour:", n);
    *used = 3;
    return grey_of_256(numbers[2]);
}

static void set_style(const int *numbers, int n)
{
    for (int i = 0, used; i < n; i += used) {
        int a = numbers[i];

        used = 1;
        if (a == 0)
            ink = paper = -1;
        else if (a == 38)
            ink = extended(numbers + i, n - i, &used);
        else if (a == 48)
            paper = extended(numbers + i, n - i, &used);
        else if ((a >= 30 && a < 38) || (a >= 90 && a < 98))
            ink = grey_of_16(a < 90 ? a - 30 : a - 82);
        else if ((a >= 40 && a < 48) || (a >= 100 && a < 108))
            paper = grey_of_16(a < 100 ? a - 40 : a - 92);
        else if (a != 1)
            fail("unknown style", a);
    }
}

/* ---- the stream ------------------------------------------------------------------------ */

static void escape(void)
{
    int numbers[16] = { 0 }, n = 0, c = getchar();

    if (c != '[')
        fail("unknown escape", c);
    while ((c = getchar()) >= '0' && c <= ';')
        if (c == ';' && n < 15)
            n++;
        else if (c != ';')
            numbers[n] = 10 * numbers[n] + c - '0';
    if (c == 'm')
        set_style(numbers, n + 1);
    else if (c == 'K' && numbers[0] == 0)
        memset(&screen[y][x], 0, sizeof screen[y][x] * (size_t)(COLUMNS - x));
    else
        fail("unknown escape", c);
}

static void put(int c)
{
    int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    struct cell *cell = &screen[y][x];

    if (x + 1 >= COLUMNS)
        fail("more columns than", COLUMNS);
    *cell = (struct cell){ { (char)c }, ink, paper };
    for (int i = 1; i <= more; i++) {
        c = getchar();
        if ((c & 0xc0) != 0x80)
            fail("not UTF-8:", c);
        cell->glyph[i] = (char)c;
    }
    x++;
    width = x > width ? x : width;
}

static void read_all(void)
{
    for (int c; (c = getchar()) != EOF;)
        if (c == '\033')
            escape();
        else if (c == '\r')
            x = 0;
        else if (c == '\n' && y + 1 < LINES)
            y++, x = 0;
        else if (c < ' ' || c == 0x7f)
            fail("unknown byte", c);
        else
            put(c);
}

static int end_of(int line)
{
    int end = COLUMNS;

    while (end > 0 &&
           (screen[line][end - 1].glyph[0] == '\0' || screen[line][end - 1].glyph[0] == ' '))
        end--;
    return end;
}

static void print_text(void)
{
    for (int line = 0; line < y; line++) {
        for (int i = 0; i < end_of(line); i++)
            fputs(screen[line][i].glyph[0] != '\0' ? screen[line][i].glyph : " ", stdout);
        putchar('\n');
    }
}

/* ---- pictures ----------------------------------------------------------------------------- */

/* What a cell shows in its upper (half 0) or lower half; -1: no picture. */
static int shown(const struct cell *cell, int half)
{
    static const struct { const char *glyph; int half[2]; } glyphs[] = {
        { "", { 0, 0 } },            { " ", { 0, 0 } },            { "@", { 255, 255 } },
        { "\u2591", { 64, 64 } },    { "\u2592", { 128, 128 } },   { "\u2593", { 191, 191 } },
        { "\u2588", { 255, 255 } },  { "\u2580", { 255, 0 } },     { "\u2584", { 0, 255 } },
    };

    if (strcmp(cell->glyph, "\u2580") == 0 && cell->ink >= 0 && cell->paper >= 0)
        return half == 0 ? cell->ink : cell->paper;
    if (strcmp(cell->glyph, " ") == 0 && cell->paper >= 0)
        return cell->paper;
    for (size_t i = 0; i < sizeof glyphs / sizeof glyphs[0]; i++)
        if (strcmp(cell->glyph, glyphs[i].glyph) == 0)
            return glyphs[i].half[half];
    return -1;
}

static int compare(const char *path, long n, int error)
{
    unsigned char head[16], pixel;
    FILE *file = fopen(path, "rb");
    int wide, high, compared = 0;

    if (file == NULL || fread(head, 1, 16, file) != 16)
        return fail("no images, argument", 2);
    high = head[11];
    wide = head[15];
    fseek(file, 16 + n * high * wide, SEEK_SET);
    for (int v = 0; v < high; v++)
        for (int u = 0; u < wide; u++) {
            int value = shown(&screen[v / 2][u], v % 2);

            if (fread(&pixel, 1, 1, file) != 1)
                return fail("no image", (int)n);
            if (value >= 0 && abs(value - pixel) > error) {
                fprintf(stderr, "pixel %d, %d is %d, drawn as %d\n", u, v, pixel, value);
                return 1;
            }
            compared += value >= 0;
        }
    fclose(file);
    printf("%d of %d pixels compared\n", compared, wide * high);
    return compared < wide * high / 4;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    read_all();
    if (strcmp(what, "width") == 0)
        printf("%d\n", width);
    else if (strcmp(what, "text") == 0)
        print_text();
    else if (strcmp(what, "picture") == 0 && argc == 5)
        return compare(argv[2], atol(argv[3]), atoi(argv[4]));
    else
        return fail("unknown command, arguments", argc);
    return 0;
}
