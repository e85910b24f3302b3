/* Files as they come and go: whole or not at all, whatever fails and whatever stands there. Every
 * network and checkpoint is read and written through these. */
#include "support_files.h"

static void test_whole_files(void **state)
{
    static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 131072, LARGE };
    static const size_t pieces[] = { 1000, 65536, 65537, LARGE };
    const char *path = in_folder("whole");
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t j = 0; j < COUNT(pieces); j++) {
            CHECK_OK(write_pattern(path, sizes[i], pieces[j], GN_OK));
            check_whole(path, sizes[i]);
        }
    CHECK(unlink(path) == 0 && count_files() == 0, "%zu files are left", count_files());
}

static void test_memory(void **state)
{
    uint8_t bytes[16] = { 0 };
    (void)state;
    for (size_t capacity = 0; capacity <= 12; capacity++) {
        memset(bytes, 0xee, sizeof bytes);
        gni_output out = gni_output_of(capacity ? bytes : NULL, capacity);
        gni_write(&out, pattern, 5);
        gni_write(&out, NULL, 0);
        gni_print(&out, "%d%s", 12, "345");
        CHECK(out.used == 10 && out.status == GN_OK, "%zu bytes of %zu", out.used, capacity);
        CHECK(capacity < 5 || memcmp(bytes, pattern, 5) == 0, "the first piece into %zu bytes",
              capacity);
        CHECK(capacity < 10 || memcmp(bytes + 5, "12345", 5) == 0,
              "the second piece into %zu bytes", capacity);
        for (size_t i = capacity; i < sizeof bytes; i++)
            CHECK(bytes[i] == 0xee, "byte %zu of %zu was written", i, capacity);
        CHECK_OK(gni_output_close(&out, GN_OK));
    }
    gni_output out = gni_output_of(bytes, 8);
    gni_print(&out, "%2000d", 1);
    CHECK_STATUS(gni_output_close(&out, GN_OK), GN_ERR_IO);
}

/* ---- what fails ---- */

static void check_old(const char *path, gn_status got, const char *says)
{
    CHECK(got == GN_ERR_IO && strstr(gn_error_message(), says) &&
          strstr(gn_error_message(), "test: "),
          "%d (%s), not %s", (int)got, gn_error_message(), says);
    check_whole(path, 1000);
}

static void test_full_disk(void **state)
{
    static const rlim_t limits[] = { 1, 4096, 65536, 65537, LARGE - 1 };
    const char *path = in_folder("old");
    struct rlimit before;
    (void)state;
    CHECK_OK(write_pattern(path, 1000, 1000, GN_OK));
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0, "%s", strerror(errno));
    for (size_t i = 0; i < 2 * COUNT(limits); i++) {
        struct rlimit limit = { limits[i / 2], before.rlim_max };
        CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0, "%s", strerror(errno));
        gn_status status = write_pattern(path, LARGE, i % 2 ? LARGE : 5000, GN_OK);
        setrlimit(RLIMIT_FSIZE, &before);
        check_old(path, status, strerror(EFBIG));
    }
    CHECK_STATUS(write_pattern("/dev/full", LARGE, 5000, GN_OK), GN_ERR_IO);
    CHECK(strstr(gn_error_message(), "/dev/full: No space"), "%s", gn_error_message());
    CHECK_STATUS(write_pattern("/dev/full", 10, 10, GN_OK), GN_ERR_IO);
    CHECK(unlink(path) == 0 && count_files() == 0, "%zu files are left", count_files());
}

/* The writer itself may fail; its status stands, and its message. */
static void test_failed_writer(void **state)
{
    const char *path = in_folder("old"), *new = in_folder("new");
    (void)state;
    CHECK_OK(write_pattern(path, 1000, 1000, GN_OK));
    CHECK_STATUS(write_pattern(path, LARGE, 5000, gn_fail(GN_ERR_SHAPE, "because")), GN_ERR_SHAPE);
    CHECK(strcmp(gn_error_message(), "because") == 0, "%s", gn_error_message());
    check_whole(path, 1000);
    CHECK_STATUS(write_pattern(new, 10, 5, GN_ERR_MEMORY), GN_ERR_MEMORY);
    CHECK(!exists(new) && unlink(path) == 0 && count_files() == 0, "%zu files are left",
          count_files());
}

