/* MNIST's four files: where they are, and into memory with them. */
#include "dataset.h"
#include "complain.h"
#include "gzip.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct file_name { char text[4096]; } file_name;

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static bool name_format(file_name *name, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(name->text, sizeof name->text, format, args);
    va_end(args);
    return length >= 0 && (size_t)length < sizeof name->text;
}

/* ---- one file ----------------------------------------------------------------- */

typedef struct idx_file { gn_idx idx; void *bytes; } idx_file; /* idx may point into bytes */

static bool read_gzip(idx_file *file, const char *name)
{
    size_t size;

    file->bytes = gzip_read(name, &size);
    return file->bytes != NULL && worked(gn_idx_parse(&file->idx, file->bytes, size, name));
}

/* dir/name, or dir/name.gz where that is all there is. */
static bool read_file(idx_file *file, const char *dir, const char *name)
{
    file_name plain, gzip;

    if (!name_format(&plain, "%s/%s", dir, name) || !name_format(&gzip, "%s.gz", plain.text))
        return complain("%s: this name is too long", dir);
    if (access(plain.text, F_OK) != 0 && access(gzip.text, F_OK) == 0)
        return read_gzip(file, gzip.text);
    return worked(gn_idx_read(&file->idx, plain.text));
}

static void free_file(idx_file *file)
{
    gn_idx_free(&file->idx);
    free(file->bytes);
}

/* ---- images and their labels --------------------------------------------------- */

static bool read_labels(image_set *set, const char *dir, const char *name)
{
    idx_file file = { .bytes = NULL };
    bool good = read_file(&file, dir, name);
    size_t n = file.idx.matrix.rows, images = set->idx.matrix.rows;

    if (good && n != images)
        good = complain("%s/%s has %zu labels for %zu images", dir, name, n, images);
    if (good) {
        set->labels = calloc(n, sizeof *set->labels);
        good = set->labels != NULL ? worked(gn_idx_labels(&file.idx, CLASSES, set->labels))
                                   : complain("no memory for %zu labels", n);
    }
    free_file(&file);
    return good;
}

static bool read_set(image_set *set, const char *dir, const char *images, const char *labels)
{
    idx_file file = { .bytes = NULL };
    bool good = read_file(&file, dir, images);

    set->idx = file.idx;
    set->bytes = file.bytes;
    return good && read_labels(set, dir, labels);
}

static void free_set(image_set *set)
{
    idx_file file = { set->idx, set->bytes };

    free_file(&file);
    free(set->labels);
}

gn_data dataset_view(const image_set *set)
{
    return (gn_data){ .x = set->idx.matrix, .labels = set->labels };
}

const char *const dataset_names[] = { "mnist", "fashion", NULL };

const char *class_name(int kind, int class)
{
    static const char *const names[][CLASSES] = {
        [MNIST] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" },
        [FASHION] = { "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt",
                      "sneaker", "bag", "boot" },
    };

    return names[kind][class];
}

/* ---- where ------------------------------------------------------------------------ */

static const char fetch[] = "examples/fetch_mnist.sh";
static const char *const train_files[] = { "train-images-idx3-ubyte", "train-labels-idx1-ubyte" };
static const char *const test_files[] = { "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte" };

/* All images, or those that are wanted. */
static bool has_images(const char *dir, bool test_only)
{
    const char *images = test_only ? test_files[0] : train_files[0];
    file_name name;

    return (name_format(&name, "%s/%s", dir, images) && access(name.text, F_OK) == 0) ||
           (name_format(&name, "%s/%s.gz", dir, images) && access(name.text, F_OK) == 0);
}

/* Where run.sh has fetch_mnist.sh put it. */
static bool cache_folder(file_name *dir, dataset_kind kind)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    const char *name = dataset_names[kind];

    if (cache != NULL && *cache != '\0')
        return name_format(dir, "%s/gemmnet/%s", cache, name);
    return name_format(dir, "%s/.cache/gemmnet/%s", home != NULL ? home : "", name);
}

static bool find_mnist(file_name *dir, bool test_only)
{
    const char *named = getenv("MNIST_DIR");

    if (named != NULL && *named != '\0' && name_format(dir, "%s", named) &&
        has_images(named, test_only))
        return true;
    if (cache_folder(dir, MNIST) && has_images(dir->text, test_only))
        return true;
    return complain("MNIST is not in %s; to get it:\n"
                    "  sh %s '%s'\n"
                    "or name its folder with --data DIR or MNIST_DIR", dir->text, fetch,
                    dir->text);
}

/* Debian packages it. */
static bool find_fashion(file_name *dir, bool test_only)
{
    if (cache_folder(dir, FASHION) && has_images(dir->text, test_only))
        return true;
    if (name_format(dir, "/usr/share/datasets/fashion-mnist") && has_images(dir->text, test_only))
        return true;
    return complain("Fashion-MNIST is not in %s; to get it:\n"
                    "  apt-get install dataset-fashion-mnist\n"
                    "or name its folder with --data DIR", dir->text);
}

static bool find(file_name *dir, int kind, const char *data, bool test_only)
{
    if (data == NULL)
        return kind == MNIST ? find_mnist(dir, test_only) : find_fashion(dir, test_only);
    if (access(data, R_OK | X_OK) != 0)
        return complain("--data %s: %s", data, strerror(errno));
    return name_format(dir, "%s", data) || complain("--data: this name is too long");
}

static bool same_shapes(const dataset *d, const char *dir)
{
    gn_shape train = d->train.idx.shape, test = d->test.idx.shape;

    return (train.height == test.height && train.width == test.width &&
            train.channels == test.channels) ||
           complain("%s: images of %zux%zu to train with, and of %zux%zu to test with", dir,
                    train.height, train.width, test.height, test.width);
}

bool dataset_load(dataset *d, int kind, const char *data, bool test_only)
{
    file_name dir;

    *d = (dataset){ .train.labels = NULL };
    if (!find(&dir, kind, data, test_only))
        return false;
    if (test_only)
        return read_set(&d->test, dir.text, test_files[0], test_files[1]);
    return read_set(&d->train, dir.text, train_files[0], train_files[1]) &&
           read_set(&d->test, dir.text, test_files[0], test_files[1]) &&
           same_shapes(d, dir.text);
}

void dataset_free(dataset *d)
{
    free_set(&d->train);
    free_set(&d->test);
}
