/* The MNIST program: what its files offer one another. Read main.c first. */
#ifndef MNIST_H
#define MNIST_H

#include <gemmnet/files.h>
#include <gemmnet/gemmnet.h>
#include <gemmnet/idx.h>
#include <stdio.h>

enum { CLASSES = 10, NOT_GIVEN = -1 };

/* ---- complain.c: messages, one line each on stderr ------------------------- */

extern const char program_name[]; /* beside main */

#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
bool complain(const char *format, ...); /* false, so that one may return it */
bool worked(gn_status status);          /* if not, complains in the library's words */
/* '?' for what a terminal would obey, but for the letters to keep. complain does it. */
void make_plain(char *text, const char *keep);

/* ---- settings.c: what the command line says -------------------------------- */

typedef enum verb_kind { TRAIN, TEST, EXPORT, SHOW, REPORT } verb_kind;
typedef enum schedule_kind { CONSTANT, EXPONENTIAL, STEP, COSINE } schedule_kind;
typedef enum dataset_kind { MNIST, FASHION } dataset_kind;
typedef struct recipe_optimizer recipe_optimizer;

typedef struct settings {
    int verb;                            /* a verb_kind */
    size_t *hidden, n_hidden;            /* units of each hidden layer */
    const gn_activation **activations;   /* one for all of them, or one each */
    size_t n_activations;
    const recipe_optimizer *optimizer;
    int schedule, dataset;               /* kinds, see above */
    size_t epochs, batch, patience, threads;
    size_t checkpoint_every;             /* steps; 0: an epoch */
    uint64_t seed;
    double rate, warmup, decay, dropout, weight_decay, validation;
    const char *data, *history, *json;   /* NULL: not given */
    const char *model, *checkpoint;
    const char *from, *to;               /* of export */
    size_t *numbers, n_numbers, mistakes; /* of images to show; of mistakes */
    int digit;                           /* to show; NOT_GIVEN: any */
    const char *report, *run;            /* the page; what train --json wrote, for report */
    bool resume, quiet, help, version;
    bool verb_named;
} settings;

extern const char *const schedule_names[], *const dataset_names[]; /* by kind, then NULL */

/* false: it has complained. To be freed in either case. */
bool settings_parse(settings *s, int argc, char **argv);
void settings_help(const settings *s);
void settings_free(settings *s);

/* ---- dataset.c, gzip.c: MNIST's four files ---------------------------------- */

typedef struct image_set {
    gn_idx idx;            /* the images */
    void *bytes;           /* that idx may point into */
    int32_t *labels;
} image_set;

typedef struct dataset { image_set train, test; } dataset;

/* For a model that is there, its test images alone. false: it has complained. */
bool dataset_load(dataset *d, const settings *s);
void dataset_free(dataset *d);
gn_data dataset_view(const image_set *set);
const char *class_name(int kind, int class); /* "7", or "sneaker" */

/* A whole gzip file, to be freed; NULL: it has complained. */
unsigned char *gzip_read(const char *path, size_t *size);

/* ---- recipe.c: settings as the library wants them ---------------------------- */

struct recipe_optimizer {
    const char *name;
    double rate, weight_decay; /* its defaults */
    bool full_batch;           /* by default all rows at once */
    gn_optimizer (*create)(void);
};
/* The default first; the last has no name. */
extern const recipe_optimizer recipe_optimizers[];

void recipe_settle(settings *s, size_t rows); /* fills in what the user left to us */
size_t recipe_train_rows(const settings *s, size_t rows); /* those that validation leaves */
bool recipe_network(gn_network **out, const settings *s, size_t inputs);
gn_train_options recipe_options(const settings *s, size_t rows);
/* Of n > 0 epochs, of a fit that came to its end, that whose weights the network has: with
 * patience, that of the least validation loss. */
const gn_epoch *recipe_epoch(const settings *s, const gn_epoch *history, size_t n);

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

/* ---- interrupt.c: Ctrl-C and SIGTERM set a flag; a second one, or a minute after SIGTERM, ends us -- */

void interrupt_catch(void);
void interrupt_release(void); /* one ends the program again */
bool interrupted(void);
int interrupt_code(void); /* what a shell says of a program that this signal ended: 130, 143 */

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

/* ---- result.c: what came out; screen.c, record.c, output.c: who is told -------- */

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
    const gn_epoch *history;            /* the trainer's */
    size_t n_epochs, rows;              /* rows: trained on, in each epoch */
    double seconds;                     /* of training alone */
    gn_plan plan;
    gn_progress at;                     /* this run's latest step */
    bool stopped;                       /* by Ctrl-C */
    bool saved, checkpointed;           /* there is a model, and a checkpoint, of now */
} training;

void training_sum_up(training *t, const settings *s, const dataset *d,
                     const gn_trainer *trainer);

bool screen_start(const settings *s, const dataset *d, const gn_network *net, gn_plan plan);
void screen_end(const settings *s, const dataset *d, const result *r, const training *t);
void screen_test(const settings *s, const dataset *d, const result *r);

bool output_check(const char *path); /* it may well be written; path NULL: it need not */

/* A file that appears whole or not at all. */
typedef struct output { FILE *file; const char *path; char *part; } output;

bool output_open(output *o, const char *path); /* path NULL: no file, and all is well */
bool output_commit(output *o);
void output_discard(output *o);

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
