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

static void put_layers(FILE *text, const settings *s)
{
    fprintf(text, " --hidden %s", s->n_hidden == 0 ? "none" : "");
    for (size_t i = 0; i < s->n_hidden; i++)
        fprintf(text, "%s%zu", i > 0 ? "," : "", s->hidden[i]);
    for (size_t i = 0; s->n_hidden > 0 && i < s->n_activations; i++)
        fprintf(text, "%s%s", i > 0 ? "," : " --activation ", s->activations[i]->name);
}

static void put_recipe(FILE *text, const settings *s)
{
    fprintf(text, " --epochs %zu --batch %zu --optimizer %s", s->epochs, s->batch,
            s->optimizer->name);
    put_number(text, "rate", s->rate);
    fprintf(text, " --schedule %s", schedule_names[s->schedule]);
    put_number(text, "warmup", s->warmup);
    if (s->schedule == EXPONENTIAL || s->schedule == STEP)
        put_number(text, "decay", s->decay);
    if (s->dropout > 0)
        put_number(text, "dropout", s->dropout);
    put_number(text, "weight-decay", s->weight_decay);
    if (s->validation > 0)
        put_number(text, "validation", s->validation);
    if (s->patience > 0)
        fprintf(text, " --patience %zu", s->patience);
    fprintf(text, " --seed %llu", (unsigned long long)s->seed);
}

bool command_note(gn_network *net, const settings *s)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    bool good = file != NULL;

    if (good) {
        fprintf(file, "mnist train --dataset %s", dataset_names[s->dataset]);
        put_layers(file, s);
        put_recipe(file, s);
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
