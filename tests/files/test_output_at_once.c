/* Files that several processes write, or that one writes that is killed or gets signals. */
#define _DEFAULT_SOURCE /* makedev */
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <time.h>
#include "support_files.h"

static void write_and_die(const char *path)
{
    gni_output out;
    if (gni_output_open(&out, "test", path) < 0)
        _exit(1);
    gni_write(&out, pattern + 7, 200000);
    raise(SIGKILL);
}

/* What a killed process leaves is longer than what comes then, and is used again. */
static void test_killed_writer(void **state)
{
    const char *path = in_folder("file"), *part = in_folder("file.part");
    int how = -1;
    (void)state;
    CHECK_OK(write_pattern(path, 1000, 1000, GN_OK));
    pid_t child = fork();
    if (child == 0)
        write_and_die(path);
    CHECK(waitpid(child, &how, 0) == child && WIFSIGNALED(how), "%d", how);
    CHECK(exists(part), "no %s was left", part);
    CHECK_OK(write_pattern(path, 999, 500, GN_OK));
    check_whole(path, 999);
    CHECK(unlink(path) == 0 && count_files() == 0, "%zu files are left", count_files());
}

/* Several at once: always one of theirs, whole. */
static void test_writers_at_once(void **state)
{
    enum { WRITERS = 4 };
    const char *path = in_folder("file");
    pid_t children[WRITERS];
    (void)state;
    CHECK_OK(write_pattern(path, 100000, 5000, GN_OK));
    for (size_t i = 0; i < WRITERS; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            gn_status status = GN_OK;
            /* one of them now and then in vain */
            for (size_t k = 0; k < 20 && status == GN_OK; k++)
                do
                    status = write_pattern(path, 100000 + 50000 * i, 5000, i == 3 &&
                                           k % 2 ? GN_ERR_SHAPE : GN_OK)
                             == GN_ERR_IO ? GN_ERR_IO : GN_OK;
                /* on a slow disk, for too long */
                while (status < 0 && strstr(gn_error_message(), "locked"));
            _exit(status == GN_OK ? 0 : 1);
        }
        CHECK(children[i] > 0, "%s", strerror(errno));
    }
    for (size_t left = WRITERS; left > 0;) {
        int how;
        gni_input in;
        uint8_t *bytes;
        pid_t child = waitpid(-1, &how, WNOHANG);
        CHECK(child <= 0 || how == 0, "a writer ended with %d", how);
        left -= child > 0;
        CHECK_OK(gni_input_open(&in, path));
        CHECK_OK(gni_input_read_all(&in, &bytes));
        CHECK(in.size >= 100000 && in.size % 50000 == 0 && memcmp(bytes, pattern, in.size) == 0,
              "%zu bytes", in.size);
        gni_free(bytes);
        gni_input_close(&in);
    }
    CHECK(unlink(path) == 0 && count_files() == 0, "%zu files are left", count_files());
}

/* ---- what keeps a save from being written ---- */

static void check_refused(const char *path, const char *words)
{
    const time_t before = time(NULL);
    CHECK_STATUS(write_pattern(path, 1000, 1000, GN_OK), GN_ERR_IO);
    CHECK(strstr(gn_error_message(), path) && strstr(gn_error_message(), words), "not '%s': %s",
          words, gn_error_message());
    CHECK(time(NULL) - before < 60, "%s", "it waited"); /* (for ever, without a limit) */
}

/* Of the part's name, something else than a file; it stays. */
static void test_no_file_at_the_part(void **state)
{
    static const char *const sorts[] = { "a pipe", "a folder", "a socket", "a link", "a device" };
    const char *path = in_folder("file"), *part = in_folder("file.part");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct stat info;
    (void)state;
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", part);
    CHECK_OK(write_pattern(path, 999, 999, GN_OK));
    for (int i = 0; i < 5; i++) {
        int file = -1, failed = i == 0 ? mkfifo(part, 0600)
                              : i == 1 ? mkdir(part, 0700)
                              : i == 2 ? (file = socket(AF_UNIX, SOCK_STREAM, 0)) < 0 ||
                                         bind(file, (struct sockaddr *)&address, sizeof address)
                              : i == 3 ? symlink("nowhere", part)
                                       /* root may, elsewhere */
                                       : mknod(part, S_IFCHR | 0600, makedev(1, 3));
        if (i == 4 && failed)
            continue;
        CHECK(!failed, "%s: %s", sorts[i], strerror(errno));
        check_refused(path, sorts[i]);
        CHECK(stat(path, &info) == 0 && info.st_size == 999, "%s is another", path);
        CHECK(!exists(in_folder("nowhere")) && (unlink(part) == 0 || rmdir(part) == 0), "%s",
              sorts[i]);
        if (file >= 0)
            close(file);
    }
    CHECK(unlink(path) == 0 && count_files() == 0, "%zu files are left", count_files());
}

