/* What the fuzz targets share. A target must not crash, leak or waste memory, and what it demands
 * must hold, whatever the bytes. */
#ifndef GEMMNET_TESTS_FUZZ_H
#define GEMMNET_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* The target: libFuzzer calls it, or replay.c. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif /* GEMMNET_TESTS_FUZZ_H */
