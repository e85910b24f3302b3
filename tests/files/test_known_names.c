/* Files and the library's names: all formats know all activations, and looking for a name is no
 * error. */
#include <gemmnet/files.h>
#include "support.h"

/* True; false where this library was built without what the format needs. */
static bool is_written(gn_status status, const char *name)
{
    bool left_out = status == GN_ERR_UNSUPPORTED && strstr(gn_error_message(), "was built without");
    CHECK(status == GN_OK || left_out, "%s: %s", name, gn_error_message());
    return status == GN_OK;
}

/* A format's table that does not have an activation shows here. */
static void test_files_know_all(void **state)
{
    (void)state;
    char folder[64], path[3][96];
    static const char *const endings[3] = { "safetensors", "onnx", "c" };
    assert_true(make_temporary_folder(folder));
    for (size_t i = 0; i < COUNT(endings); i++)
        (void)snprintf(path[i], sizeof path[i], "%s/net.%s", folder, endings[i]);
    const char *name;
    for (size_t i = 0; (name = gn_name(GN_ACTIVATION, i)); i++) {
        const gn_activation *f = gn_activation_named(name);
        gn_network *net = NETWORK(3, 1, { .units = 4, .activation = f },
                                  { .units = 2, .activation = f }),
                   *again;
        if (is_written(gn_network_save(net, path[0]), name)) {
            CHECK_OK(gn_network_load(&again, path[0], NULL));
            assert_true(gn_same_activation(&gn_network_layer(again, 0)->activation, f));
            gn_network_destroy(again);
        }
        (void)is_written(gn_network_export_onnx(net, path[1]), name);
        CHECK_OK(gn_network_export_c(net, path[2]));
        gn_network_destroy(net);
    }
    for (size_t i = 0; i < COUNT(endings); i++)
        (void)remove(path[i]);
    (void)snprintf(path[0], sizeof path[0], "%s/net.h", folder);
    (void)remove(path[0]);
    assert_int_equal(remove(folder), 0);
}

/* Writers look whether a name is one of ours; that it is none is no error. */
static void test_success_sets_no_error(void **state)
{
    (void)state;
    assert_null(gn_activation_named("foo"));
    const gn_activation own = { .name = "own",
                                .forward = gn_tanh.forward,
                                .backward = gn_tanh.backward,
                                .user = gn_tanh.user };
    gn_network *net = NETWORK(3, 1, { .units = 2, .activation = &own });
    size_t size = 0;
    gn_status status = gn_network_encode(net, NULL, 0, &size);
    CHECK(status == GN_OK || status == GN_ERR_UNSUPPORTED, "%s", gn_error_message());
    if (status == GN_OK)
        assert_non_null(strstr(gn_error_message(), "foo"));
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_know_all),
        cmocka_unit_test(test_success_sets_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
