/* The options of the program. common/recipe_options.c knows what a value means: here they are only
 * lists of words. */
#include "explore.h"
#include "common/ending.h"

#include <stdlib.h>
#include <string.h>

static option_parser parse_values;

static const char *const sort_names[] = { "accuracy", "loss", "seconds", "parameters", "none",
                                          NULL }; /* as sort_kind */

#define INTO(field) .offset = offsetof(plan, field)
#define AXIS(kind) parse_values, INTO(axes[kind])

static const option all_options[] = {
    { "hidden", "N,N/N", NULL, "units of the hidden layers: 16,16/64/none are three networks",
      AXIS(HIDDEN) },
    { "activation", "F,F", NULL, "relu,tanh/relu: one for each layer, '/' between; ",
      AXIS(ACTIVATION), .words = activation_word },
    { "epochs", "N,N", NULL, "through the training images", AXIS(EPOCHS) },
    { "batch", "N,N", NULL, "images per step", .beside = true, .parse = AXIS(BATCH) },
    { "optimizer", "NAME,..", NULL, "", AXIS(OPTIMIZER), .words = optimizer_word },
    { "rate", "X,X", NULL, "learning rates (each optimizer has its own)", AXIS(RATE) },
    { "schedule", "NAME,..", NULL, "of the rate: constant exponential step cosine",
      AXIS(SCHEDULE) },
    { "decay", "X,X", NULL, "of exponential and step", AXIS(DECAY) },
    { "warmup", "X,X", NULL, "in so many epochs", .beside = true, .parse = AXIS(WARMUP) },
    { "dropout", "X,X", NULL, "share", AXIS(DROPOUT) },
    { "weight-decay", "X,X", NULL, "decoupled", .beside = true, .parse = AXIS(WEIGHT_DECAY) },
    { "patience", "N,N", NULL, "epochs", .beside = true, .parse = AXIS(PATIENCE) },
    { "seed", "N,N", NULL, "of weights, order, dropout, validation images", AXIS(SEED) },
    { "seeds", "N", "1", "networks per row, from that seed on: the table has the mean\n"
      "                   +- the standard deviation", option_count, INTO(seeds),
      .low = 1, .high = 1000 },
    { "validation", "X", "0.1", "share of the training images, to compare networks by",
      option_text, INTO(validation) },
    { "threads", "N", NULL, "networks at a time (one per core)", option_count, INTO(threads),
      .low = 1, .high = 1024 },
    { "sort", "NAME", "accuracy", "", option_choice, INTO(sort), .choices = sort_names },
    { "csv", "FILE", NULL, "a line per network", option_text, INTO(csv) },
    { "plot", "FILE.svg", NULL, "a picture; or .png, .pdf", .beside = true, .parse = option_text,
      INTO(plot) },
    { "dataset", "NAME", NULL, "mnist fashion", option_text, INTO(dataset) },
    { "data", "DIR", NULL, "of its IDX files", .beside = true, .parse = option_text, INTO(data) },
    { "quiet", NULL, NULL, "no progress", option_flag, INTO(quiet) },
    { "help", NULL, NULL, "this", .beside = true, .parse = option_flag, INTO(help) },
    { "version", NULL, NULL, "of the library", .beside = true, .parse = option_flag,
      INTO(version) },
};

enum { N_OPTIONS = sizeof all_options / sizeof all_options[0] };

/* ---- lists of values ------------------------------------------------------------- */

/* '/' separates anything; ',' what has none in itself. */
static char separator_of(const option *self, const char *text)
{
    bool has_commas = self->offset == offsetof(plan, axes[HIDDEN]);

    return has_commas || strchr(text, '/') != NULL ? '/' : ',';
}

static size_t count_items(const char *text, char separator)
{
    size_t n = 1;

    for (; *text != '\0'; text++)
        n += *text == separator;
    return n;
}

