/* Statuses, and the sentence that goes with the latest error of each thread. */
#include <stdarg.h>
#include <stdio.h>
#include "internal.h"

static _Thread_local char message[512];

const char *gn_status_text(gn_status status)
{
    switch (status) {
#define CASE(name, value, text) case name: return text;
        GN_STATUS_LIST(CASE)
#undef CASE
    }
    return "not a status";
}

const char *gn_error_message(void)
{
    return message;
}

gn_status gn_fail(gn_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return status;
}

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

const char *gn_version(void)
{
    return TEXT(GN_VERSION_MAJOR) "." TEXT(GN_VERSION_MINOR) "." TEXT(GN_VERSION_PATCH);
}
