/* The library's parts by name: each name finds its part, the lists are complete, and what has no
 * such name is refused in words that say which names there are. */
#include "support.h"

/* All parts of the headers, in their order. */
static const gn_activation *const activations[] = {
    &gn_identity, &gn_sigmoid, &gn_tanh,     &gn_relu,    &gn_leaky_relu, &gn_elu,
    &gn_gelu,     &gn_silu,    &gn_softplus, &gn_softmax, NULL,
};
static const gn_loss *const losses[] = {
    &gn_squared_error,         &gn_absolute_error,        &gn_huber,
    &gn_softmax_cross_entropy, &gn_sigmoid_cross_entropy, NULL,
};
static const gn_init *const inits[] = {
    &gn_glorot_uniform, &gn_glorot_normal, &gn_he_uniform, &gn_he_normal,
    &gn_lecun_uniform,  &gn_lecun_normal,  &gn_zeros,      NULL,
};
static const gn_layer_type *const types[] = { &gn_dense, &gn_dropout, NULL };

static const void *find_activation(const char *name) { return gn_activation_named(name); }
static const void *find_loss(const char *name) { return gn_loss_named(name); }
static const void *find_init(const char *name) { return gn_init_named(name); }
static const void *find_type(const char *name) { return gn_layer_type_named(name); }
static const void *find_optimizer(const char *name) { return gn_optimizer_named(name); }

enum { KINDS = 5 };
static const struct {
    gn_kind kind;
    const void *(*find)(const char *name);
    const char *what;
} kinds[KINDS] = {
    { GN_ACTIVATION, find_activation, "activation" }, { GN_LOSS, find_loss, "loss" },
    { GN_INIT, find_init, "initialisation" },         { GN_LAYER_TYPE, find_type, "layer type" },
    { GN_OPTIMIZER, find_optimizer, "optimizer" },
};

/* ---- what there is ---- */

#define CHECK_LIST(kind, find, parts)                                                              \
    do {                                                                                           \
        size_t n = 0;                                                                              \
        for (; (parts)[n]; n++) {                                                                  \
            CHECK(gn_name(kind, n), "%s is not in the list", (parts)[n]->name);                    \
            assert_string_equal(gn_name(kind, n), (parts)[n]->name);                               \
            CHECK(find((parts)[n]->name) == (parts)[n], "%s is another one", (parts)[n]->name);    \
        }                                                                                          \
        CHECK(!gn_name(kind, n), "%s is unknown to this test", gn_name(kind, n));                  \
    } while (0)

static void test_finds_the_constants(void **state)
{
    (void)state;
    CHECK_LIST(GN_ACTIVATION, gn_activation_named, activations);
    CHECK_LIST(GN_LOSS, gn_loss_named, losses);
    CHECK_LIST(GN_INIT, gn_init_named, inits);
    CHECK_LIST(GN_LAYER_TYPE, gn_layer_type_named, types);
}

static void test_finds_optimizers(void **state)
{
    (void)state;
    const struct {
        const char *name;
        gn_optimizer same;
    } usual[] = {
        { "sgd", gn_sgd(0, false) },           { "momentum", gn_sgd(0.9, false) },
        { "nesterov", gn_sgd(0.9, true) },     { "adagrad", gn_adagrad(1e-10) },
        { "rmsprop", gn_rmsprop(0.99, 1e-8) }, { "adam", gn_adam_defaults() },
        { "rprop", gn_rprop_defaults() },
    };
    for (size_t i = 0; i < COUNT(usual); i++) {
        const gn_optimizer *o = gn_optimizer_named(usual[i].name), *same = &usual[i].same;
        CHECK(o, "%s", gn_error_message());
        assert_string_equal(gn_name(GN_OPTIMIZER, i), usual[i].name);
        assert_string_equal(o->name, same->name);
        CHECK(o->states == same->states && o->user == same->user && o->update == same->update, "%s",
              o->name);
        assert_memory_equal(o->hyper, same->hyper, sizeof o->hyper);
    }
    assert_null(gn_name(GN_OPTIMIZER, COUNT(usual)));
}

