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

shown name_shown(const char *name)
{
    shown s;

    size_t n = strlen(name);

    if (n >= sizeof s.text) /* UTF-8's letters are not cut */
        for (n = sizeof s.text - 1; n > 0 && ((unsigned char)name[n] & 0xC0) == 0x80; n--)
            ;
    memcpy(s.text, name, n);
    s.text[n] = '\0';
    make_plain(s.text, "");
    return s;
}

void names_print(FILE *file, const names *list)
{
    for (size_t i = 0; i < list->n; i++)
        fprintf(file, "%s%s", i > 0 ? ", " : "", name_shown(list->at[i]).text);
}

void names_free(names *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->at[i]);
    free(list->at);
    *list = (names){ NULL, 0 };
}
