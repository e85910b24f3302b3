/* What the header of an NPY file says. */
#ifndef GNI_NPY_H
#define GNI_NPY_H

#include "files/files.h"

enum { GNI_NPY_DIMENSIONS = 4 }; /* at most */

typedef struct gni_npy_header {
    char kind;              /* 'f', 'i', 'u', 'b' */
    size_t size;            /* bytes of a number */
    bool big_endian, fortran;
    size_t n_dims, dims[GNI_NPY_DIMENSIONS]; /* none is 0 */
    size_t elements;        /* their product */
    size_t begin;           /* of the data, which end with the file */
} gni_npy_header;

/* Errors: FORMAT. */
gn_status gni_npy_read_header(gni_npy_header *h, const uint8_t *bytes, size_t n, const char *name);

#endif /* GNI_NPY_H */
