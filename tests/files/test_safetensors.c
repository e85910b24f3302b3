/* Networks as safetensors: what goes in comes out, bit for bit, in files of both precisions; the
 * bytes obey the format's rules, and tensors are called what PyTorch calls them. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "support_safetensors.h"

enum { RANDOM = 150 };

static size_t how_many(void)
{
    return in_valgrind() ? 10 : RANDOM;
}

/* ---- round trips ---- */

static void test_round_trips(void **state)
{
    rng r = { 1 };
    (void)state;
    for (size_t i = 0; i < how_many(); i++) {
        char what[32];
        (void)snprintf(what, sizeof what, "network %zu", i);
        gn_network *net = random_network(&r), *again;
        blob b = encoded(net);
        CHECK_OK(decode(&again, b));
        check_same_network(what, net, again);
        blob c = encoded(again);
        CHECK(b.n == c.n && memcmp(b.bytes, c.bytes, b.n) == 0, "%s: other bytes", what);
        free(b.bytes);
        free(c.bytes);
        gn_network_destroy(again);
        gn_network_destroy(net);
    }
}

static gn_real *predicted(const gn_network *net, const gn_matrix *x)
{
    gn_context *ctx = make_context(net, (gn_context_options){ 0 });
    gn_real *y = reals(x->rows * outputs_of(net));
    CHECK_OK(gn_predict(ctx, x, y, 0));
    gn_context_destroy(ctx);
    return y;
}

/* And a fit goes on as it would have gone. */
static void test_what_is_loaded_computes(void **state)
{
    enum { ROWS = 40 };
    rng r = { 2 };
    samples s = make_samples(&r, ROWS, 5, 3);
    gn_data data = with_labels(&s);
    gn_network *nets[2];
    (void)state;
    nets[0] = NETWORK(5, 1, { .units = 8, .activation = &gn_gelu, .frozen = true },
                      { .type = &gn_dropout, .param = { 0.3 } },
                          { .units = 3, .activation = &gn_softmax });
    CHECK_OK(gn_network_fit_scaling(nets[0], &data, GN_STANDARDISE, GN_AS_IS));
    blob b = encoded(nets[0]);
    CHECK_OK(decode(&nets[1], b));
    for (int trained = 0; trained < 2; trained++) {
        gn_real *y = predicted(nets[0], &data.x), *z = predicted(nets[1], &data.x);
        CHECK(same_bits(y, z, ROWS * 3), "trained: %d", trained);
        free(y);
        free(z);
        for (size_t i = 0; i < 2; i++) {
            gn_trainer *t = make_trainer(nets[i],
                                         (gn_train_options){ .loss = &gn_softmax_cross_entropy,
                                                                       .batch = 16, .epochs = 2 });
            CHECK_OK(gn_trainer_fit(t, &data, NULL));
            gn_trainer_destroy(t);
        }
    }
    gn_network_destroy(nets[0]);
    gn_network_destroy(nets[1]);
    free(b.bytes);
    free_samples(&s);
}

/* F64 into float and F32 into double: each number to the nearest. */
static void test_other_precision(void **state)
{
    rng r = { 3 };
    (void)state;
    for (size_t i = 0; i < how_many(); i++) {
        gn_network *net = random_network(&r), *other;
        gn_real *params = gn_network_params(net);
        for (size_t k = 0; k < gn_network_param_count(net); k++) /* within float's range */
            params[k] = fabs((double)params[k]) > 1e38 ? 1 : params[k];
        blob b = encoded(net), c = converted(b, !IS_DOUBLE);
        CHECK_OK(decode(&other, c));
        for (size_t k = 0; k < gn_network_param_count(net); k++)
            params[k] = (gn_real)(float)params[k];
        check_same_network("the other precision", net, other);
        gn_network_destroy(other);
        gn_network_destroy(net);
        free(b.bytes);
        free(c.bytes);
    }
}

