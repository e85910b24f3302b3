/* ONNX in: what is accepted computes, and is written as a file that gives the same parameters. */
#include "files/onnx/onnx.h"
#include "fuzz.h"

/* Of small networks: activations of large ones take more memory than files. */
static void predict(const gn_network *net)
{
    size_t inputs = gn_size(gn_network_input(net)), most = inputs;
    for (size_t i = 0; i < gn_network_layer_count(net); i++) {
        size_t outputs = gn_size(gn_network_layer(net, i)->out);
        most = outputs > most ? outputs : most;
    }
    gn_context *ctx;
    gn_real *x = most <= 1000 ? calloc(2 * most, sizeof *x) : NULL;
    if (x && gn_context_create(&ctx, net, NULL) == GN_OK) {
        DEMAND(gn_predict(ctx, &(gn_matrix){ .data = x, .rows = 1, .cols = inputs },
                          x + most, 0) == GN_OK);
        gn_context_destroy(ctx);
    }
    free(x);
}

static void check_again(gn_network *net)
{
    gni_output out = gni_output_of(NULL, 0);
    DEMAND(gni_onnx_write(&out, "fuzz", net) == GN_OK);
    size_t size = out.used;
    uint8_t *bytes = size < 1000000 ? malloc(size) : NULL;
    if (!bytes)
        return;
    out = gni_output_of(bytes, size);
    DEMAND(gni_onnx_write(&out, "fuzz", net) == GN_OK && out.used == size);
    gn_network *again;
    DEMAND(gni_onnx_decode(&again, bytes, size, "again.onnx", NULL, 0) == GN_OK);
    size_t n = gn_network_param_count(net);
    DEMAND(n == gn_network_param_count(again));
    DEMAND(n == 0 || memcmp(gn_network_params(net), gn_network_params(again),
                            n * sizeof(gn_real)) == 0);
    gn_network_destroy(again);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    gn_network *net = (gn_network *)(void *)&size;
    char note[64];
    gn_fail(GN_OK, "%s", "");
    gn_status status = gni_onnx_decode(&net, size ? bytes : (const uint8_t *)"", size, "fuzz.onnx",
                                       note, size % (sizeof note + 1));
    DEMAND((status == GN_OK) == (net != NULL));
    if (net) {
        check_again(net);
        predict(net);
    } else {
        DEMAND(status < 0 && status != GN_ERR_ARGUMENT && *gn_error_message());
    }
    gn_network_destroy(net);
    return 0;
}
