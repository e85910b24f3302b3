/* What the files of this folder offer one another. An ONNX file is a graph: values have names,
 * nodes make values of values, initialisers are constants. We follow the one value that the
 * rows go through, from the graph's input to its end:
 *
 *     bytes ─protobuf-c─▶ messages ─index─▶ file ─chain─▶ layers ─build─▶ network
 *
 * and what an activation looks like in operators stands in forms.c, for both directions. */
#ifndef GNI_ONNX_PARTS_H
#define GNI_ONNX_PARTS_H

#include "files/onnx/onnx.h"
#include "files/onnx/onnx.pb-c.h"

typedef Gni__Onnx__Model gni_onnx_model;
typedef Gni__Onnx__Graph gni_onnx_graph;
typedef Gni__Onnx__Node gni_onnx_node;
typedef Gni__Onnx__Attribute gni_onnx_attribute;
typedef Gni__Onnx__Tensor gni_onnx_tensor;
typedef Gni__Onnx__Value gni_onnx_value;

/* TensorProto.DataType, those that we read or write */
enum { GNI_ONNX_FLOAT = 1, GNI_ONNX_INT64 = 7, GNI_ONNX_DOUBLE = 11 };
enum { GNI_ONNX_REAL = sizeof(gn_real) == sizeof(double) ? GNI_ONNX_DOUBLE : GNI_ONNX_FLOAT };
/* AttributeProto.AttributeType */
enum { GNI_ONNX_IS_FLOAT = 1, GNI_ONNX_IS_INT = 2 };

enum { GNI_ONNX_MOST_DIMS = 8, GNI_ONNX_MOST_USES = 8, GNI_ONNX_NAME = 64 };

/* ---- forms.c: activations as operators ------------------------------------------------------ */

/* What an operator takes: the activation's own input, the result of the form's k-th operator,
 * or a constant. */
enum gni_onnx_operand {
    GNI_NONE, GNI_Z, GNI_R0, /* GNI_R0 + k */
    GNI_C_ZERO = 32, GNI_C_HALF, GNI_C_ONE, GNI_C_ROOT_2, GNI_C_ROOT_HALF, GNI_C_LOW, GNI_C_HIGH,
    GNI_C_ALPHA, GNI_C_LAST, GNI_C_EXPONENTS, GNI_C_WEIGHTS, GNI_C_END
};
enum { GNI_IN_FLOAT = 1, GNI_IN_DOUBLE = 2, GNI_IN_BOTH = 3 };
enum gni_onnx_detail { GNI_PLAIN, GNI_WITH_ALPHA, GNI_ALPHA_ONE, GNI_ALONG_ROWS, GNI_EXACT };

enum { GNI_ONNX_MOST_OPS = 11 };
typedef struct gni_onnx_form {
    const gn_activation *activation;
    unsigned written;              /* in which precisions we export so: GNI_IN_... */
    bool logarithm;                /* it is that of the activation */
    struct gni_onnx_op {
        const char *name;          /* NULL: no more */
        uint8_t takes[3];          /* of enum gni_onnx_operand */
        uint8_t detail;            /* of enum gni_onnx_detail: its attributes */
    } ops[GNI_ONNX_MOST_OPS];
} gni_onnx_form;

extern const gni_onnx_form gni_onnx_forms[]; /* ends with an activation that is NULL */
const gni_onnx_form *gni_onnx_form_of(const gn_activation *f); /* NULL: not one of ours */

typedef struct gni_onnx_constant {
    const char *name;
    const double *values;
    size_t n_dims, n;  /* of 0 or 1 dimension */
    int32_t type;
} gni_onnx_constant;
gni_onnx_constant gni_onnx_constant_of(unsigned operand, const double *alpha);

/* ---- wire.c: fields and tensors, to an output ------------------------------------------------- */

void gni_onnx_write_head(gni_output *out, unsigned field, size_t length); /* length bytes must follow */
void gni_onnx_write_message(gni_output *out, const ProtobufCMessage *m); /* a small one */
void gni_onnx_write_field(gni_output *out, unsigned field, const ProtobufCMessage *m);
/* An initialiser of the graph: a vector of rows, or with cols a matrix; none if x is NULL. counts:
 * nobody will read the bytes. */
