/* Lists of names. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

static char *copy(const char *text, size_t n)
{
    char *mine = malloc(n + 1);

    if (mine != NULL) {
        memcpy(mine, text, n);
        mine[n] = '\0';
    }
    return mine;
}

static bool add(names *list, const char *name, size_t length)
{
    size_t room = list->n + 2;
    char **more = list->n == 0 || (list->n & (list->n + 1)) == 0 /* where it doubles */
                      ? realloc(list->at, 2 * room * sizeof *more) : list->at;

    if (more != NULL) {
        list->at = more;
        more[list->n] = copy(name, length);
        more[list->n + 1] = NULL;
    }
    if (more == NULL || more[list->n] == NULL)
        return complain("no memory for %zu names", list->n + 1);
    list->n++;
    return true;
}

bool names_add(names *list, const char *name)
{
    return add(list, name, strlen(name));
}

size_t names_find(const names *list, const char *name)
{
    size_t i = 0;

    while (i < list->n && strcmp(list->at[i], name) != 0)
        i++;
    return i;
}

bool names_split(names *list, const char *text)
{
    for (;; text++) {
        size_t n = strcspn(text, ",");

        if (!add(list, text, n))
            return false;
        text += n;
        if (*text == '\0')
            return true;
    }
}

void names_print(FILE *file, const names *list)
{
    for (size_t i = 0; i < list->n; i++)
        fprintf(file, "%s%s", i > 0 ? ", " : "", list->at[i]);
}

void names_free(names *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->at[i]);
    free(list->at);
    *list = (names){ NULL, 0 };
}
