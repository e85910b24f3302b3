/* The command that trains the same network again, as a note in its file. */
#include "page.h"

#include <stdlib.h>
#include <string.h>

/* The fewest digits that read back as the same number. */
static void put_number(FILE *text, const char *name, double x)
{
    char digits[32];
    int precision = 1;

    do
        snprintf(digits, sizeof digits, "%.*g", precision, x);
    while (strtod(digits, NULL) != x && precision++ < 17);
    fprintf(text, " --%s %s", name, digits);
}

static void put_layers(FILE *text, const recipe *r)
{
    fprintf(text, " --hidden %s", r->hidden.n == 0 ? "none" : "");
    for (size_t i = 0; i < r->hidden.n; i++)
        fprintf(text, "%s%zu", i > 0 ? "," : "", r->hidden.at[i]);
    for (size_t i = 0; r->hidden.n > 0 && i < r->activations.n; i++)
        fprintf(text, "%s%s", i > 0 ? "," : " --activation ", r->activations.at[i]->name);
}

static void put_recipe(FILE *text, const recipe *r)
{
    fprintf(text, " --epochs %zu --batch %zu --optimizer %s", r->epochs, r->batch,
            r->optimizer->name);
    put_number(text, "rate", r->rate);
    fprintf(text, " --schedule %s", schedule_names[r->schedule]);
    put_number(text, "warmup", r->warmup);
    if (r->schedule == EXPONENTIAL || r->schedule == STEP)
        put_number(text, "decay", r->decay);
    if (r->dropout > 0)
        put_number(text, "dropout", r->dropout);
    put_number(text, "weight-decay", r->weight_decay);
    if (r->validation > 0)
        put_number(text, "validation", r->validation);
    if (r->patience > 0)
        fprintf(text, " --patience %zu", r->patience);
    fprintf(text, " --seed %llu", (unsigned long long)r->seed);
}

bool command_note(gn_network *net, const settings *s)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    bool good = file != NULL;

    if (good) {
        fprintf(file, "mnist train --dataset %s", dataset_names[s->recipe.dataset]);
        put_layers(file, &s->recipe);
        put_recipe(file, &s->recipe);
        good = fclose(file) == 0;
    }
    good = good ? worked(gn_network_set_note(net, "command", text))
                : complain("no memory for a note");
    free(text);
    return good;
}

bool command_is_sound(const char *text)
{
    static const char begins[] = "mnist train --";

    return strncmp(text, begins, strlen(begins)) == 0 &&
           strspn(text, "0123456789 _.,+-abcdefghijklmnopqrstuvwxyz") == strlen(text);
}
