/* Statuses, and the sentence that goes with the latest error of each thread. */
#include <stdarg.h>
#include <stdio.h>
#include "base/base.h"

static _Thread_local char message[GNI_MESSAGE];
static _Thread_local unsigned failures;

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
    failures++;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return status;
}

unsigned gni_failures(void)
{
    return failures;
}

gn_status gni_explain(const char *who, gn_status status, unsigned before)
{
    if (status >= 0 || failures != before)
        return status;
    return gn_fail(status, "%s returned %d: %s", who, (int)status, gn_status_text(status));
}

const char *gn_version(void)
{
    return GNI_VERSION; /* of the project, in meson.build; a test holds it against the header's */
}
