/* How close is each product to what the machine allows? For each matrix product of a step, one
 * tile and one thread: how much it computes, how much memory it touches for that, and how fast it
 * is when all of that is in the cache. Then the passes that multiply nothing, as bandwidth.
 *
 * (Williams, Waterman, Patterson: "Roofline", CACM 52(4), 2009. A product of few FLOP for each
 * byte is bound by how fast the bytes come, one of many by the peak.) */
#include "throughput.h"

#include <limits.h>
#include <stdlib.h>
#include "run/run.h"

const char program_name[] = "roofline";

enum { FAILURE = 1, USAGE = 2, LEAST_RUNS = 3, LARGE_BATCH = 8192 };

static const double first_look = 0.3, one_reading = 20e-6; /* seconds: the clock is exact enough */

typedef struct wishes { sizes layers; size_t rows; double seconds; bool help; } wishes;

#define INTO(field) .offset = offsetof(wishes, field)

static const option table[] = {
    { "layers", "N-N-N", "784-16-16-10", "inputs, units of each layer, outputs",
      lists_layers, INTO(layers), .low = 1, .high = INT_MAX },
    { "rows", "N", NULL, "rows of a tile (the library's choice for large batches)",
      option_count, INTO(rows), .low = 1, .high = 1 << 20 },
    { "seconds", "X", "0.1", "per line, of which the fastest run counts",
      option_number, INTO(seconds), .low = 0, .high = 1e6, .above = true },
    { "help", NULL, NULL, "this", option_flag, INTO(help) },
};

enum { N_OPTIONS = sizeof table / sizeof table[0] };

typedef struct work work; /* what is timed */
struct work {
    void (*run)(const work *w);
    const gn_layer *layer; /* of a product ... */
    gn_pass pass;
    size_t n;              /* ... of a pass: so many numbers */
    gn_real *a, *b;
    const uint8_t *bytes;
};

typedef struct bench {
    wishes s;
    gn_network *net;
    peak peak;
    double flops, seconds; /* of all products so far */
} bench;

/* ---- timing ----------------------------------------------------------------------- */

static double time_calls(const work *w, size_t calls)
{
    double begin = seconds_now();

    for (size_t i = 0; i < calls; i++)
        w->run(w);
    return seconds_now() - begin;
}

static double fastest(const work *w, double seconds)
{
    size_t calls = 1;
    double begin = seconds_now(), best = time_calls(w, 1), took;

    while (time_calls(w, calls) < one_reading)
        calls *= 2;
    for (size_t i = 0; i < LEAST_RUNS || seconds_now() - begin < seconds; i++) {
        took = time_calls(w, calls) / (double)calls;
        best = took < best ? took : best;
    }
    return best;
}

/* ---- products: of the layer's own functions, without bias and activation ------------ */

static void forward(const work *w)
{
    w->layer->spec.type->forward(w->layer, &w->pass);
}

static void backward(const work *w)
{
    w->layer->spec.type->backward(w->layer, &w->pass);
}

static void product_line(bench *b, const char *what, const work *w, size_t numbers)
{
    size_t in = gn_size(w->layer->in), out = gn_size(w->layer->out);
    double flops = 2 * (double)b->s.rows * (double)in * (double)out;
    double bytes = (double)numbers * sizeof(gn_real), seconds = fastest(w, b->s.seconds);
    char name[64];

    peak_measure(&b->peak, 0);
    snprintf(name, sizeof name, "%zu-%zu", in, out);
    printf("%-11s %-13s %10.1f %9.1f %9.1f %9.1f %7.1f%% %8.1f %9.2f\n", name, what, flops / 1e3,
           bytes / 1024, flops / bytes, flops / seconds / 1e9,
           100 * flops / seconds / 1e9 / b->peak.gflops, bytes / seconds / 1e9,
           1e9 * seconds / (double)b->s.rows);
    fflush(stdout);
    b->flops += flops;
    b->seconds += seconds;
}

