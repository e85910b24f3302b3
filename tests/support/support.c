/* See support.h. */
#include <float.h>
#include <unistd.h>
#include "support.h"

void check_failed(const char *file, int line, const char *condition, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    print_error("%s:%d: not so: %s\n    %s\n", file, line, condition, text);
    _fail(file, line);
    abort(); /* not reached: _fail jumps */
}

void check_status(const char *file, int line, const char *call, gn_status got,
                  gn_status expected)
{
    if (got != expected)
        check_failed(file, line, call, "gave %d (%s: \"%s\") instead of %d (%s)", (int)got,
                     gn_status_text(got), gn_error_message(), (int)expected,
                     gn_status_text(expected));
}

bool close_to(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance * fmax(1, fmax(fabs(a), fabs(b)));
}

bool says(const char *text)
{
    return strstr(gn_error_message(), text) != NULL;
}

/* All of the words, which are separated by spaces, must be in the message. */
static void check_says(const char *what, const char *words)
{
    const char *message = gn_error_message();
    char copy[128], *rest = copy;
    (void)snprintf(copy, sizeof copy, "%s", words);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        CHECK(strstr(message, word), "%s: \"%s\" lacks \"%s\"", what, message, word);
}

void refuses(const char *what, gn_status got, gn_status expected, const char *words)
{
    CHECK(got == expected, "%s: %d (\"%s\") instead of %d", what, (int)got, gn_error_message(),
          (int)expected);
    check_says(what, words);
}

bool in_valgrind(void)
{
    volatile long double one = 1, small = LDBL_EPSILON;
    return LDBL_EPSILON < DBL_EPSILON && one + small <= one;
}

size_t one_in(size_t usual, size_t valgrind)
{
    return in_valgrind() ? valgrind : getenv("GN_TEST_DEEP") ? 1 : usual;
}

uint64_t draw_bits(rng *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

size_t draw_size(rng *r, size_t least, size_t most)
{
    return least + (size_t)(draw_bits(r) % (most - least + 1));
}

bool draw_coin(rng *r)
{
    return draw_bits(r) >> 63;
}

double draw_real(rng *r, double from, double to)
{
    return from + (to - from) * ((double)(draw_bits(r) >> 11) * 0x1p-53);
}

double draw_normal(rng *r) /* Box and Muller 1958 */
{
    double radius = sqrt(-2 * log(1 - draw_real(r, 0, 1)));
    return radius * cos(6.283185307179586 * draw_real(r, 0, 1));
}

void fill_normal(rng *r, size_t n, gn_real *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (gn_real)draw_normal(r);
}

static void name_temporary(char path[64])
{
    (void)snprintf(path, 64, "%s/gemmnet-test-XXXXXX", access("/dev/shm",
                                                              W_OK) == 0 ? "/dev/shm" : "/tmp");
}

bool make_temporary_file(char path[64])
{
    name_temporary(path);
    int file = mkstemp(path);
    return file >= 0 && close(file) == 0;
}

bool make_temporary_folder(char path[64])
{
    name_temporary(path);
    return mkdtemp(path) != NULL;
}

char group_folder[64];

int make_group_folder(void **state)
{
    (void)state;
    return make_temporary_folder(group_folder) ? 0 : -1;
}

int remove_group_folder(void **state)
{
    (void)state;
    return rmdir(group_folder);
}

const char *in_folder(const char *name)
{
    static char paths[8][400];
    static size_t next;
    char *path = paths[next++ % COUNT(paths)];
    (void)snprintf(path, sizeof paths[0], "%s/%s", group_folder, name);
    return path;
}

blob contents(const char *path)
{
    blob b = { allocate(1 << 20, 1), 0 };
    FILE *file = fopen(path, "rb");
    CHECK(file, "%s", path);
    b.n = fread(b.bytes, 1, 1 << 20, file);
    (void)fclose(file);
    return b;
}

void write_contents(const char *path, const uint8_t *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    CHECK(file && fwrite(bytes, 1, n, file) == n && fclose(file) == 0, "%s", path);
}

bool holds(const char *path, blob want)
{
    blob b = contents(path);
    bool same = b.n == want.n && memcmp(b.bytes, want.bytes, b.n) == 0;
    free(b.bytes);
    return same;
}

void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    CHECK(memory, "%zu x %zu bytes", count, size);
    return memory;
}

