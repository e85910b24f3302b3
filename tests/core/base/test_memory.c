/* Memory that runs out: the n-th allocation fails, n = 1, 2, ..., through every public
 * function that allocates. It says so, leaks nothing, and leaves its objects as they were.
 * And what must not allocate does not. */
#include <unistd.h>
#include <gemmnet/idx.h>
#include "support.h"
#include "support_count.h"

/* ---- what is called ---- */

enum { ROWS = 90 };

typedef struct world {
    gn_network *net;
    samples s;
    gn_data data, valid;
    gn_real *before;
    size_t n;
    char path[64];
} world;

static const gn_layer_spec layers[] = {
    { .units = 8, .activation = &gn_gelu }, { .type = &gn_dropout, .param = { 0.5 } },
    { .units = 3, .activation = &gn_softmax },
};

static world set_up(void)
{
    static const uint8_t idx[] = { 0, 0, 0x0d, 2, 0, 0, 0,    1,    0, 0,
                                   0, 2, 0,    0, 0, 0, 0x3f, 0x80, 0, 0 };
    rng r = { 1 };
    world w = { .net = make_network(5, layers, COUNT(layers), 1), .s = make_samples(&r, ROWS, 5, 3),
                .path = "/tmp/gemmnet-test-memory-XXXXXX" };
    w.data = w.valid = with_labels(&w.s);
    w.valid.x.rows = 20;
    w.n = gn_network_param_count(w.net);
    w.before = copy_reals(gn_network_params(w.net), w.n);
    int fd = mkstemp(w.path);
    CHECK(fd >= 0 && write(fd, idx, sizeof idx) == sizeof idx, "%s", w.path);
    close(fd);
    return w;
}

static void tear_down(world *w)
{
    gn_network_destroy(w->net);
    free_samples(&w->s);
    free(w->before);
    unlink(w->path);
}

static gn_train_options settings(void)
{
    return (gn_train_options){ .loss = &gn_softmax_cross_entropy,
                                .batch = 16,
                                .epochs = 3,
                                .threads = 2,
                                .train_accuracy = true };
}

static gn_status create(world *w)
{
    gn_network *net = (gn_network *)w;
    gn_status status = gn_network_create(&net, gn_vector(5), layers, COUNT(layers), 1);
    CHECK(!net == (status < 0), "*out after %d", (int)status);
    gn_network_destroy(net);
    return status;
}

static gn_status copy(world *w)
{
    gn_network *net = (gn_network *)w;
    gn_status status = gn_network_copy(&net, w->net);
    CHECK(!net == (status < 0), "*out after %d", (int)status);
    gn_network_destroy(net);
    return status;
}

static gn_status create_context(world *w)
{
    gn_context *ctx = (gn_context *)w;
    gn_status status =
        gn_context_create(&ctx, w->net, &(gn_context_options){ .gradients = true, .threads = 3 });
    CHECK(!ctx == (status < 0), "*out after %d", (int)status);
    gn_context_destroy(ctx);
    return status;
}

static gn_status create_trainer(world *w)
{
    gn_trainer *t = (gn_trainer *)w;
    gn_status status = gn_trainer_create(&t, w->net, &(gn_train_options){
        .loss = &gn_softmax_cross_entropy, .batch = 300, .patience = 3 });
    CHECK(!t == (status < 0), "*out after %d", (int)status);
    gn_trainer_destroy(t);
    return status;
}

/* A fit that had no memory can be called again, and then trains as if nothing had been. */
static gn_status fit_with(world *w, double share, const gn_data *valid)
{
    gn_train_options options = settings();
    long wanted = atomic_exchange(&fail_at, 0);
    options.validation = share;
    options.patience = share > 0 || valid ? 5 : 0;
    gn_trainer *t = make_trainer(w->net, options);
    atomic_store(&calls, 0);
    atomic_store(&fail_at, wanted);
    gn_status status = gn_trainer_fit(t, &w->data, valid);
    atomic_store(&fail_at, 0);
    if (status < 0) {
        CHECK(same_bits(w->before, gn_network_params(w->net), w->n), "fit moved weights: %d",
              (int)status);
        CHECK(gn_trainer_epoch_count(t) == 0, "%zu epochs", gn_trainer_epoch_count(t));
        CHECK_OK(gn_trainer_fit(t, &w->data, valid));
    }
    CHECK(gn_trainer_epoch_count(t) == 3, "%zu epochs", gn_trainer_epoch_count(t));
    gn_trainer_destroy(t);
    memcpy(gn_network_params(w->net), w->before, w->n * sizeof(gn_real));
    return status;
}

