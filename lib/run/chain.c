/* One tile forward and back through the chain of layers. */
#include <string.h>
#include "run/run.h"

static bool skipped(const gn_layer *layer, gn_mode mode)
{
    return layer->spec.type->only_in_training && mode != GN_TRAINING;
}

size_t gni_output_stride(const gn_network *net)
{
    return gn_row_stride(gn_size(net->layers[net->n_layers - 1].out));
}

/* Where every layer was skipped, the input is the output: into rows as outputs lie. */
static const gn_real *copy_input(const gn_network *net, gni_scratch *s)
{
    gn_pass *last = &s->pass[net->n_layers - 1];
    for (size_t r = 0; r < s->tile.rows; r++)
        memcpy(last->y + r * last->y_stride, s->x + r * s->pass[0].x_stride,
               gn_size(net->input) * sizeof *last->y);
    return last->y;
}

/* What an earlier layer gave, or got where it was skipped, or what the network got. */
static void take_second_input(const gn_network *net, const gni_scratch *s, size_t from,
                              gn_pass *pass)
{
    const gn_pass *first = &s->pass[0], *giver = from == GN_FROM_INPUT ? first : &s->pass[from - 1];
    bool as_it_came = from == GN_FROM_INPUT || skipped(&net->layers[from - 1], pass->mode);
    pass->from = as_it_came ? giver->x : giver->y;
    pass->from_stride = as_it_came ? giver->x_stride : giver->y_stride;
}

/* Returns the last layer's output: rows of gni_output_stride() reals. */
const gn_real *gni_forward(const gn_network *net, gni_scratch *s, gn_mode mode, bool raw)
{
    const gn_real *x = s->x;
    size_t stride = s->pass[0].x_stride;
    for (size_t i = 0; i < net->n_layers; i++) {
        const gn_layer *layer = &net->layers[i];
        gn_pass *pass = &s->pass[i];
        pass->mode = mode;
        pass->rows = s->tile.rows;
        pass->x = x;
        pass->x_stride = stride;
        pass->cache = mode == GN_PREDICTING ? NULL : s->kept[i].cache;
        pass->tile_cache = mode == GN_PREDICTING ? NULL : s->kept[i].tile_cache;
        pass->draw = mode == GN_TRAINING ? &s->draw : NULL;
        pass->raw = raw && i + 1 == net->n_layers;
        if (skipped(layer, mode))
            continue; /* x goes on as it is */
        if (layer->spec.from)
            take_second_input(net, s, layer->spec.from, pass);
        gni_layer_forward(layer, pass);
        x = pass->y;
        stride = pass->y_stride;
    }
    return x == s->x ? copy_input(net, s) : x;
}

/* Is there anything to learn before layer i? */
static bool wants_dx(const gn_network *net, size_t i)
{
    while (i-- > 0)
        if (net->layers[i].n_params && !net->layers[i].spec.frozen)
            return true;
    return false;
}

/* dL/dy of layers that are second inputs, too, comes from several sides, and is added up there. */
static void clear_second_gradients(const gn_network *net, gni_scratch *s)
{
    for (size_t i = 0; i < net->n_layers; i++)
        if (s->kept[i].dy)
            memset(s->kept[i].dy, 0, s->tile.rows * s->pass[i].y_stride * sizeof *s->kept[i].dy);
}

static void give_second_gradient(const gn_network *net, const gni_scratch *s, size_t from,
                                 gn_pass *pass)
{
    bool wanted = from && from != GN_FROM_INPUT && wants_dx(net, from);
    pass->dfrom = wanted ? s->kept[from - 1].dy : NULL;
    pass->dfrom_stride = wanted ? s->pass[from - 1].y_stride : 0;
}

/* s->dy[0] holds dL/d(output) and is used up. gradient becomes beta * itself + this tile's. */
void gni_backward(const gn_network *net, gni_scratch *s, gn_real beta, gn_real *gradient)
{
    gn_real *dy = s->dy[0], *dx = s->dy[1];
    clear_second_gradients(net, s);
    for (size_t i = net->n_layers; i-- > 0;) {
        const gn_layer *layer = &net->layers[i];
        gn_pass *pass = &s->pass[i];
        if (s->kept[i].dy)
            gni_kernels_used->add(pass->rows * pass->y_stride, dy, s->kept[i].dy);
        if (skipped(layer, pass->mode))
            continue;
        bool goes_on = wants_dx(net, i);
        pass->dy = dy;
        pass->dx = goes_on ? dx : NULL;
        pass->dx_stride = gn_row_stride(gn_size(layer->in));
        give_second_gradient(net, s, layer->spec.from, pass);
        pass->dparams = layer->spec.frozen ? NULL : gradient + layer->first_param;
        pass->beta = beta;
        gni_layer_backward(layer, pass);
        if (!goes_on)
            return;
        gn_real *used_up = dy;
        dy = dx;
        dx = used_up;
    }
}