gn_real *reals(size_t n)
{
    return allocate(n, sizeof(gn_real));
}

gn_real *copy_reals(const gn_real *from, size_t n)
{
    gn_real *copy = reals(n);
    if (n)
        memcpy(copy, from, n * sizeof *copy);
    return copy;
}

bool same_bits(const gn_real *a, const gn_real *b, size_t n)
{
    return n == 0 || memcmp(a, b, n * sizeof *a) == 0;
}

double distance(const gn_real *a, const gn_real *b, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double x = (double)a[i], y = (double)b[i];
        double d = fabs(x - y) / fmax(1, fmax(fabs(x), fabs(y)));
        if (!(d <= most))
            most = d;
        if (isnan(d))
            return d;
    }
    return most;
}

gn_network *make_network(size_t inputs, const gn_layer_spec *layers, size_t n, uint64_t seed)
{
    gn_network *net = NULL;
    CHECK_OK(gn_network_create(&net, gn_vector(inputs), layers, n, seed));
    return net;
}

gn_context *make_context(const gn_network *net, gn_context_options options)
{
    gn_context *ctx = NULL;
    CHECK_OK(gn_context_create(&ctx, net, &options));
    return ctx;
}

gn_trainer *make_trainer(gn_network *net, gn_train_options options)
{
    gn_trainer *trainer = NULL;
    CHECK_OK(gn_trainer_create(&trainer, net, &options));
    return trainer;
}

size_t history_of(const gn_trainer *t, const gn_epoch **epochs)
{
    size_t n = gn_trainer_epoch_count(t);
    *epochs = gn_trainer_epoch(t, 0);
    CHECK(!gn_trainer_epoch(t, n) && (n == 0 || gn_trainer_epoch(t, n - 1) == *epochs + n - 1),
          "%zu epochs", n);
    return n;
}

void randomize(gn_network *net, rng *r, double deviation)
{
    gn_real *params = gn_network_params(net);
    for (size_t i = 0; i < gn_network_param_count(net); i++)
        params[i] = (gn_real)(deviation * draw_normal(r));
}

size_t inputs_of(const gn_network *net)
{
    return gn_size(gn_network_input(net));
}

size_t outputs_of(const gn_network *net)
{
    return gn_size(gn_network_output(net));
}

static void fill_distribution(rng *r, size_t n, gn_real *y)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        y[j] = (gn_real)draw_real(r, 0.1, 1);
        sum += (double)y[j];
    }
    for (size_t j = 0; j < n; j++)
        y[j] = (gn_real)((double)y[j] / sum);
}

samples make_samples(rng *r, size_t rows, size_t inputs, size_t outputs)
{
    samples s = { rows, inputs, outputs, reals(rows * inputs), reals(rows * outputs),
                  reals(rows), allocate(rows, sizeof(int32_t)) };
    fill_normal(r, rows * inputs, s.x);
    for (size_t i = 0; i < rows; i++) {
        fill_distribution(r, outputs, s.y + i * outputs);
        s.labels[i] = (int32_t)draw_size(r, 0, outputs > 1 ? outputs - 1 : 1);
        s.weights[i] = (gn_real)draw_real(r, 0.5, 2);
    }
    return s;
}

void free_samples(samples *s)
{
    free(s->x);
    free(s->y);
    free(s->weights);
    free(s->labels);
}

gn_matrix matrix_of(const gn_real *data, size_t rows, size_t cols)
{
    return (gn_matrix){ .data = data, .rows = rows, .cols = cols };
}

gn_data with_labels(const samples *s)
{
    return (gn_data){ .x = matrix_of(s->x, s->rows, s->inputs), .labels = s->labels };
}

gn_data with_targets(const samples *s)
{
    return (gn_data){ .x = matrix_of(s->x, s->rows, s->inputs),
                      .y = matrix_of(s->y, s->rows, s->outputs) };
}
