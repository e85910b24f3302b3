/* Schedules against torch.optim.lr_scheduler. */
#include "reference/schedules.h"

enum { STEPS_PER_EPOCH = 7 };

/* Where the i-th rate is asked for: at step i, or in the middle of epoch i. */
static gn_progress progress(const struct schedule_case *c, uint64_t i)
{
    uint64_t step = c->per_step ? i : i * STEPS_PER_EPOCH + i % STEPS_PER_EPOCH;
    return (gn_progress){ .step = step, .epoch = step / STEPS_PER_EPOCH,
                          .steps_per_epoch = STEPS_PER_EPOCH,
                          .total_steps = c->per_step ? RATES : RATES * STEPS_PER_EPOCH };
}

static void test_schedules(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(schedule_cases); i++) {
        const struct schedule_case *c = &schedule_cases[i];
        gn_schedule schedule = c->make(c->first, c->second, c->every);
        for (uint64_t j = 0; j < RATES; j++) {
            gn_progress at = progress(c, j);
            double rate = gn_schedule_rate(&schedule, &at);
            CHECK(fabs(rate - c->rates[j]) <= 1e-12 * c->first,
                  "schedule %zu, step %zu, epoch %zu: %.17g, not %.17g", i, (size_t)at.step,
                  (size_t)at.epoch, rate, c->rates[j]);
        }
    }
}

static void test_constant(void **state)
{
    gn_schedule schedule = gn_constant(0.125);
    (void)state;
    for (uint64_t step = 0; step < 3; step++) {
        gn_progress at = { .step = 10 * step, .epoch = step };
        CHECK(fabs(gn_schedule_rate(&schedule, &at) - 0.125) <= 0, "step %zu", (size_t)at.step);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schedules),
        cmocka_unit_test(test_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