/* A reader of the pipe does not help: nothing comes out of it. */
static void test_a_read_pipe_at_the_part(void **state)
{
    const char *path = in_folder("file"), *part = in_folder("file.part");
    char byte;
    (void)state;
    CHECK(mkfifo(part, 0600) == 0, "%s", strerror(errno));
    int file = open(part, O_RDONLY | O_NONBLOCK);
    check_refused(path, "a pipe");
    CHECK(read(file, &byte, 1) == 0, "%s", "something was written");
    close(file);
    CHECK(unlink(part) == 0 && count_files() == 0, "%zu files are left", count_files());
}

/* Another process keeps its lock: it has the part still, and may end its work. */
static void test_a_lock_that_is_kept(void **state)
{
    const char *path = in_folder("file"), *part = in_folder("file.part");
    gni_output out;
    (void)state;
    CHECK_OK(gni_output_open(&out, "test", path));
    gni_write(&out, pattern, 777);
    check_refused(path, "locked for 3 seconds");
    CHECK(exists(part), "%s is gone", part);
    CHECK_OK(gni_output_close(&out, GN_OK));
    check_whole(path, 777);
    CHECK(unlink(path) == 0 && count_files() == 0, "%zu files are left", count_files());
}

static void test_a_pipe_that_nobody_reads(void **state)
{
    const char *path = in_folder("fifo");
    (void)state;
    CHECK(mkfifo(path, 0600) == 0, "%s", strerror(errno));
    check_refused(path, "nobody has opened to read for 3 seconds");
    CHECK(unlink(path) == 0 && count_files() == 0, "%zu files are left", count_files());
}

/* ---- signals ---- */

static int signals_to;

static void tell(int number)
{
    (void)number;
    (void)!write(signals_to, "", 1);
}

/* A signal every millisecond, told through a pipe. */
static void start_signals(int pipe_end)
{
    struct sigaction action = { .sa_handler = tell }; /* no SA_RESTART */
    struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
    signals_to = pipe_end;
    (void)fcntl(pipe_end, F_SETFL, O_NONBLOCK);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
}

static void stop_signals(void)
{
    struct itimerval never = { { 0, 0 }, { 0, 0 } };
    setitimer(ITIMER_REAL, &never, NULL);
    (void)signal(SIGALRM, SIG_IGN);
}

static void read_exactly(int file, size_t n)
{
    char byte;
    while (n > 0 && read(file, &byte, 1) == 1)
        n--;
}

/* Another process has the part locked until we have had ten signals: we wait, and it stays. */
static void test_signals_while_waiting(void **state)
{
    const char *path = in_folder("file");
    int told[2], ready[2], how = -1;
    (void)state;
    CHECK(pipe(told) == 0 && pipe(ready) == 0, "%s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        gni_output out;
        if (gni_output_open(&out, "test", path) < 0 || write(ready[1], "", 1) != 1)
            _exit(1);
        gni_write(&out, pattern, 777);
        read_exactly(told[0], 10);
        _exit(gni_output_close(&out, GN_OK) == GN_OK ? 0 : 2);
    }
    read_exactly(ready[0], 1);
    start_signals(told[1]);
    gn_status status = write_pattern(path, 1000, 1000, GN_OK);
    stop_signals();
    CHECK(status == GN_OK, "%d: %s", (int)status, gn_error_message());
    CHECK(waitpid(child, &how, 0) == child && how == 0, "the other process ended with %d", how);
    check_whole(path, 1000);
    CHECK(unlink(path) == 0 && count_files() == 0, "%zu files are left", count_files());
    for (int i = 0; i < 2; i++)
        close(told[i]), close(ready[i]);
}

/* A pipe whose reader takes the rest when we have had ten signals. */
static void test_signals_while_writing(void **state)
{
    const char *path = in_folder("fifo");
    int told[2], how = -1;
    (void)state;
    CHECK(pipe(told) == 0 && mkfifo(path, 0600) == 0, "%s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        static uint8_t bytes[LARGE + 1];
        size_t n = 0;
        read_exactly(told[0], 5); /* while the other waits for a reader */
        int file = open(path, O_RDONLY);
        read_exactly(told[0], 5);
        for (ssize_t some; (some = read(file, bytes + n, LARGE + 1 - n)) > 0; n += (size_t)some)
            continue;
        _exit(n == LARGE && memcmp(bytes, pattern, n) == 0 ? 0 : 1);
    }
    start_signals(told[1]);
    gn_status status = write_pattern(path, LARGE, 5000, GN_OK);
    stop_signals();
    CHECK(status == GN_OK, "%d: %s", (int)status, gn_error_message());
    CHECK(waitpid(child, &how, 0) == child && how == 0, "the reader ended with %d", how);
    CHECK(unlink(path) == 0 && count_files() == 0, "%zu files are left", count_files());
    close(told[0]);
    close(told[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_writer),
        cmocka_unit_test(test_writers_at_once),
        cmocka_unit_test(test_no_file_at_the_part),
        cmocka_unit_test(test_a_read_pipe_at_the_part),
        cmocka_unit_test(test_a_lock_that_is_kept),
        cmocka_unit_test(test_a_pipe_that_nobody_reads),
        cmocka_unit_test(test_signals_while_waiting),
        cmocka_unit_test(test_signals_while_writing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
