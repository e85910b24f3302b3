/* What came out: scores on the test images, which the training never saw. */
#include "mnist.h"

#include <gemmnet/layer.h>
#include <math.h>
#include <stdlib.h>

static bool fill_confusion(result *r, const gn_network *net, gn_context *ctx,
                           const image_set *test)
{
    beliefs b;
    bool good = beliefs_make(&b, net, ctx, test);

    for (size_t i = 0; good && i < r->images; i++)
        r->confusion[test->labels[i]][beliefs_guess(&b, i)]++;
    if (good)
        r->n_worst = beliefs_mistakes(&b, test->labels, NOT_GIVEN, WORST, r->worst);
    beliefs_free(&b);
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

/* 784-16-16-10: what goes in and what comes out of each layer of weights; what does not fit
 * is left out. */
static void name_network(result *r, const gn_network *net)
{
    size_t used = (size_t)snprintf(r->network, NETWORK_TEXT, "%zu",
                                   gn_size(gn_network_input(net)));

    for (size_t i = 0; i < gn_network_layer_count(net) && used < NETWORK_TEXT; i++) {
        const gn_layer *layer = gn_network_layer(net, i);

        if (layer->n_params > 0)
            used += (size_t)snprintf(r->network + used, NETWORK_TEXT - used, "-%zu",
                                     gn_size(layer->out));
    }
}

bool result_measure(result *r, const dataset *d, gn_network *net, int threads)
{
    gn_data test = dataset_view(&d->test);
    gn_context_options options = { .threads = threads };
    gn_context *ctx = NULL;
    bool good;

    *r = (result){ .images = test.x.rows, .parameters = gn_network_param_count(net) };
    name_network(r, net);
    r->checksum = fnv1a(gn_network_params(net), r->parameters * sizeof(gn_real));
    good = worked(gn_context_create(&ctx, net, &options)) && measure_loss(r, ctx, &test) &&
           fill_confusion(r, net, ctx, &d->test);
    sum_up_confusion(r);
    gn_context_destroy(ctx);
    return good;
}

bool training_sum_up(training *t, const settings *s, const dataset *d, const gn_trainer *trainer)
{
    t->n_epochs = gn_trainer_epoch_count(trainer);
    t->history = malloc((t->n_epochs + 1) * sizeof *t->history);
    if (t->history == NULL)
        return complain("no memory for a history of %zu epochs", t->n_epochs);
    t->rows = recipe_train_rows(&s->recipe, d->train.idx.matrix.rows);
    t->plan = gn_trainer_plan(trainer);
    t->seconds = 0;
    for (size_t i = 0; i < t->n_epochs; i++) {
        t->history[i] = *gn_trainer_epoch(trainer, i);
        t->seconds += t->history[i].seconds;
    }
    return true;
}

void training_free(training *t)
{
    free(t->history);
}
