/* What decides a training: options of the command line, and what the library makes of them. */
#ifndef RECIPE_H
#define RECIPE_H

#include "dataset.h"
#include "layers.h"
#include "optimizers.h"

enum { NOT_GIVEN = -1 };

typedef enum schedule_kind { CONSTANT, EXPONENTIAL, STEP, COSINE } schedule_kind;

extern const char *const schedule_names[]; /* by kind, then NULL */

typedef struct recipe {
    widths hidden;
    activations activations;             /* one for all hidden layers, or one each */
    const named_optimizer *optimizer;
    int schedule, dataset;               /* a schedule_kind, a dataset_kind */
    size_t epochs, batch, patience, threads;
    uint64_t seed;
    double rate, warmup, decay, dropout, weight_decay, validation;
    const char *data;                    /* the folder of the images; NULL: not given */
} recipe;

/* ---- recipe_options.c: the command line ------------------------------------------ */

/* Their offsets are those of a recipe, and so also of a struct that begins with one. */
enum { RECIPE_OPTIONS = 17 };
extern const option recipe_options[RECIPE_OPTIONS];

extern const recipe recipe_unread;     /* before its options are read */
bool recipe_check(recipe *r);          /* do they go together? false: it has complained */
/* Reads arguments, the first of which is an option, and checks them. false: it has complained. To
 * be freed in either case. */
bool recipe_parse(recipe *r, int argc, char **argv);
void recipe_free(recipe *r);

/* ---- recipe.c: what the library makes of it ----------------------------------------- */

/* Fills in what the user left to us, for so many rows. */
void recipe_settle(recipe *r, size_t rows);
size_t recipe_train_rows(const recipe *r, size_t rows); /* those that validation leaves */
/* false: it has complained. */
bool recipe_network(gn_network **out, const recipe *r, size_t inputs);
gn_train_options recipe_train_options(const recipe *r, size_t rows);
/* Of n > 0 epochs, of a fit that came to its end, the one whose weights the network has: with
 * patience, that of the least validation loss. */
const gn_epoch *recipe_epoch(const recipe *r, const gn_epoch *history, size_t n);

#endif /* RECIPE_H */
