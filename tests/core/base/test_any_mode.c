/* Whatever a public call makes, writes, reads or says has the same bits in every floating-point
 * mode of the host, which the call leaves as it was, with its flags, also where exceptions are
 * trapped. */
#include <float.h>
#include <gemmnet/files.h>
#include <gemmnet/idx.h>
#include <gemmnet/scaling.h>
#include <gemmnet/table.h>
#include <gemmnet/train.h>
#include "support.h"
#include "support_mode.h"

enum { IN = 6, OUT = 3, ROWS = 25 };

/* ---- what a call gave, to be compared ---- */

typedef struct record {
    uint8_t bytes[1 << 17];
    size_t n;
} record;

static void keep(record *r, const void *bytes, size_t n)
{
    if (n > sizeof r->bytes - r->n)
        abort();
    memcpy(r->bytes + r->n, bytes, n);
    r->n += n;
}

static void keep_status(record *r, gn_status status)
{
    const char *text = status < 0 ? gn_error_message() : "";
    keep(r, &status, sizeof status);
    keep(r, text, strlen(text));
}

static void keep_file(record *r, const char *path)
{
    blob b = contents(path);
    keep(r, b.bytes, b.n);
    free(b.bytes);
}

static void keep_params(record *r, gn_network *net)
{
    keep(r, gn_network_params(net), gn_network_param_count(net) * sizeof(gn_real));
}

/* ---- what calls work on: made in the usual mode, anew for each call ---- */

typedef struct things {
    gn_network *net, *other; /* of the same layers */
    gn_trainer *t, *second;
    gn_context *ctx;
    samples s;
    char folder[64], model[96], onnx[96], checkpoint[96], written[96];
} things;

static gn_network *classifier(uint64_t seed)
{
    return NETWORK(IN, seed, { .units = 9, .activation = &gn_gelu },
                   { .type = &gn_dropout, .param = { 0.1625 } },
                   { .units = OUT, .activation = &gn_softmax });
}

static const gn_train_options options = {
    .loss = &gn_softmax_cross_entropy, .batch = 7, .epochs = 2, .lanes = 2, .weight_decay = 0.1
};

static void name(char path[96], const things *x, const char *file)
{
    (void)snprintf(path, 96, "%s/%s", x->folder, file);
}

static gn_trainer *trainer(gn_network *net)
{
    gn_train_options o = options;
    o.schedule = gn_warmup(gn_exponential(0.013, 0.7), 3);
    return make_trainer(net, o);
}

static things make_things(void)
{
    rng r = { 8 };
    things x = { .net = classifier(1),
                 .other = classifier(2),
                 .s = make_samples(&r, ROWS, IN, OUT) };
    gn_data data = with_labels(&x.s);
    CHECK(make_temporary_folder(x.folder), "no folder");
    name(x.model, &x, "model.safetensors");
    name(x.onnx, &x, "model.onnx");
    name(x.checkpoint, &x, "training.safetensors");
    name(x.written, &x, "written");
    x.t = trainer(x.net);
    x.second = trainer(x.other);
    x.ctx = make_context(x.net, (gn_context_options) { .gradients = true });
    CHECK_OK(gn_network_fit_scaling(x.net, &data, GN_STANDARDISE, GN_AS_IS));
    CHECK_OK(gn_network_fit_scaling(x.other, &data, GN_STANDARDISE, GN_AS_IS));
    CHECK_OK(gn_trainer_fit(x.t, &data, NULL));
    data.x.rows = 7;
    CHECK_OK(gn_trainer_step(x.second, &data, NULL));
    gn_network_params(x.net)[0] =
        (gn_real)(IS_DOUBLE ? DBL_MIN / 3 : (double)FLT_MIN / 3); /* stays */
    (void)gn_network_save(x.net, x.model);                        /* or it was built without */
    (void)gn_network_export_onnx(x.net, x.onnx);
    (void)gn_trainer_save(x.t, x.checkpoint);
    return x;
}

static void free_things(things *x)
{
    char command[128];
    gn_trainer_destroy(x->t);
    gn_trainer_destroy(x->second);
    gn_context_destroy(x->ctx);
    gn_network_destroy(x->net);
    gn_network_destroy(x->other);
    free_samples(&x->s);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", x->folder);
    CHECK(system(command) == 0, "%s", command);
}

/* ---- the calls ---- */

