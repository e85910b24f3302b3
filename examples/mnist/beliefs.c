/* What a network makes of each image: how firmly it believes in each class, and where it is
 * most mistaken. */
#include "mnist.h"

#include <gemmnet/layer.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool beliefs_make(beliefs *b, const gn_network *net, gn_context *ctx, const image_set *set)
{
    const gn_layer *last = gn_network_layer(net, gn_network_layer_count(net) - 1);

    *b = (beliefs){ .images = set->idx.matrix.rows,
                    .raw = gn_same_activation(&last->activation, &gn_identity) };
    b->out = calloc(b->images, CLASSES * sizeof *b->out);
    if (b->out == NULL)
        return complain("no memory for %zu predictions", b->images);
    return worked(gn_predict(ctx, &set->idx.matrix, b->out, 0));
}

void beliefs_free(beliefs *b)
{
    free(b->out);
}

int beliefs_guess(const beliefs *b, size_t image)
{
    const gn_real *row = b->out + image * CLASSES;
    int best = 0;

    for (int i = 1; i < CLASSES; i++)
        if (row[i] > row[best])
            best = i;
    return best;
}

/* exp(z_i) / sum exp(z_j), where no exp is above 1 */
static void apply_softmax(double share[CLASSES], double largest)
{
    double sum = 0;

    for (int i = 0; i < CLASSES; i++)
        sum += share[i] = exp(share[i] - largest);
    for (int i = 0; i < CLASSES; i++)
        share[i] /= sum;
}

void beliefs_shares(const beliefs *b, size_t image, double share[CLASSES])
{
    for (int i = 0; i < CLASSES; i++)
        share[i] = (double)b->out[image * CLASSES + (size_t)i];
    if (b->raw)
        apply_softmax(share, share[beliefs_guess(b, image)]);
}

/* Into its place among the n that are there, the worst first; what is then too many falls off. */
static size_t insert(mistake *worst, size_t n, size_t most, const mistake *new)
{
    size_t at = n;

    while (at > 0 && worst[at - 1].of_truth > new->of_truth)
        at--;
    if (at == most)
        return n;
    n = n < most ? n + 1 : most;
    memmove(worst + at + 1, worst + at, (n - at - 1) * sizeof *worst);
    worst[at] = *new;
    return n;
}

size_t beliefs_mistakes(const beliefs *b, const int32_t *labels, int class, size_t most,
                        mistake *worst)
{
    size_t n = 0;

    for (size_t i = 0; i < b->images; i++) {
        mistake m = { .image = i, .truth = labels[i], .guess = beliefs_guess(b, i) };
        double share[CLASSES];

        if (m.guess == m.truth || (class != NOT_GIVEN && m.truth != class))
            continue;
        beliefs_shares(b, i, share);
        m.of_truth = share[m.truth];
        m.of_guess = share[m.guess];
        n = insert(worst, n, most, &m);
    }
    return n;
}
