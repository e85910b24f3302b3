/* What came out, for programs: a line for each network. */
#include "explore.h"
#include "common/output.h"

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

static void write_layers(FILE *file, const recipe *how)
{
    for (size_t i = 0; i < how->hidden.n; i++)
        fprintf(file, "%s%zu", i > 0 ? "-" : "", how->hidden.at[i]);
    fputs(how->hidden.n == 0 ? "none," : ",", file);
    for (size_t i = 0; i < how->activations.n; i++)
        fprintf(file, "%s%s", i > 0 ? "-" : "", how->activations.at[i]->name);
}

static void write_settings(FILE *file, const recipe *how, uint64_t seed)
{
    bool decays = how->schedule == EXPONENTIAL || how->schedule == STEP;

    write_layers(file, how);
    fprintf(file, ",%zu,%zu,%s", how->epochs, how->batch, how->optimizer->name);
    number(file, how->rate);
    fprintf(file, ",%s", schedule_names[how->schedule]);
    number(file, decays ? how->decay : NAN);
    number(file, how->warmup);
    number(file, how->dropout);
    number(file, how->weight_decay);
    fprintf(file, ",%zu,%" PRIu64, how->patience, seed);
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
                write_settings(o.file, &one->recipe, one->runs[i].seed);
                write_run(o.file, &one->runs[i], one == best, one == best || plan_is_about_luck(p));
            }
    return output_commit(&o);
}
