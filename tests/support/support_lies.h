/* Files in safetensors that lie, and what must come of them. */
#ifndef GEMMNET_TESTS_SUPPORT_LIES_H
#define GEMMNET_TESTS_SUPPORT_LIES_H

#include "support_count.h"
#include "support_safetensors.h"

enum { MEBIBYTE = 1 << 20 };

/* One dense layer 2 x 1 without bias: its metadata, and its tensor. */
#define LAYERS(layers)                                                                            \
    "\"__metadata__\":{\"gemmnet\":\"{\\\"version\\\":1,\\\"input\\\":[2,1,1],\\\"layers\\\":[" \
    layers "]}\"}"
#define LAYER "{\\\"type\\\":\\\"dense\\\",\\\"units\\\":1,\\\"bias\\\":false}"
#define META LAYERS(LAYER)
#define TENSOR(name, shape, begin, end) \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"
#define GOOD TENSOR("0.weight", "[1,2]", "0", "8")

/* What came of a file: OK, or an error with its sentence. Both leave nothing behind. */
gn_status tried(const char *what, size_t number, blob b);

#endif /* GEMMNET_TESTS_SUPPORT_LIES_H */
