/* The options of the program, and what becomes of them. */
#include "mnist.h"
#include "common/ending.h"
#include "common/options.h"
#include "common/same_file.h"

#include <stdlib.h>
#include <string.h>

static option_parser parse_image;

static const char *const digits[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL };

#define INTO(field) .offset = offsetof(settings, field)

/* ---- options of each verb ------------------------------------------------------ */

/* What is not in the recipe. */
static const option train_options[] = {
    { "model", "FILE", NULL, "save the network there", option_text, INTO(model) },
    { "report", "FILE", NULL, "a page of the run", .beside = true,
      .parse = option_text, INTO(report) },
    { "checkpoint", "FILE", NULL, "save the training there, after each epoch, or every",
      option_text, INTO(checkpoint) },
    { "checkpoint-every", "N", NULL, "steps",
      option_count, INTO(checkpoint_every), .low = 1, .high = 1e15 },
    { "resume", NULL, NULL, "go on from it, where it is there", .beside = true,
      .parse = option_flag, INTO(resume) },
    { "history", "FILE", NULL, "a line of CSV per epoch", option_text, INTO(history) },
    { "json", "FILE", NULL, "the result", .beside = true, .parse = option_text, INTO(json) },
    { "quiet", NULL, NULL, "say only errors", option_flag, INTO(quiet) },
    { "help", NULL, NULL, "this", .beside = true, .parse = option_flag, INTO(help) },
    { "version", NULL, NULL, "of the library", .beside = true,
      .parse = option_flag, INTO(version) },
};

static const option test_options[] = {
    { "model", "FILE", NULL, "of a network: safetensors, or ONNX", option_text, INTO(model) },
    { "dataset", "NAME", NULL, "(what the model was trained on) ", option_choice,
      INTO(recipe.dataset), .choices = dataset_names },
    { "data", "DIR", NULL, "where its IDX files are, plain or .gz", option_text,
      INTO(recipe.data) },
    { "threads", "N", NULL, "at most (all that the machine has)", option_count,
      INTO(recipe.threads), .low = 1, .high = 1024 },
    { "json", "FILE", NULL, "write the result", option_text, INTO(json) },
    { "quiet", NULL, NULL, "say nothing but errors", option_flag, INTO(quiet) },
    { "help", NULL, NULL, "this", option_flag, INTO(help) },
};

static const option export_options[] = {
    { "FROM", NULL, NULL, "a network: safetensors, or ONNX", option_text, INTO(from),
      .word = true },
    { "TO", NULL, NULL, "name.safetensors, name.onnx, or name.c (and name.h beside it)",
      option_text, INTO(to), .word = true },
    { "quiet", NULL, NULL, "say nothing but errors", option_flag, INTO(quiet) },
    { "help", NULL, NULL, "this", option_flag, INTO(help) },
};

static const option show_options[] = {
    { "N ...", NULL, NULL, "numbers of test images, the first of which is 0 (and the default)",
      parse_image, INTO(numbers), .word = true, .many = true },
    { "digit", "D", NULL, "the next image of that digit from there on: ", option_choice,
      INTO(digit), .choices = digits },
    { "mistakes", "N", NULL, "instead the N worst mistakes (with --digit: of that one)",
      option_count, INTO(mistakes), .low = 1, .high = 1e6 },
    { "model", "FILE", NULL,
      "what reads them: safetensors, or ONNX\n"
      "                   (without it the default network, trained for this)",
      option_text, INTO(model) },
    { "dataset", "NAME", NULL, "(what the model was trained on) ", option_choice,
      INTO(recipe.dataset), .choices = dataset_names },
    { "data", "DIR", NULL, "where its IDX files are, plain or .gz", option_text,
      INTO(recipe.data) },
    { "help", NULL, NULL, "this", option_flag, INTO(help) },
};

static const option report_options[] = {
    { "model", "FILE", NULL, "of a network: safetensors, or ONNX", option_text, INTO(model) },
    { "out", "FILE", NULL, "the page: name.html", option_text, INTO(report) },
    { "history", "FILE", NULL, "what train --history wrote: for the curves", option_text,
      INTO(history) },
    { "run", "FILE", NULL, "what train --json wrote: for the machine and its speed", option_text,
      INTO(run) },
    { "dataset", "NAME", NULL, "(what the model was trained on) ", option_choice,
      INTO(recipe.dataset), .choices = dataset_names },
    { "data", "DIR", NULL, "where its IDX files are, plain or .gz", option_text,
      INTO(recipe.data) },
    { "threads", "N", NULL, "at most (all that the machine has)", option_count,
      INTO(recipe.threads), .low = 1, .high = 1024 },
    { "quiet", NULL, NULL, "say nothing but errors", option_flag, INTO(quiet) },
    { "help", NULL, NULL, "this", option_flag, INTO(help) },
};

static bool parse_image(const option *self, const char *text, void *field)
{
    settings *s = (settings *)(void *)((char *)field - self->offset);
    size_t *longer = realloc(s->numbers, (s->n_numbers + 1) * sizeof *longer);
    unsigned long long number;

    if (longer == NULL)
        return complain("out of memory");
    s->numbers = longer;
    if (!option_whole(text, text + strlen(text), &number) || number > SIZE_MAX)
        return complain("show %s: wants numbers of test images, such as 7", text);
    s->numbers[s->n_numbers++] = (size_t)number;
    return true;
}

