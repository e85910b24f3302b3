/* What people read before and after the training. */
#include "mnist.h"

#include <math.h>
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

bool screen_start(const settings *s, const dataset *d, const gn_network *net, gn_plan plan)
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

/* One image of a thousand in a class is 0.1 %: more digits would say nothing. */
static void print_share(double share)
{
    if (isfinite(share))
        printf("%6.1f", 100 * share);
    else
        printf("%6s", "-");
}

static void print_row(const size_t row[CLASSES])
{
    for (int j = 0; j < CLASSES; j++)
        if (row[j] > 0)
            printf("%6zu", row[j]);
        else
            printf("%6s", ".");
}

/* Confusion; beside it, of those that are of a class, the share that we took for it: recall;
 * below, of those that we took for it, the share that are: precision. */
void screen_result(const result *r)
{
    puts("\nwhat it is (down), what the network took it for (across):\n");
    printf("%11s", "");
    for (int j = 0; j < CLASSES; j++)
        printf("%6d", j);
    puts("  recall");
    for (int i = 0; i < CLASSES; i++) {
        printf("%11d", i);
        print_row(r->confusion[i]);
        print_share(r->recall[i]);
        puts(" %");
    }
    printf("precision %%");
    for (int j = 0; j < CLASSES; j++)
        print_share(r->precision[j]);
    printf("\n\ntest accuracy %.2f %%, loss ", 100 * r->accuracy);
    printf(isfinite(r->loss) ? "%.4f\n" : "unknown\n", r->loss);
}

void screen_training(const settings *s, const training *t)
{
    if (t->n_epochs > 0)
        printf("\n%zu epoch%s, %.2f s of training, %.0f images a second\n", t->n_epochs,
               t->n_epochs == 1 ? "" : "s", t->seconds,
               (double)t->n_epochs * (double)t->rows / t->seconds);
    if (t->stopped)
        printf("\nstopped in epoch %llu of %zu, after step %llu of %llu\n",
               (unsigned long long)t->at.epoch + 1, s->epochs, (unsigned long long)t->at.step,
               (unsigned long long)t->at.total_steps);
}

void screen_files(const settings *s, const training *t)
{
    if (s->model != NULL && t->saved)
        printf("%s has the network%s\n", s->model, t->stopped ? " as it was then" : "");
    if (s->checkpoint != NULL && t->checkpointed && t->stopped)
        printf("%s has the training: --resume goes on with it\n", s->checkpoint);
}
