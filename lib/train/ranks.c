/* Ranks: trainers that train the same weights, each on rows of its own, and share only options.reduce, which
 * adds up over them. So all make the same calls in the same order, and a rank that ends early says so in the
 * call that the others make next, by its number of rows: NaN if it has failed, infinity if it stops. A sum
 * keeps them for all ranks, NaN before infinity, and raises no exception. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "train/train.h"

gn_status gni_add_up(const char *who, gn_trainer *t, double *loss, double *rows)
{
    unsigned before = gni_failures();
    gni_lend(&t->ctx->held);
    gn_status status = gni_reduce(&t->options, t->net->n_params, t->gradient, loss, rows);
    gni_take_back(&t->ctx->held);
    t->ranks.informed = status < 0 || !isfinite(*rows);
    if (status < 0)
        return gni_explain("reduce", status, before);
    if (isnan(*rows))
        return gn_fail(GN_ERR_IO, "%s: another rank failed after %llu steps, and says why", who,
                       (unsigned long long)t->at.step);
    return isinf(*rows) ? GN_STOPPED : GN_OK;
}

/* A call without a gradient. */
static gn_status add_numbers(const char *who, gn_trainer *t, double *a, double *b)
{
    memset(t->gradient, 0, t->net->n_params * sizeof *t->gradient);
    return gni_add_up(who, t, a, b);
}

/* 32 bits, whose sums over two million ranks are exact in a double. */
static double fingerprint(const gn_trainer *t, const gni_course *c)
{
    const uint64_t numbers[] = { c->n_train, c->in_epoch, c->goal, c->at.step, c->at.epoch, c->at.total_steps,
                                 t->options.batch, t->options.patience };
    uint64_t h = 0;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        h = (h ^ h >> 32 ^ numbers[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return (double)(h >> 32);
}

/* Not every rank sees from a sum that they differ (1 + 2 + 3 = 3 * 2); those that do tell the others. */
gn_status gni_agree(const char *who, gn_trainer *t, const gni_course *c)
{
    if (!t->options.reduce)
        return GN_OK;
    double mine = fingerprint(t, c), sum = mine, ranks = 1, rows = (double)c->n_train;
    gn_status status = add_numbers(who, t, &sum, &ranks);
    if (status != GN_OK)
        return status;
    double counting = sum == ranks * mine ? c->counts_correct : (double)INFINITY;
    status = add_numbers(who, t, &rows, &counting);
    if (status == GN_STOPPED)
        return gn_fail(GN_ERR_ARGUMENT, "%s: ranks differ in rows, batch, epochs, steps or patience: this "
                       "one has %zu rows, a batch of %zu and a patience of %zu, and is %zu rows into epoch %llu "
                       "of %llu after %llu steps; all %.0f ranks have %.0f rows to train on", who, c->n_train,
                       t->options.batch, t->options.patience, c->in_epoch,
                       (unsigned long long)c->at.epoch + 1, (unsigned long long)c->goal,
                       (unsigned long long)c->at.step, ranks, rows);
    t->ranks.n = ranks;
    t->ranks.count_correct = counting > 0;
    return status;
}

gn_status gni_part(const char *who, gn_trainer *t, gn_status status)
{
    char message[GNI_MESSAGE];
    double loss = 0, rows = status < 0 ? (double)NAN : status == GN_STOPPED ? (double)INFINITY : 0;
    if (!t->options.reduce || t->ranks.informed)
        return status;
    snprintf(message, sizeof message, "%s", gn_error_message());
    gn_status others = add_numbers(who, t, &loss, &rows);
    if (status < 0)
        return gn_fail(status, "%s", message);
    return others == GN_OK ? status : others;
}

gn_status gni_add_scores(const char *who, gn_trainer *t, double *n, gn_score *score)
{
    double train = t->position.correct, loss = score->loss * *n;
    double correct = round(score->accuracy * *n); /* NaN without labels */
    gn_status status = add_numbers(who, t, &loss, n);
    if (status == GN_OK && t->ranks.count_correct)
        status = add_numbers(who, t, &correct, &train);
    if (status != GN_OK)
        return status;
    t->position.correct = train / t->ranks.n; /* all have as many rows */
    *score = (gn_score){ loss / *n, t->ranks.count_correct ? correct / *n : (double)NAN };
    return GN_OK;
}
