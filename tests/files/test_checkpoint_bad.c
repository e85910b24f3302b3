/* Checkpoints that do not fit, or lie: of another network, of other options (which are named), cut
 * short, with bits flipped and numbers changed. A trainer that has refused one is as it was. */
#define _GNU_SOURCE /* memmem */
#include <unistd.h>
#include "support_count.h"
#include "support_safetensors.h"

enum { ROWS = 60, MEBIBYTE = 1 << 20 };

static char path[64], other_path[64];

static int set_up(void **state)
{
    (void)state;
    return make_temporary_file(path) && make_temporary_file(other_path) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path) | unlink(other_path);
}

static gn_train_options settings(void)
{
    return (gn_train_options){
        .loss = &gn_softmax_cross_entropy, .optimizer = gn_sgd(0.5, true),
            .schedule = gn_exponential(0.02, 0.75),
        .batch = 16, .epochs = 4, .validation = 0.25, .patience = 3, .weight_decay = 0.125,
        .l1 = 0.25,
            .l2 = 0.5,
        .max_gradient_norm = 2, .seed = 5, .total_steps = 90, .tile_rows = 8, .lanes = 2,
            .train_accuracy = true,
        .threads = 1,
    };
}

static gn_network *the_network(void)
{
    return NETWORK(4, 1, { .units = 5, .activation = &gn_elu },
                   { .units = 3, .activation = &gn_softmax });
}

/* One that has been trained for two epochs and a step: its file. */
static bool stop(void *user, const gn_progress *at, double loss)
{
    (void)user;
    (void)loss;
    return at->step == 7;
}

static blob checkpoint_of(gn_network *net, gn_train_options options)
{
    rng r = { 2 };
    samples s = make_samples(&r, ROWS, 4, 3);
    gn_data data = with_labels(&s);
    options.on_step = stop;
    gn_trainer *t = make_trainer(net, options);
    CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_STOPPED);
    CHECK_OK(gn_trainer_save(t, path));
    gn_trainer_destroy(t);
    free_samples(&s);
    return contents(path);
}

/* A trainer is what it saves. */
static void check_unchanged(const char *what, size_t number, const gn_trainer *t, blob before)
{
    CHECK_OK(gn_trainer_save(t, other_path));
    CHECK(holds(other_path, before), "%s %zu changed the trainer", what, number);
}

/* ---- what differs ---- */

static double rate(const gn_schedule *self, const gn_progress *at)
{
    (void)at;
    return self->first;
}

static void update(const gn_optimizer *self, const gn_update *u)
{
    (void)self;
    (void)u;
}

static const struct { const char *name; gn_train_options o; } options[] = {
    { "batch", { .batch = 17 } }, { "epochs", { .epochs = 5 } },
        { "validation", { .validation = 0.26 } },
    { "patience", { .patience = 4 } }, { "weight_decay", { .weight_decay = 0.126 } },
        { "l1", { .l1 = 0.26 } },
    { "l2", { .l2 = 0.51 } }, { "max_gradient_norm", { .max_gradient_norm = 2.1 } },
        { "seed", { .seed = 6 } },
    { "total_steps", { .total_steps = 91 } }, { "tile_rows", { .tile_rows = 9 } },
        { "lanes", { .lanes = 3 } },
    { "keep_order", { .keep_order = true } }, { "drop_last", { .drop_last = true } },
    { "optimizer", { .optimizer = { .name = "mine", .states = 1, .update = update } } },
    { "schedule", { .schedule = { .rate = rate, .first = 0.02 } } },
};

#define TAKE(field) if (from->field) to->field = from->field
static void take(gn_train_options *to, const gn_train_options *from)
{
    TAKE(batch); TAKE(epochs); TAKE(patience); TAKE(seed); TAKE(total_steps); TAKE(tile_rows);
    TAKE(lanes); TAKE(keep_order); TAKE(drop_last);
    if (from->validation > 0) to->validation = from->validation;
    if (from->weight_decay > 0) to->weight_decay = from->weight_decay;
    if (from->l1 > 0) to->l1 = from->l1;
    if (from->l2 > 0) to->l2 = from->l2;
    if (from->max_gradient_norm > 0) to->max_gradient_norm = from->max_gradient_norm;
    if (from->optimizer.update) to->optimizer = from->optimizer;
    if (from->schedule.rate) to->schedule = from->schedule;
}

