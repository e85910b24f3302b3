/* One tile forward and back through the chain of layers. */
#include <string.h>
#include "run/run.h"

static bool skipped(const gn_layer *layer, const gn_draw *draw)
{
    return layer->spec.type->only_in_training && !draw;
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

/* Returns the last layer's output: rows of gni_output_stride() reals. */
const gn_real *gni_forward(const gn_network *net, gni_scratch *s, gni_mode mode, bool raw)
{
    const gn_draw *draw = mode == GNI_TRAIN ? &s->draw : NULL;
    const gn_real *x = s->x;
    size_t stride = s->pass[0].x_stride;
    for (size_t i = 0; i < net->n_layers; i++) {
        const gn_layer *layer = &net->layers[i];
        gn_pass *pass = &s->pass[i];
        pass->rows = s->tile.rows;
        pass->x = x;
        pass->x_stride = stride;
        pass->cache = mode == GNI_PREDICT ? NULL : s->cache[i];
        pass->draw = draw;
        pass->raw = raw && i + 1 == net->n_layers;
        if (skipped(layer, draw))
            continue; /* x goes on as it is */
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

/* s->dy[0] holds dL/d(output) and is used up. gradient becomes beta * itself + this tile's. */
void gni_backward(const gn_network *net, gni_scratch *s, gn_real beta, gn_real *gradient)
{
    gn_real *dy = s->dy[0], *dx = s->dy[1];
    for (size_t i = net->n_layers; i-- > 0;) {
        const gn_layer *layer = &net->layers[i];
        gn_pass *pass = &s->pass[i];
        if (skipped(layer, pass->draw))
            continue;
        bool goes_on = wants_dx(net, i);
        pass->dy = dy;
        pass->dx = goes_on ? dx : NULL;
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
