/* Messages: one line each, on stderr. */
#include "complain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* U+0000 to U+001F, U+007F, and U+0080 to U+009F, which are two bytes of UTF-8. */
void make_plain(char *text, const char *keep)
{
    for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++)
        if (c[0] == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0)
            c[0] = c[1] = '?';
        else if ((*c < ' ' || *c == 127) && strchr(keep, *c) == NULL)
            *c = '?';
}

bool complain(const char *format, ...)
{
    char text[4096];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    make_plain(text, "\n"); /* some have a command on a line of its own */
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", program_name, text);
    return false;
}

bool worked(gn_status status)
{
    return status >= 0 || complain("%s", gn_error_message());
}