static void check_refused(const char *what, gn_network *net, gn_train_options o, gn_status status)
{
    gn_trainer *t = make_trainer(net, o);
    CHECK_OK(gn_trainer_save(t, other_path));
    blob before = contents(other_path);
    CHECK_STATUS(gn_trainer_resume(t, path), status);
    CHECK(strstr(gn_error_message(), what), "\"%s\" lacks %s", gn_error_message(), what);
    check_unchanged(what, 0, t, before);
    free(before.bytes);
    gn_trainer_destroy(t);
}

static void test_other_options(void **state)
{
    gn_network *net = the_network();
    blob b = checkpoint_of(net, settings());
    (void)state;
    for (size_t i = 0; i < COUNT(options); i++) {
        gn_train_options o = settings();
        take(&o, &options[i].o);
        check_refused(options[i].name, net, o, GN_ERR_ARGUMENT);
    }
    /* hyper-parameters, and the numbers of a schedule */
    const gn_optimizer optimizers[] = { gn_sgd(0.6, true), gn_sgd(0.5, false), gn_sgd(0, false),
                                        gn_adam_defaults() };
    const gn_schedule schedules[] = { gn_exponential(0.03, 0.75), gn_exponential(0.02, 0.8),
                                      gn_constant(0.02),
                                      gn_staircase(0.02, 0.75, 1),
                                          gn_warmup(gn_exponential(0.02, 0.75), 1) };
    for (size_t i = 0; i < COUNT(optimizers) + COUNT(schedules); i++) {
        gn_train_options o = settings();
        if (i < COUNT(optimizers))
            o.optimizer = optimizers[i];
        else
            o.schedule = schedules[i - COUNT(optimizers)];
        check_refused(i < COUNT(optimizers) ? "optimizer" : "schedule", net, o, GN_ERR_ARGUMENT);
    }
    /* and those that decide no bits */
    gn_train_options o = settings();
    o.threads = 2;
    o.keep_blas_threads = true;
    o.on_step = stop;
    gn_trainer *t = make_trainer(net, o);
    CHECK_OK(gn_trainer_resume(t, path));
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free(b.bytes);
}

static void test_other_losses(void **state)
{
    gn_network *net = NETWORK(4, 1, { .units = 3 });
    gn_train_options o = settings();
    gn_loss huber = gn_huber;
    blob b;
    (void)state;
    b = checkpoint_of(net, o);
    free(b.bytes);
    o.loss = &gn_sigmoid_cross_entropy;
    check_refused("loss", net, o, GN_ERR_ARGUMENT);
    o.loss = &huber;
    check_refused("loss", net, o, GN_ERR_ARGUMENT);
    gn_network_destroy(net);
}

static void test_other_networks(void **state)
{
    const gn_activation elu = { .name = "elu", .alpha = 0.5, .user = gn_elu.user,
                                .forward = gn_elu.forward,
                                .backward = gn_elu.backward };
    const gn_layer_spec cases[][3] = {
        { { .units = 6, .activation = &gn_elu }, { .units = 3, .activation = &gn_softmax } },
        { { .units = 5, .activation = &gn_tanh }, { .units = 3, .activation = &gn_softmax } },
        { { .units = 5, .activation = &elu }, { .units = 3, .activation = &gn_softmax } },
        { { .units = 5, .activation = &gn_elu, .no_bias = true },
          { .units = 3, .activation = &gn_softmax } },
        { { .units = 5, .activation = &gn_elu, .frozen = true },
          { .units = 3, .activation = &gn_softmax } },
        { { .units = 5, .activation = &gn_elu }, { .units = 4, .activation = &gn_softmax } },
        { { .units = 5, .activation = &gn_elu }, { .type = &gn_dropout },
          { .units = 3, .activation = &gn_softmax } },
    };
    static const char *const words[COUNT(cases)] = {
        "layers[0].units is 5 in the file, and 6 here", "layers[0].activation is \"elu\"",
        "layers[0].alpha is",
        "layers[0].bias is missing in the file, and false here", "layers[0].frozen is missing",
        "layers[1].units is 3", "layers[1].type is \"dense\"",
    };
    gn_network *net = the_network();
    blob b = checkpoint_of(net, settings());
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gn_network *other = make_network(4, cases[i], i + 1 == COUNT(cases) ? 3 : 2, 1);
        check_refused(path, other, settings(), GN_ERR_FORMAT);
        CHECK(strstr(gn_error_message(), words[i]), "not '%s': %s", words[i], gn_error_message());
        gn_network_destroy(other);
    }
    /* a network's file is no checkpoint */
    CHECK_OK(gn_network_save(net, path));
    check_refused(path, net, settings(), GN_ERR_FORMAT);
    /* but a checkpoint is a network's file */
    gn_network *loaded;
    write_contents(path, b.bytes, b.n);
    CHECK_OK(gn_network_load(&loaded, path, NULL));
    check_same_network("from a checkpoint", net, loaded);
    CHECK_OK(gn_network_load_weights(loaded, path));
    gn_network_destroy(loaded);
    gn_network_destroy(net);
    free(b.bytes);
}

