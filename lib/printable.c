/* Text for people: names and words of files may hold what a terminal would obey. */
#include "internal.h"

/* U+0000 to U+001F, U+007F, and U+0080 to U+009F, which are two bytes of UTF-8 (ECMA-48: the sets
 * C0 and C1). */
void gni_make_printable(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c; c++)
        if (*c == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0)
            c[0] = c[1] = '?';
        else if (*c < ' ' || *c == 127)
            *c = '?';
}
