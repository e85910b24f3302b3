/* What a library was left out for says so, and names it; all else of the library is there. */
#include <gemmnet/files.h>
#include "support.h"

static gn_network *net, *out;
static gn_trainer *trainer;

static gn_status encode(void) { size_t n; return gn_network_encode(net, NULL, 0, &n); }
static gn_status decode(void) { return gn_network_decode(&out, "", 0, NULL); }
static gn_status save(void) { return gn_network_save(net, "/nonexistent/x"); }
static gn_status load(void) { return gn_network_load(&out, "/nonexistent/x", NULL); }
static gn_status load_weights(void) { return gn_network_load_weights(net, "/nonexistent/x"); }
static gn_status save_trainer(void) { return gn_trainer_save(trainer, "/nonexistent/x"); }
static gn_status resume(void) { return gn_trainer_resume(trainer, "/nonexistent/x"); }
static gn_status export_onnx(void) { return gn_network_export_onnx(net, "/nonexistent/x"); }
static gn_status import_onnx(void)
{
    return gn_network_import_onnx(&out, "/nonexistent/x", NULL, 0);
}

static const struct {
    const char *name, *library;
    gn_status (*call)(void);
    gn_status status;
} calls[] = {
    { "gn_network_encode", "jansson", encode, GN_OK },
    { "gn_network_decode", "jansson", decode, GN_ERR_FORMAT },
    { "gn_network_save", "jansson", save, GN_ERR_IO },
    { "gn_network_load", "jansson", load, GN_ERR_IO },
    { "gn_network_load_weights", "jansson", load_weights, GN_ERR_IO },
    { "gn_trainer_save", "jansson", save_trainer, GN_ERR_IO },
    { "gn_trainer_resume", "jansson", resume, GN_ERR_IO },
    { "gn_network_export_onnx", "protobuf-c", export_onnx, GN_ERR_IO },
    { "gn_network_import_onnx", "protobuf-c", import_onnx, GN_ERR_IO },
};

static void test_left_out(void **state)
{
    bool left_out[2] = { false, false };
    (void)state;
    net = NETWORK(2, 1, { .units = 1 });
    trainer = make_trainer(net, (gn_train_options){ .loss = &gn_squared_error });
    for (size_t i = 0; i < COUNT(calls); i++) {
        bool jansson = strcmp(calls[i].library, "jansson") == 0;
        out = net;
        gn_status status = calls[i].call();
        CHECK(status == calls[i].status || status == GN_ERR_UNSUPPORTED, "%s: %d (%s)",
              calls[i].name, (int)status, gn_error_message());
        CHECK(status != GN_ERR_UNSUPPORTED || (strstr(gn_error_message(), calls[i].library) &&
                                               strstr(gn_error_message(), calls[i].name)),
              "%s: %s", calls[i].name, gn_error_message());
        CHECK(!strstr(calls[i].name, "load") || strstr(calls[i].name, "weights") || !out,
              "%s left *out", calls[i].name);
        bool first = i == 0 || strcmp(calls[i - 1].library, calls[i].library) != 0;
        left_out[jansson] = first ? status == GN_ERR_UNSUPPORTED : left_out[jansson];
        CHECK(left_out[jansson] == (status == GN_ERR_UNSUPPORTED), "%s: %d, unlike others of %s",
              calls[i].name, (int)status, calls[i].library);
    }
    gn_trainer_destroy(trainer);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_left_out) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
