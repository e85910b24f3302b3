/* Learning rates as functions of progress. */
#include <math.h>
#include "functions/functions.h"

static double per_step(const gn_schedule *s, const gn_progress *at)
{
    return s->first * pow(s->factor, (double)at->step);
}

/* every 0: each epoch */
static double staircase(const gn_schedule *s, const gn_progress *at)
{
    uint64_t every = s->every ? s->every : 1;
    return s->first * pow(s->factor, (double)(at->epoch / every));
}

/* last + (first - last) (1 + cos(pi step / total)) / 2 (Loshchilov and Hutter 2016) */
static double cosine(const gn_schedule *s, const gn_progress *at)
{
    const double pi = 3.14159265358979323846;
    double share = at->total_steps ? (double)at->step / (double)at->total_steps : 0;
    return s->last + (s->first - s->last) * (1 + cos(pi * (share < 1 ? share : 1))) / 2;
}

bool gni_is_our_schedule(const gn_schedule *s)
{
    return s->rate == per_step || s->rate == staircase || s->rate == cosine;
}

gn_schedule gn_constant(double rate)
{
    return (gn_schedule){ .rate = per_step, .first = rate, .factor = 1 };
}

gn_schedule gn_exponential(double rate, double factor_per_epoch)
{
    return (gn_schedule){ .rate = staircase, .first = rate, .factor = factor_per_epoch };
}

gn_schedule gn_exponential_per_step(double rate, double factor)
{
    return (gn_schedule){ .rate = per_step, .first = rate, .factor = factor };
}

gn_schedule gn_staircase(double rate, double factor, uint64_t every_epochs)
{
    return (gn_schedule){ .rate = staircase, .first = rate, .factor = factor,
                          .every = every_epochs };
}

gn_schedule gn_cosine(double first, double last)
{
    return (gn_schedule){ .rate = cosine, .first = first, .last = last };
}

gn_schedule gn_warmup(gn_schedule then, uint64_t steps)
{
    then.warmup = steps;
    return then;
}

/* During warm-up step k (from 0) takes (k + 1) / (warmup + 1) of the rate that follows. */
double gn_schedule_rate(const gn_schedule *schedule, const gn_progress *at)
{
    const gn_schedule unset = gn_constant(GNI_DEFAULT_RATE);
    schedule = schedule->rate ? schedule : &unset;
    gn_progress then = *at;
    uint64_t passed = at->step < schedule->warmup ? at->step : schedule->warmup;
    then.step -= passed;
    then.total_steps -= then.total_steps < schedule->warmup ? then.total_steps : schedule->warmup;
    if (at->step < schedule->warmup)
        then.epoch = 0;
    else if (schedule->warmup && at->steps_per_epoch)
        then.epoch = then.step / at->steps_per_epoch;
    double rise = (double)(at->step + 1) / ((double)schedule->warmup + 1);
    return gni_rate(schedule, &then) * (rise < 1 ? rise : 1);
}
