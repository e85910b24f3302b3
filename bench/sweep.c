/* The options of the program, and the network they describe. */
#include "throughput.h"
#include "common/ending.h"
#include "common/layers.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static option_parser parse_activation;
static option_word hidden_activation_word;

const char *const mode_names[] = { "train", "infer", "both", NULL };

#define INTO(field) .offset = offsetof(sweep, field)

static const option table[] = {
    { "layers", "N-N-N", "784-16-16-10", "inputs, units of each layer, outputs",
      lists_layers, INTO(layers), .low = 1, .high = INT_MAX },
    { "mode", "MODE", "both", "", option_choice, INTO(mode), .choices = mode_names },
    { "batch", "N,N", NULL, "batch sizes (1,2,4 and so on up to 8192)",
      lists_numbers, INTO(batches), .low = 1, .high = INT_MAX },
    { "threads", "N,N", "1", "numbers of threads",
      lists_numbers, INTO(threads), .low = 1, .high = 1024 },
    { "activation", "NAME", "relu", "of all layers but the last, which is a softmax: ",
      parse_activation, INTO(activation), .words = hidden_activation_word },
    { "optimizer", "NAME", "sgd", "", option_optimizer, INTO(optimizer),
      .words = optimizer_word },
    { "seconds", "X", "1", "per point, about; at least 5 repetitions of at least a step;\n"
      "                   one much shorter than an epoch ends within it",
      option_number, INTO(seconds), .low = 0, .high = 1e6, .above = true },
    { "tile", "N", NULL, "rows per tile (the library's choice)",
      option_count, INTO(tile), .low = 1, .high = INT_MAX },
    { "data", "DIR", NULL, "MNIST's training files (60,000 rows of random bytes)",
      option_text, INTO(data) },
    { "csv", "FILE", NULL, "write the table", option_text, INTO(csv) },
    { "plot", "FILE", NULL, "throughput against batch size (gnuplot): .svg, .png, .pdf",
      option_text, INTO(plot) },
    { "help", NULL, NULL, "this", option_flag, INTO(help) },
};

enum { N_OPTIONS = sizeof table / sizeof table[0], LARGEST_USUAL_BATCH = 8192 };

static bool parse_activation(const option *self, const char *text, void *field)
{
    const gn_activation *found = gn_activation_named(text);

    if (found == &gn_softmax)
        return complain("--%s %s: only the last layer has that (see --help)", self->name, text);
    *(const gn_activation **)field = found;
    return found != NULL || complain("--%s %s: %s", self->name, text, gn_error_message());
}

/* All but softmax. */
static const char *hidden_activation_word(size_t i)
{
    size_t softmax = 0;

    while (strcmp(gn_name(GN_ACTIVATION, softmax), gn_softmax.name) != 0)
        softmax++;
    return gn_name(GN_ACTIVATION, i < softmax ? i : i + 1);
}

/* ---- the whole ------------------------------------------------------------------ */

bool sweep_parse(sweep *s, int argc, char **argv)
{
    *s = (sweep){ .csv = NULL };
    return options_parse(table, N_OPTIONS, s, argc - 1, argv + 1) &&
           ending_fits("--csv", s->csv, A_TABLE) && ending_fits("--plot", s->plot, A_PICTURE);
}

void sweep_help(void)
{
    puts("throughput [--option value ...]   what does batch size buy?");
    options_print(table, N_OPTIONS);
}

void sweep_describe(FILE *file, const sweep *s)
{
    fputs("layers     ", file);
    lists_print(file, &s->layers, "-");
    fprintf(file, ", %s, %s, threads ", s->activation->name, s->optimizer->name);
    lists_print(file, &s->threads, ", ");
    fprintf(file, "; %s\n", s->data != NULL ? s->data : "rows of random bytes");
}

void sweep_free(sweep *s)
{
    free(s->layers.at);
    free(s->batches.at);
    free(s->threads.at);
}

static bool powers_of_two(sizes *list, size_t most)
{
    list->at = calloc(CHAR_BIT * sizeof(size_t), sizeof *list->at);
    if (list->at == NULL)
        return complain("--batch: out of memory");
    for (size_t batch = 1; batch <= most; batch *= 2)
        list->at[list->n++] = batch;
    return true;
}

bool sweep_settle(sweep *s, size_t rows)
{
    if (s->batches.n == 0)
        return powers_of_two(&s->batches, rows < LARGEST_USUAL_BATCH ? rows : LARGEST_USUAL_BATCH);
    for (size_t i = 0; i < s->batches.n; i++)
        if (s->batches.at[i] > rows)
            return complain("--batch %zu: there are %zu rows", s->batches.at[i], rows);
    return true;
}

/* ---- the network ------------------------------------------------------------------ */

size_t sweep_inputs(const sweep *s)
{
    return s->layers.at[0];
}

size_t sweep_outputs(const sweep *s)
{
    return s->layers.at[s->layers.n - 1];
}

bool sweep_network(gn_network **out, const sweep *s)
{
    size_t n = s->layers.n - 1;
    gn_layer_spec *layers = calloc(n, sizeof *layers);
    bool good;

    if (layers == NULL)
        return complain("no memory for %zu layers", n);
    for (size_t i = 0; i < n; i++) {
        layers[i].units = s->layers.at[i + 1];
        layers[i].activation = i + 1 < n ? s->activation : &gn_softmax;
    }
    good = worked(gn_network_create(out, gn_vector(sweep_inputs(s)), layers, n, 1));
    free(layers);
    return good;
}

/* Forward; to train, the weights' gradient too, and the inputs' but for the first layer. */
double sweep_flops(const sweep *s, int mode)
{
    double flops = 0;

    for (size_t i = 1; i < s->layers.n; i++) {
        double product = 2 * (double)s->layers.at[i - 1] * (double)s->layers.at[i];

        flops += mode == MODE_INFER ? product : i == 1 ? 2 * product : 3 * product;
    }
    return flops;
}
