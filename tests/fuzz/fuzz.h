/* What the fuzz targets share. A target must not crash, leak or waste memory, and what it demands
 * must hold, whatever the bytes. */
#ifndef GEMMNET_TESTS_FUZZ_H
#define GEMMNET_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gemmnet/files.h>
#include <gemmnet/layer.h>

#define DEMAND(condition)                                                                    \
    do {                                                                                     \
        if (!(condition)) {                                                                  \
            fprintf(stderr, "%s:%d: not so: %s (%s)\n", __FILE__, __LINE__, #condition,      \
                    gn_error_message());                                                     \
            abort();                                                                         \
        }                                                                                    \
    } while (0)

/* For functions that want a file: one of these bytes, written anew each time, without a name once
 * the program has ended. */
static inline const char *fuzz_file(const uint8_t *bytes, size_t size)
{
    static char path[64];
    static FILE *file;
    if (!file) {
        file = tmpfile();
        DEMAND(file && snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file)) > 0);
    }
    rewind(file);
    DEMAND((size == 0 || fwrite(bytes, 1, size, file) == size) && fflush(file) == 0);
    DEMAND(ftruncate(fileno(file), (off_t)size) == 0);
    return path;
}

/* The target: libFuzzer calls it, or replay.c. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif /* GEMMNET_TESTS_FUZZ_H */
