/* What came out, for programs: a line for each network. */
#include "explore.h"

#include <inttypes.h>
#include <math.h>

/* What is not known stays empty, as in the MNIST program's history. */
static void number(FILE *file, double x)
{
    if (isfinite(x))
        fprintf(file, ",%.9g", x);
    else
        fputc(',', file);
}

static void write_head(FILE *file)
{
    fputs("hidden,activation,epochs,batch,optimizer,rate,schedule,decay,warmup,dropout,"
          "weight_decay,patience,seed,parameters,result,epochs_done,train_loss,train_accuracy,"
          "validation_loss,validation_accuracy,best,test_loss,test_accuracy,cpu_seconds,"
          "images_per_second\n", file);
}

static void write_layers(FILE *file, const settings *s)
{
    for (size_t i = 0; i < s->n_hidden; i++)
        fprintf(file, "%s%zu", i > 0 ? "-" : "", s->hidden[i]);
    fputs(s->n_hidden == 0 ? "none," : ",", file);
    for (size_t i = 0; i < s->n_activations; i++)
        fprintf(file, "%s%s", i > 0 ? "-" : "", s->activations[i]->name);
}

static void write_settings(FILE *file, const settings *s, uint64_t seed)
{
    bool decays = s->schedule == EXPONENTIAL || s->schedule == STEP;

    write_layers(file, s);
    fprintf(file, ",%zu,%zu,%s", s->epochs, s->batch, s->optimizer->name);
    number(file, s->rate);
    fprintf(file, ",%s", schedule_names[s->schedule]);
    number(file, decays ? s->decay : NAN);
    number(file, s->warmup);
    number(file, s->dropout);
    number(file, s->weight_decay);
    fprintf(file, ",%zu,%" PRIu64, s->patience, seed);
}

/* Of test images, what decides nothing is told: others might tempt one to choose by them. */
static void write_run(FILE *file, const run *r, bool best, bool tested)
{
    bool good = r->status >= 0;

    fprintf(file, ",%zu,%s,%zu", r->parameters,
            good ? "trained" : r->status == GN_ERR_NONFINITE ? "diverged" : "failed", r->n_epochs);
    number(file, good ? r->final.train.loss : NAN);
    number(file, good ? r->final.train.accuracy : NAN);
    number(file, good ? r->final.valid.loss : NAN);
    number(file, good ? r->final.valid.accuracy : NAN);
    fprintf(file, ",%d", best);
    number(file, good && tested ? r->test.loss : NAN);
    number(file, good && tested ? r->test.accuracy : NAN);
    number(file, r->seconds);
    number(file, (double)r->rows * (double)r->n_epochs / r->seconds);
    fputc('\n', file);
}

bool csv_write(const char *path, const plan *p, const rows *r)
{
    const row *best = rank_best(r, p);
    output o;

    if (path == NULL)
        return true;
    if (!output_open(&o, path))
        return false;
    write_head(o.file);
    for (const row *one = r->at; one < r->at + r->n; one++)
        for (size_t i = 0; i < one->n_runs; i++)
            if (one->runs[i].over) {
                write_settings(o.file, &one->settings, one->runs[i].seed);
                write_run(o.file, &one->runs[i], one == best, one == best || plan_is_about_luck(p));
            }
    return output_commit(&o);
}
