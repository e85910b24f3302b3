/* A team's members run each item once, whoever comes late; the first error is the one that is
 * told; and nothing that happens to a thread changes a bit. */
#define _GNU_SOURCE /* sched_getcpu */
#include <errno.h>
#include <omp.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "support.h"
#include "base/team.h"

enum { MOST_ITEMS = 40 };

/* Of any thread, never the same: so that members come late and leave early. */
static void linger(void)
{
    static _Atomic uint32_t state = 1;
    uint32_t x = atomic_fetch_add(&state, 0x9E3779B9u) * 0x85EBCA6Bu;
    if (x >> 29 == 0)
        usleep(x >> 16 & 127);
    else if (x >> 30 == 1)
        sched_yield();
}

/* ---- phases ---- */

typedef struct job {
    _Atomic int runs[MOST_ITEMS];
    bool slow;
    size_t bad, worse; /* items that fail */
} job;

static gn_status count(void *user, int member, size_t item)
{
    job *j = user;
    CHECK(member >= 0 && member < 8, "member %d", member);
    if (j->slow)
        linger();
    atomic_fetch_add(&j->runs[item], 1);
    return item == j->bad || item == j->worse ? gn_fail(GN_ERR_IO, "item %zu", item) : GN_OK;
}

static void check_phases(int most, int phases, bool slow)
{
    gni_team *team = gni_team_create(most);
    CHECK(team, "a team of %d", most);
    for (int p = 0; p < phases; p++) {
        size_t items = (size_t)p * 7 % MOST_ITEMS + 1;
        job j = { .slow = slow, .bad = SIZE_MAX, .worse = SIZE_MAX };
        CHECK_OK(gni_team_run(team, items, count, &j));
        for (size_t i = 0; i < MOST_ITEMS; i++)
            CHECK(j.runs[i] == (i < items), "team of %d, phase %d: item %zu of %zu ran %d times",
                  most, p, i, items, j.runs[i]);
    }
    gni_team_destroy(team);
}

static void test_each_item_once(void **state)
{
    (void)state;
    for (int most = 1; most <= 8; most++) {
        check_phases(most, in_valgrind() ? 200 : 5000, false);
        check_phases(most, in_valgrind() ? 50 : 400, true);
    }
}

/* ---- threads that the system denies ---- */

static atomic_bool denied;
static atomic_int attempts;

typedef void *entry(void *user);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *how, entry *run, void *user);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, entry *run, void *user);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, entry *run, void *user)
{
    atomic_fetch_add(&attempts, 1);
    return atomic_load(&denied) ? EAGAIN : __real_pthread_create(thread, how, run, user);
}

static void run_phases(gni_team *team, int phases)
{
    for (int p = 0; p < phases; p++) {
        job j = { .bad = SIZE_MAX, .worse = SIZE_MAX };
        CHECK_OK(gni_team_run(team, 4, count, &j));
    }
}

/* They are asked for again, but not in each phase. */
static void test_denied_threads_come_later(void **state)
{
    (void)state;
    gni_team *team = gni_team_create(3);
    CHECK(team, "%s", "no team");
    atomic_store(&attempts, 0);
    atomic_store(&denied, true);
    run_phases(team, 1000);
    CHECK(team->n_threads == 0, "%d threads", team->n_threads);
    int n = atomic_load(&attempts);
    CHECK(n > 2 && n < 20, "%d attempts", n);
    atomic_store(&denied, false);
    run_phases(team, GNI_LONGEST_PAUSE + 1);
    CHECK(team->n_threads == 2, "%d threads", team->n_threads);
    n = atomic_load(&attempts);
    run_phases(team, 100);
    CHECK(atomic_load(&attempts) == n, "%s", "attempts when all are there");
    gni_team_destroy(team);
}

