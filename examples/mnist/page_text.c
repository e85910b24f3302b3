/* Bytes and JSON as text that may stand in HTML. */
#include "page.h"

#include <stdlib.h>
#include <string.h>

/* Three bytes are four letters of six bits; what is missing of the last three is '='. */
char *base64(const unsigned char *bytes, size_t n)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = n < SIZE_MAX / 2 ? malloc((n + 2) / 3 * 4 + 1) : NULL, *to = text;

    for (size_t i = 0; text != NULL && i < n; i += 3) {
        unsigned long bits = (unsigned long)bytes[i] << 16 |
                             (unsigned long)(i + 1 < n ? bytes[i + 1] : 0) << 8 |
                             (unsigned long)(i + 2 < n ? bytes[i + 2] : 0);

        *to++ = letters[bits >> 18];
        *to++ = letters[bits >> 12 & 63];
        *to++ = '=';
        *to++ = '=';
        if (i + 1 < n)
            to[-2] = letters[bits >> 6 & 63];
        if (i + 2 < n)
            to[-1] = letters[bits & 63];
    }
    if (text != NULL)
        *to = '\0';
    return text;
}

/* '<' can only be within a string, where it has another spelling; as it is, it could begin
 * </script> or <!--. */
static int write_part(const char *text, size_t size, void *html)
{
    for (const char *end = text + size; text < end; text++)
        if (*text == '<')
            fputs("\\u003c", html);
        else
            fputc(*text, html);
    return ferror((FILE *)html) != 0 ? -1 : 0;
}

bool write_json(FILE *html, const json_t *value)
{
    return json_dump_callback(value, write_part, html,
                              JSON_ENSURE_ASCII | JSON_COMPACT | JSON_REAL_PRECISION(9)) == 0;
}
