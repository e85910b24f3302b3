/* A network as a table for people to read. */
#include <stdarg.h>
#include <stdio.h>
#include "network/network.h"

/* Text that goes on where it ended, and counts on where there is no more room. */
typedef struct writer {
    char *text;
    size_t capacity, length;
} writer;

static void write_text(writer *w, const char *format, ...)
{
    size_t room = w->length < w->capacity ? w->capacity - w->length : 0;
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(room ? w->text + w->length : NULL, room, format, arguments);
    va_end(arguments);
    w->length += n > 0 ? (size_t)n : 0;
}

static void write_shape(writer *w, gn_shape s)
{
    char text[72];
    if (s.height == 1 && s.width == 1)
        snprintf(text, sizeof text, "%zu", s.channels);
    else
        snprintf(text, sizeof text, "%zux%zux%zu", s.channels, s.height, s.width);
    write_text(w, "%10s", text);
}

/* "  weight 16x784, bias 16" */
static void write_tensors(writer *w, const gn_layer *layer)
{
    for (size_t k = 0; k < layer->n_tensors; k++) {
        const gn_tensor *t = &layer->tensors[k];
        write_text(w, "%s%s %zu", k ? ", " : "  ", t->name, t->dims[0]);
        for (size_t i = 1; i < t->rank; i++)
            write_text(w, "x%zu", t->dims[i]);
    }
}

/* Those that the type names; of the others, those that are not 0. */
static void write_params(writer *w, const gn_layer *layer)
{
    const char *const *names = layer->spec.type->param_names;
    for (size_t i = 0; i < sizeof layer->spec.param / sizeof *layer->spec.param; i++) {
        double value = layer->spec.param[i];
        names = names && *names ? names : NULL;
        if (names)
            write_text(w, "  %s %g", *names++, value);
        else if (value < 0 || value > 0)
            write_text(w, "  param[%zu] %g", i, value);
    }
}

static void write_layer(writer *w, const gn_layer *layer)
{
    const gn_layer_spec *spec = &layer->spec;
    write_text(w, "%5zu  %-10s", layer->index, spec->type->name);
    write_shape(w, layer->out);
    write_text(w, "  %-12s%12zu", layer->activation.name, layer->n_params);
    write_tensors(w, layer);
    write_params(w, layer);
    if (spec->from == GN_FROM_INPUT)
        write_text(w, "  from the input");
    else if (spec->from)
        write_text(w, "  from layer %zu", spec->from - 1);
    write_text(w, "%s%s\n", spec->no_bias ? "  no bias" : "", spec->frozen ? "  frozen" : "");
}

size_t gn_network_describe(const gn_network *net, char *text, size_t capacity)
{
    writer w = { text, text ? capacity : 0, 0 };
    if (!net)
        return 0;
    gni_float_mode mode = gni_hold_exact(); /* digits are rounded */
    write_text(&w, "layer  %-10s%10s  %-12s%12s\n", "type", "outputs", "activation", "parameters");
    write_text(&w, "       %-10s", "input");
    write_shape(&w, net->input);
    write_text(&w, "\n");
    for (size_t i = 0; i < net->n_layers; i++)
        write_layer(&w, &net->layers[i]);
    write_text(&w, "       %-10s%10s  %-12s%12zu\n", "total", "", "", net->n_params);
    gni_release_mode(mode);
    return w.length;
}