/* Of several items that fail, the first is told, whichever failed first. */
static void test_first_error(void **state)
{
    (void)state;
    for (int most = 1; most <= 8; most++) {
        gni_team *team = gni_team_create(most);
        for (size_t p = 0; p < (in_valgrind() ? 20 : 200); p++) {
            size_t bad = p * 11 % MOST_ITEMS, worse = p * 17 % MOST_ITEMS;
            char want[40];
            job j = { .slow = p % 2, .bad = bad, .worse = worse };
            snprintf(want, sizeof want, "item %zu", bad < worse ? bad : worse);
            CHECK_STATUS(gni_team_run(team, MOST_ITEMS, count, &j), GN_ERR_IO);
            CHECK(strcmp(gn_error_message(), want) == 0, "'%s', not '%s'", gn_error_message(),
                  want);
        }
        job fine = { .bad = SIZE_MAX, .worse = SIZE_MAX };
        CHECK_OK(gni_team_run(team, MOST_ITEMS, count, &fine));
        gni_team_destroy(team);
    }
}

/* ---- bits ---- */

static double disturbed(const gn_loss *self, const gn_tile *tile, size_t cols, size_t stride,
                        const gn_real *z, double scale, gn_real *dz)
{
    (void)self;
    linger();
    return gn_softmax_cross_entropy.eval(&gn_softmax_cross_entropy, tile, cols, stride, z, scale,
                                         dz);
}

static gn_real *trained(int threads, const gn_data *data, const gn_loss *loss)
{
    const gn_layer_spec layers[] = { { .units = 20, .activation = &gn_tanh },
                                     { .type = &gn_dropout, .param = { 0.2 } },
                                     { .units = 300, .activation = &gn_relu },
                                     { .units = 3, .activation = &gn_softmax } };
    gn_network *net = make_network(5, layers, COUNT(layers), 3);
    gn_trainer *t = make_trainer(net, (gn_train_options){
        .loss = loss, .batch = 96, .epochs = 3, .threads = threads, .lanes = 12, .tile_rows = 4,
        .validation = 0.25, .patience = 2, .max_gradient_norm = threads % 2 ? 1e9 : 0 });
    CHECK_OK(gn_trainer_fit(t, data, NULL));
    gn_trainer_destroy(t);
    gn_real *params = copy_reals(gn_network_params(net), gn_network_param_count(net));
    gn_network_destroy(net);
    return params;
}

static void test_disturbed_threads(void **state)
{
    static const int threads[] = { 2, 3, 4, 8 };
    rng r = { 4 };
    samples s = make_samples(&r, 500, 5, 3);
    gn_data data = with_labels(&s);
    gn_loss loss = gn_softmax_cross_entropy;
    (void)state;
    loss.eval = disturbed;
    loss.user = NULL;
    gn_real *one = trained(1, &data, &gn_softmax_cross_entropy);
    for (size_t i = 0; i < COUNT(threads); i++) {
        gn_real *many = trained(threads[i], &data, &loss);
        CHECK(same_bits(one, many, 5 * 20 + 20 + 20 * 300 + 300 + 300 * 3 + 3), "%d threads",
              threads[i]);
        free(many);
    }
    free(one);
    free_samples(&s);
}

/* ---- manners ---- */

static gn_status note_mask(void *user, int member, size_t item)
{
    sigset_t mask;
    (void)item;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    if (member > 0 && !sigismember(&mask, SIGINT))
        atomic_fetch_add((_Atomic int *)user, 1);
    if (member > 0 && (sigismember(&mask, SIGFPE) || sigismember(&mask, SIGSYS)))
        atomic_fetch_add((_Atomic int *)user, 1);
    usleep(50);
    return GN_OK;
}

/* A signal that the host handles comes to a thread of the host's. */
static void test_signals_are_the_hosts(void **state)
{
    _Atomic int wrong = 0;
    gni_team *team = gni_team_create(4);
    sigset_t before, after;
    (void)state;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    CHECK_OK(gni_team_run(team, MOST_ITEMS, note_mask, &wrong));
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    CHECK(wrong == 0, "%d items saw another mask", wrong);
    CHECK(sigismember(&before, SIGINT) == sigismember(&after, SIGINT), "%s",
          "the caller's mask changed");
    gni_team_destroy(team);
}

typedef struct cancelled {
    gni_team *team;
    pthread_barrier_t both;
    _Atomic bool asked, finished;
} cancelled;

