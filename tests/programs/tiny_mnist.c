/* Writes a small data set in MNIST's format:  tiny_mnist DIR
 * A digit is a bright column, the further to the right the larger, in noise. */
#include <stdio.h>

enum { SIDE = 28, CLASSES = 10 };

static unsigned noise(void)
{
    static unsigned state = 1;

    state = state * 1664525u + 1013904223u;
    return state >> 24;
}

static void put_size(FILE *file, unsigned n)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        fputc((int)(n >> shift & 255u), file);
}

static FILE *create(const char *dir, const char *set, const char *what, unsigned kind, unsigned n)
{
    char name[4096];
    FILE *file;

    snprintf(name, sizeof name, "%s/%s-%s-ubyte", dir, set, what);
    file = fopen(name, "wb");
    if (file == NULL) {
        perror(name);
        return NULL;
    }
    put_size(file, 0x800u + kind); /* bytes, in so many dimensions */
    put_size(file, n);
    return file;
}

static int write_images(const char *dir, const char *set, unsigned n)
{
    FILE *file = create(dir, set, "images-idx3", 3, n);

    if (file == NULL)
        return 1;
    put_size(file, SIDE);
    put_size(file, SIDE);
    for (unsigned i = 0; i < n; i++)
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            int bright = pixel % SIDE * CLASSES / SIDE == (int)(i * 7 % CLASSES);

            fputc((int)(noise() / 4) + (bright ? 190 : 0), file);
        }
    return fclose(file);
}

static int write_labels(const char *dir, const char *set, unsigned n)
{
    FILE *file = create(dir, set, "labels-idx1", 1, n);

    if (file == NULL)
        return 1;
    for (unsigned i = 0; i < n; i++)
        fputc((int)(i * 7 % CLASSES), file);
    return fclose(file);
}

int main(int argc, char **argv)
{
    const char *dir = argv[1];

    return argc != 2 || write_images(dir, "train", 1000) || write_labels(dir, "train", 1000) ||
           write_images(dir, "t10k", 200) || write_labels(dir, "t10k", 200);
}
