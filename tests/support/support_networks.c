/* See support_networks.h. */
#include "support_networks.h"

/* ---- parts of one's own ---- */

static gn_status plan(gn_layer *self)
{
    if (gn_size(self->out) != gn_size(self->in))
        return gn_fail(GN_ERR_SHAPE, "affine: %zu units after %zu", gn_size(self->out),
                       gn_size(self->in));
    self->out = self->in;
    const size_t n = gn_size(self->in);
    self->tensors[0] = (gn_tensor){ .name = "weight", .rank = 1, .dims = { n }, .decays = true };
    self->tensors[1] = (gn_tensor){ .name = "bias", .rank = 1, .dims = { n } };
    self->n_tensors = self->spec.no_bias ? 1 : 2;
    return GN_OK;
}

static void forward(const gn_layer *self, const gn_pass *p)
{
    size_t n = self->tensors[0].n;
    for (size_t r = 0; r < p->rows; r++)
        for (size_t j = 0; j < n; j++)
            p->y[r * p->y_stride + j] = p->params[j] * p->x[r * p->x_stride + j] +
                                        (self->spec.no_bias ? 0 : p->params[n + j]) +
                                        (gn_real)(self->spec.param[0] + self->spec.param[5]);
}

static void no_backward(const gn_layer *self, const gn_pass *p)
{
    (void)self;
    (void)p;
}

static const char *const affine_names[] = { "lift", "second", NULL };
const gn_layer_type affine_layer = { .name = "affine", .param_names = affine_names, .plan = plan,
                                     .forward = forward, .backward = no_backward };

static void squash_forward(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                           const gn_real *z,
                           gn_real *y)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < cols; j++) {
            gn_real x = z[r * stride + j];
            y[r * stride + j] = x / ((gn_real)self->alpha + (x < 0 ? -x : x));
        }
}

static void squash_backward(const gn_activation *self, size_t rows, size_t cols, size_t stride,
                            const gn_real *z,
                            const gn_real *y, gn_real *dy)
{
    (void)self; (void)rows; (void)cols; (void)stride; (void)z; (void)y; (void)dy;
}

const gn_activation squash = { .name = "squash \"\\\303\244", .alpha = 1.5,
                               .forward = squash_forward, .backward = squash_backward };

static const gn_layer_type *const own_types[] = { &affine_layer, NULL };
static const gn_activation *const own_activations[] = { &squash, NULL };
const gn_own_parts own_parts = { .types = own_types, .activations = own_activations };

/* ---- random networks ---- */

/* What decimal digits could lose. */
static double awkward(rng *r)
{
    static const double some[] = { 0.1, 1e-300, 0x1.fffffffffffffp1023, 0x1p-1074, -1.0 / 3, 1e22,
                                   5, -0.25 };
    return draw_coin(r) ? some[draw_size(r, 0, COUNT(some) - 1)] : draw_normal(r);
}

static void draw_layer(rng *r, size_t inputs, gn_layer_spec *spec, gn_activation *f)
{
    const gn_activation *all[] = { &gn_identity, &gn_sigmoid, &gn_tanh, &gn_relu, &gn_leaky_relu,
                                   &gn_elu,
                                   &gn_gelu, &gn_silu, &gn_softplus, &gn_softmax, &squash };
    size_t type = draw_size(r, 0, 5);
    *spec = (gn_layer_spec){ .units = draw_size(r, 1, 9), .activation = f, .no_bias = draw_coin(r),
                             .frozen = draw_size(r, 0, 3) == 0 };
    *f = *all[draw_size(r, 0, COUNT(all) - 1)];
    if ((f->name == gn_leaky_relu.name || f->name == gn_elu.name || f->name == squash.name) &&
        draw_coin(r))
        f->alpha = draw_real(r, 0.01, 2);
    if (type == 0)
        *spec = (gn_layer_spec){ .type = &gn_dropout,
                                 .param = { draw_coin(r) ? 0 : draw_real(r, 0, 1) } };
    if (type != 1)
        return;
    spec->type = &affine_layer;
    spec->units = inputs;
    for (size_t i = 0; i < 8; i++)
        spec->param[i] = draw_coin(r) ? 0 : awkward(r);
}

static void draw_params(rng *r, gn_network *net)
{
    const gn_real special[] = { (gn_real)-0.0, (gn_real)(IS_DOUBLE ? 0x1p-1074 : 0x1p-149),
                                (gn_real)(IS_DOUBLE ? 1e308 : 3e38), 0, 1 };
    randomize(net, r, 1);
    for (size_t i = 0; i < gn_network_param_count(net); i++)
        if (draw_size(r, 0, 19) == 0)
            gn_network_params(net)[i] = special[draw_size(r, 0, COUNT(special) - 1)];
}

static void draw_scaling(rng *r, gn_network *net)
{
    size_t n = inputs_of(net) + outputs_of(net);
    gn_real *shift = reals(n), *scale = reals(n);
    for (size_t i = 0; i < n; i++) {
        shift[i] = (gn_real)(draw_coin(r) ? draw_normal(r) : 1e-30 * draw_normal(r));
        scale[i] = (gn_real)exp(10 * draw_normal(r));
    }
    gn_scaling s = { 0 };
    if (draw_coin(r))
        s.input_shift = shift, s.input_scale = scale;
    if (draw_coin(r))
        s.output_shift = shift + inputs_of(net), s.output_scale = scale + inputs_of(net);
    if (draw_coin(r))
        s.input_low = s.input_high = scale;
    CHECK_OK(gn_network_set_scaling(net, &s));
    free(shift);
    free(scale);
}

