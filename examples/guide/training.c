/* Chapter 3: a network learns, docs/guide/3-training.md. */
#include <stdio.h>
#include "learn.h"
#include "sections.h"

enum { MOST_RUNS = 5 };

static const settings rates[MOST_RUNS] = {
    { 0.003, 1, 16 }, { 0.03, 1, 16 }, { 0.1, 1, 16 }, { 0.3, 1, 16 }, { 1, 1, 16 },
};
static const settings batches[MOST_RUNS] = {
    { 0.1, 1, 1 }, { 0.1, 1, 4 }, { 0.1, 1, 16 }, { 0.1, 1, 64 }, { 0.1, 1, SAMPLES },
};
static const settings decays[MOST_RUNS] = {
    { 0.3, 1, 16 }, { 0.3, 0.97, 16 }, { 0.3, 0.93, 16 }, { 0.3, 0.8, 16 }, { 0.03, 1, 16 },
};

static gn_status once(const settings *how, result *r)
{
    gn_network *net = NULL;
    gn_status status = train(how, r, &net);
    gn_network_destroy(net);
    return status;
}

static gn_status table(const settings *runs, size_t n)
{
    static const size_t after[] = { 0, 1, 5, 20, EPOCHS };
    gn_status status = GN_OK;

    puts("  rate factor  batch   loss after 0      1      5     20     60 epochs    steps");
    for (result r; n > 0 && status >= 0; n--, runs++) {
        status = once(runs, &r);
        printf("%6g %6g %6zu         ", runs->rate, runs->factor, runs->batch);
        for (int i = 0; i < 5; i++)
            if (after[i] <= r.epochs)
                printf(" %6.3f", r.loss[after[i]]);
            else
                printf("%7s", "-");
        printf("%16zu\n", r.steps);
    }
    return status;
}

/* The loss over the epochs: a line for each run, which leaves the picture where it overflows. */
static gn_status curves(const settings *runs)
{
    gn_status status = GN_OK;

    for (int k = 0; k < MOST_RUNS && status >= 0; k++) {
        result r;
        status = once(&runs[k], &r);
        printf("$run%d << EOD\n", k + 1);
        for (size_t i = 0; i <= r.epochs; i++)
            printf("%zu %.4f\n", i, r.loss[i]);
        puts(r.epochs < EPOCHS ? "1 9\nEOD" : "EOD");
    }
    puts("set xlabel 'epochs'; set ylabel 'loss'; set logscale y\nset xrange [-1:60]; set yrange [0.04:1]\n"
         "set ytics (0.04, 0.06, 0.1, 0.2, 0.4, 1); set key spacing 1.2\nplot \\");
    for (int k = 0; k < MOST_RUNS; k++) {
        printf("    $run%d with lines lw 2 title 'rate %g", k + 1, runs[k].rate);
        if (runs[k].factor < 1)
            printf(" * %g^{epoch}", runs[k].factor);
        puts(k + 1 < MOST_RUNS ? "', \\" : "'");
    }
    return status;
}

static gn_status rates_table(const double *unused) { (void)unused; return table(rates, MOST_RUNS); }
static gn_status batches_table(const double *unused) { (void)unused; return table(batches, MOST_RUNS); }
static gn_status decays_table(const double *unused) { (void)unused; return table(decays, MOST_RUNS); }
static gn_status rates_curves(const double *unused) { (void)unused; return curves(rates); }
static gn_status decays_curves(const double *unused) { (void)unused; return curves(decays); }

/* A row of such a table: numbers are rate, factor, batch. */
static gn_status one(const double *numbers)
{
    const settings how = { numbers[0], numbers[1], numbers[2] >= 1 ? (size_t)numbers[2] : 1 };
    return table(&how, 1);
}

int main(int argc, char **argv)
{
    const section sections[] = {
        { .name = "rates", .print = rates_table },
        { .name = "rates_curves", .print = rates_curves, .picture = true },
        { .name = "batches", .print = batches_table },
        { .name = "decays", .print = decays_table },
        { .name = "decays_curves", .print = decays_curves, .picture = true },
        { .name = "one", .print = one, .numbers = { 0.2, 0.95, 16 } },
    };
    return print_sections(sections, sizeof sections / sizeof sections[0], argc, argv);
}
