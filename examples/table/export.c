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
static void tell_names(const model *m)
{
    fputs("inputs: ", stderr);
    offsets_print_inputs(stderr, m);
    fputs(m->classifies ? "\noutputs: the probabilities of " : "\noutputs: ", stderr);
    if (m->classifies)
        names_print(stderr, &m->classes);
    else
        offsets_print_outputs(stderr, m);
    fputc('\n', stderr);
}

int export_model(const settings *s)
{
    gn_network *net = NULL;
    model m = { .columns = 0 };
    const named_file files[] = { { "the model", s->words[0] }, { "the export", s->words[1] } };
    bool good = files_differ(files, 2) && model_load(&m, &net, s->words[0]) &&
                write_as(net, s->words[1]);

    if (good && !s->quiet)
        tell_names(&m);
    model_free(&m);
    gn_network_destroy(net);
    return good ? EXIT_SUCCESS : FAILURE;
}
