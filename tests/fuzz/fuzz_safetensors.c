/* Networks in safetensors: what is accepted computes, and is encoded to bytes that give the same
 * network and the same bytes again. */
#include "fuzz.h"

/* ---- a layer type and an activation of the user's, that files may name ---- */

static gn_status plan(gn_layer *self)
{
    self->tensors[0] = (gn_tensor){ .name = "weight", .rank = 1, .dims = { gn_size(self->in) },
                                    .decays = true };
    self->n_tensors = 1;
    self->out = self->in;
    return GN_OK;
}

static void forward(const gn_layer *self, const gn_pass *p)
{
    for (size_t r = 0; r < p->rows; r++)
        for (size_t j = 0; j < self->n_params; j++)
            p->y[r * p->y_stride + j] = p->params[j] * p->x[r * p->x_stride + j];
}

static void backward(const gn_layer *self, const gn_pass *p)
{
    (void)self;
    (void)p;
}

static void twice(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                  const gn_real *z, gn_real *y)
{
    (void)self;
    (void)cols;
    for (size_t i = 0; i < rows * stride; i++)
        y[i] = 2 * z[i];
}

static void twice_back(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                       const gn_real *z, const gn_real *y, gn_real *dy)
{
    (void)self; (void)rows; (void)cols; (void)stride; (void)z; (void)y; (void)dy;
}

static const char *const param_names[] = { "strength", NULL };
static const gn_layer_type scale_layer = { .name = "scale", .param_names = param_names,
                                           .plan = plan, .forward = forward, .backward = backward };
static const gn_activation twice_activation = { .name = "twice", .forward = twice,
                                                .backward = twice_back };
static const gn_layer_type *const types[] = { &scale_layer, NULL };
static const gn_activation *const activations[] = { &twice_activation, NULL };
static const gn_own_parts own = { .types = types, .activations = activations };

/* ---- the target ---- */

/* Of small networks: activations of large ones take more memory than files. */
static void predict(const gn_network *net)
{
    size_t inputs = gn_size(gn_network_input(net)), most = inputs;
    for (size_t i = 0; i < gn_network_layer_count(net); i++) {
        size_t outputs = gn_size(gn_network_layer(net, i)->out);
        most = outputs > most ? outputs : most;
    }
    if (most > 1000)
        return;
    gn_context *ctx;
    gn_real *x = calloc(2 * most, sizeof *x);
    if (x && gn_context_create(&ctx, net, NULL) == GN_OK) {
        DEMAND(gn_predict(ctx, &(gn_matrix){ .data = x, .rows = 1, .cols = inputs },
                          x + most, 0) == GN_OK);
        gn_context_destroy(ctx);
    }
    free(x);
}

static uint8_t *encoded(const gn_network *net, size_t *size)
{
    (void)gn_network_encode(net, NULL, 0, size);
    uint8_t *bytes = malloc(*size);
    DEMAND(bytes && gn_network_encode(net, bytes, *size, size) == GN_OK);
    return bytes;
}

static void check_network(const gn_network *net)
{
    size_t size, again_size;
    gn_network *again;
    uint8_t *bytes = encoded(net, &size);
    DEMAND(gn_network_decode(&again, bytes, size, &own) == GN_OK);
    uint8_t *again_bytes = encoded(again, &again_size);
    DEMAND(size == again_size && memcmp(bytes, again_bytes, size) == 0);
    free(bytes);
    free(again_bytes);
    gn_network_destroy(again);
    predict(net);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    gn_network *net = (gn_network *)(void *)&size;
    gn_fail(GN_OK, "%s", "");
    gn_status status = gn_network_decode(&net, size ? bytes : (const uint8_t *)"", size, &own);
    DEMAND((status == GN_OK) == (net != NULL));
    if (net)
        check_network(net);
    else
        DEMAND(status < 0 && status != GN_ERR_ARGUMENT && *gn_error_message());
    gn_network_destroy(net);
    return 0;
}
