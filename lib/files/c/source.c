/* C source: text with names and numbers in it. Reals go through gni_decimal, so that no locale
 * is asked. */
#include <stdarg.h>
#include <string.h>
#include "files/c/source.h"

static void put_capitals(const gni_source *to)
{
    for (const char *c = to->name; *c; c++) {
        char capital = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
        gni_write(to->out, &capital, 1);
    }
}

void gni_put(const gni_source *to, const char *text, ...)
{
    va_list numbers;
    va_start(numbers, text);
    while (*text) {
        size_t n = strcspn(text, "@$%");
        gni_write(to->out, text, n);
        text += n;
        if (*text == '@')
            gni_write(to->out, to->name, strlen(to->name));
        else if (*text == '$')
            put_capitals(to);
        else if (*text == '%')
            gni_print(to->out, "%zu", va_arg(numbers, size_t));
        text += *text != 0;
    }
    va_end(numbers);
}

enum { COLUMNS = 100, MARGIN = 4 };

/* So many to a line as it holds; a row begins a line of its own. */
static void put_row(const gni_source *to, size_t n, const gn_real *numbers)
{
    char line[COLUMNS + 2], text[GNI_DECIMAL];
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        size_t length = gni_decimal(numbers[i], text);
        if (used + 1 + length + sizeof F > COLUMNS) { /* with a comma for F's 0 */
            line[used++] = '\n';
            gni_write(to->out, line, used);
            used = 0;
        }
        memset(line + used, ' ', MARGIN);
        used += used ? 1 : MARGIN;
        memcpy(line + used, text, length);
        used += length;
        memcpy(line + used, F ",", sizeof F);
        used += sizeof F;
    }
    line[used++] = '\n';
    gni_write(to->out, line, used);
}

void gni_put_array(const gni_source *to, const char *what, size_t index, size_t rows, size_t cols,
                   const gn_real *numbers)
{
    gni_put(to, "static const " REAL " @_");
    gni_put(to, what);
    if (index != GNI_NO_INDEX)
        gni_put(to, "_%", index);
    gni_put(to, "[%] = {", rows * cols);
    if (rows > 1 && cols > 1)
        gni_put(to, " /* % units x % inputs */", rows, cols);
    gni_put(to, "\n");
    if (cols == 1)
        put_row(to, rows, numbers);
    else
        for (size_t r = 0; r < rows; r++)
            put_row(to, cols, numbers + r * cols);
    gni_put(to, "};\n\n");
}
