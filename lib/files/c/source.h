/* What the files that write a network as C offer one another. */
#ifndef GNI_C_SOURCE_H
#define GNI_C_SOURCE_H

#include "files/files.h"

enum { GNI_C_NAME = 48 }; /* characters of a function's name */

/* How the exported functions compute: what gn_real is, and what its numbers and the functions of
 * <math.h> end in. */
#ifdef GN_DOUBLE
#define REAL "double"
#define F ""
#else
#define REAL "float"
#define F "f"
#endif

/* A file in the making, and the name of the network in it. */
typedef struct gni_source {
    gni_output *out;
    const char *name;
} gni_source;

/* c_source.c. Text, in which @ stands for the name, $ for the name in capitals, and % for the next
 * of the size_t's that follow. */
void gni_put(const gni_source *to, const char *text, ...);
void gni_put_comment(const gni_source *to, const char *text); /* lines of one that is open */
/* static const REAL NAME_what[rows * cols], or NAME_what_index where index is not GNI_NO_INDEX */
#define GNI_NO_INDEX SIZE_MAX
void gni_put_array(const gni_source *to, const char *what, size_t index, size_t rows, size_t cols,
                   const gn_real *numbers);

/* c_loops.c: the functions that an exported network is made of. Those of activations change their
 * row in place: NAME_relu(n, y), NAME_elu(n, y, alpha). */
typedef struct gni_c_loop {
    const gn_activation *activation; /* its alpha may be another */
    const char *code;                /* NULL: nothing is to be done */
    bool has_alpha;
} gni_c_loop;

typedef enum gni_c_part { GNI_C_DENSE, GNI_C_SCALE, GNI_C_UNSCALE, GNI_C_COPY } gni_c_part;

const gni_c_loop *gni_c_activation(const gn_activation *f); /* NULL: not one of ours */
const char *gni_c_code(gni_c_part part);

/* c_names.c: fails where C or C++ could not have a function of this name, in a file called after
 * it; who and path are for the message. */
gn_status gni_check_c_name(const char *who, const char *path, const char *name);

#endif /* GNI_C_SOURCE_H */
