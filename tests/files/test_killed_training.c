/* A run that is killed (SIGKILL) at random moments, many times over, and resumed each time, ends
 * with the bits of the run that was not. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <gemmnet/files.h>
#include "support.h"

enum { ROWS = 400, INPUTS = 6, CLASSES = 3, KILLS = 100 };

static char folder[64], checkpoint[80], result[80];

static int set_up(void **state)
{
    (void)state;
    if (!make_temporary_folder(folder))
        return -1;
    (void)snprintf(checkpoint, sizeof checkpoint, "%s/checkpoint", folder);
    (void)snprintf(result, sizeof result, "%s/result", folder);
    return 0;
}

static int tear_down(void **state)
{
    char part[90];
    (void)state;
    (void)snprintf(part, sizeof part, "%s.part", checkpoint);
    unlink(part);
    unlink(checkpoint);
    unlink(result);
    return rmdir(folder);
}

/* ---- the program that is killed ---- */

typedef struct program { gn_trainer *trainer; int told; } program;

/* A byte before each save and one after it. */
static bool save(void *user, const gn_progress *at, double loss)
{
    const program *p = user;
    (void)at;
    (void)loss;
    return p->told >= 0 && (write(p->told, "b", 1) != 1 || gn_trainer_save(p->trainer,
                                                                           checkpoint) != GN_OK ||
                            write(p->told, "a", 1) != 1);
}

/* From the checkpoint on, if there is one, to the end: then its weights are the result. */
static gn_status train(int told, int threads, gn_real **params, size_t *n)
{
    rng r = { 9 };
    samples s = make_samples(&r, ROWS, INPUTS, CLASSES);
    gn_data data = with_labels(&s);
    gn_network *net = NETWORK(INPUTS, 3, { .units = 16, .activation = &gn_tanh },
                              { .type = &gn_dropout, .param = { 0.2 } },
                              { .units = CLASSES, .activation = &gn_softmax });
    program p = { .told = told };
    p.trainer = make_trainer(net, (gn_train_options){
        .loss = &gn_softmax_cross_entropy, .batch = 8, .epochs = 8, .validation = 0.1, .seed = 4,
            .patience = 5,
        .schedule = gn_warmup(gn_cosine(0.02, 0.001), 20), .threads = threads, .on_step = save,
            .user = &p });
    gn_status status = GN_OK;
    if (told >= 0 && access(checkpoint, F_OK) == 0)
        status = gn_trainer_resume(p.trainer, checkpoint);
    if (status == GN_OK)
        status = gn_trainer_fit(p.trainer, &data, NULL);
    *n = gn_network_param_count(net);
    *params = copy_reals(gn_network_params(net), *n);
    gn_trainer_destroy(p.trainer);
    gn_network_destroy(net);
    free_samples(&s);
    return status;
}

static void be_the_program(int told, int threads)
{
    gn_real *params;
    size_t n;
    gn_status status = train(told, threads, &params, &n);
    FILE *file = status >= 0 ? fopen(result, "wb") : NULL;
    if (!file || fwrite(params, sizeof *params, n, file) != n || fclose(file) != 0) {
        (void)fprintf(stderr, "the program: %d, %s\n", (int)status, gn_error_message());
        _exit(1);
    }
    _exit(0);
}

/* ---- who kills it ---- */

static pid_t start(int *told, int threads)
{
    int ends[2];
    CHECK(pipe(ends) == 0, "%s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        be_the_program(ends[1], threads);
    }
    CHECK(child > 0, "%s", strerror(errno));
    close(ends[1]);
    *told = ends[0];
    return child;
}

/* After some saves, and a moment more. Whether it was killed before it ended. */
static bool run_and_kill(rng *r, int threads)
{
    int told, how;
    char byte;
    pid_t child = start(&told, threads);
    for (size_t n = draw_size(r, 1, 10); n > 0 && read(told, &byte, 1) == 1; n--)
        continue;
    nanosleep(&(struct timespec){ .tv_nsec = (long)draw_size(r, 0, 500000) }, NULL);
    kill(child, SIGKILL);
    CHECK(waitpid(child, &how, 0) == child, "%s", strerror(errno));
    close(told);
    CHECK(WIFSIGNALED(how) || WEXITSTATUS(how) == 0, "the program ended with %d", how);
    return WIFSIGNALED(how);
}

static void run_to_the_end(void)
{
    int told, how;
    char bytes[100];
    pid_t child = start(&told, 1);
    while (read(told, bytes, sizeof bytes) > 0)
        continue;
    CHECK(waitpid(child, &how, 0) == child && how == 0, "the program ended with %d", how);
    close(told);
}

static void test_killed_and_resumed(void **state)
{
    rng r = { 1 };
    size_t n, n_kills = in_valgrind() ? 3 : KILLS, kills = 0, runs = 0;
    gn_real *never_stopped;
    (void)state;
    CHECK(train(-1, 1, &never_stopped, &n) >= 0, "%s", gn_error_message());
    gn_real *params = reals(n);
    while (kills < n_kills) { /* where one run has come to its end, another begins */
        unlink(checkpoint);
        while (kills < n_kills && run_and_kill(&r, 1 + (int)(kills % 3)))
            kills++;
        run_to_the_end();
        FILE *file = fopen(result, "rb");
        CHECK(file && fread(params, sizeof *params, n, file) == n, "%s", result);
        (void)fclose(file);
        CHECK(same_bits(never_stopped, params, n), "other weights after %zu kills", kills);
        runs++;
    }
    print_message("%zu kills in %zu runs\n", kills, runs);
    free(never_stopped);
    free(params);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_killed_and_resumed) };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
