/* Long options from a table, which is their help text too. */
#include "options.h"
#include "complain.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- kinds of values ------------------------------------------------------- */

bool option_flag(const option *self, const char *text, void *field)
{
    (void)text;
    if (self->value == NULL)
        *(bool *)field = true;
    return true;
}

bool option_text(const option *self, const char *text, void *field)
{
    if (*text == '\0')
        return complain("--%s: the name is empty", self->name);
    *(const char **)field = text;
    return true;
}

bool option_whole(const char *text, const char *end, unsigned long long *value)
{
    char *stop;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *value = strtoull(text, &stop, 10);
    return stop == end && errno == 0;
}

bool option_seed(const option *self, const char *text, void *field)
{
    unsigned long long value;

    if (!option_whole(text, text + strlen(text), &value) || value > UINT64_MAX)
        return complain("--%s %s: wants a whole number below 2^64", self->name, text);
    *(uint64_t *)field = value;
    return true;
}

bool option_count(const option *self, const char *text, void *field)
{
    unsigned long long value;

    if (!option_whole(text, text + strlen(text), &value) ||
        (double)value < self->low || (double)value > self->high)
        return complain("--%s %s: wants a whole number from %.0f to %.0f", self->name, text,
                        self->low, self->high);
    *(size_t *)field = (size_t)value;
    return true;
}

static bool in_range(const option *self, double x)
{
    return isfinite(x) && (self->above ? x > self->low : x >= self->low) &&
           (self->below ? x < self->high : x <= self->high);
}

bool option_number(const option *self, const char *text, void *field)
{
    char *stop;
    double value = strtod(text, &stop);
    bool starts_well = strchr("+-.0123456789", *text) != NULL; /* strtod skips spaces */

    if (!starts_well || stop == text || *stop != '\0' || !in_range(self, value))
        return complain("--%s %s: wants a number %s %g and %s %g", self->name, text,
                        self->above ? "above" : "from", self->low,
                        self->below ? "below" : "up to", self->high);
    *(double *)field = value;
    return true;
}

bool option_choice(const option *self, const char *text, void *field)
{
    for (int i = 0; self->choices[i] != NULL; i++)
        if (strcmp(text, self->choices[i]) == 0) {
            *(int *)field = i;
            return true;
        }
    return complain("--%s %s: there is no such %s (see --help)", self->name, text, self->name);
}

/* ---- the command line --------------------------------------------------------- */

/* The option whose name stands in text, up to its end or to a '='. */
static const option *find(const option *table, size_t n, const char *text)
{
    size_t length = strcspn(text, "=");

    for (size_t i = 0; i < n; i++)
        if (!table[i].word && strlen(table[i].name) == length &&
            memcmp(table[i].name, text, length) == 0)
            return &table[i];
    return NULL;
}

/* The option that the i-th word is for. */
static const option *find_word(const option *table, size_t n, size_t i)
{
    for (const option *o = table; o < table + n; o++)
        if (o->word && (i-- == 0 || o->many))
            return o;
    return NULL;
}

static void *field_of(const option *o, void *target)
{
    return (char *)target + o->offset;
}

/* One option with its value; *used says how many arguments they were. */
static bool parse_one(const option *table, size_t n, void *target, char **argv, int *used)
{
    const char *text = argv[0] + 2, *equals = strchr(text, '=');
    const option *o = find(table, n, text);

    *used = 1;
    if (o == NULL)
        return complain("unknown option %s (see --help)", argv[0]);
    if (o->value == NULL)
        return equals == NULL ? o->parse(o, "", field_of(o, target))
                              : complain("--%s takes no value", o->name);
    if (equals != NULL)
        return o->parse(o, equals + 1, field_of(o, target));
    if (argv[1] == NULL || strncmp(argv[1], "--", 2) == 0)
        return complain("--%s wants a value: --%s %s", o->name, o->name, o->value);
    *used = 2;
    return o->parse(o, argv[1], field_of(o, target));
}

/* One argument, an option with its value or a word of its own; *words counts those. */
static bool parse_argument(const option *table, size_t n, void *target, char **argv, int *used,
                           size_t *words)
{
    const option *o;

    if (argv[0][0] == '-' && argv[0][1] == '-')
        return parse_one(table, n, target, argv, used);
    if (argv[0][0] == '-' && argv[0][1] != '\0')
        return complain("unknown option %s (see --help)", argv[0]);
    *used = 1;
    o = find_word(table, n, (*words)++);
    if (o == NULL)
        return complain("unexpected argument '%s' (see --help)", argv[0]);
    return o->parse(o, argv[0], field_of(o, target));
}

bool options_parse(const option *table, size_t n, void *target, int argc, char **argv)
{
    size_t words = 0;
    int used = 1;

    for (size_t i = 0; i < n; i++)
        if (table[i].initial != NULL &&
            !table[i].parse(&table[i], table[i].initial, field_of(&table[i], target)))
            return false;
    for (int i = 0; i < argc; i += used)
        if (!parse_argument(table, n, target, argv + i, &used, &words))
            return false;
    return true;
}

enum { TEXT_COLUMN = 19, COLUMNS = 80 };

/* After the last line of text, which begins in TEXT_COLUMN; broken where the screen ends. */
static void print_words(const char *text, option_word *words)
{
    const char *line = strrchr(text, '\n'), *word;
    size_t column = line != NULL ? strlen(line + 1) : TEXT_COLUMN + strlen(text);

    for (size_t i = 0; (word = words(i)) != NULL; i++) {
        bool fits = column + 1 + strlen(word) < COLUMNS;

        if (!fits)
            printf("\n%*s", TEXT_COLUMN, "");
        column = fits ? column : TEXT_COLUMN;
        column += (size_t)printf("%s%s", fits && i > 0 ? " " : "", word);
    }
}

static void print_option(const option *o)
{
    int width = printf("%s%s%s%s", o->word ? "" : "--", o->name, o->value != NULL ? " " : "",
                       o->value != NULL ? o->value : "");

    printf("%*s%s", !o->beside && width < TEXT_COLUMN - 2 ? TEXT_COLUMN - 2 - width : 1, "",
           o->help);
    for (size_t i = 0; o->choices != NULL && o->choices[i] != NULL; i++)
        printf("%s%s", i > 0 ? " " : "", o->choices[i]);
    if (o->words != NULL)
        print_words(o->help, o->words);
    if (o->initial != NULL)
        printf(" (%s)", o->initial);
}

void options_print(const option *table, size_t n)
{
    for (const option *o = table; o < table + n; o++) {
        bool last = o + 1 == table + n || !o[1].beside;

        printf(o->beside ? "   " : "  ");
        print_option(o);
        if (last)
            putchar('\n');
    }
}