/* false: one of them is empty, or there twice. */
static bool cut(axis *a, char separator)
{
    for (char *rest = a->text; rest != NULL;) {
        const char *item = rest;

        rest = strchr(rest, separator);
        if (rest != NULL)
            *rest++ = '\0';
        for (size_t i = 0; i < a->n; i++)
            if (strcmp(a->values[i], item) == 0)
                return false;
        if (*item == '\0')
            return false;
        a->values[a->n++] = item;
    }
    return true;
}

static bool parse_values(const option *self, const char *text, void *field)
{
    plan *p = (plan *)(void *)((char *)field - self->offset);
    axis *a = field;
    char separator = separator_of(self, text);
    size_t size = strlen(text) + 1;

    if (a->text == NULL)
        a->place = p->given++;
    free(a->text);
    free(a->values);
    a->n = 0;
    a->text = malloc(size);
    a->values = calloc(count_items(text, separator), sizeof *a->values);
    if (a->text == NULL || a->values == NULL)
        return complain("--%s: out of memory", self->name);
    memcpy(a->text, text, size);
    return cut(a, separator) ||
           complain("--%s %s: wants different values with '%c' in between", self->name, text,
                    separator);
}

/* ---- axes ------------------------------------------------------------------------ */

const char *axis_name(axis_kind kind)
{
    size_t i = 0;

    while (all_options[i].offset != offsetof(plan, axes[0]) + kind * sizeof(axis))
        i++;
    return all_options[i].name;
}

bool axis_is_numeric(axis_kind kind)
{
    return kind != HIDDEN && kind != ACTIVATION && kind != OPTIMIZER && kind != SCHEDULE &&
           kind != SEED;
}

bool axis_varies(const plan *p, axis_kind kind)
{
    return p->axes[kind].n > 1;
}

size_t plan_varying(const plan *p, axis_kind kinds[AXES])
{
    size_t n = 0;

    for (size_t place = 0; place < p->given; place++)
        for (int kind = 0; kind < AXES; kind++)
            if (axis_varies(p, (axis_kind)kind) && p->axes[kind].place == place)
                kinds[n++] = (axis_kind)kind;
    return n;
}

bool plan_is_about_luck(const plan *p)
{
    axis_kind kinds[AXES];

    return plan_varying(p, kinds) == 1 && kinds[0] == SEED;
}

/* ---- the command line ------------------------------------------------------------ */

/* Where nothing else varies, several seeds are what varies: a row for each. */
static bool settle_seeds(plan *p)
{
    enum { DIGITS = 21 };
    axis_kind kinds[AXES];
    axis *a = &p->axes[SEED];
    uint64_t first = 1;
    char *text;
    bool good = true;

    if (p->seeds == 1 || plan_varying(p, kinds) > 0)
        return true;
    if (a->n > 0 && !option_seed(&(option){ .name = "seed" }, a->values[0], &first))
        return false;
    text = malloc(p->seeds * DIGITS);
    if (text == NULL)
        return complain("--seeds: out of memory");
    for (size_t i = 0, used = 0; i < p->seeds; i++)
        used += (size_t)snprintf(text + used, DIGITS, i > 0 ? ",%llu" : "%llu",
                                 (unsigned long long)(first + i));
    good = parse_values(&(option){ .name = "seed", .offset = offsetof(plan, axes[SEED]) }, text, a);
    p->seeds = 1;
    free(text);
    return good;
}

bool plan_parse(plan *p, int argc, char **argv)
{
    *p = (plan){ .seeds = 1 };
    return options_parse(all_options, N_OPTIONS, p, argc - 1, argv + 1) && settle_seeds(p) &&
           ending_fits("--csv", p->csv, A_TABLE) && ending_fits("--plot", p->plot, A_PICTURE);
}

void plan_help(void)
{
    puts("explore [--option value,value ...]  train a network for each combination");
    options_print(all_options, N_OPTIONS);
}

void plan_free(plan *p)
{
    for (axis *a = p->axes; a < p->axes + AXES; a++) {
        free(a->text);
        free(a->values);
    }
}
