/* What the tests of files share: a folder of their own, and files of a known pattern, written and
 * read by lib/files/. */
#ifndef GEMMNET_TESTS_SUPPORT_FILES_H
#define GEMMNET_TESTS_SUPPORT_FILES_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "support.h"
#include "files/files.h"

enum { LARGE = 300001 };

static uint8_t pattern[LARGE];

static inline int set_up(void **state)
{
    rng r = { 6 };
    for (size_t i = 0; i < LARGE; i++)
        pattern[i] = (uint8_t)draw_bits(&r);
    (void)signal(SIGXFSZ, SIG_IGN);
    return make_group_folder(state);
}

static inline int tear_down(void **state)
{
    char command[300];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", group_folder);
    return system(command);
}

static inline bool exists(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

static inline size_t count_files(void)
{
    char command[300];
    size_t n = 0;
    (void)snprintf(command, sizeof command, "ls -A '%s' | wc -l", group_folder);
    FILE *pipe = popen(command, "r");
    CHECK(pipe && fscanf(pipe, "%zu", &n) == 1, "%s", command);
    (void)pclose(pipe);
    return n;
}

/* Whether the file consists of so many bytes of the pattern, and has no part beside it. */
static inline void check_whole(const char *path, size_t n)
{
    char part[300];
    gni_input in;
    uint8_t *bytes;
    (void)snprintf(part, sizeof part, "%s.part", path);
    CHECK(!exists(part), "%s is there", part);
    CHECK_OK(gni_input_open(&in, path));
    CHECK_OK(gni_input_read_all(&in, &bytes));
    CHECK(in.size == n, "%s has %zu bytes, not %zu", path, in.size, n);
    CHECK(memcmp(bytes, pattern, n) == 0 && bytes[n] == 0, "%s of %zu bytes holds something else",
          path, n);
    gni_free(bytes);
    gni_input_close(&in);
}

/* n bytes of the pattern, in pieces of at most `most`. */
static inline gn_status write_pattern(const char *path, size_t n, size_t most, gn_status end)
{
    gni_output out;
    rng r = { n + most };
    gn_status status = gni_output_open(&out, "test", path);
    if (status < 0)
        return status;
    for (size_t i = 0, piece; i < n; i += piece) {
        piece = draw_size(&r, 0, most < n - i ? most : n - i);
        gni_write(&out, pattern + i, piece);
    }
    return gni_output_close(&out, end);
}

#endif /* GEMMNET_TESTS_SUPPORT_FILES_H */
