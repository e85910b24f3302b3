/* MNIST and Fashion-MNIST: where their four files are, and what is in them. */
#ifndef DATASET_H
#define DATASET_H

#include <gemmnet/idx.h>

enum { CLASSES = 10 };

typedef enum dataset_kind { MNIST, FASHION } dataset_kind;

extern const char *const dataset_names[]; /* by kind, then NULL */
const char *class_name(int kind, int class); /* "7", or "sneaker" */

typedef struct image_set {
    gn_idx idx;            /* the images */
    void *bytes;           /* that idx may point into */
    int32_t *labels;
} image_set;

typedef struct dataset { image_set train, test; } dataset;

/* From the folder data; NULL: from where run.sh and Debian keep them. test_only: train stays empty.
 * false: it has complained. To be freed in either case. */
bool dataset_load(dataset *d, int kind, const char *data, bool test_only);
void dataset_free(dataset *d);
gn_data dataset_view(const image_set *set);

#endif /* DATASET_H */
