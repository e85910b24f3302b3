/* A network that cannot be gets a status and a sentence that names what is wrong, and *out is NULL:
 * shapes, sizes, and types, tensors and functions of the user's. */
#include "support.h"

static gn_status plan_nothing(gn_layer *self) { (void)self; return GN_OK; }
static gn_status plan_tensors(gn_layer *self, size_t n, gn_tensor tensor)
{
    self->n_tensors = n;
    self->tensors[0] = self->tensors[1] = tensor;
    return GN_OK;
}
static gn_status plan_nine(gn_layer *self) { self->n_tensors = 9; return GN_OK; }
static gn_status plan_twins(gn_layer *self)
{
    return plan_tensors(self, 2, (gn_tensor){ .name = "twin", .rank = 1, .dims = { 2 } });
}
static gn_status plan_nameless(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .rank = 1, .dims = { 2 } });
}
static gn_status plan_flat(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "flat" });
}
static gn_status plan_rank_5(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "deep", .rank = 5, .dims = { 1, 1, 1, 1 } });
}
static gn_status plan_fast(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "mean", .rank = 1, .dims = { 2 },
                                              .momentum = 1.5 });
}
static gn_status plan_decaying(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "mean", .rank = 1, .dims = { 2 },
                                              .momentum = 0.5,
                                              .decays = true });
}
static gn_status plan_overflow(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "large", .rank = 1,
                                              .dims = { SIZE_MAX - 3 } });
}
static gn_status plan_product(gn_layer *self)
{
    return plan_tensors(self, 1, (gn_tensor){ .name = "vast", .rank = 2,
                                              .dims = { SIZE_MAX / 2, 3 } });
}
static gn_status plan_nothing_out(gn_layer *self) { self->out.height = 0; return GN_OK; }
static gn_status plan_huge_cache(gn_layer *self)
{
    self->cache_per_row = SIZE_MAX / 2;
    return GN_OK;
}
static void pass_nothing(const gn_layer *self, const gn_pass *pass) { (void)self; (void)pass; }
static void activate_nothing(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                             const gn_real *z, gn_real *y)
{
    (void)self; (void)rows; (void)cols; (void)stride; (void)z; (void)y;
}

static const gn_activation without_forward = { .name = "headless" },
                           without_backward = { .name = "oneway", .forward = activate_nothing };
static const gn_init without_fill = { .name = "empty" }, without_bias = { .name = "weighty" };
static const gn_layer_type
    without_plan = { .name = "planless", .forward = pass_nothing, .backward = pass_nothing },
    forward_less = { .name = "forwardless", .plan = plan_nothing, .backward = pass_nothing },
    backward_less = { .name = "backwardless", .plan = plan_nothing, .forward = pass_nothing },
    nine = { .name = "nine", .plan = plan_nine, .forward = pass_nothing, .backward = pass_nothing },
    twins = { .name = "twins", .plan = plan_twins, .forward = pass_nothing,
              .backward = pass_nothing },
    nameless = { .name = "nameless", .plan = plan_nameless, .forward = pass_nothing,
                 .backward = pass_nothing },
    flat = { .name = "flat", .plan = plan_flat, .forward = pass_nothing, .backward = pass_nothing },
    rank_5 = { .name = "rank5", .plan = plan_rank_5, .forward = pass_nothing,
               .backward = pass_nothing },
    fast = { .name = "fast", .plan = plan_fast, .forward = pass_nothing, .backward = pass_nothing },
    decaying = { .name = "decaying", .plan = plan_decaying, .forward = pass_nothing,
                 .backward = pass_nothing },
    product = { .name = "product", .plan = plan_product, .forward = pass_nothing,
                .backward = pass_nothing },
    overflowing = { .name = "overflowing", .plan = plan_overflow, .forward = pass_nothing,
                    .backward = pass_nothing },
    without_output = { .name = "outless", .plan = plan_nothing_out, .forward = pass_nothing,
                       .backward = pass_nothing },
    huge_cache = { .name = "hoarder", .plan = plan_huge_cache, .forward = pass_nothing,
                   .backward = pass_nothing };