static void test_where_nothing_can_be_written(void **state)
{
    static const struct { const char *path; int error; } cases[] = {
        { "/nonexistent/file", ENOENT }, { "", ENOENT }, { "/tmp", EISDIR },
        { "/dev/null/x", ENOTDIR },
    };
    char name[300];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK_STATUS(write_pattern(cases[i].path, 10, 10, GN_OK), GN_ERR_IO);
        CHECK(strstr(gn_error_message(), strerror(cases[i].error)) &&
              strstr(gn_error_message(), cases[i].path),
              "\"%s\": %s", cases[i].path, gn_error_message());
    }
    memset(name, 'x', 252);
    name[252] = 0; /* and ".part" is too much */
    CHECK_STATUS(write_pattern(in_folder(name), 10, 10, GN_OK), GN_ERR_IO);
    CHECK(count_files() == 0, "%zu files are left", count_files());
}

/* Runs it in a child: what it checked is what it exits with. */
static void check_in_child(void (*run)(const char *path), const char *path)
{
    int how = -1;
    pid_t child = fork();
    if (child == 0) {
        run(path);
        _exit(42);
    }
    CHECK(child > 0 && waitpid(child, &how, 0) == child, "%d", (int)child);
    CHECK(WIFEXITED(how) && WEXITSTATUS(how) == 42, "the child ended with %d", how);
}

static void write_where_it_may_not(const char *path)
{
    if (geteuid() == 0 && setuid(65534) != 0)
        _exit(1);
    if (write_pattern(path, LARGE, 5000, GN_OK) != GN_ERR_IO)
        _exit(2);
    if (!strstr(gn_error_message(), strerror(EACCES)))
        _exit(3);
}

static void test_read_only_folder(void **state)
{
    const char *path = in_folder("old");
    (void)state;
    CHECK_OK(write_pattern(path, 1000, 1000, GN_OK));
    CHECK(chmod(group_folder, 0555) == 0, "%s", strerror(errno));
    check_in_child(write_where_it_may_not, path);
    CHECK(chmod(group_folder, 0700) == 0, "%s", strerror(errno));
    check_whole(path, 1000);
    CHECK(unlink(path) == 0 && count_files() == 0, "%zu files are left", count_files());
}

/* ---- what stands there ---- */

static void test_links(void **state)
{
    const char *file = in_folder("file"), *link = in_folder("link");
    struct stat info;
    (void)state;
    CHECK_OK(write_pattern(file, 10, 10, GN_OK));
    CHECK(symlink("file", link) == 0, "%s", strerror(errno));
    CHECK_OK(write_pattern(link, 1000, 100, GN_OK));
    CHECK(lstat(link, &info) == 0 && S_ISLNK(info.st_mode), "%s is no link any more", link);
    check_whole(file, 1000);
    CHECK(unlink(link) == 0 && unlink(file) == 0 && count_files() == 0, "%zu files are left",
          count_files());
    /* where the part shall be, a link to something else */
    CHECK_OK(write_pattern(file, 1000, 1000, GN_OK));
    CHECK(symlink("file", in_folder("new.part")) == 0, "%s", strerror(errno));
    CHECK_STATUS(write_pattern(in_folder("new"), 20, 20, GN_OK), GN_ERR_IO);
    check_whole(file, 1000);
    CHECK(unlink(in_folder("new.part")) == 0 && unlink(file) == 0 && count_files() == 0, "%zu",
          count_files());
}

