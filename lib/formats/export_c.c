/* C source of a network. */
#include "formats.h"

gn_status gn_network_export_c(const gn_network *net, const char *path)
{
    (void)net; (void)path;
    return gn_fail(GN_ERR_UNSUPPORTED, "gn_network_export_c: not written yet");
}
