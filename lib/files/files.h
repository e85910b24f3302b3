/* Files to read from and to write to, which the formats share; each format has a room of its own in here.
 * The rest of the library knows nothing of files. */
#ifndef GNI_FILES_H
#define GNI_FILES_H

#include <gemmnet/files.h>
#include "network/network.h"

/* input.c: a regular file, or bytes in memory. Nothing is mapped: a file that another process
 * shortens would end this one. */
typedef struct gni_input {
    const char *name;      /* for messages: its path, or what the caller calls it */
    const uint8_t *bytes;  /* NULL: a file */
    int file;
    size_t size;
} gni_input;

gn_status gni_input_open(gni_input *in, const char *path);
gni_input gni_input_of(const void *bytes, size_t size, const char *name);
gn_status gni_input_read(const gni_input *in, size_t offset, void *to, size_t n);
gn_status gni_input_read_all(const gni_input *in, uint8_t **bytes); /* for gni_free; a 0 follows */
void      gni_input_close(gni_input *in);
/* A whole file: opened, read and closed. */
gn_status gni_read_file(const char *path, uint8_t **bytes, size_t *n);

/* kind.c: formats by the endings of names and by first bytes. */
typedef enum gni_kind { GNI_SAFETENSORS, GNI_ONNX, GNI_IDX, GNI_NPY, GNI_CSV } gni_kind;
/* ARGUMENT if the name ends as another format's names do, and would make a promise that is not kept. */
gn_status gni_check_ending(const char *who, const char *path, gni_kind kind);
/* The status of a reader of that kind. If it is FORMAT and the first n bytes, of size, are of another
 * format, the message says which, and what to do with such a file. */
enum { GNI_FIRST_BYTES = 64 };
gn_status gni_recognise(gn_status status, gni_kind kind, const char *name, const void *bytes, size_t n);
gn_status gni_recognise_input(gn_status status, gni_kind kind, const gni_input *in);

/* output.c: a file that is written beside its name and renamed when it is whole, or memory.
 * Errors are kept until gni_output_close, so that writers need not look. */
typedef struct gni_output {
    const char *who, *path;
    char *target, *part;   /* the file, and what it is called until it is whole; NULL: path itself */
    int file;              /* -1: memory */
    uint8_t *bytes;        /* a buffer in front of the file; or the memory, capacity of it */
    size_t capacity, used; /* used: of the buffer; of memory: what is wanted, if more */
    gn_status status;
} gni_output;

gn_status gni_output_open(gni_output *out, const char *who, const char *path);
gni_output gni_output_of(void *bytes, size_t capacity);
void gni_write(gni_output *out, const void *bytes, size_t n);
/* As printf, but of whole numbers and strings alone: reals would follow the locale. */
void gni_print(gni_output *out, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;
/* Makes the file whole: to the disk, then to its name. status < 0: the writer has failed, and
 * what was there before stays. Returns the first error. */
gn_status gni_output_close(gni_output *out, gn_status status);

/* open.c: to write; *file is -1 before. No wait is longer than three seconds, and errors name what
 * was waited for. */
gn_status gni_open_part(const char *who, const char *path, const char *part, int *file);
gn_status gni_open_in_place(const char *who, const char *path, bool is_pipe, int *file);
bool gni_is_named(int file, const char *name); /* still the regular file of this name? */

/* decimal.c: the shortest decimal number that reads back as x, which is finite, in every
 * locale and with a point: "0.1", "-3.0", "1.5e-7". Returns its length. */
enum { GNI_DECIMAL = 32 }; /* room for it and its final 0 */
size_t gni_decimal(gn_real x, char text[GNI_DECIMAL]);

#endif /* GNI_FILES_H */
