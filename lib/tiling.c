/* How a minibatch is cut: into lanes (whose gradients are added in order) and these into
 * tiles (that go through the whole chain at once). Pure functions of the network and the
 * batch: sgemm's bits depend on the number of rows, so nothing about the machine may enter. */
#include "internal.h"

enum {
    SMALL_GEMM = 1000000, /* rows x inputs x units up to which OpenBLAS copies nothing */
    SMALL_STEP = 32,      /* small tiles have a multiple of so many rows ... */
    SMALL_MOST = 128,     /* ... up to here, and stay in L2 */
    LARGE_TILE = 256,     /* rows over which packing a large weight matrix pays off */
    MOST_LANES = 8,
    LARGE_LANE = 128,     /* rows of a lane of a network of large tiles, at least */
    ROWS_PER_ADD = 256,   /* rows that pay for adding up one more gradient from memory */
};

bool gni_wants_whole(const gn_network *net)
{
    for (size_t i = 0; i < net->n_layers; i++)
        if (net->layers[i].spec.type->whole_minibatch)
            return true;
    return false;
}

static size_t largest_layer(const gn_network *net)
{
    size_t most = 1;
    for (size_t i = 0; i < net->n_layers; i++)
        most = net->layers[i].n_params > most ? net->layers[i].n_params : most;
    return most;
}

/* Rows with which the largest layer is still a small product; 0: none worth it. */
static size_t small_tile(const gn_network *net)
{
    size_t rows = SMALL_GEMM / largest_layer(net) / SMALL_STEP * SMALL_STEP;
    return rows < SMALL_MOST ? rows : SMALL_MOST;
}

size_t gni_tile_rows(const gn_network *net, size_t batch)
{
    size_t small = small_tile(net), rows = small ? small : LARGE_TILE;
    return batch < rows || gni_wants_whole(net) ? batch : rows;
}

size_t gni_lane_count(const gn_network *net, size_t batch)
{
    if (gni_wants_whole(net))
        return 1;
    size_t small = small_tile(net), rows = small ? small : LARGE_LANE, lanes = 1;
    while (lanes < MOST_LANES && 2 * lanes * rows <= batch &&
           (small || (2 * lanes - 1) * ROWS_PER_ADD <= batch))
        lanes *= 2;
    return lanes;
}

/* of any batch */
size_t gni_max_lanes(const gn_network *net)
{
    return gni_wants_whole(net) ? 1 : MOST_LANES;
}
