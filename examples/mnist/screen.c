/* What people read before and after the training: on a terminal drawn by scoreboard.c, else
 * text that says all. */
#include "picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* So much of a line of a table, up to the end of a column. */
static size_t fitting(const char *line, size_t length, size_t columns)
{
    size_t n = columns;

    if (length <= columns)
        return length;
    while (n > 0 && strncmp(line + n, "  ", 2) != 0)
        n--;
    return n;
}

/* The table needs 52 columns; the shapes of tensors come last, and are left out if they do not
 * fit. */
static void print_lines(const char *text, const terminal *t)
{
    for (size_t n; *text != '\0'; text += n + (text[n] == '\n')) {
        n = strcspn(text, "\n");
        printf("%.*s\n", (int)(t->plain ? n : fitting(text, n, t->columns)), text);
    }
}

static bool print_network(const gn_network *net, const terminal *t)
{
    enum { TABLE = 52 };
    size_t size = gn_network_describe(net, NULL, 0) + 1;
    char *text = malloc(size);

    if (t->columns < TABLE) {
        free(text);
        terminal_say(t, "a network of %zu parameters", gn_network_param_count(net));
        return true;
    }
    if (text == NULL)
        return complain("no memory to describe the network");
    gn_network_describe(net, text, size);
    print_lines(text, t);
    free(text);
    return true;
}

bool screen_start(const settings *s, const dataset *d, const gn_network *net, gn_plan plan)
{
    terminal t = terminal_look();

    if (s->quiet)
        return true;
    terminal_say(&t, "%zu images to train with, %zu to test with", d->train.idx.matrix.rows,
                 d->test.idx.matrix.rows);
    if (!print_network(net, &t))
        return false;
    terminal_say(&t, "%s, rate %g (%s), weight decay %g, batch %zu, seed %llu, %d thread%s",
                 s->recipe.optimizer->name, s->recipe.rate, schedule_names[s->recipe.schedule],
                 s->recipe.weight_decay, s->recipe.batch, (unsigned long long)s->recipe.seed,
                 plan.threads, plan.threads == 1 ? "" : "s");
    puts("");
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
static void print_result(const result *r)
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

static void print_training(const training *t)
{
    if (t->n_epochs > 0)
        printf("\n%zu epoch%s, %.2f s of training, %.0f images a second\n", t->n_epochs,
               t->n_epochs == 1 ? "" : "s", t->seconds,
               (double)t->n_epochs * (double)t->rows / t->seconds);
}

static void say_stop(const terminal *here, const settings *s, const training *t)
{
    if (t->stopped)
        terminal_say(here, "\nstopped in epoch %llu of %zu, after step %llu of %llu",
                     (unsigned long long)t->at.epoch + 1, s->recipe.epochs,
                     (unsigned long long)t->at.step, (unsigned long long)t->at.total_steps);
}

static void say_files(const terminal *here, const settings *s, const training *t)
{
    if (s->model != NULL && t->saved)
        terminal_say(here, "%s has the network%s", s->model, t->stopped ? " as it was then" : "");
    if (s->checkpoint != NULL && t->checkpointed && t->stopped)
        terminal_say(here, "%s has the training: --resume goes on with it", s->checkpoint);
}

/* On a terminal the screen that one may want to keep comes last. */
void screen_end(const settings *s, const dataset *d, const result *r, const training *t)
{
    terminal here = terminal_look();

    if (here.plain) {
        print_training(t);
        say_stop(&here, s, t);
        print_result(r);
        say_files(&here, s, t);
    } else {
        say_stop(&here, s, t);
        say_files(&here, s, t);
        puts("");
        scoreboard(&here, d, r, t);
    }
}

void screen_test(const settings *s, const dataset *d, const result *r)
{
    terminal here = terminal_look();

    terminal_say(&here, "%s, %zu parameters, on the %zu test images of %s", s->model,
                 r->parameters, r->images, dataset_names[s->recipe.dataset]);
    if (here.plain) {
        print_result(r);
    } else {
        puts("");
        scoreboard(&here, d, r, NULL);
    }
}
