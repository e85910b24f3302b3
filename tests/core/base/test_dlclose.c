/* A plug-in loads the library, trains with several threads, and closes it, again and again, with
 * forks in between. No thread may be left in code that was unloaded: neither ours nor OpenMP's,
 * which training borrows while other threads of the process keep the cores busy, as here.
 * usage: test_dlclose PATH OF THE SHARED LIBRARY */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <gemmnet/gemmnet.h>

enum { ROUNDS = 40, ROWS = 512, INPUTS = 8, SPINNERS = 1 };

static const char *path;
static gn_real x[ROWS * INPUTS], y[ROWS];

/* ---- threads of the host ---- */

static atomic_bool over;

static void *spin(void *unused)
{
    while (!atomic_load(&over))
        ;
    return unused;
}

/* ---- the library, by its functions' names ---- */

#define TEXT(name) #name
#define NAME_OF(function) TEXT(function) /* gn_x is a macro if gn_real is double: names.h */

/* (ISO C has no cast from a pointer to data to one to a function.) */
static void find(void *library, const char *name, void *pointer, size_t n)
{
    void *found = dlsym(library, name);
    if (!found)
        fail_msg("%s: %s", path, dlerror());
    memcpy(pointer, (const char *)&found, n);
}

#define FIND(function)                                                                       \
    __typeof__(&function) call_##function;                                                   \
    find(library, NAME_OF(function), &call_##function, sizeof call_##function)

static void train(void *library, int threads)
{
    FIND(gn_network_create);
    FIND(gn_trainer_create);
    FIND(gn_trainer_fit);
    FIND(gn_trainer_destroy);
    FIND(gn_network_destroy);
    FIND(gn_error_message);
    const gn_layer_spec layers[] = {
        { .units = 64, .activation = dlsym(library, NAME_OF(gn_tanh)) },
        { .units = 1 },
    };
    const gn_train_options options = {
        .loss = dlsym(library, NAME_OF(gn_squared_error)), .epochs = 10, .batch = ROWS,
        .threads = threads,
    };
    const gn_data data = { .x = { .data = x, .rows = ROWS, .cols = INPUTS },
                           .y = { .data = y, .rows = ROWS, .cols = 1 } };
    gn_network *net = NULL;
    gn_trainer *trainer = NULL;
    gn_status status = call_gn_network_create(&net, gn_vector(INPUTS), layers, 2, 1);
    if (status >= 0)
        status = call_gn_trainer_create(&trainer, net, &options);
    if (status >= 0)
        status = call_gn_trainer_fit(trainer, &data, NULL);
    if (status < 0)
        fail_msg("status %d: %s", (int)status, call_gn_error_message());
    call_gn_trainer_destroy(trainer);
    call_gn_network_destroy(net);
}

/* ---- tests ---- */

static void *load(void)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        fail_msg("%s", dlerror());
    return library;
}

/* The library's handlers of fork run here: after it was closed. */
static void check_fork(void)
{
    int state = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    if (child < 0 || waitpid(child, &state, 0) != child || state != 0)
        fail_msg("a child after fork ends with state %x", (unsigned)state);
}

static void test_rounds(void **state)
{
    static const int threads[] = { 1, 2, 4 };
    pthread_t spinners[SPINNERS];
    (void)state;
    for (size_t i = 0; i < SPINNERS; i++)
        assert_int_equal(pthread_create(&spinners[i], NULL, spin, NULL), 0);
    for (int round = 0; round < ROUNDS; round++) {
        void *library = load();
        train(library, threads[round % 3]);
        assert_int_equal(dlclose(library), 0);
        check_fork();
    }
    atomic_store(&over, true);
    for (size_t i = 0; i < SPINNERS; i++)
        assert_int_equal(pthread_join(spinners[i], NULL), 0);
}

/* That is how it is safe; musl's dlclose, among others, leaves every library where it is. */
static void test_stays_loaded(void **state)
{
    void *library = load();
    (void)state;
    assert_int_equal(dlclose(library), 0);
    library = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    assert_non_null(library);
    dlclose(library);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rounds),
        cmocka_unit_test(test_stays_loaded),
    };
    if (argc != 2)
        return 2;
    path = argv[1];
    for (int i = 0; i < ROWS * INPUTS; i++)
        x[i] = (gn_real)(i * 37 % 101) / 101;
    for (int i = 0; i < ROWS; i++)
        y[i] = x[i * INPUTS];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
