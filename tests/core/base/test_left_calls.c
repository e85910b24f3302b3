/* A call that is left by longjmp, out of a function of the host's, gives back what it held once its
 * object is destroyed: BLAS's threads, OpenMP's, and OpenBLAS's buffers. */
#include <omp.h>
#include <setjmp.h>
#include "support.h"
#include "support_maps.h"
#include "base/blas.h"
#include "run/run.h"
#include "base/team.h"

int openblas_get_num_threads(void) __attribute__((weak));
void openblas_set_num_threads(int n) __attribute__((weak));

static gn_train_options options_of(int threads)
{
    return (gn_train_options){ .loss = &gn_softmax_cross_entropy, .batch = 40, .epochs = 2,
                               .lanes = 2, .threads = threads };
}

static gn_network *small_network(void)
{
    return NETWORK(20, 1, { .units = 40, .activation = &gn_tanh },
                   { .units = 3, .activation = &gn_softmax });
}

static jmp_buf out;
static int leaves; /* which function leaves */

static bool leave_step(void *user, const gn_progress *at, double loss)
{
    (void)user;
    (void)loss;
    if (leaves == 0 && at->step == 2)
        longjmp(out, 1);
    return false;
}

static bool leave_epoch(void *user, const gn_epoch *epoch)
{
    (void)user;
    (void)epoch;
    if (leaves == 1)
        longjmp(out, 1);
    return false;
}

static gn_status leave_fill(void *user, const size_t *rows, gn_tile *tile)
{
    (void)user;
    (void)rows;
    (void)tile;
    longjmp(out, 1);
}

static gn_status leave_reduce(void *user, size_t n, gn_real *gradient, double *loss, double *rows)
{
    (void)user;
    (void)n;
    (void)gradient;
    (void)loss;
    if (leaves == 2 && *rows > 1) /* in a step: before the first, a fit holds nothing */
        longjmp(out, 1);
    return GN_OK;
}

static const gn_data reader = { .x = { .rows = 100 }, .fill = leave_fill, .has_labels = true };

static void leave_trainer(gn_trainer *t, const gn_data *data)
{
    const gn_data batch = { .x = matrix_of(data->x.data, 40, 20), .labels = data->labels };
    gn_data lines = reader;
    lines.x.rows = 40;
    if (setjmp(out))
        return;
    if (leaves < 3)
        (void)gn_trainer_fit(t, data, NULL);
    else if (leaves == 3)
        (void)gn_trainer_fit(t, &reader, NULL);
    else if (leaves == 4)
        (void)gn_trainer_fit(t, data, &reader);
    else
        (void)gn_trainer_step(t, leaves == 5 ? &lines : &batch, NULL);
    CHECK(false, "a call came back: %d", leaves);
}

static void leave_context(gn_context *ctx)
{
    gn_score score;
    double loss;
    static gn_real gradient[20 * 40 + 40 + 40 * 3 + 3];
    if (setjmp(out))
        return;
    if (leaves == 0)
        (void)gn_evaluate(ctx, &reader, &gn_softmax_cross_entropy, &score);
    else
        (void)gn_gradient(ctx, &reader, &gn_softmax_cross_entropy, &loss, gradient);
    CHECK(false, "a call came back: %d", leaves);
}

/* What is left of a call, once its object is destroyed: nothing. */
static void check_all_is_back(int blas, int openmp, const gn_network *net, const samples *s)
{
    CHECK(omp_get_max_threads() == openmp, "%d threads, %d before", omp_get_max_threads(), openmp);
    CHECK(!openblas_get_num_threads || openblas_get_num_threads() == blas, "%d threads, %d before",
          openblas_get_num_threads(), blas);
    gn_context *ctx = make_context(net, (gn_context_options){ .threads = 1 });
    gn_real y[100 * 3];
    gn_matrix x = matrix_of(s->x, 100, 20);
    CHECK_OK(gn_predict(ctx, &x, y, 0));
    CHECK(maps == 0, "%d mappings for members that are gone", maps);
    gn_context_destroy(ctx);
    maps_left = 0; /* a second one beside it still has its buffer, a third does not */
    gn_context *two, *three = NULL;
    if (gni_which_blas() > GNI_BLAS_SERIAL) {
        CHECK_OK(gn_context_create(&two, net, &(gn_context_options){ .threads = 2 }));
        CHECK_STATUS(gn_context_create(&three, net, &(gn_context_options){ .threads = 3 }),
                     GN_ERR_MEMORY);
        gn_context_destroy(two);
    }
    maps_left = -1;
    maps = 0;
}

static void test_calls_that_are_left(void **state)
{
    rng r = { 1 };
    samples s = make_samples(&r, 100, 20, 3);
    gn_data data = with_labels(&s);
    gn_network *net = small_network();
    int openmp = omp_get_max_threads();
    (void)state;
    if (openblas_set_num_threads)
        openblas_set_num_threads(2);
    int blas = openblas_get_num_threads ? openblas_get_num_threads() : 0;
    openmp = omp_get_max_threads(); /* (the OpenMP build has changed it) */
    gn_context_destroy(make_context(net, (gn_context_options){ .threads = 2 })); /* two buffers */
    maps = 0;
    for (leaves = 0; leaves < 6; leaves++) {
        gn_train_options options = options_of(1);
        options.on_step = leave_step;
        options.on_epoch = leave_epoch;
        options.reduce = leaves == 2 ? leave_reduce : NULL;
        gn_trainer *t = make_trainer(net, options);
        leave_trainer(t, &data);
        gn_trainer_destroy(t);
        check_all_is_back(blas, openmp, net, &s);
    }
    for (leaves = 0; leaves < 2; leaves++) {
        gn_context *ctx = make_context(net, (gn_context_options){ .gradients = true });
        leave_context(ctx);
        gn_context_destroy(ctx);
        check_all_is_back(blas, openmp, net, &s);
    }
    gn_network_destroy(net);
    free_samples(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls_that_are_left),
    };
    gni_team_eager = true; /* members that have no core of their own too */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
