/* Looking into a network: its sizes, its layers, its parameters. */
#include <string.h>
#include "network/network.h"

gn_shape gn_network_input(const gn_network *net)
{
    return net ? net->input : gn_vector(0);
}

gn_shape gn_network_output(const gn_network *net)
{
    return net ? net->layers[net->n_layers - 1].out : gn_vector(0);
}

size_t gn_network_layer_count(const gn_network *net)
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

const gn_real *gn_network_read_params(const gn_network *net)
{
    return net ? net->params : NULL;
}

const gn_layer *gn_network_layer(const gn_network *net, size_t index)
{
    return net && index < net->n_layers ? &net->layers[index] : NULL;
}

gn_real *gn_network_tensor(gn_network *net, size_t layer, const char *name, size_t *count)
{
    const gn_layer *l = name ? gn_network_layer(net, layer) : NULL;
    const gn_tensor *found = NULL;
    for (size_t k = 0; l && k < l->n_tensors; k++)
        if (strcmp(l->tensors[k].name, name) == 0)
            found = &l->tensors[k];
    if (count)
        *count = found ? found->n : 0;
    return found && found->n ? net->params + l->first_param + found->first : NULL;
}

gn_real *gn_network_weights(gn_network *net, size_t layer, size_t *count)
{
    return gn_network_tensor(net, layer, "weight", count);
}

gn_real *gn_network_bias(gn_network *net, size_t layer, size_t *count)
{
    return gn_network_tensor(net, layer, "bias", count);
}
