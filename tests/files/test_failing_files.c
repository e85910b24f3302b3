/* Files while memory runs out and disks fail: the n-th allocation, or the n-th call of the system,
 * fails, n = 1, 2, ..., through every function that reads or writes a file. It says so, leaks
 * nothing, leaves the old file, or its object as it was. */
#include <errno.h>
#include <unistd.h>
#include <gemmnet/files.h>
#include <gemmnet/idx.h>
#include "support.h"
#include "support_count.h"
#include "support_system.h"

enum { ROWS = 60 };

typedef struct world {
    char folder[64], idx[96], model[96], checkpoint[96], onnx[96], source[96], header[96],
        target[96];
    gn_network *net, *other;  /* other: the same layers */
    gn_trainer *trainer, *fresh; /* of net, of other */
    samples s;
    gn_data data;
    gn_real *other_params;
    size_t n;
    blob old, new_model, new_checkpoint, fresh_checkpoint, new_onnx, new_source, new_header;
    bool has_onnx;
} world;

static gn_train_options settings(void)
{
    return (gn_train_options){ .loss = &gn_softmax_cross_entropy, .batch = 16, .epochs = 3,
                               .threads = 1, .patience = 2, .validation = 0.2 };
}

static void make_fresh(world *w)
{
    gn_trainer_destroy(w->fresh);
    memcpy(gn_network_params(w->other), w->other_params, w->n * sizeof(gn_real));
    w->fresh = make_trainer(w->other, settings());
}

static void name_files(world *w)
{
    static const uint8_t idx[] = { 0, 0, 0x0d, 1, 0, 0, 0, 2, 0x3f, 0x80, 0, 0, 0, 0, 0, 0 };
    static uint8_t old[] = "an older file";
    static const char *const names[] = { "idx", "model", "ckpt", "onnx", "net.c", "net.h",
                                         "target" };
    CHECK(make_temporary_folder(w->folder), "%s", w->folder);
    char *const paths[] = { w->idx, w->model, w->checkpoint, w->onnx, w->source, w->header,
                            w->target };
    for (size_t i = 0; i < COUNT(paths); i++)
        (void)snprintf(paths[i], sizeof w->idx, "%s/%s", w->folder, names[i]);
    write_contents(w->idx, idx, sizeof idx);
    w->old = (blob){ old, sizeof old };
}

static world *set_up(void)
{
    rng r = { 1 };
    world *w = allocate(1, sizeof *w);
    name_files(w);
    w->s = make_samples(&r, ROWS, 5, 3);
    w->data = with_labels(&w->s);
    w->net = NETWORK(5, 1, { .units = 8, .activation = &gn_gelu },
                     { .type = &gn_dropout, .param = { 0.5 } },
                     { .units = 3, .activation = &gn_softmax });
    w->n = gn_network_param_count(w->net);
    CHECK_OK(gn_network_fit_scaling(w->net, &w->data, GN_MIN_MAX, GN_AS_IS));
    CHECK_OK(gn_network_set_note(w->net, "columns", "a,b,c"));
    CHECK_OK(gn_network_copy(&w->other, w->net));
    w->other_params = copy_reals(gn_network_params(w->other), w->n);
    make_fresh(w);
    w->trainer = make_trainer(w->net, settings());
    CHECK(gn_trainer_fit(w->trainer, &w->data, NULL) >= 0, "%s", gn_error_message());
    CHECK_OK(gn_network_save(w->net, w->model));
    w->new_model = contents(w->model);
    CHECK_OK(gn_trainer_save(w->fresh, w->target));
    w->fresh_checkpoint = contents(w->target);
    CHECK_OK(gn_trainer_save(w->trainer, w->checkpoint));
    w->new_checkpoint = contents(w->checkpoint);
    CHECK_OK(gn_network_export_c(w->net, w->source));
    w->new_source = contents(w->source);
    w->new_header = contents(w->header);
    w->has_onnx = gn_network_export_onnx(w->net, w->onnx) == GN_OK;
    if (w->has_onnx)
        w->new_onnx = contents(w->onnx);
    return w;
}

static void tear_down(world *w)
{
    unlink(w->idx), unlink(w->model), unlink(w->checkpoint), unlink(w->target);
    unlink(w->onnx), unlink(w->source), unlink(w->header);
    CHECK(rmdir(w->folder) == 0, "%s: %s", w->folder, strerror(errno));
    gn_trainer_destroy(w->trainer);
    gn_trainer_destroy(w->fresh);
    gn_network_destroy(w->net);
    gn_network_destroy(w->other);
    free_samples(&w->s);
    free(w->other_params);
    free(w->new_model.bytes);
    free(w->new_checkpoint.bytes);
    free(w->fresh_checkpoint.bytes);
    free(w->new_onnx.bytes);
    free(w->new_source.bytes);
    free(w->new_header.bytes);
    free(w);
}

/* ---- what is called; each checks what it left where it failed, once nothing fails ---- */

typedef struct failing { long memory, system; } failing;