static void create(things *x, record *r)
{
    static const gn_init *const inits[] = { &gn_glorot_uniform, &gn_glorot_normal, &gn_he_uniform,
                                            &gn_he_normal,      &gn_lecun_uniform, &gn_lecun_normal,
                                            &gn_zeros };
    (void)x;
    for (size_t i = 0; i < COUNT(inits); i++) {
        gn_network *net =
            NETWORK(IN, i, { .units = 33, .init = inits[i], .activation = &gn_sigmoid },
                    { .units = 5, .init = inits[i] });
        keep_params(r, net);
        gn_network_destroy(net);
    }
}

static void rates(things *x, record *r)
{
    const gn_schedule schedules[] = {
        gn_constant(0.1),          gn_exponential(0.1, 0.9), gn_exponential_per_step(0.1, 0.99),
        gn_staircase(0.1, 0.7, 3), gn_cosine(0.1, 0.003),    gn_warmup(gn_cosine(0.1, 0), 7),
        gn_constant(DBL_MIN / 3)
    };
    (void)x;
    for (size_t i = 0; i < COUNT(schedules); i++)
        for (uint64_t step = 0; step < 10000; step = 2 * step + 1) {
            gn_progress at = { step, step / 10, 10, step % 3 ? 1000 : 0 };
            double rate = gn_schedule_rate(&schedules[i], &at);
            keep(r, &rate, sizeof rate);
        }
}

static void describe(things *x, record *r)
{
    char text[2000];
    keep(r, text, gn_network_describe(x->net, text, sizeof text));
}

static void messages(things *x, record *r)
{
    const double numbers[] = { 1.0625e-3, 2.00000005, 1234567.5, -0.12345650000000001, NAN };
    (void)x;
    for (size_t i = 0; i < COUNT(numbers); i++)
        keep_status(r, gn_fail(GN_ERR_ARGUMENT, "it is %g, %.3f", numbers[i], numbers[i]));
}

static void save(things *x, record *r)
{
    gn_status status = gn_network_save(x->net, x->written);
    keep_status(r, status);
    if (status >= 0)
        keep_file(r, x->written);
}

static void encode(things *x, record *r)
{
    static uint8_t bytes[1 << 16];
    size_t n = 0;
    keep_status(r, gn_network_encode(x->net, bytes, sizeof bytes, &n));
    keep(r, bytes, n);
}

static void export(things *x, record *r)
{
    char path[96];
    gn_status status = gn_network_export_onnx(x->net, x->written);
    keep_status(r, status);
    if (status >= 0)
        keep_file(r, x->written);
    name(path, x, "digits.c");
    CHECK_OK(gn_network_export_c(x->net, path));
    keep_file(r, path);
    name(path, x, "digits.h");
    keep_file(r, path);
}

/* Of a stream, whose file has no times in it. */
static void save_training(things *x, record *r)
{
    gn_status status = gn_trainer_save(x->second, x->written);
    keep_status(r, status);
    if (status >= 0)
        keep_file(r, x->written);
}

static void keep_loaded(record *r, gn_network *net, gn_status status)
{
    keep_status(r, status);
    if (!net)
        return;
    keep_params(r, net);
    gn_scaling s = gn_network_scaling(net);
    if (s.input_scale)
        keep(r, s.input_scale, IN * sizeof(gn_real));
    for (size_t i = 0; i < gn_network_layer_count(net); i++)
        keep(r, gn_network_layer(net, i)->spec.param, sizeof(double));
    gn_network_destroy(net);
}

static void load(things *x, record *r)
{
    gn_network *net = NULL;
    gn_status status = gn_network_load(&net, x->model, NULL);
    keep_loaded(r, net, status);
    if (status < 0)
        return; /* built without jansson */
    blob b = contents(x->model);
    status = gn_network_decode(&net, b.bytes, b.n, NULL);
    keep_loaded(r, net, status);
    free(b.bytes);
    keep_status(r, gn_network_load_weights(x->other, x->model));
    keep_params(r, x->other);
}

static void import(things *x, record *r)
{
    char note[1000] = "";
    gn_network *net = NULL;
    gn_status status = gn_network_import_onnx(&net, x->onnx, note, sizeof note);
    keep_loaded(r, net, status);
    keep(r, note, strlen(note));
}

static void resume(things *x, record *r)
{
    const gn_epoch *lines;
    keep_status(r, gn_trainer_resume(x->second, x->checkpoint));
    keep_params(r, x->other);
    size_t n = history_of(x->second, &lines);
    for (size_t i = 0; i < n; i++)
        keep(r, &lines[i].rate, sizeof(double) + sizeof(gn_score));
}

