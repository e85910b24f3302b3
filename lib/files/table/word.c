/* What a field of a table says: a number, that there is none, or a text. */
#include "files/table/csv.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Without the locale's opinion, which isdigit() and strcasecmp() may ask. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_word(const char *text, const char *word) /* word: in lower case */
{
    while (*word && lower(*text) == *word)
        text++, word++;
    return !*text && !*word;
}

static const char *past_sign(const char *text)
{
    return text + (*text == '+' || *text == '-');
}

static const char *past_digits(const char *text)
{
    while (is_digit(*text))
        text++;
    return text;
}

/* [sign] digits [point [digits]] [e [sign] digits], or with digits behind the point alone. What
 * else strtod takes (hexadecimals, the locale's point, spaces) is text. */
static bool is_number(const char *text, char decimal)
{
    const char *whole = past_sign(text), *end = past_digits(whole);
    size_t digits = (size_t)(end - whole);
    if (*end == decimal) {
        const char *part = end + 1;
        end = past_digits(part);
        digits += (size_t)(end - part);
    }
    if (digits && (*end == 'e' || *end == 'E')) {
        const char *power = past_sign(end + 1);
        end = past_digits(power);
        digits = (size_t)(end - power);
    }
    return digits && !*end;
}

gni_word gni_word_kind(const char *text, char decimal)
{
    static const char *const missing[] = { "", "na", "n/a", "#n/a", "<na>", "nan", "null", "?" };
    static const char *const infinite[] = { "inf", "infinity" };
    if (is_number(text, decimal))
        return GNI_NUMBER;
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++)
        if (same_word(text, missing[i]))
            return GNI_MISSING;
    for (size_t i = 0; i < sizeof infinite / sizeof infinite[0]; i++)
        if (same_word(past_sign(text), infinite[i]))
            return GNI_INFINITE;
    return same_word(past_sign(text), "nan") ? GNI_MISSING : GNI_TEXT;
}

#ifdef GN_DOUBLE
static gn_real round_once(const char *text, double exact, locale_t c)
{
    (void)text, (void)c;
    return exact;
}
#else
/* Rounding a double again differs from rounding the text only if the double lies exactly between two
 * floats, of which it has 29 more bits. (Subnormal floats have fewer bits: they are rare.) */
static gn_real round_once(const char *text, double exact, locale_t c)
{
    uint64_t bits;
    memcpy(&bits, &exact, sizeof bits);
    bool between = (bits & 0x1fffffff) == 0x10000000;
    return between || fabs(exact) < (double)FLT_MIN ? strtof_l(text, NULL, c) : (gn_real)exact;
}
#endif

/* A decimal comma becomes a point for as long as it takes. */
gn_real gni_word_number(char *text, char decimal, locale_t c, double *exact)
{
    char *comma = decimal != '.' ? strchr(text, decimal) : NULL;
    if (comma)
        *comma = '.';
    *exact = strtod_l(text, NULL, c);
    gn_real value = round_once(text, *exact, c);
    if (comma)
        *comma = decimal;
    return value;
}

gni_excerpt gni_word_excerpt(const char *text)
{
    gni_excerpt e = { "" };
    size_t room = sizeof e.text - sizeof "...", n = strlen(text);
    bool whole = n <= room;
    if (!whole) /* UTF-8's characters are not cut */
        for (n = room; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
            ;
    for (size_t i = 0; i < n; i++)
        e.text[i] = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? '?' : text[i];
    if (!whole)
        memcpy(e.text + n, "...", sizeof "...");
    return e;
}
