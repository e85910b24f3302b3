/* UTF-8, as names and notes must be. */
#include "base/base.h"

/* How many bytes the character at text takes; 0: it is none (RFC 3629). */
static size_t character(const unsigned char *text)
{
    static const struct { unsigned char mask, lead; uint32_t least; } kinds[] = {
        { 0x80, 0x00, 0 }, { 0xE0, 0xC0, 0x80 }, { 0xF0, 0xE0, 0x800 }, { 0xF8, 0xF0, 0x10000 },
    };
    for (size_t n = 0; n < 4; n++) {
        if ((text[0] & kinds[n].mask) != kinds[n].lead)
            continue;
        uint32_t code = text[0] & (unsigned char)~kinds[n].mask;
        for (size_t i = 1; i <= n; i++) {
            if ((text[i] & 0xC0) != 0x80)
                return 0;
            code = code << 6 | (text[i] & 0x3F);
        }
        return code < kinds[n].least || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) ? 0 : n + 1;
    }
    return 0;
}

bool gni_is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    for (size_t n; *at; at += n)
        if ((n = character(at)) == 0)
            return false;
    return true;
}