static void start(failing f)
{
    atomic_store(&calls, 0);
    atomic_store(&fail_at, f.memory);
    system_calls = 0;
    *system_trail = 0;
    system_fails_at = f.system;
}

static void stop(void)
{
    atomic_store(&fail_at, 0);
    system_fails_at = 0;
}

static gn_status check_target(const world *w, gn_status status, blob want)
{
    char part[128];
    stop();
    (void)snprintf(part, sizeof part, "%s.part", w->target);
    CHECK(access(part, F_OK) != 0, "%s is there after %d", part, (int)status);
    CHECK(holds(w->target, status < 0 ? w->old : want), "after %d the file holds something else",
          (int)status);
    return status;
}

static gn_status destroyed(gn_network *net, gn_status status)
{
    CHECK(!net == (status < 0), "*out after %d", (int)status);
    gn_network_destroy(net);
    return status;
}

static gn_status save(world *w, failing f)
{
    write_contents(w->target, w->old.bytes, w->old.n);
    start(f);
    return check_target(w, gn_network_save(w->net, w->target), w->new_model);
}

static gn_status save_trainer(world *w, failing f)
{
    write_contents(w->target, w->old.bytes, w->old.n);
    start(f);
    return check_target(w, gn_trainer_save(w->trainer, w->target), w->new_checkpoint);
}

static gn_status load(world *w, failing f)
{
    gn_network *net = (gn_network *)(void *)w;
    start(f);
    gn_status status = gn_network_load(&net, w->model, NULL);
    stop();
    CHECK(!net == (status < 0), "*out after %d", (int)status);
    CHECK(!net || same_bits(gn_network_params(net), gn_network_params(w->net), w->n), "%s",
          "other weights");
    gn_network_destroy(net);
    return status;
}

static gn_status load_weights(world *w, failing f)
{
    memcpy(gn_network_params(w->other), w->other_params, w->n * sizeof(gn_real));
    start(f);
    gn_status status = gn_network_load_weights(w->other, w->model);
    stop();
    CHECK(same_bits(gn_network_params(w->other),
                    status < 0 ? w->other_params : gn_network_params(w->net), w->n),
          "weights after %d", (int)status);
    memcpy(gn_network_params(w->other), w->other_params, w->n * sizeof(gn_real));
    return status;
}

/* A trainer is what it saves. */
static gn_status resume(world *w, failing f)
{
    start(f);
    gn_status status = gn_trainer_resume(w->fresh, w->checkpoint);
    stop();
    CHECK_OK(gn_trainer_save(w->fresh, w->target));
    CHECK(holds(w->target, status < 0 ? w->fresh_checkpoint : w->new_checkpoint),
          "the trainer after %d", (int)status);
    make_fresh(w);
    return status < 0 ? status : GN_OK; /* that fit had come to its end */
}

static gn_status encode(world *w, failing f)
{
    size_t size = 77;
    uint8_t *bytes = allocate(w->new_model.n, 1);
    start(f);
    gn_status status = gn_network_encode(w->net, bytes, w->new_model.n, &size);
    stop();
    CHECK(status < 0 || (size == w->new_model.n && memcmp(bytes, w->new_model.bytes, size) == 0),
          "%zu bytes", size);
    free(bytes);
    return status;
}

static gn_status decode(world *w, failing f)
{
    gn_network *net = (gn_network *)(void *)w;
    start(f);
    gn_status status = gn_network_decode(&net, w->new_model.bytes, w->new_model.n, NULL);
    stop();
    return destroyed(net, status);
}

static gn_status set_note(world *w, failing f)
{
    start(f);
    gn_status status = gn_network_set_note(w->other, "columns", "d");
    stop();
    CHECK(strcmp(gn_network_note(w->other, "columns"), status < 0 ? "a,b,c" : "d") == 0, "after %d",
          (int)status);
    CHECK_OK(gn_network_set_note(w->other, "columns", "a,b,c"));
    return status;
}

static gn_status copy(world *w, failing f)
{
    gn_network *net = (gn_network *)(void *)w;
    start(f);
    gn_status status = gn_network_copy(&net, w->net);
    stop();
    return destroyed(net, status);
}

static gn_status fit_scaling(world *w, failing f)
{
    gn_network *net;
    CHECK_OK(gn_network_copy(&net, w->net));
    gn_scaling before = gn_network_scaling(net);
    start(f);
    gn_status status = gn_network_fit_scaling(net, &w->data, GN_STANDARDISE, GN_AS_IS);
    stop();
    gn_scaling after = gn_network_scaling(net);
    CHECK(status >= 0 || memcmp(&before, &after, sizeof before) == 0, "the scaling after %d",
          (int)status);
    gn_network_destroy(net);
    return status;
}

