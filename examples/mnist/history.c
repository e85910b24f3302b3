/* The history of a training, from the CSV file that train --history wrote. */
#include "page.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 8 };

/* The next field, which ends at a comma or with the line: a number, or nothing (NaN). NULL: it
 * is neither. */
static const char *read_field(const char *text, double *value)
{
    char *end = (char *)(uintptr_t)text;

    *value = NAN;
    if (*text != ',' && *text != '\0')
        *value = strtod(text, &end);
    return *end == ',' || *end == '\0' ? end : NULL;
}

static bool read_fields(const char *line, double field[FIELDS])
{
    for (int i = 0; i < FIELDS; i++) {
        line = read_field(line, &field[i]);
        if (line == NULL || (*line == ',') != (i < FIELDS - 1))
            return false;
        line++;
    }
    return field[0] >= 1 && field[0] <= 1e15 && field[1] >= 0 && field[1] <= 1e15;
}

static bool append(history *h, const double field[FIELDS])
{
    if ((h->n & (h->n - 1)) == 0) { /* room for a power of two is full */
        gn_epoch *longer = realloc(h->epochs, (h->n > 0 ? 2 * h->n : 1) * sizeof *longer);

        if (longer == NULL)
            return complain("no memory for %zu epochs", h->n + 1);
        h->epochs = longer;
    }
    h->epochs[h->n++] = (gn_epoch){
        .epoch = (uint64_t)field[0], .step = (uint64_t)field[1], .rate = field[2],
        .train = { .loss = field[3], .accuracy = field[4] },
        .valid = { .loss = field[5], .accuracy = field[6] }, .seconds = field[7],
    };
    return true;
}

static bool read_line(history *h, const char *path, const char *line, size_t number)
{
    double field[FIELDS];

    if (number == 1)
        return strcmp(line, history_columns) == 0 ||
               complain("%s: line 1 is not that of a history by train --history", path);
    if (!read_fields(line, field))
        return complain("%s: line %zu does not have the %d numbers of an epoch", path, number,
                        (int)FIELDS);
    if (h->n > 0 && !(field[0] > (double)h->epochs[h->n - 1].epoch))
        return complain("%s: line %zu: epoch %.0f is not later than the one before", path, number,
                        field[0]);
    return append(h, field);
}

bool history_read(history *h, const char *path)
{
    FILE *file;
    char *line = NULL;
    size_t room = 0, number = 0;
    bool good = true;

    *h = (history){ .n = 0 };
    if (path == NULL)
        return true;
    file = fopen(path, "r");
    if (file == NULL)
        return complain("%s: %s", path, strerror(errno));
    while (good && getline(&line, &room, file) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        good = read_line(h, path, line, ++number);
    }
    if (good && (ferror(file) != 0 || h->n == 0))
        good = complain("%s has no epochs", path);
    free(line);
    fclose(file);
    return good;
}

void history_free(history *h)
{
    free(h->epochs);
}
