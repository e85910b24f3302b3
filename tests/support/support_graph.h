/* ONNX files by hand, byte by byte, so that they can be wrong in any way. */
#ifndef GEMMNET_TESTS_SUPPORT_GRAPH_H
#define GEMMNET_TESTS_SUPPORT_GRAPH_H

#include "support.h"

typedef struct bytes { uint8_t *at; size_t n, room; } bytes; /* free_bytes() it */

void put_bytes(bytes *b, const void *from, size_t n);
void put_varint(bytes *b, uint64_t x);
/* Fields of protobuf: of a length, and a whole number. */
void put_field(bytes *b, unsigned field, const void *from, size_t n);
void put_text(bytes *b, unsigned field, const char *text);
void put_number(bytes *b, unsigned field, uint64_t x);
void put_part(bytes *b, unsigned field, bytes part); /* frees part */
void free_bytes(bytes *b);

enum { FLOAT = 1, INT64 = 7, FLOAT16 = 10, DOUBLE = 11,
       REAL = sizeof(gn_real) == 8 ? DOUBLE : FLOAT };
typedef enum storage { RAW, PACKED, UNPACKED } storage;

/* A tensor of 0, 1 (rows) or 2 dimensions: dims end with 0. */
bytes tensor_of(const char *name, int type, storage how, const int64_t *dims,
                const double *numbers, size_t n);

/* attributes: what the following gave, one after the other; freed. names: with commas. */
bytes int_attribute(bytes before, const char *name, int64_t x);
bytes float_attribute(bytes before, const char *name, float x);
bytes text_attribute(bytes before, const char *name, const char *text);
bytes ints_attribute(bytes before, const char *name, const int64_t *x, size_t n);
bytes floats_attribute(bytes before, const char *name, const double *x, size_t n);
bytes tensor_attribute(bytes before, const char *name, bytes tensor);
void add_node(bytes *graph, const char *op, const char *name, const char *inputs,
              const char *outputs, bytes attributes);
void add_tensor(bytes *graph, bytes tensor);
#define NONE ((bytes){ 0 })
#define DIMS(...) ((const int64_t[]){ __VA_ARGS__, 0 })
#define NUMBERS(...) \
    ((const double[]){ __VA_ARGS__ }), sizeof((const double[]){ __VA_ARGS__ }) / sizeof(double)
void add_real(bytes *graph, const char *name, const int64_t *dims, const double *numbers, size_t n);
/* dims end with 0, and -1 is free; NULL: without a shape */
void add_input(bytes *graph, const char *name, const int64_t *dims);
void add_output(bytes *graph, const char *name);
bytes model_of(bytes graph, int64_t opset); /* frees graph */

typedef struct operators { const char *op, *inputs, *output; } operators;

/* A graph whose rows of 2 come from x, and its constants. */
extern const double W[6], WT[6], B[3]; /* 3 units x 2 inputs; 2 inputs x 3 units; 3 units */
bytes begin_graph(void);
void add_shape(bytes *g, const char *name, const double *dims, size_t n); /* as a constant */

/* Imports, and frees bytes; *net is NULL after an error. */
gn_status import_bytes(gn_network **net, bytes model, char *note, size_t capacity);

#endif /* GEMMNET_TESTS_SUPPORT_GRAPH_H */
