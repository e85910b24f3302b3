/* The container safetensors: eight bytes that say how long the header is, a header in JSON that
 * says where each tensor lies, and the tensors, little-endian, row-major, without holes. */
#ifndef GNI_TENSORS_H
#define GNI_TENSORS_H

#include <jansson.h>
#include "files/files.h"

/* json.c. n bytes of text; errors begin with name. Duplicate keys are refused, and more brackets
 * than such a text can have. */
gn_status gni_json_parse(const char *name, const char *text, size_t n, json_t **json);
/* A number that is a size; false: it is none */
bool gni_json_size(const json_t *json, size_t *value);
/* "Number": a whole number that fits; text, since JSON's are doubles to many readers. */
bool gni_json_u64(const json_t *json, uint64_t *value);
json_t *gni_json_from_u64(uint64_t value);
/* JSON without spaces, n bytes, for gni_free; NULL: no memory. */
char *gni_json_text(const json_t *json, size_t *n);
/* Which parts of a file's header make it so large. */
gn_status gni_header_too_large(const char *who, const json_t *header, size_t length, size_t most);

typedef struct gni_tensor {
    const char *name;
    bool doubles;          /* F64, else F32 */
    size_t rank, dims[4];
    const void *data;      /* to write */
} gni_tensor;

static inline size_t gni_tensor_elements(const gni_tensor *t)
{
    size_t n = 1;
    for (size_t i = 0; i < t->rank; i++)
        n *= t->dims[i];
    return n;
}

static inline size_t gni_tensor_width(const gni_tensor *t) /* bytes of a number */
{
    return t->doubles ? sizeof(double) : sizeof(float);
}

/* count numbers of size bytes: between this machine's order and the file's */
void gni_little_endian(void *numbers, size_t count, size_t size);

#ifdef GN_DOUBLE
#define GNI_REALS_ARE_DOUBLES true
#else
#define GNI_REALS_ARE_DOUBLES false
#endif

/* Who writes: for messages. */
static inline const char *gni_writer(const gni_output *out)
{
    return out->who ? out->who : "gn_network_encode"; /* memory */
}

/* Writes a whole file of n tensors, unless its header is larger than what is read; steals metadata,
 * whose values are strings, and which may be NULL where its making failed for want of memory. */
gn_status gni_tensors_write(gni_output *out, json_t *metadata, const gni_tensor *tensors, size_t n);

typedef struct gni_tensors {
    gni_input in;
    json_t *header;        /* tensors by name; and "__metadata__", which may be missing */
    size_t begin;          /* where the tensors lie in the file */
    size_t n;              /* how many there are */
} gni_tensors;

/* Reads and checks the header. Takes in over: gni_tensors_close closes it, and whatever fails. */
gn_status gni_tensors_open(gni_tensors *t, gni_input in);
void gni_tensors_close(gni_tensors *t);
const char *gni_tensors_metadata(const gni_tensors *t, const char *key); /* NULL: none */
bool gni_tensors_has(const gni_tensors *t, const char *name);
/* The names and shapes of all n, in the header's order; names live as long as t. */
size_t gni_tensors_look(const gni_tensors *t, gni_tensor *entries);
typedef struct gni_shape_text { char text[96]; } gni_shape_text;
gni_shape_text gni_tensor_shape(const gni_tensor *t); /* "(16, 784)" */
/* The tensor of like's name must have its shape; as reals, or as doubles if like says so. */
gn_status gni_tensors_read(const gni_tensors *t, const gni_tensor *like, void *to);
/* How many rows the tensor of that name has, if it has two dimensions, and the second is cols. */
gn_status gni_tensors_rows(const gni_tensors *t, const char *name, size_t cols, size_t *rows);

enum { GNI_MODEL_VERSION = 1 }; /* of what the metadata say of layers */
/* model.c: a network's own tensors, so many at most (names are kept in text), and metadata. */
typedef struct gni_tensor_name { char text[72]; } gni_tensor_name;
size_t gni_model_most(const gn_network *net);
size_t gni_model_tensors(const gn_network *net, gni_tensor *tensors, gni_tensor_name *names);
json_t *gni_model_metadata(const gn_network *net);
/* Exactly these tensors, and those whose names begin with "trainer." if others are allowed.
 * any_names: the file may call them as another program does. */
gn_status gni_model_read(const gni_tensors *t, const gn_network *net, bool any_names, bool others,
                         gn_real *params);

/* weights.c: what a file calls the n tensors of net; or FORMAT, with what is there. */
gn_status gni_match_weights(const gni_tensors *t, const gni_tensor *tensors, size_t n,
                            const char **names);

/* model_names.c: own may be NULL; NULL: unknown. */
const gn_layer_type *gni_find_type(const char *name, const gn_own_parts *own);
const gn_activation *gni_find_activation(const char *name, const gn_own_parts *own);
/* Can it be written, and be read as what it is? Errors begin with who. */
gn_status gni_model_check(const char *who, const gn_network *net);

/* model_differs.c. FORMAT, with the first difference and both values, or OK */
gn_status gni_model_differs(const char *name, const char *what, const json_t *theirs,
                            const json_t *mine);
/* Whether a file that says what its network is says net, as far as predictions go. */
gn_status gni_model_agrees(const gni_tensors *t, const gn_network *net);

/* checkpoint_options.c: the options that decide bits, as JSON; NULL: no memory */
json_t *gni_trainer_options(const gn_trainer *t);
/* Whether they are those of a file's trainer, and its network's layers and scaling those of the
 * file's. */
gn_status gni_check_trainer_options(const char *path, const gn_trainer *t, const json_t *theirs);
gn_status gni_check_trained(const gni_tensors *file, const gn_network *net);

#endif /* GNI_TENSORS_H */