static void draw_notes(rng *r, gn_network *net)
{
    static const char *const keys[] = { "columns", "\303\244 \"key\"", "a/b\\c", "" };
    static const char *const values[] = { "price,area", "", "{\"json\": [1, 2]}",
                                          "\320\266\n\t\\\"\x7f",
                                          "\360\237\214\215" };
    for (size_t i = 0; i < COUNT(keys); i++)
        if (draw_size(r, 0, 3) == 0)
            CHECK_OK(gn_network_set_note(net, keys[i], values[draw_size(r, 0, COUNT(values) - 1)]));
}

gn_network *random_network(rng *r)
{
    gn_layer_spec specs[6];
    gn_activation activations[6];
    size_t n = draw_size(r, 1, COUNT(specs));
    gn_shape input = { draw_size(r, 1, 4), draw_coin(r) ? 1 : draw_size(r, 1, 3),
                       draw_coin(r) ? 1 : 2 };
    size_t inputs = gn_size(input);
    for (size_t i = 0; i < n; i++) {
        draw_layer(r, inputs, &specs[i], &activations[i]);
        inputs = specs[i].units ? specs[i].units : inputs;
    }
    gn_network *net;
    CHECK_OK(gn_network_create(&net, input, specs, n, draw_bits(r)));
    draw_params(r, net);
    draw_scaling(r, net);
    draw_notes(r, net);
    return net;
}

/* ---- comparing ---- */

static void check_same_layer(const char *what, const gn_layer *a, const gn_layer *b)
{
    CHECK(a->spec.type == b->spec.type && a->spec.units == b->spec.units &&
          a->spec.no_bias == b->spec.no_bias &&
              a->spec.frozen == b->spec.frozen, "%s: layer %zu is another: %s, %zu; %s, %zu", what,
                  a->index,
          a->spec.type->name, a->spec.units, b->spec.type->name, b->spec.units);
    for (size_t i = 0; i < 8; i++)
        CHECK(memcmp(&a->spec.param[i], &b->spec.param[i], sizeof(double)) == 0,
              "%s: param[%zu] of layer %zu: "
              "%.17g and %.17g", what, i, a->index, a->spec.param[i], b->spec.param[i]);
    CHECK(gn_same_activation(&a->activation, &b->activation) &&
          strcmp(a->activation.name, b->activation.name) == 0,
          "%s: the activation of layer %zu: %s (%.17g) and %s (%.17g)", what, a->index,
              a->activation.name,
          a->activation.alpha, b->activation.name, b->activation.alpha);
    CHECK(memcmp(&a->in, &b->in, sizeof a->in) == 0 &&
          memcmp(&a->out, &b->out, sizeof a->out) == 0 &&
              a->n_params == b->n_params && a->n_tensors == b->n_tensors &&
                  a->first_param == b->first_param,
          "%s: sizes of layer %zu", what, a->index);
}

static void check_same_array(const char *what, const char *which, const gn_real *a,
                             const gn_real *b, size_t n)
{
    CHECK(!a == !b && (!a || same_bits(a, b, n)), "%s: %s is another", what, which);
}

static void check_same_scaling(const char *what, const gn_network *net, const gn_scaling *a,
                               const gn_scaling *b)
{
    size_t in = inputs_of(net), out = outputs_of(net);
    check_same_array(what, "input_shift", a->input_shift, b->input_shift, in);
    check_same_array(what, "input_scale", a->input_scale, b->input_scale, in);
    check_same_array(what, "output_shift", a->output_shift, b->output_shift, out);
    check_same_array(what, "output_scale", a->output_scale, b->output_scale, out);
    check_same_array(what, "input_low", a->input_low, b->input_low, in);
    check_same_array(what, "input_high", a->input_high, b->input_high, in);
}

static void check_same_notes(const char *what, const gn_network *a, const gn_network *b)
{
    static const char *const keys[] = { "columns", "\303\244 \"key\"", "a/b\\c", "" };
    for (size_t i = 0; i < COUNT(keys); i++) {
        const char *x = gn_network_note(a, keys[i]), *y = gn_network_note(b, keys[i]);
        CHECK(!x == !y && (!x || strcmp(x, y) == 0), "%s: note \"%s\": %s and %s", what, keys[i],
              x ? x : "none",
              y ? y : "none");
    }
}

void check_same_network(const char *what, const gn_network *a, const gn_network *b)
{
    gn_shape x = gn_network_input(a), y = gn_network_input(b);
    CHECK(memcmp(&x, &y, sizeof x) == 0 && gn_network_layer_count(a) == gn_network_layer_count(b),
          "%s: %zu and %zu layers",
          what, gn_network_layer_count(a), gn_network_layer_count(b));
    for (size_t i = 0; i < gn_network_layer_count(a); i++)
        check_same_layer(what, gn_network_layer(a, i), gn_network_layer(b, i));
    CHECK(gn_network_param_count(a) == gn_network_param_count(b) &&
              same_bits(gn_network_params((gn_network *)(uintptr_t)a),
                        gn_network_params((gn_network *)(uintptr_t)b),
                        gn_network_param_count(a)), "%s: other parameters", what);
    gn_scaling s = gn_network_scaling(a), t = gn_network_scaling(b);
    check_same_scaling(what, a, &s, &t);
    check_same_notes(what, a, b);
}
