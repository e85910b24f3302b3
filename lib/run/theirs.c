/* Calls of the user's readers; see functions.h. */
#include "run/run.h"

GNI_APART gn_status gni_fill(const gn_data *data, const size_t *rows, gn_tile *tile)
{
    bool lent = gni_lend_mode();
    gn_status status = data->fill(data->user, rows, tile);
    gni_take_mode_back(lent);
    return status;
}