void gni_onnx_write_tensor(gni_output *out, bool counts, const char *name, const gn_real *x, size_t rows,
                           size_t cols);
void gni_onnx_write_constant(gni_output *out, const char *name, const gni_onnx_constant *c);

/* ---- budget.c: all memory that a file makes us take, bounded by its size; freed at once ------ */

typedef struct gni_budget {
    size_t left;                   /* bytes that may still be taken */
    struct gni_chunk *chunks;      /* the newest first */
    bool refused, failed;          /* more was wanted than was left, or than the system had */
    ProtobufCAllocator allocator;  /* of protobuf-c: what it frees stays taken */
} gni_budget;
void gni_budget_open(gni_budget *b, size_t file_size);
bool gni_budget_spend(gni_budget *b, size_t bytes); /* taken by somebody else */
void *gni_budget_take(gni_budget *b, size_t count, size_t size); /* zeroed, or NULL */
gn_status gni_budget_error(const gni_budget *b, const char *name); /* after NULL or false */
void gni_budget_close(gni_budget *b);

/* ---- index.c: who makes and who takes a value ------------------------------------------------ */

/* What a node or value has to do with the rows. */
enum gni_onnx_kind {
    GNI_UNSEEN, GNI_CONSTANT,
    GNI_SHAPES, /* of a number of rows, not of their contents */
    GNI_CHAIN, GNI_LEFT_OUT
};

typedef struct gni_onnx_name { /* a value and where it comes from or goes to */
    const char *name;
    const gni_onnx_tensor *tensor; /* an initialiser, or NULL */
    size_t node;                   /* its number, or SIZE_MAX */
} gni_onnx_name;

typedef struct gni_onnx_file {
    const char *name;              /* for messages */
    const gni_onnx_graph *graph;
    int64_t opset;
    gni_budget budget;
    const gni_onnx_value *input;   /* the one that is no initialiser */
    gni_onnx_name *made, *used;    /* by name, then node */
    size_t n_made, n_used;
    uint8_t *kinds;                /* of the nodes: enum gni_onnx_kind */
    size_t *places;                /* of the nodes in the chain, from 1 */
    char *note;                    /* the caller's; see gni_onnx_note */
    size_t capacity, noted;
} gni_onnx_file;

gn_status gni_onnx_index(gni_onnx_file *f);
const gni_onnx_name *gni_onnx_made(const gni_onnx_file *f, const char *value); /* or NULL */
const gni_onnx_name *gni_onnx_used(const gni_onnx_file *f, const char *value, size_t *count);
enum gni_onnx_kind gni_onnx_kind_of(const gni_onnx_file *f, const char *value);

