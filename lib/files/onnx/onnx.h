/* ONNX without its files: a network to an output and from bytes. */
#ifndef GNI_ONNX_H
#define GNI_ONNX_H

#include "files/files.h"

/* export.c; out's path and memory are the caller's business. who: for messages */
gn_status gni_onnx_write(gni_output *out, const char *who, const gn_network *net);
/* import.c; name: what to call the bytes in messages. note as in gn_network_import_onnx */
gn_status gni_onnx_decode(gn_network **out, const void *bytes, size_t size, const char *name, char *note,
                          size_t capacity);

#endif /* GNI_ONNX_H */