static void test_permissions(void **state)
{
    static const mode_t modes[] = { 0600, 0640, 0666 };
    const char *path = in_folder("private");
    struct stat info;
    mode_t mask = umask(022);
    (void)state;
    CHECK_OK(write_pattern(path, 10, 10, GN_OK));
    CHECK(stat(path, &info) == 0 && (info.st_mode & 0777) == 0644, "%o", (unsigned)info.st_mode);
    for (size_t i = 0; i < COUNT(modes); i++) {
        CHECK(chmod(path, modes[i]) == 0, "%s", strerror(errno));
        CHECK_OK(write_pattern(path, 1000, 1000, GN_OK));
        CHECK(stat(path, &info) == 0 && (info.st_mode & 0777) == modes[i], "%o, not %o",
              (unsigned)info.st_mode,
              (unsigned)modes[i]);
    }
    CHECK(umask(mask) == 022 && unlink(path) == 0, "%s", "the mask is another");
}

/* Devices and pipes are written, and stay. */
static void test_devices_and_pipes(void **state)
{
    const char *path = in_folder("fifo");
    struct stat info;
    (void)state;
    CHECK_OK(write_pattern("/dev/null", LARGE, 5000, GN_OK));
    CHECK(stat("/dev/null", &info) == 0 && S_ISCHR(info.st_mode) && !exists("/dev/null.part"), "%s",
          "/dev/null");
    CHECK(mkfifo(path, 0600) == 0, "%s", strerror(errno));
    pid_t child = fork();
    if (child == 0)
        _exit(write_pattern(path, LARGE, 5000, GN_OK) == GN_OK ? 0 : 1);
    int file = open(path, O_RDONLY), how = -1;
    uint8_t bytes[4096];
    size_t n = 0;
    for (ssize_t some; (some = read(file, bytes, sizeof bytes)) > 0; n += (size_t)some)
        CHECK(memcmp(bytes, pattern + n, (size_t)some) == 0, "after %zu bytes", n);
    close(file);
    CHECK(waitpid(child, &how, 0) == child && how == 0 && n == LARGE, "%d, %zu bytes", how, n);
    CHECK(stat(path, &info) == 0 && S_ISFIFO(info.st_mode), "%s is no pipe any more", path);
    CHECK(unlink(path) == 0 && count_files() == 0, "%zu files are left", count_files());
}

/* ---- input ---- */

static void test_input(void **state)
{
    const char *path = in_folder("file"), *fifo = in_folder("fifo");
    gni_input in;
    uint8_t bytes[1000];
    (void)state;
    CHECK_OK(write_pattern(path, 1000, 1000, GN_OK));
    CHECK(mkfifo(fifo, 0600) == 0, "%s", strerror(errno));
    CHECK_STATUS(gni_input_open(&in, fifo), GN_ERR_IO); /* and does not wait for a writer */
    CHECK(strstr(gn_error_message(), "not a regular file"), "%s", gn_error_message());
    CHECK_STATUS(gni_input_open(&in, group_folder), GN_ERR_IO);
    CHECK_STATUS(gni_input_open(&in, in_folder("none")), GN_ERR_IO);
    CHECK(strstr(gn_error_message(), "/none: No such file"), "%s", gn_error_message());
    CHECK_OK(gni_input_open(&in, path));
    for (size_t i = 0; i < 1000; i += 111) {
        CHECK_OK(gni_input_read(&in, i, bytes, 1000 - i));
        CHECK(memcmp(bytes, pattern + i, 1000 - i) == 0, "from %zu", i);
    }
    CHECK(truncate(path, 500) == 0, "%s", strerror(errno));
    CHECK_STATUS(gni_input_read(&in, 400, bytes, 600), GN_ERR_IO);
    CHECK(strstr(gn_error_message(), "shorter"), "%s", gn_error_message());
    gni_input_close(&in);
    in = gni_input_of(pattern, 100, "memory");
    CHECK_OK(gni_input_read(&in, 60, bytes, 40));
    CHECK_OK(gni_input_read(&in, 100, NULL, 0));
    CHECK(memcmp(bytes, pattern + 60, 40) == 0, "%s", "memory");
    gni_input_close(&in);
    CHECK(unlink(path) == 0 && unlink(fifo) == 0 && count_files() == 0, "%zu files are left",
          count_files());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_files),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_failed_writer),
        cmocka_unit_test(test_where_nothing_can_be_written),
        cmocka_unit_test(test_read_only_folder),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_permissions),
        cmocka_unit_test(test_devices_and_pipes),
        cmocka_unit_test(test_input),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
