/* Optimizers against torch.optim: ten steps of given gradients with a falling rate. */
#include "reference/optimizers.h"

/* Roundings of the largest value of a parameter that ten steps may add up to. */
enum { ROUNDINGS = 8 };

static void check_params(const struct optimizer_case *c, const gn_real *params, size_t kept)
{
    for (size_t i = 0; i < PARAMS; i++) {
        double want = c->params[kept * PARAMS + i], most = fabs(optimizer_params[i]);
        for (size_t j = 0; j <= kept; j++)
            most = fmax(most, fabs(c->params[j * PARAMS + i]));
        CHECK(is_near((double)params[i], want, ROUNDINGS * EPSILON * most),
              "%s: parameter %zu after step %zu is %.17g, not %.17g", c->what, i,
              (size_t)kept_steps[kept], (double)params[i], want);
    }
}

static void check_optimizer(const struct optimizer_case *c)
{
    gn_optimizer optimizer = c->make(c->hyper);
    gn_real *params = reals_of(optimizer_params, PARAMS), *state[2] = { NULL, NULL };
    for (int i = 0; i < optimizer.states; i++)
        state[i] = reals(PARAMS);
    double rate = c->rate;
    size_t kept = 0;
    for (uint64_t step = 1; step <= STEPS; step++, rate *= rate_factor) {
        gn_real *gradient = reals_of(optimizer_gradients + (step - 1) * PARAMS, PARAMS);
        gn_update u = { .rate = rate, .decay = c->decay, .step = step, .n = PARAMS,
                        .params = params, .gradient = gradient, .state = { state[0], state[1] } };
        optimizer.update(&optimizer, &u);
        free(gradient);
        if (step == kept_steps[kept])
            check_params(c, params, kept++);
    }
    free(params);
    free(state[0]);
    free(state[1]);
}

static void test_optimizers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(optimizer_cases); i++)
        check_optimizer(&optimizer_cases[i]);
}

static void test_adam_defaults(void **state)
{
    gn_optimizer usual = gn_adam(0.9, 0.999, 1e-8), defaults = gn_adam_defaults();
    (void)state;
    for (size_t i = 0; i < COUNT(usual.hyper); i++)
        assert_true(usual.hyper[i] >= defaults.hyper[i] && usual.hyper[i] <= defaults.hyper[i]);
    assert_string_equal(usual.name, defaults.name);
    assert_ptr_equal((void *)(uintptr_t)usual.update, (void *)(uintptr_t)defaults.update);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_optimizers),
        cmocka_unit_test(test_adam_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
