/* Messages: one line each, on stderr. */
#include "complain.h"

#include <stdarg.h>
#include <stdio.h>

bool complain(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fflush(stdout);
    fprintf(stderr, "%s: ", program_name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return false;
}

bool worked(gn_status status)
{
    return status >= 0 || complain("%s", gn_error_message());
}
