/* The repetitions of one point: how long they take, and what they come to.
 *
 * A repetition times the step, and then its floor for about as long: what disturbs the machine
 * for a while disturbs both, and their ratio least. */
#include "throughput.h"

#include <stdlib.h>
#include <time.h>

double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

series series_start(double seconds)
{
    return (series){ .seconds = seconds, .start = seconds_now() };
}

double series_warm_up(const series *s)
{
    return s->seconds / 10;
}

double series_repetition(const series *s)
{
    return (s->seconds - series_warm_up(s)) / (2 * USUAL_REPETITIONS);
}

void series_add(series *s, double rows, double seconds, double floor_seconds_per_sample)
{
    s->rates[s->n] = rows / seconds;
    s->ratios[s->n] = seconds / rows / floor_seconds_per_sample;
    s->n++;
}

bool series_is_full(const series *s)
{
    return s->n == MOST_REPETITIONS ||
           (s->n >= LEAST_REPETITIONS && seconds_now() - s->start >= s->seconds);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Of n sorted numbers, with straight lines between them. */
static double quantile(const double *sorted, size_t n, double share)
{
    double place = share * (double)(n - 1);
    size_t below = (size_t)place, above = below + 1 < n ? below + 1 : below;

    return sorted[below] + (place - (double)below) * (sorted[above] - sorted[below]);
}

void point_conclude(point *p, series *s)
{
    qsort(s->rates, s->n, sizeof *s->rates, compare);
    qsort(s->ratios, s->n, sizeof *s->ratios, compare);
    p->rate = quantile(s->rates, s->n, 0.5);
    p->spread = (quantile(s->rates, s->n, 0.75) - quantile(s->rates, s->n, 0.25)) / p->rate;
    p->floor_ratio = quantile(s->ratios, s->n, 0.5);
}