static void test_too_large_for_float(void **state)
{
    (void)state;
    if (IS_DOUBLE)
        skip();
    gn_network *net = NETWORK(2, 1, { .units = 3 }), *other = net;
    blob b = encoded(net), c = converted(b, true);
    double large = 1e39, infinite = (double)INFINITY;
    memcpy(c.bytes + c.n - (3 + 2) * sizeof large, &large, sizeof large);
    CHECK_STATUS(decode(&other, c), GN_ERR_NONFINITE);
    CHECK(!other && strstr(gn_error_message(), "number 4 of tensor 0.weight"), "%s",
          gn_error_message());
    /* is what it says */
    memcpy(c.bytes + c.n - (3 + 2) * sizeof large, &infinite, sizeof infinite);
    CHECK_OK(decode(&other, c));
    CHECK(isinf(gn_network_params(other)[4]), "%g", (double)gn_network_params(other)[4]);
    gn_network_destroy(other);
    gn_network_destroy(net);
    free(b.bytes);
    free(c.bytes);
}

/* ---- rules of the format ---- */

static void check_tensor(const gn_tensor *is, const tensor *t)
{
    CHECK(strcmp(t->dtype, IS_DOUBLE ? "F64" : "F32") == 0, "%s is of %s", t->name, t->dtype);
    CHECK(t->rank == is->rank && t->dims[0] == is->dims[0] &&
          (is->rank < 2 || t->dims[1] == is->dims[1]),
          "%s has the shape %zu x %zu of rank %zu", t->name, t->dims[0], t->dims[1], t->rank);
    CHECK(t->end - t->begin == is->n * sizeof(gn_real), "%s has %zu bytes", t->name,
          t->end - t->begin);
}

/* Walks over layers and tensors at once, counting PyTorch's modules. */
static void check_tensors(const gn_network *net, const safetensors_file *f)
{
    size_t module = 0, next = 0;
    for (size_t i = 0; i < gn_network_layer_count(net); i++) {
        const gn_layer *layer = gn_network_layer(net, i);
        for (size_t k = 0; k < layer->n_tensors; k++) {
            char name[32];
            (void)snprintf(name, sizeof name, "%zu.%s", module, k ? "bias" : "weight");
            CHECK(next < f->n && strcmp(f->tensors[next].name, name) == 0,
                  "tensor %zu is %s, not %s",
                  next, f->tensors[next].name, name);
            check_tensor(&layer->tensors[k], &f->tensors[next++]);
        }
        module += gn_same_activation(&layer->activation, &gn_identity) ? 1 : 2;
    }
    CHECK(next == f->n, "%zu tensors, not %zu", f->n, next);
}

static void test_rules_of_the_format(void **state)
{
    rng r = { 4 };
    (void)state;
    for (size_t i = 0; i < how_many(); i++) {
        gn_network *net = random_network(&r);
        blob b = encoded(net);
        safetensors_file *f = parsed(b);
        check_tensors(net, f);
        CHECK(metadata_of(f, "gemmnet") && metadata_of(f, "format"), "%s", "no metadata");
        for (size_t k = 0; k < 8 + f->header; k++)
            CHECK(b.bytes[k] <= 0x7f || k < 8, "byte %zu of the header is %d", k, b.bytes[k]);
        /* the data are the parameters as they lie (on a machine that is little-endian) */
        CHECK(b.n - 8 - f->header == gn_network_param_count(net) * sizeof(gn_real), "%zu bytes",
              b.n);
        const uint16_t one = 1;
        if (*(const uint8_t *)&one)
            CHECK(memcmp(f->data, gn_network_params(net), b.n - 8 - f->header) == 0, "network %zu",
                  i);
        free_parsed(f);
        free(b.bytes);
        gn_network_destroy(net);
    }
}

static void test_names_of_pytorch(void **state)
{
    static const struct { gn_layer_spec layers[4]; size_t n; const char *names[6]; } cases[] = {
        { { { .units = 3 } }, 1, { "0.weight", "0.bias" } },
        { { { .units = 3, .no_bias = true } }, 1, { "0.weight" } },
        { { { .units = 3 }, { .units = 2 } }, 2, { "0.weight", "0.bias", "1.weight", "1.bias" } },
        { { { .units = 3, .activation = &gn_relu }, { .units = 2, .activation = &gn_softmax } }, 2,
          { "0.weight", "0.bias", "2.weight", "2.bias" } },
        { { { .units = 3, .activation = &gn_gelu }, { .type = &gn_dropout, .param = { 0.5 } },
            { .units = 1 } }, 3,
          { "0.weight", "0.bias", "3.weight", "3.bias" } },
        { { { .type = &gn_dropout }, { .units = 4, .activation = &gn_elu, .no_bias = true },
            { .units = 2 },
            { .type = &affine_layer } },
            4, { "1.weight", "3.weight", "3.bias", "4.weight", "4.bias" } },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_network *net = make_network(5, cases[i].layers, cases[i].n, 1);
        blob b = encoded(net);
        safetensors_file *f = parsed(b);
        size_t n = 0;
        for (; n < COUNT(cases[i].names) && cases[i].names[n]; n++)
            CHECK(n < f->n && strcmp(f->tensors[n].name, cases[i].names[n]) == 0,
                  "case %zu: tensor %zu is %s, not %s",
                  i, n, f->tensors[n].name, cases[i].names[n]);
        CHECK(n == f->n, "case %zu: %zu tensors", i, f->n);
        free_parsed(f);
        free(b.bytes);
        gn_network_destroy(net);
    }
}

