/* An independent reader of safetensors, as strict as the format's own words
 * (https://huggingface.co/docs/safetensors), and a writer of whatever header one
 * likes. */
#ifndef GEMMNET_TESTS_SUPPORT_SAFETENSORS_H
#define GEMMNET_TESTS_SUPPORT_SAFETENSORS_H

#include <gemmnet/files.h>
#include "support_networks.h"

/* ---- bytes ---- */

blob encoded(const gn_network *net);
/* Its length, the header padded to a multiple of 8, and n bytes of data. */
blob safetensors(const char *header, const void *data, size_t n);
/* The same file with its tensors as F64, or as F32, all as they are in the header. */
blob converted(blob from, bool to_doubles);
gn_status decode(gn_network **out, blob b);   /* with own_parts */

typedef struct tensor {
    char name[64], dtype[8];
    size_t rank, dims[4], begin, end;
} tensor;

typedef struct safetensors_file {
    size_t header, n, n_metadata;
    const uint8_t *data;
    tensor tensors[64];
    struct { char key[64], *value; } metadata[16]; /* values are malloc'd */
} safetensors_file;

/* Checks all that the format asks. */
safetensors_file *parsed(blob b);
void free_parsed(safetensors_file *f);
const char *metadata_of(const safetensors_file *f, const char *key); /* NULL: none */

#endif /* GEMMNET_TESTS_SUPPORT_SAFETENSORS_H */
