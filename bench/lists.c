/* Options that are lists of numbers. */
#include "throughput.h"

#include <stdlib.h>
#include <string.h>

static size_t count_items(const char *text, char separator)
{
    size_t n = 1;

    for (; *text != '\0'; text++)
        n += *text == separator;
    return n;
}

static bool parse_item(const option *self, const char *item, const char *end, size_t *value)
{
    unsigned long long number;
    bool good = option_whole(item, end, &number) && (double)number >= self->low &&
                (double)number <= self->high;

    if (good)
        *value = (size_t)number;
    return good;
}

static bool parse_sizes(const option *self, const char *text, sizes *list, char separator)
{
    const char separators[] = { separator, '\0' };
    size_t n = count_items(text, separator);

    free(list->at);
    *list = (sizes){ .at = calloc(n, sizeof *list->at) };
    if (list->at == NULL)
        return complain("--%s: out of memory", self->name);
    for (const char *item = text, *end; list->n < n; item = end + 1) {
        end = item + strcspn(item, separators);
        if (!parse_item(self, item, end, &list->at[list->n++]))
            return complain("--%s %s: wants whole numbers from %.0f to %.0f with '%c' in between",
                            self->name, text, self->low, self->high, separator);
    }
    return true;
}

bool lists_numbers(const option *self, const char *text, void *field)
{
    return parse_sizes(self, text, field, ',');
}

bool lists_layers(const option *self, const char *text, void *field)
{
    const sizes *list = field;

    return parse_sizes(self, text, field, '-') &&
           (list->n >= 2 || complain("--layers %s: wants inputs, units and outputs, such as "
                                     "784-16-16-10", text));
}

void lists_print(FILE *file, const sizes *list, const char *between)
{
    for (size_t i = 0; i < list->n; i++)
        fprintf(file, "%s%zu", i > 0 ? between : "", list->at[i]);
}