static void test_makers_set_their_numbers(void **state)
{
    (void)state;
    const struct {
        gn_optimizer o;
        const char *name;
        double hyper[4];
    } made[] = {
        { gn_sgd(0.5, false), "momentum", { 0.5, 0 } },
        { gn_sgd(0.25, true), "nesterov", { 0.25, 1 } },
        { gn_sgd(0, true), "sgd", { 0 } },
        { gn_adagrad(0.125), "adagrad", { 1, 0.125, 1 } },
        { gn_rmsprop(0.75, 0.5), "rmsprop", { 0.75, 0.5, 0.25 } },
        { gn_adam(0.5, 0.75, 0.25), "adam", { 0.5, 0.75, 0.25 } },
        { gn_adam_defaults(), "adam", { 0.9, 0.999, 1e-8 } },
        { gn_rprop_defaults(), "rprop", { 0.5, 1.2, 1e-6, 50 } },
    };
    for (size_t i = 0; i < COUNT(made); i++) {
        assert_string_equal(made[i].o.name, made[i].name);
        assert_memory_equal(made[i].o.hyper, made[i].hyper, sizeof made[i].hyper);
    }
}

/* ---- what there is not ---- */

/* The message names what was asked for, and everything that there is. */
static void check_words(size_t k, const char *name)
{
    const char *message = gn_error_message(), *known;
    CHECK(strstr(message, kinds[k].what) && strstr(message, name ? name : "NULL"), "\"%s\"",
          message);
    for (size_t i = 0; (known = gn_name(kinds[k].kind, i)); i++)
        CHECK(strstr(message, known), "\"%s\" lacks %s", message, known);
}

static void test_refuses_the_unknown(void **state)
{
    (void)state;
    const char *const unknown[] = { "", "none", " ", "gn_tanh", "adamw", NULL };
    for (size_t k = 0; k < KINDS; k++)
        for (size_t i = 0; i < COUNT(unknown); i++) {
            CHECK(!kinds[k].find(unknown[i]), "a %s %s", kinds[k].what, unknown[i]);
            check_words(k, unknown[i]);
        }
}

/* In capitals, cut short, and with a letter more, a name is none. */
static void test_takes_names_as_they_are(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        const char *name;
        for (size_t i = 0; (name = gn_name(kinds[k].kind, i)); i++) {
            char other[64];
            size_t n = strlen(name);
            CHECK(n + 2 < sizeof other, "%s", name);
            memcpy(other, name, n + 1);
            assert_ptr_equal(kinds[k].find(other), kinds[k].find(name)); /* not by its address */
            other[0] = (char)(other[0] - 'a' + 'A');
            assert_null(kinds[k].find(other));
            memcpy(other, name, n + 1);
            other[n - 1] = '\0';
            assert_null(kinds[k].find(other));
            memcpy(other, name, n);
            memcpy(other + n, "x", 2);
            assert_null(kinds[k].find(other));
        }
    }
}

/* Each kind knows only its own names, and no name stands twice. */
static void test_tells_kinds_apart(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        const char *name;
        for (size_t i = 0; (name = gn_name(kinds[k].kind, i)); i++)
            for (size_t other = 0; other < KINDS; other++)
                CHECK(!kinds[other].find(name) == (other != k), "%s is a %s", name,
                      kinds[other].what);
        for (size_t i = 0; (name = gn_name(kinds[k].kind, i)); i++)
            for (size_t j = 0; j < i; j++)
                CHECK(strcmp(gn_name(kinds[k].kind, j), name) != 0, "%s twice", name);
    }
}

static void test_ends_lists(void **state)
{
    (void)state;
    assert_null(gn_activation_named("foo"));
    for (size_t k = 0; k < KINDS; k++)
        assert_null(gn_name(kinds[k].kind, SIZE_MAX));
    assert_null(gn_name((gn_kind)KINDS, 0));
    assert_null(gn_name((gn_kind)-1, 0));
    assert_non_null(strstr(gn_error_message(), "foo")); /* no error of theirs */
}

/* A name may come from a file: what a terminal would obey is not in the message, nor all of a long
 * one. */
static void test_words_are_printable(void **state)
{
    (void)state;
    char name[5000];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_null(gn_loss_named("\033[2J"));
    assert_null(strchr(gn_error_message(), '\033'));
    for (size_t k = 0; k < KINDS; k++) {
        assert_null(kinds[k].find(name));
        check_words(k, "aaaaaaaaaaaaaaaa");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_constants),
        cmocka_unit_test(test_finds_optimizers),
        cmocka_unit_test(test_makers_set_their_numbers),
        cmocka_unit_test(test_refuses_the_unknown),
        cmocka_unit_test(test_takes_names_as_they_are),
        cmocka_unit_test(test_tells_kinds_apart),
        cmocka_unit_test(test_ends_lists),
        cmocka_unit_test(test_words_are_printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
