/* Our dealings with OpenBLAS: one thread makes a product, whichever build it is, and a lack of
 * memory for its buffers is a status. */
#include <omp.h>
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "support.h"
#include "support_maps.h"
#include "base/blas.h"
#include "run/run.h"
#include "base/team.h"

int openblas_get_num_threads(void) __attribute__((weak));
void openblas_set_num_threads(int n) __attribute__((weak));

static void skip_without_openblas(void)
{
    if (!gni_has_buffers())
        skip();
}

/* Those that calls of so many members need. (gni_gemm lets one member in at a time where it
 * must.) */
static int buffers_of(int members)
{
    return gni_which_blas() == GNI_BLAS_SERIAL ? 1 : members;
}

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

/* ---- memory: the first test, while no buffer is known ---- */

static void test_no_memory_for_buffers(void **state)
{
    gn_network *net = small_network();
    gn_context *ctx = (gn_context *)net;
    gn_trainer *t = (gn_trainer *)net;
    gn_train_options options = options_of(1);
    (void)state;
    skip_without_openblas();
    maps_left = 0;
    CHECK_STATUS(gn_context_create(&ctx, net, NULL), GN_ERR_MEMORY);
    CHECK(!ctx && strstr(gn_error_message(), "OpenBLAS"), "%s", gn_error_message());
    CHECK_STATUS(gn_trainer_create(&t, net, &options), GN_ERR_MEMORY);
    CHECK(!t && strstr(gn_error_message(), "128 MiB"), "%s", gn_error_message());
    maps_left = -1;
    gni_buffers_meet(); /* needs room for OpenBLAS's own threads, too */
    maps_left = 1; /* one thread gets its buffer, the second does not */
    ctx = make_context(net, (gn_context_options){ .threads = 1 });
    maps_left = 0;
    maps = 0;
    gn_context *more = make_context(net, (gn_context_options){ .threads = 1 });
    CHECK(maps == 0, "%d mappings when all is there", maps);
    gn_context_destroy(more);
    if (buffers_of(2) == 2)
        CHECK_STATUS(gn_context_create(&more, net, &(gn_context_options){ .threads = 2 }),
                     GN_ERR_MEMORY);
    maps_left = -1;
    gn_context_destroy(ctx);
    gn_network_destroy(net);
}

typedef struct caller {
    gn_context *ctx;
    const samples *s;
    gn_real out[100 * 3];
    gn_status status;
    bool entered;
} caller;

static void *call_predict(void *argument)
{
    caller *c = argument;
    gn_matrix x = matrix_of(c->s->x, 100, 20);
    c->status = gn_predict(c->ctx, &x, c->out, 0);
    return NULL;
}

static bool predict_within(void *user, const gn_progress *at, double loss)
{
    caller *c = user;
    (void)at;
    (void)loss;
    call_predict(c);
    c->entered = true;
    return true;
}

static bool predict_beside(void *user, const gn_progress *at, double loss)
{
    pthread_t thread;
    (void)at;
    (void)loss;
    CHECK(pthread_create(&thread, NULL, call_predict, user) == 0, "%s", "no thread");
    pthread_join(thread, NULL);
    return true;
}

/* A callback's calls multiply in the place of the call that it is in; another thread's do not, and
 * where there is no memory for them they fail before they have changed anything. */
static void test_calls_within_and_beside(void **state)
{
    rng r = { 1 };
    samples s = make_samples(&r, 100, 20, 3);
    gn_data data = with_labels(&s);
    gn_network *net = small_network();
    caller c = { .s = &s };
    (void)state;
    skip_without_openblas();
    c.ctx = make_context(net, (gn_context_options){ .threads = 1 });
    for (int beside = 0; beside < 2; beside++) {
        gn_train_options options = options_of(1);
        options.on_step = beside ? predict_beside : predict_within;
        options.user = &c;
        gn_trainer *t = make_trainer(net, options);
        maps_left = 0;
        c.out[0] = 7;
        CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_STOPPED);
        bool fails = beside && buffers_of(2) == 2;
        CHECK_STATUS(c.status, fails ? GN_ERR_MEMORY : GN_OK);
        CHECK((c.out[0] == 7) == fails, "%g", (double)c.out[0]);
        maps_left = -1;
        CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_STOPPED);
        CHECK_OK(c.status);
        gn_trainer_destroy(t);
    }
    gn_context_destroy(c.ctx);
    gn_network_destroy(net);
    free_samples(&s);
}

