/* The options of the program, and what becomes of them. */
#include "table.h"
#include "common/options.h"

#include <stdlib.h>
#include <string.h>

static option_parser parse_separator, parse_decimal;

static const char *const task_names[] = { "regression", "classification", NULL };
static const char *const weight_names[] = { "none", "balanced", NULL };
static const char *const header_names[] = { "guess", "yes", "no", NULL }; /* as gn_header */

#define INTO(field) .offset = offsetof(settings, field)

/* How files are read. */
#define FILE_OPTIONS                                                                            \
    { "header", "WORD", "guess", "does the first row name the columns? ", option_choice,        \
      INTO(header), .choices = header_names },                                                  \
    { "separator", "C", NULL, "a character, or tab (a tab, ; or , is guessed)",                 \
      parse_separator, INTO(csv.separator) },                                                   \
    { "decimal", "C", NULL, "the decimal point: . or , (.)", parse_decimal, INTO(csv.decimal) }, \
    { "threads", "N", NULL, "at most (all that the machine has)", option_count, INTO(threads),  \
      .low = 1, .high = 1024 },                                                                 \
    { "quiet", NULL, NULL, "say nothing but errors and figures", option_flag, INTO(quiet) },    \
    { "help", NULL, NULL, "this", option_flag, INTO(help) },                                    \
    { "version", NULL, NULL, "of the library", option_flag, INTO(version) }

static const option train_table[] = {
    { "target", "COLUMN", NULL, "what to learn; A,B: several columns of numbers", option_text,
      INTO(target) },
    { "ignore", "A,B", NULL, "columns that are no inputs", option_text, INTO(ignore) },
    { "model", "FILE", NULL, "where to save the network, as safetensors", option_text,
      INTO(model) },
    { "task", "NAME", NULL,
      "(classes, if the target holds text or 0, 1, .. 9)\n"
      "                   ",
      option_choice, INTO(task), .choices = task_names },
    { "hidden", "N,N", "32,32", "units of each hidden layer, or none", option_widths,
      INTO(hidden) },
    { "activation", "F,F", "relu", "of all hidden layers, or of each: ", option_activations,
      INTO(activations), .words = activation_word },
    { "epochs", "N", "1000", "at most", option_count, INTO(epochs), .low = 1, .high = 1e6 },
    { "batch", "N", "32", "rows per step", option_count, INTO(batch), .low = 1, .high = 1e6 },
    { "rate", "X", "0.001", "learning rate of Adam", option_number, INTO(rate), .low = 0,
      .high = 1e6, .above = true },
    { "decay", "X", "1", "the rate times X per epoch", option_number, INTO(decay), .low = 0,
      .high = 1, .above = true },
    { "weight-decay", "X", "0.01", "decoupled, not on biases", option_number, INTO(weight_decay),
      .low = 0, .high = 1e6 },
    { "validation", "X", "0.15", "share of the rows by which to stop", option_number,
      INTO(validation), .low = 0, .high = 1, .below = true },
    { "patience", "N", "50", "epochs without a better validation loss before it stops",
      option_count, INTO(patience), .low = 1, .high = 1e6 },
    { "test", "X|FILE", "0.15", "share of the rows by which to judge, or a file of them",
      option_text, INTO(test) },
    { "class-weights", "NAME", "none", "how much a class counts: ", option_choice,
      INTO(class_weights), .choices = weight_names },
    { "seed", "N", "1", "of weights, order and split", option_seed, INTO(seed) },
    FILE_OPTIONS,
};

static const option predict_table[] = { FILE_OPTIONS };

#define COUNT(table) (sizeof (table) / sizeof (table)[0])

/* ---- kinds of values --------------------------------------------------------- */

static bool parse_separator(const option *self, const char *text, void *field)
{
    bool tab = strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0;

    if (!tab && (strlen(text) != 1 || strchr("\"\r\n", *text) != NULL))
        return complain("--%s %s: wants one character, or tab", self->name, text);
    *(char *)field = tab ? '\t' : *text;
    return true;
}

static bool parse_decimal(const option *self, const char *text, void *field)
{
    if (strcmp(text, ".") != 0 && strcmp(text, ",") != 0)
        return complain("--%s %s: wants . or ,", self->name, text);
    *(char *)field = *text;
    return true;
}

/* ---- what goes with what ------------------------------------------------------- */

/* --test is a share, or else a file. */
static bool settle_test(settings *s)
{
    char *stop;
    double share = strtod(s->test, &stop);

    if (stop == s->test || *stop != '\0')
        return true;
    if (!(share >= 0 && share < 1))
        return complain("--test %s: wants a share from 0 and below 1, or a file", s->test);
    s->test_share = share;
    s->test = NULL;
    return true;
}

static bool settle_train(settings *s)
{
    if (s->target == NULL)
        return complain("--target is missing: the column that is to be learned");
    if (s->activations.n != 1 && s->activations.n != s->hidden.n)
        return complain("--activation names %zu activations for %zu hidden layers",
                        s->activations.n, s->hidden.n);
    if (!(s->validation > 0))
        s->patience = 0;
    if (!settle_test(s))
        return false;
    if (s->validation + s->test_share >= 1)
        return complain("--validation %g and --test %g leave nothing to train on", s->validation,
                        s->test_share);
    return true;
}

static bool settle_file(settings *s)
{
    s->csv.header = (gn_header)s->header;
    if (s->csv.decimal == ',' && s->csv.separator == ',')
        return complain("--separator , and --decimal , cannot be the same");
    return true;
}

/* ---- verbs --------------------------------------------------------------------- */

/* The words that follow the verb, and then options. */
static bool parse(settings *s, const option *table, size_t n, size_t words, const char *usage,
                  int argc, char **argv)
{
    size_t given = 0;

    *s = (settings){ .task = TO_BE_GUESSED };
    for (; argc > 0 && argv[0][0] != '-' && given < words; argc--, argv++)
        s->words[given++] = argv[0];
    if (!options_parse(table, n, s, argc, argv))
        return false;
    return s->help || s->version || given == words || complain("usage: table %s", usage);
}

bool settings_train(settings *s, int argc, char **argv)
{
    return parse(s, train_table, COUNT(train_table), 1,
                 "train DATA.csv --target COLUMN [OPTION...]", argc, argv) &&
           (s->help || s->version || (settle_train(s) && settle_file(s)));
}

bool settings_predict(settings *s, int argc, char **argv)
{
    return parse(s, predict_table, COUNT(predict_table), 2,
                 "predict MODEL.safetensors NEW.csv [OPTION...]", argc, argv) && settle_file(s);
}

bool settings_export(settings *s, int argc, char **argv)
{
    return parse(s, predict_table, COUNT(predict_table), 2,
                 "export MODEL.safetensors NAME.c (or NAME.onnx)", argc, argv);
}

void settings_help(void)
{
    puts("table train DATA.csv --target COLUMN [--model FILE] [--option value ...]\n"
         "table predict MODEL NEW.csv >OUT.csv    adds what it predicts, and what to doubt\n"
         "table export MODEL NAME.c (or NAME.onnx)\n");
    options_print(train_table, COUNT(train_table));
    puts("\npredict has --header, --separator, --decimal, --threads and --quiet.");
}

void settings_free(settings *s)
{
    free(s->hidden.at);
    free(s->activations.at);
}