static gn_status fit(world *w) { return fit_with(w, 0, NULL); }
static gn_status fit_with_validation(world *w) { return fit_with(w, 0, &w->valid); }
static gn_status fit_with_share(world *w) { return fit_with(w, 0.2, NULL); }

/* History grows with a second fit. */
static gn_status fit_again(world *w)
{
    long wanted = atomic_exchange(&fail_at, 0);
    gn_trainer *t = make_trainer(w->net, settings());
    CHECK_OK(gn_trainer_fit(t, &w->data, NULL));
    gn_real *trained = copy_reals(gn_network_params(w->net), w->n);
    atomic_store(&calls, 0);
    atomic_store(&fail_at, wanted);
    gn_status status = gn_trainer_fit(t, &w->data, NULL);
    atomic_store(&fail_at, 0);
    CHECK(gn_trainer_epoch_count(t) == (status < 0 ? 3 : 6), "%zu epochs",
          gn_trainer_epoch_count(t));
    CHECK(status >= 0 || same_bits(trained, gn_network_params(w->net), w->n), "status %d",
          (int)status);
    gn_trainer_destroy(t);
    free(trained);
    memcpy(gn_network_params(w->net), w->before, w->n * sizeof(gn_real));
    return status;
}

static gn_status read_idx(world *w)
{
    gn_idx idx;
    memset(&idx, 0x55, sizeof idx);
    gn_status status = gn_idx_read(&idx, w->path);
    CHECK(status >= 0 || (!idx.memory && !idx.matrix.data), "*out after %d", (int)status);
    gn_idx_free(&idx);
    return status;
}

static void test_every_allocation_fails(void **state)
{
    static const struct { const char *what; gn_status (*call)(world *w); long least; } cases[] = {
        { "gn_network_create", create, 1 },
        { "gn_network_copy", copy, 1 },
        { "gn_context_create", create_context, 1 },
        { "gn_trainer_create", create_trainer, 1 },
        { "gn_trainer_fit", fit, 0 },
        { "gn_trainer_fit with validation", fit_with_validation, 0 },
        { "gn_trainer_fit with a share", fit_with_share, 0 },
        { "gn_trainer_fit again", fit_again, 0 },
        { "gn_idx_read", read_idx, 1 },
    };
    world w = set_up();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        long n = 0, before = atomic_load(&live);
        gn_status status;
        do {
            gn_fail(GN_ERR_IO, "an older error");
            atomic_store(&calls, 0);
            atomic_store(&fail_at, ++n);
            status = cases[i].call(&w);
            atomic_store(&fail_at, 0);
            CHECK(status == GN_OK || status == GN_ERR_MEMORY, "%s, allocation %ld: %d",
                  cases[i].what, n, (int)status);
            CHECK(status == GN_OK || strstr(gn_error_message(), "memory"), "%s: %s", cases[i].what,
                  gn_error_message());
            CHECK(atomic_load(&live) == before, "%s, allocation %ld: %ld blocks leaked",
                  cases[i].what, n, atomic_load(&live) - before);
        } while (status != GN_OK && n < 100);
        CHECK(status == GN_OK && n > cases[i].least, "%s: %d after %ld", cases[i].what, (int)status,
              n);
    }
    tear_down(&w);
}

/* ---- what never allocates ---- */

static void test_no_allocation_in_a_step(void **state)
{
    world w = set_up();
    gn_real *out = reals(ROWS * 3), *gradient = reals(w.n);
    gn_score score;
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        gn_context *ctx =
            make_context(w.net, (gn_context_options){ .gradients = true, .threads = threads });
        gn_train_options options = settings();
        options.batch = ROWS;
        options.threads = threads;
        gn_trainer *t = make_trainer(w.net, options);
        long before = atomic_load(&calls);
        CHECK_OK(gn_predict(ctx, &w.data.x, out, 0));
        CHECK_OK(gn_evaluate(ctx, &w.data, &gn_softmax_cross_entropy, &score));
        CHECK_OK(gn_gradient(ctx, &w.data, &gn_softmax_cross_entropy, NULL, gradient));
        CHECK_OK(gn_trainer_step(t, &w.data, NULL));
        CHECK_STATUS(gn_predict(ctx, &(gn_matrix){ .rows = 1 }, out, 0), GN_ERR_ARGUMENT);
        CHECK(atomic_load(&calls) == before, "%ld allocations", atomic_load(&calls) - before);
        gn_trainer_destroy(t);
        gn_context_destroy(ctx);
    }
    free(out);
    free(gradient);
    tear_down(&w);
    CHECK(atomic_load(&live) == 0, "%ld blocks leaked", atomic_load(&live));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_fails),
        cmocka_unit_test(test_no_allocation_in_a_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
