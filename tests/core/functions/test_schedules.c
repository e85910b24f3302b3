/* Learning rates against their formulas, written down here once more. */
#include "support.h"

enum { PER_EPOCH = 10, TOTAL = 100 };

static const double pi = 3.14159265358979323846;

static gn_progress at_step(uint64_t step)
{
    return (gn_progress){ .step = step, .epoch = step / PER_EPOCH, .steps_per_epoch = PER_EPOCH,
                          .total_steps = TOTAL };
}

static double constant(double s) { (void)s; return 0.3; }
static double per_epoch(double s) { return 0.3 * pow(0.8, floor(s / PER_EPOCH)); }
static double per_step(double s) { return 0.3 * pow(0.99, s); }
static double staircase(double s) { return 0.3 * pow(0.5, floor(s / PER_EPOCH / 3)); }
static double cosine(double s)
{
    return s >= TOTAL ? 0.01 : 0.01 + 0.29 * (1 + cos(pi * s / TOTAL)) / 2;
}

typedef struct formula {
    const char *name;
    gn_schedule schedule;
    double (*rate)(double step);
} formula;

static void test_formulas(void **state)
{
    const formula formulas[] = {
        { "constant", gn_constant(0.3), constant },
        { "exponential", gn_exponential(0.3, 0.8), per_epoch },
        { "exponential per step", gn_exponential_per_step(0.3, 0.99), per_step },
        { "staircase", gn_staircase(0.3, 0.5, 3), staircase },
        { "cosine", gn_cosine(0.3, 0.01), cosine },
        { "no warm-up", gn_warmup(gn_cosine(0.3, 0.01), 0), cosine },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(formulas); i++)
        for (uint64_t step = 0; step < TOTAL + 20; step++) {
            gn_progress at = at_step(step);
            double rate = gn_schedule_rate(&formulas[i].schedule, &at);
            double expected = formulas[i].rate((double)step);
            CHECK(close_to(rate / expected, 1, 1e-13), "%s, step %d: %.15g, not %.15g",
                  formulas[i].name, (int)step, rate, expected);
        }
}

/* Equal steps from just above 0 up to the first rate of what follows, which then runs as if
 * it had begun there; cosine still ends where training ends. */
static void test_warmup(void **state)
{
    enum { WARM = 20 };
    const formula formulas[] = {
        { "constant", gn_constant(0.3), constant },
        { "exponential", gn_exponential(0.3, 0.8), per_epoch },
        { "exponential per step", gn_exponential_per_step(0.3, 0.99), per_step },
        { "staircase", gn_staircase(0.3, 0.5, 3), staircase },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(formulas); i++) {
        gn_schedule warm = gn_warmup(formulas[i].schedule, WARM);
        for (uint64_t step = 0; step < TOTAL; step++) {
            gn_progress at = at_step(step);
            double rate = gn_schedule_rate(&warm, &at),
                   expected = 0.3 * (double)(step + 1) / (WARM + 1);
            if (step >= WARM)
                expected = formulas[i].rate((double)step - WARM);
            CHECK(close_to(rate / expected, 1, 1e-13), "%s, step %d: %.15g, not %.15g",
                  formulas[i].name, (int)step, rate, expected);
        }
    }
    gn_schedule warm = gn_warmup(gn_cosine(0.3, 0.01), WARM);
    gn_progress begin = at_step(WARM), middle = at_step((TOTAL + WARM) / 2), end = at_step(TOTAL);
    CHECK(close_to(gn_schedule_rate(&warm, &begin), 0.3, 1e-13), "%g",
          gn_schedule_rate(&warm, &begin));
    CHECK(close_to(gn_schedule_rate(&warm, &middle), 0.155, 1e-13), "%g",
          gn_schedule_rate(&warm, &middle));
    CHECK(close_to(gn_schedule_rate(&warm, &end), 0.01, 1e-13), "%g",
          gn_schedule_rate(&warm, &end));
}

/* fit knows how many steps there will be, a stream is told. */
static bool note_progress(void *user, const gn_progress *at, double loss)
{
    (void)loss;
    *(gn_progress *)user = *at;
    return false;
}

static void test_total_steps(void **state)
{
    rng r = { 1 };
    samples s = make_samples(&r, 55, 3, 1);
    gn_data data = with_targets(&s);
    gn_progress at = { 0 };
    gn_network *net = NETWORK(3, 1, { .units = 1 });
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_squared_error, .batch = 10, .epochs = 4, .schedule = gn_cosine(0.1, 0),
        .on_step = note_progress, .user = &at });
    const gn_epoch *h;
    (void)state;
    CHECK_OK(gn_trainer_fit(t, &data, NULL));
    CHECK(at.step == 24 && at.total_steps == 24 && at.steps_per_epoch == 6,
          "%d of %d steps, %d an epoch", (int)at.step, (int)at.total_steps,
          (int)at.steps_per_epoch);
    history_of(t, &h);
    CHECK(close_to(h[3].rate / (0.05 * (1 + cos(pi * 23 / 24))), 1, 1e-9), "last rate %g",
          h[3].rate);
    gn_trainer_destroy(t);
    t = make_trainer(net, (gn_train_options){
        .loss = &gn_squared_error, .total_steps = 77, .on_step = note_progress, .user = &at });
    data.x.rows = data.y.rows = 20;
    CHECK_OK(gn_trainer_step(t, &data, NULL));
    CHECK(at.step == 1 && at.total_steps == 77 && at.steps_per_epoch == 0,
          "%d of %d steps, %d an epoch", (int)at.step, (int)at.total_steps,
          (int)at.steps_per_epoch);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free_samples(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_warmup),
        cmocka_unit_test(test_total_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
