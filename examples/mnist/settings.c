/* The options of the program, and what becomes of them. */
#include "../common/ending.h"
#include "mnist.h"
#include "../common/options.h"
#include "../common/same_file.h"

#include <stdlib.h>
#include <string.h>

static option_parser parse_widths, parse_activations, parse_optimizer, parse_image;

const char *const schedule_names[] = { "constant", "exponential", "step", "cosine", NULL };
const char *const dataset_names[] = { "mnist", "fashion", NULL };
static const char *const digits[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL };

#define INTO(field) .offset = offsetof(settings, field)

/* ---- options of each verb ------------------------------------------------------ */

static const option train_options[] = {
    { "hidden", "N,N", "16,16", "units of each hidden layer, or none",
      parse_widths, INTO(hidden) },
    { "activation", "F,F", "relu",
      "of all hidden layers, or of each: identity sigmoid tanh relu\n"
      "                   leaky_relu elu gelu silu softplus softmax",
      parse_activations, INTO(activations) },
    { "epochs", "N", "15", "of training",
      option_count, INTO(epochs), .low = 1, .high = 1e6 },
    { "batch", "N", NULL, "images a step (64; rprop: all)", .beside = true,
      .parse = option_count, INTO(batch), .low = 1, .high = 1e6 },
    { "optimizer", "NAME", NULL, "adamw, or adam sgd momentum nesterov adagrad rmsprop rprop",
      parse_optimizer, INTO(optimizer) },
    { "rate", "X", NULL, "learning rate (each optimizer has its own, and weight decay)",
      option_number, INTO(rate), .low = 0, .high = 1e6, .above = true },
    { "schedule", "NAME", NULL, "of the rate (cosine): ", option_choice, INTO(schedule),
      .choices = schedule_names },
    { "warmup", "X", NULL, "epochs in which it rises to that (1, and a quarter at most)",
      option_number, INTO(warmup), .low = 0, .high = 1e6 },
    { "decay", "X", NULL, "exponential: times X per epoch (0.9); step: per third (0.1)",
      option_number, INTO(decay), .low = 0, .high = 1, .above = true },
    { "dropout", "X", "0", "share of each hidden layer",
      option_number, INTO(dropout), .low = 0, .high = 1, .below = true },
    { "weight-decay", "X", NULL, "decoupled", .beside = true,
      .parse = option_number, INTO(weight_decay), .low = 0, .high = 1e6 },
    { "patience", "N", NULL, "epochs without a better validation loss before it stops",
      option_count, INTO(patience), .low = 1, .high = 1e6 },
    { "validation", "X", NULL, "share of the training images (0; with --patience 0.1)",
      option_number, INTO(validation), .low = 0, .high = 1, .below = true },
    { "seed", "N", "1", "of weights, order, dropout", option_seed, INTO(seed) },
    { "threads", "N", NULL, "at most (all)", .beside = true,
      .parse = option_count, INTO(threads), .low = 1, .high = 1024 },
    { "dataset", "NAME", "mnist", "", option_choice, INTO(dataset), .choices = dataset_names },
    { "data", "DIR", NULL, "of its IDX files", .beside = true,
      .parse = option_text, INTO(data) },
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
      INTO(dataset), .choices = dataset_names },
    { "data", "DIR", NULL, "where its IDX files are, plain or .gz", option_text, INTO(data) },
    { "threads", "N", NULL, "at most (all that the machine has)",
      option_count, INTO(threads), .low = 1, .high = 1024 },
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
    { "digit", "D", NULL, "the next image of that digit from there on: ", option_choice, INTO(digit),
      .choices = digits },
    { "mistakes", "N", NULL, "instead the N worst mistakes (with --digit: of that one)",
      option_count, INTO(mistakes), .low = 1, .high = 1e6 },
    { "model", "FILE", NULL, "what reads them: safetensors, or ONNX\n"
      "                   (without it the default network, trained for this)",
      option_text, INTO(model) },
    { "dataset", "NAME", NULL, "(what the model was trained on) ", option_choice,
      INTO(dataset), .choices = dataset_names },
    { "data", "DIR", NULL, "where its IDX files are, plain or .gz", option_text, INTO(data) },
    { "help", NULL, NULL, "this", option_flag, INTO(help) },
};

static const option report_options[] = {
    { "model", "FILE", NULL, "of a network: safetensors, or ONNX", option_text, INTO(model) },
    { "out", "FILE", NULL, "the page: name.html", option_text, INTO(report) },
    { "history", "FILE", NULL, "what train --history wrote: for the curves",
      option_text, INTO(history) },
    { "run", "FILE", NULL, "what train --json wrote: for the machine and its speed",
      option_text, INTO(run) },
    { "dataset", "NAME", NULL, "(what the model was trained on) ", option_choice,
      INTO(dataset), .choices = dataset_names },
    { "data", "DIR", NULL, "where its IDX files are, plain or .gz", option_text, INTO(data) },
    { "threads", "N", NULL, "at most (all that the machine has)",
      option_count, INTO(threads), .low = 1, .high = 1024 },
    { "quiet", NULL, NULL, "say nothing but errors", option_flag, INTO(quiet) },
    { "help", NULL, NULL, "this", option_flag, INTO(help) },
};

