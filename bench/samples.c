/* The rows that are timed: MNIST's training images, or random bytes of the same number. */
#include "throughput.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 60000 };

/* ---- generated ------------------------------------------------------------------ */

static uint64_t next_random(uint64_t *state) /* xorshift64 (Marsaglia 2003) */
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void fill_bytes(unsigned char *bytes, size_t n, uint64_t *state)
{
    for (size_t i = 0; i < n; i += sizeof *state) {
        uint64_t value = next_random(state);

        memcpy(bytes + i, &value, n - i < sizeof value ? n - i : sizeof value);
    }
}

static bool generate(samples *s, const sweep *w)
{
    size_t inputs = sweep_inputs(w);
    uint64_t state = 88172645463325252u;

    s->bytes = take(inputs, ROWS);
    s->labels = take(ROWS, sizeof *s->labels);
    if (s->bytes == NULL || s->labels == NULL)
        return false;
    fill_bytes(s->bytes, ROWS * inputs, &state);
    for (size_t i = 0; i < ROWS; i++)
        s->labels[i] = (int32_t)(next_random(&state) % sweep_outputs(w));
    s->data.x = (gn_matrix){ .data = s->bytes, .rows = ROWS, .cols = inputs, .type = GN_U8 };
    return true;
}

/* ---- MNIST ------------------------------------------------------------------------ */

static bool read_idx(gn_idx *idx, const char *dir, const char *name)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", dir, name);

    if (length < 0 || (size_t)length >= sizeof path)
        return complain("--data: this name is too long");
    if (access(path, F_OK) != 0)
        return complain("there is no %s; sh examples/fetch_mnist.sh DIR brings it", path);
    return worked(gn_idx_read(idx, path));
}

static bool read_labels(samples *s, const sweep *w)
{
    gn_idx idx = { .memory = NULL };
    size_t rows = s->idx.matrix.rows;
    bool good = read_idx(&idx, w->data, "train-labels-idx1-ubyte");

    if (good && idx.matrix.rows != rows)
        good = complain("%s has %zu labels for %zu images", w->data, idx.matrix.rows, rows);
    if (good) {
        s->labels = take(rows, sizeof *s->labels);
        good = s->labels != NULL && worked(gn_idx_labels(&idx, sweep_outputs(w), s->labels));
    }
    gn_idx_free(&idx);
    return good;
}

static bool read_mnist(samples *s, const sweep *w)
{
    if (!read_idx(&s->idx, w->data, "train-images-idx3-ubyte"))
        return false;
    s->data.x = s->idx.matrix;
    if (s->data.x.cols != sweep_inputs(w))
        return complain("--layers takes %zu inputs, an image of %s has %zu", sweep_inputs(w),
                        w->data, s->data.x.cols);
    return read_labels(s, w);
}

bool samples_load(samples *s, const sweep *w)
{
    *s = (samples){ .labels = NULL };
    if (w->data != NULL ? !read_mnist(s, w) : !generate(s, w))
        return false;
    s->data.labels = s->labels;
    return true;
}

void samples_free(samples *s)
{
    gn_idx_free(&s->idx);
    free(s->bytes);
    free(s->labels);
}