/* ---- sizes, files ---- */

static void test_room(void **state)
{
    rng r = { 5 };
    gn_network *net = random_network(&r);
    blob b = encoded(net);
    (void)state;
    for (size_t capacity = 0; capacity < b.n + 5; capacity += 1 + b.n / 50) {
        uint8_t *bytes = allocate(b.n + 8, 1);
        size_t size = 0;
        memset(bytes, 0xee, b.n + 8);
        gn_status status = gn_network_encode(net, bytes, capacity, &size);
        CHECK(status == (capacity < b.n ? GN_ERR_ARGUMENT : GN_OK) && size == b.n,
              "%zu of %zu: %d, %zu", capacity, b.n, (int)status, size);
        CHECK(capacity < b.n || memcmp(bytes, b.bytes, b.n) == 0, "%zu of %zu: other bytes",
              capacity, b.n);
        for (size_t i = capacity; i < b.n + 8; i++)
            CHECK(bytes[i] == 0xee || (capacity >= b.n && i < b.n), "byte %zu of %zu was written",
                  i, capacity);
        free(bytes);
    }
    free(b.bytes);
    gn_network_destroy(net);
}

static void test_files(void **state)
{
    char path[] = "/tmp/gemmnet-test-safetensors-XXXXXX";
    rng r = { 6 };
    int file = mkstemp(path);
    (void)state;
    CHECK(file >= 0, "%s", path);
    for (int i = 0; i < 5; i++) {
        gn_network *net = random_network(&r), *again = net;
        blob b = encoded(net);
        uint8_t *bytes = allocate(b.n + 1, 1);
        CHECK_OK(gn_network_save(net, path));
        close(file);
        file = open(path, O_RDWR);
        CHECK(read(file, bytes, b.n + 1) == (ssize_t)b.n && memcmp(bytes, b.bytes, b.n) == 0, "%s",
              "other bytes");
        CHECK_OK(gn_network_load(&again, path, &own_parts));
        check_same_network(path, net, again);
        gn_network_destroy(again);
        again = net;
        CHECK(ftruncate(file, (off_t)b.n - 1) == 0, "%s", path);
        CHECK_STATUS(gn_network_load(&again, path, &own_parts), GN_ERR_FORMAT);
        CHECK(!again && strstr(gn_error_message(), path), "%s", gn_error_message());
        free(bytes);
        free(b.bytes);
        gn_network_destroy(net);
    }
    close(file);
    unlink(path);
}