/* Bytes: each matrix once, the gradient's twice, since it is read and written. */
static void layer_lines(bench *b, const gn_layer *layer, const gn_pass *wired, bool goes_on)
{
    size_t in = gn_size(layer->in), out = gn_size(layer->out), rows = b->s.rows;
    size_t together = rows * in + rows * out + in * out;
    work w = { .run = forward, .layer = layer, .pass = *wired };

    w.pass.dx = w.pass.dparams = NULL;
    product_line(b, "Y = X W^T", &w, together);
    w.run = backward;
    w.pass.dparams = wired->dparams;
    product_line(b, "dW += dZ^T X", &w, together + in * out);
    if (!goes_on)
        return;
    w.pass.dparams = NULL;
    w.pass.dx = wired->dx;
    product_line(b, "dX = dZ W", &w, together);
}

static bool take_pass(gn_pass *p, const bench *b, const gn_layer *layer)
{
    size_t in = gn_size(layer->in);

    p->rows = b->s.rows;
    p->x_stride = layer->index == 0 ? in : gn_row_stride(in); /* tiles of inputs are packed */
    p->y_stride = gn_row_stride(gn_size(layer->out));
    p->params = gn_network_params(b->net) + layer->first_param;
    p->raw = true;
    p->beta = 1;
    gn_real *x = take(p->rows, p->x_stride * sizeof *x);
    p->x = x;
    if (x == NULL || (p->y = take(p->rows, p->y_stride * sizeof *p->y)) == NULL ||
        (p->dy = take(p->rows, p->y_stride * sizeof *p->dy)) == NULL ||
        (p->dx = take(p->rows, p->x_stride * sizeof *p->dx)) == NULL ||
        (p->dparams = take(layer->n_params, sizeof *p->dparams)) == NULL)
        return false;
    fill_random(x, p->rows * p->x_stride, 0, 1);
    fill_random(p->dy, p->rows * p->y_stride, -1e-3, 1e-3);
    fill_random(p->dparams, layer->n_params, -1, 1);
    return true;
}

static void free_pass(const gn_pass *p)
{
    free((void *)(uintptr_t)p->x);
    free(p->y);
    free(p->dy);
    free(p->dx);
    free(p->dparams);
}

static bool products(bench *b)
{
    printf("\n%-11s %-13s %10s %9s %9s %9s %8s %8s %9s\n", "layer", "product", "kFLOP", "KiB",
           "FLOP/byte", "GFLOP/s", "of peak", "GB/s", "ns a row");
    for (size_t i = 0; i < gn_network_layer_count(b->net); i++) {
        const gn_layer *layer = gn_network_layer(b->net, i);
        gn_pass pass = { .rows = 0 };
        bool good = take_pass(&pass, b, layer);

        if (good)
            layer_lines(b, layer, &pass, i > 0);
        free_pass(&pass);
        if (!good)
            return false;
    }
    printf("%-25s %10.1f %29.1f %7.1f%% %18.2f\n", "all", b->flops / 1e3,
           b->flops / b->seconds / 1e9, 100 * b->flops / b->seconds / 1e9 / b->peak.gflops,
           1e9 * b->seconds / (double)b->s.rows);
    return true;
}

/* ---- passes --------------------------------------------------------------------------- */

static void convert(const work *w)
{
    gni_kernels_used->convert(w->n, w->bytes, (gn_real)(1.0 / 255), 0, w->a);
}

static void add(const work *w)
{
    gni_kernels_used->add(w->n, w->a, w->b);
}

static void squares(const work *w)
{
    gni_kernels_used->squares(w->n, w->a);
}

static void update(const work *w)
{
    gn_optimizer sgd = gn_sgd(0, false);
    gn_update u = { .rate = 1e-9, .step = 1, .n = w->n, .params = w->a, .gradient = w->b };

    sgd.update(&sgd, &u);
}

static void pass_line(const bench *b, const char *what, const work *w, double bytes_per_number)
{
    double bytes = (double)w->n * bytes_per_number, seconds = fastest(w, b->s.seconds);

    printf("%-40s %10.1f %10.2f %8.1f\n", what, bytes / 1024, 1e6 * seconds, bytes / seconds / 1e9);
    fflush(stdout);
}

