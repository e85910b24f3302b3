/* See support_lies.h. */
#include "support_lies.h"

gn_status tried(const char *what, size_t number, blob b)
{
    gn_network *net = (gn_network *)(void *)&b;
    long before = atomic_load(&live);
    size_t bytes = atomic_load(&live_bytes);
    forget_peak();
    (void)gn_fail(GN_ERR_MEMORY, "an older error");
    gn_status status = decode(&net, b);
    size_t most = atomic_load(&peak_bytes) - bytes;
    CHECK((status == GN_OK) == (net != NULL), "%s %zu: %d", what, number, (int)status);
    CHECK(status == GN_OK || status == GN_ERR_FORMAT || status == GN_ERR_UNKNOWN ||
              status == GN_ERR_SHAPE || status == GN_ERR_NONFINITE,
          "%s %zu: %d (%s)", what, number,
                  (int)status,
          gn_error_message());
    CHECK(status == GN_OK || (strlen(gn_error_message()) > 20 &&
                              !strstr(gn_error_message(), "an older error")),
          "%s %zu: \"%s\"", what, number, gn_error_message());
    CHECK(most <= 64 * b.n + MEBIBYTE,
          "%s %zu: %zu bytes of memory for %zu of file", what,
          number, most, b.n);
    gn_network_destroy(net);
    CHECK(atomic_load(&live) == before, "%s %zu: %ld blocks leak", what, number,
          atomic_load(&live) - before);
    return status;
}