/* import.c: errors and notes name things of the file in printable letters */
typedef struct gni_onnx_text { char text[GNI_ONNX_NAME]; } gni_onnx_text;
gni_onnx_text gni_onnx_printable(const char *name);
gni_onnx_text gni_onnx_node_name(const gni_onnx_node *node); /* or what it makes */
gn_status gni_onnx_refuse(const gni_onnx_file *f, const gni_onnx_node *node, gn_status status,
                          const char *format, ...) /* "FILE: operator OP of node NAME: ..." */
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;
void gni_onnx_note(gni_onnx_file *f, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* node.c: parts of a node that may be missing */
bool gni_onnx_is(const gni_onnx_node *node, const char *op); /* of ONNX's own */
const char *gni_onnx_input(const gni_onnx_node *node, size_t i);  /* "": none */
const char *gni_onnx_output(const gni_onnx_node *node);
const gni_onnx_attribute *gni_onnx_attribute_of(const gni_onnx_node *node, const char *name); /* or NULL */
double gni_onnx_float(const gni_onnx_node *node, const char *name, double otherwise);
int64_t gni_onnx_int(const gni_onnx_node *node, const char *name, int64_t otherwise);

/* ---- numbers.c: constants ------------------------------------------------------------------- */

typedef struct gni_numbers {
    const char *name;
    size_t n, n_dims;
    size_t dims[GNI_ONNX_MOST_DIMS];
    bool transposed;             /* a matrix that a Transpose is between: dims are as stored */
    /* where they lie: one of these is not NULL */
    const uint8_t *raw_floats, *raw_doubles, *raw_ints;
    const float *floats;
    const double *doubles;
    const int64_t *ints;
} gni_numbers;

/* false: value is no constant. status < 0: it is one, but cannot be read. */
bool gni_onnx_numbers(const gni_onnx_file *f, const char *value, gni_numbers *c, gn_status *status);
double gni_number(const gni_numbers *c, size_t i); /* as stored */
void gni_onnx_copy_floats(const gni_onnx_attribute *a, gni_numbers *c);

/* match.c: one activation, whichever way it is written */
typedef struct gni_onnx_match {
    const gni_onnx_form *form;
    double alpha;
    size_t nodes[GNI_ONNX_MOST_OPS], n; /* the nodes that it consists of, the last gives the result */
} gni_onnx_match;
/* z goes to the nodes takers, n of them, which must all belong to it. */
bool gni_onnx_recognise(const gni_onnx_file *f, const char *z, const size_t *takers, size_t n,
                        gni_onnx_match *match);

/* ---- chain.c: the way of the rows, as layers ------------------------------------------------- */

typedef struct gni_affine { /* each column plus, minus, times or divided by a number */
    struct gni_affine *next;
    const gni_onnx_node *node;
    char op;                       /* + - * / */
    gni_numbers by;                /* one number, or one for each column */
} gni_affine;

typedef struct gni_linear { /* a dense layer */
    struct gni_linear *next;
    const gni_onnx_node *node;
    gni_numbers weights, bias;     /* bias.n: 0 (none), 1 or units */
    size_t inputs, units;
    bool by_inputs;                /* weights are inputs x units as stored, not units x inputs */
    double alpha, beta;            /* factors of weights and of bias */
    const gn_activation *activation; /* NULL: none yet */
    double slope;                  /* its alpha */
} gni_linear;

typedef struct gni_chain {
    gni_onnx_file *file;
    const char *value;             /* the rows stand here */
    size_t n_dims;                 /* of value; 0: unknown */
    int64_t dims[GNI_ONNX_MOST_DIMS]; /* -1: unknown */
    size_t inputs, cols;           /* of the network and of value; 0: unknown */
    gni_affine *before, **before_end, *behind, **behind_end;
    gni_linear *layers, **layers_end, *last;
    size_t n_layers;
    bool bare;                     /* last has no bias yet, and nothing came between */
    bool placed;                   /* a node that is to be the layer, should no other come */
    const gni_onnx_node *closed;   /* after which no layer may follow */
    size_t length, computed;       /* nodes so far, and up to the last that computes */
} gni_chain;

gn_status gni_onnx_follow(gni_onnx_file *f, gni_chain *c);
/* linear.c and shape.c: the operators of the chain */
gn_status gni_onnx_take_gemm(gni_chain *c, const gni_onnx_node *node);
gn_status gni_onnx_take_matmul(gni_chain *c, const gni_onnx_node *node);
gn_status gni_onnx_take_affine(gni_chain *c, const gni_onnx_node *node);
gn_status gni_onnx_take_scaler(gni_chain *c, const gni_onnx_node *node);
gn_status gni_onnx_set_input(gni_chain *c);
gn_status gni_onnx_take_flatten(gni_chain *c, const gni_onnx_node *node);
gn_status gni_onnx_take_reshape(gni_chain *c, const gni_onnx_node *node);
gn_status gni_onnx_take_as_is(gni_chain *c, const gni_onnx_node *node);
gn_status gni_onnx_take_cast(gni_chain *c, const gni_onnx_node *node);
/* tail.c: what follows the network, and what belongs to no chain */
bool gni_onnx_begins_tail(const gni_onnx_file *f, const gni_onnx_node *node);
gn_status gni_onnx_leave_out(gni_chain *c);

/* build.c */
gn_status gni_onnx_build(const gni_chain *c, gn_network **out);

#endif /* GNI_ONNX_PARTS_H */