static gn_status hold_up_caller(void *user, int member, size_t item)
{
    cancelled *c = user;
    (void)item;
    pthread_barrier_wait(&c->both); /* each member has an item */
    while (member == 1 && !c->asked)
        usleep(1000);
    return GN_OK;
}

static void *call_with_cancelling(void *user)
{
    cancelled *c = user;
    gn_status status = gni_team_run(c->team, 2, hold_up_caller, c);
    c->finished = status == GN_OK;
    return NULL;
}

/* A caller that is cancelled while it waits for its helpers, who work on its stack, goes when they
 * are done. */
static void test_cancelled_caller_waits(void **state)
{
    cancelled c = { .team = gni_team_create(2) };
    pthread_t caller;
    (void)state;
    CHECK(pthread_barrier_init(&c.both, NULL, 3) == 0, "%s", "no barrier");
    CHECK(pthread_create(&caller, NULL, call_with_cancelling, &c) == 0, "%s", "no thread");
    pthread_barrier_wait(&c.both);
    usleep(20000); /* now it sleeps */
    pthread_cancel(caller);
    usleep(20000);
    c.asked = true;
    pthread_join(caller, NULL);
    CHECK(c.finished, "%s", "the call was left while a helper worked");
    pthread_barrier_destroy(&c.both);
    gni_team_destroy(c.team);
}

/* Between calls helpers sleep: the process's clock stands still. */
static void test_helpers_sleep(void **state)
{
    job j = { .bad = SIZE_MAX, .worse = SIZE_MAX };
    gni_team *team = gni_team_create(4);
    struct timespec from, to;
    (void)state;
    CHECK_OK(gni_team_run(team, MOST_ITEMS, count, &j));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    usleep(400000);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    double used = (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
    CHECK(used < 0.2, "%g seconds of work in 0.4 seconds of rest", used);
    gni_team_destroy(team);
}

/* The child has the team's memory and none of its threads. */
static void test_after_fork(void **state)
{
    job j = { .bad = SIZE_MAX, .worse = SIZE_MAX };
    gni_team *team = gni_team_create(3);
    (void)state;
    CHECK_OK(gni_team_run(team, 9, count, &j));
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        bool right = gni_team_size(team, 9) == 1 && gni_team_run(team, 9, count, &j) == GN_OK;
        gni_team_destroy(team);
        _exit(right ? 0 : 1);
    }
    int how = -1;
    CHECK(child > 0 && waitpid(child, &how, 0) == child, "%d", (int)child);
    CHECK(WIFEXITED(how) && WEXITSTATUS(how) == 0, "the child ended with %d", how);
    gni_team_destroy(team);
}

static gn_status nest(void *user, int member, size_t item)
{
    job j = { .bad = SIZE_MAX, .worse = SIZE_MAX };
    gni_team *team = gni_team_create(2);
    (void)user, (void)member, (void)item;
    gn_status status = gni_team_run(team, 6, count, &j);
    gni_team_destroy(team);
    return status;
}

/* A user's function that predicts has a team of its own. */
static void test_teams_within_teams(void **state)
{
    gni_team *team = gni_team_create(3);
    (void)state;
    CHECK_OK(gni_team_run(team, 12, nest, NULL));
    gni_team_destroy(team);
}

/* As OpenMP does: no team within a parallel region, unless the host allows it. */
static void test_parallel_regions(void **state)
{
    gni_team *team = gni_team_create(4);
    int size = 0, levels = omp_get_max_active_levels(), nested = 0;
    (void)state;
    omp_set_max_active_levels(1);
#pragma omp parallel num_threads(2)
    {
#pragma omp single
        size = omp_get_num_threads() > 1 ? gni_team_size(team, 9) : 1;
    }
    omp_set_max_active_levels(2);
#pragma omp parallel num_threads(2)
    {
#pragma omp single
        nested = omp_get_num_threads() > 1 ? gni_team_size(team, 9) : 4;
    }
    omp_set_max_active_levels(levels);
    CHECK(size == 1, "a team of %d in a parallel region", size);
    CHECK(nested == 4, "a team of %d where regions may be nested", nested);
    CHECK(gni_team_size(team, 9) == 4 && gni_team_size(team, 2) == 2, "%d", gni_team_size(team, 9));
    gni_team_destroy(team);
}

