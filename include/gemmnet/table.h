/** @file
 * Tables of one's own: CSV, as spreadsheets write it, and NPY, as NumPy does. No file is
 * trusted, and what is read depends on no locale. */
#ifndef GEMMNET_TABLE_H
#define GEMMNET_TABLE_H

#include <gemmnet/gemmnet.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @defgroup csv CSV files
 * Tables as spreadsheets write them: RFC 4180, and what people have.
 *
 * docs/formats.md has an example.
 *
 * A field may stand in quotes, and "" in it is one quote; spaces around a field do not count.
 * Lines end in LF, CRLF or CR, the last one in none if it likes; a UTF-8 byte order mark and
 * blank lines at the end are passed over. A column that holds a field that is no number is a
 * column of text. A field that is missing (nothing, NA, N/A, also behind #, NaN, null, ?) is
 * refused wherever it stands, inf and what a gn_real cannot hold in a column of numbers. Numbers
 * are rounded correctly.
 * @{ */
/** Is the first row one of names? */
typedef enum gn_header {
    GN_HEADER_GUESS, /**< it is if no field of it is a number */
    GN_HEADER_YES,   /**< it is */
    GN_HEADER_NO     /**< it is not */
} gn_header;

/** How a CSV file is written. */
typedef struct gn_csv_options {
    char separator;             /**< 0: tab, semicolon or comma, by the first rows */
    char decimal;               /**< 0: a point */
    gn_header header;           /**< default: guess */
    const char *const *columns; /**< the names of those to read, in this order, ended by NULL; NULL:
                                   all. What stands in others is not looked at */
    const double *offsets;      /**< NULL, or a number for each of these columns (0 for text),
                                   subtracted from the column's numbers as doubles, before they are
                                   rounded to gn_real: of Unix times a float would keep minutes
                                   only */
    const bool *as_text;        /**< NULL, or for each of these columns whether it is one of text
                                   though its fields are numbers: codes of many digits stay apart */
    uint64_t reserved[1];       /**< zero */
} gn_csv_options;

/** A column of the table. */
typedef struct gn_column {
    const char *name;           /**< from the header; where that has none, the column's number in
                                   the file: "1", "2", ... */
    const char *const *classes; /**< of text: the texts that occur, sorted by their bytes; of
                                   numbers: NULL */
    size_t n_classes;           /**< how many; of numbers: 0 */
    size_t text_line;           /**< of text: the line of the first field that is no number, from 1;
                                   where options.as_text asked for text, of the first row */
    double offset;              /**< of numbers that rounding to gn_real leaves fewer than 2048
                                   steps from their least to their greatest: the least, for
                                   options.offsets; else 0 */
} gn_column;

/** What a file holds. */
typedef struct gn_csv {
    gn_matrix matrix;           /**< reals: a row per row of the file; a text is the number of its
                                   class */
    const gn_column *columns;   /**< of matrix.cols columns */
    const char *const *names;   /**< of all n_names columns of the file */
    size_t n_names;             /**< read or not */
    char separator;             /**< as it was given or guessed */
    bool has_header;            /**< as it was said or guessed */
    const char *header;         /**< the rows as they came: the header's first byte (or NULL),
                                     ... */
    const char *const *rows;    /**< ... and those of matrix.rows rows, each of which ends where the
                                   next begins; the last one ends at rows[matrix.rows] */
    const size_t *lines;        /**< the line in which each of them begins, from 1 */
    void *memory;               /**< what gn_csv_free() frees */
} gn_csv;

/** Reads a whole regular file. options may be NULL. *out is all zero after an error. Errors: IO,
 * FORMAT and NONFINITE (in which line, and which column by number and name), ARGUMENT, MEMORY. */
GN_API gn_status gn_csv_read(gn_csv *out, const char *path, const gn_csv_options *options);
/** The same from n bytes in memory, which name describes in messages, and which must outlive
 * header and rows. Errors: the same without IO. */
GN_API gn_status gn_csv_parse(gn_csv *out, const void *bytes, size_t n, const char *name,
                              const gn_csv_options *options);
GN_API void      gn_csv_free(gn_csv *csv); /**< What is all zero has nothing to free. */

/** A column (one of csv->columns, from 0) as matrix.rows labels. Of text: where each row's text
 * stands among these n_classes, or, if classes is NULL, among the column's own; of numbers: those
 * themselves (less their offset), whole and from 0 (classes NULL). Errors: ARGUMENT (no such
 * column, a text that is none of the classes, a number that is no label), MEMORY. */
GN_API gn_status gn_csv_labels(const gn_csv *csv, size_t column, const char *const *classes,
                               size_t n_classes, int32_t *labels);

/** @} */

/** @defgroup npy NPY files
 * Arrays as NumPy writes them.
 *
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html is the format. Versions 1,
 * 2 and 3; one to four dimensions, in C or in Fortran order; integers, booleans and reals of 2, 4
 * and 8 bytes, little-endian or big.
 * @{ */
/** What a file holds. */
typedef struct gn_npy {
    gn_matrix matrix; /**< one row per item of the first dimension; bytes as GN_U8 with scale 1 */
    gn_shape shape;   /**< of one row: 1 x height x width for three dimensions */
    void *memory;     /**< what gn_npy_free() frees */
} gn_npy;

/** Reads a whole regular file. *out is all zero after an error. Errors: ARGUMENT, IO, FORMAT (a
 * header that lies, objects, text, records), NONFINITE (a number too large for a float), MEMORY. */
GN_API gn_status gn_npy_read(gn_npy *out, const char *path);
/** The same from n bytes in memory, which name describes in messages. The matrix may point into
 * them: they must outlive it. Errors: the same without IO. */
GN_API gn_status gn_npy_parse(gn_npy *out, const void *bytes, size_t n, const char *name);
GN_API void      gn_npy_free(gn_npy *npy); /**< What is all zero has nothing to free. */

/** @} */

#ifdef __cplusplus
}
#endif
#endif /* GEMMNET_TABLE_H */
