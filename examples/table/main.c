/* Learns from a table of numbers, predicts what a column of it would say, and turns what it has
 * learned into C or ONNX.
 *
 * settings.c reads the command line. To train: source.c reads the file, model.c decides which
 * columns are what, offset.c what is subtracted from them, target.c whether they are numbers or
 * classes, split.c which rows are trained on; train.c trains, and scores.c says how well. predict.c
 * and export.c are the other verbs. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

const char program_name[] = "table";

typedef struct verb {
    const char *name;
    bool (*parse)(settings *s, int argc, char **argv);
    int (*run)(const settings *s);
} verb;

static const verb verbs[] = {
    { "train", settings_train, train },
    { "predict", settings_predict, predict },
    { "export", settings_export, export_model },
};

static int run(const verb *v, int argc, char **argv)
{
    settings s;
    int code = USAGE;

    if (v->parse(&s, argc, argv)) {
        code = EXIT_SUCCESS;
        if (s.help)
            settings_help();
        else if (s.version)
            printf("table, gemmnet %s\n", gn_version());
        else
            code = v->run(&s);
    }
    settings_free(&s);
    if (code == EXIT_SUCCESS && fflush(stdout) != 0) {
        complain("standard output cannot be written");
        code = FAILURE;
    }
    return code;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "--help";

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, word) == 0)
            return run(&verbs[i], argc - 2, argv + 2);
    if (word[0] == '-') /* --help and --version, and what else there may be */
        return run(&verbs[1], argc - 1, argv + 1);
    complain("unknown verb '%s': train, predict or export (see --help)", word);
    return USAGE;
}