/* ---- what lies ---- */

typedef struct subject { gn_network *net; gn_trainer *trainer; blob before; } subject;

static subject make_subject(void)
{
    subject s = { .net = the_network() };
    s.trainer = make_trainer(s.net, settings());
    CHECK_OK(gn_trainer_save(s.trainer, other_path));
    s.before = contents(other_path);
    return s;
}

static void destroy_subject(subject *s)
{
    free(s->before.bytes);
    gn_trainer_destroy(s->trainer);
    gn_network_destroy(s->net);
}

/* The bytes as a checkpoint: refused, and nothing is changed, or accepted, and training can go on,
 * with whatever numbers. */
static gn_status tried(const char *what, size_t number, subject *s, const uint8_t *bytes, size_t n)
{
    rng r = { 2 };
    write_contents(path, bytes, n);
    long blocks = atomic_load(&live);
    size_t before = atomic_load(&live_bytes);
    forget_peak();
    (void)gn_fail(GN_ERR_MEMORY, "an older error");
    gn_status status = gn_trainer_resume(s->trainer, path);
    CHECK(status >= 0 || (status != GN_ERR_MEMORY && status != GN_ERR_IO &&
                          strlen(gn_error_message()) > 20 &&
                          !strstr(gn_error_message(), "an older error")),
          "%s %zu: %d (%s)", what, number, (int)status, gn_error_message());
    CHECK(atomic_load(&peak_bytes) - before <= 64 * n + MEBIBYTE,
          "%s %zu: %zu bytes of memory for %zu", what, number,
          atomic_load(&peak_bytes) - before, n);
    if (status < 0) {
        CHECK(atomic_load(&live) == blocks, "%s %zu: %ld blocks leak", what, number,
              atomic_load(&live) - blocks);
        check_unchanged(what, number, s->trainer, s->before);
        return status;
    }
    samples some = make_samples(&r, 16, 4, 3);
    (void)gn_trainer_step(s->trainer,
                          &(gn_data){ .x = matrix_of(some.x, 16, 4), .labels = some.labels }, NULL);
    free_samples(&some);
    destroy_subject(s);
    *s = make_subject();
    return status;
}

static void test_cut(void **state)
{
    gn_network *net = the_network();
    blob b = checkpoint_of(net, settings());
    subject s = make_subject();
    (void)state;
    for (size_t n = 0; n < b.n; n += one_in(3, 101))
        CHECK(tried("cut at", n, &s, b.bytes, n) == GN_ERR_FORMAT, "%zu bytes of %zu", n, b.n);
    CHECK(tried("whole", 0, &s, b.bytes, b.n) == GN_OK, "%s", gn_error_message());
    destroy_subject(&s);
    free(b.bytes);
    gn_network_destroy(net);
}

