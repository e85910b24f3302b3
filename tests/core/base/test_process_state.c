/* Manners towards the program that we are in. BLAS's number of threads, our only
 * process-wide state, is one while we train and then again what it was, however many hold it
 * and in whatever order they let go. We train in a child after fork, inside a parallel
 * region, and print nothing. */
#include <fenv.h>
#include <omp.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include "support.h"
#include "run/run.h"

int openblas_get_num_threads(void) __attribute__((weak));
void openblas_set_num_threads(int n) __attribute__((weak));

static int blas_threads(void)
{
    return openblas_get_num_threads();
}

static void skip_without_openblas(void)
{
    if (!openblas_get_num_threads || !openblas_set_num_threads)
        skip();
}

static int seen;

static bool look(void *user, const gn_progress *at, double loss)
{
    (void)user;
    (void)loss;
    seen = blas_threads();
    return at->step == 2;
}

static void test_training_restores(void **state)
{
    rng r = { 1 };
    samples s = make_samples(&r, 60, 3, 2);
    gn_data data = with_labels(&s), bad = data;
    (void)state;
    skip_without_openblas();
    openblas_set_num_threads(2);
    int before = blas_threads();
    bad.x.cols = 1;
    for (int keep = 0; keep < 2; keep++) {
        gn_network *net = NETWORK(3, 1, { .units = 2, .activation = &gn_softmax });
        gn_trainer *t = make_trainer(net, (gn_train_options){ .loss = &gn_softmax_cross_entropy,
                                                               .batch = 20,
                                                               .keep_blas_threads = keep,
                                                               .on_step = look });
        seen = 0;
        CHECK_STATUS(gn_trainer_fit(t, &data, NULL), GN_STOPPED);
        CHECK(blas_threads() == before, "%d threads after a stop, %d before", blas_threads(),
              before);
        CHECK(seen > 0 && (!keep || seen == before), "%d threads seen, %d before", seen, before);
        CHECK_STATUS(gn_trainer_fit(t, &bad, NULL), GN_ERR_SHAPE);
        CHECK(blas_threads() == before, "%d threads after an error", blas_threads());
        CHECK_OK(gn_trainer_step(t, &(gn_data){ .x = matrix_of(s.x, 20, 3), .labels = s.labels },
                                 NULL));
        CHECK(blas_threads() == before, "%d threads after a step", blas_threads());
        gn_trainer_destroy(t);
        gn_network_destroy(net);
    }
    free_samples(&s);
}

static void *train_alone(void *argument)
{
    gn_trainer *t = ((void **)argument)[0];
    const gn_data *data = ((void **)argument)[1];
    return gn_trainer_fit(t, data, NULL) == GN_OK ? argument : NULL;
}

/* Trainers of several host threads at once. */
static void test_overlapping_trainers(void **state)
{
    enum { TRAINERS = 4 };
    rng r = { 1 };
    samples s = make_samples(&r, 200, 10, 3);
    gn_data data = with_labels(&s);
    gn_network *nets[TRAINERS];
    gn_trainer *trainers[TRAINERS];
    void *arguments[TRAINERS][2], *result;
    pthread_t threads[TRAINERS];
    (void)state;
    skip_without_openblas();
    openblas_set_num_threads(2);
    int before = blas_threads();
    for (size_t i = 0; i < TRAINERS; i++) {
        nets[i] = NETWORK(10, 1, { .units = 8, .activation = &gn_tanh },
                          { .units = 3, .activation = &gn_softmax });
        trainers[i] = make_trainer(nets[i], (gn_train_options){ .loss = &gn_softmax_cross_entropy,
                                                                 .batch = 32,
                                                                 .epochs = 20,
                                                                 .threads = 1 + (int)i % 2 });
        arguments[i][0] = trainers[i];
        arguments[i][1] = &data;
        CHECK(pthread_create(&threads[i], NULL, train_alone, arguments[i]) == 0, "%zu", i);
    }
    for (size_t i = 0; i < TRAINERS; i++) {
        pthread_join(threads[i], &result);
        CHECK(result, "trainer %zu failed", i);
        CHECK(same_bits(gn_network_params(nets[0]), gn_network_params(nets[i]),
                        gn_network_param_count(nets[0])),
              "trainer %zu learned something else", i);
    }
    CHECK(blas_threads() == before, "%d threads, %d before", blas_threads(), before);
    for (size_t i = 0; i < TRAINERS; i++) {
        gn_trainer_destroy(trainers[i]);
        gn_network_destroy(nets[i]);
    }
    free_samples(&s);
}

/* ---- the host's processes, teams and files ---- */

static gn_real *train(int threads, gn_status *status)
{
    rng r = { 1 };
    samples s = make_samples(&r, 3000, 10, 3);
    gn_data data = with_labels(&s);
    gn_network *net = NETWORK(10, 1, { .units = 16, .activation = &gn_relu },
                              { .units = 3, .activation = &gn_softmax });
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_softmax_cross_entropy, .batch = 1024, .epochs = 3, .threads = threads });
    *status = gn_trainer_fit(t, &data, NULL);
    gn_real *params = copy_reals(gn_network_params(net), gn_network_param_count(net));
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    free_samples(&s);
    return params;
}

