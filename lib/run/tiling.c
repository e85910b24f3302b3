/* How a minibatch is cut: into lanes (whose gradients are added in order) and these into
 * tiles (that go through the whole chain at once). Pure functions of the network and the
 * batch: sgemm's bits depend on the number of rows, so nothing about the machine may enter. */
#include "run/run.h"

enum {
    SMALL_GEMM = 1000000, /* rows x inputs x units, and ... */
    SMALL_OUTPUT = 1200,  /* ... rows x units up to which OpenBLAS copies nothing */
    SMALL_STEP = 32,      /* small tiles have a multiple of so many rows ... */
    SMALL_MOST = 128,     /* ... up to here, and stay in L2 */
    LARGE_TILE = 512,     /* rows over which packing a large weight matrix pays off */
    LARGE_LANE = 128,     /* rows of a lane of a network of large tiles, at least */
    MOST_LANES = 16,
};

bool gni_wants_whole(const gn_network *net)
{
    for (size_t i = 0; i < net->n_layers; i++)
        if (net->layers[i].spec.type->whole_minibatch)
            return true;
    return false;
}

/* Rows with which the forward product of each layer is still a small one; 0: none worth it. */
static size_t small_tile(const gn_network *net)
{
    size_t rows = SMALL_MOST;
    for (size_t i = 0; i < net->n_layers; i++) {
        const gn_layer *layer = &net->layers[i];
        size_t in = gn_size(layer->in), out = gn_size(layer->out);
        if (layer->n_params == 0 || in <= GNI_NARROW)
            continue;
        size_t most = SMALL_GEMM / in / out;
        most = most < SMALL_OUTPUT / out ? most : SMALL_OUTPUT / out;
        rows = most < rows ? most : rows;
    }
    return rows / SMALL_STEP * SMALL_STEP;
}

size_t gni_tile_rows(const gn_network *net, size_t batch)
{
    size_t small = small_tile(net), rows = small ? small : LARGE_TILE;
    return batch < rows || gni_wants_whole(net) ? batch : rows;
}

/* Adding up a gradient more costs the same however many rows it is of: twice as many lanes
 * ask for four times as many rows. */
size_t gni_lane_count(const gn_network *net, size_t batch)
{
    size_t small = small_tile(net), rows = small ? small : LARGE_LANE, lanes = 1;
    if (gni_wants_whole(net))
        return 1;
    while (lanes < MOST_LANES && 2 * lanes * lanes * rows <= batch)
        lanes *= 2;
    return lanes;
}

/* of any batch */
size_t gni_max_lanes(const gn_network *net)
{
    return gni_wants_whole(net) ? 1 : MOST_LANES;
}
