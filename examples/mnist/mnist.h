/* The MNIST program: what its files offer one another. Read main.c first. */
#ifndef MNIST_H
#define MNIST_H

#include <gemmnet/files.h>
#include <gemmnet/gemmnet.h>
#include <stdio.h>
#include "common/complain.h"
#include "common/dataset.h"
#include "common/recipe.h"

/* ---- settings.c: what the command line says -------------------------------- */

typedef enum verb_kind { TRAIN, TEST, EXPORT, SHOW, REPORT } verb_kind;

typedef struct settings {
    recipe recipe;                       /* first: see recipe_options */
    int verb;                            /* a verb_kind */
    size_t checkpoint_every;             /* steps; 0: an epoch */
    const char *history, *json;          /* NULL: not given */
    const char *model, *checkpoint;
    const char *from, *to;               /* of export */
    size_t *numbers, n_numbers, mistakes; /* of images to show; of mistakes */
    int digit;                           /* to show; NOT_GIVEN: any */
    const char *report, *run;            /* the page; what train --json wrote, for report */
    bool resume, quiet, help, version;
    bool verb_named;
} settings;

/* false: it has complained. To be freed in either case. */
bool settings_parse(settings *s, int argc, char **argv);
void settings_help(const settings *s);
void settings_free(settings *s);

/* ---- progress.c: what one sees while it trains -------------------------------- */

enum { CURVE = 16 };

typedef struct progress {
    bool plain, validating;           /* plain: a line per epoch, and no more */
    size_t rows, batch, epochs;       /* to train on; per step; in all */
    double start, epoch_start, drawn; /* times in seconds */
    double accuracy;                  /* of the latest epoch that is over */
    double loss_sum;                  /* of this run's steps in this epoch */
    uint64_t steps;                   /* so many */
    uint64_t before;                  /* steps of earlier runs, which this one goes on from */
    uint64_t until_look, look_every;
    gn_epoch latest;                  /* the latest epoch that is over ... */
    bool unprinted;                   /* ... has not got its line, nor may it: of many ... */
    size_t line_every;                /* ... each so-many-th one does */
    bool there;                       /* the line that is redrawn */
    double curve[CURVE], point;       /* losses so far; the sum of those of the next point ... */
    size_t n_curve;
    uint64_t in_point, point_every;   /* ... of which there are so many yet; in all; steps */
    gn_progress at;
} progress;

void progress_start(progress *p, const settings *s, size_t rows);
void progress_step(progress *p, const gn_progress *at, double loss);
void progress_epoch(progress *p, const gn_epoch *epoch);
void progress_end(progress *p);

/* ---- model.c, checkpoint.c: networks and training as files ---------------------- */

typedef enum model_kind { UNKNOWN_KIND, SAFETENSORS, ONNX, C_SOURCE } model_kind;

model_kind model_kind_of_name(const char *path); /* by what it ends in */
bool model_load(gn_network **out, const char *path); /* what kind, its first bytes say */
bool model_save(const gn_network *net, const char *path); /* as its name says */
/* That which settings name, and the test images that it is for. */
bool model_load_with_images(gn_network **out, dataset *d, settings *s);

typedef struct checkpoint {
    gn_trainer *trainer;
    const char *path;      /* NULL: none is wanted */
    uint64_t every, step;  /* steps from one to the next (0: an epoch); of the latest */
    bool quiet, failing;   /* failing: the latest could not be written */
} checkpoint;

/* Sets trainer to where the checkpoint stands, if settings want that and there is one.
 * *complete: that was the end of the training. */
bool checkpoint_start(checkpoint *c, const settings *s, gn_trainer *trainer, bool *complete);
void checkpoint_step(checkpoint *c, uint64_t step);
void checkpoint_epoch(checkpoint *c, uint64_t step);
bool checkpoint_end(checkpoint *c, uint64_t step); /* false: the latest could not be written */

/* ---- beliefs.c: what a network makes of each image -------------------------------- */

typedef struct beliefs {
    gn_real *out;   /* the network's outputs, images x CLASSES */
    size_t images;
    bool raw;       /* they have not gone through softmax: it ends in the identity */
} beliefs;

bool beliefs_make(beliefs *b, const gn_network *net, gn_context *ctx, const image_set *set);
void beliefs_free(beliefs *b);
int beliefs_guess(const beliefs *b, size_t image);           /* the class it takes it for */
void beliefs_shares(const beliefs *b, size_t image, double share[CLASSES]); /* probabilities */

typedef struct mistake { size_t image; int truth, guess; double of_truth, of_guess; } mistake;

/* Up to `most` images that it takes for another class, first those of whose truth it believes
 * least; of one class, or (NOT_GIVEN) of all. Returns how many there are. */
size_t beliefs_mistakes(const beliefs *b, const int32_t *labels, int class, size_t most,
                        mistake *worst);

/* ---- result.c: what came out; screen.c, record.c: who is told -------- */

enum { WORST = 3, NETWORK_TEXT = 64 };

typedef struct result { /* on the test images */
    double loss, accuracy;              /* loss NaN: none goes with the network */
    size_t images, confusion[CLASSES][CLASSES]; /* [what it is][what we took it for] */
    /* shares of those that we took for a class, of those that are of it; NaN: there are none */
    double precision[CLASSES], recall[CLASSES];
    size_t parameters;
    uint64_t checksum;                  /* FNV-1a over the bytes of all parameters */
    char network[NETWORK_TEXT];         /* 784-16-16-10 */
    mistake worst[WORST];               /* mistakes */
    size_t n_worst;
} result;

bool result_measure(result *r, const dataset *d, gn_network *net, int threads);

typedef struct training {
    gn_epoch *history;                  /* for training_free */
    size_t n_epochs, rows;              /* rows: trained on, in each epoch */
    double seconds;                     /* of training alone */
    gn_plan plan;
    gn_progress at;                     /* this run's latest step */
    bool stopped;                       /* by Ctrl-C */
    bool saved, checkpointed;           /* there is a model, and a checkpoint, of now */
} training;

bool training_sum_up(training *t, const settings *s, const dataset *d, const gn_trainer *trainer);
void training_free(training *t);

bool screen_start(const settings *s, const dataset *d, const gn_network *net, gn_plan plan);
void screen_end(const settings *s, const dataset *d, const result *r, const training *t);
void screen_test(const settings *s, const dataset *d, const result *r);

extern const char history_columns[]; /* the first line of a history, without its end */

/* Into the file of that name; NULL: none. false: it has complained. */
bool record_history(const char *path, const training *t);
bool record_training(const char *path, const settings *s, const dataset *d,
                     const gn_network *net, const result *r, const training *t);
bool record_test(const char *path, const settings *s, const result *r);

/* ---- train.c, test.c, export.c, show.c, report.c: the verbs; they return the exit status - */

int train(settings *s);
int test(settings *s);
int export(settings *s);
int show(settings *s);
int report(settings *s);

/* The page of a training, where settings want one. false: it has complained. */
bool report_training(const settings *s, const dataset *d, const gn_network *net,
                     const result *r, const training *t);

#endif /* MNIST_H */
