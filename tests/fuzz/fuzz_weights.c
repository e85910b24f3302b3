/* Weights alone, into a network that is there: all of them, or none. */
#include "fuzz.h"

static gn_network *the_network(void)
{
    const gn_layer_spec layers[] = { { .units = 3, .activation = &gn_relu },
                                     { .units = 2, .no_bias = true } };
    gn_network *net = NULL;
    DEMAND(gn_network_create(&net, gn_vector(2), layers, 2, 1) == GN_OK);
    return net;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { PARAMS = 3 * 2 + 3 + 2 * 3 };
    gn_real before[PARAMS];
    gn_network *net = the_network();
    memcpy(before, gn_network_params(net), sizeof before);
    (void)gn_fail(GN_OK, "%s", "");
    gn_status status = gn_network_load_weights(net, fuzz_file(bytes, size));
    DEMAND(status == GN_OK ||
           (*gn_error_message() && memcmp(before, gn_network_params(net), sizeof before) == 0));
    DEMAND(status == GN_OK || status == GN_ERR_FORMAT || status == GN_ERR_NONFINITE ||
           status == GN_ERR_UNSUPPORTED);
    gn_network_destroy(net);
    return 0;
}
