/* Under a locale with decimal commas files are the same, byte for byte, and are read the same. */
#include <locale.h>
#include <unistd.h>
#include "support_safetensors.h"

static char folder[] = "/tmp/gemmnet-test-locale-XXXXXX";

static int run(const char *format)
{
    char command[300];
    (void)snprintf(command, sizeof command, format, folder);
    return system(command);
}

/* Systems rarely have a locale but C's: one is made, where there is the means. */
static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    (void)run("localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1");
    return setenv("LOCPATH", folder, 1);
}

static int tear_down(void **state)
{
    (void)state;
    return run("rm -rf '%s'");
}

static bool try_commas(void)
{
    return setlocale(LC_ALL, "de_DE.UTF-8") && strcmp(localeconv()->decimal_point, ",") == 0;
}

static void use_commas(void)
{
    CHECK(try_commas(), "%s", "the locale de_DE.UTF-8 was there, and is not any more");
}

static void use_points(void)
{
    CHECK(setlocale(LC_ALL, "C"), "%s", "no locale C");
}

/* Before anything is allocated: cmocka leaves a skipped test by a jump. */
static void skip_without_commas(void)
{
    bool there = try_commas();
    use_points();
    if (!there)
        skip();
}

static void test_networks(void **state)
{
    rng r = { 21 };
    (void)state;
    skip_without_commas();
    for (int i = 0; i < 30; i++) {
        gn_network *net = random_network(&r), *again;
        blob b = encoded(net);
        use_commas();
        blob c = encoded(net);
        CHECK_OK(decode(&again, b));
        use_points();
        CHECK(b.n == c.n && memcmp(b.bytes, c.bytes, b.n) == 0, "network %d: other bytes", i);
        check_same_network("read with commas", net, again);
        gn_network_destroy(again);
        gn_network_destroy(net);
        free(b.bytes);
        free(c.bytes);
    }
}

/* ---- what is written as a file ---- */

typedef struct writer { const char *name; gn_status (*write)(const char *path); } writer;

static gn_network *the_network(void)
{
    const gn_real some[3] = { (gn_real)0.1, (gn_real)-2.75, (gn_real)1e-30 };
    gn_network *net = NETWORK(3, 5, { .units = 4, .activation = &gn_leaky_relu },
                              { .type = &gn_dropout, .param = { 0.125 } },
                                  { .units = 3, .activation = &gn_softmax });
    CHECK_OK(gn_network_set_scaling(net,
                                    &(gn_scaling){ some, some, NULL, NULL, some, some, { 0 } }));
    return net;
}

static gn_status write_with(gn_status (*export)(const gn_network *, const char *), const char *path)
{
    gn_network *net = the_network();
    gn_status status = export(net, path);
    gn_network_destroy(net);
    return status;
}

static gn_status write_safetensors(const char *path) { return write_with(gn_network_save, path); }
static gn_status write_c(const char *path) { return write_with(gn_network_export_c, path); }
static gn_status write_onnx(const char *path) { return write_with(gn_network_export_onnx, path); }

/* Steps alone: a fit's history has the seconds that it took. */
static gn_status write_checkpoint(const char *path)
{
    rng r = { 5 };
    samples s = make_samples(&r, 40, 3, 3);
    gn_data data = with_labels(&s);
    gn_train_options options = { .loss = &gn_softmax_cross_entropy,
                                 .schedule = gn_exponential(0.01, 0.9),
                                 .l2 = 0.125e-3, .max_gradient_norm = 1.5 };
    gn_network *net = the_network();
    gn_trainer *t = make_trainer(net, options), *u = make_trainer(net, options);
    for (int i = 0; i < 3; i++)
        CHECK_OK(gn_trainer_step(t, &data, NULL));
    gn_status status = gn_trainer_save(t, path);
    if (status == GN_OK)
        CHECK_OK(gn_trainer_resume(u, path));
    gn_trainer_destroy(u);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free_samples(&s);
    return status;
}

static const writer writers[] = {
    { "net.safetensors", write_safetensors }, { "net.ckpt", write_checkpoint },
    { "net.c", write_c },
    { "net.onnx", write_onnx },
};

static void test_files(void **state)
{
    (void)state;
    skip_without_commas();
    for (size_t i = 0; i < COUNT(writers); i++) {
        char paths[100];
        (void)snprintf(paths, sizeof paths, "%s/%s", folder, writers[i].name);
        if (writers[i].write(paths) == GN_ERR_UNSUPPORTED)
            continue;
        blob before = contents(paths);
        use_commas();
        CHECK_OK(writers[i].write(paths));
        use_points();
        CHECK(holds(paths, before), "%s: other bytes", writers[i].name);
        free(before.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
