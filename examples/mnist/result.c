/* What came out: scores on the test images, which the training never saw. */
#include "mnist.h"

#include <math.h>
#include <stdlib.h>

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
    gn_real *out = calloc(r->images, CLASSES * sizeof *out);
    bool good = out != NULL || complain("no memory for %zu predictions", r->images);

    if (good)
        good = worked(gn_predict(ctx, &test->idx.matrix, out, 0));
    for (size_t i = 0; good && i < r->images; i++)
        r->confusion[test->labels[i]][largest(out + i * CLASSES)]++;
    free(out);
    return good;
}

static double share(size_t part, size_t all)
{
    return all > 0 ? (double)part / (double)all : NAN;
}

static void sum_up_confusion(result *r)
{
    size_t right = 0;

    for (int i = 0; i < CLASSES; i++) {
        size_t is = 0, taken_for = 0;

        for (int j = 0; j < CLASSES; j++) {
            is += r->confusion[i][j];
            taken_for += r->confusion[j][i];
        }
        r->precision[i] = share(r->confusion[i][i], taken_for);
        r->recall[i] = share(r->confusion[i][i], is);
        right += r->confusion[i][i];
    }
    r->accuracy = share(right, r->images);
}

/* With the loss that goes with the network's last activation; other programs' networks may end
 * in one that none goes with. */
static bool measure_loss(result *r, gn_context *ctx, const gn_data *test)
{
    static const gn_loss *const losses[] = { &gn_softmax_cross_entropy, &gn_sigmoid_cross_entropy };
    gn_status status = GN_ERR_UNSUPPORTED;
    gn_score score = { .loss = NAN };

    for (size_t i = 0; status == GN_ERR_UNSUPPORTED && i < sizeof losses / sizeof losses[0]; i++)
        status = gn_evaluate(ctx, test, losses[i], &score);
    r->loss = status >= 0 ? score.loss : NAN;
    return status == GN_ERR_UNSUPPORTED || worked(status);
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

bool result_measure(result *r, const dataset *d, gn_network *net, int threads)
{
    gn_data test = dataset_view(&d->test);
    gn_context_options options = { .threads = threads };
    gn_context *ctx = NULL;
    bool good;

    *r = (result){ .images = test.x.rows, .parameters = gn_network_param_count(net) };
    r->checksum = fnv1a(gn_network_params(net), r->parameters * sizeof(gn_real));
    good = worked(gn_context_create(&ctx, net, &options)) && measure_loss(r, ctx, &test) &&
           fill_confusion(r, ctx, &d->test);
    sum_up_confusion(r);
    gn_context_destroy(ctx);
    return good;
}

void training_sum_up(training *t, const settings *s, const dataset *d,
                     const gn_trainer *trainer)
{
    t->n_epochs = gn_trainer_history(trainer, &t->history);
    t->rows = recipe_train_rows(s, d->train.idx.matrix.rows);
    t->plan = gn_trainer_plan(trainer);
    t->seconds = 0;
    for (size_t i = 0; i < t->n_epochs; i++)
        t->seconds += t->history[i].seconds;
}