static void test_flipped_bits(void **state)
{
    gn_network *net = the_network();
    blob b = checkpoint_of(net, settings());
    safetensors_file *f = parsed(b);
    subject s = make_subject();
    size_t accepted = 0, bits = 8 * b.n;
    (void)state;
    for (size_t i = 0; i < bits; i += one_in(i < 8 * (8 + f->header) ? 5 : 23, 4999)) {
        b.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        gn_status status = tried("bit", i, &s, b.bytes, b.n);
        accepted += status >= 0 && i < 8 * (8 + f->header);
        b.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    CHECK(accepted < bits / 4, "%zu of %zu flipped bits were accepted", accepted, bits);
    destroy_subject(&s);
    free_parsed(f);
    free(b.bytes);
    gn_network_destroy(net);
}

static void test_changed_numbers(void **state)
{
    static const char *const lies[] = { "0", "1", "7", "4294967296", "1152921504606846976",
                                        "9223372036854775807",
                                        "18446744073709551615", "18446744073709551616", "-1", "1.5",
                                            "1e999", "",
                                        "null", "[]", "{}", "x" };
    gn_network *net = the_network();
    blob b = checkpoint_of(net, settings());
    safetensors_file *f = parsed(b);
    subject s = make_subject();
    const char *text = (const char *)b.bytes + 8;
    char *header = allocate(f->header + 100, 1);
    (void)state;
    for (size_t at = 1, end; at < f->header; at = end) {
        end = at + strspn(text + at, "0123456789");
        for (size_t i = 0; end > at && i < COUNT(lies); i += in_valgrind() ? 9 : 1) {
            (void)snprintf(header, f->header + 100, "%.*s%s%.*s", (int)at, text, lies[i],
                           (int)(f->header - end),
                           text + end);
            blob lie = safetensors(header, f->data, (size_t)(b.bytes + b.n - f->data));
            (void)tried(header, i, &s, lie.bytes, lie.n);
            free(lie.bytes);
        }
        end += end == at;
    }
    free(header);
    destroy_subject(&s);
    free_parsed(f);
    free(b.bytes);
    gn_network_destroy(net);
}

static void test_members(void **state) /* whole numbers, taken out and damaged; and the layers */
{
    static const char *const names[] = { "step", "epoch", "steps_per_epoch", "goal", "updates",
                                         "best_epoch", "patient_from", "in_epoch", "rows",
                                         "train_rows", "gemmnet" };
    gn_network *net = the_network();
    blob b = checkpoint_of(net, settings());
    subject s = make_subject();
    (void)state;
    for (size_t i = 0; i < 2 * COUNT(names) - 1; i++) {
        const char *name = names[i / 2];
        const bool layers = i / 2 + 1 == COUNT(names);
        char key[32], says[64];
        (void)snprintf(key, sizeof key, layers ? "\"%s\":" : "\\\"%s\\\":\\\"", name);
        (void)snprintf(says, sizeof says, layers ? "do not say what the layers are"
                       : i % 2 ? "the %s of its trainer is \"x" : "its trainer has no %s", name);
        char *at = memmem(b.bytes, b.n, key, strlen(key));
        char *changed = at + (i % 2 ? strlen(key) : 3);
        CHECK(at, "there is no %s", key);
        const char before = *changed;
        *changed = 'x';
        CHECK(tried(name, i, &s, b.bytes, b.n) == GN_ERR_FORMAT &&
              strstr(gn_error_message(), says), "not '%s': %s", says, gn_error_message());
        *changed = before;
    }
    destroy_subject(&s);
    free(b.bytes);
    gn_network_destroy(net);
}

static void test_arguments(void **state)
{
    subject s = make_subject();
    (void)state;
    CHECK_STATUS(gn_trainer_save(NULL, path), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_trainer_save(s.trainer, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_trainer_save(s.trainer, "/nonexistent/x"), GN_ERR_IO);
    CHECK_STATUS(gn_trainer_resume(NULL, path), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_trainer_resume(s.trainer, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_trainer_resume(s.trainer, "/nonexistent/x"), GN_ERR_IO);
    check_unchanged("arguments", 0, s.trainer, s.before);
    destroy_subject(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_options), cmocka_unit_test(test_other_losses),
        cmocka_unit_test(test_other_networks), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_flipped_bits), cmocka_unit_test(test_changed_numbers),
        cmocka_unit_test(test_members), cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