typedef struct crowd {
    gni_team *team;
    _Atomic int working[2], met, by_member_1;
} crowd;

/* The first item rings late: the helper of member 1 wakes while OpenMP's thread is member 1. */
static gn_status note_crowd(void *user, int member, size_t item)
{
    crowd *c = user;
    if (item == 0)
        gni_ring(&c->team->members[1].bell);
    c->met += atomic_fetch_add(&c->working[member], 1) > 0;
    c->by_member_1 += member == 1;
    usleep(1000);
    atomic_fetch_sub(&c->working[member], 1);
    return GN_OK;
}

/* A member's scratch is for one thread, also where a helper comes so late that the next phase is of
 * OpenMP's threads. */
static void test_late_helper_leaves_openmp_alone(void **state)
{
    job j = { .bad = SIZE_MAX, .worse = SIZE_MAX };
    crowd c = { .team = gni_team_create(2) };
    (void)state;
    CHECK_OK(gni_team_run(c.team, 9, count, &j)); /* starts the helper */
    c.team->worth.borrow = true;
    for (int i = 0; i < 1000 && !c.by_member_1; i++) /* until OpenMP's thread has had its turn */
        CHECK_OK(gni_team_run(c.team, MOST_ITEMS, note_crowd, &c));
    CHECK(c.met == 0, "%d items met another one of the same member", c.met);
    CHECK(c.by_member_1 > 0, "%s", "OpenMP's thread did nothing");
    gni_team_destroy(c.team);
}

/* ---- under OMP_PROC_BIND: in a program of its own, since OpenMP looks once ---- */

static gn_status note_cpu(void *user, int member, size_t item)
{
    _Atomic int *cpus = user;
    (void)item;
    atomic_store(&cpus[member], 1 + sched_getcpu());
    usleep(2000);
    return GN_OK;
}

static int print_cpus(void)
{
    _Atomic int cpus[2] = { 0, 0 };
    gni_team *team = gni_team_create(2);
    gn_status status = GN_OK;
    for (int i = 0; i < 1000 && !cpus[1] && status >= 0; i++) /* until the helper has had its
                                                                 turn */
        status = gni_team_run(team, 8, note_cpu, cpus);
    gni_team_destroy(team);
    return status == GN_OK && cpus[0] && cpus[1] && cpus[0] != cpus[1] ? 0 : 1;
}

static void test_bound_threads(void **state)
{
    (void)state;
    if (omp_get_num_procs() < 2 || in_valgrind())
        skip();
    pid_t child = fork();
    if (child == 0) {
        setenv("OMP_PROC_BIND", "close", 1);
        setenv("OMP_PLACES", "cores", 1);
        execl("/proc/self/exe", "test_team", "--cpus", (char *)NULL);
        _exit(2);
    }
    int how = -1;
    CHECK(child > 0 && waitpid(child, &how, 0) == child, "%d", (int)child);
    CHECK(WIFEXITED(how) && WEXITSTATUS(how) == 0, "both members on one core: %d", how);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_item_once),
        cmocka_unit_test(test_denied_threads_come_later),
        cmocka_unit_test(test_first_error),
        cmocka_unit_test(test_disturbed_threads),
        cmocka_unit_test(test_signals_are_the_hosts),
        cmocka_unit_test(test_cancelled_caller_waits),
        cmocka_unit_test(test_helpers_sleep),
        cmocka_unit_test(test_after_fork),
        cmocka_unit_test(test_teams_within_teams),
        cmocka_unit_test(test_parallel_regions),
        cmocka_unit_test(test_late_helper_leaves_openmp_alone),
        cmocka_unit_test(test_bound_threads),
    };
    gni_team_eager = true;
    if (argc > 1 && strcmp(argv[1], "--cpus") == 0)
        return print_cpus();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
