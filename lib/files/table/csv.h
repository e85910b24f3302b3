/* CSV: bytes become fields (csv_scan.c), fields become columns (csv_columns.c), and csv.c makes
 * a table of them. What a single field says is word.c's. */
#ifndef GNI_CSV_H
#define GNI_CSV_H

#define _GNU_SOURCE /* strtod_l */
#include <locale.h>
#if defined(__APPLE__) || defined(__FreeBSD__)
#include <xlocale.h>
#endif
#include <gemmnet/table.h>
#include "files/files.h"

/* csv_scan.c: the fields of a file, row after row, each ended by a 0, without their quotes. The
 * file's bytes are only borrowed. */
typedef struct gni_csv_fields {
    const char *name;      /* of the file, for messages */
    const char *begin, *end;
    char separator;
    size_t n_rows, n_cols;
    char *text;            /* n_rows x n_cols fields */
    const char **rows;     /* n_rows + 1: where in the bytes each row begins, and where the last ends */
    size_t *lines;         /* n_rows: where each begins, from 1 */
} gni_csv_fields;

/* Fills in what comes after name; separator 0: guessed. On errors too, text, rows and lines are
 * for gni_free. */
gn_status gni_csv_scan(gni_csv_fields *f, const char *bytes, size_t n, char separator);
char      gni_csv_separator(const char *at, const char *end);

/* What a gn_csv's memory is: each for gni_free. */
typedef struct gni_csv_store {
    void *file, *text, *rows, *lines, *names, *columns, *reals, *classes;
} gni_csv_store;

/* A text and where it stands, to be sorted. */
typedef struct gni_csv_entry { char *text; size_t row; } gni_csv_entry;

typedef struct gni_csv_column { /* one to read */
    size_t column;          /* its number in the file, from 0 */
    size_t text_row;        /* the data's first row in which it is no number; or how many rows there are */
} gni_csv_column;

typedef struct gni_csv_reader {
    gni_csv_fields f;
    gn_csv_options options; /* defaults filled in */
    gn_csv csv;             /* what comes out */
    size_t first, rows, n;  /* rows in front of the data; rows of it; columns to read */
    char **names;           /* n_cols */
    gni_csv_column *wanted; /* n */
    char **fields;          /* n_cols x rows: column by column */
    gni_csv_entry *entries; /* rows, for columns of text */
    gn_column *columns;     /* n */
    gn_real *reals;         /* rows x n */
} gni_csv_reader;

/* csv_columns.c */
gn_status gni_csv_no_memory(const gni_csv_reader *r);
gn_status gni_csv_choose(gni_csv_reader *r); /* n and wanted */
gn_status gni_csv_columns(gni_csv_reader *r, gni_csv_store *s);

/* word.c: decimal is '.' or ',' */
typedef enum gni_word { GNI_NUMBER, GNI_INFINITE, GNI_MISSING, GNI_TEXT } gni_word;
gni_word gni_word_kind(const char *text, char decimal);
/* Of a GNI_NUMBER, correctly rounded: returned as gn_real, *exact as double. c: the locale "C". text
 * is as before when it returns. */
gn_real gni_word_number(char *text, char decimal, locale_t c, double *exact);
/* As much of a text as a message has room for, and nothing that a terminal would obey. */
typedef struct gni_excerpt { char text[44]; } gni_excerpt;
gni_excerpt gni_word_excerpt(const char *text);

#endif /* GNI_CSV_H */
