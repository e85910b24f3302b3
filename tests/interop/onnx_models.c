/* Our side of the comparison with other ONNX programs; see onnx.sh.
 *
 *     onnx_models write FOLDER N   random networks as 000.onnx, ..., with rows of inputs in 000.x
 *                                  and what we make of them in 000.y
 *     onnx_models read FOLDER      imports each name.onnx that has rows name.x, and compares what
 *                                  it makes of them with name.y, where another program wrote that
 *
 * An .x or .y file is two int32, rows and columns, and doubles, little-endian. */
#include <dirent.h>
#include <stdio.h>
#include <gemmnet/files.h>
#include "support_onnx.h"

enum { ROWS = 7 };

static void stop(const char *what, const char *path)
{
    fprintf(stderr, "onnx_models: %s: %s\n", path, what);
    exit(1);
}

static char *path_of(const char *folder, const char *name, const char *ending)
{
    static char path[4][1024];
    static int next;
    char *p = path[next++ % 4];
    snprintf(p, sizeof path[0], "%s/%s%s", folder, name, ending);
    return p;
}

static void write_matrix(const char *path, const gn_real *x, size_t rows, size_t cols)
{
    FILE *f = fopen(path, "wb");
    int32_t size[2] = { (int32_t)rows, (int32_t)cols };
    bool good = f && fwrite(size, sizeof size, 1, f) == 1;
    for (size_t i = 0; good && i < rows * cols; i++) {
        double number = (double)x[i];
        good = fwrite(&number, sizeof number, 1, f) == 1;
    }
    if (!good || fclose(f) != 0)
        stop("cannot be written", path);
}

static gn_real *read_matrix(const char *path, size_t *rows, size_t *cols)
{
    FILE *f = fopen(path, "rb");
    int32_t size[2];
    if (!f || fread(size, sizeof size, 1, f) != 1 || size[0] < 1 || size[1] < 1)
        stop("cannot be read", path);
    *rows = (size_t)size[0];
    *cols = (size_t)size[1];
    gn_real *x = reals(*rows * *cols);
    for (size_t i = 0; i < *rows * *cols; i++) {
        double number;
        if (fread(&number, sizeof number, 1, f) != 1)
            stop("ends too early", path);
        x[i] = (gn_real)number;
    }
    fclose(f);
    return x;
}

static void write_one(const char *folder, size_t i)
{
    char name[32];
    rng r = { i };
    gn_network *net = exportable_network(1000 + i);
    gn_real *x = reals(ROWS * inputs_of(net));
    fill_normal(&r, ROWS * inputs_of(net), x);
    gn_real *y = outputs_for(net, x, ROWS);
    snprintf(name, sizeof name, "%03zu", i);
    if (gn_network_export_onnx(net, path_of(folder, name, ".onnx")) < 0)
        stop(gn_error_message(), name);
    write_matrix(path_of(folder, name, ".x"), x, ROWS, inputs_of(net));
    write_matrix(path_of(folder, name, ".y"), y, ROWS, outputs_of(net));
    free(x);
    free(y);
    gn_network_destroy(net);
}

/* max |a - b| / max |b|, b being theirs */
static double difference(const gn_real *a, const gn_real *b, size_t n)
{
    double most = 0, largest = 0;
    for (size_t i = 0; i < n; i++) {
        double d = fabs((double)a[i] - (double)b[i]);
        most = d <= most ? most : d;
        largest = fmax(largest, fabs((double)b[i]));
    }
    return most > 0 ? most / largest : most;
}

static bool read_one(const char *folder, const char *name)
{
    gn_network *net = NULL;
    char note[200];
    size_t rows, cols, rows_of_y, cols_of_y;
    if (gn_network_import_onnx(&net, path_of(folder, name, ".onnx"), note, sizeof note) < 0)
        stop(gn_error_message(), name);
    gn_real *x = read_matrix(path_of(folder, name, ".x"), &rows, &cols);
    gn_real *theirs = read_matrix(path_of(folder, name, ".y"), &rows_of_y, &cols_of_y);
    if (cols != inputs_of(net) || cols_of_y != outputs_of(net) || rows_of_y != rows)
        stop("has another shape", name);
    gn_real *ours = outputs_for(net, x, rows);
    double d = difference(ours, theirs, rows * cols_of_y);
    bool good = d <= TOLERANCE(1e-12, 1e-5);
    printf("%-40s %.1e%s%s%s%s\n", name, d, good ? "" : " TOO MUCH", *note ? " (" : "", note,
           *note ? ")" : "");
    free(x);
    free(ours);
    free(theirs);
    gn_network_destroy(net);
    return good;
}

static int read_all(const char *folder)
{
    DIR *d = opendir(folder);
    bool good = d;
    size_t n = 0;
    for (struct dirent *entry; d && (entry = readdir(d));) {
        char name[256];
        size_t length = strlen(entry->d_name);
        if (length < 5 || strcmp(entry->d_name + length - 5, ".onnx") != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(length - 5), entry->d_name);
        good = read_one(folder, name) && good;
        n++;
    }
    if (d)
        closedir(d);
    printf("%zu models read\n", n);
    return good && n ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "read") == 0)
        return read_all(argv[2]);
    if (argc != 4 || strcmp(argv[1], "write") != 0) {
        fprintf(stderr, "usage: onnx_models write FOLDER N | read FOLDER\n");
        return 2;
    }
    for (size_t i = 0; i < strtoul(argv[3], NULL, 10); i++)
        write_one(argv[2], i);
    return 0;
}
