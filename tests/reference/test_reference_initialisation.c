/* Initial weights against the deviations and bounds of torch.nn.init, with statistics: 120,000
 * weights; each tolerance is about five deviations of the statistic that it is for. */
#include "reference/initialisation.h"

typedef struct moments { double mean, deviation, kurtosis, largest; } moments;

static moments moments_of(const gn_real *w, size_t n)
{
    double sum = 0, squares = 0, fourths = 0;
    moments m = { 0 };
    for (size_t i = 0; i < n; i++) {
        double x = (double)w[i];
        sum += x;
        squares += x * x;
        fourths += x * x * x * x;
        m.largest = fmax(m.largest, fabs(x));
    }
    m.mean = sum / (double)n;
    m.deviation = sqrt(squares / (double)n);
    m.kurtosis = fourths / (double)n / pow(m.deviation, 4);
    return m;
}

static gn_network *network_with(const gn_init *init, const gn_activation *activation, uint64_t seed)
{
    gn_layer_spec layer = { .units = UNITS, .activation = activation, .init = init };
    return make_network(INPUTS, &layer, 1, seed);
}

static moments moments_with(const gn_init *init, const gn_activation *activation)
{
    gn_network *net = network_with(init, activation, 7);
    size_t n = 0;
    gn_real *w = gn_network_weights(net, 0, &n);
    assert_int_equal(n, INPUTS * UNITS);
    moments m = moments_of(w, n);
    gn_network_destroy(net);
    return m;
}

static void check_moments(const struct init_case *c, const moments *m, double gain)
{
    const char *name = c->init->name;
    double deviation = gain * c->deviation, bound = gain * c->bound;
    CHECK(fabs(m->mean) < 0.0145 * deviation, "%s: mean %g, deviation %g", name, m->mean,
          deviation);
    CHECK(fabs(m->deviation / deviation - 1) < 0.01, "%s: deviation %g, not %g", name,
          m->deviation, deviation);
    CHECK(fabs(m->kurtosis - (bound > 0 ? 1.8 : 3)) < 0.07, "%s: kurtosis %g", name, m->kurtosis);
    if (bound > 0)
        CHECK(m->largest <= bound * (1 + EPSILON) && m->largest > 0.999 * bound,
              "%s: largest %.9g, bound %.9g", name, m->largest, bound);
    else
        CHECK(m->largest > 4 * deviation && m->largest < 7 * deviation,
              "%s: largest %g, deviation %g", name, m->largest, deviation);
}

static void test_deviations(void **state)
{
    gn_activation f = gn_tanh;
    (void)state;
    for (size_t i = 0; i < COUNT(init_cases); i++)
        for (int gain = 1; gain <= 2; gain++) {
            f.gain = gain;
            moments m = moments_with(init_cases[i].init, &f);
            check_moments(&init_cases[i], &m, gain);
        }
}

/* What header says: the activation's own, gn_glorot_uniform where it names none. */
static void test_default_is_glorot(void **state)
{
    gn_activation f = gn_tanh;
    (void)state;
    f.init = NULL;
    f.gain = 0;
    moments m = moments_with(NULL, &f);
    assert_ptr_equal(init_cases[0].init, &gn_glorot_uniform);
    check_moments(&init_cases[0], &m, 1);
}

static void test_zeros(void **state)
{
    gn_network *net = network_with(&gn_zeros, &gn_tanh, 3);
    (void)state;
    for (size_t i = 0; i < gn_network_param_count(net); i++)
        CHECK(fabs((double)gn_network_params(net)[i]) <= 0, "parameter %zu", i);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deviations),
        cmocka_unit_test(test_default_is_glorot),
        cmocka_unit_test(test_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
