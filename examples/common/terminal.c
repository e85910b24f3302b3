/* What the terminal can do. */
#include "terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return value != NULL ? value : "";
}

static size_t count_columns(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* LC_CTYPE alone: numbers keep their decimal point. */
static bool is_utf8(void)
{
    const char *codeset;

    if (setlocale(LC_CTYPE, "") == NULL)
        return false;
    codeset = nl_langinfo(CODESET);
    return strcmp(codeset, "UTF-8") == 0 || strcmp(codeset, "utf8") == 0;
}

/* https://no-color.org; COLORTERM is what terminals set that know all colours. */
static int count_colours(const char *kind)
{
    const char *more = environment("COLORTERM");

    if (*environment("NO_COLOR") != '\0' || strncmp(kind, "vt", 2) == 0)
        return 0;
    if (strcmp(more, "truecolor") == 0 || strcmp(more, "24bit") == 0 ||
        strstr(kind, "direct") != NULL)
        return TRUE_COLOUR;
    return strstr(kind, "256color") != NULL ? 256 : 16;
}

terminal terminal_look(void)
{
    const char *kind = environment("TERM");

    if (*kind == '\0' || strcmp(kind, "dumb") == 0 || !isatty(STDOUT_FILENO))
        return (terminal){ .plain = true, .columns = 80 };
    return (terminal){ .utf8 = is_utf8(), .colours = count_colours(kind),
                       .columns = count_columns() };
}

/* How much of text goes on one line: all, or up to the last space that fits, or one word. */
static size_t fitting(const char *text, size_t columns)
{
    size_t end = strlen(text), at;

    if (end <= columns)
        return end;
    for (at = columns; at > 0 && text[at] != ' '; at--)
        ;
    return at > 0 ? at : strcspn(text, " ");
}

void terminal_say(const terminal *t, const char *format, ...)
{
    char text[4096];
    va_list args;
    size_t n;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (const char *rest = text; *rest != '\0'; rest += n + (rest[n] == ' ')) {
        n = t->plain ? strlen(rest) : fitting(rest, t->columns);
        printf("%.*s\n", (int)n, rest);
    }
}
