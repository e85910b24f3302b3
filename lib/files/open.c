/* Opening files to write, without waiting for ever: neither for a lock that somebody keeps, nor for a
 * pipe that nobody reads. */
#define _DEFAULT_SOURCE /* flock */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "files/files.h"

enum { SECONDS = 3, PAUSE = 2000000 }; /* the longest wait; nanoseconds between two looks */

static double now(void)
{
    struct timespec t = { 0, 0 };
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* false: the time is over. (A signal only makes a pause shorter.) */
static bool pause_until(double end)
{
    nanosleep(&(struct timespec){ 0, PAUSE }, NULL);
    return now() < end;
}

/* A signal whose handler returns is no error. */
static int open_again(const char *path, int flags)
{
    int file;
    do
        file = open(path, flags | O_NONBLOCK | O_CLOEXEC, 0666);
    while (file < 0 && errno == EINTR);
    return file;
}

static gn_status refuse(const char *who, const char *path)
{
    return gn_fail(GN_ERR_IO, "%s: %s: %s", who, path, strerror(errno));
}

/* ---- a pipe or a device, written as it is ---- */

gn_status gni_open_in_place(const char *who, const char *path, bool is_pipe, int *file)
{
    double end = now() + SECONDS;
    do
        *file = open_again(path, O_WRONLY);
    while (*file < 0 && errno == ENXIO && is_pipe && pause_until(end));
    if (*file < 0 && errno == ENXIO && is_pipe)
        return gn_fail(GN_ERR_IO, "%s: %s: a pipe that nobody has opened to read for %d seconds", who, path, SECONDS);
    int flags = *file < 0 ? -1 : fcntl(*file, F_GETFL);
    if (flags < 0 || fcntl(*file, F_SETFL, flags & ~O_NONBLOCK) != 0) /* writing may wait */
        return refuse(who, path);
    return GN_OK;
}

/* ---- the part, a regular file ---- */

static const char *sort_of(mode_t mode)
{
    return S_ISDIR(mode)  ? "a folder"
         : S_ISFIFO(mode) ? "a pipe"
         : S_ISLNK(mode)  ? "a link"
         : S_ISSOCK(mode) ? "a socket"
                          : "a device";
}

bool gni_is_named(int file, const char *name)
{
    struct stat mine, its;
    return fstat(file, &mine) == 0 && stat(name, &its) == 0 && S_ISREG(mine.st_mode) &&
           mine.st_dev == its.st_dev && mine.st_ino == its.st_ino;
}

/* (Where a file system has no locks, it goes without.) */
static bool lock(int file, double end)
{
    while (flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            return true;
        if (!pause_until(end))
            return false;
    }
    return true;
}

/* The part is locked, not new: the part that a killed process has left is used again, and two
 * processes do not write into one another's. Another process may have renamed it while we waited: then
 * the name is opened again. A link of that name is somebody's trap. */
gn_status gni_open_part(const char *who, const char *path, const char *part, int *file)
{
    double end = now() + SECONDS;
    struct stat info;
    do {
        if (*file >= 0)
            close(*file);
        *file = -1;
        if (lstat(part, &info) == 0 && !S_ISREG(info.st_mode))
            return gn_fail(GN_ERR_IO, "%s: %s: it is written as %s first, and there is %s of that name: remove it",
                           who, path, part, sort_of(info.st_mode));
        *file = open_again(part, O_WRONLY | O_CREAT | O_NOFOLLOW);
        if (*file < 0)
            return refuse(who, path);
        if (lock(*file, end) && gni_is_named(*file, part))
            return ftruncate(*file, 0) == 0 ? GN_OK : refuse(who, path);
    } while (now() < end);
    close(*file);
    *file = -1; /* so that nobody removes it */
    return gn_fail(GN_ERR_IO, "%s: %s: another process has kept %s locked for %d seconds ('fuser -v' on that name "
                   "says which)", who, path, part, SECONDS);
}
