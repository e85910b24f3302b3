/* FANN: its float build, trained sample by sample, which is its way of stochastic descent.
 *
 *     fann_train LAYERS BATCH THREADS SECONDS MNIST_DIR
 *
 * prints how many samples per second. Exit code 3: not with this batch or number of threads. */
#include <floatfann.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_LAYERS = 64, IMAGE_HEADER = 16, LABEL_HEADER = 8, NOT_MY_WAY = 3 };

static void die(const char *what)
{
    fprintf(stderr, "fann_train: %s\n", what);
    exit(EXIT_FAILURE);
}

/* ---- data: preloaded as FANN wants them, so that no row need be gathered ------------- */

static unsigned char *read_file(const char *dir, const char *name, size_t *size)
{
    char path[4096];
    unsigned char *bytes = NULL;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        die(path);
    *size = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(*size);
    if (bytes == NULL || fread(bytes, 1, *size, file) != *size)
        die(path);
    fclose(file);
    return bytes;
}

static fann_type *read_images(const char *dir, size_t inputs, size_t *rows)
{
    size_t size;
    unsigned char *bytes = read_file(dir, "train-images-idx3-ubyte", &size);
    fann_type *images = malloc((size - IMAGE_HEADER) * sizeof *images);

    if (images == NULL || (size - IMAGE_HEADER) % inputs != 0)
        die("the images do not fit");
    for (size_t i = 0; i < size - IMAGE_HEADER; i++)
        images[i] = (fann_type)bytes[IMAGE_HEADER + i] / 255;
    free(bytes);
    *rows = (size - IMAGE_HEADER) / inputs;
    return images;
}

static fann_type *read_targets(const char *dir, size_t outputs, size_t rows)
{
    size_t size;
    unsigned char *bytes = read_file(dir, "train-labels-idx1-ubyte", &size);
    fann_type *targets = calloc(rows * outputs, sizeof *targets);

    if (targets == NULL || size != rows + LABEL_HEADER)
        die("the labels do not fit");
    for (size_t i = 0; i < rows; i++)
        if (bytes[LABEL_HEADER + i] < outputs)
            targets[i * outputs + bytes[LABEL_HEADER + i]] = 1;
    free(bytes);
    return targets;
}

/* ---- the network: the cheapest activation that FANN has, as it has no ReLU ----------------- */

static unsigned parse_layers(const char *text, unsigned *layers)
{
    unsigned n = 0;

    for (char *end; n < MOST_LAYERS; text = end + 1) {
        layers[n++] = (unsigned)strtoul(text, &end, 10);
        if (*end != '-')
            return n;
    }
    die("too many layers");
    return 0;
}

static struct fann *create(unsigned n, const unsigned *layers)
{
    struct fann *ann = fann_create_standard_array(n, layers);

    if (ann == NULL)
        die("no network");
    fann_set_activation_function_hidden(ann, FANN_LINEAR_PIECE);
    fann_set_activation_function_output(ann, FANN_LINEAR_PIECE);
    fann_set_train_error_function(ann, FANN_ERRORFUNC_LINEAR);
    fann_set_training_algorithm(ann, FANN_TRAIN_INCREMENTAL);
    fann_set_learning_rate(ann, 1e-4f);
    fann_set_learning_momentum(ann, 0);
    return ann;
}

/* ---- training ------------------------------------------------------------------------------- */

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void shuffle(size_t *order, size_t n)
{
    for (size_t i = n - 1; i > 0; i--) {
        size_t j = (size_t)rand() % (i + 1), kept = order[i];

        order[i] = order[j];
        order[j] = kept;
    }
}

typedef struct run {
    struct fann *ann;
    fann_type *images, *targets;
    size_t inputs, outputs, rows, next, *order;
} run;

static void train_one(run *r)
{
    size_t row;

    if (r->next == r->rows) {
        shuffle(r->order, r->rows);
        r->next = 0;
    }
    row = r->order[r->next++];
    fann_train(r->ann, r->images + row * r->inputs, r->targets + row * r->outputs);
}

static double samples_per_second(run *r, double seconds)
{
    enum { BETWEEN_LOOKS = 100 };
    double begin = seconds_now(), passed = 0;
    size_t samples = 0;

    while (passed < seconds) {
        for (int i = 0; i < BETWEEN_LOOKS; i++)
            train_one(r);
        samples += BETWEEN_LOOKS;
        passed = seconds_now() - begin;
    }
    return (double)samples / passed;
}

int main(int argc, char **argv)
{
    unsigned layers[MOST_LAYERS], n;
    double seconds;
    run r = { .next = 0 };

    if (argc != 6)
        die("usage: fann_train LAYERS BATCH THREADS SECONDS MNIST_DIR");
    if (strcmp(argv[2], "1") != 0 || strcmp(argv[3], "1") != 0)
        return NOT_MY_WAY;
    n = parse_layers(argv[1], layers);
    seconds = strtod(argv[4], NULL);
    r.inputs = layers[0];
    r.outputs = layers[n - 1];
    r.images = read_images(argv[5], r.inputs, &r.rows);
    r.targets = read_targets(argv[5], r.outputs, r.rows);
    r.ann = create(n, layers);
    r.order = malloc(r.rows * sizeof *r.order);
    if (r.order == NULL)
        die("out of memory");
    for (size_t i = 0; i < r.rows; i++)
        r.order[i] = i;
    r.next = r.rows;
    samples_per_second(&r, seconds / 5); /* to warm up */
    printf("%.6g\n", samples_per_second(&r, seconds));
    fann_destroy(r.ann);
    free(r.images);
    free(r.targets);
    free(r.order);
    return EXIT_SUCCESS;
}
