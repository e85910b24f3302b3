/* A network as C source, or as ONNX. */
#include "table.h"
#include "common/ending.h"
#include "common/same_file.h"

#include <stdlib.h>

static bool write_as(const gn_network *net, const char *path)
{
    if (ends_in(path, ".c"))
        return worked(gn_network_export_c(net, path));
    if (ends_in(path, ".onnx"))
        return worked(gn_network_export_onnx(net, path));
    return complain("%s: wants a name that ends in .c or .onnx", path);
}

/* What cannot be seen from outside: which input is which. */
static void tell_names(FILE *to, const model *m)
{
    fputs("inputs: ", to);
    offsets_print_inputs(to, m);
    fputs(m->classifies ? "\noutputs: the probabilities of " : "\noutputs: ", to);
    if (m->classifies)
        names_print(to, &m->classes);
    else
        offsets_print_outputs(to, m);
    fputc('\n', to);
}

/* In the exported file, too: who has it may have seen neither the table nor this program. */
static bool describe(gn_network *net, const model *m)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    bool good;

    if (to == NULL)
        return complain("no memory to describe the network");
    tell_names(to, m);
    if (m->offsets != NULL)
        fprintf(to, "(Subtract as double: a column's own numbers have more digits than a %s.)\n",
                sizeof(gn_real) == sizeof(float) ? "float" : "double");
    good = fclose(to) == 0 || complain("no memory to describe the network");
    if (good)
        text[length - 1] = '\0'; /* the last line's end */
    good = good && worked(gn_network_set_note(net, "description", text));
    free(text);
    return good;
}

int export_model(const settings *s)
{
    gn_network *net = NULL;
    model m = { .columns = 0 };
    const named_file files[] = { { "the model", s->words[0] }, { "the export", s->words[1] } };
    bool good = files_differ(files, 2) && model_load(&m, &net, s->words[0]) && describe(net, &m) &&
                write_as(net, s->words[1]);

    if (good && !s->quiet)
        tell_names(stderr, &m);
    model_free(&m);
    gn_network_destroy(net);
    return good ? EXIT_SUCCESS : FAILURE;
}