/* ---- threads ---- */

/* The pthread build's number is the process's and counted. */
static void test_hold_is_counted(void **state)
{
    (void)state;
    if (gni_which_blas() != GNI_BLAS_PTHREAD)
        skip();
    gn_network *net = small_network();
    gn_context *ctx[3];
    openblas_set_num_threads(2);
    for (int i = 0; i < 3; i++) {
        ctx[i] = make_context(net, (gn_context_options){ .keep_blas_threads = i == 2 });
        CHECK_OK(gni_hold("test", ctx[i], 1, true));
        CHECK(openblas_get_num_threads() == 1, "%d threads", openblas_get_num_threads());
    }
    gni_release(ctx[0]);
    gni_release(ctx[0]); /* nothing is given back twice */
    gni_release(ctx[2]);
    CHECK(openblas_get_num_threads() == 1, "%d threads while one holds",
          openblas_get_num_threads());
    gni_release(ctx[1]);
    CHECK(openblas_get_num_threads() == 2, "%d threads after all", openblas_get_num_threads());
    for (int i = 0; i < 3; i++)
        gn_context_destroy(ctx[i]);
    gn_network_destroy(net);
}

typedef struct holder {
    gn_context *ctx;
    int threads, held, lent, changed, after, left;
} holder;

static void *hold_and_lend(void *argument)
{
    holder *h = argument;
    omp_set_num_threads(h->threads);
    CHECK_OK(gni_hold("test", h->ctx, 1, true));
    h->held = omp_get_max_threads();
    gni_lend(&h->ctx->held);
    h->lent = omp_get_max_threads();
    omp_set_num_threads(h->threads + 1);
    gni_take_back(&h->ctx->held);
    h->changed = omp_get_max_threads();
    gni_release(h->ctx);
    h->after = omp_get_max_threads();
    CHECK_OK(gni_hold("test", h->ctx, 1, true));
    gni_abandon(&h->ctx->held); /* as after a longjmp from a function that runs in our setting */
    h->left = omp_get_max_threads();
    return NULL;
}

/* The OpenMP build goes by a setting of each thread: it is 1 in each, and then as it was. Functions
 * of the user's see his own, and may change it. The other builds leave it alone. */
static void test_openmp_setting(void **state)
{
    enum { HOLDERS = 8 };
    holder holders[HOLDERS];
    pthread_t threads[HOLDERS];
    gn_network *net = small_network();
    (void)state;
    for (int i = 0; i < HOLDERS; i++) {
        holders[i] = (holder){ .ctx = make_context(net, (gn_context_options){ 0 }),
                               .threads = i + 2 };
        CHECK(pthread_create(&threads[i], NULL, hold_and_lend, &holders[i]) == 0, "%d", i);
    }
    for (int i = 0; i < HOLDERS; i++)
        pthread_join(threads[i], NULL);
    bool openmp = gni_which_blas() == GNI_BLAS_OPENMP;
    for (int i = 0; i < HOLDERS; i++) {
        const holder *h = &holders[i];
        CHECK(h->held == (openmp ? 1 : h->threads), "%d threads held", h->held);
        CHECK(h->lent == h->threads, "%d threads lent, of %d", h->lent, h->threads);
        CHECK(h->changed == (openmp ? 1 : h->threads + 1), "%d threads", h->changed);
        CHECK(h->after == h->threads + 1, "%d threads after, of %d", h->after, h->threads + 1);
        CHECK(h->left == h->after, "%d threads after a call that was left, of %d", h->left,
              h->after);
        gn_context_destroy(h->ctx);
    }
    gn_network_destroy(net);
}

/* just too large for OpenBLAS's kernels that copy nothing */
enum { SIZE = 110, TIMES = 40, CALLERS = 8 };

static gn_real factor[SIZE * SIZE], expected[SIZE * SIZE];

static void multiply(gn_real *product)
{
    gni_gemm(GNI_NT, SIZE, SIZE, SIZE, factor, SIZE, factor, SIZE, 0, product, SIZE);
}

