/* Looking into a network: its sizes, its layers, its parameters. */
#include "network/network.h"

gn_shape gn_network_input(const gn_network *net)
{
    return net ? net->input : gn_vector(0);
}

gn_shape gn_network_output(const gn_network *net)
{
    return net ? net->layers[net->n_layers - 1].out : gn_vector(0);
}

size_t gn_network_layers(const gn_network *net)
{
    return net ? net->n_layers : 0;
}

size_t gn_network_param_count(const gn_network *net)
{
    return net ? net->n_params : 0;
}

gn_real *gn_network_params(gn_network *net)
{
    return net ? net->params : NULL;
}

const gn_layer *gn_network_layer(const gn_network *net, size_t index)
{
    return net && index < net->n_layers ? &net->layers[index] : NULL;
}

static gn_real *part(gn_network *net, size_t first, size_t n, size_t *count)
{
    if (count)
        *count = n;
    return n ? net->params + first : NULL;
}

gn_real *gn_network_weights(gn_network *net, size_t layer, size_t *count)
{
    const gn_layer *l = gn_network_layer(net, layer);
    return l ? part(net, l->first_param, l->n_weights, count) : part(net, 0, 0, count);
}

gn_real *gn_network_bias(gn_network *net, size_t layer, size_t *count)
{
    const gn_layer *l = gn_network_layer(net, layer);
    return l ? part(net, l->first_param + l->n_weights, l->n_params - l->n_weights, count)
             : part(net, 0, 0, count);
}
