/* How a minibatch is cut: into lanes (whose gradients are added as a tree) and these into
 * tiles (that go through the whole chain at once). Pure functions of the network and the
 * batch: sgemm's bits depend on the number of rows, so nothing about the machine may enter. */
#include "run/run.h"

enum {
    SMALL_STEP = 32,  /* small tiles have a multiple of so many rows ... */
    SMALL_MOST = 128, /* ... up to here, and stay in L2 */
    LARGE_TILE = 512, /* rows over which copying a large weight matrix pays off */
    LARGE_LANE = 128, /* rows of a lane of a network of large tiles, at least */
    WHOLE_LANE = 32,  /* rows of a lane that runs in one tile, at least */
};

/* Rows with which no layer's product copies its weights; 0: none worth it. */
static size_t small_tile(const gn_network *net)
{
    size_t rows = SMALL_MOST;
    for (size_t i = 0; i < net->n_layers; i++) {
        size_t most = net->layers[i].copyless_rows;
        rows = most && most < rows ? most : rows;
    }
    return rows / SMALL_STEP * SMALL_STEP;
}

/* Rows with which all buffers stay in L2. */
static size_t most_rows(const gn_network *net)
{
    size_t rows = SIZE_MAX;
    for (size_t i = 0; i < net->n_layers; i++) {
        size_t most = net->layers[i].tile_rows;
        rows = most && most < rows ? most : rows;
    }
    return rows;
}

size_t gni_tile_rows(const gn_network *net, size_t batch, size_t lanes)
{
    size_t small = small_tile(net), rows = small ? small : LARGE_TILE, most = most_rows(net);
    if (net->whole_lanes) {
        size_t share = (batch - 1) / lanes + 1;
        rows = 2 * WHOLE_LANE - 1; /* of a last minibatch, which has fewer lanes */
        return share > rows ? share : batch < rows ? batch : rows;
    }
    rows = rows < most ? rows : most;
    return batch < rows ? batch : rows;
}

/* Adding up a gradient more costs the same however many rows it is of: twice as many lanes
 * ask for four times as many rows. */
size_t gni_lane_count(const gn_network *net, size_t batch, size_t wanted)
{
    size_t small = small_tile(net), rows = small ? small : LARGE_LANE, lanes = 1;
    if (wanted)
        return wanted;
    while (lanes < GNI_MOST_LANES &&
           (net->whole_lanes ? 2 * lanes * WHOLE_LANE : 2 * lanes * lanes * rows) <= batch)
        lanes *= 2;
    return lanes;
}

size_t gni_fewer_lanes(const gn_network *net, size_t rows, size_t lanes)
{
    size_t most = net->whole_lanes ? rows / WHOLE_LANE : rows;
    lanes = lanes < most ? lanes : most;
    return lanes ? lanes : 1;
}