static void test_arguments(void **state)
{
    gn_network *net = NETWORK(2, 1, { .units = 3 }), *out = net;
    uint8_t bytes[8] = { 0 };
    size_t size;
    (void)state;
    CHECK_STATUS(gn_network_encode(NULL, bytes, 8, &size), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_encode(net, NULL, 8, &size), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_encode(net, bytes, 8, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_decode(NULL, bytes, 8, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_decode(&out, NULL, 8, NULL), GN_ERR_ARGUMENT);
    CHECK(!out, "%s", "*out is not NULL");
    CHECK_STATUS(gn_network_save(NULL, "/tmp/x"), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_save(net, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_save(net, "/nonexistent/x"), GN_ERR_IO);
    CHECK(strstr(gn_error_message(), "gn_network_save: /nonexistent/x: No such"), "%s",
          gn_error_message());
    CHECK_STATUS(gn_network_load(NULL, "/tmp/x", NULL), GN_ERR_ARGUMENT);
    out = net;
    CHECK_STATUS(gn_network_load(&out, NULL, NULL), GN_ERR_ARGUMENT);
    CHECK(!out, "%s", "*out is not NULL");
    out = net;
    CHECK_STATUS(gn_network_load(&out, "/nonexistent/x", NULL), GN_ERR_IO);
    CHECK(!out && strstr(gn_error_message(), "/nonexistent/x: No such"), "%s", gn_error_message());
    gn_network_destroy(net);
}

/* ---- unknown parts, and parameters that JSON has no word for ---- */

/* A reader would take them for the library's, or could not read them. */
static void test_names_that_no_file_can_hold(void **state)
{
    gn_activation relu = squash, latin = squash;
    gn_layer_type dense = affine_layer;
    relu.name = "relu";
    latin.name = "gr\374n";
    dense.name = "dense";
    const struct { gn_layer_spec layer; const char *says; } bad[] = {
        { { .units = 3, .activation = &relu }, "activation of layer 0 is called relu" },
        { { .units = 3, .activation = &latin }, "not UTF-8" },
        { { .units = 3, .type = &dense }, "type of layer 0 is called dense" },
    };
    size_t size;
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        gn_network *net = make_network(3, &bad[i].layer, 1, 1);
        CHECK_STATUS(gn_network_encode(net, NULL, 0, &size), GN_ERR_ARGUMENT);
        CHECK(strstr(gn_error_message(), bad[i].says), "%zu: %s", i, gn_error_message());
        gn_network_destroy(net);
    }
}

static void test_unknown_parts(void **state)
{
    const gn_own_parts some = { .types = own_parts.types },
                       others = { .activations = own_parts.activations };
    gn_network *net = NETWORK(3, 1, { .units = 4, .activation = &squash },
                              { .type = &affine_layer }),
        *out = net;
    blob b = encoded(net);
    (void)state;
    CHECK_STATUS(gn_network_decode(&out, b.bytes, b.n, &some), GN_ERR_UNKNOWN);
    CHECK(!out && strstr(gn_error_message(), squash.name) && strstr(gn_error_message(), "layer 0"),
          "%s", gn_error_message());
    CHECK_STATUS(gn_network_decode(&out, b.bytes, b.n, &others), GN_ERR_UNKNOWN);
    CHECK(strstr(gn_error_message(), "affine") && strstr(gn_error_message(), "layer 1"), "%s",
          gn_error_message());
    CHECK_STATUS(gn_network_decode(&out, b.bytes, b.n, NULL), GN_ERR_UNKNOWN);
    CHECK_STATUS(gn_network_decode(&out, b.bytes, b.n, &(gn_own_parts){ .types = NULL }),
                 GN_ERR_UNKNOWN);
    free(b.bytes);
    gn_network_destroy(net);
}

static void test_numbers_without_a_word(void **state)
{
    size_t size = 0;
    gn_network *net = NETWORK(3, 1, { .type = &affine_layer, .param = { 0, (double)INFINITY } }),
        *again;
    (void)state;
    CHECK_STATUS(gn_network_encode(net, NULL, 0, &size), GN_ERR_NONFINITE);
    CHECK(strstr(gn_error_message(), "param[1] of layer 0"), "%s", gn_error_message());
    gn_network_destroy(net);
    /* an infinite range is one */
    const gn_real low[2] = { (gn_real)-INFINITY, 0 }, high[2] = { 1, (gn_real)INFINITY };
    net = NETWORK(2, 1, { .units = 1 });
    CHECK_OK(gn_network_set_scaling(net, &(gn_scaling){ .input_low = low, .input_high = high }));
    blob b = encoded(net);
    free_parsed(parsed(b));
    CHECK_OK(decode(&again, b));
    check_same_network("an infinite range", net, again);
    gn_network_destroy(again);
    gn_network_destroy(net);
    free(b.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_what_is_loaded_computes),
        cmocka_unit_test(test_other_precision),
        cmocka_unit_test(test_too_large_for_float),
        cmocka_unit_test(test_rules_of_the_format),
        cmocka_unit_test(test_names_of_pytorch),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_unknown_parts),
        cmocka_unit_test(test_names_that_no_file_can_hold),
        cmocka_unit_test(test_numbers_without_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
