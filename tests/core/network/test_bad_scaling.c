/* A scaling that cannot be, and data that none can be fitted to: each is refused by its name and
 * its number, and the network keeps the scaling that it has. */
#include "support.h"

static const gn_real ones[4] = { 1, 1, 1, 1 }, bad_scale[4] = { 1, 1, 0, 1 },
                     falling[4] = { 1, 1, -1, 1 },
                     nan_shift[4] = { 1, (gn_real)NAN, 1, 1 },
                     nan_low[4] = { 1, 1, 1, (gn_real)NAN },
                     tiny[4] = { 1, (gn_real)(IS_DOUBLE ? 1e-310 : 1e-40), 1, 1 };
static const uint8_t bytes[8];
#define MATRIX(array, n, m) { .data = (array), .rows = (n), .cols = (m) }

static gn_status no_rows(void *user, const size_t *rows, gn_tile *tile)
{
    (void)user; (void)rows; (void)tile;
    return gn_fail(GN_ERR_IO, "called");
}

static void check_refused(const char *what, gn_network *net, const gn_scaling *before,
                          gn_status got, gn_status status, const char *const says[2])
{
    gn_scaling after = gn_network_scaling(net);
    CHECK(got == status, "%s: %d (%s), not %d", what, (int)got, gn_error_message(), (int)status);
    for (int i = 0; i < 2; i++)
        CHECK(!says[i] || strstr(gn_error_message(), says[i]), "%s: \"%s\" lacks \"%s\"", what,
              gn_error_message(), says[i]);
    CHECK(memcmp(before, &after, sizeof after) == 0, "%s: the scaling is another", what);
}

/* Four inputs, three outputs; a network that has a scaling keeps it. */
static void test_refused(void **state)
{
    static const struct {
        const char *what;
        gn_scaling scaling;
        gn_status status;
        const char *says[2];
    } sets[] = {
        { "a shift alone", { .input_shift = ones }, GN_ERR_ARGUMENT,
          { "inputs have a shift without a scale" } },
        { "a scale alone", { .output_scale = ones }, GN_ERR_ARGUMENT,
          { "outputs have a scale without a shift" } },
        { "scale 0", { .input_shift = ones, .input_scale = bad_scale }, GN_ERR_NONFINITE,
          { "number 2", "scale 0" } },
        { "scale so small", { .output_shift = ones, .output_scale = tiny }, GN_ERR_NONFINITE,
          { "outputs number 1" } },
        { "shift NaN", { .output_shift = nan_shift, .output_scale = ones }, GN_ERR_NONFINITE,
          { "number 1", "nan" } },
        { "a low alone", { .input_low = ones }, GN_ERR_ARGUMENT, { "without input_high" } },
        { "a high alone", { .input_high = ones }, GN_ERR_ARGUMENT, { "without input_low" } },
        { "high below low", { .input_low = ones, .input_high = falling }, GN_ERR_ARGUMENT,
          { "input 2", "1 to -1" } },
        { "low NaN", { .input_low = nan_low, .input_high = ones }, GN_ERR_ARGUMENT,
          { "input 3", "nan" } },
    };
    static const struct {
        const char *what;
        gn_data data;
        int rules[2];
        gn_status status;
        const char *says[2];
    } fits[] = {
        { "no y", { .x = MATRIX(ones, 1, 4) }, { 1, 2 }, GN_ERR_ARGUMENT, { "y has 0 rows" } },
        { "a rule", { .x = MATRIX(ones, 1, 4) }, { 3, 0 }, GN_ERR_ARGUMENT, { "3" } },
        { "another rule", { .x = MATRIX(ones, 1, 4) }, { 0, -1 }, GN_ERR_ARGUMENT, { "-1" } },
        { "narrow", { .x = MATRIX(ones, 1, 3) }, { 1, 0 }, GN_ERR_SHAPE, { "3 columns", "4" } },
        { "narrow y", { .x = MATRIX(ones, 1, 4), .y = MATRIX(ones, 2, 2) }, { 1, 1 }, GN_ERR_SHAPE,
          { "y has 2", "3" } },
        { "no rows", { .x = MATRIX(ones, 0, 4) }, { 1, 0 }, GN_ERR_ARGUMENT, { "x has 0 rows" } },
        { "NaN", { .x = MATRIX(nan_shift, 1, 4) }, { 1, 0 },
          GN_ERR_NONFINITE, { "row 0, column 1" } },
        { "NaN, as it is", { .x = MATRIX(nan_low, 1, 4) }, { 0, 0 }, GN_ERR_NONFINITE,
          { "row 0, column 3" } },
        { "NaN in y", { .x = MATRIX(ones, 1, 4), .y = MATRIX(nan_shift, 1, 3) }, { 0, 2 },
          GN_ERR_NONFINITE, { "y has" } },
        { "a reader", { .x = { .rows = 1 }, .fill = no_rows }, { 1, 0 },
          GN_ERR_ARGUMENT, { "reader" } },
    };
    gn_network *net = NETWORK(4, 1, { .units = 3 });
    (void)state;
    CHECK_OK(gn_network_fit_scaling(net, &(gn_data){ .x = { .data = bytes, .rows = 2, .cols = 4,
                                                            .type = GN_U8 } },
                                    GN_MIN_MAX, GN_AS_IS));
    gn_scaling before = gn_network_scaling(net);
    for (size_t i = 0; i < COUNT(sets); i++)
        check_refused(sets[i].what, net, &before, gn_network_set_scaling(net, &sets[i].scaling),
                      sets[i].status, sets[i].says);
    for (size_t i = 0; i < COUNT(fits); i++)
        check_refused(fits[i].what, net, &before, gn_network_fit_scaling(net, &fits[i].data,
            (gn_scale_rule)fits[i].rules[0], (gn_scale_rule)fits[i].rules[1]), fits[i].status,
            fits[i].says);
    CHECK_STATUS(gn_network_set_scaling(NULL, NULL), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_fit_scaling(NULL, &fits[0].data, GN_AS_IS, GN_AS_IS), GN_ERR_ARGUMENT);
    CHECK_STATUS(gn_network_fit_scaling(net, NULL, GN_AS_IS, GN_AS_IS), GN_ERR_ARGUMENT);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