/* ---- what goes with what ------------------------------------------------------- */

static bool settle_files(const settings *s)
{
    if (s->checkpoint == NULL && (s->resume || s->checkpoint_every > 0))
        return complain("--%s wants --checkpoint FILE",
                        s->resume ? "resume" : "checkpoint-every");
    return ending_fits("--model", s->model, A_MODEL) &&
           ending_fits("--checkpoint", s->checkpoint, A_MODEL) &&
           ending_fits("--history", s->history, A_TABLE) &&
           ending_fits("--json", s->json, A_RECORD) && ending_fits("--report", s->report, A_PAGE) &&
           files_differ((const named_file[]){ { "--model", s->model },
                                              { "--checkpoint", s->checkpoint },
                                              { "--history", s->history }, { "--json", s->json },
                                              { "--report", s->report } },
                        5);
}

static bool settle_train(settings *s)
{
    return recipe_check(&s->recipe) && settle_files(s);
}

static bool settle_test(settings *s)
{
    if (s->model == NULL)
        return complain("test wants --model FILE");
    return ending_fits("--json", s->json, A_RECORD) &&
           files_differ((const named_file[]){ { "--model", s->model }, { "--json", s->json } }, 2);
}

static bool settle_export(settings *s)
{
    if (s->to == NULL)
        return complain("export wants two names: mnist export FROM TO");
    if (model_kind_of_name(s->to) == UNKNOWN_KIND)
        return complain("%s: export knows what ends in .safetensors, .onnx or .c", s->to);
    return files_differ((const named_file[]){ { "FROM", s->from }, { "TO", s->to } }, 2);
}

static bool settle_show(settings *s)
{
    return s->n_numbers == 0 || s->mistakes == 0 ||
           complain("show wants numbers or --mistakes, not both");
}

static bool settle_report(settings *s)
{
    if (s->model == NULL || s->report == NULL)
        return complain("report wants --model FILE and --out FILE");
    return ending_fits("--out", s->report, A_PAGE) &&
           files_differ((const named_file[]){ { "--model", s->model }, { "--history", s->history },
                                              { "--run", s->run }, { "--out", s->report } },
                        4);
}

/* ---- verbs ------------------------------------------------------------------------ */

typedef struct verb {
    const char *name, *usage;
    const option *options;
    size_t n_options;
    bool (*settle)(settings *s);
} verb;

#define ALL(table) table, sizeof table / sizeof table[0]

static const verb verbs[] = {
    [TRAIN] = { "train", "[--option value ...]    learn to read handwritten digits",
                ALL(train_options), settle_train },
    [TEST] = { "test", "--model FILE               tell how well a network reads them",
               ALL(test_options), settle_test },
    [EXPORT] = { "export", "FROM TO                  write a network as .onnx, .c, .safetensors",
                 ALL(export_options), settle_export },
    [SHOW] = { "show", "N ...                      draw test images and a network's beliefs",
               ALL(show_options), settle_show },
    [REPORT] = { "report", "--model FILE --out FILE  write a page that shows all of it",
                 ALL(report_options), settle_report },
};

enum { N_VERBS = sizeof verbs / sizeof verbs[0] };

/* The first argument, where it is not an option; without one: train. */
static bool parse_verb(settings *s, const char *text)
{
    for (int i = 0; i < N_VERBS; i++)
        if (strcmp(verbs[i].name, text) == 0) {
            s->verb = i;
            return s->verb_named = true;
        }
    return complain("unknown verb '%s' (see --help)", text);
}

enum { MOST_OPTIONS = RECIPE_OPTIONS + 16 };

/* The options of train begin with those of a recipe. */
static size_t options_of(const verb *v, option all[MOST_OPTIONS])
{
    size_t n = v->settle == settle_train ? RECIPE_OPTIONS : 0;

    memcpy(all, recipe_options, n * sizeof *all);
    memcpy(all + n, v->options, v->n_options * sizeof *all);
    return n + v->n_options;
}

bool settings_parse(settings *s, int argc, char **argv)
{
    option all[MOST_OPTIONS];
    const verb *v;

    *s = (settings){ .recipe = recipe_unread, .digit = NOT_GIVEN, .verb = TRAIN };
    argc--, argv++;
    if (argc > 0 && argv[0][0] != '-') {
        if (!parse_verb(s, argv[0]))
            return false;
        argc--, argv++;
    }
    v = &verbs[s->verb];
    return options_parse(all, options_of(v, all), s, argc, argv) &&
           (s->help || s->version || v->settle(s));
}

static void print_usage(const verb *v)
{
    printf(v->settle == settle_train ? "mnist [%s] %s\n" : "mnist %s %s\n", v->name, v->usage);
}

/* Where none was named: of all verbs, and the options of train. */
void settings_help(const settings *s)
{
    const verb *v = &verbs[s->verb];
    option all[MOST_OPTIONS];

    for (const verb *other = verbs; other < verbs + N_VERBS; other++)
        if (!s->verb_named || other == v)
            print_usage(other);
    options_print(all, options_of(v, all));
}

void settings_free(settings *s)
{
    recipe_free(&s->recipe);
    free(s->numbers);
}
