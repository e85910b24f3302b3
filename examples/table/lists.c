/* Names, and what lists on the command line say. */
#include "lists.h"

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

/* ---- options ------------------------------------------------------------------ */

bool list_widths(const option *self, const char *text, void *field)
{
    widths *w = field;
    names items = { NULL, 0 };
    bool none = strcmp(text, "none") == 0, good = none || names_split(&items, text);
    unsigned long long units;

    free(w->at);
    *w = (widths){ calloc(items.n + 1, sizeof *w->at), 0 };
    if (w->at == NULL)
        good = complain("--%s: out of memory", self->name);
    for (size_t i = 0; good && i < items.n; i++) {
        const char *item = items.at[i];

        if (option_whole(item, item + strlen(item), &units) && units > 0 && units <= 1000000000)
            w->at[w->n++] = (size_t)units;
        else
            good = complain("--%s %s: wants units of each layer, such as 32,32, or none",
                            self->name, text);
    }
    names_free(&items);
    return good;
}

static const gn_activation *find_activation(const char *name)
{
    static const gn_activation *const all[] = {
        &gn_identity, &gn_sigmoid, &gn_tanh, &gn_relu, &gn_leaky_relu,
        &gn_elu, &gn_gelu, &gn_silu, &gn_softplus, &gn_softmax,
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

bool list_activations(const option *self, const char *text, void *field)
{
    activations *a = field;
    names items = { NULL, 0 };
    bool good = names_split(&items, text);

    free(a->at);
    *a = (activations){ calloc(items.n + 1, sizeof *a->at), 0 };
    if (a->at == NULL)
        good = complain("--%s: out of memory", self->name);
    for (size_t i = 0; good && i < items.n; i++) {
        a->at[a->n] = find_activation(items.at[i]);
        if (a->at[a->n++] == NULL)
            good = complain("--%s %s: there is no activation '%s' (see --help)", self->name, text,
                            items.at[i]);
    }
    names_free(&items);
    return good;
}
