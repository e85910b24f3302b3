/* Hidden layers on a command line. */
#include "layers.h"
#include "complain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count_items(const char *text)
{
    size_t n = 1;

    for (; *text != '\0'; text++)
        n += *text == ',';
    return n;
}

static const char *item_end(const char *item)
{
    return item + strcspn(item, ",");
}

bool option_widths(const option *self, const char *text, void *field)
{
    widths *w = field;
    bool none = *text == '\0' || strcmp(text, "none") == 0;
    size_t n = none ? 0 : count_items(text);
    unsigned long long units;

    free(w->at);
    *w = (widths){ calloc(n + 1, sizeof *w->at), 0 };
    if (w->at == NULL)
        return complain("--%s: out of memory", self->name);
    for (const char *item = text; w->n < n; item = item_end(item) + 1) {
        if (!option_whole(item, item_end(item), &units) || units == 0 || units > 1000000000)
            return complain("--%s %s: wants units of each layer, such as 16,16, or none",
                            self->name, text);
        w->at[w->n++] = (size_t)units;
    }
    return true;
}

const char *activation_word(size_t i)
{
    return gn_name(GN_ACTIVATION, i);
}

/* The activation that item begins with. NULL: there is none; gn_error_message says so. */
static const gn_activation *find(const char *item)
{
    char name[64]; /* longer ones are none, whatever they begin with */

    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(item, ","), item);
    return gn_activation_named(name);
}

bool option_activations(const option *self, const char *text, void *field)
{
    activations *a = field;
    size_t n = count_items(text);

    free(a->at);
    *a = (activations){ calloc(n, sizeof *a->at), 0 };
    if (a->at == NULL)
        return complain("--%s: out of memory", self->name);
    for (const char *item = text; a->n < n; item = item_end(item) + 1) {
        const gn_activation *found = find(item);

        if (found == NULL)
            return complain("--%s %s: %s", self->name, text, gn_error_message());
        a->at[a->n++] = found;
    }
    return true;
}

bool layers_agree(const widths *hidden, const activations *of)
{
    return of->n == 1 || of->n == hidden->n ||
           complain("--activation names %zu activations for %zu hidden layers", of->n, hidden->n);
}

const gn_activation *layers_activation(const activations *of, size_t layer)
{
    return of->at[of->n == 1 ? 0 : layer];
}