/* ---- lists ------------------------------------------------------------------- */

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

static bool parse_widths(const option *self, const char *text, void *field)
{
    settings *s = (settings *)(void *)((char *)field - self->offset);
    bool none = *text == '\0' || strcmp(text, "none") == 0;
    size_t n = none ? 0 : count_items(text);
    unsigned long long units;

    free(s->hidden);
    s->n_hidden = 0;
    s->hidden = calloc(n + 1, sizeof *s->hidden);
    if (s->hidden == NULL)
        return complain("--%s: out of memory", self->name);
    for (const char *item = text; s->n_hidden < n; item = item_end(item) + 1) {
        if (!option_whole(item, item_end(item), &units) || units == 0 || units > 1000000000)
            return complain("--%s %s: wants units of each layer, such as 16,16, or none",
                            self->name, text);
        s->hidden[s->n_hidden++] = (size_t)units;
    }
    return true;
}

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

static const gn_activation *find_activation(const char *name, const char *end)
{
    static const gn_activation *const all[] = {
        &gn_identity, &gn_sigmoid, &gn_tanh, &gn_relu, &gn_leaky_relu,
        &gn_elu, &gn_gelu, &gn_silu, &gn_softplus, &gn_softmax,
    };
    size_t length = (size_t)(end - name);

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strlen(all[i]->name) == length && memcmp(all[i]->name, name, length) == 0)
            return all[i];
    return NULL;
}

static bool parse_activations(const option *self, const char *text, void *field)
{
    settings *s = (settings *)(void *)((char *)field - self->offset);
    size_t n = count_items(text);

    free(s->activations);
    s->n_activations = 0;
    s->activations = calloc(n, sizeof *s->activations);
    if (s->activations == NULL)
        return complain("--%s: out of memory", self->name);
    for (const char *item = text; s->n_activations < n; item = item_end(item) + 1) {
        const gn_activation *found = find_activation(item, item_end(item));

        if (found == NULL)
            return complain("--%s %s: there is no activation '%.*s' (see --help)", self->name,
                            text, (int)(item_end(item) - item), item);
        s->activations[s->n_activations++] = found;
    }
    return true;
}

static bool parse_optimizer(const option *self, const char *text, void *field)
{
    for (const recipe_optimizer *o = recipe_optimizers; o->name != NULL; o++)
        if (strcmp(o->name, text) == 0) {
            *(const recipe_optimizer **)field = o;
            return true;
        }
    return complain("--%s %s: there is no such optimizer (see --help)", self->name, text);
}

/* ---- what goes with what ------------------------------------------------------- */

/* A rate that decays is exponential unless something else was asked for. */
static bool settle_schedule(settings *s)
{
    if (s->schedule == NOT_GIVEN)
        s->schedule = s->decay > 0 ? EXPONENTIAL : COSINE;
    if (s->decay > 0 && s->schedule != EXPONENTIAL && s->schedule != STEP)
        return complain("--decay goes with --schedule exponential or step, not with %s",
                        schedule_names[s->schedule]);
    return true;
}

static bool settle_validation(settings *s)
{
    if (s->validation < 0)
        s->validation = s->patience > 0 ? 0.1 : 0;
    if (s->patience > 0 && !(s->validation > 0))
        return complain("--patience wants validation images: --validation 0.1");
    return true;
}

static bool settle_activations(const settings *s)
{
    if (s->n_activations == 1 || s->n_activations == s->n_hidden)
        return true;
    return complain("--activation names %zu activations for %zu hidden layers",
                    s->n_activations, s->n_hidden);
}

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
    return settle_schedule(s) && settle_validation(s) && settle_activations(s) &&
           settle_files(s);
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

bool settings_parse(settings *s, int argc, char **argv)
{
    const verb *v;

    *s = (settings){ .schedule = NOT_GIVEN, .validation = NOT_GIVEN, .weight_decay = NOT_GIVEN,
                     .warmup = NOT_GIVEN, .dataset = NOT_GIVEN, .digit = NOT_GIVEN, .verb = TRAIN,
                     .optimizer = recipe_optimizers };
    argc--, argv++;
    if (argc > 0 && argv[0][0] != '-') {
        if (!parse_verb(s, argv[0]))
            return false;
        argc--, argv++;
    }
    v = &verbs[s->verb];
    return options_parse(v->options, v->n_options, s, argc, argv) &&
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

    for (const verb *other = verbs; other < verbs + N_VERBS; other++)
        if (!s->verb_named || other == v)
            print_usage(other);
    options_print(v->options, v->n_options);
}

void settings_free(settings *s)
{
    free(s->hidden);
    free(s->activations);
    free(s->numbers);
}