static void read_table(things *x, record *r)
{
    static const char text[] =
        "a,b,c\n0.1,3,1e-40\n0.7000001,2,123456789.123456789\n1.0000000596046448,1,2e-310\n"
        "-0.3,1,16777217.5\n";
    gn_csv csv;
    int32_t labels[4] = { 0 };
    (void)x;
    CHECK_OK(gn_csv_parse(&csv, text, sizeof text - 1, "a table", NULL));
    keep(r, csv.matrix.data, csv.matrix.rows * csv.matrix.cols * sizeof(gn_real));
    for (size_t i = 0; i < csv.matrix.cols; i++)
        keep(r, &csv.columns[i].offset, sizeof(double));
    keep_status(r, gn_csv_labels(&csv, 2, NULL, 0, labels)); /* the first is not 0 */
    gn_csv_free(&csv);
    CHECK_STATUS(gn_csv_parse(&csv, "a\n1e999\n", 8, "a table", NULL), GN_ERR_NONFINITE);
    keep_status(r, GN_ERR_NONFINITE);
}

/* Doubles that floats can only come near to, or not at all. */
static void read_arrays(things *x, record *r)
{
    static const char header[] =
        "\x93NUMPY\1\0\x37\0{'descr': '<f8', 'fortran_order': False, 'shape': (4,)}";
    const double numbers[] = { 0.1, -1 / 3.0, 1e-42, 16777217 };
    uint8_t bytes[sizeof header - 1 + sizeof numbers];
    uint8_t idx[8 + 32] = { 0, 0, 0x0e, 1, 0, 0, 0, 4 };
    gn_npy npy;
    gn_idx items;
    (void)x;
    memcpy(bytes, header, sizeof header - 1);
    memcpy(bytes + sizeof header - 1, numbers, sizeof numbers);
    for (size_t i = 0; i < 32; i++) /* big-endian */
        idx[8 + i] = ((const uint8_t *)numbers)[i / 8 * 8 + 7 - i % 8];
    CHECK_OK(gn_npy_parse(&npy, bytes, sizeof bytes, "an array"));
    keep(r, npy.matrix.data, 4 * sizeof(gn_real));
    gn_npy_free(&npy);
    CHECK_OK(gn_idx_parse(&items, idx, sizeof idx, "items"));
    keep(r, items.matrix.data, 4 * sizeof(gn_real));
    gn_idx_free(&items);
}

static void scale(things *x, record *r)
{
    const gn_data data = with_targets(&x->s);
    const gn_real nan[IN] = { NAN }, zero[IN] = { 0 };
    size_t first[ROWS], count = 0;
    for (gn_scale_rule rule = GN_AS_IS; rule <= GN_MIN_MAX; rule++) {
        keep_status(r, gn_network_fit_scaling(x->net, &data, rule, rule));
        gn_scaling s = gn_network_scaling(x->net);
        if (s.input_shift)
            keep(r, s.input_shift, 2 * IN * sizeof(gn_real)); /* and scale, behind it */
        keep_status(r, gn_network_outside(x->net, &data.x, first, &count));
        keep(r, first, sizeof first);
    }
    keep_status(
        r, gn_network_set_scaling(x->net, &(gn_scaling) { .input_low = nan, .input_high = nan }));
    keep_status(r, gn_network_set_scaling(
                       x->net, &(gn_scaling) { .input_shift = zero, .input_scale = zero }));
}

static void refuse_options(things *x, record *r)
{
    gn_train_options o[4] = { options, options, options, options };
    gn_trainer *t = NULL;
    o[0].l2 = NAN;
    o[1].validation = 1.0625;
    o[2].optimizer = gn_adam(NAN, 0.9, 1e-8);
    o[3].schedule = gn_constant(NAN);
    for (size_t i = 0; i < COUNT(o); i++)
        keep_status(r, gn_trainer_create(&t, x->net, &o[i]));
    CHECK_OK(gn_trainer_create(&t, x->net, &options));
    gn_trainer_destroy(t);
    gn_network *net = NULL;
    const gn_layer_spec drop = { .type = &gn_dropout, .param = { NAN } };
    keep_status(r, gn_network_create(&net, gn_vector(3), &drop, 1, 0));
}