static void test_networks(void **state)
{
    static const struct {
        const char *what;
        gn_shape input;
        size_t n;
        gn_layer_spec layers[3];
        gn_status status;
        const char *says;
    } bad[] = {
        { "no layers", { 4, 1, 1 }, 0, { { 0 } }, GN_ERR_ARGUMENT, "0 layers" },
        { "no input", { 0, 1, 1 }, 1, { { .units = 3 } }, GN_ERR_SHAPE, "0" },
        { "no height", { 4, 0, 1 }, 1, { { .units = 3 } }, GN_ERR_SHAPE, "4 0" },
        { "wide input", { SIZE_MAX, 1, 1 }, 1, { { .units = 3 } }, GN_ERR_SHAPE,
          "18446744073709551615" },
        { "input overflows", { (size_t)1 << 40, (size_t)1 << 40, 3 }, 1, { { .units = 3 } },
          GN_ERR_SHAPE, "1099511627776 3" },
        { "wider than int", { 4, 1, 1 }, 1, { { .units = 2147483648 } }, GN_ERR_SHAPE,
          "2147483648" },
        { "product", { 4, 1, 1 }, 2, { { .units = 2000000000 }, { .units = 2000000000 } },
          GN_ERR_SHAPE, "layer 1 4000000002000000000" },
        { "sum", { 1 << 30, 1, 1 }, 2, { { .units = 1 << 30 }, { .units = 1 << 30 } }, GN_ERR_SHAPE,
          "parameters, too many" },
        { "dropout 1", { 4, 1, 1 }, 2, { { .units = 3 }, { .type = &gn_dropout, .param = { 1 } } },
          GN_ERR_ARGUMENT, "dropout 1" },
        { "dropout NaN", { 4, 1, 1 }, 1, { { .type = &gn_dropout, .param = { (double)NAN } } },
          GN_ERR_ARGUMENT, "nan" },
        { "dropout -0.5", { 4, 1, 1 }, 1, { { .type = &gn_dropout, .param = { -0.5 } } },
          GN_ERR_ARGUMENT, "-0.5" },
        { "dropout's units", { 4, 1, 1 }, 1, { { .type = &gn_dropout, .units = 9 } }, GN_ERR_SHAPE,
          "9 4" },
        { "dropout's activation", { 4, 1, 1 }, 1,
          { { .type = &gn_dropout, .activation = &gn_relu } },
          GN_ERR_UNSUPPORTED, "relu" },
        { "forward", { 4, 1, 1 }, 1, { { .units = 3, .activation = &without_forward } },
          GN_ERR_ARGUMENT, "headless" },
        { "backward", { 4, 1, 1 }, 1, { { .units = 3, .activation = &without_backward } },
          GN_ERR_ARGUMENT, "oneway" },
        { "fill", { 4, 1, 1 }, 1, { { .units = 3, .init = &without_fill } }, GN_ERR_ARGUMENT,
          "fill" },
        { "plan", { 4, 1, 1 }, 1, { { .type = &without_plan } }, GN_ERR_ARGUMENT, "planless 0" },
        { "forward", { 4, 1, 1 }, 2, { { .units = 3 }, { .type = &forward_less } }, GN_ERR_ARGUMENT,
          "forwardless 1" },
        { "backward", { 4, 1, 1 }, 1, { { .type = &backward_less } }, GN_ERR_ARGUMENT,
          "backwardless" },
        { "nine tensors", { 4, 1, 1 }, 1, { { .type = &nine } }, GN_ERR_ARGUMENT,
          "9 tensors, at most 8" },
        { "twins", { 4, 1, 1 }, 1, { { .type = &twins } }, GN_ERR_ARGUMENT, "called twin" },
        { "nameless", { 4, 1, 1 }, 1, { { .type = &nameless } }, GN_ERR_ARGUMENT,
          "0 bytes, not 1 to 48" },
        { "rank 0", { 4, 1, 1 }, 1, { { .type = &flat } }, GN_ERR_ARGUMENT, "rank 0, not 1 to 4" },
        { "rank 5", { 4, 1, 1 }, 1, { { .type = &rank_5 } }, GN_ERR_ARGUMENT,
          "rank 5, not 1 to 4" },
        { "momentum", { 4, 1, 1 }, 1, { { .type = &fast } }, GN_ERR_ARGUMENT, "momentum 1.5" },
        { "decay", { 4, 1, 1 }, 1, { { .type = &decaying } }, GN_ERR_ARGUMENT, "0.5 and decays" },
        { "product", { 4, 1, 1 }, 1, { { .type = &product } }, GN_ERR_SHAPE,
          "vast of layer 0 (product" },
        { "second input", { 4, 1, 1 }, 2, { { .units = 3 }, { .units = 3, .from = 1 } },
          GN_ERR_UNSUPPORTED,
          "layer 1 (dense) takes one input" },
        { "reserved", { 4, 1, 1 }, 1, { { .units = 3, .reserved = { 0, 7 } } }, GN_ERR_ARGUMENT,
          "reserved[1] of dense is not 0" },
        { "bias_init", { 4, 1, 1 }, 1, { { .units = 3, .bias_init = &without_bias } },
          GN_ERR_ARGUMENT,
          "weighty of layer 0 has no fill_bias" },
        { "parameters", { 4, 1, 1 }, 2, { { .units = 3 }, { .type = &overflowing } }, GN_ERR_SHAPE,
          "" },
        { "outputs", { 4, 1, 1 }, 1, { { .type = &without_output } }, GN_ERR_SHAPE, "0" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        gn_network *net = (gn_network *)&net;
        refuses(bad[i].what,
                gn_network_create(&net, bad[i].input, bad[i].layers, bad[i].n, 1),
                bad[i].status, bad[i].says);
        CHECK(!net, "%s: *out is not NULL", bad[i].what);
    }
}

static void test_too_much_memory(void **state)
{
    gn_network *net = NETWORK(4, 1, { .type = &huge_cache });
    gn_context *ctx = (gn_context *)&ctx;
    gn_status status = gn_context_create(&ctx, net, &(gn_context_options){ .gradients = true });
    (void)state;
    CHECK(status == GN_ERR_SHAPE || status == GN_ERR_MEMORY, "status %d", (int)status);
    CHECK(!ctx && strlen(gn_error_message()) > 5, "\"%s\"", gn_error_message());
    gn_network_destroy(net);
}

static gn_status plan_two_weights(gn_layer *self)
{
    self->tensors[0] = (gn_tensor){ .name = "weight", .rank = 1, .dims = { 2 } };
    self->n_tensors = 1;
    return GN_OK;
}

static void test_impossible_networks(void **state)
{
    gn_layer_type type = scale_layer;
    const gn_layer_spec hidden = { .units = 2 }, own = { .type = &type };
    gn_network *net;
    (void)state;
    type.only_in_training = true;
    type.plan = plan_two_weights;
    CHECK_STATUS(gn_network_create(&net, gn_vector(2), &own, 1, 1), GN_ERR_ARGUMENT);
    CHECK(strstr(gn_error_message(), "2 parameters") && !net, "%s", gn_error_message());
    const size_t large = (size_t)1 << 63, root = (size_t)1 << 40;
    const gn_shape shapes[] = { { large, 2, 3 }, { 2, large, 3 }, { 3, 2, large },
                                { root, root, 1 } };
    for (size_t i = 0; i < COUNT(shapes); i++) {
        CHECK_STATUS(gn_network_create(&net, shapes[i], &hidden, 1, 1), GN_ERR_SHAPE);
        CHECK(strstr(gn_error_message(), "too many") && !net, "%s", gn_error_message());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_too_much_memory),
        cmocka_unit_test(test_impossible_networks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
