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
    gni_float_mode mode = gni_hold_exact(); /* digits are rounded */
    vsnprintf(message, sizeof message, format, arguments);
    gni_release_mode(mode);
    va_end(arguments);
    gni_make_printable(message);
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

gn_status gni_check_reserved(const char *who, const char *what, size_t n, const uint64_t *reserved)
{
    for (size_t i = 0; i < n; i++)
        if (reserved[i])
            return gn_fail(GN_ERR_ARGUMENT, "%s: reserved[%zu] of %s is not 0", who, i, what);
    return GN_OK;
}