static void pass_lines(const bench *b, work w, size_t most)
{
    size_t params = gn_network_param_count(b->net), inputs = b->s.rows * b->s.layers.at[0];
    const double size = sizeof(gn_real);

    printf("\n%-40s %10s %10s %8s\n", "pass", "KiB", "us", "GB/s");
    w.n = inputs, w.run = convert;
    pass_line(b, "bytes of a tile made reals", &w, 1 + size);
    w.n = params, w.run = add;
    pass_line(b, "a lane's gradient added", &w, 3 * size);
    w.run = squares;
    pass_line(b, "the gradient's norm", &w, size);
    w.run = update;
    pass_line(b, "the update by SGD", &w, 3 * size);
    w.run = squares, w.n = 16384 / sizeof(gn_real);
    pass_line(b, "reading over and over: 16 KiB", &w, size);
    w.n = inputs;
    pass_line(b, "- a tile's inputs", &w, size);
    w.n = most;
    pass_line(b, "- what fits into no cache", &w, size);
}

static bool passes(const bench *b)
{
    size_t params = gn_network_param_count(b->net), inputs = b->s.rows * b->s.layers.at[0];
    size_t most = ((size_t)256 << 20) / sizeof(gn_real);
    size_t n = inputs > most ? inputs : params > most ? params : most;
    work w = { .a = take(n, sizeof *w.a), .b = take(params, sizeof *w.b) };
    uint8_t *bytes = take(inputs, 1);
    bool good = w.a != NULL && w.b != NULL && bytes != NULL;

    if (good) {
        fill_random(w.a, n, -1, 1);
        fill_random(w.b, params, -1e-3, 1e-3);
        for (size_t i = 0; i < inputs; i++)
            bytes[i] = (uint8_t)(i * 37);
        w.bytes = bytes;
        pass_lines(b, w, most);
    }
    free(w.a);
    free(w.b);
    free(bytes);
    return good;
}

/* ---- the program ------------------------------------------------------------------------ */

static bool create_network(bench *b)
{
    size_t n = b->s.layers.n - 1;
    gn_layer_spec *layers = take(n, sizeof *layers);
    bool good = layers != NULL;

    for (size_t i = 0; i < n && good; i++)
        layers[i] = (gn_layer_spec){ .units = b->s.layers.at[i + 1], .no_bias = true };
    good = good && worked(gn_network_create(&b->net, gn_vector(b->s.layers.at[0]), layers, n, 1));
    free(layers);
    if (good && b->s.rows == 0)
        b->s.rows = gni_tile_rows(b->net, LARGE_BATCH, 1);
    return good;
}

static bool measure(bench *b)
{
    blas_use_one_thread();
    if (!peak_create(&b->peak))
        return false;
    peak_measure(&b->peak, b->s.seconds < first_look ? b->s.seconds : first_look);
    machine_describe(stdout);
    fputs("layers     ", stdout);
    lists_print(stdout, &b->s.layers, "-");
    printf(", %zu rows a tile\n", b->s.rows);
    if (!products(b) || !passes(b))
        return false;
    printf("\npeak: %.1f GFLOP/s, the best of %zu products of squares of 1024 on one thread;\n"
           "lines take the best until then\n",
           b->peak.gflops, b->peak.runs);
    return fflush(stdout) == 0 || complain("standard output cannot be written");
}

static void help(void)
{
    puts("roofline [--option value ...]   how close does each product come to the limits?");
    options_print(table, N_OPTIONS);
}

int main(int argc, char **argv)
{
    bench b = { .net = NULL };
    int code = USAGE;

    if (options_parse(table, N_OPTIONS, &b.s, argc - 1, argv + 1)) {
        code = EXIT_SUCCESS;
        if (b.s.help)
            help();
        else
            code = create_network(&b) && measure(&b) ? EXIT_SUCCESS : FAILURE;
    }
    peak_free(&b.peak);
    gn_network_destroy(b.net);
    free(b.s.layers.at);
    return code;
}
