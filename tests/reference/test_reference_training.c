/* Twenty steps of training against PyTorch: minibatches in their order with a ragged last one,
 * schedule, regularisation, clipping, optimizer; the loss of each step and the final weights. */
#include "reference/training.h"

/* Roundings of the largest parameter, or of the loss: twenty steps amplify them. */
enum { ROUNDINGS = 64 };

typedef struct record { double losses[STEPS]; size_t n; } record;

static bool keep_loss(void *user, const gn_progress *at, double loss)
{
    record *r = user;
    (void)at;
    if (r->n < STEPS)
        r->losses[r->n] = loss;
    r->n++;
    return false;
}

static gn_train_options options_of(const struct run_case *c, int threads, record *r)
{
    return (gn_train_options){
        .loss = c->loss, .optimizer = c->optimizer(c->hyper),
        .schedule = c->schedule(c->first, c->second, 0), .batch = BATCH, .epochs = EPOCHS,
        .weight_decay = c->decay, .l1 = c->l1, .l2 = c->l2, .max_gradient_norm = c->longest,
        .threads = threads, .keep_order = true, .on_step = keep_loss, .user = r,
    };
}

static void check_losses(const struct run_case *c, const record *r)
{
    assert_int_equal(r->n, STEPS);
    for (size_t i = 0; i < STEPS; i++)
        CHECK(is_near(r->losses[i], c->losses[i], ROUNDINGS * EPSILON * c->losses[i]),
              "%s: the loss of step %zu is %.17g, not %.17g", c->what, i, r->losses[i],
              c->losses[i]);
}

static void check_run(const struct run_case *c, int threads)
{
    record r = { { 0 }, 0 };
    gn_network *net = reference_network(c->inputs, c->layers, c->n_layers, c->before);
    gn_trainer *trainer = make_trainer(net, options_of(c, threads, &r));
    gn_real *x = reals_of(c->x, ROWS * c->inputs);
    gn_real *y = c->y ? reals_of(c->y, ROWS * outputs_of(net)) : NULL;
    gn_data data = { .x = matrix_of(x, ROWS, c->inputs), .labels = c->labels };
    if (y)
        data.y = matrix_of(y, ROWS, outputs_of(net));
    CHECK_OK(gn_trainer_fit(trainer, &data, NULL));
    check_losses(c, &r);
    check_array(c->what, "parameter", gn_network_params(net), c->after,
                gn_network_param_count(net), ROUNDINGS * EPSILON);
    gn_trainer_destroy(trainer);
    gn_network_destroy(net);
    free(x);
    free(y);
}

static void test_runs(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++)
        for (int threads = 1; threads <= 2; threads++)
            check_run(&runs[i], threads);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_runs) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