/* Of two files each is whole, the old one or the new one. */
static gn_status export_c(world *w, failing f)
{
    write_contents(w->source, w->old.bytes, w->old.n);
    write_contents(w->header, w->old.bytes, w->old.n);
    start(f);
    gn_status status = gn_network_export_c(w->net, w->source);
    stop();
    bool old_header = holds(w->header, w->old), old_source = holds(w->source, w->old);
    CHECK((old_header && status < 0) || holds(w->header, w->new_header), "the header after %d",
          (int)status);
    CHECK((old_source && status < 0) || holds(w->source, w->new_source), "the source after %d",
          (int)status);
    return status;
}

static gn_status export_onnx(world *w, failing f)
{
    write_contents(w->target, w->old.bytes, w->old.n);
    start(f);
    gn_status status = gn_network_export_onnx(w->net, w->target);
    return w->has_onnx ? check_target(w, status, w->new_onnx) : GN_OK;
}

static gn_status import_onnx(world *w, failing f)
{
    gn_network *net = (gn_network *)(void *)w;
    start(f);
    gn_status status = gn_network_import_onnx(&net, w->onnx, NULL, 0);
    stop();
    status = destroyed(net, status);
    return w->has_onnx ? status : GN_OK;
}

static gn_status read_idx(world *w, failing f)
{
    gn_idx idx;
    start(f);
    gn_status status = gn_idx_read(&idx, w->idx);
    stop();
    CHECK(status >= 0 || (!idx.memory && !idx.matrix.data), "*out after %d", (int)status);
    gn_idx_free(&idx);
    return status;
}

/* And how many calls of each kind they make at least. */
static const struct {
    const char *what;
    gn_status (*call)(world *, failing);
    long memory, system;
} cases[] = {
    { "gn_network_save", save, 10, 8 },
    { "gn_network_load", load, 10, 5 },
    { "gn_network_load_weights", load_weights, 10, 5 },
    { "gn_network_encode", encode, 10, 0 },
    { "gn_network_decode", decode, 10, 0 },
    { "gn_network_set_note", set_note, 1, 0 }, { "gn_network_copy", copy, 4, 0 },
    { "gn_network_fit_scaling", fit_scaling, 3, 0 },
    { "gn_trainer_save", save_trainer, 10, 8 },
    { "gn_trainer_resume", resume, 10, 5 },
    { "gn_network_export_c", export_c, 4, 16 },
    { "gn_network_export_onnx", export_onnx, 0, 0 }, /* it may have been left out */
    { "gn_network_import_onnx", import_onnx, 0, 0 },
    { "gn_idx_read", read_idx, 2, 3 },
};

static int next_file(void)
{
    int file = dup(0);
    close(file);
    return file;
}

/* (jansson often takes what it had no memory for as an error of the text.) */
static bool says_no_memory(gn_status status)
{
    return (status == GN_ERR_MEMORY && strstr(gn_error_message(), "memory")) ||
           (status == GN_ERR_FORMAT && strstr(gn_error_message(), "JSON fails"));
}

/* One call: what it leaves behind is what there was. */
static gn_status attempt(world *w, size_t i, failing f)
{
    long before = atomic_load(&live), n = f.memory + f.system;
    int file = next_file();
    (void)gn_fail(GN_ERR_SHAPE, "an older error");
    gn_status status = cases[i].call(w, f);
    CHECK(status == GN_OK || (f.memory ? says_no_memory(status)
                                       : status == GN_ERR_IO &&
                                           strstr(gn_error_message(), strerror(EIO))),
          "%s, call %ld: %d (%s)", cases[i].what, n, (int)status, gn_error_message());
    CHECK(atomic_load(&live) == before && next_file() == file,
          "%s, call %ld: %ld blocks leak, or a file",
          cases[i].what, n, atomic_load(&live) - before);
    return status;
}

static void test_every_allocation_fails(void **state)
{
    world *w = set_up();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        long n = 1;
        while (attempt(w, i, (failing){ n, 0 }) != GN_OK && n < 5000)
            n++;
        CHECK(n > cases[i].memory && n < 5000, "%s: %ld calls", cases[i].what, n);
    }
    tear_down(w);
}

/* What the library can do without (to know the old file's permissions, to lock, to have the
 * folder's entry on the disk at once) may fail too: then all is well. */
static void test_every_call_of_the_system_fails(void **state)
{
    world *w = set_up();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        long n = 0, failures = 0;
        do
            failures += attempt(w, i, (failing){ 0, ++n }) < 0;
        while (system_calls >= n);
        CHECK(n > cases[i].system && failures >= (cases[i].system + 1) / 2,
              "%s: %ld calls, %ld failures",
              cases[i].what, n - 1, failures);
    }
    tear_down(w);
}

/* Bytes reach the disk before they get the name, and the name after that. */
static void test_order(void **state)
{
    world *w = set_up();
    (void)state;
    CHECK(save(w, (failing){ 0, 0 }) == GN_OK, "%s", gn_error_message());
    CHECK(strstr(system_trail, "write fsync rename open fsync close"), "%s", system_trail);
    tear_down(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_fails),
        cmocka_unit_test(test_every_call_of_the_system_fails), cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
