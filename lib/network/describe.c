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

static void write_layer(writer *w, const gn_layer *layer)
{
    const gn_layer_type *type = layer->spec.type;
    write_text(w, "%5zu  %-10s", layer->index, type->name);
    write_shape(w, layer->out);
    write_text(w, "  %-12s%12zu", layer->activation.name, layer->n_params);
    for (size_t i = 0; type->param_names && type->param_names[i] && i < 8; i++)
        write_text(w, "  %s %g", type->param_names[i], layer->spec.param[i]);
    write_text(w, "%s%s\n", layer->spec.no_bias ? "  no bias" : "",
               layer->spec.frozen ? "  frozen" : "");
}

size_t gn_network_describe(const gn_network *net, char *text, size_t capacity)
{
    writer w = { text, text ? capacity : 0, 0 };
    if (!net)
        return 0;
    write_text(&w, "layer  %-10s%10s  %-12s%12s\n", "type", "outputs", "activation", "parameters");
    write_text(&w, "       %-10s", "input");
    write_shape(&w, net->input);
    write_text(&w, "\n");
    for (size_t i = 0; i < net->n_layers; i++)
        write_layer(&w, &net->layers[i]);
    write_text(&w, "       %-10s%10s  %-12s%12zu\n", "total", "", "", net->n_params);
    return w.length;
}
