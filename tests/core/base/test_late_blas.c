/* Where addresses are limited, OpenBLAS's own thread has its buffer before main() can take the
 * room: else it would ask for that for ever, and exit() would wait for it. Here it begins late,
 * when somebody first wants it to work. With OPENBLAS_NUM_THREADS=2; the program runs itself once
 * more, with little memory from the start. */
#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS /* OpenBLAS calls mmap, not mmap64 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <gemmnet/gemmnet.h>

int openblas_get_num_threads(void) __attribute__((weak));
int openblas_get_parallel(void) __attribute__((weak));
int gotoblas_pthread(int threads, void (*f)(void *), void *args, int stride);

enum { MIB = 1 << 20, BUFFER = 128, REST = 48, SKIPPED = 77, MOST = 64 };

typedef struct job { void *(*run)(void *); void *argument; } job;

static job jobs[MOST];
static atomic_int n_jobs;  /* threads that are late */
static atomic_bool gate, has_buffer;

static void *begin_late(void *user)
{
    const job *j = user;
    while (!atomic_load(&gate))
        usleep(1000);
    return j->run(j->argument);
}

static bool is_blas(void *function)
{
    Dl_info info;
    return dladdr(function, &info) && info.dli_fname && strstr(info.dli_fname, "openblas");
}

/* These stand before those of the libraries. */
int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *),
                   void *argument)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    int n = is_blas(*(void **)&run) ? atomic_fetch_add(&n_jobs, 1) : MOST;
    if (n >= MOST)
        return real(thread, how, run, argument);
    jobs[n] = (job){ run, argument };
    return real(thread, how, begin_late, &jobs[n]);
}

int gotoblas_pthread(int threads, void (*f)(void *), void *args, int stride)
{
    int (*real)(int, void (*)(void *), void *, int);
    *(void **)&real = dlsym(RTLD_NEXT, "gotoblas_pthread");
    atomic_store(&gate, true);
    return real(threads, f, args, stride);
}

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    long block = syscall(SYS_mmap, address, size, protection, flags, file, offset);
    if (size >= (size_t)BUFFER * MIB && gettid() != getpid() && block != -1)
        atomic_store(&has_buffer, true);
    return (void *)block;
}

static size_t size_now(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld", &pages) != 1)
        perror("/proc/self/statm");
    if (file)
        fclose(file);
    return (size_t)(pages * sysconf(_SC_PAGESIZE));
}

static bool limit_to(size_t size)
{
    struct rlimit limit = { size, size };
    return setrlimit(RLIMIT_AS, &limit) == 0;
}

static void nothing(void *user) { (void)user; }

/* (Threads of later versions, 0.3.29 among them, take none when they begin.) */
static int check_buffer(void)
{
    if (atomic_load(&has_buffer))
        return 0;
    gotoblas_pthread(2, nothing, NULL, 0); /* it begins now, and comes to its end at exit() */
    if (!atomic_load(&has_buffer))
        return SKIPPED;
    fprintf(stderr, "when main() begins, OpenBLAS's thread has no buffer\n");
    return 1;
}

int main(int argc, char **argv)
{
    const char *version = gn_version(); /* so that the library is linked */
    if (!version || !openblas_get_parallel || openblas_get_parallel() != 1 ||
        openblas_get_num_threads() != 2)
        return SKIPPED;
    if (argc > 1)
        return check_buffer();
    atomic_store(&gate, true);
    if (limit_to(size_now() + (size_t)(BUFFER + REST) * MIB))
        execl(argv[0], argv[0], "with little memory", (char *)NULL);
    perror("setrlimit and execl");
    return 1;
}
