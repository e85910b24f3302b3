/** @file
 * Models in and out: files of networks and of training. Functions whose library was left out
 * when this one was built (jansson, protobuf-c) return UNSUPPORTED and say so.
 *
 * Files are written beside their name, as NAME.part, and then renamed: there is the old one or the
 * new one, never half of one. A pipe or a link called NAME.part, and a process that keeps it locked
 * for more than three seconds, are IO, and the message says which. A name whose ending promises
 * another format (".pt", ".pkl", ".csv", ".txt"; ".onnx" of gn_network_save()) is ARGUMENT; an
 * ending that is not known promises nothing. All files are the same on every machine and in every
 * locale. No file is trusted; of one in another format, which is recognised by its first bytes, the
 * message says what to do with it. docs/formats.md says what stands in them. */
#ifndef GEMMNET_FILES_H
#define GEMMNET_FILES_H

#include <gemmnet/gemmnet.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @defgroup safetensors Networks as safetensors
 * Networks in files that PyTorch reads and writes, too (wants jansson).
 *
 * The format is https://huggingface.co/docs/safetensors. A dense layer is "i.weight" (units x
 * inputs) and "i.bias" (units), where i counts the modules that PyTorch's nn.Sequential would have:
 * one for the layer, one for its activation unless that is the identity. The metadata's "gemmnet"
 * says in JSON what the layers are.
 * @{ */
/** Layer types and activations of your own that a file may name; each list ends with NULL. They
 * must outlive the network. */
typedef struct gn_own_parts {
    const gn_layer_type *const *types;       /**< may be NULL */
    const gn_activation *const *activations; /**< may be NULL; alpha is read from the file */
    uint64_t reserved[4]; /**< zero */
} gn_own_parts;

/** Notes: strings of your own (UTF-8) that travel with a network, in its files' metadata: names of
 * columns, a licence, a date. That of the key "description" is for people: exported C source has it
 * as a comment, an ONNX file as doc_string. Both are copied; value NULL takes the note away.
 * Errors: ARGUMENT (no key, no UTF-8, or one of "format", "gemmnet", "trainer", "__metadata__",
 * which are ours), MEMORY. */
GN_API gn_status gn_network_set_note(gn_network *net, const char *key, const char *value);
/** The network's, which lives until it is set again; NULL: there is none. */
GN_API const char *gn_network_note(const gn_network *net, const char *key);

/** *size becomes the number of bytes that the file has; they are written to bytes if capacity
 * suffices. NULL and 0 only ask for the size. Errors: ARGUMENT (also: too little room, *size is set
 * and what stands in bytes is undefined; a type or activation of yours that is called as one of
 * ours, or not in UTF-8), UNSUPPORTED (layers, scaling and notes that take more than the 16 MiB of
 * a file's header), MEMORY, NONFINITE (a number of spec.param). */
GN_API gn_status gn_network_encode(const gn_network *net, void *bytes, size_t capacity,
                                   size_t *size);
/** A network from size such bytes, of either precision. own may be NULL. Errors: ARGUMENT, FORMAT,
 * UNKNOWN (a type or activation that neither the library nor own knows), SHAPE, NONFINITE (a number
 * too large for a float), MEMORY. */
GN_API gn_status gn_network_decode(gn_network **out, const void *bytes, size_t size,
                                   const gn_own_parts *own);
/** Writes the file. Errors: as gn_network_encode(), ARGUMENT (the name's ending), and IO. */
GN_API gn_status gn_network_save(const gn_network *net, const char *path);
/** Reads a file. Errors: as gn_network_decode(), and IO. */
GN_API gn_status gn_network_load(gn_network **out, const char *path, const gn_own_parts *own);
/** Fills a network from a file without our metadata, as PyTorch's safetensors writes one of an
 * nn.Sequential like it; or from one of ours whose layers and scaling are the network's. In a file
 * without our metadata the names may have a prefix ("net.", "_orig_mod."), or be others: with a
 * weight, and a bias where the network has one, per dense layer, each layer takes those of its
 * shape ("fc1.weight", "fc1.bias"). Of several that have one shape, the names must differ in
 * numbers only, which give the order: fc2 before fc10. Every tensor's name and shape is checked.
 * Errors: ARGUMENT, FORMAT (which is missing, left over, or of another shape, and what is there;
 * names that do not say which layer is which; what of ours differs), IO, NONFINITE, MEMORY. */
GN_API gn_status gn_network_load_weights(gn_network *net, const char *path);

/** @} */

/** @defgroup checkpoints Checkpoints
 * Trainings in files, to go on from (wants jansson).
 *
 * A trainer saves all that its future depends on: weights, what the optimizer remembers, steps,
 * epochs, the best weights so far, history.
 * @{ */
/** Writes a checkpoint, from on_step and on_epoch too. Errors: as gn_network_save(). */
GN_API gn_status gn_trainer_save(const gn_trainer *trainer, const char *path);
/** Sets a trainer, created with the same network and options as the one that was saved, to where
 * that one stood; then call gn_trainer_fit() with the same data, and the weights will be bitwise
 * those of a run that was never stopped. What options must agree: loss, optimizer, schedule,
 * batch, epochs and all else that decides bits, but not threads. GN_STOPPED: that fit had come
 * to its end, nothing is left to do (gn_trainer_fit() would train for as many epochs again).
 * Errors: IO, FORMAT (not a checkpoint of this network and precision), ARGUMENT (an option that
 * differs, by name), MEMORY. */
GN_API gn_status gn_trainer_resume(gn_trainer *trainer, const char *path);

/** @} */

/** @defgroup c_source C source
 * A network as a function of C99.
 * @{ */
/** Writes path, which ends in ".c", and a header beside it. They want C99 (or C++) and <math.h>
 * alone, and have one function, called after the file: digits.c has
 *
 *     void digits(const float *x, float *y);    (double in gemmnet-double)
 *
 * of one row, without allocation or state, and digits.h the sizes DIGITS_INPUTS and
 * DIGITS_OUTPUTS. Between the layers the rows are on the stack: digits.h says how many bytes.
 * Scaling is included; what works in training alone, as dropout, is not. The same network
 * gives the same bytes in every locale. Errors: ARGUMENT (a name that C or C++ has taken, that
 * is no identifier, or has more than 48 characters), UNSUPPORTED (layers or activations of your
 * own), NONFINITE (a parameter, by its layer and number), IO, MEMORY. */
GN_API gn_status gn_network_export_c(const gn_network *net, const char *path);

/** @} */

/** @defgroup onnx ONNX
 * Networks for other programs, and from them (wants protobuf-c).
 *
 * The format is https://onnx.ai; docs/formats.md names the operators.
 * @{ */
/** Opset 13, IR version 7; input "input" and output "output" of a free number of rows (one or
 * more). Scaling is included; dropout, the range of inputs and other notes than "description"
 * are not. Errors: ARGUMENT,
 * UNSUPPORTED (layers or activations of your own, 2 GiB and more), IO, MEMORY. */
GN_API gn_status gn_network_export_onnx(const gn_network *net, const char *path);
/** A chain of dense layers and activations, as PyTorch, scikit-learn, Keras and this library
 * export it. note (may be NULL) gets a sentence, of at most capacity bytes with its final 0, on
 * what was left out (as ArgMax in the end), or "". Errors: ARGUMENT, FORMAT, UNSUPPORTED (names the
 * operator and its node), SHAPE, NONFINITE, IO, MEMORY. */
GN_API gn_status gn_network_import_onnx(gn_network **out, const char *path, char *note,
                                        size_t capacity);

/** @} */

#ifdef __cplusplus
}
#endif
#endif /* GEMMNET_FILES_H */