static void *multiply_often(void *argument)
{
    gn_real *product = malloc(sizeof factor);
    size_t *wrong = argument;
    int own = gni_blas_join();
    for (int i = 0; product && i < TIMES; i++) {
        multiply(product);
        *wrong += !same_bits(product, expected, SIZE * SIZE);
    }
    gni_blas_leave(own);
    free(product);
    return NULL;
}

/* As helpers of a team do. (Debian's serial build mixes up its buffers unless we let in one thread
 * at a time.) */
static void test_products_of_several_threads(void **state)
{
    pthread_t threads[CALLERS];
    size_t wrong[CALLERS] = { 0 };
    (void)state;
    for (size_t i = 0; i < SIZE * SIZE; i++)
        factor[i] = (gn_real)(i * 2654435761u % 1000) / 1000;
    gn_network *net = small_network();
    gn_context *ctx = make_context(net, (gn_context_options){ 0 });
    CHECK_OK(gni_hold("test", ctx, CALLERS, true));
    multiply(expected);
    for (int i = 0; i < CALLERS; i++)
        CHECK(pthread_create(&threads[i], NULL, multiply_often, &wrong[i]) == 0, "%d", i);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        CHECK(wrong[i] == 0, "%zu of %d products are wrong", wrong[i], TIMES);
    }
    gni_release(ctx);
    gn_context_destroy(ctx);
    gn_network_destroy(net);
}

/* ---- a child, in which only the thread that forked goes on ---- */

static int buffers_known(void)
{
    int n = 0;
    maps_left = 0;
    while (n < 100 && gni_buffers_reserve("test", n + 1) >= 0)
        n++;
    maps_left = -1;
    return n;
}

/* Within a call if held. true: when its calls are over, all is as it was. */
static bool is_right_in_child(gn_context *ctx, bool held, int threads, int known)
{
    alarm(20);
    if (!held && gni_hold("test", ctx, 1, true) < 0)
        return false;
    gni_release(ctx);
    return buffers_known() == known &&
           (gni_which_blas() != GNI_BLAS_PTHREAD || openblas_get_num_threads() == threads);
}

static void check_child(gn_context *ctx, bool held, int threads, int known)
{
    pid_t child = fork();
    if (child == 0)
        _exit(is_right_in_child(ctx, held, threads, known) ? 0 : 1);
    int how = -1;
    CHECK(child > 0 && waitpid(child, &how, 0) == child, "%d", (int)child);
    CHECK(WIFEXITED(how) && WEXITSTATUS(how) == 0, "held: %d, the child ended with %d", held, how);
}

static pthread_barrier_t forked;

static void *hold_meanwhile(void *ctx)
{
    CHECK_OK(gni_hold("test", ctx, 1, true));
    pthread_barrier_wait(&forked);
    pthread_barrier_wait(&forked);
    gni_release(ctx);
    return NULL;
}

/* Calls of other threads stay with the parent; the one in whose callback a host forks ends in
 * both. */
static void test_forks_during_calls(void **state)
{
    (void)state;
    skip_without_openblas();
    gn_network *net = small_network();
    gn_context *mine = make_context(net, (gn_context_options){ 0 });
    gn_context *other = make_context(net, (gn_context_options){ 0 });
    pthread_t thread;
    int known = buffers_known();
    if (gni_which_blas() == GNI_BLAS_PTHREAD)
        openblas_set_num_threads(2);
    CHECK(pthread_barrier_init(&forked, NULL, 2) == 0, "%s", "no barrier");
    CHECK(pthread_create(&thread, NULL, hold_meanwhile, other) == 0, "%s", "no thread");
    pthread_barrier_wait(&forked);
    check_child(mine, false, 2, known);
    CHECK_OK(gni_hold("test", mine, 1, true));
    check_child(mine, true, 2, known);
    gni_release(mine);
    pthread_barrier_wait(&forked);
    pthread_join(thread, NULL);
    CHECK(buffers_known() == known, "%d buffers, %d before", buffers_known(), known);
    gn_context_destroy(mine);
    gn_context_destroy(other);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_memory_for_buffers), /* the first */
        cmocka_unit_test(test_calls_within_and_beside),
        cmocka_unit_test(test_hold_is_counted),
        cmocka_unit_test(test_openmp_setting),
        cmocka_unit_test(test_products_of_several_threads),
        cmocka_unit_test(test_forks_during_calls),
    };
    gni_team_eager = true; /* members that have no core of their own too */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
