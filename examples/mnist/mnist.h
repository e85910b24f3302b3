/* The MNIST program: what its files offer one another. Read main.c first. */
#ifndef MNIST_H
#define MNIST_H

#include <gemmnet/gemmnet.h>
#include <gemmnet/idx.h>
#include <stdio.h>

enum { CLASSES = 10 };

/* ---- complain.c: messages, one line each on stderr ------------------------- */

extern const char program_name[]; /* beside main */

#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
bool complain(const char *format, ...); /* false, so that one may return it */
bool worked(gn_status status);          /* if not, complains in the library's words */

/* ---- settings.c: what the command line says -------------------------------- */

typedef enum verb { TRAIN, TEST, EXPORT } verb;
typedef enum schedule_kind { CONSTANT, EXPONENTIAL, STEP, COSINE } schedule_kind;
typedef enum dataset_kind { MNIST, FASHION } dataset_kind;
typedef struct recipe_optimizer recipe_optimizer;

typedef struct settings {
    size_t *hidden, n_hidden;            /* units of each hidden layer */
    const gn_activation **activations;   /* one for all of them, or one each */
    size_t n_activations;
    const recipe_optimizer *optimizer;
    int schedule, dataset;               /* kinds, see above */
    size_t epochs, batch, patience, threads;
    uint64_t seed;
    double rate, warmup, decay, dropout, weight_decay, validation;
    verb verb;
    const char *data, *history, *json;   /* NULL: not given */
    const char *model, *checkpoint;
    const char *from, *to;               /* of export */
    size_t checkpoint_every;             /* steps; 0: epochs */
    bool resume, quiet, help, version;
} settings;

extern const char *const schedule_names[], *const dataset_names[]; /* by kind, then NULL */

/* false: it has complained. To be freed in either case. */
bool settings_parse(settings *s, int argc, char **argv);
void settings_help(void);
void settings_free(settings *s);

/* ---- dataset.c, gzip.c: MNIST's four files ---------------------------------- */

typedef struct image_set {
    gn_idx idx;            /* the images */
    void *bytes;           /* that idx may point into */
    int32_t *labels;
} image_set;

typedef struct dataset { image_set train, test; } dataset;

bool dataset_load(dataset *d, const settings *s); /* false: it has complained */
void dataset_free(dataset *d);
gn_data dataset_view(const image_set *set);

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

/* ---- model.c: networks and training as files; path NULL: none --------------------- */

typedef struct checkpoint {
    const char *path;
    size_t every;
    gn_trainer *trainer;
    bool failed;   /* one could not be written, and it has complained */
    bool complete; /* what was resumed had come to its end */
} checkpoint;

bool model_save(const gn_network *net, const char *path);
bool model_load(gn_network **net, const char *path);
bool model_export(const gn_network *net, const char *path); /* by the name's end */
bool model_fits(const gn_network *net, size_t inputs, const char *path);

bool checkpoint_resume(checkpoint *c, const settings *s);
void checkpoint_save(checkpoint *c);
void checkpoint_step(checkpoint *c, const gn_progress *at, bool last); /* last: before a stop */
void checkpoint_epoch(checkpoint *c, bool last);

/* ---- progress.c: what one sees while it trains -------------------------------- */

typedef struct progress {
    bool terminal, validating;
    size_t rows, batch, epochs;       /* to train on; per step; in all */
    double start, epoch_start, drawn; /* times in seconds */
    size_t epoch;                     /* epochs that are over */
    double accuracy;                  /* of the latest of them */
    double loss_sum;                  /* of the steps of this one */
    uint64_t steps, until_look, look_every;
    uint64_t begun;                   /* steps before this run's first */
    gn_progress at;
    checkpoint *checkpoint;
    bool quiet;
} progress;

/* Has options tell p, which must outlive the training, what happens. */
void progress_attach(progress *p, const settings *s, size_t rows, checkpoint *c,
                     gn_train_options *options);
void progress_start(progress *p);
void progress_end(const progress *p);
bool progress_interrupted(void); /* somebody has pressed Ctrl-C, or wants us to end */

/* ---- result.c: what came out; report.c, record.c, output.c: who is told -------- */

typedef struct result {
    gn_score test;
    size_t confusion[CLASSES][CLASSES]; /* [what it is][what we took it for] */
    const gn_epoch *history;            /* the trainer's */
    size_t n_epochs, rows, parameters;  /* rows: trained on, in each epoch */
    double seconds;                     /* of training alone */
    uint64_t checksum;                  /* FNV-1a over the bytes of all parameters */
    gn_plan plan;
} result;

/* trainer NULL: the network comes from a file */
bool result_measure(result *r, const settings *s, const dataset *d, gn_network *net,
                    const gn_trainer *trainer);

bool report_start(const settings *s, const dataset *d, const gn_network *net, gn_plan plan);
void report_end(const settings *s, const result *r);
void report_test(const result *r);

/* A file that appears whole or not at all. */
typedef struct output { FILE *file; const char *path; char *part; } output;

bool output_open(output *o, const char *path); /* path NULL: no file, and all is well */
bool output_commit(output *o);
void output_discard(output *o);

void record_history(FILE *file, const result *r);
void record_json(FILE *file, const settings *s, const dataset *d, const result *r);

#endif /* MNIST_H */
