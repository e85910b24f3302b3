/* The explorer: what its files offer one another. Read main.c first. */
#ifndef EXPLORE_H
#define EXPLORE_H

#include <stdatomic.h>
#include <stdio.h>
#include "common/complain.h"
#include "common/recipe.h"

/* ---- plan.c: what the command line asks for -------------------------------------- */

typedef enum axis_kind {
    HIDDEN, ACTIVATION, EPOCHS, BATCH, OPTIMIZER, RATE, SCHEDULE, WARMUP, DECAY, DROPOUT,
    WEIGHT_DECAY, PATIENCE, SEED, AXES
} axis_kind;

typedef struct axis {       /* an option of a recipe, and the values to try */
    char *text;             /* what the user wrote, cut at the separators */
    const char **values;    /* into it */
    size_t n, place;        /* n 0: not given; place: among those that are */
} axis;

typedef enum sort_kind { BY_ACCURACY, BY_LOSS, BY_SECONDS, BY_PARAMETERS, AS_GIVEN } sort_kind;

typedef struct plan {
    axis axes[AXES];
    size_t given;                            /* axes, so many */
    size_t seeds, threads;                   /* networks of each row; at a time, 0: one per core */
    const char *validation, *dataset, *data; /* as a recipe takes them; NULL: not given */
    const char *csv, *plot;                  /* NULL: not given */
    int sort;                                /* a sort_kind */
    bool quiet, help, version;
} plan;

/* false: it has complained. To be freed in either case. */
bool plan_parse(plan *p, int argc, char **argv);
void plan_help(void);
void plan_free(plan *p);

const char *axis_name(axis_kind kind);
bool axis_is_numeric(axis_kind kind);    /* its values are numbers */
bool axis_varies(const plan *p, axis_kind kind);
size_t plan_varying(const plan *p, axis_kind kinds[AXES]); /* in the user's order; how many */
bool plan_is_about_luck(const plan *p);  /* seeds are all that varies */

/* ---- rows.c: all combinations ---------------------------------------------------- */

typedef struct run {          /* one network, and what became of it */
    uint64_t seed;
    gn_status status;         /* of its training; NONFINITE: it diverged */
    bool over;                /* not cut short by Ctrl-C */
    gn_epoch *history;
    size_t n_epochs, parameters, rows; /* rows: trained on, in each epoch */
    gn_epoch final;           /* the epoch whose weights it has */
    gn_score test;
    double seconds;           /* of processor time, to train and to validate */
    double expected;          /* seconds that it was expected to take */
    _Atomic uint64_t steps;   /* so far, for who watches */
    uint64_t total_steps;     /* of all epochs; known once it was tried */
} run;

typedef struct figure { double mean, spread; } figure; /* spread: standard deviation, or 0 */

typedef struct row {          /* one combination of values */
    const char *value[AXES];  /* as the user wrote it; NULL: not given */
    recipe recipe;
    run *runs;                /* a network for each seed */
    size_t n_runs, n_done;    /* n_done: trained, or given up */
    /* what row_sum_up makes of the runs that are over: */
    size_t good, diverged, failed; /* so many */
    figure loss, accuracy, validation, test, seconds, images_per_second;
} row;

typedef struct rows { row *at; size_t n; run *runs; size_t n_runs; } rows;

bool rows_make(rows *r, const plan *p); /* false: it has complained */
bool rows_settle(rows *r, const dataset *d);
size_t rows_cut(rows *r);  /* keeps the networks that are over; returns how many */
void rows_free(rows *r);

bool row_is_over(const row *r); /* its networks are, and there is one */
void row_sum_up(row *r);
size_t row_parameters(const row *r);
/* "rate 0.01, hidden 16,16": what varies of it, without the axis `without` (AXES: with all). */
void row_name(char *text, size_t size, const row *r, const plan *p, axis_kind without);

/* ---- rank.c: which is best ------------------------------------------------------- */

/* All rows that are over, sorted as the plan says; to be freed. NULL: it has complained. */
const row **rank_rows(const rows *r, const plan *p, size_t *n);
/* By validation accuracy, of those of which no network diverged; NULL: there is none. No seed is
 * the best one: it was lucky. */
const row *rank_best(const rows *r, const plan *p);
/* The difference may well be chance: it is within two standard errors. */
bool rank_is_as_good(const row *r, const row *best, size_t validation_images);

/* ---- crew.c: jobs for threads ---------------------------------------------------- */

typedef struct crew {
    void *user;
    void (*work)(void *user, size_t job);  /* called by several threads at once */
    void (*done)(void *user, size_t job);  /* by the caller's, after each job */
    void (*watch)(void *user);             /* by the caller's, ten times a second; or NULL */
} crew;

bool crew_run(const crew *c, size_t threads, size_t jobs); /* false: it has complained */

/* ---- learn.c: one network -------------------------------------------------------- */

/* Trains for a moment, to see how long it will take. false: it has complained. */
bool learn_try(run *r, const recipe *how, const dataset *d);
void learn(run *r, const recipe *how, const dataset *d);

/* ---- table.c, chart.c, csv.c, plot.c: who is told -------------------------------- */

typedef struct table {
    const plan *plan;
    axis_kind columns[AXES];
    size_t n_columns;
    int width[AXES];         /* of those columns */
    size_t validation_images, test_images;
    const char *plus_minus;  /* "+-", or the character */
} table;

void table_begin(table *t, const plan *p, const rows *r, const dataset *d);
size_t table_width(const table *t);
void table_head(const table *t);
void table_line(const table *t, const row *r, char mark);
void table_end(const table *t, const rows *r, const row **sorted, size_t n); /* and the verdict */

void chart_print(const plan *p, const rows *r); /* bars of accuracy, in the user's order */

/* path NULL: no file, and all is well. false: they have complained. */
bool csv_write(const char *path, const plan *p, const rows *r);
bool plot_write(const char *path, const plan *p, const rows *r);

/* ---- watch.c: all networks, and what one sees meanwhile -------------------------- */

bool watch_all(const plan *p, const table *t, rows *r, const dataset *d);

#endif /* EXPLORE_H */
