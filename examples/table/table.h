/* The table program: what its files offer one another. Read main.c first. */
#ifndef TABLE_H
#define TABLE_H

#include <gemmnet/files.h>
#include <gemmnet/table.h>
#include <stdio.h>
#include "common/complain.h"
#include "common/layers.h"

/* ---- names.c: lists of names --------------------------------------------------------- */

typedef struct names { char **at; size_t n; } names; /* a NULL follows the last */

bool names_add(names *list, const char *name); /* a copy; false: it has complained */
size_t names_find(const names *list, const char *name); /* list->n: it is not there */
bool names_split(names *list, const char *text);        /* at its commas */
void names_print(FILE *file, const names *list);        /* "a, b, c" */
typedef struct shown { char text[256]; } shown;
shown name_shown(const char *name); /* as a terminal may have it, on one line */
void names_free(names *list);

/* ---- settings.c: what the command line says --------------------------------------- */

typedef enum task { REGRESSION, CLASSIFICATION, TO_BE_GUESSED } task;
enum { WEIGHTS_NONE, WEIGHTS_BALANCED };

typedef struct settings {
    const char *words[2];      /* those behind the verb: files */
    const char *target, *ignore, *model, *test; /* NULL: not given; test: a share or a file */
    const char *separator, *decimal;
    int header, task, class_weights;
    widths hidden;
    activations activations;   /* one for all hidden layers, or one each */
    size_t epochs, batch, patience, threads;
    uint64_t seed;
    double rate, decay, weight_decay, validation;
    double test_share;         /* of the rows; 0 if test is a file */
    gn_csv_options csv;
    bool quiet, help, version;
} settings;

/* false: it has complained. To be freed in either case. */
bool settings_train(settings *s, int argc, char **argv);
bool settings_predict(settings *s, int argc, char **argv);
bool settings_export(settings *s, int argc, char **argv);
void settings_help(void);
void settings_free(settings *s);

/* ---- model.c: what a network's numbers are called; travels with it as a note ------- */

typedef struct model {
    bool classifies;
    names inputs, outputs;
    names classes;             /* of the one output, if it classifies */
    size_t *places;            /* in which column of the file that it learned from each input stood,
                                  and behind them the outputs */
    size_t columns;            /* how many that file had */
    bool codes;                /* in training: classes are texts, though of digits only */
    double *offsets;           /* NULL, or subtracted from each of these columns: see offset.c */
} model;

/* The columns of a table: targets, those to ignore, and inputs, which are all others. */
bool model_choose(model *m, const gn_csv *look, const settings *s);
bool model_attach(const model *m, gn_network *net);
bool model_load(model *m, gn_network **net, const char *path);
void model_free(model *m);

/* ---- source.c: files with a model's columns ------------------------------------------ */

/* The names of a file's columns, and nothing of what is in them. */
bool source_look(gn_csv *look, const char *path, const settings *s);
/* Its inputs, in their order, and behind them its outputs if they are wanted. By name, or where the
 * file has no header by place. */
bool source_read(gn_csv *csv, const char *path, const settings *s, const model *m, bool outputs);
gn_matrix source_inputs(const gn_csv *csv, const model *m);
gn_matrix source_outputs(const gn_csv *csv, const model *m);

/* ---- offset.c: columns whose numbers have most of their digits in common --------------- */

/* Finds the columns that need an offset; false: it has complained. */
bool offsets_find(model *m, const gn_csv *csv, const settings *s);
void offsets_tell(const model *m);
/* "a, time - 1700000000": what the network's inputs are, or its outputs. */
void offsets_print_inputs(FILE *file, const model *m);
void offsets_print_outputs(FILE *file, const model *m);

/* ---- target.c: regression, or which classes ------------------------------------------- */

/* Are its classes codes of more digits than a float holds? */
bool target_has_codes(const model *m, const gn_csv *csv, const settings *s);
bool target_decide(model *m, const gn_csv *csv, const settings *s, const char *path);
/* The class of each row. */
bool target_labels(const model *m, const gn_csv *csv, const char *path, int32_t *labels);

/* ---- split.c: rows to train on, to stop by, and to be judged by ------------------------- */

typedef struct part { const char *name; gn_data data; } part;
enum { TRAINING, VALIDATION, TEST, PARTS };

typedef struct parts {
    part at[PARTS];            /* data.x.rows 0: there are none */
    gn_real *x, *y, *weights;
    int32_t *labels;           /* y and weights, or labels */
    gn_csv test;               /* of a file of its own */
    int32_t *test_labels;
} parts;

bool split_rows(parts *p, const gn_csv *csv, const model *m, const settings *s);
bool split_test_file(parts *p, const model *m, const settings *s);
void split_free(parts *p);

/* ---- train.c, scores.c, predict.c, export.c ----------------------------------------------- */

int train(const settings *s); /* these return the program's exit code */
int predict(const settings *s);
int export_model(const settings *s);
enum { FAILURE = 1, USAGE = 2 };

bool scores_print(const gn_network *net, const model *m, const parts *p);
/* The outputs of all rows of x, to be freed; NULL: it has complained. */
gn_real *scores_predict(const gn_network *net, const gn_matrix *x, size_t threads);
size_t scores_largest(const gn_real *row, size_t n);

#endif /* TABLE_H */
