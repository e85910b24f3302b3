/* Training: from a table to a network in a file. */
#include "table.h"
#include "common/ending.h"
#include "common/interrupt.h"
#include "common/same_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what one sees, and Ctrl-C -------------------------------------------------------- */

static bool on_step(void *user, const gn_progress *at, double loss)
{
    (void)user, (void)at, (void)loss;
    return interrupted();
}

enum { LINES = 20 };

static bool on_epoch(void *user, const gn_epoch *epoch)
{
    const settings *s = user;
    const uint64_t every = s->epochs > LINES ? s->epochs / LINES : 1;

    if (!s->quiet && (epoch->epoch % every == 0 || epoch->epoch == 1)) {
        fprintf(stderr, "epoch %5llu  loss %.4g", (unsigned long long)epoch->epoch,
                epoch->train.loss);
        if (epoch->valid.loss == epoch->valid.loss) /* not NaN: there are validation rows */
            fprintf(stderr, "  validation %.4g", epoch->valid.loss);
        fputc('\n', stderr);
    }
    return interrupted();
}

static void tell_end(const settings *s, const gn_trainer *trainer)
{
    size_t n = gn_trainer_epoch_count(trainer);
    const gn_epoch *best = gn_trainer_epoch(trainer, 0);

    for (size_t i = 1; i < n; i++)
        if (gn_trainer_epoch(trainer, i)->valid.loss < best->valid.loss)
            best = gn_trainer_epoch(trainer, i);
    if (interrupted())
        complain("interrupted after %zu epochs: the network is as it was then", n);
    else if (!s->quiet && s->patience > 0 && n > 0)
        fprintf(stderr, "%zu epochs; the network is that of epoch %zu, with the least validation "
                "loss, %.4g\n", n, (size_t)best->epoch, best->valid.loss);
}

/* ---- network and training ---------------------------------------------------------------- */

static bool make_network(gn_network **net, const model *m, const settings *s)
{
    const size_t n = s->hidden.n;
    gn_layer_spec *layers = calloc(n + 1, sizeof *layers);
    bool good;

    if (layers == NULL)
        return complain("no memory for %zu layers", n + 1);
    for (size_t i = 0; i < n; i++) {
        layers[i].units = s->hidden.at[i];
        layers[i].activation = layers_activation(&s->activations, i);
    }
    layers[n].units = m->classifies ? m->classes.n : m->outputs.n;
    layers[n].activation = m->classifies ? &gn_softmax : &gn_identity;
    good = worked(gn_network_create(net, gn_vector(m->inputs.n), layers, n + 1, s->seed));
    free(layers);
    return good;
}

static gn_train_options make_options(const model *m, const settings *s, const parts *p)
{
    return (gn_train_options){
        .loss = m->classifies ? &gn_softmax_cross_entropy : &gn_squared_error,
        .schedule = gn_exponential(s->rate, s->decay),
        .batch = s->batch,
        .epochs = s->epochs,
        .patience = p->at[VALIDATION].data.x.rows > 0 ? s->patience : 0,
        .weight_decay = s->weight_decay,
        .threads = (int)s->threads,
        .seed = s->seed,
        .on_step = on_step,
        .on_epoch = on_epoch,
        .user = (void *)(uintptr_t)s,
    };
}

static bool fit(gn_network *net, const model *m, const settings *s, const parts *p)
{
    const gn_data *training = &p->at[TRAINING].data, *validation = &p->at[VALIDATION].data;
    const gn_train_options options = make_options(m, s, p);
    gn_trainer *trainer = NULL;
    bool good;

    good = worked(gn_network_fit_scaling(net, training, GN_STANDARDISE,
                                         m->classifies ? GN_AS_IS : GN_STANDARDISE)) &&
           worked(gn_trainer_create(&trainer, net, &options));
    if (good) {
        interrupt_catch();
        good = worked(gn_trainer_fit(trainer, training,
                                     validation->x.rows > 0 ? validation : NULL));
        if (good)
            tell_end(s, trainer);
    }
    gn_trainer_destroy(trainer);
    return good;
}

/* ---- the whole ------------------------------------------------------------ */

/* Better said before the training than after it. */
static bool can_write(const char *path)
{
    struct stat info;
    const char *slash = strrchr(path, '/');
    size_t n = slash != NULL ? (size_t)(slash - path) + 1 : 0;
    char *folder = calloc(n + 2, 1);
    bool good = folder != NULL;

    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        good = false;
    }
    if (good) {
        memcpy(folder, n > 0 ? path : ".", n > 0 ? n : 1);
        good = access(folder, W_OK | X_OK) == 0;
    }
    free(folder);
    return good || complain("--model %s: %s", path, strerror(errno));
}

static bool keeps_tables(const settings *s)
{
    const named_file to = { "--model", s->model };

    return files_differ((const named_file[]){ { "the table", s->words[0] }, to }, 2) &&
           files_differ((const named_file[]){ { "--test", s->test }, to }, 2);
}

static bool read_table(gn_csv *csv, model *m, parts *p, const settings *s)
{
    gn_csv look;
    bool good = source_look(&look, s->words[0], s) && model_choose(m, &look, s);

    gn_csv_free(&look);
    good = good && source_read(csv, s->words[0], s, m, true) && offsets_find(m, csv, s);
    m->codes = good && target_has_codes(m, csv, s);
    if (good && (m->offsets != NULL || m->codes)) {
        gn_csv_free(csv);
        good = source_read(csv, s->words[0], s, m, true);
    }
    return good && target_decide(m, csv, s, s->words[0]) && split_rows(p, csv, m, s) &&
           (s->test == NULL || split_test_file(p, m, s));
}

static bool save(const gn_network *net, const settings *s)
{
    if (s->model == NULL) {
        if (!s->quiet)
            fputs("without --model FILE the network is not saved\n", stderr);
        return true;
    }
    return worked(gn_network_save(net, s->model));
}

int train(const settings *s)
{
    gn_csv csv = { .memory = NULL };
    model m = { .columns = 0 };
    parts p = { .x = NULL };
    gn_network *net = NULL;
    bool good = keeps_tables(s) && ending_fits("--model", s->model, A_MODEL) &&
                (s->model == NULL || can_write(s->model)) && read_table(&csv, &m, &p, s) &&
                make_network(&net, &m, s) && model_attach(&m, net) && fit(net, &m, s, &p);

    if (good) {
        bool saved = save(net, s);

        good = scores_print(net, &m, &p) && saved;
    }
    gn_network_destroy(net);
    split_free(&p);
    model_free(&m);
    gn_csv_free(&csv);
    return !good ? FAILURE : interrupted() ? interrupt_code() : EXIT_SUCCESS;
}