enum { PARAMS = 10 * 16 + 16 + 16 * 3 + 3 };

/* The child of a process that has had a team: one thread, the same weights, and no hanging. */
static void test_after_fork(void **state)
{
    gn_status status;
    gn_real *here = train(3, &status);
    (void)state;
    CHECK_OK(status);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        gn_real *there = train(3, &status);
        bool same = status == GN_OK && same_bits(here, there, PARAMS);
        free(here);
        free(there);
        _exit(same ? 0 : 1);
    }
    int how = -1;
    CHECK(child > 0 && waitpid(child, &how, 0) == child, "%d", (int)child);
    CHECK(WIFEXITED(how) && WEXITSTATUS(how) == 0, "the child ended with %d", how);
    free(here);
}

static void test_in_a_parallel_region(void **state)
{
    gn_status status, inside[2] = { GN_ERR_IO, GN_ERR_IO };
    gn_real *alone = train(0, &status), *params[2] = { NULL, NULL };
    (void)state;
    CHECK_OK(status);
#pragma omp parallel for num_threads(2)
    for (int i = 0; i < 2; i++)
        params[i] = train(0, &inside[i]);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(inside[i]);
        CHECK(same_bits(alone, params[i], PARAMS), "member %d learned something else", i);
        free(params[i]);
    }
    free(alone);
}

static int planned_threads(void)
{
    gn_network *net = NETWORK(10, 1, { .units = 3 });
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = &gn_squared_error, .batch = 8192 });
    int threads = gn_trainer_plan(t).threads;
    gn_trainer_destroy(t);
    gn_network_destroy(net);
    return threads;
}

static void test_threads_by_default(void **state)
{
    int before = omp_get_max_threads(), inside[2] = { 0, 0 };
    (void)state;
    omp_set_num_threads(3);
    int alone = planned_threads();
#pragma omp parallel for num_threads(2)
    for (int i = 0; i < 2; i++)
        inside[i] = planned_threads();
    omp_set_num_threads(before);
    CHECK(alone == 3, "%d threads of 3", alone);
    CHECK(inside[0] == 1 && inside[1] == 1, "%d threads in a parallel region", inside[0]);
}

/* OMP_NUM_THREADS may say more than we take. */
static void test_too_many_by_default(void **state)
{
    int before = omp_get_max_threads();
    (void)state;
    omp_set_num_threads(5000);
    gn_network *net = NETWORK(2, 1, { .units = 1 });
    gn_trainer *t = make_trainer(net, (gn_train_options){ .loss = &gn_squared_error, .batch = 2 });
    omp_set_num_threads(before);
    gn_trainer_destroy(t);
    gn_network_destroy(net);
}

/* However many threads the host has given OpenMP. */
static void test_default_threads(void **state)
{
    gn_status status;
    int before = omp_get_max_threads();
    gn_real *alone = train(1, &status);
    (void)state;
    for (int threads = 1; threads <= 6; threads++) {
        omp_set_num_threads(threads);
        gn_real *params = train(0, &status);
        CHECK_OK(status);
        CHECK(same_bits(alone, params, PARAMS), "%d threads learned something else", threads);
        free(params);
    }
    omp_set_num_threads(before);
    free(alone);
}

/* Errors included: the message is all there is. */
static void test_nothing_is_printed(void **state)
{
    int saved[2] = { dup(1), dup(2) };
    FILE *file = tmpfile();
    gn_status status;
    gn_network *net = NULL;
    gn_layer_spec bad = { .type = &gn_dropout, .param = { 3 } };
    (void)state;
    CHECK(file, "%s", "no temporary file");
    (void)fflush(NULL);
    dup2(fileno(file), 1);
    dup2(fileno(file), 2);
    free(train(2, &status));
    status = gn_network_create(&net, gn_vector(3), &bad, 1, 1);
    (void)fflush(NULL);
    dup2(saved[0], 1);
    dup2(saved[1], 2);
    CHECK_STATUS(status, GN_ERR_ARGUMENT);
    CHECK(lseek(fileno(file), 0, SEEK_END) == 0, "%ld bytes",
          (long)lseek(fileno(file), 0, SEEK_END));
    (void)fclose(file);
    close(saved[0]);
    close(saved[1]);
}

static void test_floating_point_environment(void **state)
{
    gn_status status;
    int rounding = fegetround(), threads = omp_get_max_threads();
    gn_real *params = train(2, &status);
    volatile double tiny = 0x1p-1022;
    (void)state;
    CHECK_OK(status);
    CHECK(fegetround() == rounding && tiny / 2 > 0, "rounding %d, denormal %g", fegetround(),
          tiny / 2);
    CHECK(omp_get_max_threads() == threads, "%d threads, %d before", omp_get_max_threads(),
          threads);
    free(params);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_training_restores),
        cmocka_unit_test(test_overlapping_trainers),
        cmocka_unit_test(test_after_fork),
        cmocka_unit_test(test_in_a_parallel_region),
        cmocka_unit_test(test_too_many_by_default), cmocka_unit_test(test_default_threads),
        cmocka_unit_test(test_threads_by_default),
        cmocka_unit_test(test_nothing_is_printed),
        cmocka_unit_test(test_floating_point_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
