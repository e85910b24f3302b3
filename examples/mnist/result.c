/* What came out: scores on the test images, which the training never saw. */
#include "mnist.h"

#include <stdlib.h>
#include <string.h>

static int largest(const gn_real *row)
{
    int best = 0;

    for (int i = 1; i < CLASSES; i++)
        if (row[i] > row[best])
            best = i;
    return best;
}

static bool fill_confusion(result *r, gn_context *ctx, const image_set *test)
{
    size_t n = test->idx.matrix.rows;
    gn_real *out = calloc(n, CLASSES * sizeof *out);
    bool good = out != NULL || complain("no memory for %zu predictions", n);

    if (good)
        good = worked(gn_predict(ctx, &test->idx.matrix, out, 0));
    for (size_t i = 0; good && i < n; i++)
        r->confusion[test->labels[i]][largest(out + i * CLASSES)]++;
    free(out);
    return good;
}

/* FNV-1a (Fowler, Noll, Vo), 64 bits */
static uint64_t fnv1a(const void *bytes, size_t n)
{
    const unsigned char *b = bytes;
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ b[i]) * 0x100000001b3;
    return hash;
}

static void sum_history(result *r, const gn_trainer *trainer)
{
    r->n_epochs = gn_trainer_history(trainer, &r->history);
    for (size_t i = 0; i < r->n_epochs; i++)
        r->seconds += r->history[i].seconds;
}

bool result_measure(result *r, const settings *s, const dataset *d, gn_network *net,
                    const gn_trainer *trainer)
{
    gn_data test = dataset_view(&d->test);
    gn_context_options options = { .threads = trainer != NULL ? gn_trainer_plan(trainer).threads
                                                              : (int)s->threads };
    gn_context *ctx = NULL;
    bool good;

    memset(r, 0, sizeof *r);
    sum_history(r, trainer);
    r->rows = recipe_train_rows(s, d->train.idx.matrix.rows);
    r->plan = gn_trainer_plan(trainer);
    r->parameters = gn_network_param_count(net);
    r->checksum = fnv1a(gn_network_params(net), r->parameters * sizeof(gn_real));
    good = worked(gn_context_create(&ctx, net, &options)) &&
           worked(gn_evaluate(ctx, &test, &gn_softmax_cross_entropy, &r->test)) &&
           fill_confusion(r, ctx, &d->test);
    gn_context_destroy(ctx);
    return good;
}
