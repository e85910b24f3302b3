/* What people read before and after the training. */
#include "mnist.h"

#include <stdlib.h>

static bool print_network(const gn_network *net)
{
    size_t size = gn_network_describe(net, NULL, 0) + 1;
    char *text = malloc(size);

    if (text == NULL)
        return complain("no memory to describe the network");
    gn_network_describe(net, text, size);
    fputs(text, stdout);
    free(text);
    return true;
}

bool report_start(const settings *s, const dataset *d, const gn_network *net, gn_plan plan)
{
    if (s->quiet)
        return true;
    printf("%zu images to train with, %zu to test with\n", d->train.idx.matrix.rows,
           d->test.idx.matrix.rows);
    if (!print_network(net))
        return false;
    printf("%s, rate %g (%s), weight decay %g, batch %zu, seed %llu, %d thread%s\n\n",
           s->optimizer->name, s->rate, schedule_names[s->schedule], s->weight_decay, s->batch,
           (unsigned long long)s->seed, plan.threads, plan.threads == 1 ? "" : "s");
    return true;
}

static void print_confusion(const result *r)
{
    puts("\nwhat it is (down), what the network took it for (across):\n");
    printf("    ");
    for (int j = 0; j < CLASSES; j++)
        printf("%6d", j);
    puts("");
    for (int i = 0; i < CLASSES; i++) {
        size_t all = 0;

        printf("%4d", i);
        for (int j = 0; j < CLASSES; j++) {
            printf("%6zu", r->confusion[i][j]);
            all += r->confusion[i][j];
        }
        printf("%9.2f %%\n", all > 0 ? 100 * (double)r->confusion[i][i] / (double)all : 0);
    }
}

static double share(size_t part, size_t all)
{
    return all > 0 ? 100 * (double)part / (double)all : 0;
}

/* Precision: of what it took for a digit, how much was one. Recall: of a digit's images, how
 * many it took for it. */
static void print_classes(const result *r)
{
    puts("digit  images  precision    recall");
    for (int i = 0; i < CLASSES; i++) {
        size_t is = 0, taken = 0;

        for (int j = 0; j < CLASSES; j++) {
            is += r->confusion[i][j];
            taken += r->confusion[j][i];
        }
        printf("%5d %7zu %8.2f %% %7.2f %%\n", i, is, share(r->confusion[i][i], taken),
               share(r->confusion[i][i], is));
    }
}

void report_test(const result *r)
{
    print_classes(r);
    print_confusion(r);
    printf("\ntest accuracy %.2f %%, loss %.4f\n", 100 * r->test.accuracy, r->test.loss);
}

void report_end(const settings *s, const result *r)
{
    if (s->quiet)
        return;
    if (r->n_epochs > 0)
        printf("\n%zu epoch%s, %.2f s of training, %.0f images a second\n", r->n_epochs,
               r->n_epochs == 1 ? "" : "s", r->seconds,
               (double)r->n_epochs * (double)r->rows / r->seconds);
    print_confusion(r);
    printf("\ntest accuracy %.2f %%, loss %.4f\n", 100 * r->test.accuracy, r->test.loss);
}
