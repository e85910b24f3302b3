/* The peak that fractions are of: the best product of two squares of 1024, on one thread. */
#include "throughput.h"

#include <stdlib.h>

enum { SIDE = 1024, LEAST_RUNS = 3 };

bool peak_create(peak *p)
{
    size_t n = (size_t)SIDE * SIDE;

    *p = (peak){ .a = take(n, sizeof *p->a), .b = take(n, sizeof *p->b),
                 .c = take(n, sizeof *p->c) };
    if (p->a == NULL || p->b == NULL || p->c == NULL)
        return false;
    fill_random(p->a, n, -1, 1);
    fill_random(p->b, n, -1, 1);
    gemm_nn(SIDE, SIDE, SIDE, p->a, SIDE, p->b, SIDE, p->c, SIDE); /* not counted: it warms up */
    return true;
}

static double one_run(const peak *p)
{
    double begin = seconds_now();

    gemm_nn(SIDE, SIDE, SIDE, p->a, SIDE, p->b, SIDE, p->c, SIDE);
    return 2e-9 * SIDE * SIDE * SIDE / (seconds_now() - begin);
}

void peak_measure(peak *p, double seconds)
{
    double begin = seconds_now();

    for (size_t i = 0; i < LEAST_RUNS || seconds_now() - begin < seconds; i++) {
        double gflops = one_run(p);

        p->gflops = gflops > p->gflops ? gflops : p->gflops;
        p->runs++;
    }
}

void peak_free(peak *p)
{
    free(p->a);
    free(p->b);
    free(p->c);
}