static void compute(things *x, record *r)
{
    gn_real gradient[(IN + 1) * 9 + 10 * OUT], out[ROWS * OUT];
    gn_data data = with_targets(&x->s);
    gn_score score = { 0, 0 };
    double loss = 0;
    keep_status(r, gn_predict(x->ctx, &data.x, out, 0));
    keep(r, out, sizeof out);
    keep_status(r, gn_gradient(x->ctx, &data, &gn_softmax_cross_entropy, &loss, gradient));
    keep(r, gradient, sizeof gradient);
    keep_status(r, gn_evaluate(x->ctx, &data, &gn_softmax_cross_entropy, &score));
    keep(r, &score.loss, sizeof score.loss);
    data.x.rows = data.y.rows = 7;
    keep_status(r, gn_trainer_step(x->t, &data, &loss));
    keep(r, &loss, sizeof loss);
    keep_params(r, x->net);
}

/* 0.3 of 5 rows is 1.5 to nearest, and 1.4999... below. */
static void split(things *x, record *r)
{
    gn_data data = with_labels(&x->s);
    gn_train_options o = options;
    o.validation = 0.3;
    gn_trainer *t = make_trainer(x->net, o);
    data.x.rows = 5;
    keep_status(r, gn_trainer_fit(t, &data, NULL));
    keep_params(r, x->net);
    gn_trainer_destroy(t);
}

/* Data that are refused: NaN, which is compared, and numbers that are too large for a gn_real. */
static void refuse_data(things *x, record *r)
{
    gn_data data = with_targets(&x->s);
    static const uint8_t bytes[IN] = { 1 };
    gn_matrix large = {
        .data = bytes, .rows = 1, .cols = IN, .type = GN_U8, .scale = 1e300 * 1e-3
    };
    gn_real out[OUT];
    gn_score score;
    for (size_t i = 0; i < 2; i++) {
        gn_real *wrong = i ? x->s.weights : x->s.y, before = wrong[4];
        wrong[4] = NAN;
        keep_status(r, gn_evaluate(x->ctx, &data, &gn_softmax_cross_entropy, &score));
        keep_status(r, gn_trainer_step(x->t, &data, NULL));
        wrong[4] = before;
    }
    if (!IS_DOUBLE)
        keep_status(r, gn_predict(x->ctx, &large, out, 0));
}

static const struct call {
    const char *name;
    void (*run)(things *x, record *r);
} calls[] = {
    { "gn_network_create", create },
    { "gn_schedule_rate", rates },
    { "gn_network_describe", describe },
    { "gn_fail", messages },
    { "gn_network_save", save },
    { "gn_network_encode", encode },
    { "an export", export },
    { "gn_trainer_save", save_training },
    { "loading", load },
    { "gn_network_import_onnx", import },
    { "gn_trainer_resume", resume },
    { "a table", read_table },
    { "arrays", read_arrays },
    { "scaling", scale },
    { "refused options", refuse_options },
    { "computing", compute },
    { "a validation share", split },
    { "refused data", refuse_data },
};

static const mode usual = { FE_TONEAREST, 0, 0, false };
static const mode hosts[] = {
    { FE_TONEAREST, 0, BAD, false }, { FE_UPWARD, FE_DIVBYZERO, 0, false },
    { FE_DOWNWARD, 0, BAD, false },  { FE_TOWARDZERO, FE_INVALID, BAD, false },
#ifdef __x86_64__
    { FE_UPWARD, 0, BAD, true },
#endif
};

/* What it gave, in a mode that it must leave as it was. */
static record *run(const struct call *call, mode host)
{
    record *r = allocate(1, sizeof *r);
    things x = make_things();
    enter(host);
    call->run(&x, r);
    mode now = mode_now();
    enter(usual);
    CHECK(now.rounding == host.rounding && now.raised == host.raised &&
              now.trapped == host.trapped && now.flushes == host.flushes,
          "%s: rounding %d, flags %#x, traps %#x, flushes %d, not %d, %#x, %#x, %d", call->name,
          now.rounding, now.raised, now.trapped, now.flushes, host.rounding, host.raised,
          host.trapped, host.flushes);
    free_things(&x);
    return r;
}

static void test_calls(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(calls); i++) {
        record *expected = run(&calls[i], usual);
        CHECK(expected->n > 0, "%s gave nothing", calls[i].name);
        for (size_t j = 0; j < COUNT(hosts); j++) {
            record *r = run(&calls[i], hosts[j]);
            CHECK(r->n == expected->n && memcmp(r->bytes, expected->bytes, r->n) == 0,
                  "%s gives something else in mode %zu", calls[i].name, j);
            free(r);
        }
        free(expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_calls) };
    if (in_valgrind())
        return 0; /* it simulates neither flags nor traps */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
